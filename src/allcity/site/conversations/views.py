"""Pages of conversations, and the panel with which other features show one in theirs."""

from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from rules import has_perm

from allcity.site.accounts.views import SignedIn
from allcity.site.cities.models import City
from allcity.site.cities.pages import city_page
from allcity.site.conversations import domain, outcomes, queries, subjects
from allcity.site.conversations.domain import LONGEST_TITLE
from allcity.site.conversations.forms import PostForm, StartForm, TextForm
from allcity.site.conversations.models import Post, Thread
from allcity.site.conversations.people import circle_of
from allcity.site.conversations.subjects import Subject

A_PAGE = 30
POSTS_A_PAGE = 50
VIEW = "cities.view_city"


# --- The panel ---


@dataclass(frozen=True)
class Panel:
    """A thread on a page: its posts, and what the reader may do. `next` is the page to come back to, if it is another."""

    thread: Thread
    page: "Page[Post]"
    said: list[queries.Said]
    form: PostForm | None
    answers: queries.Said | None
    follows: bool
    may_close: bool
    waits: bool
    moderates: bool
    next: str = ""


def panel(request: HttpRequest, thread: Thread) -> dict[str, Panel]:
    """What the template `conversations/thread_panel.html` needs to show a thread in a page of another feature.

    Posts are sent to the thread's own page, which then leads back. Raises Http404 where the thread is not for the reader.
    """
    found = get_object_or_404(Thread.objects.for_user(request.user).select_related("city"), pk=thread.pk)
    return {"panel": _panel(request, found, back=request.path)}


def _panel(request: HttpRequest, thread: Thread, *, form: PostForm | None = None, back: str = "") -> Panel:
    user = request.user
    posts = queries.posts_of(thread, user)
    paginator = Paginator(posts, POSTS_A_PAGE)
    page = paginator.get_page(_page_of(request, posts, paginator.num_pages) if not back else paginator.num_pages)
    said = queries.said(page.object_list, user)
    may_write = not thread.closed_at and has_perm("conversations.write", user, thread)
    quoted = _quoted(request, thread)
    if may_write and form is None and user.is_authenticated:
        form = PostForm(thread=thread, user=user, initial={"quoted": quoted.post.public_id} if quoted else {})
    if user.is_authenticated:
        domain.mark_read(thread=thread, user=user)
    return Panel(
        thread=thread,
        page=page,
        said=said,
        form=form if may_write or (form and form.is_bound) else None,  # what was typed is not lost when it is refused
        answers=quoted,
        follows=user.is_authenticated and queries.follows(thread, user),
        may_close=has_perm("conversations.close", user, thread),
        waits=bool(may_write and user.is_authenticated and domain.waits(thread=thread, user=user)),
        moderates=has_perm("conversations.moderate", user, thread.city),
        next=back,
    )


def _page_of(request: HttpRequest, posts: Any, last: int) -> int | str:
    """The page that is asked for, by number or by a post that is on it. Without either the last."""
    asked = _uuid(request.GET.get("post", ""))
    post = posts.filter(public_id=asked).first() if asked else None
    if post:
        return (posts.filter(pk__lt=post.pk).count()) // POSTS_A_PAGE + 1
    return request.GET.get("page") or last


def _quoted(request: HttpRequest, thread: Thread) -> queries.Said | None:
    """The post that the reader is about to answer."""
    asked = _uuid(request.POST.get("quoted", "") or request.GET.get("quote", ""))
    posts = queries.posts_of(thread, request.user).filter(public_id=asked) if asked else ()
    return next(iter(queries.said(posts, request.user)), None)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


# --- Pages ---


@city_page(VIEW)
@never_cache
@require_safe
def conversations(request: HttpRequest, city: City) -> HttpResponse:
    """The conversations of a city that the reader may read, the newest first; found by a word."""
    word, show = request.GET.get("q", "").strip()[:100], request.GET.get("show", "")
    topic = _topic(request, city)
    listed = queries.listed(city, request.user, word=word, show=show, about=topic and topic[:2])
    page = Paginator(listed, A_PAGE).get_page(request.GET.get("page"))
    about = subjects.subjects_of(city, page.object_list)
    context = {
        "city": city,
        "page": page,
        "threads": [(thread, about.get(thread.pk)) for thread in page.object_list],
        "word": word,
        "show": show,
        "topic": topic,
        "may_start": has_perm("conversations.start", request.user, city),
    }
    return render(request, "conversations/conversations.html", context)


@city_page("conversations.start")
@never_cache
def start(request: SignedIn, city: City) -> HttpResponse:
    """Start a conversation about an open topic, or about what the address names."""
    topic = _topic(request, city)
    kind, subject, named = topic or ("", None, None)
    initial = {"title": named.name[:LONGEST_TITLE], "circle": "\n".join(named.circle)} if named else {}
    form = StartForm(request.POST or None, city=city, initial=initial)
    if request.method == "POST" and form.is_valid():
        typed = _without(form.cleaned_data, "circle")
        try:
            thread = domain.start_thread(city=city, user=request.user, subject_kind=kind, subject=subject, **typed)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect(domain.address_of(thread))
    return render(request, "conversations/start.html", {"city": city, "form": form, "subject": named})


