"""Who may do what at each address of the site: one table. An address that is not in it fails the test.

A city's page is named as in its URLs (`city:people`), any other page likewise (`notices:work`). `reads` is who may look,
`posts` who may send a form; where nothing is said of posting, it must be open to nobody who may not look. `parameters` makes
what the address needs from the world of the test, whose city has a row or two in every table, somebody in every role, and in
each role's hands what it looks after.
"""

from tests.site import (
    permissions_of_action_briefing,
    permissions_of_action_committing,
    permissions_of_action_convening,
    permissions_of_action_endorsing,
    permissions_of_action_examining,
    permissions_of_action_meeting,
    permissions_of_partnerships,
    permissions_of_publishing_media,
    permissions_of_publishing_pages,
    permissions_of_publishing_resources,
    permissions_of_publishing_stories,
)
from tests.site.permissions_world import (
    ANSWERING,
    COORDINATORS,
    EVERYBODY,
    LOOK_AFTER,
    MANAGERS,
    MEMBERS,
    NOBODY,
    OWN_ROLES,
    SIGNED_IN,
    STAFF,
    Page,
    World,
)

from allcity.site.conversations.models import Case, Post
from allcity.site.figures.queries import current_examination
from allcity.site.needs.families.domain import open_form
from allcity.site.needs.models import Need, Side
from allcity.site.needs.proposals.domain import propose


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


OF_PACKAGES = ("allauth.", "wagtail.", "django.")
"""Views of packages, under their own rules. They are tested with accounts, and with the editors' part."""
EDITORS_INTERFACE = ("wagtailadmin_api", "chosen_videos", "chosen_organizations")
"""Wagtail's own, though we narrow some ends of it to the editor's cities: see the tests of tenancy and of editorial pages."""

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
    "city:moderation-escalate": Page(NOBODY, COORDINATORS, a_case),
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
    "accounts:mail-again": Page(NOBODY, SIGNED_IN),
    "accounts:staff": Page(STAFF, STAFF),
    # what carries our mail reports nothing to an installation that has not set it up
    "mail:report": Page(NOBODY, NOBODY, lambda _world: {"provider": "postmark"}, is_of_a_record=False),
    # the demonstration, which this is not
    "demo:people": Page(NOBODY, NOBODY),
    "demo:sign-in": Page(NOBODY, NOBODY, lambda world: {"pk": world.people["coordinator"].pk}),
    "demo:mail": Page(NOBODY, NOBODY),
    # the parts that pages are made of
    "components:look": Page(EVERYBODY),
    # public pages
    "home:front": Page(EVERYBODY),
    "home:declaration": Page(EVERYBODY),
    "home:section": Page(EVERYBODY, None, lambda _world: {"section": "access"}),
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
    "city:partnership-begin-from": Page(NOBODY, LOOK_AFTER, a_proposal),
    # what families want
    "city:family-results": Page(EVERYBODY),
    "city:family-results-school": Page(EVERYBODY, parameters=lambda world: {"slug": world.school.slug}),
    "city:family-form": Page(EVERYBODY, EVERYBODY, a_family_form),
    **dict.fromkeys(("city:family-thanks", "city:family-code"), Page(EVERYBODY, NOBODY, a_family_form)),
    "city:family-forms": Page(ANSWERING, ANSWERING),
    "city:family-hands": Page(ANSWERING, ANSWERING, a_family_form),
    **dict.fromkeys(("city:family-run", "city:family-poster"), Page(ANSWERING, NOBODY, a_family_form)),
    **dict.fromkeys(("city:family-close", "city:family-reopen"), Page(NOBODY, ANSWERING, a_family_form)),
    **permissions_of_partnerships.PAGES,
    **permissions_of_action_committing.PAGES,
    **permissions_of_action_examining.PAGES,
    **permissions_of_action_convening.PAGES,
    **permissions_of_action_meeting.PAGES,
    **permissions_of_action_endorsing.PAGES,
    **permissions_of_action_briefing.PAGES,
    **permissions_of_publishing_media.PAGES,
    **permissions_of_publishing_pages.PAGES,
    **permissions_of_publishing_resources.PAGES,
    **permissions_of_publishing_stories.PAGES,
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
