"""What is done to reviews: a coordinator puts what the screen says to the school, others answer, and it is shared or closed.

Each function checks under a lock. Raises PermissionDenied for those who may not, and ValidationError.
"""

from datetime import date, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from allcity.site.accounts.models import User
from allcity.site.cities.models import City
from allcity.site.cities.rules import is_coordinator
from allcity.site.directory.models import School
from allcity.site.figures.queries import current_examination
from allcity.site.needs.survey.reminding import today_in
from allcity.site.partnerships.models import Answer, Review
from allcity.site.partnerships.reviewing import queries, telling
from allcity.site.partnerships.reviewing.queries import Voice

DAYS_TO_ANSWER, FEWEST_DAYS, MOST_DAYS = 21, 7, 120
_State = Review.State


class AnswerConflictError(ValidationError):
    """Somebody else answered for the same place meanwhile; `now` is what stands."""

    def __init__(self, now: Answer) -> None:
        super().__init__(
            _("Somebody else wrote this answer meanwhile. Theirs stands below; write yours so that it fits.")
        )
        self.now = now


@transaction.atomic
def ask(*, school: School, year: int, user: User, words: str, due_on: date | None = None) -> Review:
    """Put what the screen says of a school in a year to it. One that was closed can be opened again."""
    city = school.city
    _check_coordinates(user, city)
    screened = queries.screened_school(current_examination(city, year), school)
    if not screened:
        raise ValidationError(_("Of this school and year there is nothing to ask."))
    City.objects.select_for_update().get(pk=city.pk)  # two who ask at once open one review
    today = today_in(city)
    due = due_on or today + timedelta(days=DAYS_TO_ANSWER)
    if not timedelta(days=FEWEST_DAYS) <= due - today <= timedelta(days=MOST_DAYS):
        raise ValidationError(
            {"due_on": _("Give between %(least)s and %(most)s days.") % {"least": FEWEST_DAYS, "most": MOST_DAYS}}
        )
    review = Review.objects.filter(school=school, year=year).first()
    if review and review.state != _State.CLOSED:
        raise ValidationError(_("They have been asked already."))
    review = review or Review(city=city, school=school, year=year)
    review.state, review.found, review.words, review.due_on, review.by = _State.ASKED, screened, words, due, user
    review.reason, review.decided_words, review.decided_at = "", "", None
    review.save()
    telling.tell_asked(review, kind=telling.ASKED, but=user)
    return review


@transaction.atomic
def answer(*, review: Review, user: User, voice: Voice, words: str, reason: str = "", seen: str = "") -> Answer:
    """Answer for somebody, or change what was answered. `seen` is `version_of` the answer that stood when it was begun.

    Raises AnswerConflictError where another stands by now.
    """
    found = _locked(review)
    by_now = _State.SHARED if voice.side == Answer.Voice.ORGANIZATION else _State.ASKED
    if found.state != by_now:
        raise ValidationError(_("The answers stand as they are: this was shared or closed meanwhile."))
    if voice not in queries.voices(found, user):
        raise PermissionDenied
    if reason == Answer.Reason.DOCUMENT and voice.side == Answer.Voice.ORGANIZATION:
        raise ValidationError({"reason": _("Only the school, its district and the city can say this.")})
    standing = Answer.objects.filter(review=found, place=voice.place).first()
    if standing and version_of(standing) != seen:
        raise AnswerConflictError(standing)
    given = standing or Answer(review=found, place=voice.place)
    given.side, given.place_name, given.reason, given.words, given.by = voice.side, voice.name, reason, words, user
    given.save()
    telling.tell_coordinators(found, place=voice.name, but=user)
    return given


def version_of(answer: Answer | None) -> str:
    """What tells one wording of an answer from the next; empty where there is none."""
    return answer.said_at.isoformat() if answer else ""


@transaction.atomic
def share(*, review: Review, user: User, words: str = "") -> Review:
    """Show the members of the city what the screen says, with all answers beside it.

    Only once the school has answered, or the day until which it was to answer has passed.
    """
    found = _locked(review)
    _check_coordinates(user, found.city)
    if found.state != _State.ASKED:
        raise ValidationError(_("This was shared or closed meanwhile."))
    if not may_share(found):
        raise ValidationError(_("The school comes first: wait for its answer, or for the day until which you asked."))
    return _decide(found, _State.SHARED, words, user)


def may_share(review: Review) -> bool:
    """Whether the school has had its word."""
    is_over = review.due_on is not None and review.due_on < today_in(review.city)
    return review.state == _State.ASKED and (queries.has_answered(review) or is_over)


@transaction.atomic
def close(*, review: Review, user: User, reason: str, words: str = "") -> Review:
    """Close it, with a reason. What was shared is shown no more."""
    found = _locked(review)
    _check_coordinates(user, found.city)
    if found.state == _State.CLOSED:
        raise ValidationError(_("This was closed already."))
    found.reason = Review.Reason(reason)
    return _decide(found, _State.CLOSED, words, user)


def erase(user: User) -> None:
    """Take the person's name off what they asked and answered for others, which stays."""
    Review.objects.filter(by=user).update(by=None)
    Answer.objects.filter(by=user).update(by=None)


def _decide(review: Review, state: Review.State, words: str, user: User) -> Review:
    review.state, review.decided_words, review.decided_at = state, words, timezone.now()
    review.save()
    telling.tell_asked(review, kind=telling.DECIDED, but=user)
    return review


def _locked(review: Review) -> Review:
    found: Review = Review.objects.select_for_update(of=("self",)).select_related("school", "city").get(pk=review.pk)
    return found


def _check_coordinates(user: User, city: City) -> None:
    if not is_coordinator(user, city):
        raise PermissionDenied
