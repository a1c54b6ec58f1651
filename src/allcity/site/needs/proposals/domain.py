"""What is done to proposals: one is made, answered, carried on step by step, ended.

The other side is told of everything but that something took place, which it knows, and of what each brings.

Each function finds for which side the person acts, and checks what may be under a lock, so that of two who act at once the
second is told what the first did. Raises PermissionDenied for those who speak for no side that may, and ValidationError.
"""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from allcity.site.accounts.models import User
from allcity.site.cities.models import City, District, Membership
from allcity.site.cities.people.queries import coordinators_of
from allcity.site.conversations.domain import add_party, note_event, start_thread, write_post
from allcity.site.conversations.models import Party, Thread
from allcity.site.directory.models import Organization, Program, School
from allcity.site.needs.ledger.domain import move_need, reason_of
from allcity.site.needs.models import Bring, Need, Proposal, ProposalStep, Side
from allcity.site.needs.proposals import queries, steps, telling
from allcity.site.needs.proposals.following import what_follows
from allcity.site.needs.proposals.steps import Step, other, situation_of
from allcity.site.needs.survey.reminding import today_in
from allcity.site.needs.survey.sheet import students_of

SUBJECT = "proposal"
"""What threads of proposals are about."""
DAYS_TO_ANSWER, FEWEST_DAYS, MOST_DAYS = 14, 7, 60
FURTHEST = timedelta(days=366)
"""How far ahead a next step can be."""
LONGEST_LINE = 300
MOST_STUDENTS = 1_000_000
_NAME_IN_TITLE = 95
_State = Proposal.State


@transaction.atomic
def propose(
    *,
    city: City,
    user: User,
    side: Side,
    organization: Organization,
    need: Need | None = None,
    school: School | None = None,
    program: Program | None = None,
    amount: int | None = None,
    text: str = "",
    brings: Collection[str] = (),
    reply_due_on: date | None = None,
) -> Proposal:
    """Offer (the organization's side) or ask (the school's), for a need or, without one, for places at a school.

    Where one stands between the two about this already, that one is given and nothing is written. `text` opens their
    conversation; `brings` says what the own side brings.
    """
    if need:
        need = Need.objects.select_for_update(of=("self",)).select_related("school", "district").get(pk=need.pk)
        school = need.school
    asker: School | District | None = need.school or need.district if need else school
    if asker is None:
        raise ValidationError(_("Say whose need it is."))
    own = organization if side == Side.ORGANIZATION else asker
    if not queries.speaks_for(own, user, city):
        raise PermissionDenied
    if found := queries.standing(city, organization=organization, need=need, school=school):
        return found
    year = queries.year_of(city, need)
    today = today_in(city)
    due = reply_due_on or today + timedelta(days=DAYS_TO_ANSWER)
    _check_proposed(organization, asker, need, program, amount, year)
    if not timedelta(days=FEWEST_DAYS) <= due - today <= timedelta(days=MOST_DAYS):
        raise ValidationError({
            "reply_due_on": _("Give between %(least)s and %(most)s days to answer.")
            % {"least": FEWEST_DAYS, "most": MOST_DAYS}
        })  # fmt: skip
    proposal, new = Proposal.objects.get_or_create(
        city=city,
        about=queries.about(need, school, year),
        organization=organization,
        state__in=Proposal.STANDING,
        defaults={
            "year": year,
            "need": need,
            "school": school,
            "district": need.district if need else None,
            "program": program,
            "contribution": need.contribution if need else "",
            "amount": amount,
            "made_by_side": side,
            "made_by": user,
            "state": _State.WAITING,
            "reply_due_on": due,
            "awaits": other(side),
            "due_on": due,
        },
    )
    if not new:  # somebody was faster
        return proposal
    Bring.objects.bulk_create(
        Bring(proposal=proposal, what=what, who=side if what in brings else "") for what in Bring.What
    )
    _start_thread(proposal, user, text)
    _record(proposal, "offered" if side == Side.ORGANIZATION else "asked", user, side, before="")
    telling.tell_proposed(proposal, other(side), but=user)
    return proposal


@transaction.atomic
def accept(*, proposal: Proposal, user: User, text: str = "") -> Proposal:
    """Say that one would like to talk."""
    found, side = _begin(proposal, steps.YES, user)
    return _talk(found, steps.YES, user, side, text)


@transaction.atomic
def take_up(*, proposal: Proposal, user: User) -> Proposal:
    """Take up again, as whoever was asked, what was put aside because nobody answered."""
    found, side = _begin(proposal, steps.TAKE_UP, user)
    _check_none_newer(found)
    found.reason, found.ended_at = "", None
    return _talk(found, steps.TAKE_UP, user, side)


