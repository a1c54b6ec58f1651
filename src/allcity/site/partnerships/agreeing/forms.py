"""Forms of agreements: each part of one, a goal, a signature, how one ends, and who is in it."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from allcity.analysis.city import year_name
from allcity.site.cities.models import City, District
from allcity.site.directory.forms.fields import day
from allcity.site.directory.models import Organization, School
from allcity.site.directory.words import contribution_title, major, minor, minor_digits
from allcity.site.needs.matching.words import asked_for
from allcity.site.needs.models import PRESSING_FIRST, Need
from allcity.site.needs.survey.reminding import today_in
from allcity.site.partnerships.agreeing.domain import PARTS, Reason, part_of, seen_of
from allcity.site.partnerships.agreeing.domain.ending import LONGEST_WORDS
from allcity.site.partnerships.agreeing.terms import STANDARDS, standard_words
from allcity.site.partnerships.models import Agreement, Goal, Partnership, Setting
from allcity.site.partnerships.parties import Party

OWN = "own"
WEEKS = (
    (2, gettext_lazy("every 2 weeks")),
    (4, gettext_lazy("every 4 weeks")),
    (6, gettext_lazy("every 6 weeks")),
    (8, gettext_lazy("every 8 weeks")),
    (12, gettext_lazy("every 12 weeks, about once a term")),
    (26, gettext_lazy("every 26 weeks, twice a year")),
)
MOST_NEEDS = 100


def _long(label: Any, *, help_text: Any = "", rows: int = 4, longest: int = 1000) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=longest,
        required=False,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class PartForm(forms.Form):
    """A part of an agreement. It says which words its reader saw, so that two who write at once are told."""

    part: str
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, agreement: Agreement) -> None:
        self.agreement = agreement
        now = part_of(agreement, self.part)
        super().__init__(data, initial={**self.shown(now), "seen": seen_of(now)})
        self.prepare()

    def prepare(self) -> None:
        """Fill in what can be chosen."""

    def shown(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Values of the agreement as the form has them."""
        return dict(values)

    def values(self) -> dict[str, Any]:
        """What was written, as the agreement keeps it."""
        return {name: self.cleaned_data[name] for name in PARTS[self.part]}


class AboutForm(PartForm):
    part = "about"
    name = forms.CharField(label=gettext_lazy("What do you call it?"), max_length=300)
    contributions = forms.MultipleChoiceField(
        label=gettext_lazy("What does the partner give?"), widget=forms.CheckboxSelectMultiple, required=False
    )
    needs = forms.MultipleChoiceField(
        label=gettext_lazy("Which needs does it answer?"), widget=forms.CheckboxSelectMultiple, required=False
    )

    def prepare(self) -> None:
        partnership = self.agreement.partnership
        city = partnership.city
        codes = dict.fromkeys([*city.settings.framework.contributions, *partnership.contributions])
        _choose(self, "contributions", [(code, contribution_title(city, code)) for code in codes])
        needs = needs_of(city, partnership.schools.all(), partnership.districts.all(), partnership)
        _choose(self, "needs", needs)
        if not needs:
            del self.fields["needs"]

    def values(self) -> dict[str, Any]:
        values = {name: self.cleaned_data[name] for name in PARTS[self.part] if name in self.cleaned_data}
        return {**values, **({"needs": sorted(values["needs"])} if "needs" in values else {})}


class WhatForm(PartForm):
    part = "what"
    what = _long(
        gettext_lazy("What do you do together?"),
        help_text=gettext_lazy("For whom, with whom, what comes of it. Name no student."),
        rows=6,
        longest=2000,
    )
    setting = forms.ChoiceField(
        label=gettext_lazy("When and where?"), choices=Setting.choices, widget=forms.RadioSelect, required=False
    )
    start_date = day(gettext_lazy("First day"))
    end_date = day(
        gettext_lazy("Planned last day"),
        required=False,
        help_text=gettext_lazy("Before this day you look back together and decide how it goes on."),
    )
    schedule = _long(
        gettext_lazy("Days and times"), help_text=gettext_lazy("For example: Tuesdays and Thursdays, 10:00 to 10:45.")
    )


