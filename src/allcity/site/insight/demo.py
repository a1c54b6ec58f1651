"""The demonstration: the sample city, somebody in every role, and the figures."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import transaction
from django.utils import timezone

from allcity.sample import make_sample_city
from allcity.site.accounts.models import User
from allcity.site.cities.domain import give_role
from allcity.site.cities.models import City, Role
from allcity.site.directory.models import Organization, School
from allcity.site.exchange.domain import import_folder
from allcity.site.insight.domain import examine_city
from allcity.site.insight.tasks import keep_report_files

CITY = "rivermouth"
HOST = "rivermouth.example"
PEOPLE = {
    Role.COORDINATOR: ("Corinne", "Coordinator"),
    Role.EDITOR: ("Edgar", "Editor"),
    Role.LIAISON: ("Lia", "Liaison"),
    Role.MANAGER: ("Manuel", "Manager"),
    Role.MEMBER: ("Mei", "Member"),
}


def prepare_demo(*, progress: Callable[[str], None] = lambda _step: None) -> City:
    """Fill an empty installation with the sample city and people of every role; one that has it stays as it is."""
    city = City.objects.filter(slug=CITY).first()
    if city is None:
        progress("making Rivermouth, a city that does not exist")
        with TemporaryDirectory() as folder:
            make_sample_city(Path(folder) / CITY)
            progress("bringing it in")
            city = import_folder(Path(folder) / CITY, is_public=True, title="Rivermouth").city
    progress("adding people of every role")
    add_people(city=city)
    progress("examining it")
    examine_city(city=city)
    keep_report_files.enqueue(city.pk)
    return city


@transaction.atomic
def add_people(*, city: City) -> list[User]:
    """Somebody in every role, the administrator last."""
    places = {
        Role.LIAISON: School.objects.of(city).order_by("pk").first(),
        Role.MANAGER: Organization.objects.of(city).filter(programs__isnull=False).order_by("pk").first(),
    }
    people = []
    for role, (first, last) in PEOPLE.items():
        user = _person(f"{role.value}@{HOST}", first, last)
        place = places.get(role)
        give_role(city=city, user=user, role=role, place=place.public_id if place else None)
        people.append(user)
    administrator = _person(f"administrator@{HOST}", "Ada", "Administrator")
    administrator.is_staff = True
    administrator.save(update_fields=["is_staff"])
    return [*people, administrator]


def _person(email: str, first: str, last: str) -> User:
    user = User.objects.filter(email=email).first()
    return user or User.objects.create_user(email, first_name=first, last_name=last, old_enough=timezone.now())
