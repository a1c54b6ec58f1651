"""What people see of planning sessions: the list, the page of one, files and feeds for calendars, and asking to be asked."""

import rules
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from allcity.site.accounts.views import SignedIn
from allcity.site.action.convening import answering, calendars, feeds, links, queries, telling, wishes, words
from allcity.site.action.convening.asking_forms import AnswerForm, PollForm
from allcity.site.action.convening.calendars import Entry
from allcity.site.action.convening.forms import language_name
from allcity.site.action.convening.threads import address_of
from allcity.site.action.models import CalendarFeed, Invitee, PlanningSession
from allcity.site.cities.models import City, Membership
from allcity.site.cities.pages import city_page

VIEW, CONVENE, MEET = "action.view", "action.convene", "action.meet"
ON_A_PAGE = 30
State = PlanningSession.State


def found(request: HttpRequest, city: City, session: object) -> PlanningSession:
    """A session by its public id, if the reader may see it. Raises Http404."""
    rows = PlanningSession.objects.for_user(request.user).of(city).select_related("city", "thread", "series")
    row: PlanningSession = get_object_or_404(rows, public_id=session)
    return row


def may_convene(request: HttpRequest, city: City) -> bool:
    """Whether the reader plans sessions of the city."""
    return rules.has_perm(CONVENE, request.user, city)


def as_file(content: bytes, name: str) -> HttpResponse:
    """A calendar as a download."""
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@city_page(VIEW)
@never_cache
@require_safe
def sessions(request: HttpRequest, city: City) -> HttpResponse:
    """The sessions that the reader may see: to come, past, or their own."""
    show = request.GET.get("show", "")
    show = show if show in (queries.PAST, queries.MINE) else queries.COMING
    page = Paginator(queries.listed(city, request.user, show), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "city": city,
        "show": show,
        "page": page,
        "rows": [
            (row, words.when_of(row), words.where(row), words.TONES.get(row.state, "plain")) for row in page.object_list
        ],
        "may_convene": may_convene(request, city),
        "may_meet": rules.has_perm(MEET, request.user, city),
    }
    return render(request, "action/convening/sessions.html", context)


@city_page(VIEW)
@never_cache
@require_safe
def session(request: HttpRequest, city: City, session: object) -> HttpResponse:
    """The page of a session. Nobody reads here who is asked; whoever is asked answers here."""
    one = found(request, city, session)
    return render(request, "action/convening/session.html", context_of(request, one))


def context_of(request: HttpRequest, one: PlanningSession, **more: object) -> dict[str, object]:
    """What the page of a session shows."""
    city = one.city
    invitee = queries.invitee_of(one, request.user)
    form: AnswerForm | PollForm | None = None
    if invitee and not answering.is_over(one):
        if one.state == State.POLL:
            form = PollForm(invitee=invitee, answers=queries.poll_answers(invitee))
        elif one.state == State.CALLED:
            form = AnswerForm(invitee=invitee)
    runs = may_convene(request, city)
    return {
        "city": city,
        "session": one,
        "invitee": invitee,
        "form": form,
        "may_convene": runs,
        "may_ask": request.user.is_authenticated and not invitee and not runs and _may_be_asked(one),
        **page_of(one, invitee),
        "links": links.links_of(one, request.user, invitee),
        "places": queries.places_of(one),
        "series": [
            (row, words.when_of(row))
            for row in queries.series_of(one)
            if runs or (row.state != State.DRAFT and row.audience != PlanningSession.Audience.INVITED)
        ],
        "is_over": answering.is_over(one),
        **more,
    }


def page_of(one: PlanningSession, invitee: object) -> dict[str, object]:
    """What the pages of a session say of it, on the site and behind a link."""
    who = invitee if isinstance(invitee, Invitee) else None
    return {
        "when": words.when_of(one),
        "where": words.where(one),
        "tone": words.TONES.get(one.state, "plain"),
        "agenda": words.agenda_of(one),
        "findings": words.findings_of(one),
        "shows_link": words.shows_link(one, who),
        "has_link": words.has_link(who) and bool(one.online_url),
        "section": words.section_title(one.city, one.section) if one.section else "",
        "held_in": language_name(one.language) if one.language else "",
        "languages": ", ".join(language_name(code) for code in one.languages if code != one.language),
        "tone_of_answer": words.ANSWER_TONES.get(who.state, "plain") if who else "",
    }


def _may_be_asked(one: PlanningSession) -> bool:
    open_to = (PlanningSession.Audience.PUBLIC, PlanningSession.Audience.MEMBERS)
    return one.audience in open_to and not answering.is_over(one)


@city_page(VIEW)
@never_cache
@require_POST
def ask(request: SignedIn, city: City, session: object) -> HttpResponse:
    """Tell coordinators that one would like to be asked."""
    if not request.user.is_authenticated:
        return redirect_to_login(reverse("city:planning-session", args=[city.slug, session]))
    one = found(request, city, session)
    if not _may_be_asked(one) or queries.invitee_of(one, request.user):
        raise Http404
    telling.tell_wish(one, wishes.mark(one, request.user))
    messages.success(request, _("Those who run the session are told that you would like to come."))
    return redirect("city:planning-session", one.city.slug, one.public_id)


# --- Calendars ---


@city_page(VIEW)
@never_cache
@require_safe
def session_file(request: HttpRequest, city: City, session: object) -> HttpResponse:
    """A session as a file for a calendar."""
    one = found(request, city, session)
    if one.starts_at is None or one.state in (State.DRAFT, State.POLL):
        raise Http404
    entry = Entry(one, settings.SITE_ADDRESS + address_of(one), queries.invitee_of(one, request.user))
    return as_file(calendars.calendar([entry]), "session.ics")


@city_page(VIEW)
@require_safe
def city_calendar(_request: HttpRequest, city: City) -> HttpResponse:
    """The sessions of a city that are for everybody, for calendars to subscribe to."""
    name = _("Planning sessions in %(city)s") % {"city": city.display_name()}
    return as_file(feeds.public_calendar(city, name=name), f"{city.slug}.ics")


@login_required
@never_cache
def calendar(request: SignedIn) -> HttpResponse:
    """The secret address under which one's calendar reads one's sessions: made, made anew, or ended."""
    if request.method == "POST":
        if "end" in request.POST:
            feeds.end_feed(user=request.user)
            messages.success(request, _("The address has ended. No calendar reads your sessions any more."))
        else:
            feeds.make_feed(user=request.user)
            messages.success(request, _("The address is made. Have your calendar subscribe to it."))
        return redirect("convening:calendar")
    row = feeds.feed_of(request.user)
    cities = City.objects.filter(pk__in=Membership.objects.filter(user=request.user).values("city"))
    context = {
        "feed": row,
        "address": feeds.feed_address(row) if row else "",
        "cities": [each for each in cities.order_by("name") if each.is_public],
    }
    return render(request, "action/convening/calendar.html", context)


@never_cache
@require_safe
def feed(_request: HttpRequest, token: str) -> HttpResponse:
    """What a calendar reads that subscribes."""
    rows = CalendarFeed.objects.select_related("user", "city").filter(user__is_active=True)
    row: CalendarFeed = get_object_or_404(rows, token=token)
    return as_file(feeds.calendar_of(row, name=_("My planning sessions")), "sessions.ics")
