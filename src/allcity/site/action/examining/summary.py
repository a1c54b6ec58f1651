"""A self-examination as it is read: section by section, with levels in words, what people said, figures and evidence.

The page of the team, the public summary and the paper show the same; for the public with its own floor and without words.
"""

from dataclasses import dataclass
from uuid import UUID

from allcity.analysis.city import year_name
from allcity.declaration.framework import Question, Section
from allcity.reports.model import Table
from allcity.site.action import readings
from allcity.site.action.examining import queries, seen, words
from allcity.site.action.examining.subject import id_of
from allcity.site.action.models import Evidence, QuestionReview, SectionReview, SelfExamination
from allcity.site.action.readings import Shown


@dataclass(frozen=True)
class QuestionShown:
    """One question: where the team sees the city, what it was before, what people said, and the figures beside it."""

    question: Question
    text: str
    level: str
    words: str
    is_priority: bool
    before: str
    before_year: str
    change: str
    answers: seen.Answers | None
    table: Table | None
    told: tuple[str, ...]
    figures: tuple[Shown, ...]


@dataclass(frozen=True)
class SectionShown:
    """One section, with what the team wrote of it and what it rests on."""

    section: Section
    title: str
    summary: str
    review: SectionReview | None
    questions: tuple[QuestionShown, ...]
    evidence: tuple[tuple[Evidence, Shown | None], ...]
    talked_of: UUID
    """What conversations about it name it by."""

    @property
    def is_left_open(self) -> bool:
        return bool(self.review and self.review.is_left_open)

    @property
    def is_written(self) -> bool:
        """Whether the team wrote anything of it, levels included."""
        has_words = bool(self.review and (self.review.met or self.review.unmet))
        return has_words or any(each.level or each.words for each in self.questions)

    @property
    def priorities(self) -> tuple[QuestionShown, ...]:
        return tuple(each for each in self.questions if each.is_priority)


@dataclass(frozen=True)
class Summary:
    """The whole: its sections, who has been heard, and the school year it is compared with."""

    examination: SelfExamination
    sections: tuple[SectionShown, ...]
    heard: tuple[words.HeardLine, ...]
    not_heard: str
    before: SelfExamination | None

    @property
    def priorities(self) -> tuple[QuestionShown, ...]:
        return tuple(each for section in self.sections for each in section.priorities)


def summary_of(examination: SelfExamination, *, is_public: bool) -> Summary:
    """All of it. Figures are those of its school year, or, where that was not examined, of the newest there are."""
    answers = seen.answers_of(examination, is_public=is_public)
    told = _Told(examination, answers, is_public=is_public)
    sections = tuple(told.section(section) for section in words.sections_of(examination.city))
    heard = words.heard_lines(examination.city, seen.heard(examination, is_public=is_public))
    return Summary(examination, sections, tuple(heard), words.not_heard(heard), told.before)


def section_of(examination: SelfExamination, section: Section) -> SectionShown:
    """One section, for the team."""
    answers = seen.answers_of(examination, tuple(section.questions))
    return _Told(examination, answers, is_public=False).section(section)


class _Told:
    """Tells sections from what was read once for all of them."""

    def __init__(self, examination: SelfExamination, answers: dict[str, seen.Answers], *, is_public: bool) -> None:
        self.examination, self.answers = examination, answers
        self.city = examination.city
        self.before = queries.before(examination, is_public=is_public)
        self.judged, self.judged_before = queries.judged(examination), queries.judged(self.before)
        self.figures_year = queries.figures_year(examination)
        self.reviews, self.evidence = queries.reviews(examination), queries.evidence(examination)

    def section(self, section: Section) -> SectionShown:
        figures = self._figures(section)
        rows = self.evidence.get(section.id, ())
        return SectionShown(
            section,
            words.title_of(section),
            section.summary.in_language(words.language()),
            self.reviews.get(section.id),
            tuple(self._question(each, figures.get(each.id, ())) for each in section.questions.values()),
            tuple((row, self._figure(row.figure_id) if row.figure_id else None) for row in rows),
            id_of(self.city, section.id),
        )

    def _question(self, question: Question, figures: tuple[Shown, ...]) -> QuestionShown:
        now, earlier = self.judged.get(question.id), self.judged_before.get(question.id)
        answers = self.answers.get(question.id)
        return QuestionShown(
            question,
            words.text_of(question),
            words.level_in_words(self.city, question, _level(now)),
            now.words if now else "",
            bool(now and now.is_priority),
            words.level_in_words(self.city, question, _level(earlier)),
            year_name(self.before.year) if self.before else "",
            words.change_told(_level(earlier), _level(now)),
            answers,
            words.answers_table(self.city, question, answers) if answers else None,
            tuple(words.agreement_told(self.city, question, answers)) if answers else (),
            figures,
        )

    def _figures(self, section: Section) -> dict[str, tuple[Shown, ...]]:
        return readings.readings_for(self.city, section.id, self.figures_year)

    def _figure(self, figure_id: str) -> Shown | None:
        return readings.reading(self.city, figure_id, year=self.figures_year)


def _level(row: QuestionReview | None) -> int | None:
    return row.level if row else None
