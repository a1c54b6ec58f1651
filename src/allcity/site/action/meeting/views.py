"""What everybody who may reads of a session on the day and after: its packet, its minutes, who came over the years."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from allcity.analysis.city import year_name
from allcity.site.accounts.views import SignedIn
from allcity.site.action import paper
from allcity.site.action.convening import words
from allcity.site.action.convening.views import CONVENE, MEET, VIEW, found, may_convene
from allcity.site.action.meeting import domain, exporting, papers, queries
from allcity.site.action.models import Invitee, PlanningSession
from allcity.site.cities.models import City
from allcity.site.cities.pages import city_page
from allcity.site.cities.rules import Person

State = PlanningSession.State


# --- The packet ---


@city_page(VIEW)
@never_cache
@require_safe
def packet(request: HttpRequest, city: City, session: UUID) -> HttpResponse:
    """The packet of a session on paper."""
    return _packet(found(request, city, session))


@never_cache
@require_safe
def packet_by(_request: HttpRequest, token: str) -> HttpResponse:
    """The same, for whoever has the link of an invitation."""
    return _packet(_invitee(token).session)


def _packet(one: PlanningSession) -> HttpResponse:
    return paper.answer(papers.packet(one), f"{one.title} {_('packet')}")


# --- Minutes ---


@city_page(VIEW)
@never_cache
@require_safe
def minutes(request: HttpRequest, city: City, session: UUID) -> HttpResponse:
    """The minutes, once they were sent; before that for those who run the session."""
    one = _readable(request, city, session)
    return _minutes(request, one, request.user, runs=may_convene(request, city))


@never_cache
@require_safe
def minutes_by(request: HttpRequest, token: str) -> HttpResponse:
    """The same, for whoever has the link of an invitation."""
    invitee = _sent_to(token)
    return _minutes(request, invitee.session, request.user, runs=False, token=token)


def _minutes(request: HttpRequest, one: PlanningSession, user: Person, *, runs: bool, token: str = "") -> HttpResponse:
    context = {
        "city": one.city,
        "session": one,
        "minutes": queries.minutes_of(one, user),
        "when": words.when_of(one),
        "where": words.where(one),
        "runs": runs,
        "token": token,
        "times_sent": domain.times_sent(one),
        "tables": exporting.TABLES,
    }
    return render(request, "action/meeting/minutes.html", context)


@city_page(VIEW)
@never_cache
@require_safe
def minutes_file(request: HttpRequest, city: City, session: UUID) -> HttpResponse:
    """The minutes on paper."""
    return _minutes_file(_readable(request, city, session), request.user)


@never_cache
@require_safe
def minutes_file_by(request: HttpRequest, token: str) -> HttpResponse:
    """The same, for whoever has the link of an invitation."""
    return _minutes_file(_sent_to(token).session, request.user)


def _minutes_file(one: PlanningSession, user: Person) -> HttpResponse:
    return paper.answer(papers.minutes(one, queries.minutes_of(one, user)), f"{one.title} {_('minutes')}")


def _readable(request: HttpRequest, city: City, session: UUID) -> PlanningSession:
    one = found(request, city, session)
    if one.minutes_sent_at is None and not may_convene(request, city):
        raise Http404
    return one


def _invitee(token: str) -> Invitee:
    rows = Invitee.objects.select_related("session__city").exclude(session__state=State.DRAFT)
    row: Invitee = get_object_or_404(rows, token=token)
    return row


def _sent_to(token: str) -> Invitee:
    row = _invitee(token)
    if row.session.minutes_sent_at is None:
        raise Http404
    return row


# --- For those who run sessions ---


@city_page(CONVENE)
@never_cache
@require_safe
def export(request: SignedIn, city: City, session: UUID, name: str) -> HttpResponse:
    """Everything of a session: "session.json", "session.xlsx", or one table such as "people.csv"."""
    one = found(request, city, session)
    stem, _dot, kind = name.partition(".")
    if kind == "csv" and stem in exporting.TABLES:
        content = exporting.as_csv(one, stem)
    elif kind in ("json", "xlsx") and stem == "session":
        content = exporting.as_json(one) if kind == "json" else exporting.as_xlsx(one)
    else:
        raise Http404
    title = slugify(one.title)[:60] or "session"
    headers = {"Content-Disposition": f'attachment; filename="{title}-{stem}.{kind}"'}
    return HttpResponse(content, content_type=exporting.TYPES[kind], headers=headers)


@city_page(MEET)
@never_cache
@require_safe
def attendance(request: SignedIn, city: City) -> HttpResponse:
    """Who came, by type of participant, over school years and series: counts, and nobody's name."""
    by_year, by_series = queries.attendance_over(city, request.user)
    context = {
        "city": city,
        "years": [(year_name(year), over) for year, over in by_year],
        "series": by_series,
    }
    return render(request, "action/meeting/attendance.html", context)
