"""A session on paper: the packet that people read before it, and its minutes. Neither names anybody."""

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from allcity.site.action import readings
from allcity.site.action.convening import words
from allcity.site.action.convening.forms import language_name
from allcity.site.action.convening.words import Finding, Planned
from allcity.site.action.meeting.queries import Decided, Here, Minutes
from allcity.site.action.models import Commitment, PlanningSession
from allcity.site.action.paper import Block, Code, Facts, Figures, Grid, Lines, Paper, Part, Text, render
from allcity.site.directory.words import listing
from allcity.site.needs.survey.reminding import today_in


def packet(session: PlanningSession) -> bytes:
    """What people read before a session: purpose, agenda with clock times and figures, what lies on the table, where, access."""
    city = session.city
    parts = [Part("", (Facts(_facts(session)),))]
    agenda = words.agenda_of(session)
    if agenda:
        rows = tuple((point.begins or "–", point.item.title, _minutes(point)) for point in agenda)
        parts.append(Part(_("Agenda"), (Grid((_("Begins"), _("Point"), _("Takes")), rows),)))
    parts += [Part(point.item.title, blocks) for point in agenda if (blocks := _on_table(session, point))]
    if findings := words.findings_of(session):
        parts.append(Part(_("Findings on the table"), _of_findings(findings)))
    address = settings.SITE_ADDRESS + reverse("city:planning-session", args=[city.slug, session.public_id])
    parts.append(Part(_("On the web"), (Code(address, _("The session as it stands today")),)))
    paper = Paper(
        title=session.title,
        kind=_("Planning session in %(city)s") % {"city": city.display_name()},
        language=words.language(),
        lede=session.purpose,
        parts=parts,
        note=_as_of(session),
    )
    return render(city, paper)


def minutes(session: PlanningSession, found: Minutes) -> bytes:
    """The minutes: who was there by type, each point with its notes and decisions, and what is to be done."""
    parts = [Part("", (Facts(_facts(session)),)), Part(_("Who was there"), _of_people(found.here))]
    for point in found.points:
        if not point.is_silent:
            parts.append(Part(point.planned.item.title, _noted(point.planned.item.notes, point.decisions)))
    rest = list(_noted(found.notes, found.decisions))
    if found.silent:
        rest.append(Text(_("Nothing was noted of: %(points)s.") % {"points": found.silent}))
    if rest:
        parts.append(Part(_("Besides the agenda"), tuple(rest)))
    if rows := tuple(_cells(each.commitment) for each in found.all_decisions if each.commitment):
        columns = (_("What is to be done"), _("By when"), _("How far it is"))
        parts.append(Part(_("What came of it"), (Grid(columns, rows),)))
    paper = Paper(
        title=session.title,
        kind=_("Minutes of a planning session in %(city)s") % {"city": session.city.display_name()},
        language=words.language(),
        lede=session.purpose,
        parts=parts,
        note=_("Minutes count people and name nobody.") + " " + _as_of(session),
    )
    return render(session.city, paper)


def _facts(session: PlanningSession) -> tuple[tuple[str, str], ...]:
    spoken = [language_name(code) for code in dict.fromkeys([session.language, *session.languages]) if code]
    pairs = (
        (_("When"), words.when_of(session)),
        (_("Where"), words.where(session)),
        (_("Section"), words.section_title(session.city, session.section) if session.section else ""),
        (_("Languages"), ", ".join(spoken)),
        (_("Interpretation"), session.interpretation),
        (_("Childcare"), session.childcare),
        (_("Access"), session.access),
    )
    return tuple(pair for pair in pairs if pair[1])


def _minutes(point: Planned) -> str:
    number = point.item.minutes
    return ngettext("%(number)s minute", "%(number)s minutes", number) % {"number": number}


def _on_table(session: PlanningSession, point: Planned) -> tuple[Block, ...]:
    """The figure of a point of the agenda, and those that help with the questions of its section."""
    shown = [point.reading] if point.reading else []
    if point.item.section:
        there = {each.figure_id for each in shown}
        for figures in readings.readings_for(session.city, point.item.section).values():
            shown += [each for each in figures if each.figure_id not in there]
            there |= {each.figure_id for each in figures}
    return (Figures(tuple(shown)),) if shown else ()


def _of_findings(findings: list[Finding]) -> tuple[Block, ...]:
    figures = tuple(each.reading for each in findings if each.reading)
    questions = tuple(
        f"{each.title} ({each.year_name})" if each.year_name else each.title for each in findings if not each.reading
    )
    blocks: list[Block] = [Figures(figures)] if figures else []
    return (*blocks, Lines(questions)) if questions else tuple(blocks)


def _of_people(here: Here) -> tuple[Block, ...]:
    said = ngettext("%(number)s person was there.", "%(number)s people were there.", here.number)
    blocks: list[Block] = [Text(said % {"number": here.number})]
    if here.types:
        rows = tuple((each.title, str(each.asked), str(each.here)) for each in here.types)
        blocks.append(Grid((_("Who they are"), _("Asked"), _("Were there")), rows))
    if here.missing:
        blocks.append(Text(_("Of these nobody was there: %(types)s.") % {"types": listing(list(here.missing))}))
    if here.without_type:
        unknown = ngettext(
            "Of %(number)s person it is not known who they are.",
            "Of %(number)s people it is not known who they are.",
            here.without_type,
        )
        blocks.append(Text(unknown % {"number": here.without_type}))
    return tuple(blocks)


def _noted(notes: str, decided: tuple[Decided, ...]) -> tuple[Block, ...]:
    blocks: list[Block] = [Text(notes)] if notes else []
    if decided:
        blocks += [Text(_("Decided:")), Lines(tuple(each.decision.text for each in decided))]
    return tuple(blocks)


def _cells(commitment: Commitment) -> tuple[str, str, str]:
    day = date_format(commitment.due_on, "DATE_FORMAT") if commitment.due_on else "–"
    return commitment.title, day, str(commitment.get_state_display())


def _as_of(session: PlanningSession) -> str:
    return _("As of %(day)s.") % {"day": date_format(today_in(session.city), "DATE_FORMAT")}
