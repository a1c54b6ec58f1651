"""Briefs of the sample city: one for the school board, one for families in Spanish, and a draft for the council."""

from django.db import transaction

from allcity.site.accounts.models import User
from allcity.site.action.briefing import domain
from allcity.site.action.models import Brief
from allcity.site.cities.models import City
from allcity.site.figures.queries import current_examination

ASK = (
    "Open two after-school ensembles where none is within half an hour.\n"
    "Send every family the list of programs in its own language.\n"
    "Hear once a year, in public, how far it has come."
)


@transaction.atomic
def add(*, city: City, coordinator: User, liaison: User, manager: User, member: User) -> None:  # noqa: ARG001 # as of every part
    """Add them, once, if the city has figures."""
    if Brief.objects.of(city).exists() or current_examination(city) is None:
        return
    domain.make_brief(city=city, user=coordinator, audience=Brief.Audience.COUNCIL, language="en")
    families = domain.make_brief(city=city, user=coordinator, audience=Brief.Audience.FAMILY, language="es")
    domain.publish(brief=families)
    board = domain.make_brief(city=city, user=coordinator, audience=Brief.Audience.BOARD, language="en")
    domain.change_words(brief=board, words={"ask": ASK})
    domain.publish(brief=board)
