"""The records of the newest year's partnerships, put together over the years, for the criteria to read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Literal

import numpy as np
import polars as pl

from allcity.analysis.city import CityYear, year_dates
from allcity.analysis.partners import schools_of_partnerships
from allcity.analysis.placed import running_in_terms
from allcity.analysis.provenance import provenance
from allcity.analysis.supplanting import in_school_hours, panel_of, screen

STAFF_MARGIN = 0.25
"""Full-time equivalents: the fall beyond which staff is called less than before, and the rise beyond which it has grown. As
in the measured error rates of the screen, a quarter of a position; an assumption of ours."""
MINUTES_MARGIN = 10.0
"""Minutes a week, in the same sense. An assumption of ours: less than half of a short lesson."""


def school_year(day: str) -> pl.Expr:
    """The school year of a day, by its first calendar year."""
    return pl.col(day).dt.year().cast(pl.Int64) - (pl.col(day).dt.month() < 7).cast(pl.Int64)


@dataclass(frozen=True)
class Records:
    """City-years in the order of their years, and the day `until` which their records are looked at."""

    city_years: Sequence[CityYear]
    until: date

    @property
    def newest(self) -> CityYear:
        return self.city_years[-1]

    @property
    def sustained(self) -> tuple[int, int]:
        """The sessions, and the days where sessions are not known, from which on the city calls something sustained."""
        targets = self.newest.framework.targets
        return targets.sustained_sessions.value, targets.sustained_days.value

    def complete(self, table: str, *, every_year: bool = False) -> bool:
        """Whether a table names all there is in the newest year, or in every year: then what it lacks did not happen."""
        years = self.city_years if every_year else self.city_years[-1:]
        return all(provenance(city_year, table).bounded for city_year in years)

    @cached_property
    def partnerships(self) -> pl.DataFrame:
        """A row for each partnership of the newest year, with `start_year`, and `years` that it has run in."""
        return self.newest.partnerships.with_columns(start_year=school_year("start_date")).with_columns(
            years=(self.newest.year - pl.col("start_year") + 1).clip(1)
        )

    def beside(self, *tables: pl.DataFrame) -> pl.DataFrame:
        """The partnerships with the rows of tables that have one for some of them, in their order."""
        rows = self.partnerships
        for table in tables:
            rows = rows.join(table, on="partnership_id", how="left", maintain_order="left")
        return rows

    @cached_property
    def schools(self) -> pl.DataFrame:
        """Pairs of partnership_id and school_id, once."""
        return schools_of_partnerships(self.newest).unique(maintain_order=True)

    @cached_property
    def only_of_their_schools(self) -> pl.DataFrame:
        """The pairs of `schools` where the school has no other partnership this year: what it says can be of this one alone."""
        return self.schools.filter(pl.len().over("school_id") == 1)

    @cached_property
    def answers(self) -> pl.DataFrame:
        """The newest year's answers with the partnership that they are about.

        Those that name one are about it. Of the others, those of a school are about the partnership that it has this year
        where it has one alone, and where no answer to the same question by the same participants names that one.
        """
        answers = self.newest.answers
        named = answers.filter(pl.col("partnership_id").is_not_null())
        others = answers.filter(pl.col("partnership_id").is_null()).drop("partnership_id")
        alike = ["partnership_id", "question_id", "participant_type"]
        supposed = others.join(self.only_of_their_schools, on="school_id").join(
            named.select(alike).unique(), on=alike, how="anti", nulls_equal=True
        )
        return pl.concat([named, supposed.select(named.columns)])

    @cached_property
    def goals_with_growth(self) -> pl.DataFrame:
        """How many goals of a partnership there are of which a school has counted students by level this year."""
        goals = self.goals.select("partnership_id", question_id="goal_id")
        counted = self.newest.answers.filter(pl.col("level").is_not_null() & (pl.col("asked") > 0))
        found = goals.join(
            counted.select("question_id", "partnership_id").unique(), on=["partnership_id", "question_id"]
        )
        return found.group_by("partnership_id").agg(goals_with_growth=pl.col("question_id").n_unique())

    def _of_all_years(self, table: str, *key: str) -> pl.DataFrame:
        """The rows of all years, each once, as the newest year tells it."""
        rows: pl.DataFrame = pl.concat([getattr(year, table) for year in reversed(self.city_years)], how="diagonal")
        return rows.unique(key, keep="first", maintain_order=True)

    @cached_property
    def needs(self) -> pl.DataFrame:
        return self._of_all_years("needs", "need_id")

    @cached_property
    def accounts(self) -> pl.DataFrame:
        """Every account of a delivery that had begun by then, of all years."""
        return self._of_all_years("deliveries", "delivery_id", "account").filter(pl.col("start_date") <= self.until)

    @cached_property
    def each_delivery(self) -> pl.DataFrame:
        """One row for each delivery of all years, whoever gave it, with `now` where it meets the newest year.

        Of sessions, hours and students the mean of both accounts, with `_low` and `_high`; null where neither says. The same
        of `present`, whether a certified teacher was there.
        """
        firsts = ("partnership_id", "organization_id", "school_id", "need_id", "contribution", "setting")
        numbers = [pl.col(name).cast(pl.Float64) for name in ("sessions", "hours", "students")]
        numbers.append(pl.col("certified_teacher").cast(pl.Float64).alias("present"))
        start, _ = year_dates(self.newest.year)
        return (
            self.accounts.group_by("delivery_id", maintain_order=True)
            .agg(
                *(pl.col(name).drop_nulls().first() for name in firsts),
                pl.col("start_date").min(),
                pl.col("end_date").max(),
                *(number.mean() for number in numbers),
                *(number.min().name.suffix("_low") for number in numbers),
                *(number.max().name.suffix("_high") for number in numbers),
            )
            .with_columns(now=pl.col("end_date") >= start)
        )

    @cached_property
    def deliveries(self) -> pl.DataFrame:
        """Those of the partnerships; the setting is the partnership's where a delivery does not say."""
        settings = self.partnerships.select("partnership_id", of_partnership="setting")
        return (
            self.each_delivery.join(settings, on="partnership_id", maintain_order="left")
            .with_columns(setting=pl.coalesce("setting", "of_partnership"))
            .drop("of_partnership")
        )

    @cached_property
    def delivered(self) -> pl.DataFrame:
        """The deliveries of the newest year."""
        return self.deliveries.filter("now")

    @cached_property
    def all_delivered(self) -> pl.DataFrame:
        """Each partnership with `complete`, whether all that it delivered this year is known to be its own.

        A delivery of its organization at its school that names no partnership may be its own.
        """
        anybodys = self.accounts.filter(pl.col("partnership_id").is_null()).select("organization_id", "school_id")
        unsure = (
            self.partnerships.select("partnership_id", organization_id="organization_ids")
            .explode("organization_id")
            .join(self.schools, on="partnership_id")
            .join(anybodys, on=["organization_id", "school_id"], how="semi")
        )
        bounded = self.complete("deliveries")
        return self.partnerships.select(
            "partnership_id", complete=~pl.col("partnership_id").is_in(unsure["partnership_id"].implode()) & bounded
        )

    @cached_property
    def check_ins(self) -> pl.DataFrame:
        """The newest year's check-ins; `party` is who checks in, school or organization: a teacher is of the school."""
        return self.newest.check_ins.filter(pl.col("date") <= self.until).with_columns(
            party=pl.when(pl.col("side") == "organization").then(pl.lit("organization")).otherwise(pl.lit("school"))
        )

    @cached_property
    def goals(self) -> pl.DataFrame:
        return self.newest.goals

    @cached_property
    def agreements(self) -> pl.DataFrame:
        """The versions of agreements of all years; `signed` by both, null where a signature is not on record."""
        signed = pl.all_horizontal(
            pl.when(pl.col(name) <= self.until).then(pl.lit(value=True))
            for name in ("signed_by_organization", "signed_by_school")
        )
        return self._of_all_years("agreements", "agreement_id").with_columns(signed=signed)

    def in_terms(self, frame: pl.DataFrame, start: str = "start_date", end: str = "end_date") -> pl.DataFrame:
        """The rows that meet each of the city's terms in the newest year, once for each, with `term`."""
        spans = frame.select(start_date=start, end_date=end)
        return pl.concat(
            [
                frame.filter(pl.Series(meets, dtype=pl.Boolean)).with_columns(term=pl.lit(term))
                for term, meets in running_in_terms(self.newest, spans).items()
            ]
            or [frame.clear().with_columns(term=pl.lit(""))]
        )

    @cached_property
    def taught_in_school_hours(self) -> pl.DataFrame:
        """Pairs of partnership_id and school_id to which it came in school hours in any of the years, once."""
        pairs = pl.concat([in_school_hours(city_year) for city_year in self.city_years]).unique(maintain_order=True)
        return pairs.join(self.partnerships, on="partnership_id", how="semi")

    @cached_property
    def staff_screened(self) -> pl.DataFrame:
        """What the screen finds of each school's own certified staff: see `screened`."""
        return screened(self.city_years, value="music_staff", margin=STAFF_MARGIN)

    @cached_property
    def minutes_screened(self) -> pl.DataFrame:
        """What the screen finds of each school's own minutes of music a week."""
        return screened(self.city_years, value="minutes", margin=MINUTES_MARGIN)

    @cached_property
    def terms_over(self) -> list[str]:
        """The city's terms that were over on the last day looked at."""
        _, end = year_dates(self.newest.year)
        left = pl.DataFrame({"start_date": [self.until + timedelta(days=1)], "end_date": [end]})
        return [term for term, meets in running_in_terms(self.newest, left).items() if not meets[0]]


def screened(
    city_years: Sequence[CityYear], *, value: Literal["music_staff", "minutes"], margin: float
) -> pl.DataFrame:
    """What the screen of supplanting finds of each school to which a partner came in school hours.

    school_id, what `screen` says of it, `gaps`, whether any year of its own is unknown, and `grown`, whether its own has risen
    by the margin or more.
    """
    panel, schools = panel_of(city_years, value=value)
    found = screen(panel, margin=margin, draws=0).schools
    rows = found["school"].to_numpy()
    return found.with_columns(
        school_id=pl.Series([schools[row] for row in rows], dtype=pl.String),
        gaps=pl.Series(np.isnan(panel.own[rows]).any(axis=1), dtype=pl.Boolean),
        grown=(pl.col("change") >= margin).fill_null(value=False),
    ).drop("school")
