"""The sample schools' own music, and who takes part in the ecosystem, as the schools told it: not all of them did."""

import numpy as np
import polars as pl

from allcity.sample.draws import Booleans, Floats, chosen, ranks, whole
from allcity.sample.names import ids
from allcity.sample.schools import YEARS, school_years

SILENT = (11, 10, 10, 9, 8)
"""How many schools did not answer in each year, at scale 1."""

STAFFED = (0.43, 0.50, 0.62, 0.65, 0.68)
"""Share of schools with a music teacher for 350 students, as Chicago's rose for the arts over its first years."""

LONG_ENOUGH = (0.40, 0.47, 0.58, 0.59, 0.60)
"""Share of schools with 120 minutes or more a week, likewise."""

RATINGS = {
    "Excelling": (0.14, 0.20, 0.27, 0.33, 0.39),
    "Strong": (0.32, 0.32, 0.31, 0.29, 0.27),
    "Developing": (0.32, 0.29, 0.25, 0.22, 0.20),
    "Emerging": (0.22, 0.19, 0.17, 0.16, 0.14),
}
"""Share of rated schools by rating. Chicago's best rating went from 14 to 39 percent in eleven years, here in five."""

_STORIES = pl.DataFrame(
    {
        "case": np.repeat(["supplanting", "withdrawal", "alongside", "handover", "single_source"], len(YEARS)),
        "year": list(YEARS) * 5,
        "told_staff": [
            *(2.0, 2.0, 1.0, 0.5, 0.5),
            *(1.5, 1.5, 1.5, 0.5, 0.5),
            *(0.5, 0.5, 1.0, 1.5, 2.0),
            *(0.0, 0.0, 0.5, 1.5, 2.0),
            *[0.0] * 5,
        ],
        "told_minutes": [
            *(120, 115, 60, 35, 30),
            *(110, 110, 105, 45, 45),
            *(30, 30, 110, 150, 165),
            *(0, 0, 45, 90, 120),
            *[0] * 5,
        ],
    }
)
"""What happened at the schools that tell a story."""


def provision(roll: pl.DataFrame, by_grade: pl.DataFrame, scale: int, random: np.random.Generator) -> pl.DataFrame:
    """A row for each school and year: what music it has, whether it `answered`, and its published rating."""
    rows = school_years(roll).join(
        by_grade.group_by("school", "year").agg(students=pl.col("students").sum()),
        on=("school", "year"),
        how="left",
        maintain_order="left",
    )
    count, school, year = len(rows), rows["school"].to_numpy(), rows["year"].to_numpy() - YEARS[0]
    strength = roll["strength"].to_numpy()
    quality = ranks(strength * 0.65 + random.random(len(roll)) * 0.35)[school]
    quality = np.clip(quality + random.normal(0, 0.02, count), 0.001, 0.999)
    staff = _staff(rows["students"].to_numpy(), quality, quality > 1 - np.array(STAFFED)[year])
    rows = rows.join(_STORIES, on=("case", "year"), how="left", maintain_order="left").with_columns(
        quality=quality,
        music_staff=pl.coalesce("told_staff", pl.Series(staff)),
        minutes=pl.coalesce("told_minutes", pl.Series(_minutes(quality, np.array(LONG_ENOUGH)[year], staff))),
        answered=~pl.Series(_silent(rows, scale, random)),
    )
    return rows.with_columns(rating=_ratings(rows, random))


def baselines_table(rows: pl.DataFrame, random: np.random.Generator) -> pl.DataFrame:
    """What the schools that answered say; some leave cells empty, and of some the city knows its rating alone."""
    students, quality = rows["students"].to_numpy(), rows["quality"].to_numpy()
    minutes, staff = rows["minutes"].to_numpy(), rows["music_staff"].to_numpy()
    enrolled = students * np.minimum(0.97, np.where(rows["level"] == "high", 0.22 + minutes / 600, minutes / 115))
    without = students * (0.015 + 0.11 * (1 - quality)) * random.uniform(0.6, 1.4, len(rows))
    ensembles = np.where(staff > 0, 1.2 * staff + 2.2 * quality * (rows["level"] != "elementary").to_numpy(), 0)
    instruments = students * (0.02 + 0.24 * quality) * random.uniform(0.7, 1.3, len(rows))
    budget = students * (2 + 20 * quality) * random.uniform(0.8, 1.2, len(rows))
    bands = {"pk_2": ("K", 1.0), "3_5": ("3", 1.05), "6_8": ("6", 0.9), "9_12": ("9", 0.75)}
    answers = {
        "music_staff": pl.Series(staff),
        **{
            f"minutes_{band}": rows.select(
                pl.when(pl.col("grades").list.contains(grade)).then((pl.col("minutes") * part / 5).round() * 5)
            ).to_series()
            for band, (grade, part) in bands.items()
        },
        "students_enrolled": whole(enrolled),
        "students_without_place": whole(without),
        "ensembles": whole(ensembles),
        "instruments": whole(instruments),
        "music_budget": whole(budget) * 100,
    }
    # Staff and minutes are asked first and mostly answered; the later a question, the more often it is skipped.
    skipped = np.linspace(0.004, 0.12, len(answers))
    told = rows["case"].is_not_null().to_numpy()
    table = rows.with_columns(
        pl.when(pl.col("answered") & pl.Series((random.random(len(rows)) >= share) | told)).then(values).alias(name)
        for (name, values), share in zip(answers.items(), skipped, strict=True)
    ).with_columns(rating_year=pl.when(pl.col("rating").is_not_null()).then(pl.col("year") - 1))
    rated_alone = pl.Series(random.random(len(rows)) < 0.3) & pl.col("rating").is_not_null()
    return table.filter(pl.col("answered") | rated_alone)


