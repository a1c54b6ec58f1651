"""Small draws that every part of the sample city is made of."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from allcity.analysis.city import year_dates

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]

_FIRST_MONTH = year_dates(1970)[0].month


def ranks(values: Floats) -> Floats:
    """Ranks from 0 to 1, ends excluded."""
    return (np.argsort(np.argsort(values)) + 0.5) / len(values)


def gaps(random: np.random.Generator, share: float, values: NDArray[Any] | pl.Series) -> pl.Series:
    """The values, of which about so large a share was not told."""
    series = pl.Series(values)
    told = pl.Series(random.random(len(series)) >= share)
    return pl.select(pl.when(told).then(series)).to_series()


def whole(values: Floats) -> pl.Series:
    """Values rounded to whole numbers."""
    return pl.Series(np.rint(values)).cast(pl.Int64)


def several(
    random: np.random.Generator, count: int, shares: Mapping[str, float], always: Sequence[str] = ()
) -> pl.Series:
    """(count,) lists of codes, each of which is in so large a share of the lists."""
    codes = list(shares)
    lists = [[*always, *(code for bit, code in enumerate(codes) if n >> bit & 1)] for n in range(2 ** len(codes))]
    drawn = random.random((count, len(codes))) < list(shares.values())
    return chosen(lists, drawn @ (1 << np.arange(len(codes))))


def chosen(values: Sequence[Any], index: Integers) -> pl.Series:
    """The values at these places of a short sequence."""
    return pl.Series(values).gather(index)


def day_number(year: Integers, month: ArrayLike, day: ArrayLike) -> Integers:
    """Days since 1970 of a month and day of a school year."""
    month = np.asarray(month)
    calendar = year - 1970 + (month < _FIRST_MONTH)
    months = calendar.astype("datetime64[Y]").astype("datetime64[M]") + (month - 1)
    days: Integers = months.astype("datetime64[D]").astype(np.int64) + np.asarray(day) - 1
    return days


def next_monday(days: Integers) -> Integers:
    """The first Monday on or after each day, all as days since 1970, which was a Thursday."""
    return days + (4 - days) % 7


def dates(days: Integers) -> pl.Series:
    """Days since 1970 as dates."""
    return pl.Series(days).cast(pl.Int32).cast(pl.Date)