@transaction.atomic
def ask_again(*, proposal: Proposal, user: User) -> Proposal:
    """Ask once more, as whoever asked, about what was put aside because nobody answered."""
    found, side = _begin(proposal, steps.ASK_AGAIN, user)
    _check_none_newer(found)
    before, found.state = found.state, _State.WAITING
    found.reason, found.ended_at = "", None
    found.reply_due_on = today_in(found.city) + timedelta(days=DAYS_TO_ANSWER)
    _forget_next_step(found)
    _wait(found, other(side), found.reply_due_on)
    found.save()
    _record(found, steps.ASK_AGAIN.name, user, side, before=before)
    telling.tell_proposed(found, other(side), but=user)
    return found


@transaction.atomic
def propose_next_step(*, proposal: Proposal, kind: str, on: date, user: User, text: str = "") -> Proposal:
    """Suggest what comes next, and on which day. It takes the place of whatever was suggested or agreed before."""
    found, side = _begin(proposal, steps.SUGGEST, user)
    today = today_in(found.city)
    if on < today:
        raise ValidationError({"on": _("This day has passed. Choose one that is to come.")})
    if on - today > FURTHEST:
        raise ValidationError({"on": _("Choose a day within a year.")})
    if kind not in Proposal.NextStep.values:
        raise ValidationError({"kind": _("Choose one of these.")})
    found.next_step, found.next_on, found.next_by, found.next_agreed = kind, on, side, False
    _wait(found, other(side), min(on, today + timedelta(days=DAYS_TO_ANSWER)))
    found.save()
    _record(found, steps.SUGGEST.name, user, side, before=found.state)
    _say(found, user, text)
    telling.tell_side(found, other(side), telling.SUGGESTED, but=user)
    return found


@transaction.atomic
def agree_next_step(*, proposal: Proposal, user: User, seen: str = "") -> Proposal:
    """Agree to what the other side suggested. `seen` is the suggestion that the person read, where a form says it."""
    found, side = _begin(proposal, steps.AGREE, user)
    if seen and seen != steps.suggestion(found):
        raise ValidationError(_("They have suggested something else meanwhile. Look again."))
    before, found.state = found.state, steps.after_agreeing(found)
    found.next_agreed = True
    if found.state == _State.AGREED:
        found.awaits, found.due_on, found.told = "", None, ""
    elif found.next_on:
        _wait(found, "", found.next_on + timedelta(days=1))
    found.save()
    _record(found, steps.AGREE.name, user, side, before=before)
    telling.tell_side(found, other(side), telling.PLANNED, but=user)
    return found


@transaction.atomic
def say_happened(*, proposal: Proposal, user: User) -> Proposal:
    """Say that what was agreed took place; what comes next is then open."""
    found, side = _begin(proposal, steps.HAPPENED, user)
    kind, on = found.next_step, found.next_on
    _forget_next_step(found)
    _wait(found, "", today_in(found.city) + timedelta(days=DAYS_TO_ANSWER))
    found.save()
    _record(found, steps.HAPPENED.name, user, side, before=found.state, kind=kind, on=on)
    return found


def decline(*, proposal: Proposal, reason: str, user: User, words: str = "", text: str = "") -> Proposal:
    """Say no, with a reason of the list. `words` are for the coordinators, `text` for the other side."""
    return _end(proposal, steps.NO, reason, user, words, text)


def withdraw(*, proposal: Proposal, reason: str, user: User, words: str = "", text: str = "") -> Proposal:
    """Take back what one offered or asked for, with a reason of the list, at any time before a partnership begins."""
    return _end(proposal, steps.WITHDRAW, reason, user, words, text)


@transaction.atomic
def settle(*, proposal: Proposal, what: str, user: User, who: str, text: str, is_settled: bool, version: int) -> Bring:
    """Say which side brings something, in a few words, and whether that is settled.

    `version` is the one that the person saw. Where it has changed since, what stands now is told, and nothing is lost: sent
    again with the version of now, theirs counts.
    """
    found = _locked(proposal)
    if not queries.sides_of(found, user):
        raise PermissionDenied
    if found.state not in Proposal.STANDING:
        raise ValidationError(_("This has ended. It is kept as it was."))
    bring: Bring = Bring.objects.select_for_update().get(proposal=found, what=what)
    text = _line(text)
    if (bring.who, bring.text, bring.is_settled) == (who, text, is_settled):
        return bring
    if bring.version != version:
        raise BringConflictError(bring)
    if who and who not in Bring.Who.values:
        raise ValidationError({"who": _("Choose one of these.")})
    bring.who, bring.text, bring.is_settled, bring.version = who, text, is_settled, bring.version + 1
    bring.save()
    return bring


class BringConflictError(ValidationError):
    """Somebody else said something else of it meanwhile."""

    def __init__(self, now: Bring) -> None:
        self.now = now
        super().__init__(_("Somebody changed this while you were writing. Look at both, and save what is right."))


