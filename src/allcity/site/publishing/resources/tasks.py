"""What resources do in the background."""

from datetime import timedelta

from django.utils import timezone
from django_tasks import task

from allcity.site.publishing.resources import checking, queries
from allcity.site.publishing.resources.asking import Asker

FORGET_AFTER = timedelta(days=14)


@task()
def check_links() -> None:
    """Ask the links that have not been asked for a week whether they still answer."""
    checking.check_links(Asker(), timezone.now())


@task()
def forget_unconfirmed_suggestions() -> None:
    """Remove what nobody confirmed within two weeks, with its address."""
    queries.unconfirmed().filter(made_at__lt=timezone.now() - FORGET_AFTER).delete()
