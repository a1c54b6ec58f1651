"""Briefs: two pages of a city's figures for those who decide, in words that people change and figures that nobody does."""

import io
import re
import struct
from dataclasses import replace
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.translation import override
from pypdf import PdfReader
from tests.factories.examined import examined
from tests.factories.site import city, holder, signed_in

from allcity.analysis.figures import Figure
from allcity.site.accounts import personal_data
from allcity.site.action.briefing import demo, domain, queries
from allcity.site.action.briefing.document import document_of
from allcity.site.action.briefing.words import LONGEST, MOST_LINES, default_words
from allcity.site.action.committing import domain as committing
from allcity.site.action.models import Brief
from allcity.site.cities.models import Area, City, Group, Role, Source, public_id

pytestmark = pytest.mark.django_db
LONG = "Überlandesmusikpädagogenvereinigungsversammlung and its neighbors "
REACH = Figure(
    "access.reach",
    0.46,
    "share",
    2024,
    low=0.41,
    high=0.53,
    known=8,
    total=10,
    source=("list",),
    as_of=date(2025, 2, 1),
)


def reach(value, low, high, **by):
    return replace(REACH, value=value, low=low, high=high, by=by)


FIGURES = (
    REACH,
    replace(REACH, id="access.placed", value=None, low=None, high=None, known=0),
    replace(REACH, id="school_music.minutes", value=0.3, low=0.3, high=0.35),
    reach(0.2, 0.15, 0.25, area="harbor"),
    reach(0.4, 0.3, 0.5, area="middle"),
    reach(0.8, 0.7, 0.9, area="hill"),
    reach(0.3, 0.2, 0.4, group="newcomers"),
    reach(0.6, 0.55, 0.65, group="other_than_newcomers"),
    replace(REACH, id="equity.gap", value=0.3, low=0.15, high=0.45, by={"group": "newcomers"}),
    Figure("needs.stated", 500.0, "count", 2024, low=500.0, high=500.0, known=9, total=9, records="needs"),
    Figure("needs.met", 120.0, "count", 2024, low=100.0, high=140.0, known=9, total=9, records="needs"),
    *(
        Figure(f"needs.{name}", value, unit, 2024, low=value, high=value, by={"contribution": "private_lessons"})
        for name, value, unit in (("stated", 100.0, "count"), ("unmet", 80.0, "count"), ("met_share", 0.2, "share"))
    ),
    Figure("needs.owed.staff", 12.0, "full-time equivalents", 2024, low=12.0, high=14.0, known=8, total=10),
)


def named(of, model, key, name):
    return model.objects.create(city=of, key=key, name=name, public_id=public_id(of.slug, model.TABLE, key))


def frame(of, suffix=""):
    for key in ("harbor", "middle", "hill"):
        named(of, Area, key, f"{key.title()}{suffix}"[:300])
    named(of, Group, "newcomers", f"Newcomers{suffix}"[:300])
    Source.objects.create(
        city=of, key="list", name=f"The district's list{suffix}"[:300], url="https://district.example",
        coverage="complete", as_of=REACH.as_of,
    )  # fmt: skip


@pytest.fixture
def town():
    found = city()
    frame(found)
    examined(found, *FIGURES)
    return found


@pytest.fixture
def editor(town):
    return holder(town, Role.EDITOR)


def made(town, audience="board", language="en"):
    return domain.make_brief(city=town, user=holder(town, Role.COORDINATOR), audience=audience, language=language)


def address(town, name, *more):
    return reverse(f"city:{name}", args=[town.slug, *more])


def pdf_of(browser, town, brief):
    answer = browser.get(address(town, "brief-paper", brief.public_id))
    assert answer.status_code == 200
    return PdfReader(io.BytesIO(answer.content))


def words_in(reader):
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def test_it_is_made_written_and_published_by_coordinators_and_editors_and_read_by_all(town, editor):
    browser = signed_in(editor)
    answer = browser.post(address(town, "brief-new"), {"audience": "council", "language": "en"})
    brief = Brief.objects.get()
    assert answer.url == address(town, "brief-change", brief.public_id)
    page = address(town, "brief", brief.public_id)
    assert Client().get(page).status_code == 404
    assert brief.words["title"] not in Client().get(address(town, "briefs")).content.decode()
    said = {**brief.words, "right": "Music is <b>ours</b> 🎺", "ask": "One\n\n  Two  \nThree"}
    assert browser.post(answer.url, said).status_code == 302
    browser.post(address(town, "brief-step", brief.public_id, "publish"))
    shown = Client().get(page).content.decode()
    assert "Music is &lt;b&gt;ours&lt;/b&gt; 🎺" in shown
    assert shown.count('<li dir="auto">') == 3
    assert brief.words["title"] in Client().get(address(town, "briefs")).content.decode()
    browser.post(address(town, "brief-step", brief.public_id, "take-back"))
    assert Client().get(page).status_code == 404  # although the page was kept


