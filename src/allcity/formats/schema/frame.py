"""The tables of the city itself: where records come from, its parts, its schools and their students."""

from allcity.analysis.city import ALL, GRADES
from allcity.formats.columns import Column, Table
from allcity.formats.schema.shared import (
    ADDRESS,
    AREA,
    LATITUDE,
    LONGITUDE,
    NAME,
    PROVENANCE,
    SCHOOL,
    WEBSITE,
    YEAR,
    count_column,
    id_column,
    needed,
)

TABLES = (
    Table(
        "sources",
        "Where records come from, under which terms, and how much of their kind each one names.",
        ("source_id",),
        (
            id_column("source_id"),
            NAME,
            Column("publisher", "text", "Who publishes it."),
            Column("url", "text", "Where it is published."),
            Column("licence", "text", "Its terms, which travel with its rows into every export."),
            Column("attribution", "text", "The words the terms ask for."),
            Column("tables", "list", "The tables it feeds.", required=True),
            Column("first_year", "year", "The first school year it covers, empty for all.", minimum=1990, maximum=2100),
            Column("last_year", "year", "The last school year it covers, empty for all.", minimum=1990, maximum=2100),
            Column(
                "coverage",
                "text",
                "Whether it names all of its kind. Figures that rest on a source that does not are at-least figures.",
                required=True,
                codes=("complete", "partial", "unknown"),
            ),
            Column("note", "text", "What a reader should know of it."),
            PROVENANCE[1],
        ),
        ordered=(("first_year", "last_year"),),
    ),
    Table("districts", "School districts.", ("district_id",), (id_column("district_id"), NAME, WEBSITE, *PROVENANCE)),
    Table(
        "areas",
        "Neighborhoods or other parts of the city. Their outlines are in areas.geojson, by the property area_id.",
        ("area_id",),
        (
            id_column("area_id"),
            NAME,
            Column("population", "integer", "People who live there.", minimum=0, unit="people"),
            Column("hardship", "number", "An index of hardship or need: higher is harder.", minimum=0),
            *PROVENANCE,
        ),
    ),
    Table(
        "groups",
        "Groups of students for whom figures are given, such as those of low-income families.",
        ("group_id",),
        (
            id_column("group_id"),
            NAME,
            Column("name_es", "text", "Its name in Spanish."),
            Column(
                "dimension",
                "text",
                "What it is a group by: income, language, disability, race and ethnicity, …",
                required=True,
            ),
            Column("compared", "boolean", "Whether everyone else in the dimension is shown beside it."),
            *PROVENANCE,
        ),
    ),
    Table(
        "schools",
        "Schools, one row for each school year.",
        ("school_id", "year"),
        (
            id_column("school_id"),
            YEAR,
            NAME,
            Column("district_id", "text", "Its district.", references=("districts", "district_id")),
            AREA,
            Column("school_type", "text", "Neighborhood, magnet, charter, … as the city says."),
            Column("grades", "list", "The grades it offers.", required=True, codes=GRADES),
            ADDRESS,
            LATITUDE,
            LONGITUDE,
            Column("dismissal_time", "time", "When the school day ends."),
            WEBSITE,
            *PROVENANCE,
        ),
        dated="year",
    ),
    Table(
        "students",
        "Numbers of students of a school, by grade and group: counts, never students.",
        ("school_id", "year", "grade", "group_id"),
        (
            needed(SCHOOL),
            YEAR,
            Column(
                "grade", "text", "A grade, or all where only the total is known.", required=True, codes=(ALL, *GRADES)
            ),
            Column(
                "group_id",
                "text",
                "A group, or all for every student.",
                required=True,
                references=("groups", "group_id"),
            ),
            count_column("students", "How many.", required=True),
            *PROVENANCE,
        ),
        dated="year",
    ),
)
