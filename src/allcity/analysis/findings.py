"""What an examination of one city-year found: its figures, its schools, what was left out and what is unknown."""

from dataclasses import dataclass, field

import polars as pl

from allcity.analysis.cells import Cells
from allcity.analysis.city import CityYear
from allcity.analysis.figures import Figures
from allcity.analysis.withholding import Told


@dataclass(frozen=True)
class Tally:
    """`number` of the `of` records of a table are so: a rule left them out, or something of them is not known.

    `id` names the rule or the unknown; the reports put it into words.
    """

    id: str
    table: str
    number: int
    of: int


@dataclass(frozen=True)
class Findings:
    """The result of `examine`, ready to publish: small counts are already withheld.

    `cells` are the students that everything was counted in, for what is measured after it. `schools` has one row for
    each school: school_id, name, area_id, latitude, longitude, students, and `reach`, `seats_per_100` and `placed`
    (shares 0 to 1, seats per 100 students), each with `_low`, `_high` (null: no bound or not known), and `alone`
    (boolean, null where partnerships are not known). `left_out` says how many records each rule set aside, `unknown`
    of how many records something is not known. `in_reach` lists the sustained offerings in person that some of a
    school's students can reach and fit: school_id, offering_id, `minutes` on the way (null where a place is not
    known) and `certain`, the nearest first. `ledger` has one row for each stated need and `derived` one for each
    school, what it needs by the figures: see `need_tables`.
    `tells` is what the next examination of the year must know of this one, and nobody else may: counts that are withheld.
    """

    city_year: CityYear
    cells: Cells
    figures: Figures
    schools: pl.DataFrame
    in_reach: pl.DataFrame
    ledger: pl.DataFrame
    derived: pl.DataFrame
    left_out: tuple[Tally, ...]
    unknown: tuple[Tally, ...]
    tells: Told = field(default_factory=dict)
