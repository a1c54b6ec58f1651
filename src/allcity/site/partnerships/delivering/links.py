"""Links in mails with which whoever they were sent to says that planned sessions took place, without signing in."""

from datetime import date
from hashlib import sha256

from django.core import signing

from allcity.site.accounts.models import User
from allcity.site.partnerships.models import Partnership, Session

VALID_SECONDS = 21 * 24 * 60 * 60
_SALT = "partnerships.planned-sessions"


def make_token(partnership: Partnership, user: User, until: date) -> str:
    """What lets this person confirm what this partnership had planned until a day, and nothing else."""
    return signing.dumps([partnership.pk, user.pk, until.isoformat()], salt=_SALT)


def read_token(token: str) -> tuple[Partnership, User, date] | None:
    """The partnership, person and day of a link; None where it is not ours or too old, or one of them is gone."""
    try:
        partnership_id, user_id, until = signing.loads(token, salt=_SALT, max_age=VALID_SECONDS)
    except signing.BadSignature:
        return None
    rows = Partnership.objects.select_related("city").prefetch_related("organizations", "schools", "districts")
    partnership, user = rows.filter(pk=partnership_id).first(), User.objects.filter(pk=user_id, is_active=True).first()
    return (partnership, user, date.fromisoformat(until)) if partnership and user else None


def seen(sessions: list[Session]) -> str:
    """A mark of what a page shows of some sessions, so that only what was seen is confirmed."""
    said = [(each.pk, each.told_at.isoformat(), each.hours, each.students) for each in sessions]
    return sha256(repr(said).encode()).hexdigest()[:20]
