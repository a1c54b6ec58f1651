"""Sessions in words."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from allcity.analysis.city import year_name
from allcity.site.directory.words import catalogue, contribution_title
from allcity.site.needs.ledger.words import title_of
from allcity.site.needs.models import Need
from allcity.site.partnerships.agreeing.words import register
from allcity.site.partnerships.delivering.queries import BROUGHT
from allcity.site.partnerships.models import Delivery, Partnership, Session
from allcity.site.partnerships.twice.words import numbers

for _step, _words in {
    "first-session": gettext_lazy("%(place)s told of the first session"),
    "session-changed": gettext_lazy("%(place)s changed what it had told of a session"),
    "session-taken-back": gettext_lazy("%(place)s took back a session that it had told of"),
    "sessions-planned": gettext_lazy("%(place)s planned sessions: %(number)s"),
    "plan-ended": gettext_lazy("%(place)s ended a plan of sessions"),
    BROUGHT: gettext_lazy("%(place)s told of sessions by a spreadsheet: %(number)s"),
    "sessions-undone": gettext_lazy("%(place)s took back sessions of a spreadsheet: %(number)s"),
}.items():
    register(_step, _words)


@dataclass(frozen=True)
class Told:
    """A delivery as one side tells it: what and where, who says so, and how much."""

    title: str
    who: str
    numbers: str
    delivery: Delivery


@dataclass(frozen=True)
class Answer:
    """A need that sessions answer: what is asked for, beside what the sessions sum up to."""

    need: Need
    title: str
    asked: str
    given: list[Told]


def hours(number: float | None) -> str:
    """A number of hours."""
    if number is None:
        return ""
    shown = int(number) if float(number).is_integer() else round(number, 2)
    one = 1 if shown == 1 else 2  # 1.5 is of the plural
    return ngettext("%(number)s hour", "%(number)s hours", one) % {"number": number_format(shown)}


def how_much(session: Session) -> str:
    """What a session says: hours, students, amount, and whether a certified teacher was there."""
    parts = [hours(session.hours)]
    if session.students is not None:
        words = ngettext("%(number)s student", "%(number)s students", session.students)
        parts.append(words % {"number": number_format(session.students)})
    if session.amount is not None:
        contribution = session.city.settings.framework.contributions.get(session.contribution)
        parts.append(catalogue().counted(contribution.unit if contribution else Need.Unit.ITEMS, session.amount))
    if session.certified_teacher is not None:
        parts.append(_("certified teacher there") if session.certified_teacher else _("no certified teacher"))
    return ", ".join(filter(None, parts))


def who_told(session: Session) -> str:
    """The party whose account it is."""
    return str(session.organization if session.account == Delivery.Account.ORGANIZATION else session.school)


def summed(partnership: Partnership, deliveries: Iterable[Delivery]) -> list[Told]:
    """What deliveries say, the newest school year first."""
    several = len(partnership.schools.all()) > 1
    rows = sorted(deliveries, key=lambda each: (-each.start_date.toordinal(), str(each.school or ""), each.account))
    return [_told(partnership, each, several=several) for each in rows]


def answers(partnership: Partnership, needs: Iterable[Need], deliveries: Iterable[Delivery]) -> list[Answer]:
    """The partnership's needs, with what sessions gave to each."""
    given = list(deliveries)
    return [
        Answer(
            need,
            f"{title_of(partnership.city, need)}, {year_name(need.year)}",
            _asked(need),
            [_told(partnership, each, several=False) for each in given if each.need_id == need.pk],
        )
        for need in needs
    ]


def _told(partnership: Partnership, each: Delivery, *, several: bool) -> Told:
    title = contribution_title(partnership.city, each.contribution)
    if several and each.school:
        title = f"{each.school}: {title}"
    who = each.organization if each.account == Delivery.Account.ORGANIZATION else each.school
    return Told(f"{title}, {_days(each)}", str(who), numbers(each) or _("how much is not said"), each)


def _days(each: Delivery) -> str:
    if each.start_date == each.end_date:
        return date_format(each.start_date)
    return _("%(first)s to %(last)s") % {"first": date_format(each.start_date), "last": date_format(each.end_date)}


def _asked(need: Need) -> str:
    if need.amount is None:
        return _("how much is asked for is not said")
    asked = str(catalogue().counted(need.unit, need.amount))
    if need.dosage_hours:
        return _("%(number)s, %(hours)s each") % {"number": asked, "hours": hours(need.dosage_hours)}
    return asked
