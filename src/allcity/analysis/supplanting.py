"""Supplanting evidence: did a school's own music fall once a partner came in school hours, and does that happen anyway?

For each school with a partner in school hours from the year t on, of the years in which its own music is known:

    change = mean from t on - mean before t                                                                           (1)
    p      = (1 + comparable schools whose change in the same years is as low or lower) / (1 + comparable schools)    (2)

Comparable schools have had no partner in school hours in any year and teach the same grades. Under (2) a school to which
nothing happened is called out by chance in at most a share p of cases. As schools differ in how sure their change is, the
differences d from the comparable schools' mean are also drawn toward each other (empirical Bayes, normal with the method
of moments), which gives the chance that the fall was larger than a margin. Of a city as a whole, labels are drawn anew
among comparable schools (randomisation inference).

It is a screen, with errors that are measured by simulation (`benchmarks/supplanting.py`): what it finds is a reason to ask
and to listen, never a verdict. Which yearly records cannot tell is said to be so.

Sources: MacKinnon and Webb, "Randomization inference for difference-in-differences with few treated clusters", Journal of
Econometrics 218 (2020), for the comparison by labels; DerSimonian and Laird, "Meta-analysis in clinical trials",
Controlled Clinical Trials 7 (1986), for the method of moments. Neither was read in full here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl
from scipy.special import ndtr

from allcity.analysis.baseline import BAND_MINUTES
from allcity.analysis.cells import BoolArray, FloatArray, IntArray
from allcity.analysis.city import GRADES, CityYear, grade_number
from allcity.analysis.partners import schools_of_partnerships

Category = Literal["additive", "likely_additive", "cannot_tell", "likely_replacing", "documented_replacing"]
CATEGORIES: tuple[Category, ...] = (
    "additive", "likely_additive", "cannot_tell", "likely_replacing", "documented_replacing",
)  # fmt: skip
YEARS_BEFORE, YEARS_SINCE, COMPARABLE = 2, 1, 10
"""The fewest known years before and since the start, and comparable schools, from which anything is told."""
LEVEL = 0.05
"""The share of schools to which nothing happened that may be called out."""
UNLIKELY, LIKELY = 0.1, 0.5
"""The chances of a fall beyond the margin below which a school adds for sure enough, and above which it likely replaces."""
FEWEST_DRAWN = 3
"""The fewest schools from whose differences it can be seen how much schools differ."""
DRAWS = 999
_ROUNDING = 1e-9
IN_SCHOOL_HOURS = "in_school_hours"
NOT_MUSIC = ("teachers", "items")
"""Units of what is given to teachers or as things: that gives students no music in place of the school's own."""


@dataclass(frozen=True)
class Panel:
    """A school's own music over the years, in one unit: full-time equivalents, or minutes a week.

    Attributes:
        own: (schools, years) what the school itself gives; NaN where unknown.
        partnered: (schools, years) whether a partner came in school hours.
        kind: (schools,) a number that comparable schools share, as those who teach the same grades.
        documented: (schools,) whether a document says that the partner took the place of the school's own.
    """

    own: FloatArray
    partnered: BoolArray
    kind: IntArray
    documented: BoolArray

    @property
    def start(self) -> IntArray:
        """(schools,) the index of the first year with a partner; that after the last where there was none."""
        years = self.partnered.shape[1]
        first: IntArray = np.where(self.partnered.any(axis=1), self.partnered.argmax(axis=1), years).astype(np.int64)
        return first


@dataclass(frozen=True)
class Screened:
    """What the panel shows of each school with a partner, and of all of them together.

    `schools` has a row for each, by its `school` (its row in the panel): `before`, `since` and `change` of its own music;
    `expected`, the mean change of `comparable` schools in the same years; `p`; `fall`, the chance that it fell by more
    than the margin against them; `category`. What cannot be told is null. `mean` is the mean of change - expected, and
    `p` how often labels that are drawn anew make as low a mean; NaN where no school can be compared.
    """

    schools: pl.DataFrame
    mean: float
    p: float


