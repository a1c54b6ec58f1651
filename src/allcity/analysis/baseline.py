"""Music in school, by the city's own targets, and all three contexts of an active music life together.

Schools that did not answer make the range: at the low end none of their students have what is asked for, at the high end
all of them do. The value is the share among the students of schools that answered, so it is estimated where some did not.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from allcity.analysis.cells import BoolArray, Cells, FloatArray, Slice, area_slices
from allcity.analysis.city import CityYear
from allcity.analysis.figures import Figure, Status
from allcity.analysis.findings import Tally
from allcity.analysis.provenance import Provenance, provenance
from allcity.analysis.public import AREA_AXIS, Told, withheld_totals
from allcity.analysis.season import known
from allcity.analysis.withholding import Observed, Versions, withhold

INFORMAL = "informal_music"
ALL_CONTEXTS = "all_contexts"
BAND_MINUTES = "minutes_"


@dataclass(frozen=True)
class Answered:
    """What schools say of their students, (cells,) or (schools,): `yes` of the `asked`; both 0 where a school did not answer.

    Of `everyone` it is asked: at a school that did not answer, of all of its students whom it is about.
    """

    yes: FloatArray
    asked: FloatArray
    everyone: FloatArray


def measure_school_music(
    city_year: CityYear, cells: Cells, versions: Versions | None = None, records: Told | None = None
) -> tuple[list[Figure], list[Tally]]:
    """The share of students in schools that meet the targets for staff and minutes, enrolled, and without a place."""
    rows = _by_school(city_year, city_year.baselines)
    origin = provenance(city_year, "baselines")
    if origin.coverage == "none" and rows.select(pl.exclude("school_id")).null_count().row(0) == (len(rows),) * (
        rows.width - 1
    ):
        return [], [Tally("baseline", "schools", len(rows), len(rows))]
    figures: list[Figure] = []
    for figure_id, answered in _public_shares(city_year, cells, rows).items():
        figures += [_share(figure_id, city_year, cells, answered, part, origin) for part in _parts(city_year, cells)]
    figures += _observed_shares(city_year, cells, rows, origin, versions, records or {})
    figures += _ratings(city_year, cells, rows, origin)
    unanswered = rows.filter(pl.col("music_staff").is_null() & pl.col("students_enrolled").is_null()).height
    unrated = rows["rating"].null_count()
    return figures, [
        Tally("baseline", "schools", unanswered, len(rows)),
        Tally("rating", "schools", unrated, len(rows)),
    ]


def _public_shares(city_year: CityYear, cells: Cells, rows: pl.DataFrame) -> dict[str, Answered]:
    targets = city_year.framework.targets
    result = {}
    students = cells.by_school(cells.students)
    ratio = targets.students_per_certified_teacher.value
    if ratio is not None:
        staff = known(rows["music_staff"])
        asked = np.isfinite(staff)[cells.school] * cells.students
        enough = staff * ratio >= students - 1e-6  # students of a total that was spread are sums of fractions
        result["school_music.staffed"] = Answered(asked * enough[cells.school], asked, cells.students)
    yes, asked, everyone = np.zeros((3, len(cells.school)))
    for band_id, minutes in targets.minutes_per_week.value.items():
        taught, within = band_minutes(city_year, cells, rows, band_id)
        yes += cells.students * within * (taught >= minutes)
        asked += cells.students * within * np.isfinite(taught)
        everyone = np.maximum(everyone, cells.students * within)
    if targets.minutes_per_week.value:
        result["school_music.minutes"] = Answered(yes, asked, everyone)
    return result


def shares_of_schools(city_year: CityYear, cells: Cells) -> dict[str, Answered]:
    """What each school adds to the city's shares of music in school, (schools,), by the figure's id."""
    rows = _by_school(city_year, city_year.baselines)
    there = cells.by_school(cells.students) > 0
    counted = {figure_id: answered for figure_id, (answered, _told) in _observed(cells, rows).items()}
    public = {
        figure_id: Answered(*map(cells.by_school, (of.yes, of.asked, of.everyone)))
        for figure_id, of in _public_shares(city_year, cells, rows).items()
    }
    return {
        figure_id: Answered(of.yes * there, of.asked * there, of.everyone * there)
        for figure_id, of in (public | counted).items()
    }


def band_minutes(city_year: CityYear, cells: Cells, rows: pl.DataFrame, band_id: str) -> tuple[FloatArray, FloatArray]:
    """Minutes of music a week that each cell's school gives to a grade band, NaN where unknown, and whether it is in it."""
    band = city_year.framework.grade_bands[band_id]
    column = BAND_MINUTES + band_id.lower().replace("-", "_")
    minutes = known(rows[column]) if column in rows.columns else np.full(len(rows), np.nan)
    within = (cells.grade >= band.first) & (cells.grade <= band.last)
    return minutes[cells.school], within.astype(np.float64)


