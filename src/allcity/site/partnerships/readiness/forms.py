"""The form of something that a city asks for, and the form in which an organization says how it stands with it."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from allcity.site.directory.forms.fields import day
from allcity.site.partnerships.models import Readiness, Requirement, Setting
from allcity.site.partnerships.readiness.domain import Said, check, last_day
from allcity.site.partnerships.readiness.words import asked_in_months

MOST_MONTHS = 240
UNKNOWN = "unknown"
IN_ORDER = {"yes": True, "no": False, UNKNOWN: None}


class RequirementForm(forms.Form):
    """What the city asks for."""

    kind = forms.ChoiceField(label=gettext_lazy("What kind of thing is it?"), choices=Requirement.Kind.choices)
    title = forms.CharField(
        label=gettext_lazy("What is it called here?"),
        help_text=gettext_lazy("As people know it, such as the name of the form or of the office."),
        max_length=200,
    )
    months = forms.IntegerField(
        label=gettext_lazy("For how many months is it valid?"),
        help_text=gettext_lazy("Leave it empty for what does not run out."),
        min_value=1,
        max_value=MOST_MONTHS,
        required=False,
    )
    settings = forms.MultipleChoiceField(
        label=gettext_lazy("In which settings is it asked for?"),
        help_text=gettext_lazy("Choose none to ask for it everywhere."),
        choices=Setting.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    @classmethod
    def of(cls, requirement: Requirement, data: Any = None) -> "RequirementForm":
        """The form with what is asked for now."""
        return cls(
            data,
            initial={
                "kind": requirement.kind,
                "title": requirement.title,
                "months": requirement.months,
                "settings": requirement.settings,
            },
        )


class SaidForm(forms.Form):
    """How an organization stands with one requirement. The papers stay with whoever has them."""

    in_order = forms.ChoiceField(
        label=gettext_lazy("Is it in order?"),
        choices=[
            ("yes", gettext_lazy("In order")),
            ("no", gettext_lazy("Not yet")),
            (UNKNOWN, gettext_lazy("I don't know, or don't say")),
        ],
        widget=forms.RadioSelect,
    )
    valid_until = day(gettext_lazy("Valid until"), required=False)
    supervision = forms.ChoiceField(
        label=gettext_lazy("Who is with the students?"),
        choices=[
            *((one.value, one.label) for one in Readiness.Supervision if one.value),
            (UNKNOWN, Readiness.Supervision.UNKNOWN.label),
        ],
        widget=forms.RadioSelect,
    )

    def __init__(self, data: Any = None, *, requirement: Requirement, before: Readiness | None, today: date) -> None:
        self.requirement, self.before, self.today = requirement, before, today
        initial: dict[str, Any] = {"in_order": UNKNOWN, "supervision": UNKNOWN}
        if before:
            code = next(code for code, value in IN_ORDER.items() if value is before.in_order)
            initial = {
                "in_order": code,
                "valid_until": before.valid_until,
                "supervision": before.supervision or UNKNOWN,
            }
        super().__init__(data, prefix=f"r{requirement.pk}", initial=initial)
        until = self.fields["valid_until"]
        until.help_text = _("The day on which the first of your people's runs out.")
        if requirement.kind != Requirement.Kind.CLEARANCE:
            del self.fields["supervision"]
            until.help_text = asked_in_months(requirement)
        if latest := last_day(requirement, today):
            until.widget.attrs["max"] = latest.isoformat()
        else:
            del self.fields["valid_until"]

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                check(self.requirement, self.said(), self.before, self.today)
            except ValidationError as error:
                self.add_error(None, error)
        return said

    def said(self) -> Said:
        """What was said."""
        told = self.cleaned_data
        who = told.get("supervision", UNKNOWN)
        return Said(IN_ORDER[told["in_order"]], told.get("valid_until"), "" if who == UNKNOWN else who)

    def now(self) -> str:
        """What stands there now, in words, for somebody who wrote something else at the same time."""
        if self.before is None or self.before.in_order is None:
            return _("not said")
        if not self.before.in_order:
            return _("not yet in order")
        if self.before.valid_until is None:
            return _("in order")
        return _("in order until %(day)s") % {"day": date_format(self.before.valid_until, "DATE_FORMAT")}

    def differs(self) -> bool:
        """Whether something else was written than stands there now. Of a valid form."""
        told, before = self.said(), self.before
        if before is None:
            return told != Said(None)
        return told != Said(before.in_order, before.valid_until, before.supervision)
