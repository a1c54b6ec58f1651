"""What this part has other features know of it."""

from typing import Any

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Called once, when the site starts."""
    from django.db.models.signals import post_delete

    from allcity.site.accounts import personal_data
    from allcity.site.cities import workspace
    from allcity.site.notices import visibility
    from allcity.site.publishing.media import kinds, personal, tasks
    from allcity.site.publishing.models import Consent, Picture, Video
    from allcity.site.worker import daily

    workspace.register(
        _("Pictures and videos"),
        "city:media",
        "publishing.look_after_media",
        _("Who is in them, who agreed, and what is missing before they are shown."),
    )
    visibility.register(visibility.for_coordinators, *kinds.KINDS)
    personal_data.register("media", personal.personal_data, personal.erase)
    daily(tasks.look_after_consents, hour=5)
    daily(tasks.delete_what_is_not_kept, hour=3)
    post_delete.connect(_put_document_aside, sender=Consent)
    post_delete.connect(_delete_video, sender=Video)
    post_delete.connect(_have_pages_made_anew, sender=Picture)


def _put_document_aside(instance: Any, **_more: object) -> None:
    from allcity.site.publishing.media.files import put_aside

    put_aside(instance.document.name)


def _delete_video(instance: Any, **_more: object) -> None:
    from allcity.site.publishing.media.files import delete_file

    delete_file(instance.file.name)


def _have_pages_made_anew(instance: Any, **_more: object) -> None:
    """Editors delete pictures in Wagtail too, past what is done elsewhere."""
    from allcity.site.publishing.media.stopping import note

    note(instance)