def _parts(city_year: CityYear, cells: Cells) -> Iterator[Slice]:
    yield Slice(None, cells.students)
    yield from area_slices(city_year, cells)


def _share(
    figure_id: str, city_year: CityYear, cells: Cells, answered: Answered, part: Slice, origin: Provenance
) -> Figure:
    """The share of the students of a slice for whom the answer is yes; those that a target leaves out are not asked."""
    counts = (part.weights > 0) & (answered.everyone > 0)
    everyone = float(answered.everyone[counts].sum())
    yes, asked = float(answered.yes[counts].sum()), float(answered.asked[counts].sum())
    schools = np.unique(cells.school[counts])
    replied = np.unique(cells.school[counts & (answered.asked > 0)])
    return bounded_share(
        Figure(
            figure_id, None, "share", city_year.year, by=part.by, known=len(replied), total=len(schools),
            source=origin.source, as_of=origin.as_of,
        ),
        yes=yes, asked=asked, everyone=everyone,
    )  # fmt: skip


def bounded_share(figure: Figure, *, yes: float, asked: float, everyone: float) -> Figure:
    """Fill in a share: `yes` of the `asked`; at the low end none of the others among `everyone`, at the high end all."""
    if not everyone > 0:
        return figure
    missing = max(everyone - asked, 0.0)
    low, high = (min(most / everyone, 1.0) for most in (yes, yes + missing))
    return replace(
        figure,
        value=min(max(yes / asked, low), high) if asked > 0 else None,  # rounding aside it lies between them
        low=low,
        high=high,
        high_if_complete=high,
        status="measured" if missing < 1e-9 else "estimated",
        narrows=() if missing < 1e-9 else ("baseline",),
    )


def _observed_shares(
    city_year: CityYear,
    cells: Cells,
    rows: pl.DataFrame,
    origin: Provenance,
    versions: Versions | None,
    records: Told,
) -> Iterator[Figure]:
    """Shares that rest on counts of students which schools gave: enrolled, and of those who asked without a place.

    Small counts are withheld. Who asked at a school that did not answer may be anybody from none to all of its students.
    """
    observed = _observed(cells, rows)
    threshold = city_year.framework.targets.suppression_threshold.value
    # What tells of those enrolled tells of those who asked, too.
    counted = {
        "school_music.enrolled": ["students_enrolled"],
        "school_music.without_place": ["students_enrolled", "students_without_place"],
    }
    untold = {
        figure_id: {
            area for name in names for area in withheld_totals(records, f"baselines.{name}", city_year.year, AREA_AXIS)
        }
        for figure_id, names in counted.items()
    }

    def observe(figure_id: str, part: Slice, *, sum_is_public: bool) -> Observed:
        here = np.zeros(len(rows), dtype=bool)
        here[cells.school[part.weights > 0]] = True
        answered, told = observed[figure_id]
        count, of, everyone = (float(each[here].sum()) for each in (answered.yes, answered.asked, answered.everyone))
        figure = Figure(
            figure_id, None, "share", city_year.year, by=part.by, known=int((here & told).sum()), total=int(here.sum()),
            source=origin.source, as_of=origin.as_of,
        )  # fmt: skip
        figure = bounded_share(figure, yes=count, asked=of, everyone=everyone)
        area = (part.by or {}).get("area")
        is_told = area is not None and area in untold[figure_id]
        return Observed(
            (figure,), (count, of - count), sum_is_public=sum_is_public, told_by_records=(False, is_told, is_told)
        )

    def shown(figure_id: str, *, sum_is_public: bool) -> list[Figure]:
        total, *parts = [observe(figure_id, part, sum_is_public=sum_is_public) for part in _parts(city_year, cells)]
        return withhold(total, parts, threshold=threshold, versions=versions)

    of_students = shown("school_music.enrolled", sum_is_public=True)
    of_asked = shown("school_music.without_place", sum_is_public=False)
    yield from of_students
    for enrolled_here, figure in zip(of_students, of_asked, strict=True):
        # Those who asked are those enrolled and those without a place, so that the one share could tell the other.
        yield figure.withheld() if enrolled_here.suppressed else figure


