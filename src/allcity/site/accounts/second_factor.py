"""Who must prove twice who they are, and whether they did in this session."""

from collections.abc import Callable
from urllib.parse import urlencode

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from django.http import HttpRequest
from django.urls import reverse

from allcity.site.accounts.models import User

Predicate = Callable[[User], bool]

_predicates: list[Predicate] = [lambda user: user.is_staff or user.is_superuser]


def required_for(predicate: Predicate) -> Predicate:
    """Require a second factor of everybody for whom `predicate` is true. Serves as a decorator too."""
    _predicates.append(predicate)
    return predicate


def is_required(user: User) -> bool:
    """Whether one of the person's roles asks for a second factor."""
    return any(predicate(user) for predicate in _predicates)


def is_given(request: HttpRequest) -> bool:
    """Whether this session has a passkey, an authenticator's code or a recovery code on record."""
    return any(record["method"] == "mfa" for record in get_authentication_records(request, request.user))


def is_lacking(request: HttpRequest) -> bool:
    """Whether somebody signed in has yet to give one that their role asks for."""
    return not is_given(request) and is_required(request.user)  # type: ignore[arg-type] # only asked of those signed in


def way_to(address: str) -> str:
    """The address of the page that asks for it, and leads on to another afterwards."""
    return f"{reverse('accounts:second-factor')}?{urlencode({'next': address})}"


def count_as_given(*, request: HttpRequest, user: User, authenticator: Authenticator, **_: object) -> None:
    """Take setting one up as having used it: it was held, touched or read to do so."""
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type, reauthenticated=True)
