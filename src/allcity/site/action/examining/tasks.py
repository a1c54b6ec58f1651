"""What self-examinations do in the background."""

from datetime import timedelta

from django.utils import timezone
from django_tasks import task

from allcity.site.action.examining import asking
from allcity.site.action.models import AnswerLink, Respondent
from allcity.site.worker import each_by_itself

FORGET_AFTER = timedelta(days=30)


@task()
def remind_of_examinations() -> None:
    """Remind once, by mail, whoever was asked and has not answered when three days are left."""
    each_by_itself(asking.to_remind_today(), _remind)


@task()
def forget_asked() -> None:
    """Thirty days after an examination was closed, forget addresses that were asked and answers that were not handed in."""
    over = timezone.now() - FORGET_AFTER
    AnswerLink.objects.filter(examination__closed_at__lt=over).exclude(email="").update(email="")
    Respondent.objects.filter(examination__closed_at__lt=over, handed_in_at=None).delete()


def _remind(link: int) -> bool:
    return asking.remind(link=AnswerLink.objects.select_related("examination__city").get(pk=link))
