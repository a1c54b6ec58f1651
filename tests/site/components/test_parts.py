"""The parts by themselves, in the states that matter."""

from dataclasses import replace
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import engines
from django.test import RequestFactory

from allcity.reports.charts import Mark, staff
from allcity.reports.model import Block, Column, Entry, Reading, Section, Table

MARKUP = '<b onclick="x">&'
SAFE = "&lt;b onclick=&quot;x&quot;&gt;&amp;"
TABLE = Table("Needs", (Column("Kind"), Column("Met", numeric=True)), (("Lessons", "12"),))


def render(source: str, *, at: str = "/", **context: object) -> str:
    return engines["django"].from_string(source).render(context, RequestFactory().get(at))


def reading(value: str = "46%", **changes: object) -> Reading:
    drawn = staff(Mark(0.46), maximum=1, ends=("0%", "100%"), alt=MARKUP)
    return replace(Reading("", "A place", value, "41–53%", "54 of 62", "unmet", drawn), **changes)


# --- Figures ---


@pytest.mark.parametrize(
    ("value", "words"), [("46%", False), ("$1,200", False), ("not known", True), ("at least 31%", True)]
)
def test_a_value_in_words_is_set_smaller_than_one_in_digits(value: str, words: bool) -> None:
    page = render("{% figure reading %}", reading=reading(value))
    assert f'class="value unmet{" words" if words else ""}">{value}<' in page


def test_a_figure_shows_its_drawing_twice_its_range_and_its_basis() -> None:
    page = render("{% figure reading %}", reading=reading())
    assert page.count("<svg") == 2
    assert '<span class="range">41–53%</span> · 54 of 62' in page


def test_a_figure_without_a_drawing_or_a_range_is_bare() -> None:
    page = render("{% figure reading %}", reading=reading(picture=None, range=""))
    assert '<figure class="bare">' in page
    assert '<p class="basis">54 of 62</p>' in page


def test_texts_of_a_section_are_never_markup() -> None:
    table = Table(MARKUP, (Column(MARKUP), Column(MARKUP)), ((MARKUP, MARKUP),))
    block = Block(
        MARKUP, (MARKUP,), (reading(title=MARKUP, value=MARKUP),), None, (), (table,), (Entry(MARKUP, MARKUP),)
    )
    page = render("{% report_section section 1 %}", section=Section("x", MARKUP, MARKUP, (block,), (MARKUP,)))
    assert "<b" not in page
    assert page.count(SAFE) >= 12


def test_headings_of_a_section_follow_one_another() -> None:
    section = Section("x", "Who?", "We.", (Block("First"),))
    page = render("{% report_section section level=3 %}", section=section)
    assert '<h3 id="x-question">Who?</h3>' in page
    assert "<h4>First</h4>" in page


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "//evil.example"])
def test_only_an_address_of_the_web_becomes_a_link(url: str) -> None:
    shown = render("{% entries entries %}", entries=(Entry("Source", "", url),))
    assert "<a" not in shown
    assert url in shown
    assert '<a href="https://example.org">' in render(
        "{% entries entries %}", entries=(Entry("Source", "", "https://example.org"),)
    )


def test_a_table_names_its_rows_and_columns_and_its_region() -> None:
    page = render("{% data_table table %}", table=TABLE)
    assert '<th scope="row">Lessons</th><td class="num">12</td>' in page
    assert '<th scope="col">Kind</th><th scope="col" class="num">Met</th>' in page
    assert 'role="region" tabindex="0" aria-label="Needs (table that can be scrolled)"' in page
    assert "<details>" not in page


def test_a_folded_table_says_what_it_holds() -> None:
    table = replace(TABLE, folded=True)
    assert "<summary>Needs</summary>" in render("{% data_table table %}", table=table)
    behind = render("{% data_table table behind_picture=True %}", table=table)
    assert 'The numbers as a table<span class="hidden">: Needs</span>' in behind


# --- Records and lists ---


def record(**changes: object) -> SimpleNamespace:
    empty = {"as_of": None, "confirmed_at": None, "confirmed_by": None, "source": None, "is_stale": False}
    return SimpleNamespace(**empty | changes)


class Person(SimpleNamespace):
    def get_full_name(self) -> str:
        return self.name


