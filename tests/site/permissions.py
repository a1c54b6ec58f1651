"""Who may do what at each address of the site: one table. An address that is not in it fails the test.

A city's page is named as in its URLs (`city:people`), any other page likewise (`notices:work`). `reads` is who may look,
`posts` who may send a form; where nothing is said of posting, it must be open to nobody who may not look. `parameters` makes
what the address needs from the world of the test, whose city has a row or two in every table, somebody in every role, and in
each role's hands what it looks after.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone
from tests.factories.judged import FELL
from tests.factories.partnerships import being_renewed

from allcity.site.accounts.models import User
from allcity.site.cities.models import City, Invitation, Membership, Request, public_id
from allcity.site.conversations.models import Case, Post
from allcity.site.directory.models import Organization, Program, School
from allcity.site.exchange.models import Import
from allcity.site.figures.queries import current_examination
from allcity.site.needs.families.domain import open_form
from allcity.site.needs.models import Handover, Need, Reply, Side, Survey
from allcity.site.needs.proposals.domain import propose
from allcity.site.needs.survey.reminding import today_in
from allcity.site.notices.models import Notice
from allcity.site.partnerships.checking.voice import open_form as open_voice_form
from allcity.site.partnerships.delivering import domain as delivering
from allcity.site.partnerships.delivering.checks import Entry
from allcity.site.partnerships.models import Partnership, Requirement, Review, Round, Session, Setting, Teacher
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


def an_organization(world: World) -> dict[str, object]:
    return {"kind": "organizations", "slug": world.organization.slug}


def a_survey(world: World) -> dict[str, object]:
    return {"year": world.survey.year}


def of_a_school(world: World) -> dict[str, object]:
    return {**a_survey(world), "school": world.school.slug}


def a_draft(world: World) -> dict[str, object]:
    return {"import_id": world.draft.public_id}


def a_post(world: World) -> Post:
    """What the editor wrote, for everybody to read. A coordinator once had a reason to let it stand."""
    return Post.objects.get(thread__city=world.city)


def a_thread(world: World) -> dict[str, object]:
    return {"thread": a_post(world).thread.public_id}


def a_case(world: World) -> dict[str, object]:
    return {"case": Case.objects.of(world.city).get().public_id}


def a_report(world: World) -> dict[str, object]:
    return {"year": current_examination(world.city).year, "name": "figures.json"}


def a_need(world: World) -> dict[str, object]:
    return {"public_id": Need.objects.of(world.city).filter(school=world.school).earliest("pk").public_id}


def a_proposal(world: World) -> dict[str, object]:
    """What the liaison asked the organization for; the manager is to answer."""
    school, organization = world.school, world.organization
    asked = propose(
        city=world.city, user=world.people["liaison"], side=Side.SCHOOL, organization=organization, school=school
    )
    return {"public_id": asked.public_id}


def a_family_form(world: World) -> dict[str, object]:
    coordinator = world.people["coordinator"]
    return {"code": open_form(city=world.city, year=2022, school=world.school, user=coordinator).code}


def of_ours(**more: object) -> Callable[[World], dict[str, object]]:
    """A partnership of the liaison's school with the manager's organization, whose agreement is being renewed."""

    def parameters(world: World) -> dict[str, object]:
        ours = being_renewed(world.city, world.organization, world.school)
        return {"partnership": ours.public_id, **more}

    return parameters


def a_goal(world: World) -> dict[str, object]:
    ours = being_renewed(world.city, world.organization, world.school)
    return {"partnership": ours.public_id, "goal": ours.goals.get().public_id}


def a_check_in(world: World) -> dict[str, object]:
    """One that is due, for the liaison's school."""
    ours = being_renewed(world.city, world.organization, world.school)
    due = Round.objects.get_or_create(city=world.city, partnership=ours, due_on=today_in(world.city))[0]
    return {"partnership": ours.public_id, "due_on": due.due_on, "place": world.school.public_id}


