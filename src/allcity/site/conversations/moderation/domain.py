"""What is done in moderation: somebody reports, a coordinator decides and says why, the author may answer once.

Every report, decision and answer is kept. Whoever calls has checked that the acting person may. Every refusal is a
ValidationError that says what to do instead.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from allcity.site.accounts.models import User
from allcity.site.cities.models import City
from allcity.site.cities.people.queries import coordinators_of
from allcity.site.conversations import kinds as notices
from allcity.site.conversations.models import Case, Decision, Report
from allcity.site.conversations.moderation.registry import Contribution, kinds
from allcity.site.conversations.telling import tell

MOST_UNNAMED = 5
"""How many people who do not sign in may report the same thing: more of them tell a coordinator nothing new."""

MOST_AN_HOUR = 20
"""How much one person may report in an hour."""


@transaction.atomic
def hold(*, city: City, kind: str, subject: UUID, author: User | None) -> Case:
    """Have a contribution wait for a coordinator before others see it. The feature that holds it back calls this.

    Its author is None where they have no account.
    """
    case = Case.objects.create(
        city=city, kind=kind, subject=subject, author=author, is_new=True, opened_at=timezone.now()
    )
    _tell_coordinators(case)
    return case


@transaction.atomic
def report(*, city: City, kind: str, contribution: Contribution, reporter: User | None, reason: str) -> Case:
    """Ask the city's coordinators to look at what somebody wrote. It stays where it is until one decides."""
    reason = reason.strip()
    if not reason:
        raise ValidationError(_("Say what is wrong with it, so that a coordinator knows where to look."))
    if reporter and reporter == contribution.author:
        raise ValidationError(_("This is your own. You can change it, or take it back."))
    case = _case_of(city, kind, contribution)
    reports = Report.objects.filter(case=case)
    if reporter and Report.objects.filter(reporter=reporter, reported_at__gt=_an_hour_ago()).count() >= MOST_AN_HOUR:
        raise ValidationError(_("You have reported much in this hour. Write to a coordinator, or go on later."))
    if reporter and reports.filter(reporter=reporter).exists():
        raise ValidationError(_("You have reported this already. The coordinators' answer reaches you."))
    is_settled = case.state == Case.State.KEPT and reports.exists()
    if not reporter and (is_settled or reports.filter(reporter=None).count() >= MOST_UNNAMED):
        raise ValidationError(_("This has been reported already, and the coordinators know of it."))
    Report.objects.create(case=case, reporter=reporter, reason=reason, reported_at=timezone.now())
    if case.state != Case.State.WAITING:
        case.state, case.opened_at = Case.State.WAITING, timezone.now()
        case.save(update_fields=["state", "opened_at"])
    _tell_coordinators(case)
    return case


def _an_hour_ago() -> datetime:
    return timezone.now() - timedelta(hours=1)


def _case_of(city: City, kind: str, contribution: Contribution) -> Case:
    """The case of a contribution, locked: of two who report it at once the second joins the first."""
    cases = Case.objects.select_for_update().filter(kind=kind, subject=contribution.public_id)
    found = cases.first()
    if found is None:
        try:
            with transaction.atomic():
                return Case.objects.create(
                    city=city,
                    kind=kind,
                    subject=contribution.public_id,
                    author=contribution.author,
                    opened_at=timezone.now(),
                )
        except IntegrityError:
            found = cases.get()
    return found


@transaction.atomic
def keep(*, case: Case, decided_by: User, reason: str = "") -> Case:
    """Decide that a contribution stands. What waited is let through, what was taken down comes back."""
    return _decide(case, Case.State.KEPT, decided_by, reason.strip())


@transaction.atomic
def take_down(*, case: Case, decided_by: User, reason: str) -> Case:
    """Decide that nobody but coordinators and its author reads a contribution any more, and tell the author why."""
    if not reason.strip():
        raise ValidationError(_("Say why: the author reads it."))
    return _decide(case, Case.State.TAKEN_DOWN, decided_by, reason.strip())


