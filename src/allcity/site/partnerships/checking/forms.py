"""The forms of check-ins, of naming a teacher, of growth, and of students."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from allcity.site.directory.models import School
from allcity.site.partnerships.checking import words
from allcity.site.partnerships.checking.domain import Saying
from allcity.site.partnerships.checking.queries import Said
from allcity.site.partnerships.checking.questions import COMMUNICATION, GROWTH, PROGRESS, VOICE, face
from allcity.site.partnerships.models import Goal, Partnership, Setting, Teacher

_LONGEST = 1000


def _levels(levels: Mapping[int, Any]) -> list[tuple[str, Any]]:
    return [(str(level), _capital(text)) for level, text in levels.items()]


def _capital(text: Any) -> Any:
    told = str(text)
    return told[:1].upper() + told[1:]


class CheckInForm(forms.Form):
    """Two minutes: how far each goal has come, how the sides speak with each other, and a few words. All may be left out."""

    use_required_attribute = False

    def __init__(
        self,
        data: Any = None,
        *,
        partnership: Partnership,
        goals: Iterable[Goal],
        for_school: bool,
        said: Said | None = None,
        version: int = 0,
    ) -> None:
        super().__init__(data)
        self.goals = list(goals)
        not_yet = [("", _("I cannot tell yet"))]
        for goal in self.goals:
            self.fields[f"goal-{goal.pk}"] = forms.TypedChoiceField(
                label=goal.goal,
                choices=[*_levels(PROGRESS), *not_yet],
                coerce=int,
                empty_value=None,
                required=False,
                widget=forms.RadioSelect,
                initial=said.progress.get(goal.pk, "") if said else "",
            )
        self.fields["communication"] = forms.TypedChoiceField(
            label=_("How do you speak with each other?"),
            choices=[*_levels(COMMUNICATION), *not_yet],
            coerce=int,
            empty_value=None,
            required=False,
            widget=forms.RadioSelect,
            initial=(said.first.communication or "") if said else "",
        )
        asked = words.asked(school=for_school)
        if not (for_school and partnership.setting == Setting.OUT_OF_SCHOOL):
            asked.pop("serves")
        for name, label in asked.items():
            self.fields[name] = forms.CharField(
                label=label,
                required=False,
                max_length=_LONGEST,
                widget=forms.Textarea(attrs={"rows": 2}),
                initial=getattr(said.first, name) if said else "",
            )
        self.fields["version"] = forms.IntegerField(widget=forms.HiddenInput, required=False, initial=version)

    @property
    def version(self) -> int:
        return self.cleaned_data.get("version") or 0

    def saying(self) -> Saying:
        """What was said."""
        given = self.cleaned_data
        progress = {goal.pk: level for goal in self.goals if (level := given.get(f"goal-{goal.pk}")) is not None}
        texts = {name: given[name].strip() for name in words.asked(school=True) if name in given}
        return Saying(progress=progress, communication=given.get("communication"), **texts)


class TeacherForm(forms.Form):
    """Naming a teacher. The name and address serve the link alone."""

    school = forms.ModelChoiceField(School.objects.none(), label=gettext_lazy("School"), empty_label=None)
    kind = forms.ChoiceField(
        label=gettext_lazy("Who it is"),
        choices=Teacher.Kind.choices,
        widget=forms.RadioSelect,
        initial=Teacher.Kind.MUSIC,
    )
    name = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    email = forms.EmailField(
        label=gettext_lazy("Mail address"),
        max_length=254,
        help_text=gettext_lazy("The link goes there. It is forgotten when the teacher leaves or the partnership ends."),
    )

    def __init__(self, data: Any = None, *, schools: list[School]) -> None:
        super().__init__(data)
        field: Any = self.fields["school"]
        field.queryset = School.objects.filter(pk__in=[school.pk for school in schools]).order_by("name")
        if len(schools) == 1:
            field.initial = schools[0]
            field.widget = forms.HiddenInput()


class GrowthForm(forms.Form):
    """How many students stand at each level of each goal. A goal of which all is left empty is not counted."""

    use_required_attribute = False

    def __init__(
        self, data: Any = None, *, goals: Iterable[Goal], counts: Mapping[int, Mapping[int, int | None]]
    ) -> None:
        super().__init__(data)
        self.goals = list(goals)
        for goal in self.goals:
            for level, text in GROWTH.items():
                self.fields[self._name(goal, level)] = forms.IntegerField(
                    label=_capital(text),
                    required=False,
                    min_value=0,
                    max_value=100_000,
                    initial=counts.get(goal.pk, {}).get(level),
                    widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "short", "autocomplete": "off"}),
                )

    @staticmethod
    def _name(goal: Goal, level: int) -> str:
        return f"goal-{goal.pk}-{level}"

    @property
    def parts(self) -> list[tuple[Goal, list[forms.BoundField]]]:
        """The fields by goal."""
        return [(goal, [self[self._name(goal, level)] for level in GROWTH]) for goal in self.goals]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        for goal in self.goals:
            names = [self._name(goal, level) for level in GROWTH]
            empty = [name for name in names if given.get(name) is None and name not in self.errors]
            if 0 < len(empty) < len(names):
                for name in empty:
                    self.add_error(name, _("Write 0 where there is nobody."))
        return given

    def counts(self) -> dict[int, dict[int, int]]:
        """Students by goal and level, of the goals that were counted."""
        found = {}
        for goal in self.goals:
            levels = {level: self.cleaned_data.get(self._name(goal, level)) for level in GROWTH}
            if None not in levels.values():
                found[goal.pk] = levels
        return found  # type: ignore[return-value] # no level is None


class VoiceReplyForm(forms.Form):
    """What a student answers. Everything may be left out; nothing is written in words."""

    use_required_attribute = False

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        for question in VOICE:
            self.fields[question.id] = forms.TypedChoiceField(
                label=question.text,
                choices=[
                    (str(level), format_html("{} {}", face(level), text) if question.faces else text)
                    for level, text in question.levels.items()
                ],
                coerce=int,
                empty_value=None,
                required=False,
                widget=forms.RadioSelect,
            )

    def reply(self) -> dict[str, int]:
        """The level chosen for each question that was answered."""
        return {question.id: level for question in VOICE if (level := self.cleaned_data.get(question.id)) is not None}


class OpenVoiceForm(forms.Form):
    """Opening a form for the students of a school, or of all schools together."""

    school = forms.ChoiceField(label=gettext_lazy("Whose students"))

    def __init__(self, data: Any = None, *, schools: list[School | None]) -> None:
        super().__init__(data)
        self._schools = {str(school.public_id) if school else "all": school for school in schools}
        field: Any = self.fields["school"]
        field.choices = [
            (key, school.name if school else _("all students of this partnership"))
            for key, school in self._schools.items()
        ]

    def chosen(self) -> School | None:
        return self._schools[self.cleaned_data["school"]]
