"""The site: its addresses, who may do what, what people are told, and what is done in the background."""

import importlib
import inspect
import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pkgutil import walk_packages
from typing import Any
from uuid import uuid4

from reference_pages import markdown
from reference_pages.markdown import code, paragraphs, prose, table

PACKAGES = ("allauth.", "wagtail.", "django.")
PERMISSIONS = {
    "cities.view_city": "See the city's public pages, and take its data along. In a draft, see them before others do.",
    "cities.manage_city": "Change the city's settings, bring data in, take it back, and take everything along.",
    "cities.manage_people": "Give and take roles, invite, and answer those who ask.",
    "cities.open_workspace": "Open the city's workspace. It lists what the person's role lets them do.",
    "cities.ask_to_join": "Ask to join the city, or to look after a school or an organization of it.",
    "cities.leave_city": "Give up one's own roles in the city.",
    "cities.discard_city": "Discard a draft with all that it has, as its only coordinator.",
    "conversations.start": "See the list of conversations among the tools, and start one about an open topic.",
    "conversations.write": "Write in a conversation that one may read. Circles are for those who take part in them alone.",
    "conversations.close": "Close a conversation or open it again: whoever started it or takes part in its circle, too.",
    "conversations.change_post": "Change one's own words, or take them back.",
    "conversations.moderate": "See what was reported or waits, let it stand, or take it down.",
    "publishing.edit_pages": "Write the city's pages in its own words.",
    "publishing.look_after_media": "Say what pictures and videos show and who is in them, note consents, blur, and take down.",
    "publishing.read_consents": "See who gave a consent, and open its signed document.",
    "publishing.read_resources": "Read the city's resources beside the library for all cities.",
    "publishing.suggest_resources": "Suggest a resource, with an account or without one.",
    "publishing.keep_resources": "Add, change and archive the city's own resources, and bring them back.",
    "publishing.read_stories": "Read what people tell of the city.",
    "publishing.tell_stories": "Tell a story of the city, with an account or without one.",
    "directory.look_after": "See the pages on which records are looked after. Of the records, those of `directory.change`.",
    "directory.change": "Change a record, say that it is still true, read its history, and go back to an earlier version.",
    "directory.archive": "Put a record away, with all that is under it, and bring it back.",
    "needs.answer_survey": "Answer the yearly survey for a school, ask others by a link to help, and hand it in.",
    "needs.coordinate": "See how the city stands with its needs, and write to those whose word would help.",
    "needs.keep_ledger": "See the needs that one keeps as a list and as a file, and state one.",
    "needs.change": "Change a need, and say that it has gone on: a school's liaison for its needs, a coordinator for all.",
    "needs.ask_families": "See the short forms for families that one runs, and open one.",
    "needs.run_family_form": "Close a form for families, print its poster, and enter raised hands.",
    "needs.run_survey": "Open the yearly survey, see how far schools are, remind them, and close it.",
    "partnerships.view": "See what is public of one partnership; of one that is not agreed, its parties and coordinators alone.",
    "partnerships.have": "See the partnerships of what one looks after, and what waits in them.",
    "partnerships.take_part": "Read and write what belongs to the parties of one partnership: its agreement, history, sessions, "
    "check-ins and evaluations. Each writes for its own side.",
    "partnerships.agree": "Write and sign the version of a partnership's agreement that is open, also for whom it brings in.",
    "partnerships.begin": "Begin a partnership for parties that found each other elsewhere, say who is in one that is not "
    "agreed yet, and whom a new version brings in.",
    "partnerships.review": "See which schools' own music fell more than elsewhere since a partner came, ask them, and share or "
    "close what they answer.",
    "partnerships.read_reviews": "Read what a school was asked about its own music: its people and partners when they are asked, "
    "other members once it is shared.",
    "partnerships.join_accounts": "Say whether what a school and an organization each told of is one delivery or two.",
    "partnerships.keep_requirements": "Keep the list of what the city asks of partners before they work with students.",
    "directory.manage": "See every record of the city, add organizations and places, merge, and keep apart.",
    "needs.propose": "Offer or ask for a school or organization that one looks after, see one's own offers and requests, "
    "and carry them on. A coordinator sees all of the city, and acts for places that nobody looks after.",
    "action.view": "Read what the city shows of its plan, its self-examinations, planning sessions, endorsements and briefs.",
    "action.commit": "See all commitments of the city, propose one, and look after one's own.",
    "action.keep_plan": "Agree, verify and drop commitments, and choose what of the plan everybody sees.",
    "action.answer": "Answer the questions of a self-examination that is open.",
    "action.examine": "Write what the answers of a self-examination come to, with evidence, levels and priorities.",
    "action.run_examination": "Open, close and publish a self-examination, and ask people to answer.",
    "action.meet": "See the planning sessions to which one is asked, or which are for all members.",
    "action.convene": "Plan and call sessions, ask people, sign them in, and write minutes.",
    "action.endorse": "Endorse the Declaration in a city that is public, and share it.",
    "action.brief": "Write, publish and take back briefs.",
    "needs.see_matches": "See which needs an organization could answer, or which offers fit a school's needs.",
}
"""What each permission lets somebody do."""
ALWAYS, IF_PUBLIC, OWN = "yes", "public", "own"
_OF_A_CITY = "/{language}/{city}/"
_SCHOOL, _ORGANIZATION = uuid4(), uuid4()


