"""The city folder's tables: what every column means, what it may hold, and what it points to.

This is the one description of the format: reading, checking, writing, the data package and the reference pages
in the documentation all come from it. Translators find the columns' descriptions by their place in the calls below.
"""

from collections.abc import Mapping
from dataclasses import replace

from allcity.analysis.city import ALL, GRADES
from allcity.formats.columns import Column, Table

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


def _need(column: Column) -> Column:
    return replace(column, required=True)


def _id(name: str) -> Column:
    return Column(name, "text", "The city's own id of the record.", required=True)


def _count(name: str, description: str, unit: str = "students", required: bool = False) -> Column:
    return Column(name, "integer", description, required, minimum=0, unit=unit)


def _amount(name: str, description: str, unit: str) -> Column:
    return Column(name, "number", description, minimum=0, unit=unit)


def _money(name: str, description: str) -> Column:
    return Column(name, "integer", description, minimum=0, unit="minor units of the currency")


NAME = Column("name", "text", "Its name as people know it.", required=True)
SETTINGS = ("in_school_hours", "out_of_hours", "out_of_school")

_TABLES = (
    Table(
        "sources",
        "Where records come from, under which terms, and how much of their kind each one names.",
        ("source_id",),
        (
            _id("source_id"),
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
    Table("districts", "School districts.", ("district_id",), (_id("district_id"), NAME, WEBSITE, *PROVENANCE)),
    Table(
        "areas",
        "Neighborhoods or other parts of the city. Their outlines are in areas.geojson, by the property area_id.",
        ("area_id",),
        (
            _id("area_id"),
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
            _id("group_id"),
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
            _id("school_id"),
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
            _need(SCHOOL),
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
            _count("students", "How many.", required=True),
            *PROVENANCE,
        ),
        dated="year",
    ),
    Table(
        "organizations",
        "Music organizations, universities, venues, funders, family groups and public services.",
        ("organization_id",),
        (
            _id("organization_id"),
            NAME,
            Column("participant_type", "text", "Which of the participant types it is.", vocabulary="participants"),
            Column("description", "text", "What it does."),
            AREA,
            WEBSITE,
            *PROVENANCE,
        ),
    ),
    Table(
        "participants",
        "Who takes part in the ecosystem, as numbers by type and place: no person is named.",
        ("participant_id",),
        (
            _id("participant_id"),
            YEAR,
            Column(
                "participant_type", "text", "One of the participant types.", required=True, vocabulary="participants"
            ),
            SCHOOL,
            ORGANIZATION,
            AREA,
            _count("number", "How many take part.", unit="people", required=True),
            *PROVENANCE,
        ),
        dated="year",
    ),
    Table(
        "programs",
        "What an organization offers, apart from its dates and places.",
        ("program_id",),
        (
            _id("program_id"),
            _need(ORGANIZATION),
            NAME,
            Column("description", "text", "What students do in it."),
            Column("contributions", "list", "What it contributes.", vocabulary="contributions"),
            WEBSITE,
            *PROVENANCE,
        ),
    ),
    Table(
        "locations",
        "Places where offerings are held.",
        ("location_id",),
        (_id("location_id"), NAME, ADDRESS, LATITUDE, LONGITUDE, AREA, *PROVENANCE),
    ),
    Table(
        "offerings",
        "A program at a place in a season: its dates, seats, ages, fee and schedule.",
        ("offering_id",),
        (
            _id("offering_id"),
            Column("program_id", "text", "The program.", required=True, references=("programs", "program_id")),
            Column(
                "location_id",
                "text",
                "Where it is held. Empty where it is not known.",
                references=("locations", "location_id"),
            ),
            Column("mode", "text", "How it is held.", required=True, codes=("in_person", "online")),
            Column("start_date", "date", "Its first day.", required=True),
            Column("end_date", "date", "Its last day.", required=True),
            _count("sessions", "How many times it meets.", unit="sessions"),
            DAYS,
            Column("start_time", "time", "When it begins."),
            Column("end_time", "time", "When it ends."),
            _count("seats", "How many students it has room for. Empty where it is not known.", unit="seats"),
            Column(
                "minimum_age",
                "number",
                "The youngest it is for. Empty where it is not known.",
                minimum=0,
                maximum=120,
                unit="years",
            ),
            Column(
                "maximum_age",
                "number",
                "The oldest it is for. Empty where it is not known.",
                minimum=0,
                maximum=120,
                unit="years",
            ),
            _money("minimum_fee", "The least a family pays for it; 0 is free. Empty where it is not known."),
            _money("maximum_fee", "The most a family pays for it. Empty where it is not known."),
            CURRENCY,
            LANGUAGES,
            Column("accommodations", "list", "What it does for students with disabilities, in the city's own codes."),
            Column("transport", "boolean", "Whether it brings students there."),
            Column("food", "boolean", "Whether it gives them food."),
            Column(
                "partnership_id",
                "text",
                "The partnership that its seats are reserved for.",
                references=("partnerships", "partnership_id"),
            ),
            *PROVENANCE,
        ),
        dated="overlap",
        ordered=(
            ("start_date", "end_date"),
            ("minimum_age", "maximum_age"),
            ("minimum_fee", "maximum_fee"),
            ("start_time", "end_time"),
        ),
    ),
    Table(
        "baselines",
        "The school's own music in a year. A school that did not answer has no row, or empty cells.",
        ("school_id", "year"),
        (
            _need(SCHOOL),
            YEAR,
            _amount("music_staff", "Certified music teachers.", "full-time equivalents"),
            _amount("minutes_pk_2", "Minutes of music a week in grades PK to 2.", "minutes a week"),
            _amount("minutes_3_5", "Minutes of music a week in grades 3 to 5.", "minutes a week"),
            _amount("minutes_6_8", "Minutes of music a week in grades 6 to 8.", "minutes a week"),
            _amount("minutes_9_12", "Minutes of music a week in grades 9 to 12.", "minutes a week"),
            _count("students_enrolled", "Students enrolled in sequential music."),
            _count("students_without_place", "Students who asked for a place in the school's music and found none."),
            _count("ensembles", "Ensembles that meet all year.", unit="ensembles"),
            _count("instruments", "Instruments that students can use.", unit="instruments"),
            _money("music_budget", "Money for music in the year, staff apart."),
            Column("space", "text", "The room there is for music.", codes=("own", "shared", "none")),
            Column(
                "informal_music",
                "list",
                "Where the school knows its students to make music by themselves.",
                codes=("home", "worship", "friends", "community"),
            ),
            Column("rating", "text", "The arts rating that the city publishes for the school."),
            Column("rating_year", "year", "The school year that the rating describes.", minimum=1990, maximum=2100),
            *PROVENANCE,
        ),
        dated="year",
    ),
    Table(
        "needs",
        "What a school or district needs from others, as it says itself.",
        ("need_id",),
        (
            _id("need_id"),
            YEAR,
            SCHOOL,
            Column(
                "district_id",
                "text",
                "The district, where it is the district's need.",
                references=("districts", "district_id"),
            ),
            _need(CONTRIBUTION),
            _amount("amount", "How much is asked for. Empty where it was not said.", "in the unit of the next column"),
            Column("unit", "text", "What is counted.", required=True, codes=("students", "teachers", "items", "hours")),
            _amount("dosage_hours", "Hours that each student or teacher should have in the year.", "hours"),
            BAND,
            GROUP,
            DAYS,
            Column(
                "times",
                "list",
                "Times of the day and week that suit.",
                codes=("in_school_hours", "after_school", "evening", "weekend"),
            ),
            LANGUAGES,
            Column("priority", "integer", "1 is most pressing.", minimum=1, maximum=3),
            Column("description", "text", "What is asked for, in the school's or district's own words."),
            Column(
                "state",
                "text",
                "How far it has come.",
                required=True,
                codes=("stated", "offered", "agreed", "delivering", "closed"),
            ),
            *PROVENANCE,
        ),
        dated="year",
    ),
    Table(
        "partnerships",
        "One or more organizations with schools or districts.",
        ("partnership_id",),
        (
            _id("partnership_id"),
            NAME,
            Column(
                "organization_ids",
                "list",
                "Its organizations.",
                required=True,
                references=("organizations", "organization_id"),
            ),
            Column("school_ids", "list", "Its schools.", references=("schools", "school_id")),
            Column("district_ids", "list", "Its districts.", references=("districts", "district_id")),
            Column("need_ids", "list", "The needs it answers.", references=("needs", "need_id")),
            Column("contributions", "list", "What it contributes.", vocabulary="contributions"),
            Column("setting", "text", "When and where it works with students.", codes=SETTINGS),
            Column("start_date", "date", "Its first day.", required=True),
            Column("planned_end_date", "date", "The last day that was planned from the start."),
            Column("end_date", "date", "Its last day, once it has ended."),
            _money("money", "What it costs in a year."),
            CURRENCY,
            Column("funding_source", "text", "Who pays."),
            *PROVENANCE,
        ),
        dated="overlap",
        ordered=(("start_date", "planned_end_date"), ("start_date", "end_date")),
    ),
    Table(
        "agreements",
        "Versions of a partnership's agreement, and who has signed them.",
        ("agreement_id",),
        (
            _id("agreement_id"),
            _need(PARTNERSHIP),
            Column("version", "integer", "1 for the first.", required=True, minimum=1),
            Column("start_date", "date", "From when it holds.", required=True),
            Column("end_date", "date", "Until when it holds."),
            Column("signed_by_organization", "date", "The day the partner signed."),
            Column("signed_by_school", "date", "The day the school or district signed."),
            *PROVENANCE,
        ),
        dated="overlap",
        ordered=(("start_date", "end_date"),),
    ),
    Table(
        "goals",
        "What a partnership means to reach, with both sides' words.",
        ("goal_id",),
        (
            _id("goal_id"),
            _need(PARTNERSHIP),
            Column("goal", "text", "The goal.", required=True),
            Column(
                "goal_type",
                "text",
                "What it serves.",
                codes=("curriculum", "musical", "educational", "social"),
            ),
            Column("standard", "text", "Code of the arts standard it is tied to."),
            Column("agreed_on", "date", "The day both sides agreed on it."),
            *PROVENANCE,
        ),
    ),
    Table(
        "deliveries",
        "What was given: dates, sessions, hours, students. The school's and the partner's account of one delivery are two rows.",
        ("delivery_id", "account"),
        (
            _id("delivery_id"),
            Column("account", "text", "Whose account it is.", required=True, codes=("organization", "school")),
            PARTNERSHIP,
            _need(ORGANIZATION),
            SCHOOL,
            Column("need_id", "text", "The need it answers.", references=("needs", "need_id")),
            _need(CONTRIBUTION),
            Column("start_date", "date", "First day.", required=True),
            Column("end_date", "date", "Last day.", required=True),
            _count("sessions", "How many sessions were held.", unit="sessions"),
            _amount("hours", "Hours that each student or teacher had.", "hours"),
            _count("students", "Students reached."),
            _amount(
                "amount",
                "What was given, where it is not students: teachers, items or hours.",
                "in the unit of the need",
            ),
            Column("setting", "text", "When and where.", codes=SETTINGS),
            Column("certified_teacher", "boolean", "Whether a certified teacher was present."),
            *PROVENANCE,
        ),
        dated="overlap",
        ordered=(("start_date", "end_date"),),
    ),
    Table(
        "check_ins",
        "What each side and the teacher say of a partnership as it goes, separately.",
        ("check_in_id",),
        (
            _id("check_in_id"),
            _need(PARTNERSHIP),
            YEAR,
            Column("date", "date", "The day.", required=True),
            Column("side", "text", "Who says it.", required=True, codes=("organization", "school", "teacher")),
            Column("goal_id", "text", "The goal it speaks of.", references=("goals", "goal_id")),
            Column("progress", "integer", "How far the goal has come, 1 to 4.", minimum=1, maximum=4),
            Column(
                "communication", "integer", "How well the sides speak with each other, 1 to 4.", minimum=1, maximum=4
            ),
            Column("next_step", "text", "What comes next."),
            *PROVENANCE,
        ),
        dated="year",
    ),
    Table(
        "answers",
        "Answers to questions of the self-examination and of short forms, as counts.",
        ("answer_id",),
        (
            _id("answer_id"),
            YEAR,
            Column(
                "question_id",
                "text",
                "The question, or a goal's id. informal_music asks for music at home, at worship or with friends.",
                required=True,
            ),
            Column("participant_type", "text", "Who answered.", vocabulary="participants"),
            SCHOOL,
            AREA,
            BAND,
            GROUP,
            PARTNERSHIP,
            Column("level", "integer", "The level chosen, for a question with levels.", minimum=1, maximum=4),
            _count("number", "How many said so, or said yes.", unit="people", required=True),
            _count("asked", "How many answered.", unit="people", required=True),
            *PROVENANCE,
        ),
        dated="year",
        ordered=(("number", "asked"),),
    ),
    Table(
        "identifiers",
        "What others call a record: NCESSCH, EIN, …, always as text.",
        ("table", "record_id", "scheme"),
        (
            Column("table", "text", "The table of the record.", required=True),
            Column("record_id", "text", "Its id there.", required=True),
            Column("scheme", "text", "Whose identifier it is.", required=True),
            Column("value", "text", "The identifier, leading zeros and all.", required=True),
            *PROVENANCE,
        ),
    ),
)


SCHEMA: Mapping[str, Table] = {table.name: table for table in _TABLES}
