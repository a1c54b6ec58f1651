"""What is done about briefs: they are made, written, given newer figures, published and taken back."""

from collections.abc import Mapping

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from allcity.site.accounts.models import User
from allcity.site.action.briefing.queries import newer_examination
from allcity.site.action.briefing.words import LONGEST, MOST_LINES, default_words
from allcity.site.action.models import Brief
from allcity.site.cities.domain import note_publication
from allcity.site.cities.models import City
from allcity.site.figures.queries import current_examination


@transaction.atomic
def make_brief(*, city: City, user: User, audience: str, language: str) -> Brief:
    """Make a brief for an audience with the newest figures of the city, in words that can be changed. Nobody else sees it yet."""
    if audience not in Brief.Audience.values:
        raise ValidationError(_("Choose for whom it is."), code="audience")
    if language not in dict(settings.LANGUAGES):
        raise ValidationError(_("Choose one of the languages of this site."), code="language")
    examination = current_examination(city)
    if examination is None:
        raise ValidationError(
            _("The figures of this city have not been computed yet. Once they are, a brief can be made of them.")
        )
    with translation.override(language):
        words = default_words(city, audience)
    brief: Brief = Brief.objects.create(
        city=city, made_by=user, audience=audience, language=language, examination=examination, words=words
    )
    return brief


@transaction.atomic
def change_words(*, brief: Brief, words: Mapping[str, str]) -> Brief:
    """Write parts anew, by their names. A part that is left empty says again what it says for this audience."""
    found = _locked(brief)
    with translation.override(found.language):
        said = {**default_words(found.city, found.audience), **found.words}
        by_itself = default_words(found.city, found.audience)
    for name, typed in words.items():
        text = "\n".join(" ".join(line.split()) for line in typed.strip().splitlines() if line.strip())
        if name not in LONGEST:
            raise ValidationError(_("A brief has no such part."))
        if len(text) > LONGEST[name]:
            message = _("This is too long for two pages. Say it in at most %(number)s characters.")
            raise ValidationError(message % {"number": LONGEST[name]}, code=name)
        if len(text.splitlines()) > MOST_LINES:
            message = _("These are too many lines for two pages. Write at most %(number)s.")
            raise ValidationError(message % {"number": MOST_LINES}, code=name)
        said[name] = text or by_itself[name]
    found.words = said
    return _saved(found)


@transaction.atomic
def take_over_figures(*, brief: Brief) -> Brief:
    """Have it tell the city's newest figures. The words stay, so that whoever wrote them reads them again."""
    found = _locked(brief)
    newer = newer_examination(found)
    if newer is None:
        raise ValidationError(_("It has the newest figures already."))
    found.examination = newer
    return _saved(found)


@transaction.atomic
def publish(*, brief: Brief) -> Brief:
    """Have everybody read it. Doing it twice changes nothing."""
    found = _locked(brief)
    if found.published_at is None:
        found.published_at = timezone.now()
        found.save()
        note_publication(found.city)
    return found


@transaction.atomic
def take_back(*, brief: Brief) -> Brief:
    """Have nobody but members of the city read it any more."""
    found = _locked(brief)
    if found.published_at:
        found.published_at = None
        found.save()
        note_publication(found.city)
    return found


@transaction.atomic
def discard(*, brief: Brief) -> None:
    """Remove one that nobody reads."""
    found = _locked(brief)
    if found.published_at:
        raise ValidationError(_("Everybody can read it. Stop publishing it first, then you can remove it."))
    found.delete()


def _saved(found: Brief) -> Brief:
    found.save()
    if found.published_at:
        note_publication(found.city)
    return found


def _locked(brief: Brief) -> Brief:
    rows = Brief.objects.select_for_update(of=("self",)).select_related("city", "examination")
    found: Brief | None = rows.filter(pk=brief.pk).first()
    if found is None:
        raise ValidationError(_("Somebody has removed this brief. Make a new one."))
    return found