def _decide(case: Case, state: Case.State, decided_by: User, reason: str) -> Case:
    """Decide once: of two coordinators at the same case the first counts."""
    if case.author_id == decided_by.pk:
        raise ValidationError(_("You wrote this yourself, so somebody else decides. You can take it back."))
    if not Case.objects.waiting().filter(pk=case.pk).update(state=state):
        raise ValidationError(_("Somebody has decided already."))
    was_new, case.state = case.is_new, state
    decision = Decision.objects.create(
        case=case, state=state, reason=reason, decided_by=decided_by, decided_at=timezone.now()
    )
    kind = kinds()[case.kind]
    act = kind.restore if state == Case.State.KEPT else kind.take_down
    act(case.city, case.subject)
    case.is_new, case.escalated_at, case.escalated_because = False, None, ""
    case.save(update_fields=["is_new", "escalated_at", "escalated_because"])
    _tell_of(decision, was_new=was_new)
    return case


@transaction.atomic
def answer(*, case: Case, text: str) -> Case:
    """Have the author of what was taken down say something to it, once. It then waits for a second, last decision."""
    text = text.strip()
    if not text:
        raise ValidationError(_("Write what the coordinators should know."))
    taken_down = Case.objects.filter(pk=case.pk, state=Case.State.TAKEN_DOWN, answer="")
    now = timezone.now()
    if not taken_down.update(state=Case.State.WAITING, answer=text, answered_at=now, opened_at=now):
        raise ValidationError(_("You have answered already, or the matter is settled."))
    case.refresh_from_db()
    _tell_coordinators(case)
    return case


@transaction.atomic
def escalate(*, case: Case, why: str) -> Case:
    """Ask the staff of the site to look at what is hard to decide. It waits until somebody decides, whoever that is."""
    why = why.strip()
    if not why:
        raise ValidationError(_("Say what is hard about it."))
    if not Case.objects.waiting().filter(pk=case.pk).update(escalated_at=timezone.now(), escalated_because=why):
        raise ValidationError(_("Somebody has decided already."))
    case.refresh_from_db()
    url = reverse("city:moderation", args=[case.city.slug]) + "?show=escalated"
    tell(User.objects.filter(is_staff=True, is_active=True), notices.ESCALATED, city=case.city, url=url)
    return case


def take_back(*, kind: str, subject: UUID) -> None:
    """Close the case of a contribution that its author took back: there is nothing left to decide."""
    Case.objects.waiting().filter(kind=kind, subject=subject).update(state=Case.State.TAKEN_BACK, is_new=False)


# --- Telling ---


def _tell_coordinators(case: Case) -> None:
    """Tell each coordinator once that something waits, however much it is by the time they look."""
    coordinators = coordinators_of(case.city).exclude(pk=case.author_id or 0).distinct()
    tell(coordinators, notices.QUEUE, city=case.city, url=reverse("city:moderation", args=[case.city.slug]))


def _tell_of(decision: Decision, *, was_new: bool) -> None:
    """Tell the author what was decided and why, and whoever reported that somebody looked."""
    case = decision.case
    found = kinds()[case.kind].find(case.city, [case.subject]).get(case.subject)
    if found is None:
        return
    is_kept = decision.state == Case.State.KEPT
    had_been_told = was_new or case.decisions.exclude(pk=decision.pk).exists()
    if case.author and (not is_kept or had_been_told):
        kind = notices.KEPT if is_kept else notices.TAKEN_DOWN
        url = found.url if is_kept else reverse("city:moderation-answer", args=[case.city.slug, case.public_id])
        values = {"title": found.title, "reason": decision.reason}
        tell([case.author], kind, city=case.city, url=url, values=values, again=True)
    reporters = User.objects.filter(pk__in=case.reports.values("reporter"), is_active=True)
    url = found.url if is_kept else ""
    tell(reporters, notices.REPORT_ANSWERED, city=case.city, url=url, values={"title": found.title}, again=True)
