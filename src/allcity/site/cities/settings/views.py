"""Pages on which a coordinator changes what the city decides for itself. Nothing is saved before it was shown in words."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from allcity.declaration import CityFileError
from allcity.site.accounts.views import SignedIn
from allcity.site.cities.models import City
from allcity.site.cities.models.city import read_city_settings
from allcity.site.cities.pages import city_page
from allcity.site.cities.settings import domain
from allcity.site.cities.settings.boundary import outline_path
from allcity.site.cities.settings.city_forms import TARGETS, CityForm, TargetForm, default_value
from allcity.site.cities.settings.document import Path, ShapeError, at
from allcity.site.cities.settings.domain import Reading, defaults, effective, overrides
from allcity.site.cities.settings.forms import ActForm, BoundaryForm, EntryForm, SettingsForm, ShowForm, TextForm
from allcity.site.cities.settings.parts import INNER_NAMES, KINDS, STANDINGS, inner_of
from allcity.site.cities.settings.words import differences, figures_of, in_language, value_words
from allcity.site.cities.years import years_of

MANAGE = "cities.manage_city"
VERSIONS_ON_A_PAGE = 20
_OWN_FIELDS = ("csrfmiddlewaretoken", "confirm", "back")


def _page(request: HttpRequest, template: str, city: City, **context: Any) -> HttpResponse:
    context = {"city": city, "version": domain.version_of(city), **context}
    return render(request, f"cities/settings/{template}.html", context)


def _settled(
    request: SignedIn,
    city: City,
    form: SettingsForm,
    *,
    done: str,
    values: Mapping[Path, Any] | None = None,
    read: Reading = effective,
    figures: list[str] | None = None,
) -> HttpResponse | None:
    """Show what a valid form would change, or save it once that was confirmed; None where the form is to be shown again."""
    wanted = form.values() if values is None else values

    def write() -> None:
        domain.change_values(city=city, version=form.base_version, values=wanted, read=read, user=request.user)

    def proposed() -> str:
        return domain.with_values(city=city, version=form.base_version, values=wanted, read=read)

    return _previewed(request, city, form, proposed=proposed, write=write, done=done, figures=figures)


def _previewed(
    request: SignedIn,
    city: City,
    form: SettingsForm,
    *,
    proposed: Callable[[], str],
    write: Callable[[], None],
    done: str,
    figures: list[str] | None = None,
) -> HttpResponse | None:
    if "back" in request.POST:
        return None
    try:
        text = proposed()
        settings = read_city_settings(text)
        if settings.city.id.lower() != city.slug:
            form.add_error(None, _("The short name of a city cannot change."))
            return None
        if "confirm" in request.POST:
            write()
            messages.success(request, _("Saved. The figures are computed anew; pages show them in a moment."))
            return redirect(done)
    except domain.SettingsConflictError as conflict:
        form.tell_of(conflict)
        return None
    except CityFileError as error:
        form.tell_problems(error.problems)
        return None
    except ShapeError:
        form.add_error(None, _("The city.toml is laid out so that no form can change this. Change its text instead."))
        return None
    changes = differences(city.settings_text, text)
    if not changes and text == city.settings_text:
        messages.info(request, _("Nothing has changed."))
        return redirect(done)
    posted = [(name, value) for name, values in request.POST.lists() for value in values if name not in _OWN_FIELDS]
    return _page(request, "preview", city, changes=changes, posted=posted, figures=figures or [], back=request.path)


# --- The city itself ---


@city_page(MANAGE)
@never_cache
@require_safe
def overview(request: HttpRequest, city: City) -> HttpResponse:
    """Everything that a city decides for itself, and who sees it."""
    own = overrides(city.settings_text)
    return _page(
        request,
        "overview",
        city,
        years=years_of(city),
        changed_targets=len(own.get("targets", {})),
        kinds=[(kind, *words, len(own.get(kind, {}))) for kind, words in KINDS.items()],
    )


@city_page(MANAGE)
@never_cache
def basics(request: SignedIn, city: City) -> HttpResponse:
    """Name, place, languages, currency, population, licence."""
    form = CityForm(request.POST or None, city=city)
    if request.method == "POST" and form.is_valid():
        settled = _settled(request, city, form, done=reverse("city:settings", args=[city.slug]))
        if settled:
            return settled
    return _page(request, "form", city, form=form, title=_("The city"))


@city_page(MANAGE)
@never_cache
def boundary(request: SignedIn, city: City) -> HttpResponse:
    """The outline of the city."""
    form = BoundaryForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        remove = "remove" in request.POST
        if file or remove:
            try:
                content = b"" if remove else file.read()
                if not remove and not content.strip():
                    raise ValidationError(_("The file is empty. Export it again."))
                domain.set_boundary(city=city, content=content, user=request.user)
            except ValidationError as error:
                form.add_error("file", error)
            else:
                messages.success(request, _("Saved."))
                return redirect("city:settings-boundary", city.slug)
        else:
            form.add_error("file", _("Choose a file."))
    path, width, height = outline_path(city.boundary)
    return _page(request, "boundary", city, form=form, path=path, width=width, height=height)


@city_page(MANAGE)
@never_cache
def shown(request: SignedIn, city: City) -> HttpResponse:
    """Who sees the city: its people alone or everybody, and whether it counts in the national totals."""
    form = ShowForm(request.POST or None, city=city)
    if request.method == "POST" and form.is_valid():
        wanted = {name: form.cleaned_data[name] for name in ("is_public", "in_totals")}
        try:
            domain.show_city(city=city, user=request.user, **wanted)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("city:settings", city.slug)
    return _page(request, "shown", city, form=form, wanting=domain.wanting_for_public(city))


# --- Targets ---


@city_page(MANAGE)
@never_cache
@require_safe
def targets(request: HttpRequest, city: City) -> HttpResponse:
    """Every target with its value, whether it is the city's own, and the default with its standing."""
    return _page(request, "targets", city, targets=[_target(city, name) for name in TARGETS])


