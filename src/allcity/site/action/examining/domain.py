"""What coordinators do about a self-examination: it is opened, changed, closed, opened again, published and taken back."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from allcity.analysis.city import year_name
from allcity.site.accounts.models import User
from allcity.site.action.examining.answering import mix_students
from allcity.site.action.examining.locking import locked
from allcity.site.action.models import SelfExamination
from allcity.site.cities.domain import note_publication
from allcity.site.cities.models import City
from allcity.site.needs.survey.reminding import today_in

YEARS_BACK, YEARS_AHEAD = 5, 1


def years_to_open(city: City) -> list[int]:
    """The school years for which a self-examination may be opened, the newest first."""
    this = school_year(today_in(city))
    there = set(SelfExamination.objects.of(city).values_list("year", flat=True))
    return [year for year in range(this + YEARS_AHEAD, this - YEARS_BACK - 1, -1) if year not in there]


def school_year(day: date) -> int:
    """The school year of a day, by its first calendar year: it begins on 1 July."""
    return day.year if day.month >= 7 else day.year - 1


@transaction.atomic
def open_examination(
    *,
    city: City,
    user: User,
    year: int,
    is_anonymous: bool = True,
    message: str = "",
    due_on: date | None = None,
) -> SelfExamination:
    """Open the self-examination of a school year. Raises ValidationError."""
    if SelfExamination.objects.of(city).filter(year=year).exists():
        raise ValidationError({"year": _there_already(year)})
    if year not in years_to_open(city):
        raise ValidationError({"year": _("Choose this school year, the next one, or one of the last five.")})
    _check_due(city, due_on)
    try:
        with transaction.atomic():
            made: SelfExamination = SelfExamination.objects.create(
                city=city,
                year=year,
                is_anonymous=is_anonymous,
                message=message.strip(),
                due_on=due_on,
                opened_by=user,
            )
    except IntegrityError as error:  # somebody else opened it at the same moment
        raise ValidationError({"year": _there_already(year)}) from error
    return made


@transaction.atomic
def change_examination(
    *, examination: SelfExamination, is_anonymous: bool, message: str, due_on: date | None
) -> SelfExamination:
    """Change its words and day, and, as long as nobody has begun to answer, whether answers have names."""
    examination = locked(examination)
    if is_anonymous != examination.is_anonymous and has_begun(examination):
        raise ValidationError(
            {"is_anonymous": _("Somebody has begun to answer, and was told how it is. That cannot change any more.")}
        )
    if due_on != examination.due_on:
        _check_due(examination.city, due_on)
    examination.is_anonymous, examination.message, examination.due_on = is_anonymous, message.strip(), due_on
    examination.save(update_fields=["is_anonymous", "message", "due_on"])
    _note(examination)
    return examination


@transaction.atomic
def close_examination(*, examination: SelfExamination) -> SelfExamination:
    """Take no more answers, and mix those of students. Closing it twice changes nothing."""
    examination = locked(examination)
    if not examination.closed_at:
        mix_students(examination)
        examination.closed_at = timezone.now()
        examination.save(update_fields=["closed_at"])
        _note(examination)
    return examination


@transaction.atomic
def reopen_examination(*, examination: SelfExamination) -> SelfExamination:
    """Take answers again, by the same links. What is published must be taken back first: it would change under its readers."""
    examination = locked(examination)
    if examination.published_at:
        raise ValidationError(_("It is published. Take it back first, then open it again."))
    if examination.closed_at:
        examination.closed_at = None
        examination.save(update_fields=["closed_at"])
    return examination


@transaction.atomic
def publish_examination(*, examination: SelfExamination) -> SelfExamination:
    """Have everybody read its summary. Raises ValidationError while it takes answers, or where nothing was written."""
    examination = locked(examination)
    if not examination.closed_at:
        raise ValidationError(_("It still takes answers. Close it first, then publish it."))
    if not (examination.questions.exists() or examination.sections.exists()):
        raise ValidationError(_("Nothing is written yet. Write at least one section, or leave it open and say why."))
    if not examination.published_at:
        examination.published_at = timezone.now()
        examination.save(update_fields=["published_at"])
        note_publication(examination.city)
    return examination


@transaction.atomic
def unpublish_examination(*, examination: SelfExamination) -> SelfExamination:
    """Take the summary back."""
    examination = locked(examination)
    if examination.published_at:
        examination.published_at = None
        examination.save(update_fields=["published_at"])
        note_publication(examination.city)
    return examination


def has_begun(examination: SelfExamination) -> bool:
    """Whether anybody has begun to answer."""
    return bool(examination.respondents.exists())


def _there_already(year: int) -> str:
    return _("The self-examination of %(year)s is there already. Go on with that one.") % {"year": year_name(year)}


def _check_due(city: City, due_on: date | None) -> None:
    if due_on and due_on < today_in(city):
        raise ValidationError({"due_on": _("This day is past. Choose one that is still to come, or leave it empty.")})


def _note(examination: SelfExamination) -> None:
    if examination.published_at:
        note_publication(examination.city)
