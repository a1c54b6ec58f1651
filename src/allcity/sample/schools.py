"""The sample city's schools: who they are, whom they teach, and how their enrolment moves."""

import numpy as np
import polars as pl

from allcity.analysis.city import ALL, GRADES
from allcity.sample.draws import Floats, ranks, whole
from allcity.sample.names import ids, invented_names
from allcity.sample.place import Place

YEARS = range(2021, 2026)
LEVELS = {"elementary": 34, "k8": 10, "middle": 9, "high": 9}
"""How many schools there are of each level, at scale 1."""

_SIZES = {"elementary": 395, "k8": 570, "middle": 590, "high": 790}
_TITLES = {"elementary": "Elementary School", "k8": "School", "middle": "Middle School", "high": "High School"}

NEVER = YEARS[-1] + 1
_OPENED = {NEVER: 0.64, YEARS[0]: 0.06, YEARS[2]: 0.17, YEARS[3]: 0.13}
"""The year since which a school lets partners into its school day, and the share of schools. Enough of them never do for the
others to be compared with."""

_GROUPS = pl.DataFrame(
    [
        ("low_income", "Students of low-income families", "Estudiantes de familias de bajos ingresos", "income"),
        ("english_learners", "English learners", "Estudiantes que aprenden inglés", "language"),
        ("students_with_disabilities", "Students with disabilities", "Estudiantes con discapacidades", "disability"),
        ("asian", "Asian students", "Estudiantes asiáticos", "race and ethnicity"),
        ("black", "Black students", "Estudiantes negros", "race and ethnicity"),
        ("hispanic", "Hispanic or Latino students", "Estudiantes hispanos o latinos", "race and ethnicity"),
        ("multiracial", "Students of two or more races", "Estudiantes de dos o más razas", "race and ethnicity"),
        ("white", "White students", "Estudiantes blancos", "race and ethnicity"),
    ],
    schema=["group_id", "name", "name_es", "dimension"],
    orient="row",
)


def make_roll(place: Place, scale: int, random: np.random.Generator) -> pl.DataFrame:
    """One row for each school there ever was: what does not change from year to year, and what makes its figures.

    `hardship` is that of its families, 0 to 1. `strength` is its rank in provision, 0 to 1, higher where hardship is
    lower. `in_hours_since` is the first year in which partners come in school hours, `NEVER` where they do not. `case` names
    the few schools that tell a story: supplanting, withdrawal, alongside, handover and single_source.
    """
    levels = np.repeat(list(LEVELS), np.array(list(LEVELS.values())) * scale)
    # One school in 62 closes and another opens, so that the roll is longer than any year's list.
    count = len(levels) + scale
    levels = np.append(levels, np.repeat("elementary", scale))
    area = place.spread(count, place.areas["population"].to_numpy() * 1.0, random)
    hardship = np.clip(place.hardship[area] + random.normal(0, 0.07, count), 0.03, 0.97)
    strength = ranks(random.uniform(0, 1, count) - 0.9 * hardship)
    points = place.points(area, random)
    points[random.permutation(count)[:scale]] = np.nan
    names = invented_names(count, random)
    first = np.full(count, YEARS[0])
    last = np.full(count, YEARS[-1])
    last[-scale:] = 2022
    first[:scale] = 2023
    size = np.array([_SIZES[level] for level in levels]) * random.uniform(0.62, 1.38, count)
    charter = (np.arange(count) % 9 == 4) & (first == YEARS[0])
    youngest = np.where(np.isin(levels, ["elementary", "k8"]), np.where(random.random(count) < 0.6, "PK", "K"), "")
    roll = pl.DataFrame(
        {
            "school": np.arange(count),
            "school_id": ids("s", count),
            "name": [f"{name} {_TITLES[level]}" for name, level in zip(names, levels, strict=True)],
            "level": levels,
            "district_id": np.where(charter, "d2", "d1"),
            "school_type": np.where(
                charter, "charter", np.where(random.random(count) < 0.12, "magnet", "neighborhood")
            ),
            "area": area,
            "area_id": place.areas["area_id"].to_numpy()[area],
            "latitude": points[:, 0],
            "longitude": points[:, 1],
            "dismissal": 840 + 15 * random.integers(2, 7, count),
            "first": first,
            "last": last,
            "hardship": hardship,
            "strength": strength,
            "size": size,
            "drift": random.normal(-0.002, 0.02, count),
        }
    ).with_columns(
        pl.col("latitude", "longitude").fill_nan(None),
        grades=pl.Series([_grades(level, start) for level, start in zip(levels, youngest, strict=True)]),
        dismissal=pl.when(pl.Series(random.random(count) >= 0.05)).then("dismissal"),
    )
    roll = roll.join(_cases(roll), on="school", how="left", maintain_order="left")
    opened = np.repeat(list(_OPENED), np.rint(np.array(list(_OPENED.values())) * count).astype(np.int64))
    opened = np.resize(opened, count)[random.permutation(count)]
    told = pl.col("case").replace_strict(
        {"supplanting": YEARS[2], "withdrawal": YEARS[3], "alongside": YEARS[2]}, default=None
    )
    return roll.with_columns(in_hours_since=pl.coalesce(told, pl.Series(opened)))