def _target(city: City, name: str) -> dict[str, Any]:
    now, own = effective(city.settings_text), overrides(city.settings_text)
    entry, usual = at(now, ("targets", name)), at(defaults(), ("targets", name))
    return {
        "name": name,
        "title": in_language(entry["title"]),
        "explanation": in_language(entry["explanation"]),
        "unit": "" if isinstance(entry.get("value"), str | list | None) else in_language(entry["unit"]),
        "value": _target_words(name, entry.get("value"), now),
        "is_own": name in own.get("targets", {}),
        "default": _target_words(name, default_value(name), defaults()),
        "standing": STANDINGS[usual["standing"]],
        "caveat": in_language(usual.get("caveat")),
        "sources": [(in_language(one["text"]), one.get("url", "")) for one in usual.get("sources", [])],
    }


def _target_words(name: str, value: Any, tables: Mapping[str, Any]) -> str:
    if value is None:
        return _("not set")
    if isinstance(value, Mapping):
        bands = ((at(tables, ("grade_bands", band, "title")), number) for band, number in value.items())
        return "; ".join(f"{in_language(title)}: {value_words((), number, tables)}" for title, number in bands)
    return value_words(("targets", name, "value"), value, tables).replace("\n", "; ")


@city_page(MANAGE)
@never_cache
def target(request: SignedIn, city: City, name: str) -> HttpResponse:
    """Change one target, or go back to its default."""
    if name not in TARGETS:
        raise Http404
    form: SettingsForm = TargetForm(request.POST or None, city=city, target=name)
    done = reverse("city:settings-targets", args=[city.slug])
    figures = figures_of(name)
    if request.method == "POST":
        if "default" in request.POST:
            act = ActForm(request.POST, city=city)
            values: dict[Path, Any] = {("targets", name): None}
            if act.is_valid():
                settled = _settled(request, city, act, done=done, values=values, read=overrides, figures=figures)
                if settled:
                    return settled
                for problem in map(str, act.non_field_errors()):
                    messages.error(request, problem)
                return redirect("city:settings-target", city.slug, name)
        elif form.is_valid():
            settled = _settled(request, city, form, done=done, read=overrides, figures=figures)
            if settled:
                return settled
    return _page(request, "target", city, form=form, target=_target(city, name), figures=figures)


# --- The other parts of the framework ---


