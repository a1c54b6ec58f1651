"""What those who look at stories do: publish one, ask for a change, take out a picture, take it down.

In a city they are its coordinators, and the decision stands in the queue of moderation with all others. Stories of cities
that are not here are decided by staff on duty.
"""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from allcity.site.accounts.models import User
from allcity.site.conversations.models import Case
from allcity.site.conversations.moderation import domain as moderation
from allcity.site.publishing.media import domain as media
from allcity.site.publishing.models import Picture, Story, Video
from allcity.site.publishing.stories import moderating, publishing, queries, telling

State = Story.State
LONGEST_REASON = 2000


@transaction.atomic
def approve(*, story: Story, user: User) -> bool:
    """Find that it can be published. Gives whether it is: where the city wants two people to look, the first does not yet.

    Raises ValidationError where a picture or a video lacks something, and to one's own story.
    """
    found = _waiting(story)
    if found.author_id == user.pk:
        raise ValidationError(_("You wrote this yourself, so somebody else decides. You can take it back."))
    if queries.needs_two(found):
        publishing.refuse_lacking(found)
        if found.first_approved_by_id is None:
            found.first_approved_by = user
            found.save(update_fields=["first_approved_by", "changed_at"])
            return False
        if found.first_approved_by_id == user.pk:
            raise ValidationError(_("You looked at it already. Somebody else looks at it too, and publishes it."))
    case = _open_case(found)
    moderating.published(found)
    if case:
        moderation.keep(case=case, decided_by=user)
    return True


@transaction.atomic
def ask_change(*, story: Story, user: User, words: str) -> Story:  # noqa: ARG001 - writes take who does it
    """Ask its author to change something. They read these words on their page, and find the link to it in their mail."""
    found = _waiting(story)
    words = _reason(words, _("Say what should change: its author reads it."))
    if found.state == State.PUBLISHED:
        publishing.conceal(found)
    found.state, found.asked, found.first_approved_by = State.ASKED, words, None
    found.save()
    telling.mail(found, telling.ASKED)
    return found


@transaction.atomic
def take_down(*, story: Story, user: User, reason: str) -> Story:
    """Have nobody else read it, for a reason that its author reads."""
    found = _waiting(story)
    reason = _reason(reason, _("Say why: the author reads it."))
    found.asked = reason
    case = _open_case(found)
    if case:
        found.save(update_fields=["asked"])
        moderation.take_down(case=case, decided_by=user, reason=reason)
    else:
        moderating.taken_down(found)
    found.refresh_from_db()
    return found


@transaction.atomic
def take_out(*, story: Story, item: Picture | Video, user: User, reason: str) -> None:
    """Take one picture or video down, with a reason that the author reads. The story stands without it."""
    found = _locked(story)
    reason = _reason(reason, _("Say why: the author reads it."))
    media.remove(of=item, user=user, reason=reason)
    publishing.note(found)
    telling.mail(found, telling.TAKEN_OUT)


def _open_case(story: Story) -> Case | None:
    """What moderation is to decide of a story; None where its city is not here."""
    if story.city is None:
        return None
    case = moderating.case_of(story)
    if case is None or case.state != Case.State.WAITING:
        moderating.wait(story)
        case = moderating.case_of(story)
    return case


def _waiting(story: Story) -> Story:
    found = _locked(story)
    if found.state in (State.UNCONFIRMED, State.WITHDRAWN):
        raise ValidationError(_("Its author has not confirmed it, or has taken it back. There is nothing to decide."))
    return found


def _locked(story: Story) -> Story:
    rows = Story.objects.select_for_update(of=("self",)).select_related("city", "author")
    found: Story | None = rows.filter(pk=story.pk).first()
    if found is None:
        raise ValidationError(_("Its author has not confirmed it, or has taken it back. There is nothing to decide."))
    return found


def _reason(words: str, empty: str) -> str:
    words = words.strip()
    if not words:
        raise ValidationError(empty, code="reason")
    if len(words) > LONGEST_REASON:
        message = _("This is too long. Say it in at most %(number)s characters.") % {"number": LONGEST_REASON}
        raise ValidationError(message, code="reason")
    return words
