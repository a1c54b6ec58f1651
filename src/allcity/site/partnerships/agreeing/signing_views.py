"""Pages of an agreement: as it stands, word for word, on paper, against the version before, and signing it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import rules
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from allcity.site.accounts.models import User
from allcity.site.accounts.views import SignedIn
from allcity.site.cities.models import City
from allcity.site.conversations.telling import mark_seen
from allcity.site.needs.survey.reminding import today_in
from allcity.site.partnerships.agreeing import domain, paper, queries, words
from allcity.site.partnerships.agreeing.document import changes, document_of, goals_of
from allcity.site.partnerships.agreeing.forms import SignForm, tell_in
from allcity.site.partnerships.agreeing.telling import url_of
from allcity.site.partnerships.models import Agreement, Goal, Partnership
from allcity.site.partnerships.pages import partnership_page
from allcity.site.partnerships.parties import Party, parties, parties_of, signatories, speaking_for

AGREE, TAKE_PART = "partnerships.agree", "partnerships.take_part"
_State = Agreement.State


@partnership_page(AGREE)
@never_cache
@require_safe
def agreement(request: SignedIn, city: City, partnership: Partnership) -> HttpResponse:
    """The agreement as it stands: the draft with its parts, the text to sign with who has signed, and every version."""
    mark_seen(user=request.user, url=url_of(partnership, "partnership-agreement"))
    return _agreement(request, city, partnership)


def _agreement(request: SignedIn, city: City, partnership: Partnership, form: SignForm | None = None) -> HttpResponse:
    today = today_in(city)
    version = queries.open_version(partnership) or queries.valid_version(partnership)
    is_party = rules.has_perm(TAKE_PART, request.user, partnership)
    own = _own(partnership, version, request.user)
    coordinates = rules.has_perm("cities.manage_city", request.user, city)
    context: dict[str, Any] = {
        "city": city,
        "partnership": partnership,
        "agreement": version,
        "is_party": is_party,
        "may_write": bool(own) or coordinates,
        "may_renew": domain.may(partnership, "renew", today) or domain.may(partnership, "change", today),
        "may_decline": bool(_joining(partnership, version, request.user)),
        "is_first": partnership.stage == Partnership.Stage.DRAFT,
        "may_change_parties": coordinates,
        "versions": partnership.agreements.exclude(state__in=Agreement.HIDDEN).order_by("-version") if is_party else (),
        **_read(city, partnership, version, is_party=is_party),
    }
    if version and version.state == _State.DRAFT:
        goals = goals_of(version)
        context |= {
            "goals": [(goal, words.goal(domain.said_of(goal))) for goal in goals],
            "dropped": Goal.objects.filter(partnership=partnership, key__in=version.dropped_goals),
            "missing": domain.missing_of(version),
        }
    if version and version.state == _State.SIGNING:
        unsigned = queries.unsigned(version)
        to_sign = [party for party in own if party.public_id in {each.public_id for each in unsigned}]
        context |= {
            "unsigned": unsigned,
            "form": form or (SignForm(parties=to_sign, fingerprint=version.fingerprint) if to_sign else None),
            "sign_for": to_sign[0] if len(to_sign) == 1 else None,
        }
    return render(request, "partnerships/agreeing/agreement.html", context)


def _own(partnership: Partnership, version: Agreement | None, user: User) -> list[Party]:
    """For whom a person speaks in a version: parties, and while it is open those whom it brings in."""
    if version is None or version.state not in Agreement.OPEN:
        return parties_of(partnership, user)
    version.partnership = partnership
    return speaking_for(signatories(version), partnership, user)


def _joining(partnership: Partnership, version: Agreement | None, user: User) -> list[Party]:
    """Of those whom an open version brings in, the ones for which a person speaks."""
    if version is None or version.state not in Agreement.OPEN:
        return []
    return speaking_for(parties(version), partnership, user)


def _read(city: City, partnership: Partnership, version: Agreement | None, *, is_party: bool = True) -> dict[str, Any]:
    """A version as it is read. Whoever is to join reads nothing of those before."""
    if version is None:
        return {}
    version.partnership = partnership
    document = document_of(version)
    before = _before(partnership, version)
    return {
        "parts": words.parts(city, document),
        "between": [party["name"] for party in document["parties"]],
        "signatures": version.signatures.all(),
        "has_before": is_party and before is not None,
    }


def _before(partnership: Partnership, version: Agreement) -> Agreement | None:
    held = partnership.agreements.exclude(state__in=Agreement.HIDDEN).filter(version__lt=version.version)
    found: Agreement | None = held.order_by("-version").first()
    return found


def _version(request: SignedIn, partnership: Partnership, number: int) -> Agreement:
    """A version by its number, of which whoever is to join reads the one that is open alone."""
    found: Agreement | None = partnership.agreements.filter(version=number).order_by("-pk").first()
    is_party = rules.has_perm(TAKE_PART, request.user, partnership)
    if found is None or not (is_party or found.state in Agreement.OPEN):
        raise Http404
    found.partnership = partnership
    return found


@partnership_page(AGREE)
@never_cache
@require_safe
def version(request: SignedIn, city: City, partnership: Partnership, number: int) -> HttpResponse:
    """One version of the agreement, word for word, with its signatures."""
    found = _version(request, partnership, number)
    read = _read(city, partnership, found, is_party=rules.has_perm(TAKE_PART, request.user, partnership))
    context = {"city": city, "partnership": partnership, "agreement": found, **read}
    return render(request, "partnerships/agreeing/version.html", context)


@partnership_page(AGREE)
@never_cache
@require_safe
def version_paper(request: SignedIn, city: City, partnership: Partnership, number: int) -> HttpResponse:
    """One version of the agreement as a PDF that can be read by everybody, in the language of the reader."""
    found = _version(request, partnership, number)
    name = f"{partnership.key[:60]}-{found.version}.pdf"
    return HttpResponse(
        paper.render(city, found),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"'},
    )


@partnership_page(TAKE_PART)
@never_cache
@require_safe
def compare(request: SignedIn, city: City, partnership: Partnership, number: int) -> HttpResponse:
    """What a version of the agreement says otherwise than the one before."""
    found = _version(request, partnership, number)
    before = _before(partnership, found)
    if before is None:
        raise Http404
    before.partnership = partnership
    context = {
        "city": city,
        "partnership": partnership,
        "agreement": found,
        "before": before,
        "changes": words.compared(city, changes(document_of(before), document_of(found))),
    }
    return render(request, "partnerships/agreeing/compare.html", context)


# --- Steps that take one press ---


def one_press(
    done: str | Promise, *, permission: str = AGREE
) -> Callable[[Callable[[SignedIn, Partnership], object]], Callable[..., HttpResponseBase]]:
    """Make a view that is sent to of what is done at once: what cannot be is said above the agreement, else what was `done`."""

    def decorate(act: Callable[[SignedIn, Partnership], object]) -> Callable[..., HttpResponseBase]:
        @wraps(act)
        def view(request: SignedIn, _city: City, partnership: Partnership) -> HttpResponse:
            try:
                act(request, partnership)
            except ValidationError as error:
                for words_ in error.messages:
                    messages.error(request, words_)
            else:
                messages.success(request, str(done))
            stays = rules.has_perm(AGREE, request.user, partnership)
            return redirect(url_of(partnership, "partnership-agreement" if stays else "partnership"))

        return require_POST(partnership_page(permission)(never_cache(view)))

    return decorate


@one_press(gettext_lazy("The text is fixed. All are asked to sign it."))
def put_up(request: SignedIn, partnership: Partnership) -> None:
    """Put the text up so that all parties can sign it."""
    edition = request.POST.get("edition", "")
    domain.put_up(partnership=partnership, user=request.user, edition=int(edition) if edition.isdecimal() else None)


@one_press(gettext_lazy("It can be changed again. All are told."))
def take_back(request: SignedIn, partnership: Partnership) -> None:
    """Take the text back to change it. What was signed of it is void."""
    domain.take_back(partnership=partnership, user=request.user)


@one_press(gettext_lazy("This is what holds now. Change what is to be otherwise."), permission=TAKE_PART)
def new_version(request: SignedIn, partnership: Partnership) -> None:
    """Begin a new version of the agreement, to renew or change it."""
    domain.begin_version(partnership=partnership, user=request.user)


@one_press(gettext_lazy("Put aside. What was signed before holds on."), permission=TAKE_PART)
def put_aside(request: SignedIn, partnership: Partnership) -> None:
    """Put a new version aside: what was signed before holds on."""
    domain.withdraw_version(partnership=partnership, user=request.user)


@one_press(gettext_lazy("You do not join. The others are told, and write it anew."))
def decline(request: SignedIn, partnership: Partnership) -> None:
    """Not join a partnership into which a new version would bring whom one speaks for."""
    joining = _joining(partnership, queries.open_version(partnership), request.user)
    if not joining:
        raise ValidationError(_("This has gone on meanwhile. Look at the agreement as it stands now."))
    for party in joining:
        domain.decline(partnership=partnership, party=party, user=request.user)


@require_POST
@partnership_page(AGREE)
@never_cache
def sign(request: SignedIn, city: City, partnership: Partnership) -> HttpResponse:
    """Sign the agreement for a party, with one's typed name."""
    version = queries.open_version(partnership)
    own = _own(partnership, version, request.user)
    waits = {party.public_id for party in queries.unsigned(version)} if version else set()
    if not own:
        raise PermissionDenied
    to_sign = [party for party in own if party.public_id in waits]
    if version is None or version.state != _State.SIGNING or not to_sign:
        messages.info(request, _("This has gone on meanwhile. Look at the agreement as it stands now."))
        return redirect(url_of(partnership, "partnership-agreement"))
    form: Any = SignForm(request.POST, parties=to_sign, fingerprint=version.fingerprint)
    if form.is_valid():
        try:
            domain.sign(
                partnership=partnership,
                party=form.chosen,
                user=request.user,
                name=form.cleaned_data["name"],
                function=form.cleaned_data["function"],
                fingerprint=form.cleaned_data["fingerprint"],
            )
        except ValidationError as error:
            form.data = form.data.copy()
            form.data["fingerprint"] = version.fingerprint
            tell_in(form, error)
        else:
            messages.success(request, _("Signed. Thank you."))
            return redirect(url_of(partnership, "partnership-agreement"))
    return _agreement(request, city, partnership, form)