def _observed(cells: Cells, rows: pl.DataFrame) -> dict[str, tuple[Answered, BoolArray]]:
    """What schools counted, (schools,), by figure, and which of them did."""
    enrolment = cells.by_school(cells.students)
    enrolled, without = known(rows["students_enrolled"]), known(rows["students_without_place"])
    found = {}
    for figure_id, yes, asked in (
        ("school_music.enrolled", enrolled, enrolment),
        ("school_music.without_place", without, without + enrolled),
    ):
        told = np.isfinite(yes) & np.isfinite(asked)
        of = np.where(told, asked, 0)
        found[figure_id] = Answered(np.where(told, np.minimum(yes, asked), 0), of, np.where(told, of, enrolment)), told
    return found


def _ratings(city_year: CityYear, cells: Cells, rows: pl.DataFrame, origin: Provenance) -> Iterator[Figure]:
    students = cells.by_school(cells.students)
    ratings = rows["rating"]
    rated = ratings.is_not_null().to_numpy() & (students > 0)
    schools = int((students > 0).sum())
    for rating in sorted(ratings.drop_nulls().unique()):
        figure = Figure(
            "school_music.rating", None, "share", city_year.year, by={"rating": rating}, known=int(rated.sum()),
            total=schools, source=origin.source, as_of=origin.as_of,
        )  # fmt: skip
        yes = float(students[(ratings == rating).fill_null(value=False).to_numpy()].sum())
        yield bounded_share(figure, yes=yes, asked=float(students[rated].sum()), everyone=float(students.sum()))