class RolesForm(PartForm):
    part = "roles"
    teaching_artist = _long(gettext_lazy("What does the teaching artist do?"))
    music_teacher = _long(
        gettext_lazy("What does the music teacher do?"),
        help_text=gettext_lazy("A partner adds to what the school's own teachers do, and takes nobody's place."),
    )
    classroom_teacher = _long(gettext_lazy("What does the classroom teacher do?"))


class SidesForm(PartForm):
    part = "sides"
    organization_gives = _long(gettext_lazy("What does the partner undertake?"), longest=2000)
    school_gives = _long(
        gettext_lazy("What does the school undertake?"),
        help_text=gettext_lazy("Room, instruments, time, who is there."),
        longest=2000,
    )
    money = forms.DecimalField(
        label=gettext_lazy("What does it cost in a year?"),
        min_value=0,
        max_digits=13,
        required=False,
        help_text=gettext_lazy("0 if it costs nothing. Leave it empty if nobody knows."),
    )
    funding_source = forms.CharField(label=gettext_lazy("Who pays?"), max_length=300, required=False)

    def prepare(self) -> None:
        currency = self._currency
        self.fields["money"].label = _("What does it cost in a year, in %(currency)s?") % {"currency": currency}
        self.fields["money"].widget.attrs["step"] = str(Decimal(1).scaleb(-minor_digits(currency)))

    @property
    def _currency(self) -> str:
        return self.agreement.currency or self.agreement.city.settings.city.currency

    def shown(self, values: Mapping[str, Any]) -> dict[str, Any]:
        money = values["money"]
        return {**values, "money": None if money is None else major(money, self._currency)}

    def values(self) -> dict[str, Any]:
        values = super().values()
        money = values["money"]
        return {**values, "money": None if money is None else minor(money, self._currency)}


class RhythmForm(PartForm):
    part = "rhythm"
    check_in_weeks = forms.TypedChoiceField(
        label=gettext_lazy("How often does each side say how it goes?"),
        help_text=gettext_lazy("Two minutes for each side. The teachers are asked too."),
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )

    def prepare(self) -> None:
        now = self.agreement.check_in_weeks
        weeks = list(WEEKS)
        if now and now not in dict(WEEKS):
            weeks = sorted([*weeks, (now, gettext_lazy("as it is now"))])
        _choose(self, "check_in_weeks", weeks)


class EndPartForm(PartForm):
    part = "end"
    hand_over = _long(gettext_lazy("What happens when it ends, and what stays?"), rows=6, longest=2000)


class TermsForm(PartForm):
    part = "terms"
    data_terms = _long(gettext_lazy("What is written down about students, and what never is?"), rows=6, longest=2000)
    photo_terms = _long(gettext_lazy("What holds for photos, sound and video?"), rows=6, longest=2000)


PART_FORMS: Mapping[str, type[PartForm]] = {
    form.part: form for form in (AboutForm, WhatForm, RolesForm, SidesForm, RhythmForm, EndPartForm, TermsForm)
}


