"""Offerings in memory for the finder's tests, and an index of them. Everything is made up."""

from datetime import date, time
from itertools import count
from typing import Any

from allcity.analysis.travel import Travel
from allcity.site.directory.models import Location, Offering, Organization, Program
from allcity.site.finder.index import Index, assemble

TODAY = date(2026, 11, 22)
_number = count(1)


def place(latitude: float | None = 0.0, longitude: float | None = 0.0, name: str = "Pier Hall") -> Location:
    number = next(_number)
    return Location(pk=number, key=f"l{number}", name=name, latitude=latitude, longitude=longitude)


def program(name: str = "Fiddles", *, contributions: tuple[str, ...] = (), organization: str = "Harbor") -> Program:
    number = next(_number)
    owner = Organization(pk=number, name=organization, slug=f"o{number}")
    return Program(pk=number, organization=owner, name=name, slug=f"p{number}", contributions=list(contributions))


def offering(of: Program | None = None, **values: Any) -> Offering:
    """An offering of this school year, of which nothing is known but `values`."""
    number = next(_number)
    dates = {"start_date": date(2026, 9, 7), "end_date": date(2027, 6, 4)}
    return Offering(pk=number, key=f"f{number}", program=of or program(), **{**dates, **values})


def full_offering(of: Program | None = None, **values: Any) -> Offering:
    """An offering of which everything is known, but for `values`."""
    known = {
        "location": place(),
        "days": ["tu"],
        "start_time": time(16),
        "minimum_age": 8,
        "maximum_age": 12,
        "minimum_fee": 0,
        "maximum_fee": 0,
        "languages": ["en"],
        "accommodations": ["step_free"],
        "transport": False,
        "food": True,
    }
    return offering(of, **{**known, **values})


def index(*offerings: Offering) -> Index:
    return assemble(offerings, places=(), currency="USD", travel=Travel())
