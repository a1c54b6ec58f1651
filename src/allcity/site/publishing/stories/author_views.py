"""Pages of authors: telling a story, and the link with which they confirm, complete, change and withdraw it."""

from typing import Any
from uuid import UUID

from allauth.core.internal import ratelimit
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from allcity.site.accounts.models import User
from allcity.site.cities.models import City
from allcity.site.cities.pages import city_page
from allcity.site.conversations.models import Case
from allcity.site.conversations.moderation import domain as moderation
from allcity.site.publishing.media.queries import missing
from allcity.site.publishing.models import Media, Picture, Story, Video
from allcity.site.publishing.stories import domain, moderating, proof, queries, telling
from allcity.site.publishing.stories.forms import (
    EXAMPLE_OF,
    AgreedForm,
    PeopleForm,
    PictureForm,
    StoryForm,
    VideoForm,
    WordsForm,
    tell,
)

TELL = "publishing.tell_stories"
RATES = {"story": "20/h/ip", "story_plain": "4/h/ip", "story_mail": "3/d/key", "story_media": "60/h/ip"}
"""A hall full of people shares one connection; who did not do the work of `proof` sends fewer."""
NOT_FOUND, GONE, TOO_MANY_REQUESTS = 404, 410, 429
State = Story.State


# --- Telling ---


@never_cache
def new(request: HttpRequest) -> HttpResponse:
    """Tell a story of a city that need not be here."""
    return _new(request, None)


@city_page(TELL)
@never_cache
def new_of_city(request: HttpRequest, city: City) -> HttpResponse:
    """Tell a story of a city."""
    return _new(request, city)


def _new(request: HttpRequest, city: City | None) -> HttpResponse:
    user = request.user if isinstance(request.user, User) else None
    said = {name: request.GET.get(name, "") for name in EXAMPLE_OF}
    form = StoryForm(
        request.POST if request.method == "POST" else None, city=city, is_known=user is not None, initial=said
    )
    status = 200
    if request.method == "POST" and form.is_valid():
        if form.is_trapped:
            return redirect("stories:sent")
        # Whoever is signed in has shown already that they are somebody.
        is_worked = user is not None or proof.is_done(request.POST.get("challenge", ""), request.POST.get("work", ""))
        if not ratelimit.consume(request, app="allcity", action="story" if is_worked else "story_plain", config=RATES):
            form.add_error(None, _("Very many stories came from this connection. Please try again in an hour."))
            status = TOO_MANY_REQUESTS
        elif story := _told(request, city, form, user):
            return redirect(reverse("stories:mine", args=[story.token]) + "?new") if user else redirect("stories:sent")
    context = {
        "city": city,
        "form": form,
        "challenge": proof.challenge(),
        "bits": proof.BITS,
        "is_known": user is not None,
        "is_example": any(said.values()),
    }
    return render(request, "publishing/stories/new.html", context, status=status)


def _told(request: HttpRequest, city: City | None, form: StoryForm, user: User | None) -> Story | None:
    email = form.cleaned_data.get("email", "").strip().lower()
    may_mail = user or ratelimit.consume(request, app="allcity", action="story_mail", key=email, config=RATES)
    try:
        # Whoever's address got three mails today gets none, and the answer is the same as ever: it tells nothing of it.
        return domain.tell_story(city=city, words=form.words(), email=email, user=user, is_mailed=bool(may_mail))
    except ValidationError as error:
        tell(form, error)
        return None


@never_cache
@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """What to do next: look at one's mail."""
    return render(request, "publishing/stories/sent.html")


# --- By the link ---


@never_cache
def confirm(request: HttpRequest, secret: str) -> HttpResponse:
    """Confirm the address with a button: programs that look into mail follow links."""
    story = queries.by_token(telling.token_in(secret))
    if story is None or story.state == State.WITHDRAWN:
        return _over(request, story)
    if request.method == "POST":
        domain.confirm(story=story)
        messages.success(request, _("Confirmed. Thank you for telling it."))
    if request.method == "POST" or story.confirmed_at:
        return redirect("stories:mine", story.token)
    return render(request, "publishing/stories/confirm.html", {"city": story.city, "story": story})


def _over(request: HttpRequest, story: Story | None) -> HttpResponse:
    is_withdrawn = story is not None and story.state == State.WITHDRAWN
    context = {"city": story.city if story else None, "is_withdrawn": is_withdrawn}
    return render(request, "publishing/stories/over.html", context, status=GONE if is_withdrawn else NOT_FOUND)


def _mine(token: str) -> Story | None:
    story = queries.by_token(token)
    return story if story and story.confirmed_at and story.state != State.WITHDRAWN else None