def _known(kind: str, city: City, *entries: str) -> Any:
    """The entries of a kind, or of one inside an entry, as they hold in the city. Raises Http404 where there is no such."""
    if kind not in KINDS:
        raise Http404
    found = at(effective(city.settings_text), (kind, *entries))
    if found is None:
        raise Http404
    return found


@city_page(MANAGE)
@never_cache
@require_safe
def kind(request: HttpRequest, city: City, kind: str) -> HttpResponse:
    """Every entry of a kind, and those that the city has dropped."""
    title, description = KINDS.get(kind, ("", ""))
    return _page(
        request,
        "kind",
        city,
        kind=kind,
        title=title,
        description=description,
        entries=_rows(city, (kind,), _known(kind, city)),
        dropped=_dropped(city, (kind,)),
    )


def _rows(city: City, group: Path, entries: Mapping[str, Any]) -> list[dict[str, Any]]:
    own = at(overrides(city.settings_text), group) or {}
    usual = at(defaults(), group) or {}
    return [
        {
            "id": id_,
            "title": in_language(entry.get("title") or entry.get("text")),
            "text": in_language(entry.get("summary") or entry.get("description")),
            "state": "" if id_ not in own else "changed" if id_ in usual else "new",
        }
        for id_, entry in entries.items()
    ]


def _dropped(city: City, group: Path) -> list[tuple[str, str]]:
    """The entries of a group that the city has dropped: id and name."""
    own = at(overrides(city.settings_text), group)
    usual = at(defaults(), group) or {}
    dropped = []
    for id_, entry in own.items() if isinstance(own, Mapping) else ():
        if isinstance(entry, Mapping) and entry.get("enabled") is False:
            known = {**usual.get(id_, {}), **entry}
            dropped.append((id_, in_language(known.get("title") or known.get("text")) or id_))
    return dropped


@city_page(MANAGE)
@never_cache
def add(request: SignedIn, city: City, kind: str, above: str = "") -> HttpResponse:
    """Add an entry to a kind, or to the kind inside of an entry."""
    _known(kind, city, *([above] if above else []))
    inner = inner_of(kind) if above else ""
    if above and not inner:
        raise Http404
    form = EntryForm(request.POST or None, city=city, kind=kind, inner=inner, above=above)
    if not above and "number" in form.fields:
        form.initial["number"] = 1 + max((one["number"] for one in _known(kind, city).values()), default=0)
    done = _address(city, kind, above)
    if request.method == "POST" and form.is_valid():
        settled = _settled(request, city, form, done=done)
        if settled:
            return settled
    return _page(request, "form", city, form=form, title=_("Add one"), above=_crumbs(city, kind, above))


@city_page(MANAGE)
@never_cache
def entry(request: SignedIn, city: City, kind: str, entry: str, inner: str = "") -> HttpResponse:
    """Change an entry, drop it, or take a dropped one up again. `inner` is the id of one inside of `entry`."""
    inner_kind = inner_of(kind) if kind in KINDS else ""
    if inner and not inner_kind:
        raise Http404
    group: Path = (kind, entry, inner_kind) if inner else (kind,)
    id_, done = inner or entry, _address(city, kind, entry if inner else "")
    if request.method == "POST" and {"drop", "restore"} & set(request.POST):
        return _drop_or_restore(request, city, (*group, id_), done=done, drop="drop" in request.POST)
    now = _known(kind, city, entry, *([inner_kind, inner] if inner else []))
    form = EntryForm(
        request.POST or None,
        city=city,
        kind=kind,
        entry=id_,
        inner=inner_kind if inner else "",
        above=entry if inner else "",
    )
    if request.method == "POST" and form.is_valid():
        settled = _settled(request, city, form, done=request.path)
        if settled:
            return settled
    inside = () if inner or not inner_kind else (kind, entry, inner_kind)
    return _page(
        request,
        "entry",
        city,
        form=form,
        title=in_language(now.get("title") or now.get("text")),
        above=_crumbs(city, kind, entry if inner else ""),
        kind=kind,
        entry=entry,
        inner_title=INNER_NAMES.get(inner_kind, "") if inside else "",
        inside=_rows(city, inside, now[inner_kind]) if inside else [],
        dropped=_dropped(city, inside) if inside else [],
    )