def participants_table(rows: pl.DataFrame, organizations: pl.DataFrame, random: np.random.Generator) -> pl.DataFrame:
    """People by type at the schools that answered; organizations count once as themselves, and have their musicians."""
    schools = rows.filter("answered")
    student_voice = pl.Series(random.random(len(schools)) < 0.35)
    counts = {
        "music_educators": pl.col("music_staff").ceil(),
        "general_teachers": pl.col("students") / 17,
        "school_leaders": 1 + pl.col("students") / 400,
        "families": pl.col("students") * pl.Series(random.uniform(0.01, 0.07, len(schools))),
        "students": pl.when(student_voice).then(pl.Series(random.integers(6, 24, len(schools)))),
    }
    years = organizations.join(pl.DataFrame({"year": list(YEARS)}), how="cross", maintain_order="left_right")
    columns = ("organization_id", "year", "participant_type", "number")
    found = pl.concat(
        [
            *(
                schools.select("school_id", "year", number=number.round().cast(pl.Int64), participant_type=pl.lit(kind))
                for kind, number in counts.items()
            ),
            years.with_columns(number=pl.lit(1, pl.Int64)).select(columns),
            years.with_columns(number="musicians", participant_type=pl.lit("musicians")).select(columns),
        ],
        how="diagonal",
    ).filter(pl.col("number") > 0, pl.col("participant_type").is_not_null())
    return found.with_columns(participant_id=pl.Series(ids("w", len(found))))


def _silent(rows: pl.DataFrame, scale: int, random: np.random.Generator) -> Booleans:
    """Which schools did not answer: often the same. Those that tell a story always do, or it could not be told."""
    school = rows["school"].to_numpy()
    busy = random.random(school.max() + 1)[school]
    draw = 12 * busy + random.random(len(rows)) + rows["case"].is_not_null().to_numpy() * 99
    silent = np.zeros(len(rows), bool)
    for year, number in zip(YEARS, SILENT, strict=True):
        here = np.flatnonzero(rows["year"].to_numpy() == year)
        silent[here[np.argsort(draw[here])[: number * scale]]] = True
    return silent


def _staff(students: Floats, quality: Floats, staffed: Booleans) -> Floats:
    """Full-time equivalents in halves: at least one for 350 students where staffed, fewer elsewhere, at the weakest none."""
    needed = students / 350
    fewer = np.floor(needed * 1.5) / 2
    return np.where(staffed, np.ceil(needed * 2) / 2, np.where(quality < 0.09, 0, fewer))


def _minutes(quality: Floats, long_enough: Floats, staff: Floats) -> Floats:
    """Minutes a week in fives, with the year's share of schools at 120 or more."""
    place = quality + long_enough - 0.6
    minutes = 5 * np.floor(np.interp(place, [0, 0.08, 0.22, 0.40, 1], [0, 45, 90, 120, 185]) / 5)
    return np.where(staff > 0, minutes, np.minimum(minutes, 30))


def _ratings(rows: pl.DataFrame, random: np.random.Generator) -> pl.Series:
    """Ratings by rank within a year. They describe the year before: a school that did not answer then has none to show."""
    score = rows["strength"].to_numpy() * 0.7 + random.random(len(rows)) * 0.3
    incomplete = rows.select((~pl.col("answered").shift(1).over("school", order_by="year")).fill_null(value=False))
    silent_before = incomplete.to_series().to_numpy()
    new = (rows["first"] == rows["year"]).to_numpy() & (rows["year"] > YEARS[0]).to_numpy()
    place = np.where(new, len(RATINGS), len(RATINGS) + 1)
    for number, year in enumerate(YEARS):
        here = np.flatnonzero((rows["year"] == year).to_numpy() & ~new & ~silent_before)
        bounds = np.cumsum([shares[number] for shares in RATINGS.values()])[:-1]
        place[here] = np.searchsorted(bounds, 1 - ranks(score[here]))
    return chosen([*RATINGS, None, "Incomplete data"], place)
