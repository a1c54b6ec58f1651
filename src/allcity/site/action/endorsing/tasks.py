"""What endorsements do in the background."""

from datetime import timedelta

from django.utils import timezone
from django_tasks import task

from allcity.site.action.models import Endorsement

FORGET_AFTER = timedelta(days=14)


@task()
def forget_unconfirmed() -> None:
    """Remove what nobody confirmed within two weeks, with its address."""
    Endorsement.objects.filter(confirmed_at=None, made_at__lt=timezone.now() - FORGET_AFTER).delete()
