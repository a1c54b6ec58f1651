"""Forms of the day of a session: signing in, and noting what was decided."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from allcity.site.accounts.models import User
from allcity.site.action import participants
from allcity.site.action.committing.forms import CommitmentForm
from allcity.site.action.convening.forms import area
from allcity.site.action.meeting.attending import LONGEST_NAME
from allcity.site.action.meeting.domain import LONGEST_DECISION
from allcity.site.action.models import AgendaItem, PlanningSession


class HereForm(forms.Form):
    """Who somebody is who comes in."""

    name = forms.CharField(
        label=gettext_lazy("Your name"),
        help_text=gettext_lazy("Those who run the session see it, and nobody else. After a year it is forgotten."),
        max_length=LONGEST_NAME,
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    participant = forms.ChoiceField(
        label=gettext_lazy("Who are you in the music life of the city?"),
        help_text=gettext_lazy("It is counted, so that everybody sees who is still missing."),
        required=False,
    )

    def __init__(self, data: Any = None, *, session: PlanningSession) -> None:
        super().__init__(data)
        field: Any = self.fields["participant"]
        field.choices = [("", _("choose")), *participants.choices(session.city)]


class AtDoorForm(HereForm):
    """Somebody who came without having been asked, as those at the door note them."""

    def __init__(self, data: Any = None, *, session: PlanningSession) -> None:
        super().__init__(data, session=session)
        self.fields["name"].label = _("Name")
        self.fields["participant"].label = _("Who they are")
        for field in self.fields.values():
            field.help_text = ""


class ItsCommitmentForm(CommitmentForm):
    """What makes a commitment of a decision: its words are there already."""

    field_order: tuple[str, ...] = ("owner", "place", "due_on", "figure_id", "need", "section", "is_public")

    def __init__(self, data: Any = None, *, session: PlanningSession, user: User, section: str = "") -> None:
        super().__init__(data, city=session.city, user=user, initial={"section": section or session.section})
        for name in ("title", "details", "strategy"):
            self.fields.pop(name, None)


class DecideForm(ItsCommitmentForm):
    """A decision, and in the same step what is to be done about it."""

    text = forms.CharField(
        label=gettext_lazy("What was decided?"),
        help_text=gettext_lazy("One thing at a time, in a sentence. Name no student."),
        max_length=LONGEST_DECISION,
        widget=area(3),
    )
    item = forms.ModelChoiceField(
        label=gettext_lazy("At which point?"),
        queryset=AgendaItem.objects.none(),
        required=False,
        empty_label=gettext_lazy("besides the agenda"),
    )
    commits = forms.BooleanField(
        label=gettext_lazy("Make it a commitment"),
        help_text=gettext_lazy("It stands among the city's commitments at once, with who answers for it and the day."),
        required=False,
        initial=True,
    )
    field_order = ("text", "item", "commits", *ItsCommitmentForm.field_order)

    def __init__(self, data: Any = None, *, session: PlanningSession, user: User) -> None:
        super().__init__(data, session=session, user=user)
        field: Any = self.fields["item"]
        field.queryset = session.agenda.all()

    def said(self) -> dict[str, Any]:
        """What `domain.decide` takes."""
        typed = super().said()
        told = {name: typed.pop(name) for name in ("text", "item")}
        return {**told, "commitment": typed if typed.pop("commits") else None}


class TextForm(forms.Form):
    """The words of a decision."""

    text = forms.CharField(label=gettext_lazy("What was decided?"), max_length=LONGEST_DECISION, widget=area(4))