def a_teacher(world: World) -> dict[str, object]:
    """One who was named at the liaison's school, with the link that the teacher has."""
    ours = being_renewed(world.city, world.organization, world.school)
    told = {"name": "Kim Keys", "email": "kim@example.org", "token": "of-a-teacher"}
    found = Teacher.objects.get_or_create(city=world.city, partnership=ours, school=world.school, defaults=told)[0]
    return {"partnership": ours.public_id, "teacher": found.pk}


def a_link_of_a_teacher(world: World) -> dict[str, object]:
    return {"token": Teacher.objects.get(pk=a_teacher(world)["teacher"]).token}


def a_voice_form(world: World) -> dict[str, object]:
    """A form for the students of the liaison's school."""
    ours = being_renewed(world.city, world.organization, world.school)
    user = world.people["liaison"]
    return {
        "partnership": ours.public_id,
        "code": open_voice_form(partnership=ours, school=world.school, user=user).code,
    }


def a_voice_link(world: World) -> dict[str, object]:
    return {"code": a_voice_form(world)["code"]}


def sessions_of_ours(world: World) -> Partnership:
    """The same partnership, with a session that the manager sent in by a spreadsheet, and a plan."""
    ours = being_renewed(world.city, world.organization, world.school)
    if not ours.sessions.filter(state=Session.State.HELD).exists():
        manager, today = world.people["manager"], today_in(world.city)
        (party,) = delivering.loggers(ours, manager)
        entry = Entry(today, 1, "private_lessons", world.organization, world.school)
        delivering.bring(partnership=ours, user=manager, party=party, entries=[entry])
        if not ours.schedules.exists():
            delivering.plan(
                partnership=ours, user=manager, party=party, entry=entry, days=delivering.DAYS, last_day=today
            )
    return ours


def a_session(world: World) -> dict[str, object]:
    ours = sessions_of_ours(world)
    return {"partnership": ours.public_id, "session": ours.sessions.get(state=Session.State.HELD).public_id}


def a_plan(world: World) -> dict[str, object]:
    ours = sessions_of_ours(world)
    ours.schedules.update(ended_at=None)
    return {"partnership": ours.public_id, "pk": ours.schedules.get().pk}


def a_spreadsheet(world: World) -> dict[str, object]:
    ours = sessions_of_ours(world)
    return {"partnership": ours.public_id, "event": ours.events.filter(step="sessions-brought").latest("pk").pk}


def a_partner(world: World) -> dict[str, object]:
    """The organization, in a partnership with the school that goes on."""
    key = "of-the-test"
    made, _new = Partnership.objects.get_or_create(
        city=world.city,
        key=key,
        defaults={
            "name": "Together",
            "start_date": date(2025, 9, 1),
            "public_id": public_id("test", "partnerships", key),
        },
    )
    made.organizations.add(world.organization)
    made.schools.add(world.school)
    return {"slug": world.organization.slug}


def a_requirement(world: World) -> dict[str, object]:
    asked, _new = Requirement.objects.get_or_create(city=world.city, kind="insurance", title="Insurance")
    return {"public_id": asked.public_id}


def a_review(world: World) -> dict[str, object]:
    """The liaison's school, asked about its own music; the manager's organization came there in school hours."""
    ours = being_renewed(world.city, world.organization, world.school)
    Partnership.objects.filter(pk=ours.pk).update(setting=Setting.IN_SCHOOL_HOURS)
    found = {"found": {"staff": FELL}, "due_on": date(2030, 5, 31)}
    Review.objects.get_or_create(city=world.city, school=world.school, year=2022, defaults=found)
    return {"school": world.school.slug, "year": 2022}


@dataclass(frozen=True)
class Page:
    reads: Audience
    posts: Audience | None = None
    parameters: Callable[[World], dict[str, object]] | None = None
    is_of_a_record: bool = True
    """Whether the parameters name something of the city, so that under another city's name nothing is there."""


OF_PACKAGES = ("allauth.", "wagtail.", "django.")
"""Views of packages, under their own rules. They are tested with accounts, and with the editors' part."""
EDITORS_INTERFACE = "wagtailadmin_api"
"""Wagtail's own, though we narrow some ends of it to the editor's cities: see the test of tenancy."""

