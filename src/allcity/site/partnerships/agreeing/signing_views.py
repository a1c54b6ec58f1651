"""Pages of an agreement: as it stands, word for word, on paper, against the version before, and signing it."""

from collections.abc import Callable
from typing import Any

import rules
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

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
from allcity.site.partnerships.parties import parties_of

TAKE_PART = "partnerships.take_part"
_State = Agreement.State


@partnership_page(TAKE_PART)
@never_cache
@require_safe
def agreement(request: SignedIn, city: City, partnership: Partnership) -> HttpResponse:
    """The agreement as it stands: the draft with its parts, the text to sign with who has signed, and every version."""
    mark_seen(user=request.user, url=url_of(partnership, "partnership-agreement"))
    return _agreement(request, city, partnership)


def _agreement(request: SignedIn, city: City, partnership: Partnership, form: SignForm | None = None) -> HttpResponse:
    today = today_in(city)
    version = queries.open_version(partnership) or queries.valid_version(partnership)
    own = parties_of(partnership, request.user)
    coordinates = rules.has_perm("cities.manage_city", request.user, city)
    context: dict[str, Any] = {
        "city": city,
        "partnership": partnership,
        "agreement": version,
        "may_write": bool(own) or coordinates,
        "may_renew": domain.may(partnership, "renew", today) or domain.may(partnership, "change", today),
        "is_first": partnership.stage == Partnership.Stage.DRAFT,
        "may_change_parties": coordinates and partnership.stage == Partnership.Stage.DRAFT,
        "versions": partnership.agreements.exclude(state__in=Agreement.HIDDEN).order_by("-version"),
        **_read(city, partnership, version),
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


def _read(city: City, partnership: Partnership, version: Agreement | None) -> dict[str, Any]:
    """A version as it is read."""
    if version is None:
        return {}
    version.partnership = partnership
    document = document_of(version)
    before = _before(partnership, version)
    return {
        "parts": words.parts(city, document),
        "between": [party["name"] for party in document["parties"]],
        "signatures": version.signatures.all(),
        "has_before": before is not None,
    }


def _before(partnership: Partnership, version: Agreement) -> Agreement | None:
    held = partnership.agreements.exclude(state__in=Agreement.HIDDEN).filter(version__lt=version.version)
    found: Agreement | None = held.order_by("-version").first()
    return found


def _version(partnership: Partnership, number: int) -> Agreement:
    found: Agreement | None = partnership.agreements.filter(version=number).order_by("-pk").first()
    if found is None:
        raise Http404
    found.partnership = partnership
    return found


@partnership_page(TAKE_PART)
@never_cache
@require_safe
def version(request: SignedIn, city: City, partnership: Partnership, number: int) -> HttpResponse:
    """One version of the agreement, word for word, with its signatures."""
    found = _version(partnership, number)
    context = {"city": city, "partnership": partnership, "agreement": found, **_read(city, partnership, found)}
    return render(request, "partnerships/agreeing/version.html", context)


@partnership_page(TAKE_PART)
@never_cache
@require_safe
def version_paper(request: SignedIn, city: City, partnership: Partnership, number: int) -> HttpResponse:  # noqa: ARG001 - as each view
    """One version of the agreement as a PDF that can be read by everybody, in the language of the reader."""
    found = _version(partnership, number)
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
    found = _version(partnership, number)
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


@require_POST
@partnership_page(TAKE_PART)
@never_cache
def put_up(request: SignedIn, city: City, partnership: Partnership) -> HttpResponse:  # noqa: ARG001 - as each view
    """Put the text up so that all parties can sign it."""
    edition = request.POST.get("edition", "")
    return _at_once(
        request,
        partnership,
        lambda: domain.put_up(
            partnership=partnership, user=request.user, edition=int(edition) if edition.isdecimal() else None
        ),
        _("The text is fixed. All are asked to sign it."),
    )


@require_POST
@partnership_page(TAKE_PART)
@never_cache
def take_back(request: SignedIn, city: City, partnership: Partnership) -> HttpResponse:  # noqa: ARG001 - as each view
    """Take the text back to change it. What was signed of it is void."""
    return _at_once(
        request,
        partnership,
        lambda: domain.take_back(partnership=partnership, user=request.user),
        _("It can be changed again. All are told."),
    )


@require_POST
@partnership_page(TAKE_PART)
@never_cache
def new_version(request: SignedIn, city: City, partnership: Partnership) -> HttpResponse:  # noqa: ARG001 - as each view
    """Begin a new version of the agreement, to renew or change it."""
    return _at_once(
        request,
        partnership,
        lambda: domain.begin_version(partnership=partnership, user=request.user),
        _("This is what holds now. Change what is to be otherwise."),
    )


@require_POST
@partnership_page(TAKE_PART)
@never_cache
def put_aside(request: SignedIn, city: City, partnership: Partnership) -> HttpResponse:  # noqa: ARG001 - as each view
    """Put a new version aside: what was signed before holds on."""
    return _at_once(
        request,
        partnership,
        lambda: domain.withdraw_version(partnership=partnership, user=request.user),
        _("Put aside. What was signed before holds on."),
    )


@require_POST
@partnership_page(TAKE_PART)
@never_cache
def sign(request: SignedIn, city: City, partnership: Partnership) -> HttpResponse:
    """Sign the agreement for a party, with one's typed name."""
    version = queries.open_version(partnership)
    waits = {party.public_id for party in queries.unsigned(version)} if version else set()
    own = parties_of(partnership, request.user)
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


def _at_once(
    request: SignedIn,
    partnership: Partnership,
    act: Callable[[], object],
    done: str,
    page: str = "partnership-agreement",
) -> HttpResponse:
    try:
        act()
    except ValidationError as error:
        for words_ in error.messages:
            messages.error(request, words_)
    else:
        messages.success(request, done)
    return redirect(url_of(partnership, page))
