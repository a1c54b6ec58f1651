"""What everybody reads of self-examinations: the list, a summary, its paper and its evidence; and how one goes, for members."""

import rules
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from allcity.analysis.city import year_name
from allcity.site.action import paper as papers
from allcity.site.action.examining import answering, documents, domain, paper_of, queries, seen, words
from allcity.site.action.examining.summary import summary_of
from allcity.site.action.models import Evidence, SelfExamination
from allcity.site.cities.models import City
from allcity.site.cities.pages import city_page
from allcity.site.needs.survey.reminding import today_in

VIEW, ANSWER, EXAMINE, RUN = "action.view", "action.answer", "action.examine", "action.run_examination"


def found(request: HttpRequest, city: City, year: int) -> SelfExamination:
    """The self-examination of a year, if the reader may see that it is. Raises Http404."""
    one: SelfExamination = get_object_or_404(SelfExamination.objects.for_user(request.user).of(city), year=year)
    one.city = city
    return one


def may(request: HttpRequest, city: City) -> dict[str, bool]:
    """What the reader may do about self-examinations of the city."""
    return {
        "may_answer": rules.has_perm(ANSWER, request.user, city),
        "may_examine": rules.has_perm(EXAMINE, request.user, city),
        "may_run": rules.has_perm(RUN, request.user, city),
    }


@city_page(VIEW)
@never_cache
@require_safe
def examinations(request: HttpRequest, city: City) -> HttpResponse:
    """Every self-examination that the reader may see, by year."""
    rows = [(row, year_name(row.year)) for row in queries.examinations(city, request.user)]
    return render(request, "action/examining/examinations.html", {"city": city, "rows": rows, **may(request, city)})


@city_page(VIEW, kept=True)
@require_safe
def examination(request: HttpRequest, city: City, year: int) -> HttpResponse:
    """The summary once it is published; before that, for members, how it goes."""
    one = found(request, city, year)
    context = {"city": city, "examination": one, "year_name": year_name(year), **may(request, city)}
    if one.published_at:
        response = render(
            request, "action/examining/summary.html", {**context, "summary": summary_of(one, is_public=True)}
        )
    else:
        user = request.user
        mine = answering.respondent_of(one, user) if user.is_authenticated else None
        heard = words.heard_lines(city, seen.heard(one))
        context |= {
            "mine": mine,
            "states": [(each, words.title_of(each.section)) for each in queries.section_states(one)],
            "handed_in": seen.handed_in(one),
            "not_heard": words.not_heard(heard),
        }
        response = render(request, "action/examining/overview.html", context)
    if request.user.is_authenticated:
        add_never_cache_headers(response)
    return response


@city_page(VIEW)
@require_safe
def paper(request: HttpRequest, city: City, year: int) -> HttpResponse:
    """The summary as PDF; before it is published for the team alone."""
    one = found(request, city, year)
    if not one.published_at and not rules.has_perm(EXAMINE, request.user, city):
        raise Http404
    summary = summary_of(one, is_public=True)
    name = _("Self-examination %(city)s %(year)s") % {"city": city.display_name(), "year": year_name(year)}
    return papers.answer(paper_of.pdf_of(summary), name)


@city_page(VIEW)
@never_cache
@require_safe
def evidence(request: HttpRequest, city: City, year: int, evidence: str) -> HttpResponse:
    """A document, as a download; before the summary is published for the team alone."""
    one = found(request, city, year)
    row: Evidence = get_object_or_404(one.evidence.filter(kind=Evidence.Kind.DOCUMENT), public_id=evidence)
    if not one.published_at and not rules.has_perm(EXAMINE, request.user, city):
        raise Http404
    try:
        return documents.download(row)
    except FileNotFoundError as error:
        raise Http404 from error


def years(city: City) -> tuple[list[int], int]:
    """The years for which one may be opened, and this school year."""
    return domain.years_to_open(city), domain.school_year(today_in(city))
