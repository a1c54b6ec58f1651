"""The matrix of permissions: every address × every role × reading and posting, against the table in `permissions`."""

import shutil
from collections.abc import Iterator
from copy import deepcopy
from http import HTTPStatus
from pathlib import Path

import pytest
import rules
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from tests.factories.site import city, holder, person, signed_in
from tests.factories.site import organization as another_organization
from tests.factories.small_city import CITY_TEXT, SHAPES, small_city
from tests.site.permissions import EDITORS_INTERFACE, OF_PACKAGES, PAGES
from tests.site.permissions_world import ROLES, Audience, World

from allcity.formats.folder import write_folder
from allcity.site.accounts.staff import start_session
from allcity.site.cities.models import City, Role
from allcity.site.cities.people import domain
from allcity.site.conversations import contributions
from allcity.site.conversations.domain import start_thread
from allcity.site.conversations.moderation import domain as moderation
from allcity.site.directory.models import Organization, School
from allcity.site.environment import environment
from allcity.site.exchange import exports
from allcity.site.exchange.domain import import_folder
from allcity.site.exchange.files import PROBLEMS_FILE, place_of
from allcity.site.exchange.workflow import add_files, start_import
from allcity.site.figures.queries import current_examination
from allcity.site.insight.domain import examine_city
from allcity.site.notices.domain import notify
from allcity.site.notices.kinds import ASKED_TO_JOIN
from allcity.site.notices.mail import stop_token
from allcity.site.notices.models import EVERY_KIND
from allcity.site.publishing.domain import plant_tree
from allcity.site.publishing.models import ArticlePage

REFUSED = {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED}