def panel_of(
    city_years: Sequence[CityYear], *, value: Literal["music_staff", "minutes"]
) -> tuple[Panel, Sequence[str]]:
    """The panel of consecutive city-years, the newest last, and the school_id of each of its rows.

    `value` is the school's own certified music staff, in full-time equivalents, or its minutes of music a week: the mean over
    the grades that it teaches, unknown where those of one of their bands are. A partner came in school hours in the years
    that a delivery to students meets whose setting, or else its partnership's, says so; one that names no school came to
    all schools of its partnership. Schools are of one kind if they teach the same grade bands. No table holds documents.
    """
    taught = pl.concat([_taught(city_year) for city_year in city_years])
    schools = taught["school_id"].unique().sort()
    newest = taught.sort("year").group_by("school_id").agg(pl.col("bands").last()).sort("school_id")
    kind = newest["bands"].rank("dense").to_numpy().astype(np.int64) - 1
    row = pl.DataFrame({"school_id": schools}).with_row_index("row")
    own = np.full((len(schools), len(city_years)), np.nan)
    partnered = np.zeros(own.shape, dtype=bool)
    for year, city_year in enumerate(city_years):
        known = _own(city_year, value).join(row, on="school_id").drop_nulls("own")
        own[known["row"].to_numpy(), year] = known["own"].to_numpy()
        came = row.join(in_school_hours(city_year), on="school_id", how="semi")
        partnered[came["row"].to_numpy(), year] = True
    return Panel(own, partnered, kind, np.zeros(len(schools), dtype=bool)), schools.to_list()


def in_school_hours(city_year: CityYear) -> pl.DataFrame:
    """Each school_id to which a partner came in school hours in the year, with the partnership_id, null where none is named."""
    not_music = [id_ for id_, entry in city_year.framework.contributions.items() if entry.unit in NOT_MUSIC]
    of_partnership = city_year.partnerships.select("partnership_id", of_partnership="setting")
    came = (
        city_year.deliveries.filter(~pl.col("contribution").is_in(not_music))
        .join(of_partnership, on="partnership_id", how="left")
        .filter(pl.coalesce("setting", "of_partnership") == IN_SCHOOL_HOURS)
        .select("partnership_id", "school_id")
    )
    everywhere = came.filter(pl.col("school_id").is_null()).drop("school_id")
    of_all = everywhere.join(schools_of_partnerships(city_year), on="partnership_id")
    return pl.concat([came.drop_nulls("school_id"), of_all]).unique(maintain_order=True)


def _own(city_year: CityYear, value: str) -> pl.DataFrame:
    """school_id and its `own` music in a year; null where unknown."""
    if value == "music_staff":
        return city_year.baselines.select("school_id", own="music_staff")
    minutes = city_year.baselines.unpivot(
        [column for column in city_year.baselines.columns if column.startswith(BAND_MINUTES)],
        index="school_id",
        variable_name="band",
        value_name="minutes",
    )
    weighted = _grades(city_year).join(minutes, on=["school_id", "band"], how="left")
    total = (pl.col("grades") * pl.col("minutes")).sum() / pl.col("grades").sum()
    return weighted.group_by("school_id").agg(own=pl.when(pl.col("minutes").is_not_null().all()).then(total))


def _grades(city_year: CityYear) -> pl.DataFrame:
    """How many `grades` of each band a school teaches; the `band` as the column of its minutes is called."""
    bands = [
        {"grade": grade, "band": BAND_MINUTES + band_id.lower().replace("-", "_")}
        for band_id, band in city_year.framework.grade_bands.items()
        for grade in GRADES
        if band.first <= grade_number(grade) <= band.last
    ]
    schema = {"grade": pl.String, "band": pl.String}
    offered = city_year.schools.select("school_id", grade="grades").explode("grade").drop_nulls()
    return (
        offered.join(pl.DataFrame(bands, schema=schema), on="grade").group_by("school_id", "band").agg(grades=pl.len())
    )


def _taught(city_year: CityYear) -> pl.DataFrame:
    """school_id, year and the grade `bands` that a school teaches, as one text."""
    bands = _grades(city_year).group_by("school_id").agg(bands=pl.col("band").sort().str.join(" "))
    rows = city_year.schools.select("school_id", year=pl.lit(city_year.year))
    return rows.join(bands, on="school_id", how="left").with_columns(pl.col("bands").fill_null(""))