def test_it_leads_with_the_right_and_never_with_test_scores(town):
    for audience in Brief.Audience.values:
        for language in ("en", "es"):
            with override(language):
                words = default_words(town, audience)
            assert set(words) == set(LONGEST)
            assert all(len(text) <= LONGEST[name] for name, text in words.items())
            assert not re.search("score|grade point|achievement|puntaje|calificaci", " ".join(words.values()))
        parts = document_of(made(town, audience)).parts
        assert parts[0].id == "right"


def test_figures_are_those_of_its_examination_with_ranges_and_sources(town):
    document = document_of(made(town))
    access, gap, needs = document.parts[1:4]
    first = access.readings[0]
    assert (first.value, first.year_name) == ("46%", "2024-25")
    assert access.readings[1].value == "not known"
    assert {shown.figure_id for shown in access.readings} == {"access.reach", "access.placed", "school_music.minutes"}
    assert "In Harbor" in gap.sentences[0]
    assert "in Hill" in gap.sentences[0]
    assert "Newcomers" in gap.sentences[1]
    assert [row[0] for row in gap.table.rows] == ["Harbor", "Hill", "Newcomers", "All but: Newcomers"]
    assert "500 places" in needs.sentences[0]
    assert needs.table.rows[0][2] == "80"
    assert needs.readings[0].figure_id == "needs.owed.staff"
    assert document.sources == (("The district's list", "https://district.example"),)


def test_what_is_owed_is_told_to_those_who_owe_it_alone(town):
    assert not document_of(made(town, "family")).parts[3].readings
    assert not document_of(made(town, "funder")).parts[3].readings


def test_a_gap_that_ranges_do_not_settle_is_not_told(town):
    examined(
        town,
        REACH,
        reach(0.3, 0.1, 0.6, area="harbor"),
        reach(0.5, 0.4, 0.7, area="hill"),
        reach(0.2, 0.2, None, area="middle"),
        replace(REACH, id="equity.gap", value=0.1, low=-0.1, high=0.3, by={"group": "newcomers"}),
    )
    gap = document_of(made(town)).parts[2]
    assert "no gap is sure" in gap.sentences[0]
    assert "No group is surely behind" in gap.sentences[1]
    assert gap.table is None


def test_what_is_withheld_or_not_known_is_never_told(town):
    examined(
        town,
        REACH.withheld(),
        reach(0.2, 0.15, 0.25, area="harbor").withheld(),
        replace(REACH, id="equity.gap", by={"group": "newcomers"}).withheld(),
    )
    document = document_of(made(town))
    assert document.parts[1].readings[0].value == "withheld"
    assert "not known yet" in document.parts[2].sentences[0]
    assert document.parts[3].table is None


def test_without_figures_there_is_no_brief():
    town = city()
    with pytest.raises(ValidationError, match="not been computed"):
        made(town)
    browser = signed_in(holder(town, Role.COORDINATOR))
    assert (
        "not been computed"
        in browser.post(address(town, "brief-new"), {"audience": "board", "language": "en"}).content.decode()
    )


def test_newer_figures_are_offered_and_taken_over_with_a_button(town, editor):
    brief, browser = made(town), signed_in(editor)
    page = address(town, "brief", brief.public_id)
    assert "Newer figures" not in browser.get(page).content.decode()
    examined(town, replace(REACH, value=0.5, low=0.5, high=0.5, year=2025), year=2025)
    shown = browser.get(page).content.decode()
    assert "Newer figures" in shown
    assert "46%" in shown
    browser.post(address(town, "brief-step", brief.public_id, "newer-figures"))
    shown = browser.get(page).content.decode()
    assert "50%" in shown
    assert "2025-26" in shown
    with pytest.raises(ValidationError, match="newest figures already"):
        domain.take_over_figures(brief=brief)


