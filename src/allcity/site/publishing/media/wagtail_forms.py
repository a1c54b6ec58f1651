"""Pictures that editors upload in Wagtail are cleaned as all others are."""

from io import BytesIO
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from wagtail.images.forms import BaseImageForm

from allcity.site.publishing.media.cleaning import cleaned, most_bytes
from allcity.site.publishing.media.queries import is_shown
from allcity.site.publishing.media.stopping import follow
from allcity.site.publishing.models import Media


class CleanedPictureField(forms.FileField):
    """A file that is a picture, made anew. What was uploaded is replaced where it is, so that nothing else can keep it."""

    max_upload_size: int

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        # Wagtail's page for many pictures at once asks the field for these.
        self.max_upload_size = most_bytes()
        self.error_messages["file_too_large_unknown_size"] = _("This picture is larger than %(number)s MB.") % {
            "number": self.max_upload_size // 2**20
        }
        self.error_messages["invalid_image_extension"] = _("Send a JPEG, PNG, WebP, HEIC, AVIF or GIF.")

    def to_python(self, data: Any) -> Any:
        """The picture that is in the file."""
        file = super().to_python(data)
        if not isinstance(file, UploadedFile):
            return file
        made = cleaned(file)
        stem = (file.name or "picture").rpartition(".")[0] or "picture"
        file.file = BytesIO(made.content)
        file.name = f"{stem[:60]}{made.suffix}"
        file.size = len(made.content)
        file.content_type = None
        return file


class PictureForm(BaseImageForm):
    """Wagtail's form of a picture, with a file that is cleaned; who is in another file has to be said again."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._was_shown = bool(self.instance.pk) and is_shown(self.instance)
        if "file" in self.fields:
            before = self.fields["file"]
            before.widget.attrs["accept"] = "image/*"
            self.fields["file"] = CleanedPictureField(
                label=before.label, required=before.required, widget=before.widget
            )
            self.fields["file"].help_text = _(
                "JPEG, PNG, WebP, HEIC, AVIF or GIF. Places and devices noted in it are removed."
            )

    def clean(self) -> dict[str, Any] | None:
        """A file in the place of another shows other people, unless it is said who."""
        data = super().clean()
        if data and self.instance.pk and "file" in self.changed_data and "people" not in self.changed_data:
            data["people"] = Media.People.UNKNOWN
        return data

    def save(self, commit: bool = True) -> Any:
        """What everybody saw before is stopped where other people are in it now, as on our own pages."""
        saved = super().save(commit=commit)
        if commit:
            follow(saved, was_shown=self._was_shown)
        return saved