def patterns(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address of the site by its full name, but for those of packages."""
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            if each.namespace in EDITORS_INTERFACE:
                continue
            yield from patterns(each, f"{before}{each.namespace}:" if each.namespace else before)
        elif not each.callback.__module__.startswith(OF_PACKAGES):
            yield f"{before}{each.name}", each


ADDRESSES = dict(patterns(get_resolver()))
ASKED_FOR = [name for name in PAGES if name in ADDRESSES]


@pytest.fixture
def world(db: None, tmp_path: Path) -> Iterator[World]:
    cache.clear()
    write_folder(tmp_path / "riverton", tables=small_city(), city_text=CITY_TEXT, shapes=SHAPES)
    town = import_folder(tmp_path / "riverton", is_public=True).city
    school = School.objects.of(town).earliest("pk")
    organization = Organization.objects.of(town).filter(programs__offerings__isnull=False).earliest("pk")
    another_organization(town)
    examine_city(city=town)
    article = ArticlePage(title="A page", slug="page", body="<p>Words</p>")
    plant_tree(city=town).add_child(instance=article)
    people = {
        "outsider": holder(city("Otherton"), Role.COORDINATOR),
        "member": holder(town),
        "liaison": holder(town, Role.LIAISON, school.public_id),
        "manager": holder(town, Role.MANAGER, organization.public_id),
        "editor": holder(town, Role.EDITOR),
        "coordinator": holder(town, Role.COORDINATOR),
        "off duty": person(is_staff=True, is_superuser=True),
        "on duty": person(is_staff=True),
    }
    start_session(user=people["on duty"], reason="A test")
    draft = start_import(city=town, user=people["coordinator"])
    add_files(record=draft, uploads=[SimpleUploadedFile("schools.csv", b"id,name\n1,One\n")])
    (place_of(draft) / PROBLEMS_FILE).write_text("[]")
    report = exports._reports(current_examination(town)) / "en" / "figures.json"
    report.parent.mkdir(parents=True, exist_ok=True)
    report.write_text("{}")
    thread = start_thread(city=town, title="Open", user=people["editor"], audience="public", text="Hello")
    contribution = contributions.find(town, thread.posts.values_list("public_id", flat=True))
    case = moderation.report(
        city=town, kind="post", contribution=next(iter(contribution.values())), reporter=people["member"], reason="Odd"
    )
    moderation.keep(case=case, decided_by=people["coordinator"])
    yield World(
        city=town,
        people=people,
        school=school,
        organization=organization,
        membership=people["member"].memberships.get(),
        invitation=domain.invite(city=town, email="x@example.org", role=Role.MEMBER, invited_by=people["coordinator"]),
        asked=domain.ask_for_role(city=town, user=people["outsider"], role=Role.MEMBER),
        notice=notify(user=people["member"], kind=ASKED_TO_JOIN, values={"person": "Ada"}),
        stop_token=stop_token(people["member"], EVERY_KIND),
        article=article,
        draft=draft,
    )
    for name in ("exports", "imports", "reports"):  # kept under ids that cities of other tests have too
        shutil.rmtree(environment().data / name, ignore_errors=True)


def address(name: str, world: World, slug: str) -> str:
    make = PAGES[name].parameters
    parameters = make(world) if make else {}
    return reverse(name, kwargs={"city": slug, **parameters} if name.startswith("city:") else parameters)


def browsers(world: World) -> dict[str, Client]:
    return {"anonymous": Client(), **{role: signed_in(user) for role, user in world.people.items()}}


def is_let_in(client: Client, method: str, url: str) -> bool:
    """Whether somebody gets past the permissions; whatever it does is undone, the end of a session too."""
    cookies = deepcopy(client.cookies)
    with transaction.atomic():
        response = getattr(client, method)(url)
        if response.streaming:
            list(response)  # to its end, where its file is closed
        transaction.set_rollback(True)
    client.cookies = cookies
    if response.status_code == HTTPStatus.FOUND and response["Location"].startswith(reverse("account_login")):
        return False
    assert response.status_code < HTTPStatus.INTERNAL_SERVER_ERROR, url
    return response.status_code not in REFUSED


def who(clients: dict[str, Client], method: str, url: str) -> Audience:
    return frozenset(role for role, client in clients.items() if is_let_in(client, method, url))


def difference(found: Audience, wanted: Audience) -> str:
    return f"let in {sorted(found - wanted)}, kept out {sorted(wanted - found)}"


def test_every_address_is_in_the_table_and_nothing_else() -> None:
    assert set(ADDRESSES) == set(PAGES)


def test_every_page_of_a_city_names_a_permission_that_there_is() -> None:
    for name, pattern in ADDRESSES.items():
        if name.startswith("city:"):
            assert rules.perm_exists(getattr(pattern.callback, "permission", "")), name


@pytest.mark.once
def test_each_page_is_open_to_whom_the_table_says(world: World) -> None:
    clients, wrong = browsers(world), []
    assert clients.keys() == ROLES
    for name in ASKED_FOR:
        page, url = PAGES[name], address(name, world, world.city.slug)
        reads, posts = who(clients, "get", url), who(clients, "post", url)
        if reads != page.reads:
            wrong.append(f"{name}: reading {difference(reads, page.reads)}")
        if not posts <= reads if page.posts is None else posts != page.posts:
            wrong.append(f"{name}: posting {difference(posts, page.reads if page.posts is None else page.posts)}")
    assert not wrong, "\n".join(wrong)


def test_a_draft_city_is_not_there_for_outsiders(world: World) -> None:
    City.objects.filter(pk=world.city.pk).update(is_public=False)
    clients = {
        role: client for role, client in browsers(world).items() if role in ("anonymous", "outsider", "off duty")
    }
    for name in ASKED_FOR:
        if name.startswith("city:"):
            for method in ("get", "post"):
                assert not who(clients, method, address(name, world, world.city.slug)), name


def test_nothing_is_reached_under_another_citys_name(world: World) -> None:
    clients = {"outsider": signed_in(world.people["outsider"]), "on duty": signed_in(world.people["on duty"])}
    for name in ASKED_FOR:
        if name.startswith("city:") and PAGES[name].parameters and PAGES[name].is_of_a_record:
            for method in ("get", "post"):
                assert not who(clients, method, address(name, world, "otherton")), name
