"""Forms of the editors' pages of pictures and videos."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from allcity.site.publishing.media.blurring import MOST_AREAS, Area
from allcity.site.publishing.media.domain import (
    LONGEST_CAPTION,
    LONGEST_CREDIT,
    LONGEST_DESCRIPTION,
    LONGEST_TITLE,
)
from allcity.site.publishing.models import Consent, Media, Picture, Video

LANGUAGES = [("", _("choose")), *settings.LANGUAGES]
DAY = forms.DateInput({"type": "date"}, format="%Y-%m-%d")


def tell(form: forms.BaseForm, error: ValidationError) -> None:
    """Show every refusal at its field, or above the form where it has none."""
    for one in error.error_list:
        form.add_error(one.code if one.code in form.fields else None, ValidationError(one.messages))


class WordsForm(forms.Form):
    """What it is called, what it shows, and what is read below it."""

    title = forms.CharField(label=_("Title"), max_length=LONGEST_TITLE, help_text=_("For those who look for it."))
    description = forms.CharField(
        label=_("What it shows"), max_length=LONGEST_DESCRIPTION, help_text=_("For those who do not see it.")
    )
    caption = forms.CharField(
        label=_("Caption"),
        max_length=LONGEST_CAPTION,
        required=False,
        help_text=_("Everybody reads it below. Leave out names of children."),
    )
    credit = forms.CharField(label=_("Made by"), max_length=LONGEST_CREDIT, required=False)
    language = forms.ChoiceField(label=_("Language of these words"), choices=LANGUAGES, required=False)

    def __init__(self, data: Any = None, *, of: Picture | Video) -> None:
        is_picture = isinstance(of, Picture)
        initial = {name: getattr(of, name) for name in ("title", "caption", "credit", "language")}
        initial["description"] = of.description if isinstance(of, Picture) else of.text
        super().__init__(data, initial=initial)
        fields: Any = self.fields
        if of.language and of.language not in dict(LANGUAGES):
            fields["language"].choices = [*LANGUAGES, (of.language, of.language)]
        if not is_picture:
            fields["description"] = forms.CharField(
                label=_("What is seen and heard"),
                max_length=10000,
                required=False,
                widget=forms.Textarea({"rows": 4}),
                help_text=_("For those who do not see or hear it."),
            )


class PeopleForm(forms.Form):
    """Who can be recognised."""

    people = forms.ChoiceField(
        label=_("Who can be recognised?"),
        choices=Media.People.choices,
        widget=forms.RadioSelect,
        help_text=_("By their face, their voice, a name on their shirt, or what is written below."),
    )


class TermsForm(forms.Form):
    """When somebody agreed, to what, and until when."""

    given_on = forms.DateField(label=_("On which day?"), required=False, widget=DAY, help_text=_("Empty: today."))
    for_site = forms.BooleanField(label=_("On this site"), required=False, initial=True)
    for_print = forms.BooleanField(label=_("In print"), required=False)
    for_social = forms.BooleanField(label=_("On social media"), required=False)
    until = forms.DateField(
        label=_("Until when?"), required=False, widget=DAY, help_text=_("Empty: until it is taken back.")
    )
    document = forms.FileField(
        label=_("Signed document"),
        required=False,
        widget=forms.ClearableFileInput({"accept": ".pdf,image/jpeg,image/png"}),
        help_text=_("PDF, JPEG or PNG. Coordinators alone can open it."),
    )


class ConsentForm(TermsForm):
    """That somebody, or who is responsible for them, agreed."""

    shown = forms.CharField(
        label=_("Who is shown?"),
        max_length=200,
        help_text=_("The name of an adult. For children, write no name: “eight students of grade 5”."),
    )
    is_minor = forms.BooleanField(label=_("Children or young people"), required=False)
    relation = forms.ChoiceField(label=_("Who agreed?"), choices=[("", _("choose")), *Consent.Relation.choices])
    given_by = forms.CharField(
        label=_("Name of who agreed"), max_length=200, help_text=_("Coordinators alone see it. It is never shown.")
    )
    email = forms.EmailField(
        label=_("Mail address of who agreed"),
        required=False,
        help_text=_("We send one link, with which they take it back whenever they want."),
    )
    field_order = ("shown", "is_minor", "relation", "given_by", "email")  # before what it agrees to


class RenewForm(TermsForm):
    """That whoever agreed has agreed anew. A page may have one for each consent."""

    def __init__(self, data: Any = None, files: Any = None, *, of: Consent) -> None:
        initial = {name: getattr(of, name) for name in ("for_site", "for_print", "for_social")}
        super().__init__(data, files, auto_id=f"renew-{of.pk}-%s", initial=initial)


class StopForm(forms.Form):
    """Why something is taken down."""

    reason = forms.CharField(label=_("Why?"), max_length=500, widget=forms.Textarea({"rows": 2}))


class CaptionsForm(forms.Form):
    """What is said in a video, in a language."""

    language = forms.ChoiceField(label=_("Language of what is said"), choices=LANGUAGES)
    captions = forms.FileField(
        label=_("Captions"),
        widget=forms.FileInput({"accept": ".vtt,.srt,text/vtt"}),
        help_text=_("A file in WebVTT or SubRip, as programs that write captions save it."),
    )


class VideoForm(forms.Form):
    """A new video: a file, or the address of one."""

    title = forms.CharField(label=_("Title"), max_length=LONGEST_TITLE)
    url = forms.CharField(
        label=_("Address of the video"),
        required=False,
        max_length=500,
        widget=forms.URLInput({"inputmode": "url"}),
        help_text=_(
            "At YouTube, Vimeo, a PeerTube server or anywhere else. Readers go there only when they choose to."
        ),
    )
    file = forms.FileField(
        label=_("Or the video itself"),
        required=False,
        widget=forms.FileInput({"accept": "video/mp4,video/quicktime"}),
        help_text=_("MP4 or MOV with H.264, at most five minutes."),
    )
    text = forms.CharField(
        label=_("What is seen and heard"),
        required=False,
        max_length=10000,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("For those who do not see or hear it."),
    )
    language = forms.ChoiceField(label=_("Language of these words"), choices=LANGUAGES, required=False)
    people = forms.ChoiceField(
        label=_("Who can be recognised?"),
        choices=Media.People.choices,
        initial=Media.People.UNKNOWN,
        widget=forms.RadioSelect,
    )


class AreaForm(forms.Form):
    """A part of a picture, in percent."""

    x = forms.FloatField(label=_("From the left, in %"), min_value=0, max_value=100, required=False)
    y = forms.FloatField(label=_("From the top, in %"), min_value=0, max_value=100, required=False)
    width = forms.FloatField(label=_("Width, in %"), min_value=0, max_value=100, required=False)
    height = forms.FloatField(label=_("Height, in %"), min_value=0, max_value=100, required=False)

    def clean(self) -> dict[str, Any]:
        """All four, or none."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        given = [data.get(name) is not None for name in ("x", "y", "width", "height")]
        if any(given) and not all(given) and not self.errors:
            raise ValidationError(_("Write all four numbers of this area, or none."))
        return data


AreaFormSet = forms.formset_factory(AreaForm, extra=MOST_AREAS, max_num=MOST_AREAS, absolute_max=MOST_AREAS)


def areas_of(formset: Any) -> list[Area]:
    """The areas that were drawn or written."""
    rows = (form.cleaned_data for form in formset)
    return [
        Area(row["x"], row["y"], row["width"], row["height"])
        for row in rows
        if row.get("width") and row.get("height") and row.get("x") is not None and row.get("y") is not None
    ]
