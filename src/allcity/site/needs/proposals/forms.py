"""Forms of proposals: offering or asking, suggesting what comes next, saying no, and what it takes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from allcity.analysis.city import year_name
from allcity.site.cities.models import City
from allcity.site.directory.forms.fields import day
from allcity.site.directory.models import Organization, Program, School
from allcity.site.needs.matching.words import asked_for
from allcity.site.needs.models import Bring, Need, Proposal, Side
from allcity.site.needs.proposals.domain import DAYS_TO_ANSWER, FEWEST_DAYS, LONGEST_LINE, MOST_DAYS, MOST_STUDENTS
from allcity.site.needs.survey.reminding import today_in

LONGEST_WORDS = 2000
_BY_THE_FIGURES = "school"


@dataclass(frozen=True)
class Occasion:
    """Between whom a proposal could be, and about what: what the address says, and what is the person's own."""

    city: City
    sides: Sequence[Side]
    organizations: Sequence[Organization]
    needs: Sequence[Need] = ()
    schools: Sequence[School] = ()
    programs: Sequence[Program] = ()
    is_by_figures: bool = False
    """Whether it is about a school, and no need of it is named."""

    @property
    def abouts(self) -> list[tuple[str, str]]:
        """What it can be about: each need, and for each school what it needs by the figures."""
        several = len({*self.schools, *(need.school for need in self.needs)}) > 1
        named: list[tuple[str, School | None, Need | None]] = [
            *((str(need.public_id), need.school, need) for need in self.needs),
            *((f"{_BY_THE_FIGURES}:{school.slug}", school, None) for school in self.schools),
        ]
        return [
            (
                code,
                f"{school}: {asked_for(self.city, need)}" if several else self._words(need),
            )
            for code, school, need in named
        ]

    @property
    def begins_with(self) -> str:
        """What is chosen at first."""
        return self.abouts[-1 if self.is_by_figures else 0][0]

    def _words(self, need: Need | None) -> str:
        asked = asked_for(self.city, need)
        return f"{asked}, {year_name(need.year)}" if need else asked

    def find(self, about: str) -> tuple[Need | None, School | None]:
        """The need, or else the school, that a choice of `abouts` means."""
        kind, _colon, slug = about.partition(":")
        if kind == _BY_THE_FIGURES:
            return None, next(school for school in self.schools if school.slug == slug)
        need = next(need for need in self.needs if need.public_id == UUID(about))
        return need, need.school


