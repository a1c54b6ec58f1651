"""Adding a program, or new dates of one, in small steps. What was said so far waits in the session."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from allcity.site.cities.models import City
from allcity.site.cities.pages import city_page
from allcity.site.directory import domain
from allcity.site.directory.forms.base import RecordForm
from allcity.site.directory.forms.offerings import TermsForm, WhenForm, WhereForm, WhoForm
from allcity.site.directory.forms.records import ContributionsForm, ProgramNameForm
from allcity.site.directory.models import Offering, Organization, Program
from allcity.site.directory.queries.histories import field_label, in_words
from allcity.site.directory.views.editing import show_form
from allcity.site.directory.views.finding import address, find_record, go_to, person, way_to

OF_A_PROGRAM = {
    "name": (gettext_lazy("Name"), ProgramNameForm),
    "gives": (gettext_lazy("What it gives"), ContributionsForm),
}
OF_AN_OFFERING = {
    "where": (gettext_lazy("Where"), WhereForm),
    "when": (gettext_lazy("When"), WhenForm),
    "who": (gettext_lazy("Who"), WhoForm),
    "terms": (gettext_lazy("Fee and help"), TermsForm),
}
CHECK = "check"


@city_page("directory.look_after")
def step(request: HttpRequest, city: City, kind: str, slug: str, step: str) -> HttpResponse:
    """One step: a form, or at the end everything that was said, to be saved. "I don't know the dates yet" ends it early."""
    parent = find_record(request, city, kind, slug, "directory.change")
    steps: dict[str, Any] = {Organization: OF_A_PROGRAM | OF_AN_OFFERING, Program: OF_AN_OFFERING}.get(type(parent), {})
    if parent.archived_at or (step not in steps and step != CHECK) or not steps:
        raise Http404
    draft = Draft(request, parent, steps)
    if step == CHECK:
        return _check(request, draft)
    form = draft.form(step, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        draft.keep(step, request.POST)
        if "finish" in request.POST and step in OF_A_PROGRAM:
            draft.forget(OF_AN_OFFERING)
            return redirect(draft.address(CHECK))
        return redirect(draft.address(draft.after(step)))
    return show_form(
        request,
        draft.city,
        form,
        title=draft.title,
        way=[*way_to(parent), (str(parent), address(parent))],
        steps=[(label, name == step) for name, (label, _form) in steps.items()],
        may_finish=step == list(OF_A_PROGRAM)[-1],
        stepwise=True,
    )


class Draft:
    """What somebody has said so far of a new program or offering under a record, by step as it was sent."""

    def __init__(self, request: HttpRequest, parent: Any, steps: dict[str, Any]) -> None:
        self.session, self.parent, self.steps, self.city = request.session, parent, steps, parent.city
        self.key = f"new-under-{parent.public_id}"
        self.said: dict[str, str] = self.session.get(self.key, {})

    @property
    def title(self) -> str:
        text = _("A new program of %(name)s") if isinstance(self.parent, Organization) else _("New dates of %(name)s")
        return text % {"name": self.parent}

    def form(self, step: str, data: Any = None) -> RecordForm:
        """The form of a step, holding what was sent now or before."""
        if data is None and step in self.said:
            data = QueryDict(self.said[step])
        form: RecordForm = self.steps[step][1](data, city=self.city)
        return form

    def keep(self, step: str, data: QueryDict) -> None:
        said = data.copy()
        said.pop("csrfmiddlewaretoken", None)
        said.pop("finish", None)
        self.said = {**self.said, step: said.urlencode()}
        self.session[self.key] = self.said

    def forget(self, steps: Any) -> None:
        self.said = {name: data for name, data in self.said.items() if name not in steps}
        self.session[self.key] = self.said

    def after(self, step: str) -> str:
        names = [*self.steps, CHECK]
        return names[names.index(step) + 1]

    def address(self, step: str) -> str:
        return reverse("city:add-under", args=[self.city.slug, self.parent.TABLE, self.parent.slug, step])

    def forms(self) -> dict[str, RecordForm]:
        """The form of each step that was answered; none of an offering where a program ends without dates."""
        return {name: self.form(name) for name in self.steps if name in self.said}

    def unanswered(self, forms: dict[str, RecordForm]) -> str:
        """The first step that needs an answer; empty when all is said."""
        dated = not isinstance(self.parent, Organization) or bool(forms.keys() & OF_AN_OFFERING.keys())
        for name in self.steps:
            needed = dated or name in OF_A_PROGRAM
            if needed and (name not in forms or not forms[name].is_valid()):
                return name
        return ""


def _check(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Everything that was said, and saving it."""
    forms = draft.forms()
    missing = draft.unanswered(forms)
    if missing:
        return redirect(draft.address(missing))
    if request.method == "POST":
        record = _save(draft, forms, request)
        del request.session[draft.key]
        messages.success(request, _("“%(name)s” is in the directory now.") % {"name": record})
        return go_to(record)
    told = []
    for name, (label, _form) in draft.steps.items():
        if name in forms:
            model = Program(city=draft.city) if name in OF_A_PROGRAM else Offering(city=draft.city)
            values = forms[name].values()
            place = forms[name].new_place() if isinstance(forms[name], WhereForm) else {}  # type: ignore[attr-defined] # the form of that step
            lines = [(field_label(model, field), in_words(model, field, value)) for field, value in values.items()]
            if place:
                lines.append((field_label(Offering, "location"), ", ".join(filter(None, place.values()))))
            told.append((label, draft.address(name), lines))
    context = {"city": draft.city, "title": draft.title, "told": told, "parent": draft.parent}
    way = [*way_to(draft.parent), (str(draft.parent), address(draft.parent))]
    return render(request, "directory/check.html", {**context, "way": way})


@transaction.atomic
def _save(draft: Draft, forms: dict[str, RecordForm], request: HttpRequest) -> Any:
    def values(steps: Any) -> dict[str, Any]:
        return {field: value for name in steps if name in forms for field, value in forms[name].values().items()}

    program = draft.parent
    if isinstance(program, Organization):
        program = domain.add_program(organization=program, values=values(OF_A_PROGRAM), user=person(request))
    if "where" not in forms:
        return program
    said = values(OF_AN_OFFERING)
    place = forms["where"].new_place()  # type: ignore[attr-defined] # the form of that step
    if place:
        said["location"] = domain.add_location(city=draft.city, values=place, user=person(request))
    domain.add_offering(program=program, values=said, user=person(request))
    return program
