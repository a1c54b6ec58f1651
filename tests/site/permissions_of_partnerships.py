"""Who may do what at the addresses of partnerships: a part of the table in `permissions`."""

from collections.abc import Callable
from datetime import date

from tests.factories.judged import FELL
from tests.factories.partnerships import being_renewed
from tests.site.permissions_world import (
    ANSWERING,
    COORDINATORS,
    EVERYBODY,
    LOOK_AFTER,
    MANAGERS,
    MEMBERS,
    NOBODY,
    Page,
    World,
)

from allcity.site.cities.models import public_id
from allcity.site.needs.survey.reminding import today_in
from allcity.site.partnerships.checking.voice import open_form as open_voice_form
from allcity.site.partnerships.delivering import domain as delivering
from allcity.site.partnerships.delivering.checks import Entry
from allcity.site.partnerships.models import Partnership, Requirement, Review, Round, Session, Setting, Teacher


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
    """The liaison's school, asked about its own music; the manager's organization came there, and reads nothing of it yet."""
    ours = being_renewed(world.city, world.organization, world.school)
    Partnership.objects.filter(pk=ours.pk).update(setting=Setting.IN_SCHOOL_HOURS)
    found = {"found": {"staff": FELL}, "due_on": date(2030, 5, 31)}
    Review.objects.get_or_create(city=world.city, school=world.school, year=2022, defaults=found)
    return {"school": world.school.slug, "year": 2022}


PAGES: dict[str, Page] = {
    # partnerships and their agreements
    "city:my-partnerships": Page(LOOK_AFTER, NOBODY),
    "city:partnership-begin": Page(COORDINATORS, COORDINATORS),
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
            *("city:agreement-put-aside", "city:agreement-decline"),
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
    **dict.fromkeys(("city:partnership-portfolio-areas", "city:partnership-portfolio-needs"), Page(MEMBERS, NOBODY)),
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
    "city:review": Page(ANSWERING, NOBODY, a_review),
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
}
