"""The survey's step about what partners did at a school: what they report is asked after, and never counted twice.

A delivery that a partner reports and the school confirms or corrects is one delivery with two accounts, which are two
rows with the same key.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from allcity.analysis.city import year_dates
from allcity.site.accounts.models import User
from allcity.site.directory.domain import source_of_people
from allcity.site.directory.domain.editing import PEOPLE
from allcity.site.directory.models import Organization, School
from allcity.site.directory.words import contribution_title
from allcity.site.needs.models import Survey
from allcity.site.needs.survey.questions import NOTHING, Choice, Given, Question, Step
from allcity.site.needs.survey.steps import Adder, Further
from allcity.site.partnerships.models import Delivery, Partnership
from allcity.site.partnerships.twice.domain import join_accounts
from allcity.site.partnerships.twice.words import numbers

STEP = "partners"
YES, OTHER, NO = "yes", "other", "no"
_MEASURES = ("sessions", "hours", "students")
_ANOTHER = "another"


@dataclass(frozen=True)
class _Reported:
    """What stands behind a question: a delivery that a partner reports, with the school's own account of it if there is one."""

    id: str
    told: Delivery
    own: Delivery | None


def ask(survey: Survey, school: School) -> Further:
    """The step, with one question for each delivery and each partnership, and one for what nobody has reported."""
    deliveries = list(_reported(survey, school))
    partnerships = list(_without_delivery(survey, school))
    contributions = _contributions(survey)
    questions = [
        *(each for one in deliveries for each in _about_delivery(one, survey)),
        *(each for one in partnerships for each in _about_partnership(one, contributions)),
        *_about_another(survey, contributions),
    ]
    step = Step(
        STEP,
        _("What partners did"),
        _("What music organizations say they gave at your school this year. Your own account stands beside theirs."),
        tuple(questions),
    )
    return Further(step, {key: given for one in deliveries for key, given in _known(one)})


def write(survey: Survey, school: School, said: Mapping[str, Given], user: User) -> None:  # noqa: ARG001 - has no history
    """Write the school's account of each delivery that it spoke of, and take back what it no longer says."""
    deliveries = list(_reported(survey, school))
    for one in deliveries:
        if one.id in said:
            _write_account(survey, one, said)
            if one.told.partnership:  # which the school may have spoken of before the partner did
                _take_back(survey, _key_of(one.told.partnership, survey, school))
    told = {one.told.key for one in deliveries if one.id in said}
    for partnership in _without_delivery(survey, school):
        if _of_partnership(partnership) in said:
            _write_partnership(survey, school, partnership, said, told)
    if _ANOTHER in said:
        _write_another(survey, school, said, told)
    join_accounts(survey.city)


ADDER = Adder(ask, write)


# --- what is asked


def _about_delivery(one: _Reported, survey: Survey) -> Iterator[Question]:
    told = one.told
    what = {
        "who": told.organization.name,
        "what": contribution_title(survey.city, told.contribution),
        "start": date_format(told.start_date),
        "end": date_format(told.end_date),
        "numbers": numbers(told) or _("how much is not said"),
    }
    yield Question(
        one.id,
        "choice",
        _("%(who)s says: %(numbers)s. Is that right?") % what,
        _("%(what)s, from %(start)s to %(end)s.") % what,
        choices=(
            Choice(YES, _("Yes, that is right")),
            Choice(OTHER, _("It was there, with other numbers")),
            Choice(NO, _("That was not at our school")),
        ),
        part=told.organization.name,
    )
    yield from _measures(one.id, OTHER, told.organization.name)


def _about_partnership(partnership: Partnership, contributions: tuple[Choice, ...]) -> Iterator[Question]:
    question, names = _of_partnership(partnership), _names(partnership.organizations.all())
    what = {"who": names, "day": date_format(partnership.start_date)}
    yield Question(
        question,
        "choice",
        _("You have worked with %(who)s since %(day)s. Were they at your school this year?") % what,
        _("They have not reported anything for this year so far."),
        choices=(Choice(YES, _("Yes")), Choice(NO, _("No"))),
        part=names,
    )
    if len(partnership.contributions) != 1:
        yield Question(
            f"{question}.contribution",
            "choice",
            _("What did they give?"),
            choices=contributions,
            only_if=(question, YES),
            part=names,
        )
    yield from _measures(question, YES, names)


