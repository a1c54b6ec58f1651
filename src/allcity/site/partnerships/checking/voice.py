"""What students say without a name: forms are opened and closed, replies counted, and counts become answers in batches."""

from collections.abc import Mapping

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from allcity.site.accounts.models import User
from allcity.site.cities.domain import note_change
from allcity.site.cities.models import public_id
from allcity.site.cities.rules import Person, is_coordinator
from allcity.site.directory.domain import free_name, source_of_people
from allcity.site.directory.models import School
from allcity.site.needs.models import Answer
from allcity.site.needs.survey.reminding import today_in
from allcity.site.partnerships.checking import queries
from allcity.site.partnerships.checking.growth import year_of
from allcity.site.partnerships.checking.questions import STUDENTS, VOICE
from allcity.site.partnerships.models import Event, Partnership, Side, VoiceCount, VoiceForm
from allcity.site.partnerships.parties import parties, parties_of
from allcity.site.partnerships.phases import Phase, phase_of

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that look alike on paper."""
ASKING = (Phase.RUNNING, Phase.LOOKING_BACK)
"""The phases in which students are asked."""
LEVELS = {question.id: frozenset(question.levels) for question in VOICE}
Reply = Mapping[str, int]
"""The level chosen, by the question's id. What was left out is not there."""


def asked_by(partnership: Partnership, user: Person) -> list[School | None]:
    """Whose students a person may ask: a liaison the school's, an organization those of all, a coordinator any."""
    among = parties(partnership) if is_coordinator(user, partnership) else parties_of(partnership, user)
    schools = [party.place for party in among if isinstance(party.place, School) and party.is_there]
    everybody: list[School | None] = [None] if any(party.side == Side.ORGANIZATION for party in among) else []
    return [*schools, *everybody]


@transaction.atomic
def open_form(*, partnership: Partnership, school: School | None, user: User) -> VoiceForm:
    """Have a form take replies: the one there is of this year, with the link that it had.

    Raises PermissionDenied, and ValidationError while it is not under way.
    """
    if school not in asked_by(partnership, user):
        raise PermissionDenied
    if phase_of(partnership, today_in(partnership.city)) not in ASKING:
        raise ValidationError(_("Students are asked while it is under way."))
    form, _new = VoiceForm.objects.get_or_create(
        city_id=partnership.city_id,
        partnership=partnership,
        year=year_of(partnership),
        school=school,
        defaults={"made_by": user, "code": get_random_string(10, _LETTERS)},
    )
    if form.closed_at:
        form.closed_at = None
        form.save(update_fields=["closed_at"])
    values = {"place": school.name if school else ""}
    Event.objects.create(partnership=partnership, step="students-asked", by=user, values=values)
    return form


def close_form(*, form: VoiceForm, user: User) -> VoiceForm:
    """Take no more replies. Raises PermissionDenied."""
    if form.school not in asked_by(form.partnership, user):
        raise PermissionDenied
    form.closed_at = timezone.now()
    form.save(update_fields=["closed_at"])
    return form


def takes_replies(form: VoiceForm) -> bool:
    """Whether a form can be answered now."""
    partnership = form.partnership
    if form.closed_at or phase_of(partnership, today_in(partnership.city)) not in ASKING:
        return False
    return form.school is None or form.school.archived_at is None


@transaction.atomic
def add_reply(*, form: VoiceForm, reply: Reply) -> None:
    """Count a reply. Nothing of it is kept but that it was one more. Raises ValidationError."""
    locked: VoiceForm = (
        VoiceForm.objects.select_for_update(of=("self",))
        .select_related("city", "school", "partnership__city")
        .get(pk=form.pk)
    )
    if not takes_replies(locked):
        raise ValidationError(_("The form is closed. It takes no more answers."))
    if not reply:
        raise ValidationError(_("Nothing is answered so far. Answer at least one question."))
    if any(level not in LEVELS.get(question, ()) for question, level in reply.items()):
        raise ValidationError(_("Choose one of those that are there."))
    _check_number(locked)
    for question, level in reply.items():
        VoiceCount.objects.get_or_create(form=locked, question_id=question, level=level)
        VoiceCount.objects.filter(form=locked, question_id=question, level=level).update(number=F("number") + 1)
    locked.received += 1
    locked.waiting += 1
    locked.save(update_fields=["received", "waiting"])
    publish_batch(form=locked)


def _check_number(form: VoiceForm) -> None:
    """Refuse more replies than there are students at the school: somebody has answered more than once."""
    if form.school is None:
        return
    there, _reached = queries.most_students(form.partnership, form.school, form.year)
    if there is not None and form.received >= there:
        raise ValidationError(_("As many have answered as the school has students. Tell the adult who gave you this."))


def publish_batch(*, form: VoiceForm) -> bool:
    """Make answers of the counts of each question that enough students have answered since the last time.

    They are added to those before, so that nobody can tell from two looks what one student said.
    """
    waiting: dict[str, dict[int, int]] = {}
    for count in form.counts.select_for_update():
        waiting.setdefault(count.question_id, {})[count.level] = count.number
    threshold = form.city.threshold
    ready = {question: levels for question, levels in waiting.items() if sum(levels.values()) >= threshold}
    if ready:
        used = set(Answer.objects.of(form.city).filter(key__startswith="voice-").values_list("key", flat=True))
        for question, levels in ready.items():
            _add(form, question, levels, used)
        VoiceCount.objects.filter(form=form, question_id__in=ready).delete()
        note_change(form.city)
    left = [sum(levels.values()) for question, levels in waiting.items() if question not in ready]
    form.waiting = max(left, default=0)
    form.save(update_fields=["waiting"])
    return bool(ready)


def _add(form: VoiceForm, question: str, levels: Mapping[int, int], used: set[str]) -> None:
    """Add a batch to the answers to a question: a row for each level, zeros too, with how many answered in all."""
    partnership = form.partnership
    same = {
        "city": form.city,
        "year": form.year,
        "school": form.school,
        "question_id": question,
        "participant_type": STUDENTS,
        "partnership_key": partnership.key,
    }
    rows = Answer.objects.select_for_update().filter(
        **same, group=None, area=None, grade_band="", level__isnull=False, key__startswith="voice-"
    )
    there = {row.level: row for row in rows.order_by("-key")}  # always those of one school, where two have become one
    asked = max((row.asked for row in there.values()), default=0) + sum(levels.values())
    source, whose = source_of_people(form.city, Answer.TABLE), form.school.key if form.school else "all"
    for level in sorted(LEVELS[question]):
        answer = there.get(level)
        if answer is None:
            stem = f"voice {question} {partnership.key} {whose} {form.year} {level}"
            key = free_name(stem.replace(".", " "), used)
            used.add(key)
            answer = Answer(
                **same, level=level, key=key, public_id=public_id(form.city.slug, Answer.TABLE, key), number=0
            )
        answer.number += levels.get(level, 0)
        answer.asked, answer.source, answer.as_of = asked, source, timezone.localdate()
        answer.save()
