"""What matching has waiting for people: needs that their organization could newly answer."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from allcity.site.accounts.models import User
from allcity.site.needs.matching.queries import news_for
from allcity.site.notices.work import WorkItem


def new_needs(user: User) -> Iterator[WorkItem]:
    """One thing for each organization of the person's that could answer needs it could not before."""
    for news in news_for(user):
        title = ngettext(
            "%(count)s new need that %(name)s could answer",
            "%(count)s new needs that %(name)s could answer",
            news.needs,
        )
        yield WorkItem(
            title % {"count": news.needs, "name": news.organization.name},
            reverse("city:needs-for", args=[news.city.slug, news.organization.slug]),
            detail=_("What schools ask for and your programs give."),
            city=news.city,
        )