def _about_another(survey: Survey, contributions: tuple[Choice, ...]) -> Iterator[Question]:
    part = _("Somebody else")
    organizations = Organization.objects.of(survey.city).current().order_by("name", "pk").values_list("key", "name")
    yield Question(
        _ANOTHER,
        "choice",
        _("Was any other music organization at your school this year?"),
        choices=(Choice(YES, _("Yes")), Choice(NO, _("No"))),
        part=part,
    )
    only = (_ANOTHER, YES)
    yield Question(
        f"{_ANOTHER}.organization",
        "choice",
        _("Which one?"),
        _("If it is not in the list, tell the city's coordinator, who can add it."),
        choices=tuple(Choice(key, name) for key, name in organizations),
        only_if=only,
        part=part,
    )
    yield Question(
        f"{_ANOTHER}.contribution", "choice", _("What did it give?"), choices=contributions, only_if=only, part=part
    )
    yield Question(f"{_ANOTHER}.start", "date", _("First day"), only_if=only, part=part)
    yield Question(
        f"{_ANOTHER}.end",
        "date",
        _("Last day"),
        _("Where a day is not known, the school year stands for it."),
        only_if=only,
        part=part,
    )
    yield from _measures(_ANOTHER, YES, part)


def _measures(question: str, answer: str, part: str) -> Iterator[Question]:
    only = (question, answer)
    yield Question(f"{question}.sessions", "whole", _("Sessions"), only_if=only, part=part)
    yield Question(f"{question}.hours", "number", _("Hours for each student"), only_if=only, part=part)
    yield Question(f"{question}.students", "whole", _("Students"), of_students=True, only_if=only, part=part)


def _contributions(survey: Survey) -> tuple[Choice, ...]:
    return tuple(
        Choice(code, contribution_title(survey.city, code)) for code in survey.city.settings.framework.contributions
    )


def _known(one: _Reported) -> Iterator[tuple[str, Given]]:
    """What the school's account says already, as answers."""
    if one.own is None:
        return
    numbers = {name: getattr(one.own, name) for name in _MEASURES}
    if all(value == 0 for value in numbers.values()):
        yield one.id, Given(NO)
    elif numbers == {name: getattr(one.told, name) for name in _MEASURES}:
        yield one.id, Given(YES)
    else:
        yield one.id, Given(OTHER)
        for name, value in numbers.items():
            if value is not None:
                yield f"{one.id}.{name}", Given(value)


# --- what is on record


def _reported(survey: Survey, school: School) -> Iterator[_Reported]:
    """What partners say they gave at the school in the year, but for what the school has told of session by session itself."""
    rows = _of_year(survey, school).select_related("organization", "partnership").order_by("start_date", "pk")
    own = {row.key: row for row in rows if row.account == Delivery.Account.SCHOOL}
    for row in rows:
        told = own.get(row.key)
        if row.account == Delivery.Account.ORGANIZATION and not (told and told.from_sessions):
            yield _Reported(f"delivery.{_short(row.key)}", row, told)


def _without_delivery(survey: Survey, school: School) -> Iterator[Partnership]:
    """Partnerships with the school that began before the year, are still open, and of which nobody reports anything."""
    start, _end = year_dates(survey.year)
    rows = _of_year(survey, school).filter(Q(account=Delivery.Account.ORGANIZATION) | Q(from_sessions=True))
    told = set(rows.values_list("partnership", flat=True))
    partnerships = (
        Partnership.objects.of(survey.city)
        .current()
        .filter(schools=school, start_date__lt=start)
        .filter(Q(end_date=None) | Q(end_date__gte=start))
        .prefetch_related("organizations")
        .order_by("start_date", "pk")
    )
    return (row for row in partnerships if row.pk not in told)


def _of_year(survey: Survey, school: School) -> Any:
    start, end = year_dates(survey.year)
    return Delivery.objects.of(survey.city).filter(school=school, start_date__lte=end, end_date__gte=start)


# --- what is written


