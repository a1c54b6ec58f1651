"""Made panels of schools' own music, for the screen of supplanting: to some schools something happened, and we know which."""

import numpy as np

from allcity.analysis.supplanting import Panel

YEARS, STARTS = 6, 3


def made_panel(
    random: np.random.Generator, *, partnered: int = 20, others: int = 60, share: float = 0.0, drop: float = 0.0
) -> tuple[Panel, np.ndarray]:
    """A panel of full-time equivalents, and which schools replaced `drop` of them by a partner: a `share` of those with one.

    Each school has its level, noise that lasts (an autoregression of 0.5 with a deviation of 0.15), and in 6 of 100 years a
    move of half a teacher up or down for other reasons. Partners come in the fourth of six years.
    """
    schools = partnered + others
    noise = random.normal(0, 0.15, (schools, YEARS))
    for year in range(1, YEARS):
        noise[:, year] = 0.5 * noise[:, year - 1] + np.sqrt(0.75) * noise[:, year]
    moves = np.cumsum((random.random((schools, YEARS)) < 0.06) * random.choice([-0.5, 0.5], (schools, YEARS)), axis=1)
    own = random.choice([0.5, 1.0, 1.5, 2.0, 3.0], schools)[:, None] + noise + moves
    with_partner = np.zeros((schools, YEARS), dtype=bool)
    with_partner[:partnered, STARTS:] = True
    replaced = np.zeros(schools, dtype=bool)
    replaced[:partnered] = random.random(partnered) < share
    own[replaced, STARTS:] -= drop
    nobody = np.zeros(schools, dtype=bool)
    return Panel(np.maximum(own, 0), with_partner, np.zeros(schools, dtype=np.int64), nobody), replaced
