"""What schools are asked, step by step. What is asked follows the city's framework and the grades that the school has."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from allcity.analysis.city import grade_number
from allcity.declaration import Framework
from allcity.site.cities.models import City
from allcity.site.directory.words import DAYS, contribution_title, language_name
from allcity.site.needs.models import Baseline, Need

Kind = Literal["number", "whole", "money", "choice", "codes", "text", "date"]
Words = Any
"""Text, translated when it is read."""

TEACHERS, STUDENTS, RESOURCES, INFORMAL = "teachers", "students", "resources", "informal"
NEEDS, DETAILS = "needs", "details"
CONTRIBUTIONS = "contributions"
MOVED, DROP = "moved.", "drop"
EVERY_GRADE = "all"
MOST_STAFF, MOST_MINUTES, MOST_COUNTED = 50, 2000, 100_000
MOST_MONEY = 10**11
"""In the smallest units of any currency."""


@dataclass(frozen=True)
class Given:
    """What somebody says to a question: a value, "I don't know", or nothing so far."""

    value: Any = None
    is_unknown: bool = False

    @property
    def is_said(self) -> bool:
        return self.is_unknown or self.value is not None


NOTHING, UNKNOWN = Given(), Given(is_unknown=True)


@dataclass(frozen=True)
class Choice:
    """One answer among several. `note` says what it means."""

    code: str
    title: Words
    note: Words = ""


@dataclass(frozen=True)
class Question:
    """One question. Numbers may not be above `most`; `of_students` neither above the number of the school's students.

    `only_if` is another question and the answer to it without which this one is not asked. `part` heads the questions of
    one thing within a step. `currency` is that of money, which is stored in minor units.
    """

    id: str
    kind: Kind
    label: Words
    help: Words = ""
    choices: tuple[Choice, ...] = ()
    none: Words = ""
    most: float = MOST_COUNTED
    of_students: bool = False
    only_if: tuple[str, str] | None = None
    part: Words = ""
    part_help: Words = ""
    currency: str = ""
    is_optional: bool = False


@dataclass(frozen=True)
class Step:
    """A page of the survey."""

    id: str
    title: Words
    help: Words
    questions: tuple[Question, ...]
    empty: Words = ""
    """What is said where there is nothing to ask."""


def own_music(city: City, grades: Iterable[str]) -> Iterator[Step]:
    """The steps about the school's own music, whose questions are the fields of its baseline."""
    minutes = (
        Question(
            column_of(band),
            "number",
            _("Minutes of music a week, %(grades)s") % {"grades": title},
            _("In a usual week, for one student."),
            most=MOST_MINUTES,
        )
        for band, title in bands(city.settings.framework, grades)
        if column_of(band) in _COLUMNS
    )
    yield Step(
        TEACHERS,
        _("Teachers and time"),
        _("Who teaches music in the school day, and how much of it a student has."),
        (
            Question(
                "music_staff",
                "number",
                _("Certified music teachers, in full-time equivalents"),
                _("Somebody who is there half of the week counts 0.5."),
                most=MOST_STAFF,
            ),
            *minutes,
        ),
    )
    yield Step(
        STUDENTS,
        _("Students"),
        _("How many learn music year on year, and how many would like to."),
        (
            Question(
                "students_enrolled",
                "whole",
                _("Students in sequential music"),
                _("Classes and ensembles that build on each other, such as band, choir, orchestra or general music."),
                of_students=True,
            ),
            Question(
                "students_without_place",
                "whole",
                _("Students who asked for a place and found none"),
                _("In this school year, as far as the school noted it."),
                of_students=True,
            ),
        ),
    )
    yield Step(
        RESOURCES,
        _("Ensembles, instruments, money, room"),
        _("What the school has to make music with."),
        (
            Question("ensembles", "whole", _("Ensembles that meet all year"), most=1000),
            Question("instruments", "whole", _("Instruments that students can use")),
            Question(
                "music_budget",
                "money",
                _("Money for music this year, without salaries"),
                most=MOST_MONEY,
                currency=city.settings.city.currency,
            ),
            Question(
                "space", "choice", _("Room for music"), choices=tuple(Choice(*each) for each in Baseline.Space.choices)
            ),
        ),
    )
    yield Step(
        INFORMAL,
        _("Music that students make by themselves"),
        _("What somebody at school happens to know. Nobody need ask students."),
        (
            Question(
                "informal_music",
                "codes",
                _("Where do students of this school make music by themselves?"),
                _("Choose all that you know of."),
                choices=INFORMAL_MUSIC,
                none=_("Nowhere that we know of"),
            ),
        ),
    )


