"""Cities are kept apart: one test walks every address of the site, another every model.

Somebody with every role in one city asks for everything of another, which is a draft and full of a word that must not
come out: by that city's addresses, by its records' names under one's own city, and by their numbers in the editors' part.
"""

import re
from collections.abc import Iterator
from random import Random
from uuid import UUID

import polars as pl
import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponseForbidden, HttpResponseNotFound
from django.urls import URLPattern, URLResolver, get_resolver
from tests.factories.site import person, signed_in
from tests.factories.small_city import CITY_TEXT, SHAPES, small_city
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file

from allcity.formats.folder import write_folder
from allcity.formats.schema import SCHEMA
from allcity.site import urls
from allcity.site.cities.domain import give_role
from allcity.site.cities.models import City, CityRecord, Role
from allcity.site.exchange.domain import import_folder
from allcity.site.publishing.domain import plant_tree
from allcity.site.publishing.models import ArticlePage

SECRET = "Zzyzxsecret"
OF_EACH, MOST = 3, 80
"""How many records of each model, and how many addresses of each route."""
KINDS = ("organizations", "programs", "locations", "offerings", "schools")
TEXTS = ("name", "description", "goal", "next_step", "school_type", "address", "note")

pytestmark = [
    pytest.mark.django_db,
    # Wagtail leaves a picture's file open where making a size of it fails, as it does for made-up names of sizes.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


def secretive(tables: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """The tables with the word in every text that people read."""
    return {
        table: frame.with_columns(
            pl.concat_str(pl.lit(f"{SECRET} "), pl.col(column)).alias(column)
            for column in TEXTS
            if column in frame.columns
        )
        for table, frame in tables.items()
    }


def brought_in(folder, name: str, tables: dict[str, pl.DataFrame], *, is_public: bool) -> City:
    text = CITY_TEXT.replace('id = "riverton"', f'id = "{name}"').replace('"Riverton"', f'"{name.title()}"')
    write_folder(folder / name, tables=tables, city_text=text, shapes=SHAPES)
    return import_folder(folder / name, is_public=is_public).city


@pytest.fixture(autouse=True)
def bare_refusals(monkeypatch):
    """What is not found or refused is said without a page: drawing thousands of them that nobody reads takes minutes."""
    monkeypatch.setattr(urls, "handler404", lambda _request, exception: HttpResponseNotFound(), raising=False)
    monkeypatch.setattr(urls, "handler403", lambda _request, exception: HttpResponseForbidden(), raising=False)


@pytest.fixture
def other(tmp_path) -> City:
    """A draft city whose every text holds the word, with a page, a picture and a document."""
    city = brought_in(tmp_path, "otherton", secretive(small_city()), is_public=False)
    tree = plant_tree(city=city)
    page = tree.add_child(instance=ArticlePage(title=f"{SECRET} page", slug="page", body=f"<p>{SECRET}</p>"))
    page.save_revision(log_action=True)
    get_image_model().objects.create(
        title=f"{SECRET} picture",
        description=SECRET,
        file=get_test_image_file(f"{SECRET}.png"),
        collection=tree.collection,
    )
    get_document_model().objects.create(
        title=f"{SECRET} document",
        file=SimpleUploadedFile(f"{SECRET}.txt", SECRET.encode()),
        collection=tree.collection,
    )
    return city


@pytest.fixture
def ours(tmp_path) -> City:
    return brought_in(tmp_path, "ourton", small_city(), is_public=True)


@pytest.fixture
def insider(ours):
    """Somebody who may do everything in our city."""
    user = person()
    for role in (Role.COORDINATOR, Role.EDITOR, Role.MEMBER):
        give_role(city=ours, user=user, role=role)
    return user


def routes(patterns: list[URLPattern | URLResolver], before: str = "/") -> Iterator[str]:
    """Every route of the site as text, with its parameters in angle brackets."""
    for pattern in patterns:
        route = before + re.sub(r"^\^|\\Z|\$$", "", str(pattern.pattern))
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        else:
            yield route


def values(other: City) -> dict[str, list[str]]:
    """What to put for parameters: numbers, names and public ids of the other city's records, by their converter.

    And, by a converter with the name of a kind of record such as "uuid:partnership", those of that kind alone.
    """
    numbers, names, ids = set(), set(), set()
    own: dict[str, list[str]] = {}
    for model in apps.get_models():
        if issubclass(model, CityRecord):
            for record in model.objects.of(other).order_by("pk")[:OF_EACH]:
                called = {getattr(record, "slug", None), getattr(record, "key", None)} - {None}
                numbers.add(record.pk)
                names |= called
                ids.add(getattr(record, "public_id", None))
                kind = model._meta.model_name
                own.setdefault(f"int:{kind}", []).append(str(record.pk))
                for converter in ("slug", "str"):
                    own.setdefault(f"{converter}:{kind}", []).extend(sorted(called))
                if getattr(record, "public_id", None):
                    own.setdefault(f"uuid:{kind}", []).append(str(record.public_id))
    tree = plant_tree(city=other)
    numbers |= {tree.pk, *tree.get_children().values_list("pk", flat=True), tree.collection_id}
    numbers |= set(get_image_model().objects.values_list("pk", flat=True))
    numbers |= set(get_document_model().objects.values_list("pk", flat=True))
    kinds = [*KINDS, *SCHEMA, "page", "en"]
    texts = [*kinds, *sorted({str(name) for name in names if name} - set(kinds))]
    return {
        "int": [str(number) for number in sorted(numbers)],
        "slug": texts,
        "str": [*texts, *map(str, sorted(ids - {None}, key=str))],
        "uuid": [str(one) for one in sorted(ids - {None}, key=lambda one: UUID(str(one)))],
        "path": ["wagtailcore", "publishing"],
        **own,
    }


def addresses(other: City, ours: City) -> Iterator[str]:
    """Every address of the site with the other city's things in it, for each route some that are drawn from all."""
    candidates = values(other)
    for route in dict.fromkeys(routes(get_resolver().url_patterns)):
        if "(" in route or "logout" in route:
            continue
        parameters = re.findall(r"<(?:(\w+):)?(\w+)>", route)
        choices = []
        for converter, name in parameters:
            of_kind = candidates.get(f"{converter or 'str'}:{name}")
            found = of_kind or candidates.get(converter or "str", ["x"])
            choices.append([other.slug, ours.slug] if name == "city" else found)
        draw = Random(route)  # the same ones each time
        for chosen in dict.fromkeys(tuple(map(draw.choice, choices)) for _ in range(MOST)):
            address = route
            for value in chosen:
                address = re.sub(r"<[^>]+>", value, address, count=1)
            yield address


def content_of(response) -> str:
    """What an answer says in body and headers, if it says what was asked for."""
    return f"{response.headers}{response.getvalue().decode(errors='replace')}" if response.status_code == 200 else ""


@pytest.mark.once
def test_no_address_tells_of_another_city(insider, ours, other):
    client, leaks, broken, shown = signed_in(insider), [], [], 0
    client.raise_request_exception = False
    for address in addresses(other, ours):
        for query in ("", f"?q={SECRET}") if "editors" in address else ("",):
            response = client.get(address + query)
            shown += response.status_code == 200
            if response.status_code >= 500 and "/editors/" not in address:
                broken.append(address)
            # The word that was searched for is repeated on the page; what is found would stand in it more than once.
            said = content_of(response)
            if SECRET in said and not query:
                leaks.append(address)
            elif query and f"{SECRET} " in said:
                leaks.append(address + query)
    assert not leaks, "\n".join(leaks)
    assert not broken, "\n".join(broken)
    assert shown > 100  # the insider was let in, and saw what is theirs


@pytest.mark.once
def test_nothing_of_another_city_can_be_changed(insider, ours, other):
    client = signed_in(insider)
    client.raise_request_exception = False

    def state() -> dict[str, list[object]]:
        return {
            model.__name__: list(model.objects.of(other).order_by("pk").values())
            for model in apps.get_models()
            if issubclass(model, CityRecord)
        } | {"cities": list(City.objects.filter(pk=other.pk).values())}

    before = state()
    for address in addresses(other, ours):
        if re.search(r"/account/|/demo/", address):
            continue
        client.post(address, {"name": "Taken over", "confirm": "1", "action": "delete"})
    assert state() == before


def test_what_is_not_public_is_read_by_nobody_from_outside(ours, other, insider):
    for model in apps.get_models():
        if issubclass(model, CityRecord):
            assert not model.objects.of(other).public().exists(), model
            assert not model.objects.of(other).for_user(insider).exists(), model
            assert model.objects.of(ours).for_user(insider).count() == model.objects.of(ours).current().count()
