"""What is done to forms of families: they are opened and closed, replies are counted, and counts become answers."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from allcity.site.accounts.models import User
from allcity.site.cities.domain import note_change
from allcity.site.cities.models import City, public_id
from allcity.site.directory.domain import free_name, source_of_people
from allcity.site.directory.models import School
from allcity.site.needs.families.questions import REPLIES, STUDENTS, Counted, Counts, Reply
from allcity.site.needs.models import Answer, FamilyForm, WaitingCount
from allcity.site.needs.survey.sheet import students_of

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without those that look alike on paper."""


def open_form(*, city: City, year: int, user: User, school: School | None = None) -> FamilyForm:
    """Have a form of a school, or of the whole city, take replies; the one there is, with the link that it had."""
    form, _new = FamilyForm.objects.get_or_create(
        city=city,
        year=year,
        school=school,
        defaults={"created_by": user, "code": get_random_string(10, _LETTERS)},
    )
    if form.closed_at:
        form.closed_at = None
        form.save(update_fields=["closed_at"])
    return form


def close_form(*, form: FamilyForm) -> FamilyForm:
    """Take no more replies."""
    form.closed_at = timezone.now()
    form.save(update_fields=["closed_at"])
    return form


@transaction.atomic
def add_reply(*, form: FamilyForm, reply: Reply) -> None:
    """Count a reply. Nothing of it is kept but that it was one more. Raises ValidationError where the form is closed."""
    _count(_locked(form), reply.participant_type, reply.counts(), people=1)


@transaction.atomic
def add_hands(*, form: FamilyForm, counts: Counts, there: int) -> None:
    """Count hands that were raised in a group of students of whom so many were there.

    Raises ValidationError where the form is closed, or where there were more than the school has.
    """
    locked = _locked(form)
    most = students_of(locked.school, locked.year) if locked.school else None
    if most is not None and there > most:
        raise ValidationError(_("The school has %(number)s students. Write at most as many.") % {"number": most})
    if any(not 0 <= count.number <= count.asked <= there for count in counts.values()):
        raise ValidationError(_("There are more hands than students. Count them once more."))
    _count(locked, STUDENTS, counts, people=there)


def publish_batch(*, form: FamilyForm) -> bool:
    """Make answers of the counts of each question that enough people have answered since the last time.

    It is told whether there were any. What people said is added to what those before them said, so that nobody can tell
    from two looks what one of them did.
    """
    ready = list(form.counts.select_for_update().filter(asked__gte=form.city.threshold))
    questions = [count for count in ready if count.question_id != REPLIES]
    if questions:
        source = source_of_people(form.city, Answer.TABLE)
        used = set(Answer.objects.of(form.city).values_list("key", flat=True))
        for count in questions:
            answer = _answer(form, count, used)
            answer.number += count.number
            answer.asked += count.asked
            answer.source, answer.as_of = source, timezone.localdate()
            answer.save()
        note_change(form.city)
    WaitingCount.objects.filter(pk__in=[count.pk for count in ready]).delete()
    waiting = form.counts.filter(question_id=REPLIES).values_list("asked", flat=True)
    form.waiting = sum(waiting)
    form.save(update_fields=["waiting"])
    return bool(questions)


def _locked(form: FamilyForm) -> FamilyForm:
    locked: FamilyForm = (
        FamilyForm.objects.select_for_update(of=("self",)).select_related("city", "school").get(pk=form.pk)
    )
    if locked.closed_at:
        raise ValidationError(_("The form is closed. It takes no more answers."))
    return locked


def _count(form: FamilyForm, participant_type: str, counts: Counts, *, people: int) -> None:
    if not counts or not people:
        raise ValidationError(_("Nothing is answered so far. Answer at least one question."))
    for question, counted in {**counts, REPLIES: Counted(people, people)}.items():
        row, _new = WaitingCount.objects.get_or_create(
            form=form, question_id=question, participant_type=participant_type, grade_band=""
        )
        WaitingCount.objects.filter(pk=row.pk).update(
            number=F("number") + counted.number, asked=F("asked") + counted.asked
        )
    form.received += people
    form.waiting += people
    form.save(update_fields=["received", "waiting"])
    publish_batch(form=form)


def _answer(form: FamilyForm, count: WaitingCount, used: set[str]) -> Answer:
    """The answer to which a count is added: that of earlier batches, or a new one."""
    same = {
        "city": form.city,
        "year": form.year,
        "school": form.school,
        "question_id": count.question_id,
        "participant_type": count.participant_type,
    }
    whose = form.school.key if form.school else "city"
    stem = f"forms {whose} {count.question_id} {count.participant_type} {form.year}"
    there = Answer.objects.filter(**same, grade_band="", group=None, area=None, level=None, key__startswith="forms-")
    found: Answer | None = there.select_for_update().first()
    if found:
        return found
    key = free_name(stem.replace(".", " "), used, otherwise=Answer.TABLE)
    used.add(key)
    return Answer(**same, key=key, public_id=public_id(form.city.slug, Answer.TABLE, key), number=0, asked=0)
