"""The words that people use for music: which concept they mean, in English or Spanish, misspelled or not."""

import re
import tomllib
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from rapidfuzz import fuzz, process

Tokens = tuple[str, ...]

_FILLERS = """
    a an and any at beginner beginners by child children for free from i in is kid kids learn learning lesson like me music
    musical my near of on or play playing program programs student students teen teens the to want we with youth
    al aprender con de del el en la las los mi música musical niña niñas niño niños o para por programa programas que
    quiero tocar un una y joven jóvenes estudiante estudiantes
"""
_SHORTEST_TO_CORRECT = 4
_CORRECTED, _SUGGESTED = 80, 66
"""How alike two words are, of 100 (rapidfuzz's ratio), to take one for the other, and to ask whether it was meant."""


@dataclass(frozen=True)
class Concept:
    """Something that people look for. `words` are by language, the first of each is how it is called."""

    id: str
    kind: str
    words: Mapping[str, tuple[str, ...]]
    within: tuple[str, ...]
    found_in: tuple[str, ...]

    def title(self, language: str) -> str:
        return self.words.get(language, self.words["en"])[0]


@dataclass(frozen=True)
class Vocabulary:
    """All concepts, and the phrases that mean them, as tokens.

    `kinds` are a concept and all that are a kind of it; `above` are those of which it is a kind or in which it may be found.
    """

    concepts: Mapping[str, Concept]
    phrases: Mapping[Tokens, str]
    longest: int
    kinds: Mapping[str, frozenset[str]]
    above: Mapping[str, frozenset[str]]

    def read(self, words: Sequence[str]) -> Iterator[tuple[str | None, Tokens]]:
        """The words in parts, the longest phrases first: each part with its concept, or a single word without one."""
        at = 0
        while at < len(words):
            for length in range(min(self.longest, len(words) - at), 0, -1):
                part = tuple(words[at : at + length])
                concept = self.phrases.get(part)
                if concept or length == 1:
                    yield concept, part
                    at += length
                    break

    def named(self, text: str) -> frozenset[str]:
        """The concepts that a text names."""
        return frozenset(concept for concept, _part in self.read(tokens(text)) if concept)

    def open_ends(self, concepts: Iterable[str]) -> frozenset[str]:
        """Those concepts of a text that no other concept of it fills in: "guitar lessons" leaves nothing open."""
        found = frozenset(concepts)
        return found - frozenset().union(*(self.above[concept] for concept in found))


@dataclass(frozen=True)
class Wish:
    """What somebody looks for. `corrected` are pairs of a word as it was written and as it was read."""

    concepts: tuple[str, ...] = ()
    accommodations: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    corrected: tuple[tuple[str, str], ...] = ()
    suggested: tuple[tuple[str, str], ...] = ()

    @property
    def asks(self) -> bool:
        """Whether it narrows anything by what a program is."""
        return bool(self.concepts or self.words)


def plain(text: str) -> str:
    """A text in small letters without accents and marks, its words one space apart."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(re.findall(r"\w+", re.sub(r"['’ʻ]", "", letters)))


def tokens(text: str) -> Tokens:
    """The words of a text, plain and without a plural's s."""
    return tuple(map(_stem, plain(text).split()))


@cache
def load_vocabulary() -> Vocabulary:
    """The vocabulary that comes with the platform."""
    table = tomllib.loads(files(__package__).joinpath("vocabulary.toml").read_text("utf-8"))
    concepts = {
        name: Concept(
            name,
            entry["kind"],
            {language: tuple(entry[language]) for language in ("en", "es")},
            tuple(entry.get("within", ())),
            tuple(entry.get("found_in", ())),
        )
        for name, entry in table.items()
    }
    phrases = {tokens(word): name for name, one in concepts.items() for words in one.words.values() for word in words}
    is_a = {name: _closure(name, lambda one: concepts[one].within) for name in concepts}
    # Where a kind of instrument may be found, each instrument of the kind may be too; a choir is not found in lessons.
    found_in = {
        name: [
            place
            for each in (name, *is_a[name])
            if concepts[each].kind == one.kind
            for place in concepts[each].found_in
        ]
        for name, one in concepts.items()
    }
    above = {name: _closure(name, found_in.__getitem__) | is_a[name] for name in concepts}
    kinds = {name: frozenset(each for each in concepts if name in is_a[each]) | {name} for name in concepts}
    return Vocabulary(concepts, phrases, max(map(len, phrases)), kinds, above)


def understand(text: str, *, known: Sequence[str], exact: bool = False) -> Wish:
    """What somebody looks for. `known` are the words of the city's programs, sorted, which are never corrected.

    A word that nobody knows is read as the one most like it, or, with `exact`, taken as it is.
    """
    vocabulary = load_vocabulary()
    words: list[str] = []
    corrected, suggested = [], []
    for written, token in zip(plain(text).split(), tokens(text), strict=True):
        better, sure = ("", False) if exact else _better(token, known)
        if better and sure:
            corrected.append((written, better))
        elif better:
            suggested.append((written, better))
        words.append(_stem(better) if better and sure else token)
    parts = list(vocabulary.read(words))
    found = list(dict.fromkeys(concept for concept, _part in parts if concept))
    kind = {concept: vocabulary.concepts[concept].kind for concept in found}
    sought = [concept for concept in found if kind[concept] != "accommodation"]
    special = [concept for concept in sought if kind[concept] != "general"]
    return Wish(
        concepts=tuple(special or sought),
        accommodations=tuple(concept for concept in found if kind[concept] == "accommodation"),
        words=tuple(part[0] for concept, part in parts if not concept and part[0] not in _fillers()),
        corrected=tuple(corrected),
        suggested=tuple(suggested),
    )


def _stem(word: str) -> str:
    return word[:-1] if len(word) > len("ess") and word.endswith("s") and not word.endswith("ss") else word


def _closure(name: str, above: Callable[[str], Iterable[str]]) -> frozenset[str]:
    found: set[str] = set()
    left = list(above(name))
    while left:
        one = left.pop()
        if one not in found:
            found.add(one)
            left.extend(above(one))
    return frozenset(found)


@cache
def _fillers() -> frozenset[str]:
    return frozenset(tokens(_FILLERS))


@cache
def _spellings() -> Mapping[str, str]:
    """Single words of the vocabulary by their tokens, with the way they are written."""
    table: dict[str, str] = {}
    for concept in load_vocabulary().concepts.values():
        for phrases in concept.words.values():
            for phrase in phrases:
                for word in phrase.split():
                    for token in tokens(word):
                        table.setdefault(token, word)
    return table


def _better(token: str, known: Sequence[str]) -> tuple[str, bool]:
    """The word that was probably meant, and whether that is sure enough; nothing where the word is one that is known."""
    spellings = _spellings()
    if len(token) < _SHORTEST_TO_CORRECT or token in spellings or token in _fillers() or starting(known, token):
        return "", False
    best = process.extractOne(token, spellings.keys(), scorer=fuzz.ratio, score_cutoff=_SUGGESTED)
    other = process.extractOne(token, known, scorer=fuzz.ratio, score_cutoff=_CORRECTED)
    if other and (best is None or other[1] > best[1]):
        return other[0], True
    return (spellings[best[0]], best[1] >= _CORRECTED) if best else ("", False)


def starting(words: Sequence[str], beginning: str) -> Sequence[str]:
    """Those of some sorted words that begin so."""
    first = bisect_left(words, beginning)
    return words[first : bisect_left(words, beginning + "\U0010ffff", first)]
