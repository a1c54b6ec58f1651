"""Forms of briefs."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from allcity.site.action.briefing.words import LONGEST_TITLE, PARTS, TITLE
from allcity.site.action.models import Brief


class MakeForm(forms.Form):
    """For whom a brief is, and in which language."""

    audience = forms.ChoiceField(label=_("For whom is it?"), choices=Brief.Audience.choices, widget=forms.RadioSelect)
    language = forms.ChoiceField(label=_("In which language?"), choices=settings.LANGUAGES)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"language": get_language(), "audience": Brief.Audience.BOARD})


class WordsForm(forms.Form):
    """The words of a brief, part by part."""

    def __init__(self, data: Any = None, *, words: Mapping[str, str]) -> None:
        super().__init__(data, initial=dict(words))
        self.fields[TITLE] = forms.CharField(label=_("Title"), max_length=LONGEST_TITLE, required=False)
        for part in PARTS:
            self.fields[part.id] = forms.CharField(
                label=str(part.heading),
                help_text=str(part.help),
                max_length=part.longest,
                required=False,
                widget=forms.Textarea({"rows": 4}),
            )
