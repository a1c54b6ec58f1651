"""Who may do what at the addresses of self-examinations: a part of the table in `permissions`."""

from collections.abc import Callable

from django.core.files.base import ContentFile
from django.utils import timezone
from tests.site.permissions_world import COORDINATORS, EDITORS, EVERYBODY, MEMBERS, NOBODY, Page, World

from allcity.site.action.models import AnswerLink, Evidence, Respondent, SelfExamination

YEAR, PUBLISHED = 2022, 2021


def an_examination(world: World, year: int = YEAR) -> SelfExamination:
    """One that takes answers, or, of the year before, one that was published."""
    at = timezone.now() if year == PUBLISHED else None
    told = {"closed_at": at, "published_at": at}
    found: SelfExamination = SelfExamination.objects.get_or_create(city=world.city, year=year, defaults=told)[0]
    return found


def of_one(year: int = YEAR, **more: object) -> Callable[[World], dict[str, object]]:
    def parameters(world: World) -> dict[str, object]:
        return {"year": an_examination(world, year).year, **more}

    return parameters


def a_link(world: World, kind: str = AnswerLink.Kind.SHARED) -> AnswerLink:
    found: AnswerLink = AnswerLink.objects.get_or_create(
        examination=an_examination(world),
        kind=kind,
        participant="families",
        defaults={"token": f"of-a-link-{kind}"},
    )[0]
    return found


def a_respondent(world: World) -> Respondent:
    found: Respondent = Respondent.objects.get_or_create(
        examination=an_examination(world), participant="families", token="of-a-respondent"
    )[0]
    return found


def some_evidence(world: World, year: int = PUBLISHED) -> Evidence:
    """A document of the section of access."""
    found: Evidence = Evidence.objects.get_or_create(
        examination=an_examination(world, year),
        section="access",
        kind=Evidence.Kind.DOCUMENT,
        defaults={"title": "Plan", "file": ContentFile(b"%PDF-1.7", "plan.pdf")},
    )[0]
    return found


def by_token(**more: object) -> Callable[[World], dict[str, object]]:
    def parameters(world: World) -> dict[str, object]:
        return {"token": a_link(world).token, **more}

    return parameters


PAGES: dict[str, Page] = {
    "city:self-examinations": Page(EVERYBODY, NOBODY),
    "city:self-examination": Page(EVERYBODY, NOBODY, of_one(PUBLISHED)),
    "city:self-examination-paper": Page(EVERYBODY, NOBODY, of_one(PUBLISHED)),
    "city:self-examination-evidence": Page(
        EVERYBODY,
        NOBODY,
        lambda world: {"year": PUBLISHED, "evidence": some_evidence(world).public_id},
    ),
    # Others than the team are led to the summary, whether they read or send.
    "city:self-examination-section": Page(EVERYBODY, EVERYBODY, of_one(PUBLISHED, section="access")),
    "city:self-examination-evidence-add": Page(NOBODY, EDITORS, of_one(section="access")),
    "city:self-examination-evidence-remove": Page(
        NOBODY,
        EDITORS,
        lambda world: {
            "year": YEAR,
            "section": "access",
            "evidence": some_evidence(world, YEAR).public_id,
        },
    ),
    "city:self-examination-new": Page(COORDINATORS, COORDINATORS),
    "city:self-examination-run": Page(COORDINATORS, NOBODY, of_one()),
    "city:self-examination-change": Page(COORDINATORS, COORDINATORS, of_one()),
    "city:self-examination-step": Page(NOBODY, COORDINATORS, of_one(step="unpublish")),
    "city:self-examination-ask": Page(NOBODY, COORDINATORS, of_one()),
    "city:self-examination-remind": Page(NOBODY, COORDINATORS, of_one()),
    "city:self-examination-link": Page(
        COORDINATORS, NOBODY, lambda world: {"year": an_examination(world).year, "link": a_link(world).pk}
    ),
    "city:self-examination-link-end": Page(
        NOBODY,
        COORDINATORS,
        lambda world: {"year": an_examination(world).year, "link": a_link(world, AnswerLink.Kind.ROOM).pk},
    ),
    "city:self-examination-answers": Page(EDITORS, NOBODY, of_one()),
    "city:self-examination-answer": Page(MEMBERS, MEMBERS, of_one()),
    # Whoever has a link may answer by it.
    "examination:link": Page(EVERYBODY, EVERYBODY, by_token()),
    "examination:code": Page(EVERYBODY, NOBODY, by_token()),
    "examination:not-for-me": Page(NOBODY, EVERYBODY, by_token()),
    "examination:thanks": Page(EVERYBODY, NOBODY, lambda world: {"token": a_link(world, AnswerLink.Kind.ROOM).token}),
    "examination:overview": Page(
        EVERYBODY, EVERYBODY, lambda world: {"token": a_link(world).token, "respondent": a_respondent(world).token}
    ),
    "examination:section": Page(
        EVERYBODY,
        EVERYBODY,
        lambda world: {"token": a_link(world).token, "respondent": a_respondent(world).token, "section": "access"},
    ),
}
"""One line for every address."""
