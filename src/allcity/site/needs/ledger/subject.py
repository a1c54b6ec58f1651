"""Needs as what a conversation is about."""

from collections.abc import Collection, Mapping
from uuid import UUID

from django.urls import reverse

from allcity.site.cities.models import City
from allcity.site.conversations.subjects import Subject
from allcity.site.needs.ledger.words import title_of
from allcity.site.needs.models import Need


def find(city: City, public_ids: Collection[UUID]) -> Mapping[UUID, Subject]:
    """Needs of a city by public id, each named by what is asked for, with whoever asks."""
    rows = Need.objects.of(city).filter(public_id__in=public_ids).select_related("school", "district")
    return {
        each.public_id: Subject(
            title_of(city, each),
            reverse("city:need", args=[city.slug, each.public_id]),
            (each.school.name,) if each.school else (),
        )
        for each in rows
    }
