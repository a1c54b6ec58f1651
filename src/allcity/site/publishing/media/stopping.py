"""Having something shown no longer, at once and everywhere; and having pages made anew when something is shown again."""

from datetime import timedelta

from allcity.site.cities.domain import note_publication
from allcity.site.publishing.media import listeners
from allcity.site.publishing.media.files import delete_file
from allcity.site.publishing.media.queries import city_of, is_shown
from allcity.site.publishing.models import Picture, Video

KEPT_AFTER = timedelta(days=30)
"""How long something that was taken down or withdrawn is kept, should it have been a mistake."""


def stop(of: Picture | Video) -> None:
    """Delete a picture's sizes, and have whoever shows it make their pages anew. Called in the transaction of the change."""
    if isinstance(of, Picture):
        for rendition in of.renditions.all():
            delete_file(rendition.file.name)
            rendition.delete()
    city = city_of(of)
    if city:
        note_publication(city)
    for listener in listeners.WITHDRAWN:
        listener(of)


def note(of: Picture | Video) -> None:
    """Have whoever shows it make their pages anew: it is shown otherwise than before."""
    city = city_of(of)
    if city:
        note_publication(city)
    for listener in listeners.WITHDRAWN if is_shown(of) else ():
        listener(of)


def follow(of: Picture | Video, *, was_shown: bool) -> None:
    """Do what a change asks for that may have begun or ended that everybody sees it."""
    shown = is_shown(of)
    if was_shown and not shown:
        stop(of)
    elif shown and not was_shown:
        note(of)
