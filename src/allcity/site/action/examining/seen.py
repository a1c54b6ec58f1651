"""Answers seen together: how many of each type of participant chose what, where they differ, and who has not been heard.

Of a group that is too small nobody is told what it said, nor could it be worked out: it is shown together with others, or,
where there are none, nothing is. In an anonymous examination a group is at least three; students are at least as many as the
city's threshold, whatever was chosen; on the public page every group is at least five. Answers of an anonymous examination
are seen once it is closed: whoever looks before and after somebody answers would know what they said.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from allcity.analysis import agreement
from allcity.site.action.examining.answering import STUDENTS
from allcity.site.action.models import Rating, SelfExamination

ANONYMOUS_FLOOR, NAMED_FLOOR, PUBLIC_FLOOR = 3, 1, 5
UNKNOWN = 0
"""Stands for “I don't know” among the levels."""


@dataclass(frozen=True)
class Group:
    """What one type of participant, or several together, said to a question: how many at each level, and “I don't know”."""

    types: tuple[str, ...]
    counts: tuple[int, ...]
    unknown: int

    @property
    def size(self) -> int:
        return sum(self.counts) + self.unknown


@dataclass(frozen=True)
class Words:
    """What somebody wrote, and as whom: empty where the group is small, or names were not kept."""

    text: str
    language: str
    participant: str
    name: str


@dataclass(frozen=True)
class Answers:
    """The answers to one question. `groups` together are all who answered; without any, too few did to be told of."""

    groups: tuple[Group, ...] = ()
    words: tuple[Words, ...] = ()
    is_withheld: bool = False

    @property
    def everybody(self) -> Group:
        counts = agreement.together({str(group.types): group.counts for group in self.groups})
        return Group((), counts, sum(group.unknown for group in self.groups))

    @property
    def consensus(self) -> float | None:
        return agreement.consensus(self.everybody.counts)

    @property
    def apart(self) -> list[agreement.Apart]:
        """Single types of participants that stand apart."""
        return agreement.apart({group.types[0]: group.counts for group in self.groups if len(group.types) == 1})

    @property
    def is_disputed(self) -> bool:
        """Whether groups stand apart, or people altogether do."""
        return bool(self.apart) or (self.consensus is not None and self.consensus <= agreement.SPLIT)


@dataclass(frozen=True)
class Heard:
    """How many of a type of participant have handed in. `number` is None where only that it is under `floor` may be told."""

    participant: str
    number: int | None
    floor: int


def may_be_seen(examination: SelfExamination) -> bool:
    """Whether answers are shown by now."""
    return bool(not examination.is_anonymous or examination.closed_at)


def answers_of(
    examination: SelfExamination, questions: Sequence[str] | None = None, *, is_public: bool = False
) -> dict[str, Answers]:
    """What was handed in, by question; of all questions if none are named. On the public page without anybody's words."""
    if not may_be_seen(examination):
        return {}
    rows = Rating.objects.filter(respondent__examination=examination, respondent__handed_in_at__isnull=False)
    if questions is not None:
        rows = rows.filter(question__in=list(questions))
    found: dict[str, list[Rating]] = defaultdict(list)
    for rating in rows.select_related("respondent").order_by("question", "pk"):
        found[rating.question].append(rating)
    return {question: _answers(examination, ratings, is_public=is_public) for question, ratings in found.items()}


def heard(examination: SelfExamination, *, is_public: bool = False) -> list[Heard]:
    """Each type of participant of the city with how many have handed in, in the order of its framework."""
    rows = examination.respondents.filter(handed_in_at__isnull=False).values_list("participant", flat=True)
    numbers = Counter(rows)
    types = [*examination.city.settings.framework.participants]
    types += [each for each in sorted(numbers) if each not in types]
    found = []
    for each in types:
        floor = floor_of(examination, each, is_public=is_public)
        number = numbers[each]
        found.append(Heard(each, None if 0 < number < floor else number, floor))
    return found


def handed_in(examination: SelfExamination) -> int:
    """How many have handed in altogether."""
    return int(examination.respondents.filter(handed_in_at__isnull=False).count())


def floor_of(examination: SelfExamination, participant: str = "", *, is_public: bool = False) -> int:
    """The fewest people of a type of which one may tell what they said."""
    if participant == STUDENTS:
        return int(examination.city.threshold)
    if is_public:
        return PUBLIC_FLOOR
    return ANONYMOUS_FLOOR if examination.is_anonymous else NAMED_FLOOR


def _answers(examination: SelfExamination, ratings: Sequence[Rating], *, is_public: bool) -> Answers:
    by_type: dict[str, Counter[int]] = defaultdict(Counter)
    for rating in ratings:
        by_type[rating.respondent.participant][rating.level or UNKNOWN] += 1
    sizes = {each: counted.total() for each, counted in by_type.items()}
    floors = {each: floor_of(examination, each, is_public=is_public) for each in sizes}
    pool = agreement.pooled(sizes, floors, floor_of(examination, is_public=is_public))
    words = () if is_public else _words(examination, ratings, () if pool is None else pool, is_none=pool is None)
    if pool is None:
        return Answers((), words, is_withheld=True)
    order = [*examination.city.settings.framework.participants, *sorted(by_type)]
    single = [(each,) for each in dict.fromkeys(order) if each in by_type and each not in pool]
    together = [tuple(each for each in dict.fromkeys(order) if each in pool)] if pool else []
    return Answers(tuple(_group(types, by_type) for types in [*single, *together]), words)


def _group(types: tuple[str, ...], by_type: Mapping[str, Counter[int]]) -> Group:
    counted: Counter[int] = sum((by_type[each] for each in types), Counter())
    return Group(types, tuple(counted[level] for level in range(1, agreement.LEVELS + 1)), counted[UNKNOWN])


def _words(
    examination: SelfExamination, ratings: Sequence[Rating], pool: Sequence[str], *, is_none: bool
) -> tuple[Words, ...]:
    """What people wrote, sorted by what it says, so that its order tells of nobody."""
    found = []
    for rating in ratings:
        if not rating.words:
            continue
        respondent = rating.respondent
        is_small = is_none or respondent.participant in pool
        name = "" if examination.is_anonymous else respondent.name
        found.append(Words(rating.words, rating.language, "" if is_small else respondent.participant, name))
    return tuple(sorted(found, key=lambda words: (words.participant, words.text.casefold())))
