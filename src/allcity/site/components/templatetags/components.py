"""The parts that pages are made of, as template tags. `/look/` shows them all, in every state."""

from typing import Any, NamedTuple

from django import template
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Page
from django.forms import BaseForm, BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, get_language_info

from allcity.reports.html import web_address
from allcity.reports.model import Block, Entry, Picture, Reading, Section, Table
from allcity.site.components.navigation import CityPage, city_pages

register = template.Library()

Context = dict[str, Any]
Marks = tuple[tuple[Picture, str], ...]

_LONG_VALUE = 9
_MANY_COLUMNS, _MANY_TABLES = 3, 6


class Language(NamedTuple):
    """A language of the site, and the address of this page in it."""

    code: str
    name: str
    url: str
    current: bool


class Link(NamedTuple):
    """A link of a navigation. `current` is what `aria-current` says: "page", "true" for a page above this one, or empty."""

    label: Any
    url: str
    current: str = ""


# --- The shell of a page ---


@register.simple_tag(takes_context=True)
def languages(context: Context) -> list[Language]:
    """The languages of the site, each with this page's address in it, its query kept; their front pages where it has none."""
    request: HttpRequest | None = context.get("request")
    here = request.get_full_path() if request else "/"
    now = get_language()
    found = []
    for code, _name in settings.LANGUAGES:
        url = here if code == now else f"/{code}/"
        if code != now and request and request.resolver_match:  # addresses differ in their first part alone
            url += here.removeprefix(f"/{now}/")
        found.append(Language(code, get_language_info(code)["name_local"].capitalize(), url, code == now))
    return found


@register.simple_tag(takes_context=True)
def city_links(context: Context, city: Any) -> list[Link]:
    """The pages of a city that there are for the reader. They keep the school year that is being looked at."""
    request: HttpRequest | None = context.get("request")
    path = request.path if request else ""
    year = request.GET.get("year", "") if request else ""
    query = f"?year={year}" if year.isdecimal() else ""
    user = getattr(request, "user", None) or AnonymousUser()
    links = []
    for page in (CityPage("city:front", city.display_name()), *city_pages):
        try:
            url = reverse(page.url_name, args=[city.slug])
        except NoReverseMatch:
            continue
        if page.is_for is None or page.is_for(user, city):
            above = page.url_name != "city:front" and path.startswith(url)
            links.append(Link(page.label, url + query, "page" if path == url else "true" if above else ""))
    return links


@register.inclusion_tag("components/crumbs.html")
def crumbs(*steps: str) -> Context:
    """The way to this page: label and address by turns, ending with the label of the page itself."""
    return {"links": [Link(*steps[i : i + 2]) for i in range(0, len(steps) - 1, 2)], "here": steps[-1]}


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: Context, page: "Page[Any]") -> Context:
    """Links to the pages of a list, which keep the rest of the query. Nothing where all fits on one page."""
    return {
        "request": context["request"],
        "page": page,
        "numbers": page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1),
        "gap": page.paginator.ELLIPSIS,
    }


# --- What a report says: the same drawings and words on a page of the site ---


@register.filter
def svg(drawing: str) -> SafeString:
    """A drawing of `allcity.reports`, whose texts were escaped when it was drawn. For nothing else."""
    return mark_safe(drawing)  # noqa: S308


@register.filter
def safe_url(url: str | None) -> str | None:
    """The address if it is one of the web, so that text of users never becomes another kind of link."""
    return web_address(url)


@register.inclusion_tag("components/figure.html")
def figure(reading: Reading) -> Context:
    """A figure in words, as a note on a staff: filled when measured, open when estimated, a slur for its range."""
    words = len(reading.value) > _LONG_VALUE or not any(letter.isdigit() for letter in reading.value)
    return {"reading": reading, "words": words}


@register.inclusion_tag("components/picture.html")
def picture(picture: Picture) -> Context:
    """A drawing, made anew for a phone."""
    return {"picture": picture}


@register.inclusion_tag("components/marks.html")
def marks(key: Marks) -> Context:
    """What the marks of a drawing mean."""
    return {"marks": key}


