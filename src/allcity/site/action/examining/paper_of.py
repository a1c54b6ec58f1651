"""A self-examination on paper."""

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from allcity.analysis.city import year_name
from allcity.site.action.examining import words
from allcity.site.action.examining.summary import QuestionShown, SectionShown, Summary
from allcity.site.action.models import Evidence
from allcity.site.action.paper import Block, Code, Facts, Figures, Grid, Lines, Paper, Part, Text, render


def pdf_of(summary: Summary) -> bytes:
    """The summary as a tagged PDF in the reader's language."""
    examination = summary.examination
    parts = []
    if summary.priorities:
        parts.append(Part(_("What comes first"), (Lines(tuple(each.text for each in summary.priorities)),)))
    heard = Facts(tuple((line.title, line.number) for line in summary.heard))
    parts.append(Part(_("Who was heard"), (heard, *([Text(summary.not_heard)] if summary.not_heard else []))))
    for section in summary.sections:
        parts.append(Part(section.title, _of_section(section)))
        parts += [Part(each.text, blocks) for each in section.questions if (blocks := _of_question(each))]
    if examination.published_at:
        address = settings.SITE_ADDRESS + reverse(
            "city:self-examination", args=[examination.city.slug, examination.year]
        )
        parts.append(Part(_("On the web"), (Code(address, _("The same with its evidence")),)))
    paper = Paper(
        title=_("Self-examination of %(year)s") % {"year": year_name(examination.year)},
        kind=_("How the city sees itself"),
        language=words.language(),
        lede=_lede(summary),
        parts=parts,
        note=_(
            "Levels are those on which the city's own team sees it. "
            "What groups of few people said is shown together with others, or not at all."
        ),
    )
    return render(examination.city, paper)


def _lede(summary: Summary) -> str:
    published = summary.examination.published_at
    if not published:
        return _("Not published yet.")
    return _("Published on %(day)s.") % {"day": date_format(published, "DATE_FORMAT")}


def _of_section(section: SectionShown) -> tuple[Block, ...]:
    if section.is_left_open and section.review:
        return (Text(_("Left open this year: %(why)s") % {"why": section.review.why_open}),)
    blocks: list[Block] = []
    if section.review:
        pairs = ((_("What is met"), section.review.met), (_("What is as yet unmet"), section.review.unmet))
        blocks.append(Facts(tuple((label, text) for label, text in pairs if text)))
    if not section.is_written:
        blocks.append(Text(_("Nothing is written of this section.")))
    rest = [(row.title, row.url if row.kind == Evidence.Kind.LINK else "") for row, _figure in section.evidence]
    if rest:
        blocks.append(Lines(tuple(f"{title} ({url})" if url else title for title, url in rest)))
    return tuple(blocks)


def _of_question(shown: QuestionShown) -> tuple[Block, ...]:
    facts = [(_("Level"), shown.level)] if shown.level else []
    if shown.before:
        facts.append((shown.before_year, f"{shown.before} ({shown.change})" if shown.change else shown.before))
    if shown.is_priority:
        facts.append((_("Priority"), _("This comes first")))
    blocks: list[Block] = [Facts(tuple(facts))] if facts else []
    if shown.words:
        blocks.append(Text(shown.words))
    if shown.table:
        blocks.append(Grid(tuple(column.title for column in shown.table.columns), shown.table.rows))
    blocks += [Text(sentence) for sentence in shown.told]
    if shown.figures:
        blocks.append(Figures(shown.figures))
    return tuple(blocks)
