"""Columns that several tables have, and what most columns are made by."""

from dataclasses import replace

from allcity.formats.columns import Column

PROVENANCE = (
    Column("source_id", "text", "Where the record comes from.", required=True, references=("sources", "source_id")),
    Column("as_of", "date", "The day on which the record was known to be true.", required=True),
)
YEAR = Column("year", "year", "The school year, by its first calendar year: 2022 is 2022-23.", True, 1990, 2100)
SCHOOL = Column("school_id", "text", "The school.", references=("schools", "school_id"))
ORGANIZATION = Column("organization_id", "text", "The organization.", references=("organizations", "organization_id"))
AREA = Column("area_id", "text", "The area it lies in.", references=("areas", "area_id"))
PARTNERSHIP = Column("partnership_id", "text", "The partnership.", references=("partnerships", "partnership_id"))
CONTRIBUTION = Column("contribution", "text", "What is given, one of the contributions.", vocabulary="contributions")
BAND = Column("grade_band", "text", "A band of grades, where it is for one alone.", vocabulary="bands")
GROUP = Column("group_id", "text", "A group of students, where it is for one alone.", references=("groups", "group_id"))
CURRENCY = Column("currency", "text", "ISO 4217 code, where it is not the city's own currency.")
LATITUDE = Column(
    "latitude", "number", "WGS 84 latitude. Empty where it is not known.", minimum=-90, maximum=90, unit="degrees"
)
LONGITUDE = Column(
    "longitude", "number", "WGS 84 longitude. Empty where it is not known.", minimum=-180, maximum=180, unit="degrees"
)
ADDRESS = Column("address", "text", "Street address.")
WEBSITE = Column("website", "text", "Web address.")
LANGUAGES = Column("languages", "list", "BCP 47 codes of the languages it is given in.")
DAYS = Column("days", "list", "Days of the week.", codes=("mo", "tu", "we", "th", "fr", "sa", "su"))


def needed(column: Column) -> Column:
    """A column in which every row holds something."""
    return replace(column, required=True)


def id_column(name: str) -> Column:
    """The column of a record's own id."""
    return Column(name, "text", "The city's own id of the record.", required=True)


def count_column(name: str, description: str, unit: str = "students", required: bool = False) -> Column:
    """A column of whole numbers."""
    return Column(name, "integer", description, required, minimum=0, unit=unit)


def amount_column(name: str, description: str, unit: str) -> Column:
    """A column of numbers."""
    return Column(name, "number", description, minimum=0, unit=unit)


def money_column(name: str, description: str) -> Column:
    """A column of money."""
    return Column(name, "integer", description, minimum=0, unit="minor units of the currency")


NAME = Column("name", "text", "Its name as people know it.", required=True)
SETTINGS = ("in_school_hours", "out_of_hours", "out_of_school")
