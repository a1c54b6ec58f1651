"""What people say about a record, on the record's own page."""

from typing import Any
from uuid import UUID

from django import template
from django.contrib.auth.models import AnonymousUser
from rules import has_perm

from allcity.site.cities.models import City
from allcity.site.conversations import queries

register = template.Library()
SHOWN = 3


@register.inclusion_tag("conversations/about.html", takes_context=True)
def conversations_about(context: dict[str, Any], city: City, kind: str, public_id: UUID) -> dict[str, Any]:
    """The newest conversations about one thing that the reader may read, and the way to start one. Nothing where neither is."""
    user = getattr(context.get("request"), "user", None) or AnonymousUser()
    threads = list(queries.listed(city, user, about=(kind, public_id))[: SHOWN + 1])
    return {
        "city": city,
        "kind": kind,
        "public_id": public_id,
        "threads": threads[:SHOWN],
        "more": len(threads) > SHOWN,
        "may_start": has_perm("conversations.start", user, city),
    }
