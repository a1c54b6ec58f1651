"""What people write is understood: synonyms, Spanish, misspellings; and what is not a word of music is left as it is."""

import pytest

from allcity.site.finder.vocabulary import load_vocabulary, tokens, understand


@pytest.mark.parametrize(
    ("written", "concept"),
    [
        ("guitarra", "guitar"),
        ("Violín", "violin"),
        ("violines", "violin"),
        ("chorus", "choir"),
        ("coro", "choir"),
        ("singing", "singing"),
        ("canto", "singing"),
        ("drum line", "drumline"),
        ("drumline", "drumline"),
        ("batería", "drums"),
        ("hip-hop", "hip_hop"),
        ("steel drums", "steel_pan"),
        ("clases de piano para niños", "piano"),
    ],
)
def test_words_of_two_languages_mean_the_same(written, concept):
    assert understand(written, known=()).concepts == (concept,)


@pytest.mark.parametrize(
    ("written", "concept", "read"),
    [
        ("pianno", "piano", "piano"),
        ("gitar", "guitar", "guitar"),
        ("saxaphone", "saxophone", "saxophone"),
        ("trumpit", "trumpet", "trumpet"),
    ],
)
def test_a_misspelled_word_is_read_as_the_one_most_like_it_and_says_so(written, concept, read):
    wish = understand(written, known=())
    assert wish.concepts == (concept,)
    assert wish.corrected == ((written, read),)


def test_a_word_that_is_less_like_is_asked_about():
    wish = understand("djembay", known=())
    assert (wish.concepts, wish.words, wish.suggested) == ((), ("djembay",), (("djembay", "djembe"),))


def test_a_word_of_the_citys_own_is_never_corrected():
    assert understand("pianno", known=("pianno",)).words == ("pianno",)


def test_exact_takes_words_as_they_are():
    assert understand("pianno", known=(), exact=True).words == ("pianno",)


def test_a_need_is_told_apart_from_what_somebody_would_like_to_do():
    wish = understand("piano in a wheelchair", known=())
    assert (wish.concepts, wish.accommodations) == (("piano",), ("step_free",))


def test_words_that_every_program_has_narrow_nothing():
    assert not understand("music programs for kids", known=()).asks


def test_lessons_count_only_where_nothing_nearer_is_said():
    assert understand("music lessons", known=()).concepts == ("lessons",)
    assert understand("guitar lessons", known=()).concepts == ("guitar",)


def test_what_a_text_leaves_open():
    vocabulary = load_vocabulary()
    assert vocabulary.open_ends(vocabulary.named("Guitar lessons")) == {"guitar"}
    assert vocabulary.open_ends(vocabulary.named("Lessons")) == {"lessons"}


def test_every_phrase_means_one_thing_and_every_reference_leads_somewhere():
    vocabulary = load_vocabulary()
    meanings: dict[tuple[str, ...], set[str]] = {}
    for concept in vocabulary.concepts.values():
        assert {*concept.within, *concept.found_in} <= set(vocabulary.concepts)
        for phrases in concept.words.values():
            for phrase in phrases:
                meanings.setdefault(tokens(phrase), set()).add(concept.id)
    assert not {phrase: names for phrase, names in meanings.items() if len(names) > 1}
    assert () not in meanings
