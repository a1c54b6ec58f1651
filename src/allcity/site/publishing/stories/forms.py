"""Forms of a story: three questions instead of an empty box, pictures and videos, and who agreed to be in them."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import get_language, gettext_lazy

from allcity.site.cities.models import City, Role
from allcity.site.cities.places import all_places
from allcity.site.partnerships.models import Partnership
from allcity.site.publishing.media.forms import tell
from allcity.site.publishing.models import Consent, Media, Story
from allcity.site.publishing.resources.forms import all_languages
from allcity.site.publishing.resources.words import terms
from allcity.site.publishing.stories.checks import LONGEST, Words

__all__ = ["tell"]
EXAMPLE_OF = ("section", "contribution", "participant")
UNSAID = ("", gettext_lazy("not said"))


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea({"rows": rows})


class WordsForm(forms.Form):
    """What somebody tells."""

    title = forms.CharField(
        label=gettext_lazy("A title"),
        max_length=LONGEST["title"],
        help_text=gettext_lazy("What you would call it if you told a friend."),
    )
    before = forms.CharField(
        label=gettext_lazy("How was it before?"), max_length=LONGEST["before"], required=False, widget=_area(3)
    )
    happened = forms.CharField(
        label=gettext_lazy("What happened?"),
        max_length=LONGEST["happened"],
        widget=_area(6),
        help_text=gettext_lazy("Who did what, where and when. Of children and young people write first names at most."),
    )
    now = forms.CharField(
        label=gettext_lazy("What is different now?"), max_length=LONGEST["now"], required=False, widget=_area(3)
    )
    language = forms.ChoiceField(
        label=gettext_lazy("In which language did you write it?"), help_text=gettext_lazy("Any language is welcome.")
    )
    shown_name = forms.CharField(
        label=gettext_lazy("Your name, as everybody reads it"),
        max_length=LONGEST["shown_name"],
        required=False,
        help_text=gettext_lazy("Leave it empty to tell it without a name."),
    )
    section = forms.ChoiceField(label=gettext_lazy("Which part of the Declaration is it about?"), required=False)
    contribution = forms.ChoiceField(label=gettext_lazy("What did partners bring?"), required=False)
    participant = forms.ChoiceField(label=gettext_lazy("Who tells it?"), required=False)
    place = forms.ChoiceField(label=gettext_lazy("At which school or organization?"), required=False)
    partnership = forms.ChoiceField(label=gettext_lazy("In which partnership?"), required=False)
    place_name = forms.CharField(label=gettext_lazy("City or town"), max_length=LONGEST["place_name"])
    region = forms.CharField(label=gettext_lazy("State or region"), max_length=LONGEST["region"], required=False)

    def __init__(self, data: Any = None, *, city: City | None, initial: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, initial={"language": get_language(), **(initial or {})})
        fields: Any = self.fields
        fields["language"].choices = all_languages()
        known = terms(city)
        for name, part in zip(EXAMPLE_OF, ("sections", "contributions", "audiences"), strict=True):
            fields[name].choices = [UNSAID, *known[part].items()]
        if city is None:
            del fields["place"], fields["partnership"]
            return
        del fields["place_name"], fields["region"]
        places = [
            (str(each.public_id), each.name) for role in (Role.LIAISON, Role.MANAGER) for each in all_places(city, role)
        ]
        fields["place"].choices = [UNSAID, *sorted(places, key=lambda pair: pair[1].casefold())]
        rows = Partnership.objects.of(city).public().order_by("-pk")[:200]
        fields["partnership"].choices = [UNSAID, *((str(row.public_id), str(row)) for row in rows)]

    @classmethod
    def of(cls, data: Any, story: Story) -> "WordsForm":
        """The form filled with what was told."""
        initial = {name: getattr(story, name) for name in cls.base_fields}
        for name in ("place", "partnership"):
            initial[name] = str(initial[name] or "")
        return WordsForm(data, city=story.city, initial=initial)

    def words(self) -> Words:
        """What was filled in, as the domain takes it."""
        said = {name: self.cleaned_data.get(name, "") for name in WordsForm.base_fields}
        for name in ("place", "partnership"):
            said[name] = UUID(said[name]) if said[name] else None
        return Words(**said)


class StoryForm(WordsForm):
    """A new story. `website` is a trap: people do not see it, programs that fill in all they find do."""

    email = forms.EmailField(
        label=gettext_lazy("Your mail address"),
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "email"}),
        help_text=gettext_lazy(
            "We send one link, to confirm that it is you, and to change your story later. It is never shown."
        ),
    )
    is_adult = forms.BooleanField(
        label=gettext_lazy("I am 18 or older"),
        help_text=gettext_lazy("We keep nothing about students. Whoever is younger can ask an adult to send it."),
        error_messages={"required": gettext_lazy("Ask an adult to send it for you.")},
    )
    website = forms.CharField(required=False, widget=forms.TextInput({"autocomplete": "off", "tabindex": "-1"}))

    def __init__(
        self,
        data: Any = None,
        *,
        city: City | None,
        is_known: bool = False,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data, city=city, initial=initial)
        if is_known:
            for name in ("email", "is_adult"):
                self.fields.pop(name)

    @property
    def is_trapped(self) -> bool:
        """Whether a program filled it in."""
        return bool(self.cleaned_data.get("website"))


class PeopleForm(forms.Form):
    """Who can be recognised."""

    people = forms.ChoiceField(
        label=gettext_lazy("Who can be recognised?"),
        choices=[choice for choice in Media.People.choices if choice[0] != Media.People.UNKNOWN],
        widget=forms.RadioSelect,
        help_text=gettext_lazy("By their face, their voice, a name on a shirt, or what you write."),
    )


class PictureForm(PeopleForm):
    """A picture."""

    file = forms.FileField(
        label=gettext_lazy("Picture"),
        widget=forms.FileInput({"accept": "image/jpeg,image/png,image/webp,image/heic"}),
        help_text=gettext_lazy("Where and when it was taken is removed from it before we keep it."),
    )
    description = forms.CharField(
        label=gettext_lazy("What does it show?"),
        max_length=255,
        help_text=gettext_lazy("For those who do not see it."),
    )
    caption = forms.CharField(
        label=gettext_lazy("A line below it"),
        max_length=300,
        help_text=gettext_lazy("Everybody reads it. Leave out names of children."),
    )
    credit = forms.CharField(label=gettext_lazy("Who took it?"), max_length=120, required=False)
    field_order = ("file", "description", "caption", "credit", "people")


class VideoForm(PeopleForm):
    """A video, as a file or as the address of one."""

    title = forms.CharField(label=gettext_lazy("Title of the video"), max_length=200)
    url = forms.CharField(
        label=gettext_lazy("Its address"),
        required=False,
        max_length=500,
        widget=forms.URLInput({"inputmode": "url"}),
        help_text=gettext_lazy("At YouTube, Vimeo or anywhere else. Readers go there only when they choose to."),
    )
    file = forms.FileField(
        label=gettext_lazy("Or the video itself"),
        required=False,
        widget=forms.FileInput({"accept": "video/mp4,video/quicktime"}),
        help_text=gettext_lazy("At most five minutes."),
    )
    text = forms.CharField(
        label=gettext_lazy("What is seen and heard?"),
        max_length=10000,
        widget=_area(4),
        help_text=gettext_lazy("For those who do not see or hear it."),
    )
    field_order = ("title", "url", "file", "text", "people")


class AgreedForm(forms.Form):
    """That somebody, or who is responsible for them, agreed to be shown on this site."""

    shown = forms.CharField(
        label=gettext_lazy("Who is shown?"),
        max_length=200,
        help_text=gettext_lazy("The name of an adult. For children, write no name: “eight students of grade 5”."),
    )
    is_minor = forms.BooleanField(label=gettext_lazy("Children or young people"), required=False)
    relation = forms.ChoiceField(label=gettext_lazy("Who agreed?"), choices=[UNSAID, *Consent.Relation.choices])
    given_by = forms.CharField(
        label=gettext_lazy("Name of who agreed"),
        max_length=200,
        help_text=gettext_lazy("Coordinators alone see it. It is never shown."),
    )
    email = forms.EmailField(
        label=gettext_lazy("Their mail address"),
        required=False,
        help_text=gettext_lazy("We send them one link, with which they take it back whenever they want."),
    )


class SearchForm(forms.Form):
    """What somebody looks for."""

    words = forms.CharField(label=gettext_lazy("Words"), required=False, max_length=100)
    section = forms.ChoiceField(label=gettext_lazy("Part of the Declaration"), required=False)
    contribution = forms.ChoiceField(label=gettext_lazy("What partners brought"), required=False)
    participant = forms.ChoiceField(label=gettext_lazy("Who tells it"), required=False)

    def __init__(self, data: Any = None, *, city: City | None) -> None:
        super().__init__(data)
        known, fields = terms(city), self.fields
        for name, part in zip(EXAMPLE_OF, ("sections", "contributions", "audiences"), strict=True):
            field: Any = fields[name]
            field.choices = [("", gettext_lazy("all")), *known[part].items()]
