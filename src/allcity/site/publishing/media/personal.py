"""What is kept of a person who agreed, noted or sent in something."""

from allcity.site.accounts.models import User
from allcity.site.accounts.queries import own_addresses
from allcity.site.publishing.media.consents import withdraw_consent
from allcity.site.publishing.models import Consent, Picture, Video

NOBODY_NAMED = "–"
"""Stands where the name of an adult stood who has left."""


def personal_data(user: User) -> dict[str, object]:
    """Consents from the person's mail addresses, and what they sent in."""
    scopes = ("for_site", "for_print", "for_social")
    told = ("shown", "relation", "given_by", "email", "given_on", *scopes, "until", "withdrawn_at")
    return {
        "consents": list(Consent.objects.filter(email__in=own_addresses(user)).order_by("pk").values(*told)),
        "pictures": list(Picture.objects.filter(uploaded_by_user=user).order_by("pk").values("title", "created_at")),
        "videos": list(Video.objects.filter(uploaded_by=user).order_by("pk").values("title", "made_at")),
    }


def erase(user: User) -> None:
    """Take back what the person agreed to for themselves or their children, and take their name and address off it."""
    for consent in Consent.objects.filter(email__in=own_addresses(user)):
        if consent.relation != Consent.Relation.SCHOOL:
            withdraw_consent(consent=consent)
        shown = NOBODY_NAMED if consent.relation == Consent.Relation.SELF else consent.shown
        Consent.objects.filter(pk=consent.pk).update(shown=shown, given_by="", email="")
