"""Forms of conversations."""

from typing import Any, cast

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from allcity.site.accounts.models import User
from allcity.site.cities.models import City
from allcity.site.conversations.domain import LONGEST_TITLE
from allcity.site.conversations.models import Post, Thread
from allcity.site.conversations.models.threads import LONGEST_TEXT
from allcity.site.conversations.moderation.reasons import Reasons, in_words
from allcity.site.conversations.people import find_by_name, to_mention

ADVICE = _("Name no student, and nothing by which one could be known.")


class PersonChoice(forms.ModelChoiceField):
    """People by name, never by mail address."""

    def label_from_instance(self, person: Any) -> str:
        return str(person.get_full_name())


class TextForm(forms.Form):
    """A text, and the language that it is in."""

    text = forms.CharField(
        label=_("What do you want to say?"),
        help_text=ADVICE,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    language = forms.ChoiceField(label=_("Language of your text"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast(forms.ChoiceField, self.fields["language"])
        field.choices = [
            (code, get_language_info(code)["name_local"].capitalize()) for code, _name in settings.LANGUAGES
        ]
        field.initial = get_language()


class PostForm(TextForm):
    """A post: the text, the post that it answers, and one person who is told in particular."""

    quoted = forms.ModelChoiceField(
        Post.objects.none(), to_field_name="public_id", required=False, widget=forms.HiddenInput
    )
    mentioned = PersonChoice(
        User.objects.none(),
        label=_("Who should hear of it at once?"),
        help_text=_("They get a mail. Others you can name in your text with an @ before the full name."),
        empty_label=_("nobody in particular"),
        required=False,
    )
    field_order = ("text", "mentioned", "language", "quoted")

    def __init__(self, *args: Any, thread: Thread, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = _("Your answer") if thread.last_post_at else _("What do you want to say?")
        people = to_mention(thread, user)
        mentioned = cast(PersonChoice, self.fields["mentioned"])
        mentioned.queryset = User.objects.filter(pk__in=[person.pk for person in people])
        mentioned.choices = [("", str(mentioned.empty_label)), *((one.pk, one.get_full_name()) for one in people)]
        cast(forms.ModelChoiceField, self.fields["quoted"]).queryset = Post.objects.listed_for(user).filter(
            thread=thread
        )
        if not people:
            del self.fields["mentioned"]


class StartForm(TextForm):
    """A new conversation about an open topic."""

    title = forms.CharField(label=_("What is it about?"), max_length=LONGEST_TITLE)
    audience = forms.ChoiceField(
        label=_("Who may read it?"),
        help_text=_("This cannot be changed later."),
        widget=forms.RadioSelect,
        choices=[
            (Thread.Audience.MEMBERS, _("Members: everybody with a role in this city")),
            (Thread.Audience.PUBLIC, _("Everybody, without signing in. Your name stands beside your words")),
            (Thread.Audience.CIRCLE, _("Only those whom you name below")),
        ],
    )
    circle = forms.CharField(
        label=_("With whom?"),
        help_text=_(
            "Each on a line of its own: full names of members, or names of schools and organizations, for whoever "
            "looks after them. They are told."
        ),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    field_order = ("title", "text", "audience", "circle", "language")

    def __init__(self, *args: Any, city: City, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.city = city
        self.initial.setdefault("audience", Thread.Audience.MEMBERS)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        names = [name.strip() for name in cleaned.get("circle", "").splitlines() if name.strip()]
        found = find_by_name(self.city, names)
        if cleaned.get("audience") == Thread.Audience.CIRCLE and not names:
            self.add_error("circle", _("Name at least one person, school or organization."))
        for name, alike in found.unknown.items():
            self.add_error("circle", _unknown(name, alike))
        cleaned |= {"users": found.users, "places": found.places}
        return cleaned


def _unknown(name: str, alike: list[str]) -> ValidationError:
    if alike:
        words = _now("“%(name)s” is nobody here. Did you mean %(alike)s?")
        return ValidationError(words % {"name": name, "alike": _now(" or ").join(alike)})
    return ValidationError(_now("“%(name)s” is nobody here, or several. Write the full name.") % {"name": name})


class ReportForm(forms.Form):
    reason = forms.CharField(
        label=_("What is wrong with it?"),
        help_text=_("The city's coordinators read this. The author does not learn who wrote it."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class DecisionForm(forms.Form):
    """Why something is to be changed or taken down: a usual reason, or words of one's own, or both."""

    usual = forms.ChoiceField(
        label=_("A usual reason"), required=False, help_text=_("The author reads it in their language.")
    )
    reason = forms.CharField(
        label=_("A word to the author"),
        help_text=_("If you take it down, say why. The author reads it."),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, data: Any = None, *, reasons: Reasons) -> None:
        super().__init__(data)
        self.reasons = reasons
        cast(forms.ChoiceField, self.fields["usual"]).choices = [("", _("none of these")), *reasons.items()]

    def why(self, language: str) -> str:
        """What the author reads, in their language."""
        said = self.cleaned_data
        return in_words(self.reasons, said.get("usual", ""), said.get("reason", ""), language)


class EscalationForm(forms.Form):
    """Why somebody of the staff of the site should look."""

    why = forms.CharField(label=_("What should they know?"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class AnswerForm(forms.Form):
    text = forms.CharField(
        label=_("What should the coordinators know?"),
        help_text=_("You can answer once. They look at it again, and that decision stands."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
