"""Made panels of schools' own music, for the screen of supplanting: to some schools something happened, and we know which."""

from dataclasses import dataclass

import numpy as np

from allcity.analysis.supplanting import Panel

YEARS, STARTS = 6, 3


@dataclass(frozen=True)
class Own:
    """How a school's own music moves: the `levels` that schools have, `noise` (a deviation), and the size of a `move`.

    Values are told in multiples of `step`, or as they are where it is 0.
    """

    levels: tuple[float, ...]
    noise: float
    move: float
    step: float = 0.0


STAFF = Own(levels=(0.5, 1.0, 1.5, 2.0, 3.0), noise=0.15, move=0.5)
MINUTES = Own(levels=(40, 60, 90, 120, 150), noise=8, move=30, step=5)
"""Full-time equivalents, and minutes of music a week, which move by a lesson and are told in fives."""


def made_panel(
    random: np.random.Generator,
    *,
    partnered: int = 20,
    others: int = 60,
    share: float = 0.0,
    drop: float = 0.0,
    of: Own = STAFF,
) -> tuple[Panel, np.ndarray]:
    """A panel of schools' own music, and which schools replaced `drop` of it by a partner: a `share` of those with one.

    Each school has its level, noise that lasts (an autoregression of 0.5), and in 6 of 100 years a move up or down for other
    reasons. Partners come in the fourth of six years.
    """
    schools = partnered + others
    noise = random.normal(0, of.noise, (schools, YEARS))
    for year in range(1, YEARS):
        noise[:, year] = 0.5 * noise[:, year - 1] + np.sqrt(0.75) * noise[:, year]
    moves = np.cumsum(
        (random.random((schools, YEARS)) < 0.06) * random.choice([-of.move, of.move], (schools, YEARS)), axis=1
    )
    own = random.choice(of.levels, schools)[:, None] + noise + moves
    with_partner = np.zeros((schools, YEARS), dtype=bool)
    with_partner[:partnered, STARTS:] = True
    replaced = np.zeros(schools, dtype=bool)
    replaced[:partnered] = random.random(partnered) < share
    own[replaced, STARTS:] -= drop
    if of.step:
        own = of.step * np.rint(own / of.step)
    nobody = np.zeros(schools, dtype=bool)
    return Panel(np.maximum(own, 0), with_partner, np.zeros(schools, dtype=np.int64), nobody), replaced
