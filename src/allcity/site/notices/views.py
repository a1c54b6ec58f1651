"""My work, a city's workspace, notices, and how one wants to hear of them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from allcity.site.accounts.queries import stop_of
from allcity.site.accounts.staff import session_of
from allcity.site.accounts.views import SignedIn
from allcity.site.cities.models import City
from allcity.site.cities.pages import city_page
from allcity.site.cities.people.queries import roles_by_city, waiting_requests
from allcity.site.cities.workspace import tools_for
from allcity.site.notices import domain, mail, queries
from allcity.site.notices.forms import PreferencesForm
from allcity.site.notices.kinds import kinds
from allcity.site.notices.mine import mine_of
from allcity.site.notices.visibility import visible
from allcity.site.notices.work import work_of

A_PAGE = 50
NEWS = 5


@login_required
@never_cache
@require_safe
def work(request: SignedIn) -> HttpResponse:
    """What waits for the person, what is new, what is theirs, their roles, and what they have asked for."""
    unread = queries.unread_of(request.user)
    context = {
        "items": work_of(request.user),
        "cities": roles_by_city(request.user),
        "asked": waiting_requests().filter(user=request.user).select_related("city"),
        "news": unread[:NEWS],
        "unread": len(unread),
        "mine": mine_of(request.user),
        "stopped": stop_of(request.user),
        "duty": session_of(request.user),
    }
    return render(request, "notices/work.html", context)


@city_page("cities.open_workspace")
@never_cache
@require_safe
def workspace(request: SignedIn, city: City) -> HttpResponse:
    """What waits for the person in this city, and what their role lets them do."""
    tools = [(tool, tool.url(city)) for tool in tools_for(request.user, city)]
    roles = next((roles for each, roles in roles_by_city(request.user) if each == city), [])
    context = {"city": city, "items": work_of(request.user, city=city), "tools": tools, "roles": roles}
    return render(request, "notices/workspace.html", context)


@login_required
@never_cache
@require_safe
def notices(request: SignedIn) -> HttpResponse:
    """What the person was told, the newest first."""
    page = Paginator(queries.notices_of(request.user), A_PAGE).get_page(request.GET.get("page"))
    page.object_list = visible(request.user, page.object_list)
    return render(request, "notices/notices.html", {"page": page})


@login_required
@require_POST
def read(request: SignedIn, pk: int) -> HttpResponse:
    """Mark a notice as read, and go where it leads."""
    notice = get_object_or_404(queries.notices_of(request.user), pk=pk)
    domain.mark_read(user=request.user, notice=notice)
    return redirect(mail.in_language(notice.url, get_language() or "en") if notice.url else "notices:notices")


@login_required
@require_POST
def read_all(request: SignedIn) -> HttpResponse:
    """Mark every notice as read."""
    domain.mark_read(user=request.user)
    return redirect("notices:notices")


@login_required
@never_cache
def preferences(request: SignedIn) -> HttpResponse:
    """How the person wants to hear of each kind of notice."""
    form = PreferencesForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        domain.choose_delivery(user=request.user, choices=form.choices())
        messages.success(request, _("Saved."))
        return redirect("notices:preferences")
    return render(request, "notices/preferences.html", {"form": form})


@csrf_exempt  # a mail program posts here for the person (RFC 8058): it has the token, and neither cookie nor form
@never_cache
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Put an end to mail, without signing in. Looking changes nothing, since mail programs look at links by themselves."""
    found = mail.read_stop_token(token)
    if found is None:
        return render(request, "notices/stop.html", {"unknown": True}, status=404)
    user, kind = found
    if request.method == "POST":
        domain.stop_mail(user=user, kind=kind)
    return render(request, "notices/stop.html", {"kind": kinds().get(kind), "done": request.method == "POST"})
