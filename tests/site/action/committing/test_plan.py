"""The city's plan: what everybody reads of it, on paper too, and what coordinators choose."""

import io
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from pypdf import PdfReader
from tests.factories.site import holder, organization, signed_in

from allcity.site.action.committing import domain
from allcity.site.action.models import Plan, PlanStrategy
from allcity.site.cities.models import City, Role
from allcity.site.needs.survey.reminding import today_in

pytestmark = pytest.mark.django_db
STRATEGY = "chula_vista_pilot"
LONGEST = "Überlandesmusikpädagogenvereinigungsversammlung" * 5


@pytest.fixture
def coordinator(town):
    return holder(town, Role.COORDINATOR, first_name="Cora")


def plan_of(town, browser=None, name="plan", query=""):
    return (browser or Client()).get(reverse(f"city:{name}", args=[town.slug]) + query)


def words_of(response):
    return " ".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(response.content)).pages).split())


def published(town, user, **more):
    return domain.change_plan(city=town, user=user, **{"is_public": True, "opening": "Together.", **more})


def test_until_it_is_published_members_alone_read_it(town, coordinator):
    domain.commit(city=town, user=coordinator, title="Find a hall", section="access", is_public=True)
    assert "not published yet" in plan_of(town).content.decode()
    assert "Find a hall" not in plan_of(town).content.decode()
    assert plan_of(town, name="plan-paper").status_code == 404
    assert "Find a hall" in plan_of(town, signed_in(holder(town))).content.decode()
    published(town, coordinator)
    page = plan_of(town).content.decode()
    assert "Together." in page
    assert "Find a hall" in page


def test_everybody_reads_public_commitments_alone_and_no_name_of_a_person(town, coordinator):
    published(town, coordinator)
    shown = domain.commit(city=town, user=coordinator, title="Find a hall", owner=coordinator, is_public=True)
    domain.commit(city=town, user=coordinator, title="Hidden one", section="access")
    domain.propose(city=town, user=coordinator, title="Only an idea", is_public=True)
    page = plan_of(town).content.decode()
    assert "Find a hall" in page
    assert "Hidden one" not in page
    assert "Only an idea" not in page
    assert "Cora" not in page
    domain.publish(commitment=shown, user=coordinator, is_public=False)
    assert "Find a hall" not in plan_of(town).content.decode()  # although the page is kept


def test_a_coordinator_chooses_what_is_public(town, coordinator):
    one = domain.commit(city=town, user=coordinator, title="Find a hall")
    other = domain.commit(city=town, user=coordinator, title="Sing", is_public=True)
    said = {"is_public": "on", "opening": "<b>Words</b>", "shown": [str(one.public_id)]}
    address = reverse("city:plan-change", args=[town.slug])
    assert signed_in(coordinator).post(address, said).status_code == 302
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.is_public, other.is_public, Plan.objects.get().is_public) == (True, False, True)
    assert "&lt;b&gt;Words" in plan_of(town).content.decode()
    assert signed_in(holder(town)).post(address, said).status_code == 403


def test_strategies_are_chosen_with_why_and_shown_with_place_years_and_sources(town, coordinator):
    browser = signed_in(coordinator)
    address = reverse("city:plan-strategies", args=[town.slug, "partnerships"])
    assert "Chula Vista" in browser.get(address).content.decode()
    said = {f"{STRATEGY}-chosen": "on", f"{STRATEGY}-words": "We begin as small."}
    assert browser.post(address, said).status_code == 302
    published(town, coordinator)
    page = plan_of(town).content.decode()
    for part in ("Begin small where there is nothing", "Chula Vista, California, 2010", "We begin as small."):
        assert part in page
    assert "https://declaration.yale.edu/chula-vista" in page
    assert browser.post(address, {f"{STRATEGY}-chosen": "on"}).status_code == 302
    assert PlanStrategy.objects.get().words == ""
    browser.post(address, {})
    assert not PlanStrategy.objects.exists()
    assert browser.get(reverse("city:plan-strategies", args=[town.slug, "no-such"])).status_code == 404
    with pytest.raises(ValidationError, match="changed meanwhile"):
        domain.choose_strategies(city=town, user=coordinator, section="access", chosen={"no-such": ""})


def test_what_the_city_dropped_from_its_framework_breaks_nothing(town, coordinator):
    domain.commit(city=town, user=coordinator, title="Find a hall", section="access", strategy=STRATEGY, is_public=True)
    domain.choose_strategies(city=town, user=coordinator, section="access", chosen={STRATEGY: "Why not."})
    published(town, coordinator)
    text = town.settings_text + f"\n[sections.access]\nenabled = false\n\n[strategies.{STRATEGY}]\nenabled = false\n"
    City.objects.filter(pk=town.pk).update(settings_text=text, page_version=99)
    town.refresh_from_db()
    assert "access" not in town.settings.framework.sections
    page = plan_of(town).content.decode()
    assert "Find a hall" in page
    assert "More that was decided" in page
    browser = signed_in(coordinator)
    assert plan_of(town, browser, "commitments").status_code == 200
    (one,) = plan_of(town, browser, "commitments").context["rows"]
    for name in ("commitment", "commitment-change"):
        assert browser.get(reverse(f"city:{name}", args=[town.slug, one.commitment.public_id])).status_code == 200
    assert plan_of(town, name="plan-paper").status_code == 200


@pytest.mark.parametrize("language", ["en", "es"])
def test_on_paper_it_is_tagged_in_the_readers_language_and_bears_the_longest_names(town, coordinator, language):
    published(town, coordinator, opening="Together. #set page() <script>")
    day = today_in(town) + timedelta(days=9)
    place = organization(town, LONGEST[:150]).public_id
    domain.commit(
        city=town, user=coordinator, title=LONGEST[:200], section="access", place=place, owner=coordinator, due_on=day,
        is_public=True,
    )  # fmt: skip
    domain.commit(city=town, user=coordinator, title="Hidden one", section="access", owner=coordinator)
    domain.choose_strategies(
        city=town, user=coordinator, section="access", chosen={"nashville_coaches": "As they did."}
    )
    with override(language):
        answer = plan_of(town, name="plan-paper")
        everything = plan_of(town, signed_in(coordinator), "plan-paper", "?all=1")
    reader = PdfReader(io.BytesIO(answer.content))
    assert answer["Content-Type"] == "application/pdf"
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.trailer["/Root"]["/Lang"].startswith(language)
    assert town.name in reader.metadata.title
    said = words_of(answer)
    assert "#set page() <script>" in said
    assert "Hidden one" not in said
    assert "Cora" not in said
    assert "Hidden one" in words_of(everything)
    assert "Cora" in words_of(everything)
