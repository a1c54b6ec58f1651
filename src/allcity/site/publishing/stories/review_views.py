"""Looking at a story before everybody reads it: words, pictures with who is in them, what is missing, and the decision."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from allcity.site.accounts.views import SignedIn
from allcity.site.cities.models import City
from allcity.site.cities.pages import city_page
from allcity.site.conversations.forms import DecisionForm, EscalationForm
from allcity.site.conversations.models import Case
from allcity.site.conversations.moderation.reasons import USUAL, language_of
from allcity.site.publishing.duty import staff_page
from allcity.site.publishing.media.names import check_names
from allcity.site.publishing.media.queries import is_stopped, missing
from allcity.site.publishing.models import CityTree, Media, Picture, Story
from allcity.site.publishing.stories import moderating, queries, reviewing
from allcity.site.publishing.stories.forms import tell

LOOK = "conversations.moderate"
State = Story.State


@city_page(LOOK)
@never_cache
def review(request: SignedIn, city: City, story: UUID) -> HttpResponse:
    """Look at a story of one's city."""
    found = get_object_or_404(Story.objects.of(city).for_user(request.user).select_related("city"), public_id=story)
    return _review(request, found, lambda: redirect("city:moderation", city.slug))


@never_cache
@staff_page
def review_elsewhere(request: SignedIn, _city: None, story: UUID) -> HttpResponse:
    """Look at a story of a city that is not here; staff on duty do."""
    found = get_object_or_404(Story.objects.for_user(request.user), city=None, public_id=story)
    return _review(request, found, lambda: redirect("stories:waiting"))


@never_cache
@require_safe
@staff_page
def waiting(request: HttpRequest, _city: None) -> HttpResponse:
    """The stories of cities that are not here which nobody has looked at."""
    return render(request, "publishing/stories/waiting.html", {"stories": queries.waiting_elsewhere()[:100]})


def _review(request: SignedIn, story: Story, done: Callable[[], HttpResponse]) -> HttpResponse:
    if story.state in (State.UNCONFIRMED, State.WITHDRAWN):
        raise Http404
    reasons = {**USUAL, **moderating.REASONS}
    form = DecisionForm(request.POST if request.method == "POST" else None, reasons=reasons)
    if request.method == "POST":
        if request.POST.get("seen") != queries.seen_of(story):
            messages.error(request, _("Its author has changed it meanwhile. Read it again before you decide."))
        elif form.is_valid():
            try:
                told = _decided(request, story, form)
            except ValidationError as error:
                tell(form, error)
            else:
                messages.success(request, told)
                return done()
    people = {item.people for item in queries.items_of(story)}
    among = Media.People.MINORS if Media.People.MINORS in people else ""
    case = moderating.case_of(story)
    context = {
        "city": story.city,
        "story": story,
        "form": form,
        "seen": queries.seen_of(story),
        "items": [
            {
                "item": item,
                "is_picture": isinstance(item, Picture),
                "missing": missing(item),
                "warnings": check_names(item.caption, item.people),
                "is_stopped": is_stopped(item),
            }
            for item in queries.items_of(story)
        ],
        "warnings": check_names("\n".join((story.title, story.before, story.happened, story.now)), among),
        "like": queries.like(story),
        "needs_two": queries.needs_two(story),
        "two_look": story.city is not None and queries.two_look(story.city),
        "decisions": case.decisions.select_related("decided_by") if case else [],
        "reports": case.reports.all() if case else [],
        "case": case,
        "escalation": EscalationForm(),
        "is_case_open": case is not None and case.state == Case.State.WAITING,
        "waits": story.state in (State.WAITING, State.ASKED) or queries.has_new(story),
    }
    return render(request, "publishing/stories/review.html", context)


def _decided(request: SignedIn, story: Story, form: DecisionForm) -> str:
    """Do what was decided; gives what to say of it. Raises ValidationError where it cannot be."""
    user = request.user
    reason = form.why(language_of(story.author, story.language))
    if number := request.POST.get("take_out"):
        item = next((item for item in queries.items_of(story) if str(item.public_id) == number), None)
        if item is None:
            raise Http404
        reviewing.take_out(story=story, item=item, user=user, reason=reason)
        return _("It is taken out. Its author is told.")
    if "ask" in request.POST:
        reviewing.ask_change(story=story, user=user, words=reason)
        return _("Its author is asked to change it.")
    if "take_down" in request.POST:
        reviewing.take_down(story=story, user=user, reason=reason)
        return _("It is taken down. Its author is told why.")
    if reviewing.approve(story=story, user=user):
        return _("It is published. Its author is told.")
    return _("You have looked at it. It is published once somebody else has, too.")


@city_page(LOOK)
@never_cache
@require_POST
def two(request: SignedIn, city: City) -> HttpResponse:
    """Have two people look at what shows children or young people, or one."""
    CityTree.objects.filter(city=city).update(two_look_at_minors="two" in request.POST)
    messages.success(request, _("Saved."))
    return redirect(reverse("city:moderation", args=[city.slug]))
