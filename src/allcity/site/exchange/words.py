"""Tables, ways of reading a cell and steps of the work, as people call them."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

Words = Mapping[str, str | Promise]

TABLES: Words = {
    "sources": _("Sources"),
    "districts": _("Districts"),
    "areas": _("Areas"),
    "groups": _("Groups of students"),
    "schools": _("Schools"),
    "students": _("Numbers of students"),
    "organizations": _("Organizations"),
    "participants": _("Who takes part, in numbers"),
    "programs": _("Programs"),
    "locations": _("Places"),
    "offerings": _("Offerings: dates, seats, ages and fees"),
    "baselines": _("Music in school"),
    "needs": _("Needs"),
    "partnerships": _("Partnerships"),
    "agreements": _("Agreements"),
    "goals": _("Goals"),
    "deliveries": _("What was delivered"),
    "check_ins": _("Check-ins"),
    "answers": _("Answers to questions"),
    "identifiers": _("Identifiers of others"),
}
WAYS: Words = {
    "": _("as it stands"),
    "text": _("text"),
    "integer": _("whole number"),
    "number": _("number"),
    "boolean": _("yes or no"),
    "date": _("date"),
    "time": _("time of day"),
    "seconds": _("time of day, in seconds after midnight"),
    "time_range:start": _("beginning of “8:30 to 15:30”"),
    "time_range:end": _("end of “8:30 to 15:30”"),
    "year": _("school year"),
    "list": _("list"),
    "grade": _("grade"),
    "grades": _("grades"),
    "identifier": _("an id made of the text"),
    "money": _("amount of money"),
    "money_range:minimum": _("least of “$5 to $50”"),
    "money_range:maximum": _("most of “$5 to $50”"),
    "range:minimum": _("least of “8 to 14”"),
    "range:maximum": _("most of “8 to 14”"),
    "point:latitude": _("latitude of a point"),
    "point:longitude": _("longitude of a point"),
}
_STEPS: Words = {"": _("waiting for its turn"), "checking": _("checking all records"), "writing": _("bringing them in")}


def table_name(table: str) -> str:
    """What people call a table; a file's own word where it is none."""
    return str(TABLES.get(table, table))


def column_name(column: str) -> str:
    """A column's name as words."""
    return column.removesuffix("_id").replace("_", " ")


def step_words(step: str) -> str:
    """What is being done, in words."""
    return str(_STEPS[step]) if step in _STEPS else _now("reading %(file)s") % {"file": step}
