"""Partnerships as an import brings them: agreed elsewhere, with the days that they say. Everything is made up."""

from datetime import date

from allcity.site.cities.models import City, District, public_id
from allcity.site.directory.models import Organization, School
from allcity.site.partnerships.models import Agreement, Goal, Partnership


def partnership(of: City, partner: Organization, *schools: School, key: str = "r1", **fields: object) -> Partnership:
    """A partnership of an organization with schools, which began in September 2025 unless `fields` say otherwise."""
    given: dict[str, object] = {"name": f"Partnership {key}", "start_date": date(2025, 9, 1), **fields}
    made = Partnership.objects.create(city=of, key=key, public_id=public_id(of.slug, "partnerships", key), **given)
    made.organizations.add(partner)
    made.schools.add(*schools)
    return made


def district(of: City, name: str = "Harbor District", *, key: str = "d1") -> District:
    """A school district of which only the name is known."""
    return District.objects.create(city=of, key=key, name=name, public_id=public_id(of.slug, "districts", key))


def being_renewed(of: City, partner: Organization, *schools: School, key: str = "renewed") -> Partnership:
    """A partnership that is under way, whose second version of the agreement is being written, with a goal of its own."""
    found = Partnership.objects.of(of).filter(key=key).first()
    if found:
        return found
    made = partnership(of, partner, *schools, key=key)
    for version, state in enumerate((Agreement.State.RECORDED, Agreement.State.DRAFT), start=1):
        agreement = Agreement.objects.create(
            city=of,
            partnership=made,
            key=f"{key}-{version}",
            public_id=public_id(of.slug, "agreements", f"{key}-{version}"),
            version=version,
            state=state,
            start_date=made.start_date,
        )
    Goal.objects.create(
        city=of,
        partnership=made,
        agreement=agreement,
        key=f"{key}-goal",
        public_id=public_id(of.slug, "goals", f"{key}-goal"),
        goal="All play a tune by heart.",
    )
    return made
