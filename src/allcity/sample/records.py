"""The sample city's sources, and the columns that say where each record comes from and when it was true."""

from datetime import date

import polars as pl

from allcity.analysis.city import year_of
from allcity.formats.schema import SCHEMA
from allcity.sample.schools import YEARS

_SOURCES = pl.DataFrame(
    [
        (
            "register",
            "School register of Rivermouth (made up)",
            ["districts", "areas", "groups", "schools", "identifiers"],
            "complete",
            "Lists every school. One in 62 has no coordinates.",
        ),
        (
            "enrollment",
            "Enrollment counts of Rivermouth (made up)",
            ["students"],
            "complete",
            "By grade, but for the charter schools, of which only totals are published.",
        ),
        (
            "school-survey",
            "Yearly survey of school liaisons (made up)",
            ["baselines", "needs", "participants"],
            "complete",
            "Every school is asked. A school that did not answer has no row, or its published rating alone.",
        ),
        (
            "directory",
            "Early directory of programs (made up)",
            ["organizations", "programs", "locations", "offerings"],
            "partial",
            "Names the programs that organizations sent in.",
        ),
        (
            "program-census",
            "Yearly census of music programs (made up)",
            ["organizations", "programs", "locations", "offerings"],
            "complete",
            "Names every program that is open to students, with what its organization told of it.",
        ),
        (
            "partnership-log",
            "Partnership records of both sides (made up)",
            ["partnerships", "agreements", "goals", "deliveries", "check_ins"],
            "partial",
            "Holds what schools and organizations entered, each for itself.",
        ),
        (
            "conversations",
            "Family survey and self-examination (made up)",
            ["answers"],
            "partial",
            "Families were asked at a few schools alone.",
        ),
    ],
    schema=["source_id", "name", "tables", "coverage", "note"],
    orient="row",
)

CENSUS_BEGINS = 2023
"""The first year with a census of programs; before it there is a directory that not all are in."""

_SOURCE_OF = {
    table: source for source, tables in _SOURCES.select("source_id", "tables").iter_rows() for table in tables
}
_SURVEY_DAY = (0, 11, 15)
_TRUE_ON = {"offerings": (0, 8, 20), "answers": (1, 3, 15), "deliveries": (1, 6, 20)}
"""The day in a school year, by years after its first calendar year, month and day, on which a table was last asked for."""
_YEAR_COLUMNS = ("year", "rating_year", "first_year", "last_year")
_WEEKS_A_YEAR = 365.2425 / 7
"""Days move by whole weeks, so that each stays the day of the week that it was, and in its school year."""
_LAST_DAY = pl.date(YEARS[-1] + 1, 6, 20)


def sources_table() -> pl.DataFrame:
    """Where the sample city's records would come from, if it existed."""
    return _SOURCES.with_columns(
        publisher=pl.lit("Music coalition of Rivermouth (made up)"),
        licence=pl.lit("CC0-1.0"),
        first_year=pl.when(pl.col("source_id") == "program-census").then(CENSUS_BEGINS),
        last_year=pl.when(pl.col("source_id") == "directory").then(CENSUS_BEGINS - 1),
    )


def districts_table() -> pl.DataFrame:
    """A large district and a network of charter schools."""
    return pl.DataFrame({"district_id": ["d1", "d2"], "name": ["Rivermouth City Schools", "Two Banks Charter Network"]})


def identifiers_table(roll: pl.DataFrame, organizations: pl.DataFrame) -> pl.DataFrame:
    """Numbers as federal offices would give them, in ranges that they do not use."""
    number = pl.int_range(1, pl.len() + 1).cast(pl.String)
    return pl.concat(
        [
            roll.select(
                table=pl.lit("schools"),
                record_id="school_id",
                scheme=pl.lit("NCESSCH"),
                value=pl.lit("0000000") + number.str.zfill(5),
            ),
            organizations.select(
                table=pl.lit("organizations"),
                record_id="organization_id",
                scheme=pl.lit("EIN"),
                value=pl.lit("00-") + number.str.zfill(7),
            ),
        ]
    )


def signed(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    """The table's own columns, with the source of each record and the day on which it was known to be true."""
    source, as_of = pl.lit(_SOURCE_OF.get(name)), _LAST_DAY
    if "year" in frame.columns:
        later, month, day = _TRUE_ON.get(name, _SURVEY_DAY)
        as_of = pl.date(pl.col("year") + later, month, day)
    match name:
        case "sources":
            source = pl.col("source_id")
        case "organizations":
            as_of = pl.when("confirmed").then(_LAST_DAY).otherwise(pl.date(YEARS[-2], 2, 1))
        case "check_ins":
            as_of = pl.col("date")
        case "offerings":
            source = pl.when(pl.col("year") < CENSUS_BEGINS).then(pl.lit("directory")).otherwise(source)
    table = frame.with_columns(source_id=source, as_of=as_of)
    return table.select(column for column in SCHEMA[name].names if column in table.columns)


def on_day(name: str, table: pl.DataFrame, today: date | None) -> pl.DataFrame:
    """The table as it would be today: its newest year is today's, by whole weeks, and what is not yet known is left out."""
    if today is None:
        return table
    years = year_of(today) - YEARS[-1]
    moved = table.with_columns(
        pl.col(column for column in _YEAR_COLUMNS if column in table.columns) + years,
        pl.col(pl.Date) + pl.duration(weeks=round(years * _WEEKS_A_YEAR)),
    )
    if name == "check_ins":
        moved = moved.filter(pl.col("date") <= today)
    return moved.with_columns(pl.min_horizontal("as_of", pl.lit(today))) if "as_of" in moved.columns else moved
