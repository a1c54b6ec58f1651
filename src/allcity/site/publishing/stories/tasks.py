"""What stories do in the background."""

from django.utils import timezone
from django_tasks import task

from allcity.site.publishing.models import Story
from allcity.site.publishing.stories import domain
from allcity.site.worker import each_by_itself


@task()
def forget_unconfirmed() -> None:
    """Remove what nobody confirmed within two weeks, with its address."""
    old = Story.objects.filter(confirmed_at=None, made_at__lt=timezone.now() - domain.UNCONFIRMED_KEPT)
    each_by_itself(list(old.values_list("pk", flat=True)), _forget)


def _forget(number: int) -> bool:
    domain.withdraw(story=Story.objects.get(pk=number))
    return True
