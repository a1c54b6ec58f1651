"""Reviews of the demonstration: of what the screen says of the sample's schools, one in every state."""

from django.db import transaction

from allcity.site.accounts.models import User
from allcity.site.cities.models import City
from allcity.site.figures.queries import current_examination
from allcity.site.partnerships.models import Answer, Review
from allcity.site.partnerships.reviewing import domain, queries
from allcity.site.partnerships.reviewing.queries import Screened

WORDS = "Since a partner came in school hours, your own staff has fallen more than elsewhere. How did that come about?"


@transaction.atomic
def add_reviews(*, city: City, coordinator: User) -> None:
    """One that was shared with the answers, one that waits for its answer, and one that was closed with a reason; once.

    The coordinator speaks for schools that nobody attends, as everywhere.
    """
    examination = current_examination(city)
    if examination is None or queries.reviews_of(city).exists():
        return
    screened = queries.screened_schools(city, examination)
    called_out = [one for one in screened if one.is_called_out]
    compared = [one for one in screened if not one.is_called_out and _p(one) is not None]

    def ask(one: Screened) -> Review:
        return domain.ask(school=one.school, year=examination.year, user=coordinator, words=WORDS)

    def answer(review: Review, side: Answer.Voice, reason: Answer.Reason, words: str) -> None:
        voices = [voice for voice in queries.voices(review, coordinator) if voice.side == side]
        for voice in voices[:1]:
            domain.answer(review=review, user=coordinator, voice=voice, reason=reason, words=words)

    for one in called_out[:1]:
        shared = ask(one)
        told = "The budget plan gave up the position and named the partner in its place."
        answer(shared, Answer.Voice.SCHOOL, Answer.Reason.DOCUMENT, told)
        answer(shared, Answer.Voice.DISTRICT, Answer.Reason.MONEY, "We want to bring the position back next year.")
        if domain.may_share(shared):
            domain.share(review=shared, user=coordinator, words="The answers stand beside the figures.")
    for one in called_out[1:2]:
        waiting = ask(one)
        told = "We came because nobody taught music any more."
        answer(waiting, Answer.Voice.ORGANIZATION, Answer.Reason.BEFORE, told)
    for one in sorted(compared, key=lambda one: _p(one) or 0)[:1]:
        closed = ask(one)
        answer(closed, Answer.Voice.SCHOOL, Answer.Reason.STAFF, "Our teacher retired, and a new one begins in spring.")
        domain.close(review=closed, user=coordinator, reason=Review.Reason.EXPLAINED, words="Thank you for the answer.")


def _p(one: Screened) -> float | None:
    p: float | None = (one.found.get("staff") or {}).get("p")
    return p
