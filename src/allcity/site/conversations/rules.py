"""Who may do what in conversations. Who may read which is said by the querysets, and no view reaches others."""

from typing import Any

import rules

from allcity.site.cities.rules import Person, is_coordinator, is_member
from allcity.site.conversations.models import Post, Thread


@rules.predicate
def may_read(user: Person, thing: Any) -> bool:
    """Whether a thread is for the person; anything else is not asked about here."""
    return not isinstance(thing, Thread) or Thread.objects.for_user(user).filter(pk=thing.pk).exists()


@rules.predicate
def takes_part(_user: Person, thing: Any) -> bool:
    """Whether it is a circle, which none but those who take part can read."""
    return isinstance(thing, Thread) and thing.is_circle


@rules.predicate
def started_it(user: Person, thing: Any) -> bool:
    return isinstance(thing, Thread) and user.is_authenticated and thing.started_by_id == user.pk


@rules.predicate
def wrote_it(user: Person, thing: Any) -> bool:
    return isinstance(thing, Post) and user.is_authenticated and thing.author_id == user.pk


rules.add_perm("conversations.start", is_member)
rules.add_perm("conversations.write", is_member & may_read)
rules.add_perm("conversations.close", is_member & may_read & (is_coordinator | started_it | takes_part))
rules.add_perm("conversations.change_post", wrote_it)
rules.add_perm("conversations.moderate", is_coordinator)