PAGES: dict[str, Page] = {
    # people of a city
    "city:people": Page(COORDINATORS, NOBODY),
    "city:invite": Page(COORDINATORS, COORDINATORS),
    "city:invitation-again": Page(NOBODY, COORDINATORS, lambda world: {"pk": world.invitation.pk}),
    "city:invitation-withdraw": Page(NOBODY, COORDINATORS, lambda world: {"pk": world.invitation.pk}),
    "city:role": Page(COORDINATORS, COORDINATORS, lambda world: {"pk": world.membership.pk}),
    "city:request": Page(COORDINATORS, COORDINATORS, lambda world: {"pk": world.asked.pk}),
    "city:join": Page(SIGNED_IN, SIGNED_IN),
    "city:claim": Page(SIGNED_IN, SIGNED_IN, lambda world: {"place": world.organization.public_id}),
    "city:leave": Page(OWN_ROLES, OWN_ROLES),
    "people:invitation": Page(EVERYBODY, EVERYBODY, lambda world: {"token": world.invitation.token}),
    "people:withdraw-request": Page(NOBODY, frozenset({"outsider"}), lambda world: {"pk": world.asked.pk}),
    # work and notices
    "city:workspace": Page(MEMBERS, NOBODY),
    "notices:work": Page(SIGNED_IN, NOBODY),
    "notices:notices": Page(SIGNED_IN, NOBODY),
    "notices:read-all": Page(NOBODY, SIGNED_IN),
    "notices:read": Page(NOBODY, frozenset({"member"}), lambda world: {"pk": world.notice.pk}),
    "notices:preferences": Page(SIGNED_IN, SIGNED_IN),
    "notices:stop": Page(EVERYBODY, EVERYBODY, lambda world: {"token": world.stop_token}),
    # conversations
    "city:conversations": Page(EVERYBODY, NOBODY),
    "city:start-conversation": Page(MEMBERS, MEMBERS),
    "city:conversation": Page(EVERYBODY, MEMBERS, a_thread),
    "city:follow-conversation": Page(NOBODY, SIGNED_IN, a_thread),
    "city:close-conversation": Page(NOBODY, COORDINATORS | {"editor"}, a_thread),
    "city:change-post": Page(
        frozenset({"editor"}), frozenset({"editor"}), lambda world: {**a_thread(world), "post": a_post(world).public_id}
    ),
    "city:report": Page(EVERYBODY, EVERYBODY, lambda world: {"kind": "post", "subject": a_post(world).public_id}),
    "city:moderation": Page(COORDINATORS, NOBODY),
    "city:moderation-case": Page(COORDINATORS, COORDINATORS, a_case),
    "city:moderation-answer": Page(frozenset({"editor"}), frozenset({"editor"}), a_case),
    "conversations:written": Page(SIGNED_IN, SIGNED_IN),
    # one's account
    "accounts:me": Page(SIGNED_IN, SIGNED_IN),
    "accounts:data": Page(SIGNED_IN, NOBODY),
    "accounts:delete": Page(SIGNED_IN, SIGNED_IN),
    "accounts:privacy": Page(EVERYBODY, NOBODY),
    "accounts:second-factor": Page(SIGNED_IN, NOBODY),
    "accounts:unsent": Page(SIGNED_IN, NOBODY),
    "accounts:end-sessions": Page(NOBODY, SIGNED_IN),
    "accounts:staff": Page(STAFF, STAFF),
    # the demonstration, which this is not
    "demo:people": Page(NOBODY, NOBODY),
    "demo:sign-in": Page(NOBODY, NOBODY, lambda world: {"pk": world.people["coordinator"].pk}),
    "demo:mail": Page(NOBODY, NOBODY),
    # the parts that pages are made of
    "components:look": Page(EVERYBODY),
    # public pages
    "home:front": Page(EVERYBODY),
    "home:declaration": Page(EVERYBODY),
    **dict.fromkeys(
        (
            *("city:front", "city:access", "city:ecosystem", "city:needs", "city:partnerships", "city:figures"),
            *("city:schools", "city:organizations", "city:finder", "city:data", "city:export-folder"),
            *("city:schools-geojson", "city:areas-geojson", "city:backdrop-geojson", "city:ecosystem-geojson"),
            "city:finder-geojson",
        ),
        Page(EVERYBODY),
    ),
    "city:school": Page(EVERYBODY, parameters=lambda world: {"slug": world.school.slug}),
    **dict.fromkeys(
        ("city:organization", "city:organization-geojson"),
        Page(EVERYBODY, parameters=lambda world: {"slug": world.organization.slug}),
    ),
    **dict.fromkeys(
        ("city:program", "city:program-geojson"), Page(EVERYBODY, parameters=lambda world: {"slug": world.program.slug})
    ),
    "city:partnership": Page(EVERYBODY, parameters=lambda world: {"public_id": world.partnership.public_id}),
    "city:article": Page(EVERYBODY, parameters=lambda world: {"number": world.article.pk, "slug": world.article.slug}),
    "city:export-table": Page(
        EVERYBODY, parameters=lambda world: {"table": "schools", "kind": "csv"}, is_of_a_record=False
    ),
    "city:export-report": Page(EVERYBODY, parameters=a_report, is_of_a_record=False),
    # what is looked after
    "city:mine": Page(LOOK_AFTER, NOBODY),
    "city:similar": Page(LOOK_AFTER, NOBODY),
    "city:records": Page(COORDINATORS, NOBODY),
    "city:keep-apart": Page(NOBODY, COORDINATORS, lambda world: {**an_organization(world), "other": world.twin.slug}),
    "city:merges": Page(COORDINATORS, NOBODY),
    "city:undo-merge": Page(NOBODY, NOBODY, lambda world: {"merge": world.organization.public_id}),
    "city:merge": Page(COORDINATORS, COORDINATORS, lambda world: {**an_organization(world), "other": world.twin.slug}),
    "city:add-record": Page(COORDINATORS, COORDINATORS, lambda world: {"kind": "organizations"}, is_of_a_record=False),
    "city:add-under": Page(MANAGERS, MANAGERS, lambda world: {**an_organization(world), "step": "name"}),
    "city:record": Page(MANAGERS, NOBODY, an_organization),
    "city:edit-record": Page(MANAGERS, MANAGERS, an_organization),
    "city:history": Page(MANAGERS, NOBODY, an_organization),
    "city:confirm-record": Page(NOBODY, MANAGERS, an_organization),
    "city:archive-record": Page(COORDINATORS, COORDINATORS, an_organization),
    "city:restore-record": Page(NOBODY, COORDINATORS, an_organization),
    "city:restore-version": Page(
        NOBODY, MANAGERS, lambda world: {**an_organization(world), "version": world.organization.history.first().pk}
    ),
    "city:repeat-offering": Page(
        NOBODY, MANAGERS, lambda world: {"kind": "offerings", "slug": world.program.offerings.first().slug}
    ),
    "city:needs-for": Page(MANAGERS, NOBODY, lambda world: {"slug": world.organization.slug}),
    "city:offers-for": Page(COORDINATORS | {"liaison"}, NOBODY, lambda world: {"slug": world.school.slug}),
    "directory:still-true": Page(EVERYBODY, EVERYBODY, lambda world: {"token": "not-one-of-ours"}),
    # what a city decides for itself, and how it is started
    **dict.fromkeys(
        ("city:settings", "city:settings-targets", "city:settings-history", "city:start"), Page(COORDINATORS, NOBODY)
    ),
    **dict.fromkeys(
        (
            "city:settings-city",
            "city:settings-boundary",
            "city:settings-shown",
            "city:settings-text",
            "city:start-targets",
        ),
        Page(COORDINATORS, COORDINATORS),
    ),
    "city:discard": Page(frozenset({"coordinator"}), frozenset({"coordinator"})),
    "city:settings-target": Page(COORDINATORS, COORDINATORS, lambda world: {"name": "fee_limit"}, is_of_a_record=False),
    "city:settings-kind": Page(COORDINATORS, NOBODY, lambda world: {"kind": "sections"}, is_of_a_record=False),
    "city:settings-add": Page(COORDINATORS, COORDINATORS, lambda world: {"kind": "sections"}, is_of_a_record=False),
    "city:settings-entry": Page(
        COORDINATORS, COORDINATORS, lambda world: {"kind": "sections", "entry": "access"}, is_of_a_record=False
    ),
    "city:settings-inner-add": Page(
        COORDINATORS, COORDINATORS, lambda world: {"kind": "sections", "above": "access"}, is_of_a_record=False
    ),
    "city:settings-inner": Page(
        COORDINATORS,
        COORDINATORS,
        lambda world: {"kind": "sections", "entry": "access", "inner": "in_school_music"},
        is_of_a_record=False,
    ),
    "city:settings-version": Page(COORDINATORS, COORDINATORS, lambda world: {"pk": world.city.history.first().pk}),
    "start:start": Page(EVERYBODY, SIGNED_IN),
    "city:editing": Page(EDITORS, NOBODY),
    # the yearly survey of schools
    "city:survey": Page(ANSWERING, NOBODY),
    "city:survey-year": Page(ANSWERING, NOBODY, a_survey),
    **dict.fromkeys(
        ("city:survey-school", "city:survey-review", "city:survey-ask"), Page(ANSWERING, ANSWERING, of_a_school)
    ),
    "city:survey-step": Page(ANSWERING, ANSWERING, lambda world: {**of_a_school(world), "step": "teachers"}),
    "city:survey-paper": Page(ANSWERING, NOBODY, of_a_school),
    "city:survey-stop-link": Page(
        NOBODY, ANSWERING, lambda world: {**of_a_school(world), "pk": world.survey.replies.get().handovers.get().pk}
    ),
    "city:surveys": Page(COORDINATORS, COORDINATORS),
    **dict.fromkeys(("city:survey-board", "city:survey-board-file"), Page(COORDINATORS, NOBODY, a_survey)),
    "city:survey-change": Page(COORDINATORS, COORDINATORS, a_survey),
    **dict.fromkeys(
        ("city:survey-remind", "city:survey-close", "city:survey-reopen"), Page(NOBODY, COORDINATORS, a_survey)
    ),
    "city:survey-remind-school": Page(NOBODY, COORDINATORS, of_a_school),
    "survey:help": Page(
        EVERYBODY, EVERYBODY, lambda world: {"token": world.survey.replies.get().handovers.get().token}
    ),
    # the need ledger
    "city:need": Page(EVERYBODY, parameters=a_need),
    "city:needs-ledger": Page(ANSWERING, NOBODY),
    "city:needs-ledger-file": Page(ANSWERING, NOBODY, lambda _world: {"kind": "csv"}, is_of_a_record=False),
    "city:need-add": Page(ANSWERING, ANSWERING),
    **dict.fromkeys(("city:need-record", "city:need-change"), Page(ANSWERING, ANSWERING, a_need)),
    # where the city stands with its needs
    **dict.fromkeys(("city:needs-overview", "city:needs-calls"), Page(COORDINATORS, NOBODY)),
    "city:needs-letter": Page(COORDINATORS, COORDINATORS),
    "city:needs-overview-file": Page(COORDINATORS, NOBODY, lambda _world: {"name": "calls"}, is_of_a_record=False),
    # offers and requests
    "city:propose": Page(LOOK_AFTER, LOOK_AFTER),
    "city:proposals": Page(LOOK_AFTER, NOBODY),
    "city:proposal": Page(LOOK_AFTER, NOBODY, a_proposal),
    "city:proposal-bring": Page(
        frozenset({"liaison", "manager"}),
        frozenset({"liaison", "manager"}),
        lambda world: {**a_proposal(world), "what": "space"},
    ),
    "city:proposal-step": Page(
        frozenset({"manager"}), frozenset({"manager"}), lambda world: {**a_proposal(world), "name": "no"}
    ),
    # what families want
    "city:family-results": Page(EVERYBODY),
    "city:family-results-school": Page(EVERYBODY, parameters=lambda world: {"slug": world.school.slug}),
    "city:family-form": Page(EVERYBODY, EVERYBODY, a_family_form),
    **dict.fromkeys(("city:family-thanks", "city:family-code"), Page(EVERYBODY, NOBODY, a_family_form)),
    "city:family-forms": Page(ANSWERING, ANSWERING),
    "city:family-hands": Page(ANSWERING, ANSWERING, a_family_form),
    **dict.fromkeys(("city:family-run", "city:family-poster"), Page(ANSWERING, NOBODY, a_family_form)),
    **dict.fromkeys(("city:family-close", "city:family-reopen"), Page(NOBODY, ANSWERING, a_family_form)),
    # partnerships and their agreements
    "city:my-partnerships": Page(LOOK_AFTER, NOBODY),
    "city:partnership-begin": Page(COORDINATORS, COORDINATORS),
    "city:partnership-begin-from": Page(NOBODY, LOOK_AFTER, a_proposal),
    "city:partnership-agreement": Page(LOOK_AFTER, NOBODY, of_ours()),
    **dict.fromkeys(
        ("city:agreement-version", "city:agreement-paper", "city:agreement-changes"),
        Page(LOOK_AFTER, NOBODY, of_ours(number=2)),
    ),
    "city:agreement-part": Page(LOOK_AFTER, LOOK_AFTER, of_ours(name="what")),
    "city:agreement-add-goal": Page(LOOK_AFTER, LOOK_AFTER, of_ours()),
    "city:agreement-goal": Page(LOOK_AFTER, LOOK_AFTER, a_goal),
    **dict.fromkeys(
        (
            *("city:agreement-put-up", "city:agreement-take-back", "city:agreement-new-version"),
            "city:agreement-put-aside",
        ),
        Page(NOBODY, LOOK_AFTER, of_ours()),
    ),
    "city:agreement-sign": Page(NOBODY, frozenset({"liaison", "manager"}), of_ours()),
    "city:partnership-parties": Page(COORDINATORS, COORDINATORS, of_ours()),
    "city:partnership-step": Page(LOOK_AFTER, LOOK_AFTER, of_ours(name="end")),
    # sessions
    "city:partnership-sessions": Page(LOOK_AFTER, frozenset({"liaison", "manager"}), of_ours()),
    "city:partnership-planned": Page(NOBODY, frozenset({"liaison", "manager"}), of_ours()),
    "city:partnership-plan": Page(LOOK_AFTER, frozenset({"liaison", "manager"}), of_ours()),
    "city:partnership-plan-end": Page(NOBODY, frozenset({"manager"}), a_plan),
    "city:partnership-session": Page(frozenset({"manager"}), frozenset({"manager"}), a_session),
    "city:partnership-sessions-file": Page(
        frozenset({"liaison", "manager"}), frozenset({"liaison", "manager"}), of_ours()
    ),
    "city:partnership-sessions-undo": Page(NOBODY, frozenset({"manager"}), a_spreadsheet),
    "city:partnership-sessions-download": Page(
        frozenset({"liaison", "manager"}), NOBODY, of_ours(name="template", kind="csv")
    ),
    "delivering:planned": Page(EVERYBODY, EVERYBODY, lambda world: {"token": "not-one-of-ours"}),
    # check-ins, teachers, growth and students' voice
    **dict.fromkeys(("city:partnership-check-ins", "city:partnership-growth"), Page(LOOK_AFTER, NOBODY, of_ours())),
    "city:partnership-check-in": Page(frozenset({"liaison"}), frozenset({"liaison"}), a_check_in),
    "city:partnership-teachers": Page(ANSWERING, ANSWERING, of_ours()),
    "city:partnership-teacher-end": Page(NOBODY, ANSWERING, a_teacher),
    "city:partnership-growth-count": Page(
        ANSWERING, ANSWERING, lambda world: {**of_ours()(world), "school": world.school.slug}
    ),
    "city:partnership-voice": Page(LOOK_AFTER, LOOK_AFTER, of_ours()),
    **dict.fromkeys(
        ("city:partnership-voice-run", "city:partnership-voice-poster"), Page(ANSWERING, NOBODY, a_voice_form)
    ),
    **dict.fromkeys(
        ("city:partnership-voice-close", "city:partnership-voice-reopen"), Page(NOBODY, ANSWERING, a_voice_form)
    ),
    "city:voice-form": Page(EVERYBODY, EVERYBODY, a_voice_link),
    **dict.fromkeys(("city:voice-thanks", "city:voice-code"), Page(EVERYBODY, NOBODY, a_voice_link)),
    **dict.fromkeys(("check-in:teacher", "check-in:teacher-growth"), Page(EVERYBODY, EVERYBODY, a_link_of_a_teacher)),
    "city:partnership-evaluation": Page(LOOK_AFTER, frozenset({"liaison", "manager"}), of_ours()),
    "city:partnership-evaluation-pdf": Page(LOOK_AFTER, NOBODY, of_ours()),
    # whether partners are ready to work with students, and what is due
    "city:readiness": Page(LOOK_AFTER, NOBODY),
    "city:readiness-of": Page(MANAGERS | {"liaison"}, frozenset({"manager"}), a_partner),
    "city:readiness-unchanged": Page(NOBODY, frozenset({"manager"}), a_partner),
    "city:requirements": Page(COORDINATORS, COORDINATORS),
    "city:requirement-add": Page(COORDINATORS, COORDINATORS),
    "city:requirement": Page(COORDINATORS, COORDINATORS, a_requirement),
    "city:requirement-step": Page(NOBODY, COORDINATORS, a_requirement),
    "city:partnership-calendar": Page(LOOK_AFTER, NOBODY),
    # all partnerships of a city, an organization, a school
    **dict.fromkeys(("city:partnership-portfolio", "city:partnership-portfolio-file"), Page(MEMBERS, NOBODY)),
    "city:next-partnerships": Page(COORDINATORS, NOBODY),
    **dict.fromkeys(
        ("city:organization-partnerships", "city:organization-partnerships-file"),
        Page(EVERYBODY, NOBODY, lambda world: {"slug": world.organization.slug}),
    ),
    **dict.fromkeys(
        ("city:school-partnerships", "city:school-partnerships-file"),
        Page(EVERYBODY, NOBODY, lambda world: {"slug": world.school.slug}),
    ),
    # a school's own music beside its partners
    "city:reviews": Page(COORDINATORS, NOBODY),
    "city:review": Page(LOOK_AFTER, NOBODY, a_review),
    "city:review-answer": Page(
        frozenset({"liaison"}),
        frozenset({"liaison"}),
        lambda world: {**a_review(world), "place": world.school.public_id},
    ),
    **dict.fromkeys(
        ("city:review-ask", "city:review-share", "city:review-close"), Page(COORDINATORS, COORDINATORS, a_review)
    ),
    # deliveries that two sides told of
    "city:deliveries-told-twice": Page(COORDINATORS, COORDINATORS),
    # imports
    "city:imports": Page(COORDINATORS, COORDINATORS),
    "city:export-everything": Page(COORDINATORS, NOBODY),
    "city:import": Page(COORDINATORS, parameters=a_draft),
    # in this order, since files that are discarded do not come back
    "city:import-problems": Page(COORDINATORS, NOBODY, a_draft),
    "city:import-remove": Page(NOBODY, NOBODY, a_draft),  # a file that is not named is not there
    **dict.fromkeys(
        ("city:import-mapping", "city:import-match"),
        Page(COORDINATORS, COORDINATORS, lambda world: {**a_draft(world), "name": "schools.csv"}),
    ),
    **dict.fromkeys(
        ("city:import-confirm", "city:import-try", "city:import-upload"), Page(NOBODY, COORDINATORS, a_draft)
    ),
    **dict.fromkeys(("city:import-discard", "city:import-undo"), Page(COORDINATORS, COORDINATORS, a_draft)),
}