def school_years(roll: pl.DataFrame) -> pl.DataFrame:
    """The roll with a row for each school and year in which the school was open."""
    years = pl.DataFrame({"year": list(YEARS)})
    return roll.join(years, how="cross", maintain_order="left_right").filter(
        pl.col("year").is_between(pl.col("first"), pl.col("last"))
    )


def students_by_grade(roll: pl.DataFrame, random: np.random.Generator) -> pl.DataFrame:
    """school, year, grade and students. A cohort keeps its size as it moves up through its school."""
    rows = school_years(roll).explode("grades").rename({"grades": "grade"})
    school, year = rows["school"].to_numpy(), rows["year"].to_numpy()
    number = rows["grade"].replace_strict({grade: at for at, grade in enumerate(GRADES)}, return_dtype=pl.Int64)
    cohorts = random.normal(1, 0.1, (len(roll), len(GRADES) + len(YEARS)))
    grades = roll["grades"].list.len().to_numpy()[school]
    growth = 1 + rows["drift"].to_numpy() * (year - YEARS[0])
    each = (
        rows["size"].to_numpy() / grades * growth * cohorts[school, year - YEARS[0] + len(GRADES) - number.to_numpy()]
    )
    wobble = random.normal(1, 0.02, len(rows))
    return rows.with_columns(students=whole(each * wobble))


def students_table(by_grade: pl.DataFrame, random: np.random.Generator) -> pl.DataFrame:
    """Charter schools give totals alone; high schools count their groups by grade, the others for the whole school."""
    totals = by_grade.group_by(
        "school", "school_id", "year", "hardship", "level", "district_id", maintain_order=True
    ).agg(pl.col("students").sum(), grade=pl.lit(ALL))
    charter, high = pl.col("district_id") == "d2", pl.col("level") == "high"
    columns = ("school", "school_id", "year", "hardship", "grade", "students")
    everyone = pl.concat([by_grade.filter(~charter).select(columns), totals.filter(charter).select(columns)])
    within = pl.concat(
        [by_grade.filter(high & ~charter).select(columns), totals.filter(~high | charter).select(columns)]
    )
    return pl.concat(
        [
            everyone.with_columns(group_id=pl.lit(ALL)),
            *_group_counts(within, random),
        ]
    ).sort("school_id", "year", "group_id", "grade")


def groups_table() -> pl.DataFrame:
    """The groups of students, with their names in English and Spanish."""
    return _GROUPS.with_columns(compared=pl.col("dimension") != "race and ethnicity")


def _group_counts(within: pl.DataFrame, random: np.random.Generator) -> list[pl.DataFrame]:
    school, hardship = within["school"].to_numpy(), within["hardship"].to_numpy()
    students = within["students"].to_numpy()
    noise = random.normal(0, 1, (len(_GROUPS), school.max() + 1))[:, school]
    shares = {
        "low_income": 0.2 + 0.78 * hardship + 0.05 * noise[0],
        "english_learners": 0.02 + 0.34 * hardship + 0.05 * noise[1],
        "students_with_disabilities": 0.13 + 0.06 * hardship + 0.025 * noise[2],
    }
    races = {
        "asian": 0.08 - 0.04 * hardship + 0.04 * noise[3],
        "black": 0.08 + 0.42 * hardship + 0.08 * noise[4],
        "hispanic": 0.1 + 0.44 * hardship + 0.08 * noise[5],
        "multiracial": 0.05 + 0.015 * noise[6],
        "white": 0.7 - 0.65 * hardship + 0.06 * noise[7],
    }
    races = {group: np.maximum(weight, 0.008) for group, weight in races.items()}
    together = np.sum(list(races.values()), axis=0)
    counts = {group: np.rint(students * np.clip(share, 0.01, 0.99)) for group, share in shares.items()}
    edge: Floats = np.zeros(len(within))
    for group, weight in races.items():
        # Rounding the running sum, not each share, makes the groups add up to the school.
        counts[group] = np.rint(students * (edge + weight) / together) - np.rint(students * edge / together)
        edge = edge + weight
    return [within.with_columns(students=whole(count), group_id=pl.lit(group)) for group, count in counts.items()]


def _grades(level: str, youngest: str) -> list[str]:
    ends = {"elementary": (youngest, "5"), "k8": (youngest, "8"), "middle": ("6", "8"), "high": ("9", "12")}
    first, last = ends[level]
    return list(GRADES[GRADES.index(first) : GRADES.index(last) + 1])


def _cases(roll: pl.DataFrame) -> pl.DataFrame:
    """Schools in the hardest areas are handed over to or hang on one partner; the other stories are of middling schools."""
    candidates = roll.filter(
        (pl.col("level") == "elementary") & (pl.col("first") == YEARS[0]) & (pl.col("last") == YEARS[-1]),
        pl.col("district_id") == "d1",
        pl.col("latitude").is_not_null(),
    ).sort("hardship", descending=True)["school"]
    middle = len(candidates) // 2
    return pl.DataFrame(
        {
            "school": pl.concat([candidates[:3], candidates[middle : middle + 4]]),
            "case": ["handover", "handover", "single_source", "supplanting", "withdrawal", "alongside", "alongside"],
        }
    )