def set_up() -> None:
    """Have Django know the site. No database is opened."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "allcity.site.settings")
    import django
    from django.apps import apps
    from django.urls import get_resolver

    if not apps.ready:
        django.setup()
    get_resolver().url_patterns  # noqa: B018 - every view is imported, and with it whatever it registers


# --- addresses


@dataclass(frozen=True)
class Address:
    """A page: its full name, its path, the permission it takes, and what its view says of it."""

    name: str
    path: str
    permission: str
    words: str


def addresses() -> list[Address]:
    """Every address of the site but those of packages, in the order in which they are looked up."""
    set_up()
    from django.urls import get_resolver

    return [
        Address(name, _path(path), getattr(view, "permission", ""), _first_sentence(view))
        for name, path, view in _walk(get_resolver())
    ]


def _walk(resolver: Any, before: str = "", above: str = "") -> Iterator[tuple[str, str, Callable[..., Any]]]:
    for one in resolver.url_patterns:
        path = above + str(one.pattern)
        if hasattr(one, "url_patterns"):
            yield from _walk(one, f"{before}{one.namespace}:" if one.namespace else before, path)
        elif not one.callback.__module__.startswith(PACKAGES):
            yield before + (one.name or ""), path, one.callback


def _path(pattern: str) -> str:
    """A pattern as somebody would write the address, from what follows the language on."""
    path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", pattern)
    return "/" + re.sub(r"^[a-z]{2}/", "{language}/", path.replace("\\", "").strip("^$"))


def _first_sentence(of: object) -> str:
    return (inspect.getdoc(of) or "").split("\n\n")[0]


def addresses_page() -> str:
    found = addresses()
    city = [one for one in found if one.name.startswith("city:")]
    workspace = [one for one in city if one.permission != "cities.view_city"]
    return markdown.page(
        "Addresses of the site",
        "Addresses of a city's pages begin with `/{language}/{city}/`, which is left out below: `{language}` is `en` or `es`, "
        "`{city}` the city's short name. Public pages of a city take `?year=2024` for the "
        "school year that begins in 2024; without it they show the newest that has figures. The names are those that "
        'templates and code use, as in `{% url "city:front" city.slug %}`.',
        "## Public pages of a city\n\nFor everybody, as soon as the city is public; in a draft for those who have a role in "
        "it: `cities.view_city`.",
        _addresses(one for one in city if one.permission == "cities.view_city"),
        "## Work in a city\n\nEach takes a [permission](permissions.md).",
        table(
            ("Name", "Address", "Takes", "What it is for"),
            ((code(one.name), _short(one.path), code(one.permission), prose(one.words)) for one in workspace),
        ),
        "## Outside of cities\n\nWhat is shown of a person is shown to that person alone.",
        _addresses(one for one in found if not one.name.startswith("city:")),
        "Beside these there are `/healthz`, which answers 200 once the site can serve, the editors' part under `/editors/`, "
        "documents under `/documents/`, and the pages of signing in under `/{language}/account/`.",
    )


def _addresses(found: Iterable[Address]) -> str:
    rows = ((code(one.name), _short(one.path), prose(one.words)) for one in found)
    return table(("Name", "Address", "What it shows"), rows)


def _short(path: str) -> str:
    """An address without what those of all a city's pages begin with."""
    return code(path.removeprefix(_OF_A_CITY) or _OF_A_CITY)


# --- permissions


@cache
def matrix() -> dict[str, dict[str, str]]:
    """For each permission and each kind of person: always, if the city is public, for what is theirs, or not (empty)."""
    set_up()
    from rules.permissions import permissions

    return {name: {who: _may(name, user) for who, user in _people().items()} for name in sorted(permissions)}