def unseat_coordinators(*, city: City) -> None:
    """Have those who answered for a place as coordinators, and are that no more, read the conversations no more."""
    Party.objects.filter(thread__city=city, thread__subject_kind=SUBJECT, user__isnull=False).exclude(
        user__in=coordinators_of(city)
    ).delete()


def erase(user: User) -> None:
    """Take the person's name off what they made and did, which stays."""
    Proposal.objects.filter(made_by=user).update(made_by=None)
    ProposalStep.objects.filter(by=user).update(by=None)


@transaction.atomic
def lapse(*, proposal: Proposal) -> Proposal:
    """Put aside what nobody has said anything of for long. Both sides are told, and can take it up again."""
    found = _locked(proposal)
    before, found.state = found.state, _State.LAPSED
    found.reason, found.ended_at = Proposal.Reason.NO_ANSWER, timezone.now()
    found.awaits, found.due_on, found.told = "", None, ""
    found.save()
    _record(found, "lapsed", None, "", before=before)
    for side in Side:
        telling.tell_side(found, side, telling.LAPSED)
    return found


# --- Parts of these ---


def _line(text: str) -> str:
    """Text in one line, checked. Raises ValidationError."""
    text = " ".join(text.split())
    if len(text) > LONGEST_LINE or "\0" in text:
        raise ValidationError(_("Write at most %(number)s plain characters.") % {"number": LONGEST_LINE})
    return text


def _check_proposed(
    organization: Organization,
    asker: School | District,
    need: Need | None,
    program: Program | None,
    amount: int | None,
    year: int,
) -> None:
    _check_there(organization, asker)
    if organization.city_id != asker.city_id or (need and need.city_id != asker.city_id):
        raise ValidationError(_("The two are not of the same city."))
    if need and need.state == Need.State.CLOSED:
        raise ValidationError(_("This need is closed. See what else is asked for."))
    if program and (program.organization_id != organization.pk or program.archived_at):
        raise ValidationError({"program": _("Choose a program that the organization has now.")})
    if amount is not None and not 1 <= amount <= MOST_STUDENTS:
        raise ValidationError({"amount": _("Write a number above 0, or leave it empty if nobody knows.")})
    most = students_of(asker, year) if amount and isinstance(asker, School) else None
    if amount and most is not None and amount > most:
        raise ValidationError({
            "amount": _("The school has %(number)s students. Write at most as many.") % {"number": most}
        })  # fmt: skip


def _locked(proposal: Proposal) -> Proposal:
    rows: Any = Proposal.objects.select_for_update(of=("self",)).select_related(*queries.RELATED)
    found: Proposal = rows.get(pk=proposal.pk)
    return found


def _begin(proposal: Proposal, step: Step, user: User) -> tuple[Proposal, Side]:
    """The proposal under a lock, and the side for which the person takes the step."""
    found = _locked(proposal)
    sides = queries.sides_of(found, user)
    if not sides:
        raise PermissionDenied
    if situation_of(found, today_in(found.city)) not in step.situations:
        raise ValidationError(
            _("This has gone on meanwhile. It is now: %(state)s.") % {"state": found.get_state_display()}
        )
    acting = sorted(sides & step.who(found))
    if not acting:
        raise PermissionDenied
    if step.ends:
        _check_not_begun(found, user)
    else:
        _check_can_go_on(found)
    return found, acting[0]


def _check_there(*places: queries.Place) -> None:
    for place in places:
        if queries.is_archived(place):
            raise ValidationError(_("%(name)s has been archived: nobody answers there any more.") % {"name": place})


def _check_can_go_on(proposal: Proposal) -> None:
    _check_there(proposal.organization, proposal.asker)
    if proposal.need and proposal.need.state == Need.State.CLOSED:
        raise ValidationError(
            _("This need was closed meanwhile. End it here, or have the need opened again in the need ledger.")
        )


def _check_not_begun(proposal: Proposal, user: User) -> None:
    if any(following.is_begun for following in what_follows(proposal, user)):
        raise ValidationError(_("A partnership has begun from this. Whoever does not go on with it says so there."))


def _check_none_newer(proposal: Proposal) -> None:
    newer = Proposal.objects.filter(
        city=proposal.city, about=proposal.about, organization=proposal.organization, state__in=Proposal.STANDING
    )
    if newer.exists():
        raise ValidationError(_("The two talk about this already, under a newer offer or request."))


def _talk(proposal: Proposal, step: Step, user: User, side: Side, text: str = "") -> Proposal:
    before, proposal.state = proposal.state, _State.TALKING
    _forget_next_step(proposal)
    _wait(proposal, "", today_in(proposal.city) + timedelta(days=DAYS_TO_ANSWER))
    proposal.save()
    _record(proposal, step.name, user, side, before=before)
    _say(proposal, user, text)
    telling.tell_side(proposal, other(side), telling.ANSWERED, but=user)
    return proposal


