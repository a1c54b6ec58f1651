"""Sections of the self-examination as what a conversation is about."""

from collections.abc import Collection, Mapping
from uuid import UUID

from django.urls import reverse
from django.utils.translation import get_language

from allcity.site.cities.models import City, public_id
from allcity.site.conversations.subjects import Subject

SECTION = "section"


def id_of(city: City, section: str) -> UUID:
    """The public id of a section in conversations: the same in every year."""
    return public_id(city.slug, "sections", section)


def find(city: City, public_ids: Collection[UUID]) -> Mapping[UUID, Subject]:
    """Sections of a city's framework by public id."""
    language = get_language() or "en"
    url = reverse("city:self-examinations", args=[city.slug])
    ids = {id_of(city, each): section for each, section in city.settings.framework.sections.items()}
    return {each: Subject(ids[each].title.in_language(language), url) for each in public_ids if each in ids}