def _people() -> dict[str, Any]:
    from django.contrib.auth.models import AnonymousUser

    from allcity.site.accounts.models import StaffSession, User
    from allcity.site.cities.models import Role

    places = {Role.LIAISON: _SCHOOL, Role.MANAGER: _ORGANIZATION}

    def person(*roles: Role, duty: bool = False) -> User:
        """Somebody with these roles in the city of number 1, as the rules would have read it from the database."""
        user = User(pk=1, is_staff=duty)
        user.__dict__["_roles"] = {1: frozenset((role.value, places.get(role)) for role in roles)}
        user.__dict__["_staff_session"] = StaffSession() if duty else None
        return user

    return {
        "everybody": AnonymousUser(),
        "signed in": person(),
        **{str(role.label): person(role) for role in Role},
        "staff on duty": person(duty=True),
    }


def _may(permission: str, user: Any) -> str:
    import rules

    from allcity.site.cities.models import City
    from allcity.site.directory.models import Organization, Program, School

    draft, public = City(pk=1, is_public=False), City(pk=1, is_public=True)
    organization = Organization(city=draft, public_id=_ORGANIZATION)
    own = (School(city=draft, public_id=_SCHOOL), organization, Program(city=draft, organization=organization))
    if rules.has_perm(permission, user, draft):
        return ALWAYS
    if rules.has_perm(permission, user, public):
        return IF_PUBLIC
    return OWN if any(rules.has_perm(permission, user, record) for record in own) else ""


def permissions_page() -> str:
    found = matrix()
    people = list(next(iter(found.values())))
    pages: dict[str, list[str]] = {}
    for one in addresses():
        pages.setdefault(one.permission, []).append(one.name)
    return markdown.page(
        "Roles and permissions",
        "A role is held in one city, and says nothing of another. Whatever no rule allows is refused. What somebody may not "
        "see is not found; what they may not do is refused, or leads to signing in.",
        table(("Permission", *people), ((code(name), *may.values()) for name, may in found.items())),
        "*public*: in a city that everybody can see. *own*: for the school that a liaison speaks for, and for the "
        "organization that a manager looks after with its programs and their dates; for a place where nothing is held but "
        "theirs, `directory.change` too. An organization itself is archived by a coordinator. A role of *editor* opens the "
        "city's part of `/editors/`; so does that of coordinator.",
        "*Staff* run the installation. They have no role in a city, and act as its coordinator only while they are [on "
        "duty](../../explanation/people.md#staff), for an hour and with a reason that is kept.",
        "## What each lets somebody do",
        table(
            ("Permission", "What it is for", "Pages that take it"),
            ((code(name), prose(PERMISSIONS[name]), markdown.codes(pages.get(name, ()))) for name in found),
        ),
    )


# --- notices and background tasks


def notices_page() -> str:
    set_up()
    from django.utils.translation import override

    from allcity.site.notices.kinds import Delivery, kinds

    with override("en"):
        rows = [
            (code(kind.id), prose(str(kind.title)), prose(str(kind.text)), prose(str(kind.delivery.label)))
            for kind in kinds().values()
        ]
        ways = [str(one.label) for one in Delivery]
    return markdown.page(
        "Notices",
        "What the site tells people, under *My work* and by mail. Each person chooses for each kind how it reaches them: "
        f"{'; '.join(ways)}. Every mail has a link that ends such mail without signing in.",
        table(("Kind", "When", "Says", "If nothing is chosen"), rows),
        "The database holds a notice's kind and values; its words are made when it is read, in the language of whoever "
        "reads. `%(name)s` stands for a value.",
    )


def tasks() -> dict[str, str]:
    """Every task that is done in the background, by its name, with what it does."""
    set_up()
    from django_tasks.base import Task

    import allcity.site

    found = {}
    for module in walk_packages(allcity.site.__path__, "allcity.site."):
        if module.name.endswith((".tasks", ".worker")):
            for one in vars(importlib.import_module(module.name)).values():
                if isinstance(one, Task):
                    found[one.module_path.removeprefix("allcity.site.")] = inspect.getdoc(one.func) or ""
    return found


def tasks_page() -> str:
    found = tasks()
    from allcity.site import worker

    hours = {path.removeprefix("allcity.site."): hour for path, (hour, _task) in worker._due.items()}
    return markdown.page(
        "Background tasks",
        "`allcity serve` does them in a process of its own, one after another, so that no reader waits for them. Results are "
        "kept for two weeks.",
        table(
            ("Task", "When", "What it does"),
            (
                (
                    code(name),
                    f"daily from {hours[name]}:00 UTC" if name in hours else "when asked for",
                    paragraphs(words),
                )
                for name, words in sorted(found.items())
            ),
        ),
    )
