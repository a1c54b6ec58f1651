"""A city's plan put together: its sections, each with the strategies that were chosen and the commitments."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from allcity.site.action.committing import words
from allcity.site.action.committing.phases import State
from allcity.site.action.committing.queries import PlanOf, commitments_of
from allcity.site.action.committing.words import Row, StrategyShown
from allcity.site.action.models import Commitment, PlanStrategy
from allcity.site.action.paper import Block, Code, Facts, Grid, Paper, Part, Text, render
from allcity.site.cities.models import City
from allcity.site.cities.rules import Person
from allcity.site.directory.words import listing
from allcity.site.needs.survey.reminding import today_in

IN_PLAN = (State.AGREED, State.IN_WORK, State.DONE, State.VERIFIED)
"""What is only proposed is not in the plan, nor is what was dropped."""


@dataclass(frozen=True)
class PlanSection:
    """A section of the plan. `id` is empty for what belongs to none."""

    id: str
    title: str
    summary: str
    strategies: list[tuple[StrategyShown, PlanStrategy]]
    rows: list[Row]


def sections_of(city: City, user: Person, plan: PlanOf, *, only_public: bool = False) -> list[PlanSection]:
    """Every section of the city's framework with what was decided; at the end, commitments that belong to none of them."""
    commitments = commitments_of(city, user).filter(state__in=IN_PLAN)
    if only_public:
        commitments = commitments.filter(is_public=True)
    by_section: dict[str, list[Row]] = {}
    sections = city.settings.framework.sections
    for row in words.rows(city, commitments, user):
        known = row.commitment.section if row.commitment.section in sections else ""
        by_section.setdefault(known, []).append(row)
    found = [
        PlanSection(
            each.id,
            each.title.in_language(words.language()),
            each.summary.in_language(words.language()),
            _strategies(city, plan.strategies.get(each.id, [])),
            by_section.get(each.id, []),
        )
        for each in sorted(sections.values(), key=lambda each: each.number)
    ]
    if rest := by_section.get(""):
        found.append(PlanSection("", _("More that was decided"), "", [], rest))
    return found


def _strategies(city: City, chosen: list[PlanStrategy]) -> list[tuple[StrategyShown, PlanStrategy]]:
    shown = ((words.strategy_shown(city, row.strategy), row) for row in chosen)
    return [(strategy, row) for strategy, row in shown if strategy]


def to_show(city: City, user: Person) -> list[Commitment]:
    """The commitments of which a coordinator chooses whether everybody sees them."""
    return list(commitments_of(city, user).exclude(state=State.DROPPED))


def pdf_of(city: City, user: Person, plan: PlanOf, *, only_public: bool) -> bytes:
    """The plan on paper in the reader's language: what everybody may read, or all that the reader may."""
    reader = AnonymousUser() if only_public and plan.is_public and city.is_public else user
    sections = sections_of(city, reader, plan, only_public=only_public)
    parts = [Part(each.title, _blocks(each)) for each in sections if each.rows or each.strategies]
    empty = [each.title for each in sections if not each.rows and not each.strategies]
    if empty:
        said = _("Nothing is decided yet for: %(sections)s.") % {"sections": listing(empty)}
        parts.append(Part(_("What is open"), (Text(said),)))
    if plan.is_public and city.is_public:
        address = settings.SITE_ADDRESS + reverse("city:plan", args=[city.slug])
        parts.append(Part(_("On the web"), (Code(address, _("The plan as it stands today")),)))
    paper = Paper(
        title=_("The plan of %(city)s") % {"city": city.display_name()},
        kind=_("What was decided, who does it, by when"),
        language=words.language(),
        lede=plan.plan.opening if plan.plan else "",
        parts=parts,
        note=_(
            "As of %(day)s. Strategies are examples of what others did: that they worked there does not show that they do here."
        )
        % {"day": date_format(today_in(city), "DATE_FORMAT")},
    )
    return render(city, paper)


def _blocks(section: PlanSection) -> tuple[Block, ...]:
    blocks: list[Block] = [Text(section.summary)] if section.summary else []
    if section.rows:
        columns = (_("What is to be done"), _("Who"), _("By when"), _("How far it is"))
        blocks.append(Grid(columns, tuple(_cells(row) for row in section.rows)))
    for strategy, row in section.strategies:
        where = ", ".join(filter(None, (strategy.place, strategy.years)))
        pairs = [(_("Strategy"), strategy.title), (_("Where"), where), (_("What they did"), strategy.what)]
        if row.words:
            pairs.append((_("Why, and how here"), row.words))
        pairs.append((_("Sources"), " ".join(strategy.sources)))
        blocks.append(Facts(tuple(pairs)))
    return tuple(blocks)


def _cells(row: Row) -> tuple[str, str, str, str]:
    one = row.commitment
    who = ", ".join(filter(None, (row.place.name if row.place else "", row.owner))) or "–"
    day = date_format(one.due_on, "DATE_FORMAT") if one.due_on else "–"
    state = str(one.get_state_display())
    return one.title, who, day, capfirst(f"{state}, {_('overdue')}" if row.is_overdue else state)
