"""Forms of commitments and of the city's plan."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from allcity.site.accounts.models import User
from allcity.site.action import readings
from allcity.site.action.committing import words
from allcity.site.action.committing.checks import LONGEST_DETAILS, LONGEST_TITLE, LONGEST_WORDS
from allcity.site.action.committing.phases import Transition
from allcity.site.action.committing.queries import GONE, MINE, owners_of
from allcity.site.action.models import Commitment
from allcity.site.cities.models import City, Role
from allcity.site.cities.places import Place, all_places
from allcity.site.cities.rules import Person, is_coordinator, is_member
from allcity.site.conversations.people import name_of
from allcity.site.directory.rules import places_of
from allcity.site.needs.ledger.words import title_of
from allcity.site.needs.models import Need

Choices = list[tuple[str, str]]


def _day() -> forms.DateInput:
    return forms.DateInput({"type": "date"}, format="%Y-%m-%d")


def tell(form: forms.BaseForm, error: ValidationError) -> None:
    """Show every refusal at its field, or above the form where it has none."""
    for one in error.error_list:
        form.add_error(one.code if one.code in form.fields else None, ValidationError(one.messages))


class CommitmentFilter(forms.Form):
    """What a list is narrowed to; it stands in the address. A choice that there is not any more is left out."""

    q = forms.CharField(label=gettext_lazy("Words in it"), required=False, max_length=100)
    state = forms.ChoiceField(label=gettext_lazy("How far it is"), required=False)
    section = forms.ChoiceField(label=gettext_lazy("Section"), required=False)
    owner = forms.ChoiceField(label=gettext_lazy("Who answers for it"), required=False)
    overdue = forms.BooleanField(label=gettext_lazy("Only what is overdue"), required=False)

    def __init__(self, data: Any, *, city: City, user: Person, places: Mapping[UUID, Place]) -> None:
        super().__init__(data, auto_id="filter_%s")
        fields: Any = self.fields
        states = [("at_work", _("agreed or in work")), *Commitment.State.choices]
        if not user.is_authenticated:
            states = [choice for choice in states if choice[0] != Commitment.State.PROPOSED]
        people = [(f"person-{each.pk}", name_of(each)) for each in owners_of(city, user)]
        named = sorted(((f"place-{key}", place.name) for key, place in places.items()), key=lambda pair: pair[1])
        mine = [(MINE, _("I do"))] if user.is_authenticated else []
        nobody = [("nobody", _("nobody yet"))]
        if is_member(user, city):
            nobody.append((GONE, _("nobody since the person left")))
        fields["state"].choices = [("", _("all")), *states]
        fields["section"].choices = [("", _("all")), *words.section_choices(city), ("none", _("no section"))]
        fields["owner"].choices = [("", _("all")), *mine, *people, *named, *nobody]
        self.full_clean()

    @property
    def chosen(self) -> dict[str, str]:
        """What is chosen, by field."""
        return {name: str(value) for name, value in self.cleaned_data.items() if value}


class CommitmentForm(forms.Form):
    """A commitment. Members name themselves and what they look after; coordinators anybody, and who sees it."""

    title = forms.CharField(
        label=gettext_lazy("What is to be done?"),
        max_length=LONGEST_TITLE,
        help_text=gettext_lazy("One thing that somebody can do, and say of that it is done."),
    )
    details = forms.CharField(
        label=gettext_lazy("More about it"),
        required=False,
        max_length=LONGEST_DETAILS,
        widget=forms.Textarea({"rows": 4}),
        help_text=gettext_lazy("Name no student: everybody may read this once it is public."),
    )
    section = forms.ChoiceField(
        label=gettext_lazy("To which section of the self-examination does it belong?"), required=False
    )
    owner = forms.ChoiceField(label=gettext_lazy("Which person answers for it?"), required=False)
    place = forms.ChoiceField(label=gettext_lazy("Which school or organization takes it on?"), required=False)
    due_on = forms.DateField(
        label=gettext_lazy("By when?"),
        required=False,
        widget=_day(),
        help_text=gettext_lazy("Whoever answers for it is reminded a week before, on the day, and a week after."),
    )
    need = forms.ChoiceField(label=gettext_lazy("Which need should it move?"), required=False)
    figure_id = forms.ChoiceField(
        label=gettext_lazy("Or which figure of the city should it move?"),
        required=False,
        help_text=gettext_lazy("What it says today is kept, and shown beside what it says in later years."),
    )
    strategy = forms.ChoiceField(label=gettext_lazy("Does it follow a strategy?"), required=False)
    is_public = forms.BooleanField(
        label=gettext_lazy("Everybody can see it"),
        required=False,
        help_text=gettext_lazy("The names of people are shown to members of the city alone."),
    )

    def __init__(
        self,
        data: Any = None,
        *,
        city: City,
        user: User,
        commitment: Commitment | None = None,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        self.city, self.user, self.commitment = city, user, commitment
        keeps = is_coordinator(user, city)
        given = dict(initial or {})
        if commitment:
            given = {
                **{name: getattr(commitment, name) for name in ("title", "details", "section", "due_on", "strategy")},
                "is_public": commitment.is_public,
                "figure_id": commitment.figure_id,
                "owner": str(commitment.owner_id or ""),
                "place": str(commitment.place or ""),
                "need": str(commitment.need.public_id) if commitment.need else "",
            }
        super().__init__(data, initial=given)
        self._needs = {str(need.public_id): need for need in _needs(city, given.get("need", ""))}
        self._people = {str(each.pk): each for each in _people(city, user, commitment, everybody=keeps)}
        choices: dict[str, Choices] = {
            "section": words.section_choices(city),
            "owner": [(key, name_of(each)) for key, each in self._people.items()],
            "place": _places(city, user, commitment, everywhere=keeps),
            "need": [(key, f"{title_of(city, need)}, {need.year}") for key, need in self._needs.items()],
            "figure_id": readings.choices(city),
            "strategy": words.strategy_choices(city),
        }
        fields: Any = self.fields
        for name, found in choices.items():
            now = str(given.get(name) or "")
            if commitment and now and now not in dict(found):  # it is there no more, and stays until it is changed
                found = [*found, (now, _gone(commitment, name, city))]
            fields[name].choices = [("", _("not said")), *found]
            if not found:
                del fields[name]
        if not keeps:
            del fields["is_public"]

    def said(self) -> dict[str, Any]:
        """What was filled in, as the domain takes it."""
        typed = dict(self.cleaned_data)
        if "owner" in typed:
            typed["owner"] = self._people.get(typed["owner"]) or (
                self.commitment.owner if self.commitment and typed["owner"] else None
            )
        if "place" in typed:
            typed["place"] = UUID(typed["place"]) if typed["place"] else None
        if "need" in typed:
            typed["need"] = self._needs.get(typed["need"])
        if self.commitment and typed.get("figure_id") == self.commitment.figure_id:
            typed.pop("figure_id", None)
        return typed


def _needs(city: City, chosen: str) -> Iterator[Need]:
    """Needs that are not closed, the newest years first, and the one that is chosen already."""
    rows = Need.objects.of(city).select_related("school", "district").order_by("-year", "school__name", "pk")
    for need in rows:
        need.city = city
        if need.state != Need.State.CLOSED or str(need.public_id) == chosen:
            yield need


def _people(city: City, user: User, commitment: Commitment | None, *, everybody: bool) -> list[User]:
    members = User.objects.filter(memberships__city=city, is_active=True).distinct()
    if not everybody:
        members = members.filter(pk__in={user.pk, (commitment and commitment.owner_id) or user.pk})
    return list(members.order_by("last_name", "first_name", "pk"))


def _places(city: City, user: User, commitment: Commitment | None, *, everywhere: bool) -> Choices:
    found = [*all_places(city, Role.MANAGER), *all_places(city, Role.LIAISON)]
    if not everywhere:
        own = {*places_of(user, city), commitment.place if commitment else None}
        found = [place for place in found if place.public_id in own]
    return [(str(place.public_id), place.name) for place in found]


def _gone(commitment: Commitment, name: str, city: City) -> str:
    match name:
        case "owner":
            return _("%(name)s (no longer in the city)") % {"name": words.owner_name(commitment)}
        case "section":
            return words.section_title(city, commitment.section)
        case "place":
            return _("as it is now (no longer in the directory)")
        case "figure_id":
            return commitment.figure_id
        case _:
            return str(getattr(commitment, name))


class StepForm(forms.Form):
    """The words that a step takes."""

    words = forms.CharField(max_length=LONGEST_WORDS, widget=forms.Textarea({"rows": 4}))

    def __init__(self, data: Any = None, *, step: Transition) -> None:
        super().__init__(data)
        self.fields["words"].label = str(step.asks)
        self.fields["words"].required = step.needs_words


class MilestoneForm(forms.Form):
    """A step on the way."""

    title = forms.CharField(label=gettext_lazy("A step on the way"), max_length=LONGEST_TITLE)
    due_on = forms.DateField(label=gettext_lazy("By when?"), required=False, widget=_day())


class PlanForm(forms.Form):
    """What everybody reads of the city's plan."""

    is_public = forms.BooleanField(
        label=gettext_lazy("Everybody can read the plan"),
        required=False,
        help_text=gettext_lazy("It shows the commitments that are ticked below, and the strategies that were chosen."),
    )
    opening = forms.CharField(
        label=gettext_lazy("Opening words"),
        required=False,
        max_length=LONGEST_DETAILS,
        widget=forms.Textarea({"rows": 6}),
    )
    shown = forms.MultipleChoiceField(
        label=gettext_lazy("Commitments that everybody can see"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("What is only proposed is shown once it is agreed to."),
    )

    def __init__(self, data: Any = None, *, commitments: list[Commitment], initial: Mapping[str, Any]) -> None:
        super().__init__(data, initial=dict(initial))
        fields: Any = self.fields
        fields["shown"].choices = [(str(each.public_id), each.title) for each in commitments]
        if not commitments:
            del fields["shown"]


class StrategiesForm(forms.Form):
    """The strategies of a section: which of them the city follows, and why."""

    def __init__(self, data: Any = None, *, offered: list[words.StrategyShown], chosen: Mapping[str, str]) -> None:
        super().__init__(data)
        self.offered = offered
        for each in offered:
            self.fields[f"{each.id}-chosen"] = forms.BooleanField(
                label=_("The city follows this"), required=False, initial=each.id in chosen
            )
            self.fields[f"{each.id}-words"] = forms.CharField(
                label=_("Why, and how here?"),
                required=False,
                max_length=LONGEST_WORDS,
                widget=forms.Textarea({"rows": 2}),
                initial=chosen.get(each.id, ""),
            )

    def rows(self) -> list[tuple[words.StrategyShown, forms.BoundField, forms.BoundField]]:
        """Each strategy with its two fields."""
        return [(each, self[f"{each.id}-chosen"], self[f"{each.id}-words"]) for each in self.offered]

    def said(self) -> dict[str, str]:
        """The chosen strategies, each with why."""
        typed = self.cleaned_data
        return {each.id: typed[f"{each.id}-words"] for each in self.offered if typed[f"{each.id}-chosen"]}
