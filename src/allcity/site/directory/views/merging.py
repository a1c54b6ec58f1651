"""Two records that may be one: look at both, merge them, take it back, or say that they are not the same."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from allcity.site.cities.models import City, Kept
from allcity.site.cities.pages import city_page
from allcity.site.directory import domain
from allcity.site.directory.domain.merging import MERGED, moves
from allcity.site.directory.kinds import KINDS, kind_of
from allcity.site.directory.models import Merge
from allcity.site.directory.queries.histories import in_words
from allcity.site.directory.views.finding import find_record, go_to, person, way_to

MOVED = {
    "program": gettext_lazy("programs"),
    "offering": gettext_lazy("dates and seats"),
    "participantcount": gettext_lazy("numbers of people"),
    "schoolyear": gettext_lazy("school years"),
    "studentcount": gettext_lazy("numbers of students"),
    "delivery": gettext_lazy("deliveries"),
    "partnership": gettext_lazy("partnerships"),
    "need": gettext_lazy("needs"),
    "baseline": gettext_lazy("answers about the school's own music"),
    "reply": gettext_lazy("answers to surveys"),
    "reminder": gettext_lazy("reminders that were sent"),
    "familyform": gettext_lazy("forms for families"),
    "answer": gettext_lazy("answers to questions"),
    "proposal": gettext_lazy("proposals"),
    "match": gettext_lazy("needs and programs that fit each other"),
    "unmatched": gettext_lazy("needs that nobody was found for"),
    "news": gettext_lazy("news of needs"),
    "letter": gettext_lazy("letters"),
}


@city_page("directory.manage")
def merge(request: HttpRequest, city: City, kind: str, slug: str, other: str) -> HttpResponse:
    """The two side by side: which value of each field stays, what moves. Sent, they are one."""
    survivor, duplicate = (find_record(request, city, kind, each, "directory.manage") for each in (slug, other))
    fields = _differing(survivor, duplicate)
    if request.method == "POST":
        take = [name for name, _label, _mine, _theirs in fields if request.POST.get(name) == "other"]
        try:
            domain.merge_records(survivor=survivor, duplicate=duplicate, take=take, user=person(request))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, _("The two are one now. This can be taken back under “Merges”."))
        return go_to(survivor)
    if kind not in MERGED or survivor.pk == duplicate.pk or survivor.archived_at or duplicate.archived_at:
        raise Http404
    context = {
        "city": city,
        "survivor": survivor,
        "duplicate": duplicate,
        "fields": fields,
        "moves": _told(survivor, duplicate),
        "swapped": reverse("city:merge", args=[city.slug, kind, other, slug]),
        "back": _similar(city, kind),
        "way": way_to(survivor),
    }
    return render(request, "directory/merge.html", context)


@require_POST
@city_page("directory.manage")
def keep_apart(request: HttpRequest, city: City, kind: str, slug: str, other: str) -> HttpResponse:
    """Two are not the same: they are not asked about again."""
    first, second = (find_record(request, city, kind, each, "directory.manage") for each in (slug, other))
    domain.keep_apart(first=first, second=second)
    messages.success(request, _("You will not be asked about these two again."))
    return redirect(_similar(city, kind))


@require_safe
@city_page("directory.manage")
def merges(request: HttpRequest, city: City) -> HttpResponse:
    """Every merge, the newest first."""
    rows = Merge.objects.of(city).select_related("user").order_by("-merged_at", "-pk")
    page = Paginator(rows, 50).get_page(request.GET.get("page"))
    names: dict[tuple[str, int], Kept] = {}
    for kind in KINDS.values():
        wanted = {pk for row in page if row.table == kind.name for pk in (row.survivor, row.duplicate)}
        if wanted:
            names |= {(kind.name, pk): found for pk, found in kind.model._default_manager.in_bulk(wanted).items()}
    shown = [(row, names.get((row.table, row.survivor)), names.get((row.table, row.duplicate))) for row in page]
    return render(request, "directory/merges.html", {"city": city, "page": page, "shown": shown})


@require_POST
@city_page("directory.manage")
def undo(request: HttpRequest, city: City, merge: Any) -> HttpResponse:
    """Take a merge back."""
    found = get_object_or_404(Merge.objects.of(city), public_id=merge)
    try:
        record = domain.undo_merge(merge=found, user=person(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("“%(name)s” stands by itself again.") % {"name": record})
    return redirect("city:merges", city.slug)


def _similar(city: City, kind: str) -> str:
    return f"{reverse('city:records', args=[city.slug])}?{urlencode({'show': 'similar', 'kind': kind})}"


def _differing(survivor: Any, duplicate: Any) -> list[tuple[str, str, str, str]]:
    """The fields in which the two differ: name, label, both values in words. Those of a school are of its years, and stay."""
    if kind_of(survivor).name == "schools":
        return []
    found = []
    for name in kind_of(survivor).fields:
        field: Any = survivor._meta.get_field(name)
        if getattr(survivor, field.attname) != getattr(duplicate, field.attname):
            mine, theirs = (in_words(record, name, getattr(record, name)) for record in (survivor, duplicate))
            found.append((name, str(field.verbose_name), mine, theirs))
    return found


def _told(survivor: Any, duplicate: Any) -> list[tuple[str, int, int]]:
    """What moves: its name, how many, and how many stay since the survivor has them."""
    told = []
    for move in moves(survivor, duplicate):
        model: Any = move.model
        if move.is_link:
            links = (field for field in move.model._meta.fields if field.is_relation and field.name != move.field)
            model = next(links).related_model
        label = MOVED.get(model._meta.model_name, model._meta.verbose_name_plural)
        told.append((str(label), len(move.rows), len(move.staying)))
    return told
