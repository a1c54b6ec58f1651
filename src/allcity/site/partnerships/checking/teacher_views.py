"""The pages behind a teacher's link: they need no account, and show what the teacher says and nothing else."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from allcity.site.needs.survey.reminding import today_in
from allcity.site.partnerships.checking import domain, queries, rounds
from allcity.site.partnerships.checking import growth as counting
from allcity.site.partnerships.checking import teachers as naming
from allcity.site.partnerships.checking.forms import CheckInForm
from allcity.site.partnerships.checking.views import growth_form, tell
from allcity.site.partnerships.models import Round, Teacher

GONE = 410


def _found(token: str) -> Teacher:
    rows = Teacher.objects.select_related("partnership__city", "school", "asked_by", "city")
    found: Teacher = get_object_or_404(rows, token=token)
    return found


def _over(request: HttpRequest, *, is_refused: bool = False) -> HttpResponse:
    return render(
        request,
        "partnerships/checking/teacher_over.html",
        {"is_refused": is_refused},
        status=200 if is_refused else GONE,
    )


@never_cache
def teacher(request: HttpRequest, token: str) -> HttpResponse:
    """A teacher checks in by the link: two minutes, without an account."""
    found = _found(token)
    if not naming.is_working(found):
        return _over(request)
    if request.method == "POST" and "not-me" in request.POST:
        naming.refuse_teacher(teacher=found)
        return _over(request, is_refused=True)
    partnership = found.partnership
    rounds.keep_rounds(partnership)
    one = _round(found)
    context: dict[str, Any] = {
        "teacher": found,
        "partnership": partnership,
        "city": partnership.city,
        "round": one,
    }
    if one is not None:
        said = queries.said_by_teacher(one, found)
        form = CheckInForm(
            request.POST if request.method == "POST" else None,
            partnership=partnership,
            goals=queries.goals_of(partnership, today_in(partnership.city)),
            for_school=True,
            said=said,
            version=said.version if said else 0,
        )
        if request.method == "POST" and form.is_valid():
            try:
                domain.teacher_checks_in(due=one, teacher=found, saying=form.saying(), version=form.version)
            except domain.CheckInConflictError as error:
                form.data = {**request.POST.dict(), "version": error.now.version if error.now else 0}
                form.add_error(None, error)
            except ValidationError as error:
                tell(form, error)
            else:
                messages.success(request, _("Thank you. You can change it by the same link for two weeks."))
                return redirect("check-in:teacher", token)
        context |= {"form": form, "said": said}
    return render(request, "partnerships/checking/teacher.html", context)


def _round(found: Teacher) -> Round | None:
    """The check-in that is asked for now: the one due first of those not answered, else what can still be changed."""
    today = today_in(found.partnership.city)
    near = [one for one in queries.rounds_of(found.partnership)[:5] if rounds.takes_teachers(one, today)]
    said = {one.pk: queries.said_by_teacher(one, found) for one in near}
    waiting = [one for one in near if said[one.pk] is None]
    if waiting:
        return waiting[-1]
    return next((one for one in near if (told := said[one.pk]) and domain.may_change(told)), None)


@never_cache
def growth(request: HttpRequest, token: str) -> HttpResponse:
    """A teacher counts how many students stand at each level of each goal."""
    found = _found(token)
    if not naming.is_working(found):
        return _over(request)
    partnership = found.partnership
    form = growth_form(request, partnership, found.school, shown=[found.school])
    if request.method == "POST" and form.is_valid():
        try:
            counting.count_growth(
                partnership=partnership,
                school=found.school,
                counts=form.counts(),
                by=counting.Counting(teacher=found),
            )
        except ValidationError as error:
            tell(form, error)
        else:
            messages.success(request, _("Counted. Thank you."))
            return redirect("check-in:teacher", token)
    context = {"teacher": found, "partnership": partnership, "city": partnership.city, "form": form}
    return render(request, "partnerships/checking/teacher_growth.html", context)
