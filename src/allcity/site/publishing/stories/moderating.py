"""Stories in the city's one queue of moderation. Those of cities that are not here are looked at by staff on duty."""

from collections.abc import Collection
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from allcity.site.cities.models import City
from allcity.site.cities.people.queries import coordinators_of
from allcity.site.cities.rules import Person
from allcity.site.conversations import kinds as notices
from allcity.site.conversations.models import Case
from allcity.site.conversations.moderation import domain as moderation
from allcity.site.conversations.moderation.reasons import Reasons
from allcity.site.conversations.moderation.registry import Contribution
from allcity.site.conversations.telling import tell
from allcity.site.publishing.models import Story
from allcity.site.publishing.stories import publishing, queries, telling

KIND = "story"
REASONS: Reasons = {
    "consent": gettext_lazy(
        "Somebody can be recognised in a picture or a video, and it is not said who agreed to that."
    ),
    "unclear": gettext_lazy("It is hard to follow what happened. A few more sentences would help."),
}
"""What comes up with stories, beside the usual reasons."""
State = Story.State


def case_of(story: Story) -> Case | None:
    """What moderation knows of a story; None where it never waited, or its city is not here."""
    return Case.objects.filter(kind=KIND, subject=story.public_id).first()


def wait(story: Story) -> None:
    """Have a coordinator look at what is new before everybody reads it; who has that to do already is not told again."""
    if story.city is None:
        return
    case = Case.objects.select_for_update().filter(kind=KIND, subject=story.public_id).first()
    if case is None:
        moderation.hold(city=story.city, kind=KIND, subject=story.public_id, author=story.author)
        return
    if case.state == Case.State.WAITING:
        return
    case.state, case.is_new, case.opened_at = Case.State.WAITING, True, timezone.now()
    case.save(update_fields=["state", "is_new", "opened_at"])
    people = coordinators_of(story.city).exclude(pk=story.author_id or 0).distinct()
    tell(people, notices.QUEUE, city=story.city, url=reverse("city:moderation", args=[story.city.slug]))


def close(story: Story) -> None:
    """There is nothing left to decide of, and nothing is kept of what its author answered."""
    moderation.take_back(kind=KIND, subject=story.public_id)
    Case.objects.filter(kind=KIND, subject=story.public_id).update(answer="")


# --- What moderation calls ---


def find(city: City, public_ids: Collection[UUID]) -> dict[UUID, Contribution]:
    """Stories as those who moderate see them: with what is missing, and where they are looked at."""
    rows = Story.objects.of(city).filter(public_id__in=public_ids).exclude(state=State.WITHDRAWN)
    return {
        row.public_id: Contribution(
            public_id=row.public_id,
            author=row.author,
            title=row.title,
            text="\n\n".join(filter(None, (row.before, row.happened, row.now))),
            url=reverse("city:story", args=[city.slug, row.public_id]),
            review=reverse("city:story-review", args=[city.slug, row.public_id]),
            language=row.language,
            by=row.shown_name or _("somebody without an account"),
            removes=_("Its pictures and videos are shown no longer either."),
        )
        for row in rows.select_related("author")
    }


def may_read(_user: Person, city: City, public_id: UUID) -> bool:
    """Whether everybody reads it, which is whether it can be reported."""
    return Story.objects.public().of(city).filter(public_id=public_id).exists()


@transaction.atomic
def restore(city: City, public_id: UUID) -> None:
    """Let a story through, or have it read again after it was taken down."""
    story = _locked(city, public_id)
    if story and story.state != State.UNCONFIRMED:
        if story.state == State.PUBLISHED and not queries.has_new(story):
            return
        if queries.needs_two(story):
            raise ValidationError(
                _("Children or young people can be recognised: two people look at it, on its own page.")
            )
        published(story)


@transaction.atomic
def take_down(city: City, public_id: UUID) -> None:
    """Have nobody but coordinators and its author read a story any more."""
    story = _locked(city, public_id)
    if story:
        taken_down(story)


def published(story: Story) -> None:
    """Have everybody read a story that is locked, and tell its author."""
    was_read = story.state == State.PUBLISHED
    publishing.publish(story)
    if not was_read:
        telling.mail(story, telling.PUBLISHED)


def taken_down(story: Story) -> None:
    """Take a story down that is locked."""
    if queries.items_of(story):
        publishing.conceal(story)
    story.state, story.published_at = State.TAKEN_DOWN, None
    story.save()
    publishing.note(story)
    telling.mail(story, telling.TAKEN_DOWN)


def _locked(city: City, public_id: UUID) -> Story | None:
    rows = Story.objects.of(city).select_for_update(of=("self",)).select_related("city", "author")
    found: Story | None = rows.filter(public_id=public_id).exclude(state=State.WITHDRAWN).first()
    return found