FILE = SimpleNamespace(name="the federal file")
DAY = datetime(2026, 2, 3, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("state", "said", "look"),
    [
        (record(confirmed_at=DAY, confirmed_by=Person(name="Rosa Ruiz")), "Confirmed by Rosa Ruiz on Feb. 3, 2026", ""),
        (record(confirmed_at=DAY, source=FILE), "Confirmed on Feb. 3, 2026", ""),
        (record(confirmed_at=DAY, is_stale=True), "may be out of date", " stale"),
        (record(as_of=date(2025, 10, 1), source=FILE), "From the federal file, as of Oct. 1, 2025", " unconfirmed"),
        (record(source=FILE), "From the federal file, undated", " unconfirmed"),
        (record(), "Nobody has confirmed this yet", " unconfirmed"),
    ],
)
def test_a_record_says_who_confirmed_it_or_where_it_is_from(state: SimpleNamespace, said: str, look: str) -> None:
    page = render("{% freshness record %}", record=state)
    assert said in page
    assert f'<p class="freshness{look}">' in page


def test_a_record_never_shows_a_mail_address() -> None:
    nameless = Person(name="", email="rosa@example.org")
    page = render("{% freshness record %}", record=record(confirmed_at=DAY, confirmed_by=nameless))
    assert "Confirmed on Feb. 3, 2026" in page
    assert "example.org" not in page


def test_a_list_of_one_page_has_no_links_to_pages() -> None:
    assert not render("{% pagination page %}", page=Paginator(range(3), 10).get_page(1)).strip()


def test_links_to_pages_keep_the_rest_of_the_query() -> None:
    page = render("{% pagination page %}", at="/?q=violin&page=3", page=Paginator(range(200), 10).get_page(3))
    assert 'href="?q=violin&amp;page=2" rel="prev"' in page
    assert 'href="?q=violin&amp;page=4" rel="next"' in page
    assert '<span aria-current="page"><span class="hidden">Page </span>3</span>' in page


def test_crumbs_end_with_the_page_itself() -> None:
    page = render("{% crumbs 'Schools' '/schools/' name %}", name=MARKUP)
    assert '<a href="/schools/">Schools</a>' in page
    assert f'<li aria-current="page">{SAFE}</li>' in page


def test_an_empty_state_has_a_next_step_only_where_there_is_one() -> None:
    assert "<a" not in render("{% empty_state 'Nothing yet' %}")
    page = render("{% empty_state 'Nothing yet' 'It matters.' '/next/' 'Begin' level=3 %}")
    assert "<h3>Nothing yet</h3>" in page
    assert '<a class="button" href="/next/">Begin</a>' in page


# --- Forms ---


class School(forms.Form):
    name = forms.CharField(label="Name", help_text="As families know it.")
    seats = forms.IntegerField(label="Seats", required=False)
    music = forms.ChoiceField(
        label="Is there music?", widget=forms.RadioSelect, choices=[("y", "Yes"), ("?", "I don't know")]
    )
    open = forms.BooleanField(label="May be shown")
    version = forms.IntegerField(widget=forms.HiddenInput)

    def clean(self) -> None:
        raise forms.ValidationError("Somebody else changed it.")


def test_a_field_has_its_label_its_help_and_its_error_in_words() -> None:
    page = render("{% form_field form.name %}", form=School({}))
    assert '<label for="id_name">Name</label>' in page
    assert 'aria-describedby="id_name_helptext id_name_error"' in page
    assert 'id="id_name_helptext">As families know it.' in page
    assert 'id="id_name_error">This field is required.' in page
    assert 'aria-invalid="true"' in page


def test_only_what_may_stay_empty_is_marked() -> None:
    page = render("{% form_fields form %}", form=School())
    assert page.count('class="optional"') == 1
    assert '<label for="id_seats">Seats <span class="optional">optional</span></label>' in page
    assert '<input type="hidden" name="version"' in page


def test_choices_are_a_group_with_a_legend_and_each_its_own_label() -> None:
    page = render("{% form_field form.music %}", form=School({}))
    assert '<fieldset class="field wrong" aria-describedby="id_music_error">' in page
    assert "<legend>Is there music?</legend>" in page
    assert '<label for="id_music_1">I don&#x27;t know</label>' in page


def test_the_summary_of_errors_leads_to_each_field_and_names_it() -> None:
    page = render("{% form_errors form %}{% form_fields form %}", form=School({}))
    assert '<li><a href="#id_name">Name: This field is required.</a></li>' in page
    assert '<li><a href="#id_music_0">Is there music? This field is required.</a></li>' in page
    assert 'id="id_music_0"' in page
    assert "<li>Somebody else changed it.</li>" in page
    assert 'role="alert" tabindex="-1" autofocus' in page


def test_a_form_without_errors_has_no_summary() -> None:
    assert not render("{% form_errors form %}", form=School()).strip()
