"""What is read of a partnership to look back on a school year of it, and of what its parties make of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet

from allcity.analysis.city import year_dates, year_of
from allcity.site.accounts.models import User
from allcity.site.cities.models import City
from allcity.site.figures.models import Examination, SchoolFinding
from allcity.site.figures.queries import examined_years
from allcity.site.needs.survey.reminding import today_in
from allcity.site.partnerships.models import Answer, Delivery, Evaluation, Partnership, Review, View
from allcity.site.partnerships.parties import Party, parties

BEFORE_END = timedelta(days=60)
"""How long before the planned end parties look back, so that what follows can still be prepared."""
SETTLES_BEFORE = timedelta(days=30)
"""How long before the day that is due parties are asked."""


def years_of(partnership: Partnership) -> list[int]:
    """The school years of a partnership that can be looked back on, the newest first."""
    last = min(filter(None, (partnership.end_date, today_in(partnership.city))))
    return list(range(year_of(last), year_of(partnership.start_date) - 1, -1))


def year_to_show(partnership: Partnership) -> int | None:
    """The newest year whose figures are there; else the newest of the partnership; None before it begins."""
    years = years_of(partnership)
    examined = set(examined_years(partnership.city))
    return next((year for year in years if year in examined), years[0] if years else None)


def due_on(partnership: Partnership, year: int) -> date:
    """The day by which parties look back on a school year: 60 days before the planned end, else the end of June."""
    first, last = year_dates(year)
    end = partnership.planned_end_date
    return max(end - BEFORE_END, partnership.start_date) if end and first <= end <= last else last


def evaluation_of(partnership: Partnership, year: int) -> Evaluation | None:
    """What its parties make of a school year, if any of them has said something or was asked."""
    rows: QuerySet[Evaluation] = Evaluation.objects.filter(partnership=partnership, year=year)
    return rows.prefetch_related("views").first()


@dataclass(frozen=True)
class Voice:
    """A party with what it says, if it has said anything; `own`: the reader speaks for it."""

    party: Party
    view: View | None
    own: bool


def voices(partnership: Partnership, evaluation: Evaluation | None, own: Iterable[Party]) -> list[Voice]:
    """Each party with its view; of a party that has left since, nothing."""
    views = {view.place: view for view in evaluation.views.all()} if evaluation else {}
    mine = {party.public_id for party in own}
    return [
        Voice(party, views.get(party.public_id), party.public_id in mine)
        for party in parties(partnership)
        if party.is_there or party.public_id in views
    ]


def deliveries_of(partnership: Partnership, year: int) -> Sequence[Delivery]:
    """Both accounts of what it gave in a school year."""
    first, last = year_dates(year)
    rows = Delivery.objects.filter(partnership=partnership, start_date__lte=last, end_date__gte=first)
    return list(rows.select_related("school").order_by("contribution", "account", "pk"))


def screens_of(examination: Examination | None, keys: Iterable[str]) -> dict[str, Mapping[str, Any]]:
    """What the screens say of schools, by key."""
    rows = SchoolFinding.objects.filter(examination=examination, key__in=list(keys))
    return dict(rows.values_list("key", "screened"))


def answers_to_reviews(city: City, year: int) -> dict[str, list[tuple[str, str]]]:
    """What was answered to reviews, by the key of the school: who, and the reason that they name with their words."""
    rows = Review.objects.of(city).filter(year=year).select_related("school").prefetch_related("answers")
    return {
        review.school.key: [(answer.place_name, _in_words(answer)) for answer in review.answers.all()]
        for review in rows
    }


def _in_words(answer: Answer) -> str:
    """An answer may be a reason alone."""
    return ": ".join(filter(None, (answer.reason and str(answer.get_reason_display()), answer.words)))


def personal_data(user: User) -> list[Any]:
    """What a person said of partnerships for a school or organization."""
    rows = View.objects.filter(by=user)
    return list(
        rows.values(
            "evaluation__partnership__name", "evaluation__year", "place_name", "stance", "words", "wish", "said_at"
        )
    )