def _topic(request: HttpRequest, city: City) -> tuple[str, UUID, Subject] | None:
    """What the address says that conversations are about, where it is there: its kind, public id and name."""
    kind, public_id = request.GET.get("about", ""), _uuid(request.GET.get("of", ""))
    found = subjects.open_subject(city, kind, public_id) if public_id else None
    return (kind, public_id, found) if public_id and found else None


def _without(data: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in data.items() if key != name}


@city_page(VIEW)
@never_cache
def conversation(request: HttpRequest, city: City, thread: UUID) -> HttpResponseBase:
    """A conversation: what was said, and a form to answer."""
    found = _find(request, city, thread)
    if isinstance(found, HttpResponseBase):
        return found
    form = None
    if request.method == "POST":
        if not request.user.is_authenticated:
            return redirect_to_login(domain.address_of(found))
        _check("conversations.write", request, found)
        form = PostForm(request.POST, thread=found, user=request.user)
        if form.is_valid() and _write(cast(SignedIn, request), found, form):
            return redirect(_next(request, found))
    context = {
        "city": city,
        "thread": found,
        "panel": _panel(request, found, form=form),
        "subject": subjects.subjects_of(city, [found]).get(found.pk),
        "circle": circle_of(found) if found.is_circle else None,
        "came": outcomes.came_of(found, request.user),
        "ways": outcomes.ways(found, request.user),
    }
    return render(request, "conversations/conversation.html", context)


def _find(request: HttpRequest, city: City, thread: UUID) -> Thread | HttpResponseBase:
    """The thread, if it is for the reader. Whoever is not signed in may be by signing in, whether it is there or not."""
    found = Thread.objects.of(city).for_user(request.user).select_related("city").filter(public_id=thread).first()
    if found is not None:
        return found
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    raise Http404


def _check(permission: str, request: HttpRequest, thing: object) -> None:
    if not has_perm(permission, request.user, thing):
        raise PermissionDenied


def _write(request: SignedIn, thread: Thread, form: PostForm) -> Post | None:
    typed = form.cleaned_data
    try:
        post = domain.write_post(
            thread=thread,
            user=request.user,
            text=typed["text"],
            language=typed["language"],
            quoted=typed["quoted"],
            mentioned=[typed["mentioned"]] if typed.get("mentioned") else [],
        )
    except ValidationError as error:
        form.add_error(None, error)
        return None
    if not post.shown_at:
        messages.success(
            request, _("A coordinator of the city reads your first post before everybody can. You are told.")
        )
    return post


def _next(request: HttpRequest, thread: Thread) -> str:
    """The page that a form came from, if it is one of this site; the end of the thread else."""
    asked = request.POST.get("next", "")
    if asked.startswith("/") and url_has_allowed_host_and_scheme(
        asked, {request.get_host()}, require_https=request.is_secure()
    ):
        return f"{asked.partition('#')[0]}#conversation-end"
    return f"{domain.address_of(thread)}#conversation-end"


@city_page(VIEW)
@require_POST
def follow(request: HttpRequest, city: City, thread: UUID) -> HttpResponseBase:
    """Hear of what is new in a conversation, or not."""
    found = _find(request, city, thread)
    if isinstance(found, HttpResponseBase):
        return found
    if not request.user.is_authenticated:
        return redirect_to_login(domain.address_of(found))
    follows = request.POST.get("follows") == "1"
    domain.follow(thread=found, user=request.user, follows=follows)
    messages.success(request, _("You hear of what is new here.") if follows else _("You hear of it no more."))
    return redirect(_next(request, found))


@city_page(VIEW)
@require_POST
def close(request: HttpRequest, city: City, thread: UUID) -> HttpResponseBase:
    """Close a conversation, or open it again."""
    found = _find(request, city, thread)
    if isinstance(found, HttpResponseBase):
        return found
    if not request.user.is_authenticated:
        return redirect_to_login(domain.address_of(found))
    _check("conversations.close", request, found)
    change = domain.close_thread if request.POST.get("closes") == "1" else domain.reopen_thread
    change(thread=found, user=request.user)
    return redirect(_next(request, found))


@city_page(VIEW)
@never_cache
def change_post(request: HttpRequest, city: City, thread: UUID, post: UUID) -> HttpResponseBase:
    """Change what one wrote, or take it back."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    posts = Post.objects.for_user(request.user).select_related("thread__city")
    found = get_object_or_404(posts, public_id=post, thread__public_id=thread, thread__city=city)
    _check("conversations.change_post", request, found)
    takes_back = "take-back" in request.POST
    form = TextForm(
        None if takes_back else request.POST or None, initial={"text": found.text, "language": found.language}
    )
    if request.method == "POST" and (takes_back or form.is_valid()):
        try:
            if takes_back:
                domain.take_back(post=found)
            else:
                domain.edit_post(post=found, **form.cleaned_data)
        except ValidationError as error:
            messages.error(request, error.messages[0])
        else:
            messages.success(request, _("It is taken back.") if takes_back else _("Saved."))
        return redirect(domain.address_of_post(found))
    return render(request, "conversations/change_post.html", {"city": city, "post": found, "form": form})


@login_required
@never_cache
def written(request: SignedIn) -> HttpResponse:
    """What the person has written in conversations of any city, and a way to take it all back."""
    if request.method == "POST":
        domain.take_back_all(user=request.user)
        messages.success(request, _("Everything that you wrote is taken back."))
        return redirect("conversations:written")
    page = Paginator(queries.written_by(request.user), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "conversations/written.html", {"page": page})