class GoalForm(forms.Form):
    """A goal that both sides follow, and what it serves."""

    goal = forms.CharField(
        label=gettext_lazy("What do you want to reach?"),
        help_text=gettext_lazy("So that both can tell later how far you are: “Every student plays a tune by heart.”"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    goal_type = forms.ChoiceField(
        label=gettext_lazy("What does it serve?"), choices=Goal.Type.choices, widget=forms.RadioSelect, required=False
    )
    standard = forms.ChoiceField(
        label=gettext_lazy("Which standard of music does it follow?"),
        help_text=gettext_lazy("Codes of the National Core Arts Standards, in words of our own."),
        required=False,
    )
    own_standard = forms.CharField(
        label=gettext_lazy("A standard or goal of the city, in its own words"), max_length=100, required=False
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, *, now: Mapping[str, str] | None = None) -> None:
        initial: dict[str, Any] = {}
        if now:
            is_known = now["standard"] in STANDARDS or not now["standard"]
            initial = {**now, "seen": seen_of(now)}
            if not is_known:
                initial |= {"standard": OWN, "own_standard": now["standard"]}
        super().__init__(data, initial=initial)
        _choose(
            self,
            "standard",
            [("", _("none")), *((code, standard_words(code)) for code in STANDARDS), (OWN, _("another, see below"))],
        )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("standard") == OWN and not cleaned.get("own_standard"):
            self.add_error("own_standard", _("Write the standard, or choose one of the list."))
        return cleaned

    def values(self) -> dict[str, str]:
        """What the goal says, and what its reader saw."""
        said = self.cleaned_data
        own = said["own_standard"] if said["standard"] in (OWN, "") else said["standard"]
        return {"goal": said["goal"].strip(), "goal_type": said["goal_type"], "standard": " ".join(own.split())}


class SignForm(forms.Form):
    """A typed signature, to exactly the text that is shown."""

    party = forms.ChoiceField(label=gettext_lazy("For whom do you sign?"), widget=forms.RadioSelect)
    name = forms.CharField(
        label=gettext_lazy("Your full name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    function = forms.CharField(
        label=gettext_lazy("What you are there"),
        max_length=200,
        help_text=gettext_lazy("For example: principal, director."),
        widget=forms.TextInput(attrs={"autocomplete": "organization-title"}),
        required=False,
    )
    consent = forms.BooleanField(label=gettext_lazy("I have read it, I may sign it, and I agree to it."))
    fingerprint = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, parties: Sequence[Party], fingerprint: str) -> None:
        super().__init__(data, initial={"fingerprint": fingerprint})
        self.parties = {str(party.public_id): party for party in parties}
        if len(parties) > 1:
            _choose(self, "party", [(code, party.name) for code, party in self.parties.items()])
        else:
            del self.fields["party"]

    @property
    def chosen(self) -> Party:
        """The party for which it is signed."""
        return self.parties[self.cleaned_data.get("party") or next(iter(self.parties))]


class ReasonForm(forms.Form):
    """Why a partnership ends, is not begun, or is left."""

    reason = forms.ChoiceField(
        label=gettext_lazy("What is the reason?"),
        help_text=gettext_lazy("The others read it."),
        choices=Reason.choices,
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=gettext_lazy("In your own words"),
        help_text=gettext_lazy("The parties and the city's coordinators read it. Name no student."),
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
    )


class EndForm(ReasonForm):
    """The end of a partnership."""

    day = day(gettext_lazy("Which day was or is the last?"))
    field_order = ("day", "reason", "words")

    def __init__(self, data: Any = None, *, partnership: Partnership) -> None:
        super().__init__(data)
        self.initial["day"] = _last_day(partnership)


class LeaveForm(ReasonForm):
    """A party leaves."""

    party = forms.ChoiceField(label=gettext_lazy("Who leaves?"), widget=forms.RadioSelect)
    field_order = ("party", "reason", "words")

    def __init__(self, data: Any = None, *, parties: Sequence[Party]) -> None:
        super().__init__(data)
        _choose(self, "party", [(str(party.public_id), party.name) for party in parties])
        if len(parties) == 1:
            self.initial["party"] = str(parties[0].public_id)


class HandOverForm(forms.Form):
    """A partnership is carried on by the school."""

    day = day(gettext_lazy("From which day on does the school carry it on by itself?"))
    words = forms.CharField(
        label=gettext_lazy("What stays, and who carries it on?"),
        help_text=gettext_lazy("What the teachers do now, which instruments and materials stay, how students go on."),
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def __init__(self, data: Any = None, *, partnership: Partnership) -> None:
        super().__init__(data)
        self.initial["day"] = _last_day(partnership)


class BeginForm(forms.Form):
    """A partnership that a coordinator begins, for parties that found each other elsewhere."""

    organization = forms.ChoiceField(label=gettext_lazy("Which organization?"))
    asker = forms.ChoiceField(
        label=gettext_lazy("Which school or district?"),
        help_text=gettext_lazy("More organizations and schools can be added in a moment."),
    )
    contributions = forms.MultipleChoiceField(
        label=gettext_lazy("What does the partner give?"), widget=forms.CheckboxSelectMultiple, required=False
    )
    name = forms.CharField(
        label=gettext_lazy("What do they call it?"),
        help_text=gettext_lazy("If you leave it empty, it is called by their names."),
        max_length=300,
        required=False,
    )

    def __init__(self, data: Any = None, *, city: City) -> None:
        super().__init__(data)
        self.organizations, schools, districts = (_places(city, model) for model in (Organization, School, District))
        self.askers = {**schools, **districts}
        _choose(self, "organization", [("", _("choose")), *_names(self.organizations)])
        grouped = [(_("Schools"), _names(schools)), (_("Districts"), _names(districts))]
        _choose(self, "asker", [("", _("choose")), *(each for each in grouped if each[1])])
        codes = city.settings.framework.contributions
        _choose(self, "contributions", [(code, contribution_title(city, code)) for code in codes])

    def values(self) -> dict[str, Any]:
        """What `begin_without_proposal` takes."""
        said = self.cleaned_data
        places = [self.organizations[said["organization"]], self.askers[said["asker"]]]
        return {"places": places, "contributions": said["contributions"], "name": said["name"]}


class AddPartyForm(forms.Form):
    """One more party."""

    place = forms.ChoiceField(label=gettext_lazy("Whom do you want to add?"))

    def __init__(self, data: Any = None, *, city: City, taken: Sequence[Party]) -> None:
        super().__init__(data)
        there = {str(party.public_id) for party in taken}
        kinds = {_("Organizations"): Organization, _("Schools"): School, _("Districts"): District}
        found = {
            title: {code: place for code, place in _places(city, model).items() if code not in there}
            for title, model in kinds.items()
        }
        self.found = {code: place for places in found.values() for code, place in places.items()}
        grouped = [(title, _names(places)) for title, places in found.items() if places]
        _choose(self, "place", [("", _("choose")), *grouped])


def needs_of(
    city: City, schools: Iterable[School], districts: Iterable[District], partnership: Partnership
) -> list[tuple[str, str]]:
    """What some schools and districts ask for and nobody has closed, and what the partnership answers already."""
    rows = Need.objects.of(city).filter(school__in=schools) | Need.objects.of(city).filter(district__in=districts)
    rows = rows.exclude(state=Need.State.CLOSED) | Need.objects.of(city).filter(partnerships=partnership)
    found = rows.distinct().select_related("school", "district", "group").order_by("-year", PRESSING_FIRST, "pk")
    return [
        (
            str(need.public_id),
            f"{need.school or need.district}: {asked_for(city, need)}, {year_name(need.year)}",
        )
        for need in found[:MOST_NEEDS]
    ]


def _places(city: City, model: Any) -> dict[str, Any]:
    """The city's places of a kind by public id, by name."""
    return {str(place.public_id): place for place in model._default_manager.of(city).current().order_by("name", "pk")}


def _names(places: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(code, str(place)) for code, place in places.items()]


def _last_day(partnership: Partnership) -> Any:
    today = today_in(partnership.city)
    planned = partnership.planned_end_date
    return planned if planned and planned <= today else today


def _choose(form: forms.Form, name: str, choices: Sequence[tuple[Any, Any]]) -> None:
    form.fields[name].choices = choices  # type: ignore[attr-defined] # a field of choices


def tell_in(form: forms.Form, error: ValidationError) -> None:
    """Say what is wrong beside its field, where the form has that."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, found in error.error_dict.items():
        form.add_error(name if name in form.fields else None, found)