@never_cache
@require_safe
def mine(request: HttpRequest, token: str) -> HttpResponse:
    """How one's story stands, what it lacks, and all that can be done about it."""
    story = _mine(token)
    if story is None:
        return _over(request, queries.by_token(token))
    case = moderating.case_of(story)
    decision = case.decisions.last() if case else None
    context = {
        "city": story.city,
        "story": story,
        "items": [
            {
                "item": item,
                "is_picture": isinstance(item, Picture),
                "missing": missing(item),
                "people": PeopleForm(initial={"people": item.people}),
                "agreed": AgreedForm(initial={"is_minor": item.people == Media.People.MINORS}),
                "consents": item.consents.all(),
            }
            for item in queries.items_of(story)
        ],
        "pictures_left": domain.MOST_PICTURES - story.pictures.count(),
        "videos_left": domain.MOST_VIDEOS - story.videos.count(),
        "reason": decision.reason if decision and story.state == State.TAKEN_DOWN else story.asked,
        "may_answer": case is not None and case.state == Case.State.TAKEN_DOWN and not case.answer,
    }
    return render(request, "publishing/stories/mine.html", context)


@never_cache
def change(request: HttpRequest, token: str) -> HttpResponse:
    """Change one's words."""
    story = _mine(token)
    if story is None:
        return _over(request, queries.by_token(token))
    form = WordsForm.of(request.POST if request.method == "POST" else None, story)
    version = story.version
    if request.method == "POST" and form.is_valid():
        try:
            domain.change(story=story, words=form.words(), version=_number(request.POST.get("version", "")))
        except ValidationError as error:
            tell(form, error)
        else:
            messages.success(request, _("Saved. Somebody looks at it before everybody reads it."))
            return redirect("stories:mine", token)
    context = {"city": story.city, "story": story, "form": form, "version": version}
    return render(request, "publishing/stories/change.html", context)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1


@never_cache
def add(request: HttpRequest, token: str, kind: str) -> HttpResponse:
    """Add a picture or a video."""
    story = _mine(token)
    if story is None:
        return _over(request, queries.by_token(token))
    form_type: type[PictureForm | VideoForm] = PictureForm if kind == "picture" else VideoForm
    posted = request.method == "POST"
    form = form_type(request.POST if posted else None, request.FILES if posted else None)
    status = 200
    if posted and form.is_valid():
        if not ratelimit.consume(request, app="allcity", action="story_media", config=RATES):
            form.add_error(None, _("Very much came from this connection. Please try again in an hour."))
            status = TOO_MANY_REQUESTS
        else:
            try:
                _added(story, kind, form.cleaned_data)
            except ValidationError as error:
                tell(form, error)
            else:
                messages.success(request, _("Added. Somebody looks at it before everybody sees it."))
                return redirect("stories:mine", token)
    context = {"city": story.city, "story": story, "form": form, "is_picture": kind == "picture"}
    return render(request, "publishing/stories/add.html", context, status=status)


def _added(story: Story, kind: str, said: dict[str, Any]) -> None:
    if kind == "picture":
        domain.add_picture(story=story, **said)
    else:
        domain.add_video(story=story, **{**said, "file": said["file"] or None})


@never_cache
@require_POST
def of_item(request: HttpRequest, token: str, item: UUID) -> HttpResponse:
    """Say who is in a picture or a video, who agreed, or take it out."""
    story = _mine(token)
    if story is None:
        return _over(request, queries.by_token(token))
    found = _item(story, item)
    try:
        if "take_out" in request.POST:
            domain.take_out(story=story, item=found)
            messages.success(request, _("It is taken out, and deleted."))
        else:
            form: Any = PeopleForm(request.POST) if "people" in request.POST else AgreedForm(request.POST)
            if not form.is_valid():
                raise ValidationError(
                    [f"{form.fields[name].label}: {error}" for name, errors in form.errors.items() for error in errors]
                )
            domain.say_of(story=story, item=found, **form.cleaned_data)
            messages.success(request, _("Saved."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("stories:mine", token)


def _item(story: Story, item: UUID) -> Picture | Video:
    for found in queries.items_of(story):
        if found.public_id == item:
            return found
    raise Http404


@never_cache
@require_POST
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Answer once why one's story was taken down."""
    story = _mine(token)
    case = moderating.case_of(story) if story else None
    if case is None:
        raise Http404
    try:
        moderation.answer(case=case, text=request.POST.get("answer", "")[:2000])
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The coordinators have your answer. They look at it once more."))
    return redirect("stories:mine", token)


@never_cache
@require_POST
def withdraw(request: HttpRequest, token: str) -> HttpResponse:
    """Take one's story back, with all that belongs to it."""
    story = _mine(token)
    if story is None:
        return _over(request, queries.by_token(token))
    domain.withdraw(story=story)
    context = {"city": story.city, "is_withdrawn": True}
    return render(request, "publishing/stories/over.html", context)