def test_figures_cannot_be_written(town, editor):
    brief = made(town)
    with pytest.raises(ValidationError, match="no such part"):
        domain.change_words(brief=brief, words={"figures": "99%"})
    with pytest.raises(ValidationError, match="too long"):
        domain.change_words(brief=brief, words={"right": "x" * 501})
    with pytest.raises(ValidationError, match="too many lines"):
        domain.change_words(brief=brief, words={"ask": "x\n" * 7})
    browser = signed_in(editor)
    answer = browser.post(address(town, "brief-change", brief.public_id), {**brief.words, "ask": "x" * 601})
    assert answer.status_code == 200
    domain.change_words(brief=brief, words={"right": "   "})
    brief.refresh_from_db()
    assert brief.words["right"] == default_words(town, "board")["right"]


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("audience", Brief.Audience.values)
def test_with_the_longest_words_and_names_it_has_two_tagged_pages(audience, language):
    town = city()
    name = (LONG * 9)[:200].strip()
    text = town.settings_text.replace('name = "Testville"', f'name = "{name}"')
    City.objects.filter(pk=town.pk).update(settings_text=text)
    town = City.objects.get(pk=town.pk)
    frame(town, f" {LONG * 9}")
    contributions = list(town.settings.framework.contributions)[:6]
    needs = [
        Figure(f"needs.{kind}", 80.0, "count", 2024, low=60.0, high=90.0, by={"contribution": key})
        for key in contributions
        for kind in ("stated", "unmet", "met_share")
    ]
    more = [
        replace(REACH, id=name)
        for name in ("school_music.staffed", "school_music.enrolled", "access.reach.free", "contexts.all")
    ]
    keys = tuple(f"list{number}" for number in range(7))
    for key in keys:
        Source.objects.create(city=town, key=key, name=f"{key} {LONG * 3}", coverage="complete", as_of=REACH.as_of)
    told = [replace(each, source=keys) for each in FIGURES if not (each.by or {}).get("contribution")]
    examined(town, *told, *needs, *more,
             Figure("needs.owed.minutes", 12.0, "count", 2024, low=12.0, high=14.0, known=8, total=10))  # fmt: skip
    brief = made(town, audience, language)
    words = {part: (LONG * 20)[:longest].strip() for part, longest in LONGEST.items()}
    words["ask"] = "\n".join([(LONG * 2)[:99].strip()] * MOST_LINES)
    domain.change_words(brief=brief, words=words)
    domain.publish(brief=brief)
    reader = pdf_of(Client(), town, brief)
    root = reader.trailer["/Root"]
    assert len(reader.pages) <= 2
    assert root["/MarkInfo"]["/Marked"]
    assert root["/StructTreeRoot"]
    assert root["/Lang"] == language
    assert reader.metadata.title.startswith(words["title"][:40])
    assert Client().get(address(town, "brief", brief.public_id)).status_code == 200


def test_it_is_in_its_own_language_whoever_reads_it(town):
    brief = made(town, "family", "es")
    domain.publish(brief=brief)
    page = Client().get(address(town, "brief", brief.public_id)).content.decode()
    assert '<article lang="es">' in page
    assert "estudiantes" in page.lower()
    assert words_in(pdf_of(Client(), town, brief))


def test_on_paper_it_is_what_the_page_says_and_leads_back_to_it(town):
    brief = made(town)
    domain.change_words(brief=brief, words={"right": "#set page() <script> *x*"})
    domain.publish(brief=brief)
    text = words_in(pdf_of(Client(), town, brief))
    for part in ("#set page() <script> *x*", "46%", "2024-25", "Harbor", "The district", "All but"):
        assert part in text
    assert f"/en/{town.slug}/briefs/{brief.public_id}/" in text.replace(" ", "")


def test_its_link_is_shown_with_a_picture_once_it_is_published(town):
    brief = made(town)
    picture = address(town, "brief-preview", brief.public_id)
    assert Client().get(picture).status_code == 404
    domain.publish(brief=brief)
    page = Client().get(address(town, "brief", brief.public_id)).content.decode()
    assert f'property="og:image" content="http://localhost:8000{picture}"' in page
    assert struct.unpack(">II", Client().get(picture).content[16:24]) == (1200, 630)


