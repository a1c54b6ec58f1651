"""Who may do what at the addresses of briefs: a part of the table in `permissions`."""

from django.utils import timezone
from tests.site.permissions_world import EDITORS, EVERYBODY, NOBODY, Page, World

from allcity.site.action.models import Brief
from allcity.site.figures.models import Examination


def a_brief(world: World) -> dict[str, object]:
    """One that everybody reads."""
    examination = Examination.objects.of(world.city).done().first() or Examination.objects.create(
        city=world.city, year=2022, state=Examination.State.DONE, computed_at=timezone.now()
    )
    found = Brief.objects.get_or_create(
        city=world.city, audience="board", language="en", defaults={"examination": examination}
    )[0]
    Brief.objects.filter(pk=found.pk).update(published_at=timezone.now())
    return {"brief": found.public_id}


PAGES: dict[str, Page] = {
    "city:briefs": Page(EVERYBODY, NOBODY),
    **dict.fromkeys(("city:brief", "city:brief-paper", "city:brief-preview"), Page(EVERYBODY, NOBODY, a_brief)),
    "city:brief-new": Page(EDITORS, EDITORS),
    "city:brief-change": Page(EDITORS, EDITORS, a_brief),
    "city:brief-step": Page(NOBODY, EDITORS, lambda world: {**a_brief(world), "step": "publish"}),
}
