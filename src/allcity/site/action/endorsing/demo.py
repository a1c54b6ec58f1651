"""Endorsements of the sample city: some by name, more that are only counted."""

from django.db import transaction

from allcity.site.accounts.models import User
from allcity.site.action.endorsing import domain
from allcity.site.action.endorsing.checks import choices
from allcity.site.action.models import Endorsement
from allcity.site.cities.models import City, Membership, Role

STATEMENTS = (
    "I learned the trumpet because a school lent me one. Every child should be lent one.",
    "No family should have to choose between the bus fare and the rehearsal.",
    "In our school everybody sings. Let it be so in every school.",
    "We open our hall to any ensemble of this city's students.",
)
COUNTED = {"families": 9, "music_educators": 7, "musicians": 6, "communities": 5, "universities": 2}
"""How many of each type are counted and not named."""


@transaction.atomic
def add(*, city: City, coordinator: User, liaison: User, manager: User, member: User) -> None:
    """Add them, once."""
    if Endorsement.objects.of(city).exists():
        return
    known = [key for key, _title in choices(city)]
    place = (
        Membership.objects.filter(city=city, user=manager, role=Role.MANAGER).values_list("place", flat=True).first()
    )
    people = (
        (coordinator, "communities", None),
        (member, "families", None),
        (liaison, "school_leaders", None),
        (manager, "partner_organizations", place),
    )
    for (user, participant, for_place), statement in zip(people, STATEMENTS, strict=True):
        domain.endorse(
            city=city, email=user.email, name=user.get_full_name() or "Sam", place=for_place, statement=statement,
            participant=participant if participant in known else known[0], language="en", is_public=True, is_mailed=False,
        )  # fmt: skip
    for participant in known:
        for number in range(COUNTED.get(participant, 0)):
            email = f"{participant}.{number}@{city.slug}.example"
            domain.endorse(city=city, email=email, name="Sample", participant=participant, is_mailed=False)
    for row in Endorsement.objects.of(city).order_by("pk"):
        domain.confirm(endorsement=row)
