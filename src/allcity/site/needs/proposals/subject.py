"""Proposals as what a conversation is about."""

from collections.abc import Collection, Mapping
from uuid import UUID

from allcity.site.cities.models import City
from allcity.site.conversations.subjects import Subject
from allcity.site.needs.models import Proposal
from allcity.site.needs.proposals import queries
from allcity.site.needs.proposals.telling import url_of
from allcity.site.needs.proposals.words import what


def find(city: City, public_ids: Collection[UUID]) -> Mapping[UUID, Subject]:
    """Proposals of a city by public id, each named by what is offered or asked for."""
    rows = Proposal.objects.of(city).filter(public_id__in=public_ids).select_related(*queries.RELATED)
    return {each.public_id: Subject(what(city, each), url_of(each)) for each in rows}
