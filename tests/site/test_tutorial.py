"""The tutorial of the site is followed as it stands: what it tells to write is written, what it shows is seen."""

import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.factories.site import person, signed_in

from allcity.site.cities.models import City, Invitation
from allcity.site.directory.models import Location, Offering, School
from allcity.site.environment import environment
from allcity.site.exchange.models import Import
from allcity.site.insight.domain import examine_city

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "tutorial-site.md").read_text(encoding="utf-8")
SHOWN = [line for block in re.findall(r"^```text\n(.*?)^```$", PAGE, re.M | re.S) for line in block.splitlines()]

SOURCES = {
    "schools.csv": {"name": "Schools of Larkfield", "as_of": "2024-10-01", "year": "2024"},
    "programs.csv": {"name": "Music programs of Larkfield", "as_of": "2024-11-15"},
}


@pytest.fixture
def coordinator(db: None):
    yield signed_in(person("corinne@rivermouth.example"))
    for name in ("exports", "imports", "reports"):
        shutil.rmtree(environment().data / name, ignore_errors=True)


def text(client: Client, name: str, **parameters: object) -> str:
    """What stands on a page, without its markup."""
    answer = client.get(reverse(name, kwargs=parameters))
    assert answer.status_code == 200
    said = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return " ".join(said.replace("&quot;", '"').split())


def front_page(client: Client) -> str:
    """The city's front page, once the background has caught up."""
    examine_city(city=City.objects.get())
    return text(client, "city:front", city="larkfield")


def sent(client: Client, url: str, **answers: object) -> None:
    """Send the form on a page as it stands, with these answers; an answer of None takes a tick away."""
    values = {**as_it_stands(client.get(url).content.decode()), **answers}
    answer = client.post(url, {name: value for name, value in values.items() if value is not None})
    assert answer.status_code == 302, re.findall(r'class="error"[^>]*>([^<]+)', answer.content.decode())


def as_it_stands(page: str) -> dict[str, object]:
    """What the last form of a page would send."""
    found: dict[str, object] = {}

    class Reader(HTMLParser):
        select = ""

        def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
            given = dict(attributes)
            name, value = given.get("name") or "", given.get("value") or ""
            if tag == "select":
                self.select = name
            elif tag == "option" and "selected" in given:
                found[self.select] = value
            elif tag == "input" and name and (given.get("type") not in ("checkbox", "radio") or "checked" in given):
                found[name] = value

    Reader().feed(page[page.rindex("<form") :])
    return found


def test_the_tutorial_of_the_site_can_be_followed(coordinator: Client) -> None:
    answers = {"name": "Larkfield", "country": "US", "time_zone": "US/Central"}
    assert coordinator.post(reverse("start:start"), answers).status_code == 302
    assert "Schools" in text(coordinator, "city:start", city="larkfield")

    coordinator.post(reverse("city:imports", args=["larkfield"]))
    record = Import.objects.get()

    def step(name: str, **values: object) -> None:
        coordinator.post(reverse(f"city:{name}", args=["larkfield", record.public_id]), values)

    files = [SimpleUploadedFile(name, (DOCS / "tutorial" / name).read_bytes()) for name in SOURCES]
    step("import-upload", files=files, whole="1")
    for name, answers in SOURCES.items():
        match = reverse("city:import-match", args=["larkfield", record.public_id, name])
        sent(coordinator, match, coverage="complete", **answers)
    step("import-try")
    tried = text(coordinator, "city:import", city="larkfield", import_id=record.public_id)
    shown = [line for line in SHOWN if ".csv, " in line]
    assert shown
    for line in shown:
        assert all(part in tried for part in line.split(": ")), line
    step("import-confirm")

    before, after = (line for line in SHOWN if line.startswith("Between"))
    assert before in front_page(coordinator)

    offering = Offering.objects.get(program__name="Beats and Songwriting")
    edit = reverse("city:edit-record", args=["larkfield", "offerings", offering.slug])
    place = Location.objects.get(name="Eastgate Field House")
    ages = {"minimum_age": 11, "maximum_age": 15, "minimum_age_unknown": None, "maximum_age_unknown": None}
    sent(coordinator, edit, location=place.slug, **ages)
    assert after in front_page(coordinator)

    invite = reverse("city:invite", args=["larkfield"])
    school = School.objects.get(years__name="Dunmore Elementary")
    sent(coordinator, invite, email="principal@rivermouth.example", role="liaison", place=school.public_id)
    assert Invitation.objects.get().email in PAGE

    coordinator.post(reverse("city:settings-shown", args=["larkfield"]), {"is_public": "on", "understood": "on"})
    assert after in front_page(Client())
