"""The page behind the link of somebody who was asked to answer some questions: it needs no account."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from allcity.site.needs.models import Handover
from allcity.site.needs.survey import domain, helping
from allcity.site.needs.survey.errors import SurveyClosedError
from allcity.site.needs.survey.forms import StepForm
from allcity.site.needs.survey.sheet import Line, Sheet, sheet_of
from allcity.site.needs.survey.views import CLOSED

GONE = 410
MEANT = "survey-links"
"""Where a session notes which links somebody who is signed in has said to be meant for them."""


@never_cache
def help_with(request: HttpRequest, token: str) -> HttpResponse:
    """Answer the questions of a link, send them off, or say that the link is for somebody else."""
    related = ("reply__survey__city", "reply__school", "asked_by", "city")
    handover = get_object_or_404(Handover.objects.select_related(*related), token=token)
    survey, school = handover.reply.survey, handover.reply.school
    frame = {"handover": handover, "survey": survey, "school": school}
    if not handover.is_open or school.archived_at:
        return render(request, "needs/survey/help_over.html", frame, status=200 if handover.finished_at else GONE)
    if request.method == "POST" and "not-me" in request.POST:
        helping.refuse_help(handover=handover)
        return render(request, "needs/survey/help_over.html", {**frame, "is_refused": True})
    if request.method == "POST" and "in-place" in request.POST:
        request.session[MEANT] = [*request.session.get(MEANT, ()), handover.pk]
        return redirect("survey:help", token)
    if _is_somebody_else(request, handover):
        return render(request, "needs/survey/help_whose.html", frame)
    sheet = sheet_of(survey, school)
    form = StepForm(request.POST if request.method == "POST" else None, lines=_lines(handover, sheet), sheet=sheet)
    status = 200
    if request.method == "POST":
        try:
            saved = domain.save_answers(
                survey=survey, school=school, sayings=form.sayings(), handover=handover, confirm="send" in request.POST
            )
            if form.is_valid() and not saved.conflicts:
                return _saved(request, handover)
        except SurveyClosedError as error:
            form.add_error(None, error)
            status = CLOSED
        else:
            form.begin_anew([*saved.questions, *saved.conflicts], sheet_of(survey, school))
            form.tell_of(saved.conflicts)
    return render(request, "needs/survey/help.html", {**frame, "form": form, "sheet": sheet}, status=status)


def _lines(handover: Handover, sheet: Sheet) -> list[Line]:
    """The questions of the link that are still asked."""
    return [sheet.lines[question] for question in handover.questions if question in sheet.lines]


def _is_somebody_else(request: HttpRequest, handover: Handover) -> bool:
    """Whether somebody is signed in to whom the link was not sent, and who has not said that it is meant for them."""
    user = request.user
    if not user.is_authenticated or handover.pk in request.session.get(MEANT, ()):
        return False
    return not helping.is_meant_for(handover, user)


def _saved(request: HttpRequest, handover: Handover) -> HttpResponse:
    if "send" not in request.POST:
        messages.success(request, _("Saved. Come back with the same link, and send it when you are done."))
        return redirect("survey:help", handover.token)
    try:
        helping.finish_help(handover=handover)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    return redirect("survey:help", handover.token)
