"""Forms of sessions: one line for one that was held, a plan, what is changed in planned ones, and a spreadsheet."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from allcity.site.directory.forms.fields import day
from allcity.site.directory.words import DAYS
from allcity.site.needs.models import Need
from allcity.site.needs.survey.reminding import today_in
from allcity.site.partnerships.delivering.checks import Entry
from allcity.site.partnerships.delivering.queries import Choices
from allcity.site.partnerships.models import Session, Side
from allcity.site.partnerships.parties import Party

_YES, _NO = "yes", "no"
_TEACHER = [("", gettext_lazy("not said")), (_YES, gettext_lazy("yes")), (_NO, gettext_lazy("no"))]
_VALUES = {_YES: True, _NO: False, "": None}


def _number(label: Any, **attributes: Any) -> dict[str, Any]:
    return {"label": label, "widget": forms.NumberInput(attrs={"inputmode": "decimal", **attributes})}


class EntryForm(forms.Form):
    """What one session was. What there is one of is not asked, and what was told last is filled in."""

    date = day(gettext_lazy("Day"))
    hours = forms.FloatField(**_number(gettext_lazy("Hours"), step="any", min="0"))
    students = forms.IntegerField(required=False, **(_number(gettext_lazy("Students"), min="0") | {"localize": False}))
    amount = forms.FloatField(required=False, **_number(gettext_lazy("Items or teachers"), step="any", min="0"))
    certified_teacher = forms.ChoiceField(
        label=gettext_lazy("Certified teacher there"), choices=_TEACHER, required=False
    )
    party = forms.ChoiceField(label=gettext_lazy("For whom do you say it?"))
    school = forms.ChoiceField(label=gettext_lazy("School"), required=False)
    organization = forms.ChoiceField(label=gettext_lazy("Organization"), required=False)
    contribution = forms.ChoiceField(label=gettext_lazy("What was given"))

    def __init__(self, data: Any = None, *, choices: Choices, like: Session | None = None, **more: Any) -> None:
        self.choices = choices
        super().__init__(data, **more)
        today = today_in(choices.partnership.city)
        self.initial = {"date": today, **(_said(like) if like else {}), **self.initial}
        self.fields["date"].widget.attrs |= {"max": today.isoformat()}
        if not choices.asks_teacher:
            del self.fields["certified_teacher"]
        if not choices.amounts:
            del self.fields["amount"]
        elif len(choices.amounts) == 1:
            self.fields["amount"].label = str(dict(Need.Unit.choices)[next(iter(choices.amounts))]).capitalize()
        self._choose("party", [(str(party.public_id), party.name) for party in choices.logging])
        nowhere = [("", _("at no single school"))] if choices.can_be_nowhere and choices.schools else []
        self._choose("school", [*nowhere, *((str(one.public_id), one.name) for one in choices.schools)])
        self._choose("organization", [(str(one.public_id), one.name) for one in choices.organizations])
        self._choose("contribution", choices.contributions)

    def _choose(self, name: str, choices: Sequence[tuple[str, str]]) -> None:
        if len(choices) > 1:
            self.fields[name].choices = choices  # type: ignore[attr-defined] # a field of choices
        else:
            del self.fields[name]

    def party_named(self) -> Party:
        """The party for which it is said."""
        chosen = self.cleaned_data.get("party")
        return next(party for party in self.choices.logging if chosen in (None, "", str(party.public_id)))

    def entry(self) -> Entry:
        """What was said. A school's own account is of the school itself, an organization's of what it gave itself."""
        said, choices, party = self.cleaned_data, self.choices, self.party_named()
        schools = {str(one.public_id): one for one in choices.schools}
        organizations = {str(one.public_id): one for one in choices.organizations}
        school = schools.get(said.get("school") or "")
        if school is None and len(schools) == 1 and "school" not in self.fields:
            school = choices.schools[0]
        organization = organizations.get(said.get("organization") or "") or choices.organizations[0]
        place: Any = party.place
        return Entry(
            date=said["date"],
            hours=said["hours"],
            contribution=said.get("contribution") or choices.contributions[0][0],
            organization=place if party.side == Side.ORGANIZATION else organization,
            school=place if party.side == Side.SCHOOL else school,
            students=said.get("students"),
            amount=said.get("amount"),
            certified_teacher=_VALUES[said.get("certified_teacher") or ""],
        )


class LogForm(EntryForm):
    """A session that was held. `another` is asked only where the day has one already."""

    another = forms.BooleanField(label=gettext_lazy("Yes, this is another one"), required=False)


class ChangeForm(EntryForm):
    """A session said anew, with the time at which the version was told that is on the page."""

    seen = forms.DateTimeField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, choices: Choices, session: Session) -> None:
        super().__init__(data, choices=choices, initial={**_said(session), "date": session.date})
        self.initial["seen"] = session.told_at.isoformat()


class PlanForm(EntryForm):
    """Sessions on certain days of the week."""

    days = forms.MultipleChoiceField(
        label=gettext_lazy("On which days of the week?"), choices=DAYS.items(), widget=forms.CheckboxSelectMultiple
    )
    last_day = day(gettext_lazy("Last day"))
    every_weeks = forms.TypedChoiceField(
        label=gettext_lazy("How often?"),
        choices=[
            (1, gettext_lazy("every week")),
            (2, gettext_lazy("every other week")),
            (4, gettext_lazy("every fourth week")),
        ],
        coerce=int,
        initial=1,
    )
    field_order = ("party", "school", "organization", "contribution", "days", "date", "last_day", "every_weeks")

    def __init__(self, data: Any = None, *, choices: Choices, like: Session | None = None) -> None:
        super().__init__(data, choices=choices, like=like)
        partnership = choices.partnership
        first = self.fields["date"]
        first.label = _("First day")
        first.widget.attrs.pop("max", None)
        self.fields["students"].label = _("Students expected")
        self.fields.pop("certified_teacher", None)
        end = partnership.end_date or partnership.planned_end_date
        today = today_in(partnership.city)
        self.initial["date"] = max(today, partnership.start_date)
        self.initial["last_day"] = end if end and end > today else None


class PlannedForm(forms.Form):
    """One planned session that took place, with what differs from the plan."""

    took_place = forms.BooleanField(label=gettext_lazy("Took place"), required=False)
    hours = forms.FloatField(**_number(gettext_lazy("Hours"), step="any", min="0"))
    students = forms.IntegerField(required=False, **_number(gettext_lazy("Students"), min="0"))
    certified_teacher = forms.ChoiceField(
        label=gettext_lazy("Certified teacher there"), choices=_TEACHER, required=False
    )

    def __init__(self, data: Any = None, *, session: Session, asks_teacher: bool) -> None:
        self.session = session
        super().__init__(
            data, prefix=f"s{session.pk}", initial={**_said(session), "took_place": True}, use_required_attribute=False
        )
        if not asks_teacher:
            del self.fields["certified_teacher"]

    def numbers(self) -> dict[str, Any]:
        """What is said of it."""
        found = {name: self.cleaned_data[name] for name in ("hours", "students")}
        if "certified_teacher" in self.fields:
            found["certified_teacher"] = _VALUES[self.cleaned_data["certified_teacher"]]
        return found


def planned_forms(data: Any, sessions: Iterable[Session], *, asks_teacher: bool) -> list[PlannedForm]:
    """A form for each planned session."""
    return [PlannedForm(data, session=session, asks_teacher=asks_teacher) for session in sessions]


class FileForm(forms.Form):
    """A spreadsheet of sessions."""

    party = forms.ChoiceField(label=gettext_lazy("For whom do you say it?"))
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("CSV or XLSX, with the columns of the template. It is looked through first."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx"}),
    )

    def __init__(self, data: Any = None, files: Any = None, *, choices: Choices) -> None:
        super().__init__(data, files)
        self.parties = {str(party.public_id): party for party in choices.logging}
        if len(self.parties) > 1:
            self.fields["party"].choices = [(key, party.name) for key, party in self.parties.items()]  # type: ignore[attr-defined] # a field of choices
        else:
            del self.fields["party"]

    def party_named(self) -> Party:
        """The party for which it is said."""
        return self.parties[self.cleaned_data.get("party") or next(iter(self.parties))]


def tell(form: forms.Form, faults: Mapping[str, Any]) -> None:
    """Say on a form what is wrong; what it has no field for stands above it."""
    for name, words in faults.items():
        form.add_error(name if name in form.fields else None, words)


def _said(session: Session) -> dict[str, Any]:
    return {
        "hours": f"{session.hours:g}" if session.hours is not None else None,
        "students": session.students,
        "amount": session.amount,
        "certified_teacher": {True: _YES, False: _NO, None: ""}[session.certified_teacher],
        "school": str(session.school.public_id) if session.school else "",
        "organization": str(session.organization.public_id),
        "contribution": session.contribution,
    }
