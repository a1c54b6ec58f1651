"""What cannot be said of a session, each with what to do about it."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from allcity.analysis.city import year_of
from allcity.site.directory.models import Organization, School
from allcity.site.needs.survey.reminding import today_in
from allcity.site.needs.survey.sheet import students_of
from allcity.site.partnerships.models import Agreement, Partnership, Session

MOST_HOURS = 24
"""On one day, of one account, at one school."""
MOST_AMOUNT = 100_000
Faults = Mapping[str, str]
"""What is wrong, by the field that it is about; empty where nothing is."""


@dataclass(frozen=True)
class Entry:
    """What somebody says of one session. `school` is None out of school, or where no single one is meant."""

    date: date
    hours: float
    contribution: str
    organization: Organization
    school: School | None = None
    students: int | None = None
    amount: float | None = None
    certified_teacher: bool | None = None


@dataclass
class Ground:
    """What a session of a partnership must fit: its days, places and students, and what was told of the same day."""

    partnership: Partnership
    agreements: list[Agreement]
    """What was agreed, with its signatures and whom it brought in"""
    hours: defaultdict[Any, float] = field(default_factory=lambda: defaultdict(float))
    """Hours told, by account, the school's primary key and day"""
    students: dict[tuple[int, int], int | None] = field(default_factory=dict)

    @classmethod
    def of(cls, partnership: Partnership, days: Collection[date], *, but: Collection[int] = ()) -> "Ground":
        """What there is around sessions on some days, without the sessions of these primary keys, which are said anew."""
        told = Session.objects.filter(partnership=partnership, state=Session.State.HELD, hours__isnull=False)
        if days:
            told = told.filter(date__range=(min(days), max(days)))
        hours: defaultdict[Any, float] = defaultdict(float)
        for pk, account, school, day, number in told.values_list("pk", "account", "school", "date", "hours"):
            if pk not in but:
                hours[account, school, day] += number
        signed = partnership.agreements.filter(state__in=(Agreement.State.SIGNED, Agreement.State.RECORDED))
        return cls(partnership, list(signed.prefetch_related("signatures", "organizations", "schools")), hours)

    def check(self, entry: Entry, account: str) -> Faults:
        """What is wrong with an entry. Where nothing is, its hours count for those that are checked after it."""
        faults = {
            "date": self._of_day(entry.date) or self._of_joining(entry),
            "school": self._of_school(entry.school),
            "organization": self._of_organization(entry.organization),
            "contribution": self._of_contribution(entry.contribution),
            "hours": self._of_hours(entry, account),
            "students": self._of_students(entry),
            "amount": self._of_amount(entry.amount),
        }
        found = {name: words for name, words in faults.items() if words}
        if not found:
            self.hours[account, entry.school and entry.school.pk, entry.date] += entry.hours
        return found

    def _of_day(self, day: date) -> str:
        partnership = self.partnership
        last = partnership.end_date or partnership.planned_end_date
        if day > today_in(partnership.city):
            return _("This day is still to come. Plan it instead, and say afterwards that it took place.")
        if day < partnership.start_date:
            return _("The partnership begins on %(day)s. Correct the day.") % {
                "day": date_format(partnership.start_date)
            }
        if last and day > last:
            return _("Its last day is %(day)s. Correct the day, or agree on a new version that goes on for longer.") % {
                "day": date_format(last)
            }
        if any(each.state == Agreement.State.SIGNED for each in self.agreements) and not any(
            _covers(each, day) for each in self.agreements
        ):
            return _("No agreement that is signed covers this day. Correct the day, or sign a version that does.")
        return ""

    def _of_joining(self, entry: Entry) -> str:
        """Whom a later version brought in works together under that one and those after it."""
        places: list[School | Organization] = [entry.organization, *([entry.school] if entry.school else [])]
        for place in places:
            by = [each for each in self.agreements if _brings(each, place)]
            joined = min(by, key=lambda each: each.version, default=None)
            if joined is None or any(
                each.version < joined.version and _is_signed_by(each, place) for each in self.agreements
            ):
                continue
            if not any(each.version >= joined.version and _covers(each, entry.date) for each in self.agreements):
                return _("%(place)s is in it from %(day)s on. Correct the day.") % {
                    "place": place, "day": date_format(joined.start_date)
                }  # fmt: skip
        return ""

    def _of_school(self, school: School | None) -> str:
        if school is None:
            return ""
        if school not in self.partnership.schools.all():
            return _("%(school)s is not in this partnership. Choose one that is, or agree on a version with it.") % {
                "school": school
            }
        if school.archived_at:
            return _("%(school)s is not open any more. If it is, tell the city's coordinator.") % {"school": school}
        return ""

    def _of_organization(self, organization: Organization) -> str:
        if organization not in self.partnership.organizations.all():
            return _("%(organization)s is not in this partnership.") % {"organization": organization}
        return ""

    def _of_contribution(self, contribution: str) -> str:
        known = self.partnership.contributions or self.partnership.city.settings.framework.contributions
        return "" if contribution in known else _("Choose what the partnership gives.")

    def _of_hours(self, entry: Entry, account: str) -> str:
        if not entry.hours > 0:
            return _("Write a number above 0, such as 1.5. If it was called off, say that instead.")
        before = self.hours[account, entry.school and entry.school.pk, entry.date]
        if entry.hours > MOST_HOURS:
            return _("A day has 24 hours. Write the hours of one session.")
        if entry.hours + before > MOST_HOURS:
            return _("With the %(hours)s hours that are told of this day already it is more than 24. Look at both.") % {
                "hours": number_format(round(before, 2))
            }
        return ""

    def _of_students(self, entry: Entry) -> str:
        if entry.students is None:
            return ""
        if entry.students <= 0:
            return _("Write a number above 0, or leave it empty if nobody counted.")
        if entry.school is None:
            return "" if entry.students <= MOST_AMOUNT else _("That is more than can be.")
        key = entry.school.pk, year_of(entry.date)
        if key not in self.students:
            self.students[key] = students_of(entry.school, key[1])
        most = self.students[key]
        if most is not None and entry.students > most:
            return _("%(school)s has %(number)s students. Write at most as many.") % {
                "school": entry.school, "number": number_format(most)
            }  # fmt: skip
        return "" if entry.students <= MOST_AMOUNT else _("That is more than can be.")

    def _of_amount(self, amount: float | None) -> str:
        if amount is not None and not 0 < amount <= MOST_AMOUNT:
            return _("Write a number above 0, or leave it empty.")
        return ""


def _covers(agreement: Agreement, day: date) -> bool:
    return agreement.start_date <= day and (agreement.end_date is None or day <= agreement.end_date)


def _brings(agreement: Agreement, place: School | Organization) -> bool:
    brought: Any = agreement.schools if isinstance(place, School) else agreement.organizations
    return place in brought.all()


def _is_signed_by(agreement: Agreement, place: School | Organization) -> bool:
    return any(signature.place == place.public_id for signature in agreement.signatures.all())
