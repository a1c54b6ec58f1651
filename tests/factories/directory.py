"""Records of the directory, made as the site makes them. Everything is made up."""

from datetime import date

from allcity.site.accounts.models import User
from allcity.site.cities.models import City, public_id
from allcity.site.directory import domain as directory
from allcity.site.directory.domain import free_key
from allcity.site.directory.models import Offering, Organization, Program, School, SchoolYear


def organization(city: City, user: User, name: str = "Strings", **values: object) -> Organization:
    """An organization that somebody added."""
    return directory.add_organization(city=city, values={"name": name, **values}, user=user)


def program(of: Organization, user: User, name: str = "Fiddles", **values: object) -> Program:
    """A program that somebody added."""
    return directory.add_program(organization=of, values={"name": name, **values}, user=user)


def offering(of: Program, user: User, **values: object) -> Offering:
    """An offering from September to June of this school year, but for `values`."""
    dates = {"start_date": date(2026, 9, 7), "end_date": date(2027, 6, 4)}
    return directory.add_offering(program=of, values={**dates, **values}, user=user)


def school(city: City, name: str = "North School", *, year: int = 2026, **values: object) -> School:
    """A school with one year, as an import would bring it."""
    key = free_key(School, city, name)
    kept = School.objects.create(
        city=city, key=key, slug=key, public_id=public_id(city.slug, "schools", key), name=name
    )
    SchoolYear.objects.create(city=city, school=kept, year=year, name=name, **{"grades": ["K", "1"], **values})
    return kept