def _write_account(survey: Survey, one: _Reported, said: Mapping[str, Given]) -> None:
    answer, told = said[one.id].value, one.told
    if answer is None:
        _take_back(survey, told.key)
        return
    numbers: dict[str, Any] = dict.fromkeys(_MEASURES, 0)
    if answer == YES:
        numbers = {name: getattr(told, name) for name in _MEASURES}
    elif answer == OTHER:
        numbers = {name: said.get(f"{one.id}.{name}", NOTHING).value for name in _MEASURES}
    copied = ("partnership", "organization", "school", "need", "contribution", "start_date", "end_date", "setting")
    amount = {YES: told.amount, NO: 0}.get(answer)
    _store(survey, told.key, {**{name: getattr(told, name) for name in copied}, **numbers, "amount": amount})


def _write_partnership(
    survey: Survey, school: School, partnership: Partnership, said: Mapping[str, Given], told: Collection[str]
) -> None:
    question = _of_partnership(partnership)
    key = _key_of(partnership, survey, school)
    given = said.get(f"{question}.contribution", NOTHING).value
    contribution = partnership.contributions[0] if len(partnership.contributions) == 1 else given
    if said[question].value != YES or not contribution:
        _take_back(survey, key)
        return
    start, end = year_dates(survey.year)
    _store_alone(
        survey,
        key,
        told,
        {
            "partnership": partnership,
            "organization": partnership.organizations.first(),
            "school": school,
            "contribution": contribution,
            "start_date": start,
            "end_date": min(end, partnership.end_date or end),
            "setting": partnership.setting,
            **{name: said.get(f"{question}.{name}", NOTHING).value for name in _MEASURES},
        },
    )


def _write_another(survey: Survey, school: School, said: Mapping[str, Given], told: Collection[str]) -> None:
    key = f"{school.key}-{survey.year}-school"
    found = {name: said.get(f"{_ANOTHER}.{name}", NOTHING).value for name in ("organization", "contribution")}
    organization = Organization.objects.of(survey.city).current().filter(key=found["organization"] or "").first()
    if said[_ANOTHER].value != YES or organization is None or not found["contribution"]:
        _take_back(survey, key)
        return
    days = year_dates(survey.year)
    start, end = (
        date.fromisoformat(value) if value else otherwise
        for value, otherwise in zip(
            (said.get(f"{_ANOTHER}.{name}", NOTHING).value for name in ("start", "end")), days, strict=True
        )
    )
    _store_alone(
        survey,
        key,
        told,
        {
            "organization": organization,
            "school": school,
            "contribution": found["contribution"],
            "start_date": min(start, end),
            "end_date": max(start, end),
            **{name: said.get(f"{_ANOTHER}.{name}", NOTHING).value for name in _MEASURES},
        },
    )


def _store_alone(survey: Survey, key: str, told: Collection[str], values: Mapping[str, Any]) -> None:
    """Write what the school alone tells of: under the partner's key if it has turned out to be what a partner reports.

    `told` are the keys of what partners report and the school has spoken of as such, which counts for more.
    """
    joined = Delivery.objects.of(survey.city).filter(
        key_before=key,
        account=Delivery.Account.SCHOOL,
        organization=values["organization"],
        contribution=values["contribution"],
    )
    one = joined.first()
    if one is None:
        _store(survey, key, values)
    elif one.key not in told:
        _store(survey, one.key, values)


def _store(survey: Survey, key: str, values: Mapping[str, Any]) -> None:
    """Write the school's account under a key: the one of the partner's account where there is one."""
    source = source_of_people(survey.city, Delivery.TABLE)
    Delivery.objects.update_or_create(
        city=survey.city,
        key=key,
        account=Delivery.Account.SCHOOL,
        defaults={**values, "source": source, "as_of": timezone.localdate()},
    )


def _take_back(survey: Survey, key: str) -> None:
    """Remove the school's account. One that came by an import is the city's, and stays; so does what sessions add up to."""
    own = Delivery.objects.of(survey.city).filter(key=key, account=Delivery.Account.SCHOOL, from_sessions=False)
    own.filter(source__key=PEOPLE).delete()


def _of_partnership(partnership: Partnership) -> str:
    return f"partnership.{_short(partnership.key)}"


def _key_of(partnership: Partnership, survey: Survey, school: School) -> str:
    """The key of a delivery that the school alone speaks of."""
    return f"{partnership.key}-{school.key}-{survey.year}-school"


def _short(key: str) -> str:
    """A part of a question's id for a key of any length. It stays the same when the records are brought in anew."""
    return sha256(key.encode()).hexdigest()[:16]


def _names(organizations: Iterable[Organization]) -> str:
    return ", ".join(organization.name for organization in organizations)
