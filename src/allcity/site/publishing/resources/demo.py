"""Resources of the sample city: two of its own, and one that somebody suggested."""

from io import BytesIO

from django.db import transaction

from allcity.site.accounts.models import User
from allcity.site.cities.models import City
from allcity.site.publishing.models import Resource
from allcity.site.publishing.resources import domain
from allcity.site.publishing.resources.checks import Entry

AGENDA = b"""Agenda of a first meeting between a school and a partner

1. What does the school need, and who says so?
2. What is there already, and who teaches it?
3. What would the partner add, and what stays the teacher's?
4. Day, time, room, key, and who is in the room.
5. How will we see that it helps, and when do we look?
6. How does it end, and what stays?
"""
LOANS = b"""instrument,how many,where,how to ask
violin (half size),12,Harbor Library,at the desk with a school card
trumpet,6,Eastside Recreation Center,by telephone
hand drums,20,Harbor Library,at the desk with a school card
"""


@transaction.atomic
def add(*, city: City, coordinator: User, member: User) -> None:
    """Add them, once."""
    if Resource.objects.filter(city=city).exists():
        return
    domain.add(
        city=city,
        user=coordinator,
        entry=Entry(
            Resource.Kind.TEMPLATE,
            {
                "en": {
                    "title": "Agenda of a first meeting between a school and a partner",
                    "summary": "Six questions on one page, from what the school needs to how it ends.",
                    "use": "Print it for both sides, and write the answers into the agreement.",
                },
                "es": {
                    "title": "Orden del día de una primera reunión entre una escuela y una organización aliada",
                    "summary": "Seis preguntas en una página, desde lo que necesita la escuela hasta cómo termina.",
                    "use": "Imprímanla para ambas partes y escriban las respuestas en el acuerdo.",
                },
            },
            language="en",
            publisher=city.display_name(),
            sections=("partnerships",),
            audiences=("school_leaders", "partner_organizations"),
        ),
        file=BytesIO(AGENDA),
        file_name="agenda.txt",
    )
    domain.add(
        city=city,
        user=coordinator,
        entry=Entry(
            Resource.Kind.GUIDE,
            {
                "en": {
                    "title": "Where to borrow an instrument",
                    "summary": "What is lent to students of this city, where, and how to ask. Sample data.",
                    "use": "Hand it to families when a student begins, and keep it true once a year.",
                }
            },
            language="en",
            publisher=city.display_name(),
            sections=("access",),
            contributions=("instruments_and_resources",),
            audiences=("families", "music_educators"),
        ),
        file=BytesIO(LOANS),
        file_name="instruments.csv",
    )
    words = {
        "title": "Why directories go out of date",
        "summary": "How many lists of services stand beside each other, and why nobody keeps each of them true.",
        "use": "Read it before somebody starts one more list of programs.",
    }
    domain.suggest(
        city=city,
        url="https://openreferral.org/about/strategic-overview/",
        entry=Entry(Resource.Kind.RESEARCH, {"en": words}, language="en"),
        user=member,
    )
