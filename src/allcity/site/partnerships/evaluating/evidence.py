"""What records show of each criterion, in words: one line for each key of the evidence of `allcity.analysis.conditions`."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from allcity.analysis.city import year_name
from allcity.site.directory.words import amount, catalogue
from allcity.site.partnerships.reviewing.words import CATEGORIES


@dataclass(frozen=True)
class Found:
    """The evidence of a criterion, with what it takes to put it into words: the city's currency and its schools by key.

    `withheld` are the keys of which it is not told how much.
    """

    evidence: Mapping[str, Any]
    currency: str
    schools: Mapping[str, str]
    withheld: Collection[str] = ()


Write = Callable[[Any, Found], str]


def _number(value: float, _found: Found) -> str:
    rounded = round(value, 2)
    return catalogue().number(rounded, 0 if rounded == round(rounded) else 1 if rounded == round(rounded, 1) else 2)


def _day(value: str, _found: Found) -> str:
    return date_format(date.fromisoformat(value[:10]))


def _year(value: int, _found: Found) -> str:
    return year_name(value)


def _yes_no(value: bool, _found: Found) -> str:
    return _("yes") if value else _("no")


def _share(value: float, _found: Found) -> str:
    return catalogue().share(value)


def _in_unit(value: float, found: Found) -> str:
    unit = found.evidence.get("unit")
    return catalogue().counted(unit, value) if unit else _number(value, found)


def _unit(value: str, _found: Found) -> str:
    return catalogue().plural(f"nouns.{value}", 2)


def _money(value: int, found: Found) -> str:
    return amount(value, found.currency)


def _text(value: object, _found: Found) -> str:
    return str(value)


def _school(value: str, found: Found) -> str:
    return found.schools.get(value, value)


def _category(value: str, _found: Found) -> str:
    return next((str(words) for category, words in CATEGORIES.items() if category == value), value)


@dataclass(frozen=True)
class Clue:
    """How a key of the evidence is put into words."""

    label: str | Promise
    write: Write = _number


_START = Clue(gettext_lazy("First day of the partnership"), _day)
_NEEDS = Clue(gettext_lazy("Needs that it answers"))
_GOALS = Clue(gettext_lazy("Goals that are written down"))
_GROWTH = Clue(gettext_lazy("Goals on which students were counted by how far they have come"))
_CHECK_INS = Clue(gettext_lazy("Check-ins of this year"))
_TRAININGS = Clue(gettext_lazy("Times it gave training to teachers"))
_SCREENED: Mapping[str, Clue] = {
    "schools": Clue(gettext_lazy("Schools to which it came in school hours")),
    "school_id": Clue(gettext_lazy("The one of them where it is least clear"), _school),
    "before": Clue(gettext_lazy("On average before a partner came in school hours")),
    "since": Clue(gettext_lazy("On average since")),
    "change": Clue(gettext_lazy("Change")),
    "expected": Clue(gettext_lazy("Change at comparable schools without such a partner, in the same years")),
    "comparable": Clue(gettext_lazy("Comparable schools with numbers for these years")),
    "p": Clue(gettext_lazy("Of schools without such a partner, the share with a change as low or lower"), _share),
    "fall": Clue(gettext_lazy("The chance of a fall by more than counts as one, against the others"), _share),
    "category": Clue(gettext_lazy("What that shows"), _category),
}

CLUES: Mapping[str, Mapping[str, Clue]] = {
    "need_named_first": {
        "needs": _NEEDS,
        "first_need_year": Clue(gettext_lazy("School year of the first need"), _year),
        "need_known_on": Clue(gettext_lazy("Day on which the first need is known to have stood"), _day),
        "agreed_on": Clue(gettext_lazy("Day of the first agreement"), _day),
        "start_date": _START,
        "years_with_need": Clue(gettext_lazy("School years with a need of their own")),
        "years": Clue(gettext_lazy("School years of the partnership so far")),
    },
    "hours_per_student": {
        "deliveries": Clue(gettext_lazy("Deliveries of this year")),
        "sessions": Clue(gettext_lazy("Sessions, the mean of what both sides say")),
        "students": Clue(gettext_lazy("Students, the mean of what both sides say")),
        "students_sustained": Clue(gettext_lazy("Students with as many sessions as the city calls sustained")),
        "hours_per_student": Clue(gettext_lazy("Hours for each student")),
        "needs_in_full": Clue(gettext_lazy("Needs of students that it meets in full this year")),
        "needs": Clue(gettext_lazy("Needs of students that it answers this year")),
    },
    "continuity": {
        "first_day": Clue(gettext_lazy("First day on which it gave something"), _day),
        "last_day": Clue(gettext_lazy("Last day on which it gave something"), _day),
        "days": Clue(gettext_lazy("Days from the first to the last")),
        "years_with_deliveries": Clue(gettext_lazy("School years in which it gave something")),
        "years_without_break": Clue(gettext_lazy("Of these, in a row up to this year")),
        "until": Clue(gettext_lazy("Agreed or planned until"), _day),
    },
    "goals_reviewed": {
        "goals": _GOALS,
        "goals_in_music": Clue(gettext_lazy("Of these, tied to the curriculum or to music")),
        "check_ins": _CHECK_INS,
        "reviews": Clue(gettext_lazy("Times a check-in says how far a goal has come")),
        "goals_reviewed": Clue(gettext_lazy("Goals of which a check-in says so")),
        "goals_with_growth": _GROWTH,
        "next_steps": Clue(gettext_lazy("Of these, with a next step")),
    },
    "students_heard": {
        "asked": Clue(gettext_lazy("Somebody asked the students"), _yes_no),
        "answered": Clue(gettext_lazy("Students who answered, where they are enough to be counted")),
        "reached": Clue(gettext_lazy("Students whom it reached this year")),
    },
    "agreement_signed": {
        "versions": Clue(gettext_lazy("Versions of the agreement")),
        "version": Clue(gettext_lazy("The newest version")),
        "signed_by_organization": Clue(gettext_lazy("Signed by the partner on"), _day),
        "signed_by_school": Clue(gettext_lazy("Signed by the school on"), _day),
        "signed_years": Clue(gettext_lazy("School years with a version that both signed")),
        "years": Clue(gettext_lazy("School years of the partnership so far")),
        "ends_on": Clue(gettext_lazy("Its end, as it is written down"), _day),
    },
    "goals_shared": {
        "goals": _GOALS,
        "goals_agreed": Clue(gettext_lazy("Of these, with the day on which both agreed")),
        "agreed_on": Clue(gettext_lazy("The first of these days"), _day),
        "start_date": _START,
        "sides_on_goals": Clue(
            gettext_lazy("Of organization, school and teacher, those who speak of goals when they check in")
        ),
    },
    "in_conversation": {
        "check_ins": _CHECK_INS,
        "from_organization": Clue(gettext_lazy("Of these, from the partner")),
        "from_school": Clue(gettext_lazy("Of these, from the school")),
        "from_teacher": Clue(gettext_lazy("Of these, from teachers")),
        "terms_due": Clue(gettext_lazy("Terms that are over and in which it gave something")),
        "terms_with_both": Clue(gettext_lazy("Of these, with a check-in of both sides")),
        "terms_with_next_step": Clue(gettext_lazy("Of these, with a next step written down")),
    },
    "teacher_present": {
        "deliveries": Clue(gettext_lazy("Deliveries in school hours this year")),
        "sessions": Clue(gettext_lazy("Sessions in school hours")),
        "with_teacher": Clue(gettext_lazy("Of these, with a certified teacher there")),
        "share": Clue(gettext_lazy("Share of sessions with a certified teacher there"), _share),
        "teacher_check_ins": Clue(gettext_lazy("Check-ins of teachers")),
        "trainings": _TRAININGS,
    },
    "learning_together": {
        "check_ins": _CHECK_INS,
        "parties": Clue(gettext_lazy("Sides that check in")),
        "parties_on_results": Clue(gettext_lazy("Of these, that say how far goals have come")),
        "parties_on_communication": Clue(gettext_lazy("Of these, that say how the two speak with each other")),
        "next_steps": Clue(gettext_lazy("Next steps written down")),
        "counts": Clue(gettext_lazy("Deliveries of which students were counted")),
        "goals_with_growth": _GROWTH,
    },
    "connected": {
        "others": Clue(gettext_lazy("Other partnerships at its schools")),
        "needs_shared": Clue(gettext_lazy("Of its needs, those that another partnership answers too")),
        "organizations": Clue(gettext_lazy("Organizations in it")),
        "givers_together": Clue(gettext_lazy("Organizations in it that give at one school or for one need")),
    },
    "fills_unmet_need": {
        "needs": _NEEDS,
        "unit": Clue(gettext_lazy("Counted in"), _unit),
        "asked": Clue(gettext_lazy("Asked for"), _in_unit),
        "before": Clue(gettext_lazy("Met by others before it gave something"), _in_unit),
        "own": Clue(gettext_lazy("Met by it"), _in_unit),
        "all": Clue(gettext_lazy("Met in all"), _in_unit),
    },
    "staff_kept": _SCREENED,
    "minutes_kept": {
        **_SCREENED,
        "partner_minutes": Clue(gettext_lazy("Minutes a week that it gave each student in school hours")),
    },
    "not_already_owed": {
        "budget_before": Clue(gettext_lazy("The schools' money for music the year before it began"), _money),
        "budget_this_year": Clue(gettext_lazy("Their money for music this year"), _money),
        "funding_source": Clue(gettext_lazy("Who pays for the partnership"), _text),
    },
    "beyond_school": {
        "given": Clue(gettext_lazy("Kinds of contributions that it gives")),
        "beyond": Clue(gettext_lazy("Of these, what the school did not have itself")),
        "to_those_with_least": Clue(gettext_lazy("Given at a school whose students had least"), _yes_no),
        "ensembles": Clue(gettext_lazy("Ensembles of its own, at the school with the fewest")),
        "students_enrolled": Clue(gettext_lazy("Students enrolled in music, at the school with the fewest")),
        "music_staff": Clue(gettext_lazy("Certified music teachers (positions), at the school with the fewest")),
    },
    "leaves_something": {
        "planned_end": Clue(gettext_lazy("The end, as it is planned"), _day),
        "trainings": _TRAININGS,
        "staff_has_grown": Clue(gettext_lazy("The school's own certified staff has grown since"), _yes_no),
    },
}
"""The words of every key, by criterion. Keys that end in `_low` and `_high` are ranges of the key before."""

ENDS = ("_low", "_high")

REASONS: Mapping[str, str | Promise] = {
    "need_named_first": gettext_lazy("no record says on which day a need was stated, nor who looks at needs again"),
    "hours_per_student": gettext_lazy(
        "it is not on record whether the same students came each time, or not all of it is"
    ),
    "continuity": gettext_lazy(
        "it is not on record whether students met the same people, or what is agreed for the next year"
    ),
    "goals_reviewed": gettext_lazy("not all goals and check-ins are on record"),
    "students_heard": gettext_lazy("it is not on record who could answer, and what was changed because of it"),
    "agreement_signed": gettext_lazy("a signature, an end or a version may be missing in the records"),
    "goals_shared": gettext_lazy("it is not on record who chose the goals, or when all of them were agreed on"),
    "in_conversation": gettext_lazy(
        "talks are not on record where nobody wrote a check-in, nor is how they settled things"
    ),
    "teacher_present": gettext_lazy(
        "it is not on record who prepares and teaches together, or who was there each time"
    ),
    "learning_together": gettext_lazy("it is not on record whether both looked at it together at the end of the year"),
    "connected": gettext_lazy("nobody writes down who knows of whom and plans together"),
    "fills_unmet_need": gettext_lazy("not all that was given is on record, or the two accounts of it differ"),
    "staff_kept": gettext_lazy("years of its own are not known, or other reasons for a change are not on record"),
    "minutes_kept": gettext_lazy("years of its own are not known, or other reasons for a change are not on record"),
    "not_already_owed": gettext_lazy("what a policy asks for and what local money paid for is in no record"),
    "beyond_school": gettext_lazy("it is not on record whether the same students get the same twice"),
    "leaves_something": gettext_lazy("it is not on record what the school takes over, when, and with what money"),
}
"""Why the level of a criterion is a range."""


def lines(criterion: str, found: Found) -> list[tuple[str, str]]:
    """What the evidence says, line by line: what it is, and how much, with its range."""
    clues = CLUES.get(criterion, {})
    return [(str(clues[key].label), _value(key, clues[key], found)) for key in found.evidence if key in clues]


def _value(key: str, clue: Clue, found: Found) -> str:
    if key in found.withheld:
        return str(catalogue()("words.withheld"))
    value = found.evidence[key]
    low, high = (found.evidence.get(f"{key}{end}", value) for end in ENDS)
    told = _("not known") if value is None else clue.write(value, found)
    if low == high == value:
        return told
    least = clue.write(low, found) if low is not None else None
    most = clue.write(high, found) if high is not None else None
    if value is None and not low and most is None:
        return told
    values = {"value": told, "least": least, "most": most}
    if value is None:
        return (_("between %(least)s and %(most)s") if most else _("at least %(least)s")) % values
    return (_("%(value)s (%(least)s to %(most)s)") if most else _("%(value)s (at least %(least)s)")) % values
