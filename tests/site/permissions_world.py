"""What a table of permissions is made of: roles, the world of the test, and what a line says."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from allcity.site.accounts.models import User
from allcity.site.cities.models import City, Invitation, Membership, Request
from allcity.site.directory.models import Organization, Program, School
from allcity.site.exchange.models import Import
from allcity.site.needs.models import Handover, Reply, Survey
from allcity.site.notices.models import Notice
from allcity.site.partnerships.models import Partnership
from allcity.site.publishing.models import ArticlePage

Audience = frozenset[str]

ROLES: Audience = frozenset(
    {"anonymous", "outsider", "member", "liaison", "manager", "editor", "coordinator", "off duty", "on duty"}
)
"""The outsider is a coordinator of another city. Staff off duty have no role anywhere."""

EVERYBODY = ROLES
NOBODY: Audience = frozenset()
ANONYMOUS: Audience = frozenset({"anonymous"})
SIGNED_IN = ROLES - ANONYMOUS
MEMBERS = SIGNED_IN - {"outsider", "off duty"}
OWN_ROLES = MEMBERS - {"on duty"}
COORDINATORS: Audience = frozenset({"coordinator", "on duty"})
EDITORS = COORDINATORS | {"editor"}
STAFF: Audience = frozenset({"off duty", "on duty"})


LOOK_AFTER = COORDINATORS | {"liaison", "manager"}
MANAGERS = COORDINATORS | {"manager"}
ANSWERING = COORDINATORS | {"liaison"}
"""Who answers the yearly survey: of a school, whoever is its liaison."""


@dataclass(frozen=True)
class World:
    """What there is in the test: a public city with its people, and a page of each kind to ask for."""

    city: City
    people: dict[str, User]
    school: School
    organization: Organization
    membership: Membership
    invitation: Invitation
    asked: Request
    notice: Notice
    stop_token: str
    article: ArticlePage
    draft: Import

    @property
    def program(self) -> Program:
        return Program.objects.filter(organization=self.organization).earliest("pk")

    @property
    def partnership(self) -> Partnership:
        return Partnership.objects.of(self.city).earliest("pk")

    @property
    def survey(self) -> Survey:
        """The survey of the city's newest year, with a link that the school has sent to somebody."""
        defaults = {"due_on": date(2030, 5, 31)}
        survey, new = Survey.objects.get_or_create(city=self.city, year=2022, defaults=defaults)
        if new:
            reply = Reply.objects.create(city=self.city, survey=survey, school=self.school)
            later = timezone.now() + timedelta(days=9)
            Handover.objects.create(city=self.city, reply=reply, name="T", token="token", expires_at=later)
        return survey

    @property
    def twin(self) -> Organization:
        """Another organization of the city."""
        return Organization.objects.of(self.city).exclude(pk=self.organization.pk).earliest("pk")


@dataclass(frozen=True)
class Page:
    reads: Audience
    posts: Audience | None = None
    parameters: Callable[[World], dict[str, object]] | None = None
    is_of_a_record: bool = True
    """Whether the parameters name something of the city, so that under another city's name nothing is there."""
