"""Forms with which people are asked to a session, and with which they answer."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from allcity.site.accounts.models import User
from allcity.site.action import participants
from allcity.site.action.convening import inviting, words
from allcity.site.action.convening.forms import area
from allcity.site.action.models import Invitee, PlanningSession, PollAnswer, PollDate
from allcity.site.cities.models import Role
from allcity.site.cities.places import all_places

# --- People ---


class MembersForm(forms.Form):
    """Members of the city by name."""

    users = forms.MultipleChoiceField(label=gettext_lazy("Members of the city"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, data: Any = None, *, session: PlanningSession) -> None:
        super().__init__(data)
        there = session.invitees.exclude(user=None).values("user")
        people = User.objects.filter(memberships__city=session.city, is_active=True).exclude(pk__in=there).distinct()
        field: Any = self.fields["users"]
        field.choices = [
            (str(each.pk), each.get_full_name())
            for each in people.order_by("last_name", "first_name", "pk")
            if each.get_full_name()
        ]

    def people(self) -> list[User]:
        """Those who were chosen."""
        return list(User.objects.filter(pk__in=self.cleaned_data["users"]))


class GroupForm(forms.Form):
    """A whole group."""

    group = forms.ChoiceField(label=gettext_lazy("Everybody who is …"))

    def __init__(self, data: Any = None, *, session: PlanningSession) -> None:
        super().__init__(data)
        field: Any = self.fields["group"]
        field.choices = group_choices(session)


def group_choices(session: PlanningSession) -> list[tuple[str, Any]]:
    """The groups that can be asked, by what makes them one."""
    city = session.city
    found: list[tuple[str, Any]] = [("", _("choose")), (inviting.EVERYBODY, _("in the city, whatever their role"))]
    if session.thread:
        found.append((inviting.THREAD, _("following the conversation from which this came")))
    found.append((_("By role"), [(f"{inviting.ROLE}:{role}", label) for role, label in Role.choices]))
    found.append(
        (_("By type of participant"), [(f"{inviting.TYPE}:{id_}", title) for id_, title in participants.choices(city)])
    )
    for role, label in ((Role.LIAISON, _("Of a school")), (Role.MANAGER, _("Of an organization"))):
        places = [(f"{inviting.PLACE}:{place.public_id}", place.name) for place in all_places(city, role)]
        if places:
            found.append((label, places))
    return found


class MailForm(forms.Form):
    """People without an account."""

    lines = forms.CharField(
        label=gettext_lazy("Mail addresses, one on each line"),
        help_text=gettext_lazy("A name may stand after a comma: kim@example.org, Kim Keys."),
        max_length=40_000,
        widget=area(5),
    )
    participant = forms.ChoiceField(label=gettext_lazy("Who they are"), required=False)

    def __init__(self, data: Any = None, *, session: PlanningSession) -> None:
        super().__init__(data)
        field: Any = self.fields["participant"]
        field.choices = [("", _("not known")), *participants.choices(session.city)]


# --- Answers ---


class AnswerForm(forms.Form):
    """Whether somebody comes, and what they need."""

    comes = forms.ChoiceField(
        label=gettext_lazy("Do you come?"),
        choices=[("yes", gettext_lazy("Yes")), ("no", gettext_lazy("No"))],
        widget=forms.RadioSelect,
    )
    name = forms.CharField(
        label=gettext_lazy("Your name"),
        help_text=gettext_lazy("Those who run the session see it, and nobody else."),
        required=False,
        max_length=200,
    )
    participant = forms.ChoiceField(label=gettext_lazy("Who are you in the music life of the city?"), required=False)
    asks = forms.CharField(
        label=gettext_lazy("What do you need to take part?"),
        help_text=gettext_lazy(
            "Interpretation, childcare, access, a ride. Those who run the session see it; 30 days after it, it is forgotten."
        ),
        required=False,
        max_length=1000,
        widget=area(2),
    )

    def __init__(self, data: Any = None, *, invitee: Invitee) -> None:
        comes = {"declined": "no", "coming": "yes", "waiting": "yes"}.get(invitee.state)
        super().__init__(
            data,
            # A link may be forwarded: nobody reads behind it whom it was sent to.
            initial={"comes": comes, "participant": invitee.participant, "asks": invitee.asks},
        )
        field: Any = self.fields["participant"]
        field.choices = [("", _("choose")), *participants.choices(invitee.session.city)]
        if invitee.user_id:
            del self.fields["name"]

    def said(self) -> dict[str, Any]:
        """What `answering.answer` takes."""
        told = {name: self.cleaned_data[name] for name in ("participant", "asks")}
        if name := self.cleaned_data.get("name"):
            told["name"] = name
        return {"comes": self.cleaned_data["comes"] == "yes", **told}


class PollForm(forms.Form):
    """Which dates suit somebody."""

    asks = AnswerForm.base_fields["asks"]

    def __init__(self, data: Any = None, *, invitee: Invitee, answers: dict[int, str]) -> None:
        super().__init__(data, initial={"asks": invitee.asks})
        session = invitee.session
        rows: Iterable[PollDate] = session.dates.all()
        for row in rows:
            self.fields[f"date-{row.pk}"] = forms.ChoiceField(
                label=words.when(row.starts_at, row.ends_at, session),
                choices=PollAnswer.Suits.choices,
                required=False,
                initial=answers.get(row.pk),
                widget=forms.RadioSelect,
            )
        self.order_fields([*(name for name in self.fields if name != "asks"), "asks"])

    def answers(self) -> dict[int, str]:
        """What was answered, by the number of the date."""
        return {
            int(name.removeprefix("date-")): suits
            for name, suits in self.cleaned_data.items()
            if name.startswith("date-") and suits
        }