INFORMAL_MUSIC = (
    Choice("home", _("At home, with their family")),
    Choice("worship", _("Where they worship")),
    Choice("friends", _("With friends")),
    Choice("community", _("In the community"), _("Cultural groups, drum lines, bands, dance companies.")),
)
_COLUMNS = frozenset(field.name for field in Baseline._meta.get_fields())
BASELINE_FIELDS: tuple[str, ...] = (
    *("music_staff", "students_enrolled", "students_without_place", "ensembles", "instruments", "music_budget"),
    *("space", "informal_music"),
    *sorted(name for name in _COLUMNS if name.startswith("minutes_")),
)
"""The columns of a baseline that the survey asks for."""


def needed(city: City, dropped: Iterable[str]) -> Step:
    """The step that asks what would help. `dropped` are contributions that the school needed and the city uses no more."""
    language = get_language() or "en"
    offered = tuple(
        Choice(code, each.title.in_language(language), each.description.in_language(language))
        for code, each in city.settings.framework.contributions.items()
    )
    moved = (
        Question(
            f"{MOVED}{code}",
            "choice",
            _("Last time the school needed “%(title)s”, which the city no longer asks for. What is it now?")
            % {"title": contribution_title(city, code)},
            choices=(Choice(DROP, _("No longer needed")), *(Choice(each.code, each.title) for each in offered)),
        )
        for code in dropped
    )
    return Step(
        NEEDS,
        _("What would help most"),
        _("What partners could give your school. The next step asks how much of each."),
        (
            Question(
                CONTRIBUTIONS,
                "codes",
                _("What does your school need from partners?"),
                _("Choose what would help most; three or four are plenty."),
                choices=offered,
                none=_("Nothing at the moment"),
            ),
            *moved,
        ),
    )


def details(city: City, grades: Iterable[str], chosen: Iterable[str], languages: Iterable[str]) -> Step:
    """The step that asks for the details of each contribution that was chosen."""
    language = get_language() or "en"
    of_bands = tuple(Choice(*band) for band in bands(city.settings.framework, grades))
    spoken = tuple(
        Choice(code, language_name(code)) for code in dict.fromkeys((*city.settings.city.languages, *languages))
    )
    return Step(
        DETAILS,
        _("How much of it, and when"),
        _("As exactly as you can. What is said here goes to partners who could give it."),
        tuple(
            replace(question, part=each.title.in_language(language), part_help=each.description.in_language(language))
            for code in chosen
            if (each := city.settings.framework.contributions[code])
            for question in _details_of(city, code, of_bands, spoken)
        ),
        _("Nothing was chosen in the step before, so there is nothing to ask here."),
    )


def _details_of(city: City, code: str, of_bands: tuple[Choice, ...], spoken: tuple[Choice, ...]) -> Iterator[Question]:
    unit = city.settings.framework.contributions[code].unit
    yield Question(detail(code, "amount"), "whole", AMOUNTS[unit], of_students=unit == "students")
    if len(of_bands) > 1:
        every = Choice(EVERY_GRADE, _("All of the school's grades"))
        yield Question(detail(code, "grade_band"), "choice", _("For which grades?"), choices=(every, *of_bands))
    yield Question(
        detail(code, "days"),
        "codes",
        _("On which days would it suit?"),
        choices=tuple(Choice(day, capfirst(name)) for day, name in DAYS.items()),
        none=_("Any day"),
    )
    yield Question(
        detail(code, "times"),
        "codes",
        _("At what time would it suit?"),
        choices=tuple(Choice(time.value, capfirst(time.label)) for time in Need.Time),
        none=_("Any time"),
    )
    yield Question(detail(code, "languages"), "codes", _("In which languages?"), choices=spoken, none=_("Any language"))
    yield Question(
        detail(code, "priority"),
        "choice",
        _("How pressing is it?"),
        choices=(Choice("1", _("Very")), Choice("2", _("Somewhat")), Choice("3", _("It would be good to have"))),
    )
    yield Question(
        detail(code, "description"),
        "text",
        _("In your own words"),
        _("Instruments, what was tried before. Name no student: everybody may read this."),
        most=2000,
        is_optional=True,
    )


AMOUNTS: dict[str, Words] = {
    Need.Unit.STUDENTS: _("For how many students?"),
    Need.Unit.TEACHERS: _("For how many teachers?"),
    Need.Unit.ITEMS: _("How many items?"),
    Need.Unit.HOURS: _("How many hours in the year?"),
}
DETAIL_FIELDS = ("amount", "grade_band", "days", "times", "languages", "priority", "description")


def detail(contribution: str, field: str) -> str:
    """The id of the question for one detail of the need for a contribution."""
    return f"need.{contribution}.{field}"


def bands(framework: Framework, grades: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The grade bands in which the school has grades, each with its title; all of them where its grades are not known."""
    numbers = [grade_number(grade) for grade in grades]
    for code, band in framework.grade_bands.items():
        if not numbers or any(band.first <= number <= band.last for number in numbers):
            yield code, band.title.in_language(get_language() or "en")


def column_of(band: str) -> str:
    """The column of a baseline with the minutes of a grade band."""
    return f"minutes_{band.lower().replace('-', '_')}"
