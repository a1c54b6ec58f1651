"""Which spotlights there are, which fit what somebody looks for, and how fresh they are."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from allcity.site.cities.models import City
from allcity.site.publishing.editorial import queries as editorial
from allcity.site.publishing.models import SpotlightPage
from allcity.site.publishing.spotlights.words import size_of

FRESH = timedelta(days=365)
"""How long a spotlight counts as looked at."""


@dataclass(frozen=True)
class Asked:
    """What somebody looks for. What is empty asks for nothing."""

    words: str = ""
    size: str = ""
    region: str = ""
    section: str = ""
    contribution: str = ""
    strategy: str = ""
    condition: str = ""

    def __bool__(self) -> bool:
        return any(vars(self).values())


def search(asked: Asked) -> list[SpotlightPage]:
    """The spotlights that fit, by name."""
    return [page for page in editorial.spotlights() if _fits(page, asked)]


def newest() -> list[SpotlightPage]:
    """All of them, those that were published last first."""
    return sorted(editorial.spotlights(), key=lambda page: (page.last_published_at, page.pk), reverse=True)


def regions() -> list[str]:
    """The states and regions that there are spotlights of."""
    return sorted({page.region for page in editorial.spotlights() if page.region})


def _fits(page: SpotlightPage, asked: Asked) -> bool:
    lists = {
        asked.section: page.sections,
        asked.contribution: page.contributions,
        asked.strategy: page.strategies,
        asked.condition: page.conditions,
    }
    if any(chosen and chosen not in held for chosen, held in lists.items()):
        return False
    if (asked.size and size_of(page.population) != asked.size) or asked.region not in ("", page.region):
        return False
    text = " ".join([page.title, page.introduction, page.place_name, page.region, str(page.body)]).casefold()
    return all(word in text for word in asked.words.casefold().split())


def looked_at(page: SpotlightPage) -> date | None:
    """The day on which somebody last found it true: said so, or published it."""
    published = timezone.localdate(page.last_published_at) if page.last_published_at else None
    return max(filter(None, (page.looked_at, published)), default=None)


def is_fresh(page: SpotlightPage) -> bool:
    """Whether somebody looked at it within a year."""
    day = looked_at(page)
    return day is not None and timezone.localdate() - day <= FRESH


def latest_of(city: City) -> SpotlightPage | None:
    """The city's spotlight, published or not, that was changed last."""
    rows = editorial.under(SpotlightPage.objects.all(), city)
    found: SpotlightPage | None = rows.order_by("-latest_revision_created_at", "-pk").first()
    return found
