"""What agreements have waiting for people: a draft to go on with, a text to sign."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from allcity.site.accounts.models import User
from allcity.site.notices.work import WorkItem
from allcity.site.partnerships.agreeing.queries import open_for
from allcity.site.partnerships.agreeing.telling import url_of
from allcity.site.partnerships.agreeing.words import together
from allcity.site.partnerships.models import Agreement, Partnership


def agreements(user: User) -> Iterator[WorkItem]:
    """Each version that waits for the person to write on it or to sign it."""
    for version, own in open_for(user, Partnership.objects.to_agree_on(user)):
        is_to_sign = version.state == Agreement.State.SIGNING
        words = _("Sign the agreement: %(name)s") if is_to_sign else _("Go on with the agreement: %(name)s")
        yield WorkItem(
            words % {"name": version.partnership.name},
            url_of(version.partnership, "partnership-agreement"),
            detail=together(own),
            due_on=version.start_date if is_to_sign else None,
            city=version.city,
            weight=40 if is_to_sign else 30,
        )
