"""What pages have waiting for people: those that somebody asked to be looked at before they are published."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.models import Page, WorkflowState

from allcity.site.accounts.models import User
from allcity.site.notices.work import WorkItem
from allcity.site.publishing.models import CityTree
from allcity.site.publishing.queries import pages_of

WEIGHT = 5


def to_look_at(user: User) -> Iterator[WorkItem]:
    """One line for each page of the person's own cities that somebody else asked to be looked at."""
    waiting = WorkflowState.objects.filter(status=WorkflowState.STATUS_IN_PROGRESS).exclude(requested_by=user)
    numbers = [int(number) for number in waiting.values_list("object_id", flat=True) if number.isdigit()]
    pages = [page for page in pages_of(user, Page.objects.filter(pk__in=numbers)) if _may_publish(page, user)]
    cities = CityTree.cities_of(pages)
    for page in pages:
        yield WorkItem(
            _("Look at “%(title)s” before it is published") % {"title": page.title},
            reverse("wagtailadmin_pages:edit", args=[page.pk]),
            city=cities[page.path],
            weight=WEIGHT,
        )


def _may_publish(page: Page, user: User) -> bool:
    may: bool = page.permissions_for_user(user).can_publish()
    return may