def screen(panel: Panel, *, margin: float, seed: int = 0, draws: int = DRAWS) -> Screened:
    """Compare each school with a partner with schools that had none. `margin` is in the panel's unit."""
    start, none = panel.start, panel.own.shape[1]
    rows: list[dict[str, object]] = []
    windows: list[_Window] = []
    for school in np.flatnonzero(start < none):
        known = np.isfinite(panel.own[school])
        before = known & (np.arange(none) < start[school])
        since = known & ~before
        rows.append({"school": int(school), "comparable": 0})
        if not (before.any() and since.any()):
            continue
        changes = panel.own[:, since].mean(axis=1) - panel.own[:, before].mean(axis=1)
        control = (start == none) & (panel.kind == panel.kind[school]) & np.isfinite(changes)
        rows[-1] |= {
            "before": panel.own[school, before].mean(),
            "since": panel.own[school, since].mean(),
            "change": changes[school],
            "comparable": int(control.sum()),
        }
        if before.sum() >= YEARS_BEFORE and since.sum() >= YEARS_SINCE and control.sum() >= COMPARABLE:
            as_low = changes[control] <= changes[school] + _ROUNDING
            rows[-1] |= {"expected": changes[control].mean(), "p": (1 + as_low.sum()) / (1 + control.sum())}
            windows.append(_Window(len(rows) - 1, int(school), changes, control))
    table = pl.DataFrame(rows, schema=_COLUMNS, orient="row")
    told = [window.row for window in windows]
    difference = (table["change"] - table["expected"]).to_numpy()[told]
    falls = np.full(len(rows), np.nan)
    falls[told] = _chance_of_fall(difference, np.array([window.spread for window in windows]), margin)
    table = table.with_columns(fall=pl.Series(falls, dtype=pl.Float64).fill_nan(None))
    table = table.with_columns(category=pl.Series(_categories(table, panel.documented), dtype=pl.Enum(CATEGORIES)))
    mean = float(difference.mean()) if told else np.nan
    return Screened(table, mean, _drawn_anew(windows, panel.kind, mean, np.random.default_rng(seed), draws))


@dataclass(frozen=True)
class _Window:
    """The years in which a school is compared: its `row` in the result, the `changes` of all schools in them, (schools,)
    and NaN where unknown, and which of these are comparable.
    """

    row: int
    school: int
    changes: FloatArray
    control: BoolArray

    @property
    def spread(self) -> float:
        return float(self.changes[self.control].std(ddof=1))


_COLUMNS = {
    "school": pl.Int64, "before": pl.Float64, "since": pl.Float64, "change": pl.Float64, "expected": pl.Float64,
    "comparable": pl.Int64, "p": pl.Float64,
}  # fmt: skip


def _chance_of_fall(difference: FloatArray, spread: FloatArray, margin: float) -> FloatArray:
    """(schools,) the chance that the true difference is below -margin, each estimate drawn toward the others.

    Fewer than three schools tell nothing of how much schools differ: then each stands for itself.
    """
    if not len(difference):
        return difference
    noise = np.maximum(spread, _ROUNDING) ** 2
    if len(difference) < FEWEST_DRAWN:
        result: FloatArray = ndtr((-margin - difference) / np.sqrt(noise))
        return result
    weight = 1 / noise
    mean = float(weight @ difference / weight.sum())
    excess = float(weight @ (difference - mean) ** 2) - (len(difference) - 1)
    between = max(0.0, excess / float(weight.sum() - (weight**2).sum() / weight.sum()))
    share = between / (between + noise)
    centre = mean + share * (difference - mean)
    # The mean is itself an estimate, which is all that is uncertain where schools do not differ.
    width = np.sqrt(share * noise + (1 - share) ** 2 / (1 / (between + noise)).sum())
    chance: FloatArray = ndtr((-margin - centre) / width)
    return chance


def _categories(table: pl.DataFrame, documented: BoolArray) -> Sequence[Category]:
    return [
        "documented_replacing" if documented[row["school"]] else _category(row) for row in table.iter_rows(named=True)
    ]


def _category(row: dict[str, float | None]) -> Category:
    p, fall, change = row["p"], row["fall"], row["change"]
    if p is None or fall is None or change is None:
        return "cannot_tell"
    if p <= LEVEL and fall >= LIKELY:
        return "likely_replacing"
    if fall >= UNLIKELY or p <= LEVEL:
        return "cannot_tell"
    return "additive" if change >= 0 else "likely_additive"


def _drawn_anew(
    windows: Sequence[_Window], kind: IntArray, mean: float, random: np.random.Generator, draws: int
) -> float:
    """How often the mean of equation (1) less its expectation is as low with the schools' labels drawn anew in each kind."""
    if not windows:
        return np.nan
    sums = np.zeros(draws)
    for one in {int(kind[window.school]) for window in windows}:
        mine = [window for window in windows if kind[window.school] == one]
        schools = np.flatnonzero(np.any([window.control for window in mine], axis=0))
        schools = np.append(schools, [window.school for window in mine])
        changes = np.array([window.changes[schools] for window in mine])
        known = np.isfinite(changes)
        changes = np.where(known, changes, 0.0)
        for draw in range(draws):
            chosen = random.permutation(len(schools))[: len(mine)]
            rest = changes.sum(axis=1) - changes[:, chosen].sum(axis=1)
            expected = rest / np.maximum(known.sum(axis=1) - known[:, chosen].sum(axis=1), 1)
            own = np.diagonal(changes[:, chosen])
            sums[draw] += np.where(np.diagonal(known[:, chosen]), own - expected, 0.0).sum()
    return float((1 + (sums / len(windows) <= mean + _ROUNDING).sum()) / (1 + draws))