@register.inclusion_tag("components/table.html")
def data_table(table: Table, *, behind_picture: bool = False) -> Context:
    """A table that scrolls by itself where it is wide. Folded behind its caption if it says so, or behind its picture."""
    return {
        "table": table,
        "rows": _rows(table),
        "behind_picture": behind_picture and table.folded,
        "many": len(table.columns) > _MANY_COLUMNS,
    }


def _rows(table: Table) -> SafeString:
    """The rows, written here because a template takes a second for the rows of a large city. Every text is escaped."""
    opening = ['<td class="num">' if column.numeric else "<td>" for column in table.columns[1:]]
    lines = (
        f'<tr><th scope="row">{escape(name)}</th>'
        + "".join(f"{start}{escape(cell)}</td>" for start, cell in zip(opening, cells, strict=True))
        + "</tr>\n"
        for name, *cells in table.rows
    )
    return mark_safe("".join(lines))  # noqa: S308


@register.inclusion_tag("components/entries.html")
def entries(entries: tuple[Entry, ...], *, numbered: bool = False) -> Context:
    """Terms with what is to be said of them; numbered where the order matters."""
    return {"entries": entries, "numbered": numbered}


@register.inclusion_tag("components/block.html")
def report_block(block: Block, level: int = 3) -> Context:
    """A part of a section: whatever it has of heading, text, figures, picture, tables and entries."""
    return {
        "block": block,
        "level": level,
        "behind_picture": block.picture is not None and len(block.tables) == 1,
        "many": len(block.tables) > _MANY_TABLES,
    }


@register.inclusion_tag("components/section.html")
def report_section(section: Section, number: int | None = None, level: int = 2) -> Context:
    """A question with its answer on one side and the evidence on the other."""
    return {"section": section, "number": number, "level": level, "inner": level + 1}


# --- Records and lists ---


@register.inclusion_tag("components/freshness.html")
def freshness(record: Any) -> Context:
    """Who confirmed a record and when, or which source it is from. A name is shown, a mail address never."""
    person = record.confirmed_by
    return {"record": record, "name": person.get_full_name() if person else ""}


@register.inclusion_tag("components/status.html")
def status(tone: str, text: str) -> Context:
    """A state in words, with a mark whose shape and colour say the same: met, unmet, unknown, or plain."""
    return {"tone": tone, "text": text}


@register.inclusion_tag("components/empty_state.html")
def empty_state(title: str, text: str = "", url: str = "", label: str = "", level: int = 2) -> Context:
    """What would be here, why it matters, and the one next step."""
    return {"title": title, "text": text, "url": url, "label": label, "level": level}


# --- Forms ---


@register.inclusion_tag("components/field.html")
def form_field(field: BoundField) -> Context:
    """A field with its label above, its help below that, its error in words, and "optional" where it may stay empty."""
    widget = field.field.widget
    choices = isinstance(widget, (RadioSelect, CheckboxSelectMultiple))
    return {
        "field": field,
        "choices": choices,
        "group": choices or field.use_fieldset,
        "single": isinstance(widget, CheckboxInput),
        "optional": not (field.field.required or field.field.disabled or isinstance(widget, CheckboxInput)),
    }


@register.inclusion_tag("components/fields.html")
def form_fields(form: BaseForm) -> Context:
    """All fields of a form, the hidden ones included."""
    return {"form": form}


@register.inclusion_tag("components/errors.html")
def form_errors(form: BaseForm, *, focus: bool = True) -> Context:
    """What needs another look, before the form: takes the focus when the page opens; each line leads to its field."""
    found = [
        Link(f"{_as_opening(str(field.label))} {error}", f"#{_first_control(field)}")
        for field in form.visible_fields()
        for error in field.errors
    ]
    rest = [error for field in form.hidden_fields() for error in field.errors]
    return {"links": found, "rest": [*form.non_field_errors(), *rest], "focus": focus}


def _first_control(field: BoundField) -> str:
    return field.id_for_label or f"{field.auto_id}_0"


def _as_opening(label: str) -> str:
    return label if label.endswith(("?", "!", ".", ":")) else f"{label}:"
