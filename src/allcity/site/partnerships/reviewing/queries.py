"""What is read of reviews: what the screen says of which school, who may see it, and who speaks to it.

Who reads a review: the city's coordinators; the school's people, once a coordinator has put it to them; the city's other
members, partners among them, once it is shared. Nobody else. What the screen says elsewhere keeps to `sees_screens`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from allcity.analysis.supplanting import CATEGORIES, Category
from allcity.site.accounts.models import User
from allcity.site.cities.models import City, District
from allcity.site.cities.rules import Person, is_coordinator, is_member
from allcity.site.directory.models import Organization, School, SchoolYear
from allcity.site.directory.rules import places_of
from allcity.site.figures.models import Examination, SchoolFinding
from allcity.site.figures.queries import school_finding
from allcity.site.needs.proposals.queries import Place, attended
from allcity.site.partnerships.models import Answer, Partnership, Review, Setting, Side
from allcity.site.partnerships.parties import Party

CALLED_OUT = ("likely_replacing", "documented_replacing")
SCREENS = ("staff", "minutes")
"""What is compared of a school: the parts of `SchoolFinding.screened`."""
SCREENED = {"staff_kept": "staff_kept", "minutes_kept": "minutes_kept", "leaves_something": "staff_kept"}
"""The criteria that tell what the screen says of a school, each with the one whose evidence names that school."""
_Voice = Answer.Voice


@dataclass(frozen=True)
class Voice:
    """Somebody who may answer to a review."""

    side: Answer.Voice
    place: UUID
    name: str


@dataclass(frozen=True)
class Screened:
    """A school with what the screen says of it in a year, and the review of it if there is one."""

    school: School
    found: Mapping[str, Any]
    review: Review | None

    @property
    def category(self) -> Category:
        return category_of(self.found, self.review)

    @property
    def is_called_out(self) -> bool:
        return self.category in CALLED_OUT


def category_of(screened: Mapping[str, Any], review: Review | None = None) -> Category:
    """The less clear of what is said of teachers and of minutes; documented where an answer names a document."""
    if review and any(answer.reason == Answer.Reason.DOCUMENT for answer in review.answers.all()):
        return "documented_replacing"
    said = [screened[name]["category"] for name in SCREENS if screened.get(name)]
    return CATEGORIES[max(map(CATEGORIES.index, said))] if said else "cannot_tell"


def screened_schools(city: City, examination: Examination) -> list[Screened]:
    """The schools of a year of which the screen says anything: what is less clear first, then by name."""
    rows = SchoolFinding.objects.filter(examination=examination).values_list("key", "screened")
    found = {key: screened for key, screened in rows if screened}
    schools = School.objects.of(city).filter(key__in=found)
    reviews = {review.school_id: review for review in reviews_of(city, examination.year)}
    listed = [Screened(school, found[school.key], reviews.get(school.pk)) for school in schools]
    return sorted(listed, key=lambda each: (-CATEGORIES.index(each.category), each.school.name, each.school.pk))


def screened_school(examination: Examination | None, school: School) -> Mapping[str, Any]:
    """What the screen says of one school; empty where it says nothing."""
    finding = school_finding(examination, school.key) if examination else None
    found: Mapping[str, Any] = finding.screened if finding else {}
    return found


def reviews_of(city: City, year: int | None = None) -> "QuerySet[Review]":
    """The city's reviews with their schools and answers."""
    found: QuerySet[Review] = (
        Review.objects.of(city).select_related("school").prefetch_related("answers").order_by("-year", "school__name")
    )
    return found if year is None else found.filter(year=year)


def seen_by(user: Person, city: City) -> "QuerySet[Review]":
    """The reviews that a person may read."""
    found = reviews_of(city)
    if not is_member(user, city):
        return found.none()
    if is_coordinator(user, city):
        return found
    return found.filter(Q(state=Review.State.SHARED) | Q(school__public_id__in=places_of(user, city)))


def sees_screens(user: Person, city: City, year: int) -> Callable[[str | None], bool]:
    """Of which schools, by key, pages of partnerships tell a person what the screen says of a year.

    Coordinators read it of all, a school's people of their own; members, partners among them, once a coordinator has shared it.
    Where it names no school there is nothing to hide.
    """
    if is_coordinator(user, city):
        return lambda _key: True
    own = School.objects.of(city).filter(public_id__in=places_of(user, city)).values_list("key", flat=True)
    shared = Review.objects.of(city).filter(state=Review.State.SHARED, year=year).values_list("school__key", flat=True)
    seen = frozenset(own) | frozenset(shared if is_member(user, city) else ())
    return lambda key: not key or key in seen


def partners_of(city: City, school: School) -> list[Organization]:
    """The organizations that came to a school in school hours, by name."""
    of_school = Partnership.objects.of(city).current().filter(schools=school)
    in_hours = Q(setting=Setting.IN_SCHOOL_HOURS) | Q(deliveries__setting=Setting.IN_SCHOOL_HOURS)
    rows = Organization.objects.of(city).current().filter(partnerships__in=of_school.filter(in_hours).values("pk"))
    return list(rows.distinct().order_by("name", "pk"))


def district_of(school: School, year: int) -> District | None:
    """The district of a school in a year."""
    row = SchoolYear.objects.filter(school=school, year=year).select_related("district").first()
    return row.district if row else None


def told(review: Review) -> list[Party]:
    """Who is told of it: the school, and once it is shared the partners that came in school hours."""
    partners = partners_of(review.city, review.school) if review.state == Review.State.SHARED else []
    return [Party(Side.SCHOOL, review.school), *(Party(Side.ORGANIZATION, each) for each in partners)]


def voices(review: Review, user: User) -> list[Voice]:
    """For whom a person may answer: what they look after, and coordinators also for whom nobody does.

    The school, its district and the city answer while it is asked, the last two through the coordinators; partners once it is
    shared, as they read it no sooner.
    """
    if review.state == Review.State.CLOSED:
        return []
    city, own, is_asked = review.city, places_of(user, review.city), review.state == Review.State.ASKED
    coordinates = is_coordinator(user, city)
    there = [party for party in told(review) if party.is_there and (party.side == Side.SCHOOL) == is_asked]
    free = _free([party.place for party in there]) if coordinates else set()
    found = [
        Voice(_Voice(party.side.value), party.public_id, party.name)
        for party in there
        if party.public_id in own or party.public_id in free
    ]
    if coordinates and is_asked:
        if district := district_of(review.school, review.year):
            found.append(Voice(_Voice.DISTRICT, district.public_id, str(district)))
        found.append(Voice(_Voice.CITY, city.public_id, str(_Voice.CITY.label)))
    return found


def _free(places: Sequence[Place]) -> set[UUID]:
    return {place.public_id for place in places} - attended(places)


def has_answered(review: Review) -> bool:
    """Whether the school itself has."""
    return any(answer.side == _Voice.SCHOOL for answer in review.answers.all())


def personal_data(user: User) -> dict[str, object]:
    """The reviews that a person opened, and the answers that they wrote."""
    return {
        "opened": list(Review.objects.filter(by=user).values("school__name", "year", "words", "opened_at")),
        "answers": list(
            Answer.objects.filter(by=user).values("review__school__name", "review__year", "reason", "words", "said_at")
        ),
    }