def measure_contexts(
    city_year: CityYear,
    cells: Cells,
    placed: pl.DataFrame,
    *,
    most_placed: float | None,
    versions: Versions | None = None,
) -> list[Figure]:
    """Informal music, and the share of students who have all three contexts, bounded from the shares of each.

    For shares a, b and c of a school's students, between max(0, a + b + c − 2) and min(a, b, c) have all three (Fréchet
    1951, "Sur les tableaux de corrélation dont les marges sont données"), summed over schools; nor can it be more than
    `most_placed`, the high end of the city's share of placed students, as seats go to one school or another. `placed`
    has the columns `placed_low` and `placed_high` for each school. Where a survey asked for all three, the share is its.
    """
    origin = provenance(city_year, "answers")
    threshold = city_year.framework.targets.suppression_threshold.value
    students = cells.by_school(cells.students)
    base = Figure(
        "informal.share", None, "share", city_year.year, low=0.0, high=1.0, high_if_complete=1.0, status="estimated",
        total=int((students > 0).sum()), source=origin.source, as_of=origin.as_of, narrows=("informal",),
    )  # fmt: skip
    informal, informal_counts = _survey(city_year, INFORMAL)
    every, every_counts = _survey(city_year, ALL_CONTEXTS)
    with np.errstate(divide="ignore", invalid="ignore"):
        in_school = np.clip(known(_by_school(city_year, city_year.baselines)["students_enrolled"]) / students, 0, 1)

    least, most = np.nan_to_num(informal), np.nan_to_num(informal, nan=1)
    figure = _surveyed(base, informal, least, most, students)
    figures = withhold(Observed((figure,), informal_counts), threshold=threshold, versions=versions)

    lows = np.nan_to_num([in_school, known(placed["placed_low"]), informal])
    highs = np.nan_to_num([in_school, known(placed["placed_high"]), informal], nan=1)
    least = np.where(np.isfinite(every), every, np.maximum(0, lows.sum(axis=0) - 2))
    most = np.where(np.isfinite(every), every, highs.min(axis=0))
    behind = provenance(city_year, "baselines", "offerings", "answers")
    base = replace(base, id="contexts.all", source=behind.source, as_of=behind.as_of, narrows=("baseline", "informal"))
    figure = _surveyed(base, every, least, most, students)
    if most_placed is not None and not np.isfinite(every).any():
        ceiling = min(most_placed, 1.0 if figure.high is None else figure.high)
        figure = replace(figure, high=ceiling, high_if_complete=ceiling)
    told = (np.isfinite(in_school) & np.isfinite(informal)) | np.isfinite(every)
    status: Status = "modelled" if figure.value is None else "estimated"
    figure = replace(figure, status=status, known=int((told & (students > 0)).sum()))
    return figures + withhold(Observed((figure,), every_counts), threshold=threshold, versions=versions)


def _surveyed(base: Figure, share: FloatArray, least: FloatArray, most: FloatArray, students: FloatArray) -> Figure:
    """Fill in a share that some schools' students were asked for; all schools' lie between `least` and `most`, (schools,)."""
    asked = np.isfinite(share) & (students > 0)
    everyone = float(students.sum())
    if not everyone > 0:
        return base
    low, high = (min(float(share_of @ students) / everyone, 1.0) for share_of in (least, most))
    value = float(share[asked] @ students[asked] / students[asked].sum()) if asked.any() else None
    if value is not None:
        value = min(max(value, low), high)
    return replace(base, value=value, low=low, high=high, high_if_complete=high, known=int(asked.sum()))


def _survey(city_year: CityYear, question: str) -> tuple[FloatArray, tuple[float, float]]:
    """(schools,) the share who said yes to a question, NaN where nobody was asked, and how many said yes and no.

    Answers of a group are among those of everyone, levels belong to the self-examination; those of grade bands are added
    up where a school has no others. Families answer for the same students: theirs count where no student was asked.
    """
    of_band = pl.col("grade_band").is_not_null()
    of_families = (pl.col("participant_type") == "families").fill_null(value=False)
    answers = (
        city_year.answers.filter(
            (pl.col("question_id") == question) & pl.col("group_id").is_null() & pl.col("level").is_null()
        )
        .filter(~of_families | of_families.all().over("school_id"))
        .filter(~of_band | of_band.all().over("school_id"))
        .group_by("school_id")
        .agg(pl.col("number", "asked").sum())
    )
    rows = _by_school(city_year, answers)
    yes, asked = known(rows["number"]), known(rows["asked"])
    said, all_asked = float(np.nansum(yes)), float(np.nansum(asked))
    share: FloatArray = np.divide(yes, asked, out=np.full(len(rows), np.nan), where=asked > 0)
    return share, (said, all_asked - said)


def _by_school(city_year: CityYear, rows: pl.DataFrame) -> pl.DataFrame:
    """One row for each school, in the order of the schools table; nulls where there is none."""
    return city_year.schools.select("school_id").join(
        rows.drop("year", strict=False), on="school_id", how="left", maintain_order="left"
    )
