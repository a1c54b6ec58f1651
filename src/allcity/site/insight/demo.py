"""The demonstration: the sample city, somebody in every role, and the figures."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone

from allcity.sample import make_sample_city
from allcity.site.accounts.models import User
from allcity.site.action.demo import add_action
from allcity.site.cities.domain import give_role
from allcity.site.cities.models import City, Role
from allcity.site.directory.models import Organization, School, SchoolYear
from allcity.site.exchange.domain import import_folder
from allcity.site.insight.domain import examine_city
from allcity.site.insight.tasks import keep_report_files
from allcity.site.needs.families.domain import open_form
from allcity.site.needs.ledger.queries import years_of
from allcity.site.needs.models import Need, Proposal, Reply, Side, Survey
from allcity.site.needs.proposals import domain as proposals
from allcity.site.needs.proposals.queries import open_needs
from allcity.site.needs.survey.domain import confirm_step, hand_in, open_survey
from allcity.site.needs.survey.queries import schools_of
from allcity.site.needs.survey.questions import RESOURCES, STUDENTS, TEACHERS
from allcity.site.needs.survey.sheet import sheet_of
from allcity.site.partnerships.demo import add_partnerships
from allcity.site.partnerships.reviewing.demo import add_reviews
from allcity.site.publishing.demo import add_publishing

CITY = "rivermouth"
HOST = "rivermouth.example"
SURVEY_RUNS = timedelta(days=21)
HANDED_IN, BEGUN = 14, 6
"""How many schools of the demonstration have handed the survey in, and how many have only begun it."""
OWN_MUSIC = (TEACHERS, STUDENTS, RESOURCES)
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
            make_sample_city(Path(folder) / CITY, today=timezone.localdate())
            progress("bringing it in")
            city = import_folder(Path(folder) / CITY, is_public=True, title="Rivermouth").city
    progress("adding people of every role")
    people = add_people(city=city)
    progress("opening the yearly survey and a form for families")
    ask_schools(city=city, user=people[0])
    open_form(city=city, year=years_of(city)[0], user=people[0])
    progress("making partnerships in every phase")
    coordinator, _editor, liaison, manager, member = people[:5]
    add_partnerships(city=city, coordinator=coordinator, liaison=liaison, manager=manager)
    progress("examining it")
    examine_city(city=city)
    add_reviews(city=city, coordinator=coordinator)
    add_proposals(city=city, people=people)
    progress("examining itself, meeting, and deciding")
    add_action(city=city, coordinator=coordinator, liaison=liaison, manager=manager, member=member)
    progress("telling stories")
    add_publishing(city=city, coordinator=coordinator, member=member)
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


@transaction.atomic
def ask_schools(*, city: City, user: User) -> None:
    """The survey of the newest school year, which some schools have handed in and others have begun; once."""
    if Survey.objects.of(city).exists():
        return
    years = SchoolYear.objects.of(city).order_by("-year").values_list("year", flat=True)
    survey = open_survey(
        city=city,
        year=years[0],
        due_on=timezone.localdate() + SURVEY_RUNS,
        user=user,
        message="Your answers show where music is missing, and partners see what you need. Thank you!",
    )
    schools = schools_of(survey).exclude(pk=School.objects.of(city).order_by("pk")[:1].get().pk)  # the liaison's
    for number, school in enumerate(schools[: HANDED_IN + BEGUN]):
        for step in OWN_MUSIC[: None if number < HANDED_IN else 1]:
            sheet = sheet_of(survey, school)
            told = sheet.find(step)
            # What the records do not say stays unsaid, so that the sample's figures are those of its folder.
            lines = tuple(line for line in told.lines if line.before_year == survey.year) if told else ()
            if told and lines:
                confirm_step(sheet=sheet, step=replace(told, lines=lines), user=user)
        if number < HANDED_IN and Reply.objects.filter(survey=survey, school=school, said__isnull=False).exists():
            hand_in(survey=survey, school=school, user=user)


@transaction.atomic
def add_proposals(*, city: City, people: list[User]) -> None:
    """An offer or request of each kind that there is: waiting, in conversation, on trial, declined; once.

    Nothing of it moves a need, so that the sample's figures are those of its folder.
    """
    if Proposal.objects.of(city).exists():
        return
    coordinator, _editor, liaison, manager = people[:4]
    school, *others = School.objects.of(city).current().order_by("pk")[:6]
    own, other = Organization.objects.of(city).filter(programs__isnull=False).distinct().order_by("pk")[:2]
    on_trial = next((need for need in open_needs(city, others) if need.state == Need.State.AGREED), None)
    today = timezone.localdate()

    def offer(to: School, need: Need | None = None) -> Proposal:
        return proposals.propose(
            city=city,
            user=manager,
            side=Side.ORGANIZATION,
            organization=own,
            need=need,
            school=to,
            brings=["instruments"],
            text="We have room for more students this spring, and could come to you.",
        )

    proposals.propose(
        city=city, user=liaison, side=Side.SCHOOL, organization=own, school=school, text="Could you come to us?"
    )
    asked = proposals.propose(city=city, user=liaison, side=Side.SCHOOL, organization=other, school=school)
    proposals.accept(proposal=asked, user=coordinator)
    proposals.propose_next_step(proposal=asked, kind="visit", on=today + timedelta(days=9), user=coordinator)
    offer(others[0])
    proposals.decline(proposal=offer(others[1]), reason="times", user=coordinator, words="Only Tuesdays are free.")
    trial = offer(others[2], on_trial)
    proposals.accept(proposal=trial, user=coordinator)
    proposals.propose_next_step(proposal=trial, kind="trial", on=today + timedelta(days=12), user=manager)
    if on_trial:
        proposals.agree_next_step(proposal=trial, user=coordinator)


def _person(email: str, first: str, last: str) -> User:
    user = User.objects.filter(email=email).first()
    user = user or User.objects.create_user(email, first_name=first, last_name=last, old_enough=timezone.now())
    EmailAddress.objects.get_or_create(user=user, email=email, defaults={"verified": True, "primary": True})
    return user
