"""Which pictures and videos there are, what each still lacks, and who may see it by a link of theirs."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, TypeVar

from django.core.signing import BadSignature, TimestampSigner
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from wagtail.models import Collection

from allcity.site.cities.models import City
from allcity.site.publishing.domain import collection_for_all, plant_tree
from allcity.site.publishing.models import CityTree, Consent, Media, Picture, Rendition, Video

SEEN_FOR = timedelta(hours=1)
_signer = TimestampSigner(salt="allcity.media.see")
M = TypeVar("M", Picture, Video)


def collection_of(city: City | None) -> Collection:
    """Where a city's pictures and videos are kept, or those of cities that are not on the installation."""
    return plant_tree(city=city).collection if city else collection_for_all()


def city_of(of: Media) -> City | None:
    """The city in whose collection a picture or a video is."""
    return City.objects.filter(tree__collection=of.collection_id).first()  # type: ignore[attr-defined]


def pictures_of(city: City) -> Any:
    """The pictures in a city's collection, the newest first."""
    return Picture.objects.filter(collection__in=_collections(city)).order_by("-created_at", "-pk")


def videos_of(city: City) -> Any:
    """The videos in a city's collection, the newest first."""
    return Video.objects.filter(collection__in=_collections(city)).order_by("-made_at", "-pk")


def _collections(city: City) -> QuerySet[Any]:
    return CityTree.objects.filter(city=city).values("collection")


# --- What is missing ---


def missing(of: Picture | Video) -> list[str]:
    """What is missing before it may be shown, in sentences; nothing when it may be."""
    found = []
    if of.removed_at:
        found.append(_("A moderator took it down."))
    if of.withdrawn_at:
        found.append(_("Somebody in it has taken their consent back."))
    if isinstance(of, Picture) and not of.description.strip():
        found.append(_("Say what it shows, for those who do not see it."))
    if isinstance(of, Picture) and not of.caption.strip():
        found.append(_("Write a caption: a line that everybody reads below it."))
    if isinstance(of, Video) and not of.text.strip():
        found.append(_("Say what is seen and heard in it, for those who do not see or hear it."))
    if of.people == Media.People.UNKNOWN:
        found.append(_("Say whether anybody can be recognised in it."))
    if of.people in Media.RECOGNISABLE:
        found += _missing_consents(of)
    return found


def _missing_consents(of: Picture | Video) -> list[str]:
    consents = list(of.consents.all())
    if not consents:
        return [_("Everybody who can be recognised has to agree. Add who agreed.")]
    found = []
    if of.people == Media.People.MINORS and not any(consent.is_minor for consent in consents):
        found.append(_("Children or young people can be recognised. Add who agreed for them."))
    today = timezone.now().date()
    for consent in consents:
        values = {"shown": consent.shown}
        if consent.withdrawn_at:
            found.append(_("The consent for %(shown)s was taken back.") % values)
        elif consent.given_on is None or not consent.for_site:
            found.append(_("That %(shown)s may be shown on this site was not agreed to.") % values)
        elif consent.until and consent.until < today:
            values["day"] = formats.date_format(consent.until, "DATE_FORMAT")
            found.append(_("The consent for %(shown)s ended on %(day)s.") % values)
    return found


def lacking(kept: Any, name: str) -> Any:
    """Those of the pictures or videos that lack something: `people`, `consent`, `words`; or `stopped` ones, `shown` ones."""
    of_it = Consent.objects.filter(**{kept.model.IN_CONSENT: OuterRef("pk")})
    stands = Exists(of_it) & ~Exists(of_it.exclude(Consent.stands(Consent.Scope.SITE)))
    if name == "people":
        return kept.filter(people=Media.People.UNKNOWN)
    if name == "consent":
        return kept.filter(people__in=Media.RECOGNISABLE).exclude(stands)
    if name == "words":
        return kept.filter(Q(description="") | Q(caption="") if kept.model is Picture else Q(text=""))
    if name == "stopped":
        return kept.filter(Q(withdrawn_at__isnull=False) | Q(removed_at__isnull=False))
    if name == "shown":
        return kept.public()
    return kept


def is_shown(of: Picture | Video) -> bool:
    """Whether everybody may see it now."""
    return bool(type(of).objects.public().filter(pk=of.pk).exists())


def may_be_shared(of: Picture | Video) -> bool:
    """Whether everybody may see it, and all who can be recognised in it agreed to social media as well."""
    if not is_shown(of):
        return False
    agreed = of.consents.filter(Consent.stands(Consent.Scope.SOCIAL)).count()
    return of.people == Media.People.NOBODY or agreed == of.consents.count()


def is_stopped(of: Picture | Video) -> bool:
    """Whether somebody stopped it: then no link to it works."""
    if of.withdrawn_at or of.removed_at:
        return True
    return of.people in Media.RECOGNISABLE and any(consent.withdrawn_at for consent in of.consents.all())


def with_renditions(pictures: Any) -> Any:
    """Pictures with the sizes that were made of them, so that a page of many asks once."""
    return pictures.prefetch_related("renditions")


# --- By a link ---


def see(of: Picture | Video) -> str:
    """What is put after `?see=` so that a picture or a video is seen for an hour before it is published.

    For pages on which somebody may see it: its author by the link of theirs, those who moderate.
    """
    return _signer.sign(of.public_id.hex)


def preview_url(rendition: Rendition) -> str:
    """The address of a picture for an hour, for whoever reads the page that it is on."""
    return f"{rendition.url}?see={see(rendition.image)}"


def may_see(request: HttpRequest, of: Picture | Video) -> bool:
    """Whether the reader has a link that was made within the hour, to something that nobody has stopped."""
    try:
        named = _signer.unsign(request.GET.get("see", ""), max_age=SEEN_FOR)
    except BadSignature:
        return False
    return named == of.public_id.hex and not is_stopped(of)


def seen_by(request: HttpRequest, of: type[M]) -> "QuerySet[M]":
    """The pictures or videos that the reader may see: what they may anyway, and the one that their link names."""
    seen = of.objects.for_user(request.user)
    try:
        named = _signer.unsign(request.GET.get("see", ""), max_age=SEEN_FOR)
    except BadSignature:
        return seen
    one = of.objects.filter(public_id=named).first()
    if one is None or is_stopped(one):
        return seen
    return of.objects.filter(Q(pk__in=seen.values("pk")) | Q(pk=one.pk))


def renditions_of(pictures: Iterable[Picture]) -> QuerySet[Rendition]:
    """Every size that was made of the pictures."""
    return Rendition.objects.filter(image__in=list(pictures))
