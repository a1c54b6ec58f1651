"""Mail of notices, in the person's language and the time zone of each city, with the way to have no more of it."""

from collections.abc import Sequence
from itertools import groupby
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from allcity.site.accounts import mail
from allcity.site.accounts.models import User
from allcity.site.accounts.queries import is_stopped
from allcity.site.notices.models import EVERY_KIND, Notice
from allcity.site.notices.queries import notices_of, to_mail
from allcity.site.notices.visibility import visible

_signer = Signer(salt="allcity.notices.stop", sep="~")


def mail_one(*, notice: Notice) -> None:
    """Mail a notice by itself, unless that was done or the person has read it."""
    _send(notice.user, [notice.pk], stops=notice.kind)


def mail_digest(*, user: User) -> None:
    """Mail a person everything that is new to them in one mail. Without anything new there is no mail."""
    _send(user, list(to_mail(user).values_list("pk", flat=True)), stops=EVERY_KIND)


def _send(user: User, notices: Sequence[int], *, stops: str) -> None:
    """Mark notices as mailed, then mail them, so that two who do it at once send none twice; unmark what could not be sent.

    What the person may not see any more is neither, nor anything while mail to their address is stopped.
    """
    if is_stopped(user.email):
        return
    with transaction.atomic():
        fresh = notices_of(user).filter(pk__in=notices, mailed_at=None, read_at=None)
        claimed = visible(user, fresh.select_for_update(of=("self",)))
        marked = Notice.objects.filter(pk__in=[notice.pk for notice in claimed])
        marked.update(mailed_at=timezone.now())
    if not claimed:
        return
    try:
        compose(user, claimed, stops=stops).send()
    except Exception:
        marked.update(mailed_at=None)
        raise


def compose(user: User, notices: Sequence[Notice], *, stops: str) -> EmailMultiAlternatives:
    """A mail of these notices. `stops` is what its one-click link puts an end to: a kind's id, or every kind."""
    with translation.override(user.language):
        stop = settings.SITE_ADDRESS + reverse("notices:stop", args=[stop_token(user, stops)])
        message = mail.compose(to=user.email, subject=_subject(notices), text=_text(user, notices, stop))
    message.extra_headers = {
        "List-Unsubscribe": f"<{stop}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
    }
    return message


def _subject(notices: Sequence[Notice]) -> str:
    if len(notices) == 1:
        (notice,) = notices
        return f"{notice.city.display_name()}: {notice}" if notice.city else str(notice)
    names = list(dict.fromkeys(notice.city.display_name() for notice in notices if notice.city))
    count = ngettext("%(count)s notice", "%(count)s notices", len(notices)) % {"count": len(notices)}
    return _("%(count)s from %(cities)s") % {"count": count, "cities": ", ".join(names)} if names else count


def _text(user: User, notices: Sequence[Notice], stop: str) -> str:
    def city_of(notice: Notice) -> tuple[str, int]:
        return (notice.city.display_name(), notice.city.pk) if notice.city else ("", 0)

    parts = []
    for _name, group in groupby(sorted(notices, key=city_of), key=city_of):
        of_city = list(group)
        city = of_city[0].city
        with timezone.override(ZoneInfo(city.settings.city.time_zone) if city else None):
            lines = [
                (each, each.url and settings.SITE_ADDRESS + in_language(each.url, user.language)) for each in of_city
            ]
            parts.append(_rendered("part", city=city, lines=lines))
    return _rendered("mail", parts=parts, stop=stop, choose=settings.SITE_ADDRESS + reverse("notices:preferences"))


def _rendered(template: str, **context: object) -> str:
    return render_to_string(f"notices/mail/{template}.txt", context).strip()


def in_language(path: str, language: str) -> str:
    """The same page of the site in another language."""
    first, _slash, rest = path.removeprefix("/").partition("/")
    return f"/{language}/{rest}" if first in dict(settings.LANGUAGES) else path


def stop_token(user: User, kind: str) -> str:
    """A token that lets whoever holds it put an end to a person's mail of a kind, and nothing else. It does not run out."""
    return _signer.sign(f"{user.pk}.{kind}")


def read_stop_token(token: str) -> tuple[User, str] | None:
    """Whom and which kind a token is of. None where it is not one of ours, or the person has left."""
    try:
        pk, kind = _signer.unsign(token).split(".", 1)
    except (BadSignature, ValueError):
        return None
    user = User.objects.filter(pk=pk).first()
    return (user, kind) if user else None