def _drop_or_restore(request: SignedIn, city: City, path: Path, *, done: str, drop: bool) -> HttpResponse:
    """Drop an entry, which keeps its words in the file, or take it up again."""
    own = at(overrides(city.settings_text), path)
    is_dropped = isinstance(own, Mapping) and own.get("enabled") is False
    if is_dropped == drop or (drop and at(effective(city.settings_text), path) is None):
        raise Http404
    form = ActForm(request.POST, city=city)
    if not form.is_valid():
        raise Http404
    values: dict[Path, Any] = {(*path, "enabled"): False if drop else None}
    settled = _settled(request, city, form, done=done, values=values, read=overrides)
    if settled:
        return settled
    for problem in map(str, form.non_field_errors()):
        messages.error(request, problem)
    return redirect(done)


def _address(city: City, kind: str, entry: str = "") -> str:
    if entry:
        return reverse("city:settings-entry", args=[city.slug, kind, entry])
    return reverse("city:settings-kind", args=[city.slug, kind])


def _crumbs(city: City, kind: str, entry: str) -> list[tuple[str, str]]:
    """The way from the settings to a page: label and address."""
    way = [(str(KINDS[kind][0]), _address(city, kind))]
    if entry:
        found = _known(kind, city, entry)
        way.append((in_language(found.get("title")), _address(city, kind, entry)))
    return way


# --- The text, and its versions ---


@city_page(MANAGE)
@never_cache
def text(request: SignedIn, city: City) -> HttpResponse:
    """The city.toml itself, for those who know its language."""
    form = TextForm(request.POST or None, city=city)
    if request.method == "POST" and form.is_valid():
        settled = _text_settled(request, city, form, form.cleaned_data["text"])
        if settled:
            return settled
    is_theirs = form.is_bound and domain.text_of(city, form.base_version) != city.settings_text
    return _page(request, "text", city, form=form, theirs=city.settings_text if is_theirs else "")


def _text_settled(request: SignedIn, city: City, form: SettingsForm, text: str) -> HttpResponse | None:
    def proposed() -> str:
        domain.check_text(city=city, version=form.base_version, text=text)
        return text

    def write() -> None:
        domain.replace_text(city=city, version=form.base_version, text=text, user=request.user)

    done = reverse("city:settings-history", args=[city.slug])
    return _previewed(request, city, form, proposed=proposed, write=write, done=done)


@city_page(MANAGE)
@never_cache
@require_safe
def history(request: HttpRequest, city: City) -> HttpResponse:
    """Every version of the settings: who made it, when, and what it changed."""
    records = city.history.order_by("-history_id").select_related("history_user")
    page = Paginator(records, VERSIONS_ON_A_PAGE).get_page(request.GET.get("page"))
    kept = list(page.object_list)
    older = records.filter(history_id__lt=kept[-1].history_id).first() if kept else None
    page.object_list = [
        {
            "record": record,
            "who": record.history_user.get_full_name() if record.history_user else "",
            "changes": differences(before.settings_text, record.settings_text) if before else [],
            "is_first": before is None,
            "made": _shown_words(before, record) if before else [],
            "is_now": not differences(city.settings_text, record.settings_text),
        }
        for record, before in zip(kept, [*kept[1:], older], strict=True)
    ]
    return _page(request, "history", city, page=page)


def _shown_words(before: Any, after: Any) -> list[str]:
    words = []
    if before.is_public != after.is_public:
        words.append(_("Everybody can see the city.") if after.is_public else _("The city became a draft again."))
    if before.in_totals != after.in_totals:
        words.append(_("It counts in the national totals.") if after.in_totals else _("It left the national totals."))
    return words


@city_page(MANAGE)
@never_cache
def version(request: SignedIn, city: City, pk: int) -> HttpResponse:
    """What would change if the city went back to a version, and going back to it."""
    record = get_object_or_404(city.history, history_id=pk)
    form = ActForm(request.POST or None, city=city)
    if request.method == "POST" and form.is_valid():
        settled = _text_settled(request, city, form, record.settings_text)
        if settled:
            return settled
    changes = differences(city.settings_text, record.settings_text)
    return _page(request, "version", city, form=form, record=record, changes=changes)
