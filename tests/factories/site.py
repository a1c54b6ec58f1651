"""Records of the site, made as the site makes them. Everything is made up."""

from itertools import count
from uuid import UUID

from allauth.account.internal.flows.login import record_authentication
from allauth.account.models import EmailAddress
from django.http import HttpRequest
from django.test import Client
from django.utils import timezone
from django.utils.text import slugify

from allcity.site.accounts.models import User
from allcity.site.cities.domain import create_city, give_role
from allcity.site.cities.models import City, Role, public_id
from allcity.site.directory.models import Organization, School

_number = count(1)


def person(email: str = "", **fields: object) -> User:
    """Somebody with an account and a confirmed mail address."""
    email = email or f"person{next(_number)}@example.org"
    user = User.objects.create_user(email, **{"first_name": "Ada", "old_enough": timezone.now(), **fields})
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def city(name: str = "Testville", *, is_public: bool = True) -> City:
    """A city without any record."""
    text = f'[city]\nid = "{name.lower()}"\nname = "{name}"\ntime_zone = "America/Chicago"\nlanguages = ["en"]\n'
    return create_city(settings_text=text, is_public=is_public)


def holder(of: City, role: Role = Role.MEMBER, place: UUID | None = None, **fields: object) -> User:
    """Somebody with a role in a city."""
    user = person(**fields)
    give_role(city=of, user=user, role=role, place=place)
    return user


def school(of: City, name: str = "Pier School") -> School:
    """A school of which only the name is known."""
    key = slugify(name)
    return School.objects.create(
        city=of, key=key, slug=key[:120], name=name, public_id=public_id(of.slug, "schools", key)
    )


def organization(of: City, name: str = "Harbor Strings") -> Organization:
    """An organization of which only the name is known."""
    key = slugify(name)
    return Organization.objects.create(
        city=of, key=key, slug=key[:120], name=name, public_id=public_id(of.slug, "organizations", key)
    )


def signed_in(user: User, *, second_factor: bool = True) -> Client:
    """A browser in which somebody is signed in, with all that a role may ask for."""
    client = Client()
    client.force_login(user)
    if second_factor:
        request = HttpRequest()
        request.session = client.session
        record_authentication(request, user, "mfa", type="webauthn")
        request.session.save()
    return client
