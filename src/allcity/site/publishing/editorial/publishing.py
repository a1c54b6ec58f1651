"""What a page shows when it is published, and shows no longer when it is taken back."""

from datetime import timedelta

from django.utils import timezone
from wagtail.models import Page

from allcity.site.publishing.editorial.queries import items_of, under
from allcity.site.publishing.media import domain as media
from allcity.site.publishing.media.queries import missing
from allcity.site.publishing.models import EditorialPage, Picture, Video

KEPT = timedelta(days=365)
"""How long a picture or a video is kept that no page shows any more."""


def show(page: EditorialPage) -> None:
    """Have everybody see what the page shows. What lacks something stays hidden until it lacks nothing."""
    media.release(items=items_of(page))


def hide(page: EditorialPage) -> None:
    """Have nobody see what this page showed and nothing else shows."""
    alone = [item for item in items_of(page) if not is_shown_elsewhere(item, page)]
    media.conceal(items=alone, kept_until=timezone.now().date() + KEPT)


def is_shown_elsewhere(item: Picture | Video, page: EditorialPage) -> bool:
    """Whether a story, or another page of the same tree that is published, shows a picture or a video."""
    if getattr(item, "in_story", None) is not None:
        return True
    others = under(Page.objects.live(), page.city).exclude(pk=page.pk).specific()
    return any(item in items_of(other) for other in others if isinstance(other, EditorialPage))


def show_items(instance: Page, **_: object) -> None:
    """After a page was published."""
    if isinstance(instance, EditorialPage):
        show(instance)


def hide_items(instance: Page, **_: object) -> None:
    """After a page was taken back."""
    if isinstance(instance, EditorialPage):
        hide(instance)


def held_back(page: EditorialPage) -> list[tuple[str, list[str]]]:
    """Which pictures and videos of a page nobody sees, and why, in sentences."""
    return [(str(item), sentences) for item in items_of(page) if (sentences := missing(item))]
