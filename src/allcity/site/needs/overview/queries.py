"""What is read of how a city stands with its needs: whom to ask, what nobody answers, whom to call."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from allcity.site.accounts.models import User
from allcity.site.cities.models import City, Membership, Role
from allcity.site.directory.models import Organization, School
from allcity.site.figures.models import Examination, SchoolFinding
from allcity.site.figures.queries import current_examination
from allcity.site.needs.models import Letter, Need, Reminder, Reply, Survey, Unmatched
from allcity.site.needs.survey.queries import schools_of, surveys_of


@dataclass(frozen=True)
class Standing:
    """The city's newest school year that was examined, and its survey; without an examination the newest survey's year."""

    city: City
    examination: Examination | None
    survey: Survey | None

    @property
    def year(self) -> int:
        """0 where there is neither."""
        found = self.examination or self.survey
        return found.year if found else 0

    @property
    def takes_answers(self) -> bool:
        """Whether schools can be reminded of the survey."""
        return self.survey is not None and self.survey.closed_at is None


@dataclass(frozen=True)
class ToAsk:
    """A school whose answer would make ranges narrower, with what it would take from which."""

    school: School
    missing: list[dict[str, Any]]


@dataclass(frozen=True)
class Call:
    """A school or organization whom a call would help, with who looks after it and when they were last written to.

    Of a school: whether it `is_silent` in the survey, and how many `needs` it has that nobody can answer. Of an
    organization: the `seats` that are free and answer no need. `students` is how many the call is about, None where that is
    not known.
    """

    place: School | Organization
    students: float | None
    people: tuple[User, ...]
    written_at: datetime | None
    is_silent: bool = False
    missing: tuple[dict[str, Any], ...] = ()
    needs: int = 0
    seats: int | None = None

    @property
    def role(self) -> str:
        """The role of those who look after it."""
        return Role.LIAISON if isinstance(self.place, School) else Role.MANAGER


def standing_of(city: City) -> Standing:
    """Of which year there is something to see."""
    examination = current_examination(city)
    surveys = surveys_of(city)
    return Standing(city, examination, (surveys.filter(year=examination.year) if examination else surveys).first())


def to_ask(standing: Standing) -> list[ToAsk]:
    """The schools whose answers would make ranges narrower, in the order in which to ask them.

    Whoever has handed in the survey has said what they know, and is left out.
    """
    schools = {school.key: school for school in _silent(standing)}
    found = SchoolFinding.objects.filter(examination=standing.examination, ask_rank__isnull=False)
    rows = found.order_by("ask_rank").values_list("key", "missing")
    return [ToAsk(schools[key], missing) for key, missing in rows if key in schools]


def _silent(standing: Standing) -> QuerySet[Any]:
    """The schools that have not handed in the survey; all of the year where there is none."""
    if standing.survey is None:
        schools: QuerySet[Any] = School.objects.of(standing.city).current().filter(years__year=standing.year)
        return schools
    handed_in = Reply.objects.filter(survey=standing.survey, submitted_at__isnull=False)
    return schools_of(standing.survey).exclude(pk__in=handed_in.values("school"))


def unanswered(standing: Standing) -> QuerySet[Unmatched]:
    """The needs of the year that nobody can answer, those that matter most to schools first.

    What has been offered or agreed since they were matched, or by hand, somebody answers.
    """
    found: QuerySet[Unmatched] = (
        Unmatched.objects.of(standing.city)
        .filter(year=standing.year, school__archived_at=None)
        .exclude(reason=Unmatched.Reason.IDLE)
        .filter(Q(need=None) | Q(need__state=Need.State.STATED))
        .select_related("need__school", "need__district", "school")
        .order_by("need__priority", "need__key", "school__name", "pk")
    )
    return found


def unanswered_by_reason(standing: Standing) -> list[tuple[str, int, int]]:
    """Each nearest reason with how many stated needs nobody can answer for it, and how many needs by the figures."""
    counted = unanswered(standing).order_by().values("reason").annotate(stated=Count("need"), all=Count("pk"))
    counts = {row["reason"]: (row["stated"], row["all"] - row["stated"]) for row in counted}
    return [(reason, *counts[reason]) for reason in Unmatched.Reason.values if reason in counts]


def idle(standing: Standing) -> QuerySet[Unmatched]:
    """The organizations with free places that answer no need, the most places first."""
    found: QuerySet[Unmatched] = (
        Unmatched.objects.of(standing.city)
        .filter(year=standing.year, reason=Unmatched.Reason.IDLE, organization__archived_at=None)
        .select_related("organization")
        .order_by("-free_seats", "organization__name")
    )
    return found


def calls(standing: Standing) -> list[Call]:
    """Everybody whom a call would help: schools that have not handed in, or have needs that nobody can answer, and
    organizations with free places that answer none.

    First comes whoever a call is about most students of: those of a school whose answer would make ranges narrower, those
    for whom nobody answers a need, the places that are free. Where that is not known it stands last, by name.
    """
    city, survey = standing.city, standing.survey
    silent = {school.pk: school for school in (_silent(standing) if survey or standing.examination else ())}
    needs: dict[int, list[Unmatched]] = defaultdict(list)
    schools = dict(silent)
    for row in unanswered(standing):
        if row.school:
            needs[row.school.pk].append(row)
            schools[row.school.pk] = row.school
    free = list(idle(standing))
    findings = {
        key: (found, derived, missing)
        for key, found, derived, missing in SchoolFinding.objects.filter(examination=standing.examination).values_list(
            "key", "found__students", "derived__additional", "missing"
        )
    }
    people = _people_of(city, [*schools.values(), *(row.organization for row in free if row.organization)])
    reminders = dict(Reminder.objects.filter(survey=survey).values_list("school", "sent_at")) if survey else {}
    letters = Letter.objects.of(city)
    to_schools = dict(letters.exclude(school=None).values_list("school", "sent_at"))
    to_organizations = dict(letters.exclude(organization=None).values_list("organization", "sent_at"))
    found = []
    for pk, school in schools.items():
        students, additional, missing = findings.get(school.key, (None, None, []))
        is_silent = pk in silent and bool(survey or missing)
        if not is_silent and not needs[pk]:
            continue
        about = [students if is_silent and missing else None, *(_students(row, additional) for row in needs[pk])]
        moments = [at for at in (reminders.get(pk), to_schools.get(pk)) if at]
        found.append(
            Call(
                school,
                max((each for each in about if each is not None), default=None),
                people[school.public_id],
                max(moments, default=None),
                is_silent=is_silent,
                missing=tuple(missing) if is_silent else (),
                needs=len(needs[pk]),
            )
        )
    for row in free:
        organization: Any = row.organization
        written = to_organizations.get(organization.pk)
        seats = row.free_seats
        found.append(Call(organization, seats, people[organization.public_id], written, seats=seats))
    return sorted(found, key=lambda call: (call.students is None, -(call.students or 0), call.place.name.casefold()))


def _students(row: Unmatched, additional: float | None) -> float | None:
    """For how many students a need asks; of one by the figures, how many have no place."""
    if row.need is None:
        return additional
    return row.need.amount if row.need.unit == Need.Unit.STUDENTS else None


def _people_of(city: City, places: Iterable[School | Organization]) -> dict[UUID, tuple[User, ...]]:
    """Who looks after each of some schools and organizations, by its public id."""
    ids = [place.public_id for place in places]
    found: dict[UUID, tuple[User, ...]] = dict.fromkeys(ids, ())
    held = Membership.objects.filter(city=city, role__in=(Role.LIAISON, Role.MANAGER), user__is_active=True)
    for row in held.select_related("user").order_by("pk"):
        if row.place in found:
            found[row.place] = (*found[row.place], row.user)
    return found