class ProposeForm(forms.Form):
    """An offer or a request. What the address says already is not asked."""

    side = forms.ChoiceField(
        label=gettext_lazy("For whom do you ask?"), choices=Side.choices, widget=forms.RadioSelect, required=True
    )
    organization = forms.TypedChoiceField(label=gettext_lazy("Which organization?"), coerce=int)
    about = forms.ChoiceField(label=gettext_lazy("What is it about?"))
    program = forms.TypedChoiceField(
        label=gettext_lazy("With which program?"), coerce=int, empty_value=None, required=False
    )
    amount = forms.IntegerField(
        label=gettext_lazy("For how many students?"), min_value=1, max_value=MOST_STUDENTS, required=False
    )
    brings = forms.MultipleChoiceField(
        label=gettext_lazy("What can you bring?"),
        help_text=gettext_lazy("What nobody brings yet, you settle together."),
        choices=Bring.What.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    text = forms.CharField(
        label=gettext_lazy("In your own words"),
        help_text=gettext_lazy("It opens your conversation. Only the two sides read it. Name no student."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=LONGEST_WORDS,
        required=False,
    )
    reply_due_on = day(gettext_lazy("Until when do you hope for an answer?"))

    def __init__(self, data: Any = None, *, occasion: Occasion) -> None:
        self.occasion = occasion
        super().__init__(data)
        today = today_in(occasion.city)
        self.initial["reply_due_on"] = today + timedelta(days=DAYS_TO_ANSWER)
        due = self.fields["reply_due_on"]
        due.help_text = _("In %(least)s to %(most)s days.") % {"least": FEWEST_DAYS, "most": MOST_DAYS}
        due.widget.attrs |= {
            "min": (today + timedelta(days=FEWEST_DAYS)).isoformat(),
            "max": (today + timedelta(days=MOST_DAYS)).isoformat(),
        }
        abouts = occasion.abouts
        self.initial["about"] = occasion.begins_with
        self._choose("side", [(side.value, side.label) for side in occasion.sides])
        self._choose("organization", [(each.pk, each.name) for each in occasion.organizations])
        self._choose("about", abouts)
        if len(occasion.programs) > 1:
            self._choose("program", [("", _("none in particular")), *((one.pk, one.name) for one in occasion.programs)])
        else:
            del self.fields["program"]
        needs = occasion.needs if not occasion.schools else ()
        if needs and all(need.unit != Need.Unit.STUDENTS for need in needs):
            del self.fields["amount"]

    def _choose(self, name: str, choices: Sequence[tuple[Any, Any]]) -> None:
        """Ask for one of several; what there is one of is not asked."""
        if len(choices) > 1:
            self.fields[name].choices = choices  # type: ignore[attr-defined] # a field of choices
        else:
            del self.fields[name]

    def values(self) -> dict[str, Any]:
        """What `domain.propose` takes."""
        said, occasion = self.cleaned_data, self.occasion
        organizations = {each.pk: each for each in occasion.organizations}
        need, school = occasion.find(said.get("about") or occasion.abouts[0][0])
        programs = {each.pk: each for each in occasion.programs}
        chosen = programs.get(said.get("program") or 0)
        return {
            "side": Side(said.get("side") or occasion.sides[0]),
            "organization": organizations[said.get("organization") or occasion.organizations[0].pk],
            "need": need,
            "school": school,
            "program": chosen or (occasion.programs[0] if len(occasion.programs) == 1 else None),
            "amount": said.get("amount"),
            "text": said["text"],
            "brings": said["brings"],
            "reply_due_on": said["reply_due_on"],
        }


class NextStepForm(forms.Form):
    """What comes next, and when."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What should come next?"), choices=Proposal.NextStep.choices, widget=forms.RadioSelect
    )
    on = day(gettext_lazy("On which day?"))
    text = forms.CharField(
        label=gettext_lazy("Where, when, and whatever else they should know"),
        help_text=gettext_lazy("It goes into your conversation."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=LONGEST_WORDS,
        required=False,
    )

    def __init__(self, data: Any = None, *, proposal: Proposal) -> None:
        super().__init__(data)
        self.fields["on"].widget.attrs["min"] = today_in(proposal.city).isoformat()
        self.initial["kind"] = proposal.next_step or Proposal.NextStep.TALK


class EndForm(forms.Form):
    """A no, with its reason."""

    reason = forms.ChoiceField(
        label=gettext_lazy("What is the reason?"),
        help_text=gettext_lazy("The other side reads it, and the city learns why needs stay open."),
        choices=[choice for choice in Proposal.Reason.choices if choice[0] != Proposal.Reason.NO_ANSWER],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=gettext_lazy("For the coordinators, in a few words"),
        help_text=gettext_lazy("Only coordinators and your side read it."),
        max_length=LONGEST_LINE,
        required=False,
    )
    text = forms.CharField(
        label=gettext_lazy("A kind word to the other side"),
        help_text=gettext_lazy("It goes into your conversation."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=LONGEST_WORDS,
        required=False,
    )


class BringForm(forms.Form):
    """One of the things that it takes."""

    who = forms.ChoiceField(label=gettext_lazy("Who brings it?"), widget=forms.RadioSelect, required=False)
    text = forms.CharField(
        label=gettext_lazy("In a few words"),
        help_text=gettext_lazy("Which days and hours, which room, how many instruments. Name no student."),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=LONGEST_LINE,
        required=False,
    )
    is_settled = forms.BooleanField(label=gettext_lazy("This is settled"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, bring: Bring) -> None:
        super().__init__(
            data,
            initial={"who": bring.who, "text": bring.text, "is_settled": bring.is_settled, "version": bring.version},
        )
        names = {side.value: str(bring.proposal.place_of(side)) for side in Side}
        choices = [(code, names.get(code, label)) for code, label in Bring.Who.choices]
        self.fields["who"].choices = [*choices, ("", _("still open"))]  # type: ignore[attr-defined] # a field of choices


class CityFilter(forms.Form):
    """What the list of all is narrowed to. Its values stand in the address; one that there is not any more is left out."""

    state = forms.ChoiceField(
        label=gettext_lazy("How far it is"),
        choices=[
            ("", gettext_lazy("all")),
            *Proposal.State.choices,
            ("nobody", gettext_lazy("nobody there to answer")),
        ],
        required=False,
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data, auto_id="filter_%s")
        self.full_clean()

    @property
    def chosen(self) -> str:
        """The state that is chosen; empty where none is."""
        return str(self.cleaned_data.get("state") or "")
