"""Having a story read by everybody, or no longer, with what it shows."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from allcity.site.cities.domain import note_publication
from allcity.site.publishing.media import domain as media
from allcity.site.publishing.media.queries import is_stopped, missing
from allcity.site.publishing.models import Story
from allcity.site.publishing.stories.queries import items_of

State = Story.State
KEPT = timedelta(days=365)
"""How long pictures and videos are kept that a story shows no longer, while it is looked at again."""


def publish(story: Story) -> None:
    """Have everybody read it. Raises ValidationError where a picture or a video lacks something."""
    refuse_lacking(story)
    media.release(items=[item for item in items_of(story) if not is_stopped(item)])
    story.state, story.asked = State.PUBLISHED, ""
    story.published_at = story.published_at or timezone.now()
    story.save()
    note(story)


def refuse_lacking(story: Story) -> None:
    """Raise ValidationError where a picture or a video lacks something. What was stopped is not shown, and lacks nothing."""
    lacking = [(item, missing(item)) for item in items_of(story) if not is_stopped(item)]
    refusals = [f"{item}: {sentence}" for item, sentences in lacking for sentence in sentences]
    if refusals:
        raise ValidationError([_("Something is missing, or has to be taken out first."), *refusals])


def conceal(story: Story) -> None:
    """Have nobody see its pictures and videos; whoever calls says in which state it is from then on."""
    media.conceal(items=items_of(story), kept_until=timezone.now().date() + KEPT)
    note(story)


def note(story: Story) -> None:
    """Have the city's pages made anew."""
    if story.city:
        note_publication(story.city)
