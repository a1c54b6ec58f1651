"""Partnerships as what a conversation is about."""

from collections.abc import Collection, Mapping
from uuid import UUID

from django.urls import reverse

from allcity.site.cities.models import City
from allcity.site.conversations.subjects import Subject
from allcity.site.partnerships.models import Partnership


def find(city: City, public_ids: Collection[UUID]) -> Mapping[UUID, Subject]:
    """Partnerships of a city that are agreed, by public id, each with its organizations and schools."""
    rows = Partnership.objects.of(city).exclude(stage__in=Partnership.HIDDEN).filter(public_id__in=public_ids)
    return {
        each.public_id: Subject(
            each.name,
            reverse("city:partnership", args=[city.slug, each.public_id]),
            tuple(place.name for place in (*each.organizations.all(), *each.schools.all())),
        )
        for each in rows.prefetch_related("organizations", "schools")
    }