def test_others_write_none_and_read_none_of_another_city(town):
    brief, member, other = made(town), signed_in(holder(town)), city("Elsewhere")
    assert member.get(address(town, "brief", brief.public_id)).status_code == 200
    for name, more in (("brief-new", ()), ("brief-change", (brief.public_id,))):
        assert member.get(address(town, name, *more)).status_code == 403
    assert member.post(address(town, "brief-step", brief.public_id, "publish")).status_code == 403
    domain.publish(brief=brief)
    for name in ("brief", "brief-paper", "brief-preview"):
        assert Client().get(address(other, name, brief.public_id)).status_code == 404
    coordinator = signed_in(holder(other, Role.COORDINATOR))
    assert coordinator.get(address(other, "brief-change", brief.public_id)).status_code == 404
    assert coordinator.post(address(other, "brief-step", brief.public_id, "remove")).status_code == 404


def test_steps_are_taken_twice_without_harm_and_what_is_read_is_not_removed(town, editor):
    brief, browser = made(town), signed_in(editor)
    step = lambda name: browser.post(address(town, "brief-step", brief.public_id, name), follow=True)  # noqa: E731
    for _ in range(2):
        assert step("publish").status_code == 200
    assert "Stop publishing it first" in step("remove").content.decode()
    assert step("no-such").status_code == 404
    for _ in range(2):
        step("take-back")
    assert step("remove").status_code == 200
    assert not Brief.objects.exists()
    assert step("publish").status_code == 404
    with pytest.raises(ValidationError, match="removed"):
        domain.publish(brief=brief)


def test_the_ask_can_be_taken_from_what_is_public_of_the_plan(town, editor):
    coordinator = holder(town, Role.COORDINATOR)
    committing.commit(city=town, user=coordinator, title="Open two ensembles", is_public=True)
    committing.commit(city=town, user=coordinator, title="Hidden one")
    committing.choose_strategies(city=town, user=coordinator, section="access", chosen={"nashville_coaches": ""})
    page = signed_in(editor).get(address(town, "brief-change", made(town).public_id)).content.decode()
    assert "Open two ensembles" in page
    assert "Hidden one" not in page
    assert queries.suggested(town).strategies == ()
    committing.change_plan(city=town, user=coordinator, is_public=True, opening="", language="en")
    assert len(queries.suggested(town).strategies) == 1


def test_what_the_city_dropped_breaks_nothing(town):
    brief = made(town)
    domain.publish(brief=brief)
    text = town.settings_text + "\n[contributions.private_lessons]\nenabled = false\n"
    City.objects.filter(pk=town.pk).update(settings_text=text, page_version=99)
    Area.objects.all().delete()
    Group.objects.all().delete()
    Source.objects.all().delete()
    page = Client().get(address(town, "brief", brief.public_id))
    assert page.status_code == 200
    assert "names no source" in page.content.decode()
    Brief.objects.update(words={})
    City.objects.filter(pk=town.pk).update(page_version=100)
    assert Client().get(address(town, "brief", brief.public_id)).status_code == 200
    assert Client().get(address(town, "briefs")).status_code == 200


def test_what_is_kept_of_a_person(town):
    brief = made(town)
    user = brief.made_by
    assert personal_data.export_all(user)["briefs"][0]["audience"] == "board"
    queries.erase(user)
    brief.refresh_from_db()
    assert brief.made_by is None


def test_the_list_costs_the_same_with_one_and_with_many(town):
    browser = signed_in(holder(town, Role.COORDINATOR))
    user = holder(town, Role.EDITOR)

    def more(number):
        for _ in range(number):
            domain.make_brief(city=town, user=user, audience="board", language="en")

    more(1)
    browser.get(address(town, "briefs"))
    with CaptureQueriesContext(connection) as one:
        browser.get(address(town, "briefs"))
    more(29)
    with CaptureQueriesContext(connection) as many:
        browser.get(address(town, "briefs"))
    assert len(one) == len(many)
    assert not any('"figures_examination"."figures"' in query["sql"] for query in many)


def test_the_sample_is_made_once_where_there_are_figures(town):
    people = dict.fromkeys(("coordinator", "liaison", "manager", "member"), holder(town, Role.COORDINATOR))
    demo.add(city=city("Bareville"), **people)
    assert not Brief.objects.exists()
    for _ in range(2):
        demo.add(city=town, **people)
    assert Brief.objects.count() == 3
    assert Brief.objects.public().count() == 2
