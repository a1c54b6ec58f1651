"""Mail of notices is sent in the background."""

from django_tasks import task

from allcity.site.accounts.models import User
from allcity.site.notices import mail, queries
from allcity.site.notices.models import Notice

DIGEST_HOUR = 12
"""UTC: early morning in the Americas, before school begins."""


@task()
def mail_notice(notice: int) -> None:
    """Mail one notice, if it is still there."""
    found = Notice.objects.select_related("user").filter(pk=notice).first()
    if found:
        mail.mail_one(notice=found)


@task()
def mail_digest(user: int) -> None:
    """Mail a person what is new to them, if they are still there."""
    found = User.objects.filter(pk=user, is_active=True).first()
    if found:
        mail.mail_digest(user=found)


@task()
def mail_digests() -> None:
    """Have everybody who has news mailed: each by a task of its own, so that one bad address holds up nobody."""
    for user in queries.people_with_news().values_list("pk", flat=True):
        mail_digest.enqueue(user)
