"""What families and students said in short forms, as far as it may be told."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from allcity.site.cities.models import City
from allcity.site.cities.pages import city_page
from allcity.site.directory.models import School
from allcity.site.directory.words import catalogue, participant_title
from allcity.site.insight.counts import withheld_counts
from allcity.site.insight.queries import ShownYear
from allcity.site.insight.views.frame import record_or_moved, respond, shown
from allcity.site.needs.families.questions import FAMILIES, PARTS, QUESTIONS, STUDENTS
from allcity.site.needs.models import Answer


@dataclass(frozen=True)
class Part:
    """A part of the form: for each of its questions the share who said yes, among students and among families."""

    title: str
    rows: list[tuple[str, str, str]]


@require_safe
@city_page("cities.view_city", kept=True)
def results(request: HttpRequest, city: City) -> HttpResponse:
    """What was said in the whole city: all answers that may be told, together."""
    year = shown(request, city)
    parts = _parts(city, year)
    answered = Answer.objects.of(city).filter(year=year.year, question_id__in=QUESTIONS).exclude(school=None)
    schools = School.objects.of(city).current().filter(pk__in=answered.values("school")).order_by("name")
    return respond(request, "families", city, year, parts=parts, schools=schools, of=city.display_name(), **_who(city))


@require_safe
@city_page("cities.view_city", kept=True)
def of_school(request: HttpRequest, city: City, slug: str) -> HttpResponse:
    """What was said at one school."""
    school = record_or_moved(School, city, slug, name="family-results-school")
    if isinstance(school, HttpResponsePermanentRedirect):
        return school
    year = shown(request, city)
    parts = _parts(city, year, school=school)
    return respond(request, "families", city, year, parts=parts, school=school, of=str(school), **_who(city))


def _who(city: City) -> dict[str, Any]:
    return {"students": participant_title(city, STUDENTS), "families": participant_title(city, FAMILIES)}


def _parts(city: City, year: ShownYear, *, school: School | None = None) -> list[Part]:
    """Shares with how many answered. Of the city they are added up of what may be told alone, so that it tells no more."""
    answers = Answer.objects.of(city).filter(
        year=year.year, question_id__in=QUESTIONS, grade_band="", group=None, area=None, level=None
    )
    if school:
        answers = answers.filter(school=school)
    withheld = withheld_counts(city)
    told: dict[tuple[str, str], tuple[int, int]] = {}
    hidden = set()
    for answer in answers:
        of = answer.question_id, answer.participant_type
        if withheld.hides("answers", answer.key):
            hidden.add(of)
        else:
            number, asked = told.get(of, (0, 0))
            told[of] = number + answer.number, asked + answer.asked
    say = catalogue()

    def share(question: str, who: str) -> str:
        number, asked = told.get((question, who), (0, 0))
        if asked:
            return _("%(share)s of %(number)s") % {"share": say.share(number / asked), "number": say.number(asked)}
        return say("words.withheld") if (question, who) in hidden else say("words.not_known")

    parts = [
        Part(str(title), [(str(QUESTIONS[one]), share(one, STUDENTS), share(one, FAMILIES)) for one in questions])
        for title, questions in PARTS.values()
    ]
    return parts if told or hidden else []