@transaction.atomic
def _end(proposal: Proposal, step: Step, reason: str, user: User, words: str, text: str) -> Proposal:
    found, side = _begin(proposal, step, user)
    if reason not in Proposal.Reason.values or step.leads is None:
        raise ValidationError({"reason": _("Choose the reason that comes nearest.")})
    if reason == Proposal.Reason.OTHER and not words.strip():
        raise ValidationError({"words": _("Say in a few words what the reason is.")})
    before, found.state = found.state, step.leads
    found.reason, found.reason_words, found.ended_at = reason, _line(words), timezone.now()
    found.awaits, found.due_on, found.told = "", None, ""
    found.save()
    _record(found, step.name, user, side, before=before)
    _say(found, user, text)
    telling.tell_side(found, other(side), telling.OVER, but=user)
    return found


def _wait(proposal: Proposal, side: str, due_on: date) -> None:
    """Have a side, or both, act by a day; the marks around it begin anew."""
    proposal.awaits, proposal.due_on, proposal.told = side, due_on, Proposal.Mark.NONE


def _forget_next_step(proposal: Proposal) -> None:
    proposal.next_step, proposal.next_on, proposal.next_by, proposal.next_agreed = "", None, "", False


def _start_thread(proposal: Proposal, user: User, text: str) -> None:
    """Begin the conversation of the two places. Where a coordinator keeps a district's side, they take part as a person."""
    places = [proposal.organization.public_id]
    people = []
    if proposal.school:
        places.append(proposal.school.public_id)
    else:
        people = queries.people_of(proposal, Side.SCHOOL)
    names = (str(place)[:_NAME_IN_TITLE] for place in (proposal.organization, proposal.asker))
    proposal.thread = start_thread(
        city=proposal.city,
        title=" · ".join(names),
        user=user,
        audience=Thread.Audience.CIRCLE,
        subject_kind=SUBJECT,
        subject=proposal.public_id,
        users=people,
        places=places,
    )
    proposal.save(update_fields=["thread"])
    event = telling.OFFERED if proposal.made_by_side == Side.ORGANIZATION else telling.ASKED
    note_event(thread=proposal.thread, text_id=event, user=user, tells=False)
    _say(proposal, user, text)


def _say(proposal: Proposal, user: User, text: str) -> None:
    if proposal.thread and text.strip():
        write_post(thread=proposal.thread, user=user, text=text)


def _record(
    proposal: Proposal,
    step: str,
    user: User | None,
    side: str,
    *,
    before: str,
    kind: str = "",
    on: date | None = None,
) -> None:
    """Keep what happened, say it in the conversation, and have the need follow."""
    is_next = step in (steps.SUGGEST.name, steps.AGREE.name)
    kind, on = (proposal.next_step, proposal.next_on) if is_next else (kind, on)
    ProposalStep.objects.create(
        proposal=proposal, step=step, by=user, side=side, before=before, after=proposal.state, kind=kind, on=on
    )
    thread = proposal.thread
    if thread and is_next and on:
        note_event(
            thread=thread, text_id=telling.NEXT_EVENTS[step, kind], values={"day": on}, user=user, tells=False
        )  # fmt: skip
    elif thread and step in telling.EVENTS:
        note_event(thread=thread, text_id=telling.EVENTS[step], user=user, tells=False)
    if user and side and thread:
        place = proposal.place_of(side).public_id
        if not Membership.objects.filter(city=proposal.city, user=user, place=place).exists():
            add_party(thread=thread, user=user)  # a coordinator who answers for a place that nobody looks after
    _move_need(proposal, before, user)


def _move_need(proposal: Proposal, before: str, user: User | None) -> None:
    """Have the need go on with its proposals, and back when the last of them has ended. What was set by hand stays."""
    if proposal.need is None:
        return
    need = Need.objects.select_for_update().get(pk=proposal.need.pk)
    agreed = (_State.TRIAL, _State.AGREED)
    reason = ""
    if proposal.state in Proposal.STANDING:
        target = Need.State.AGREED if proposal.state in agreed else Need.State.OFFERED
        moves = need.state == Need.State.STATED or (need.state, target) == (Need.State.OFFERED, Need.State.AGREED)
    else:
        others = set(Proposal.objects.filter(need=need, state__in=Proposal.STANDING).values_list("state", flat=True))
        was_agreed = before in agreed and need.state == Need.State.AGREED and not others & set(agreed)
        target = Need.State.OFFERED if others else Need.State.STATED
        moves = was_agreed or (need.state == Need.State.OFFERED and not others)
        reason = reason_of("ended")
    if moves:
        move_need(need=need, state=target, user=user, reason=reason)
