"""Who may do what at the addresses of commitments and of the plan: a part of the table in `permissions`."""

from tests.site.permissions_world import ANSWERING, COORDINATORS, EVERYBODY, MEMBERS, NOBODY, Page, World

from allcity.site.action.committing import domain
from allcity.site.action.committing.phases import State
from allcity.site.action.models import Commitment, Plan
from allcity.site.conversations.models import Post

TITLE = "Find a hall for the spring concert"


def a_commitment(world: World) -> Commitment:
    """A public one that is agreed to; the liaison answers for it, the manager's organization takes it on."""
    found = Commitment.objects.filter(city=world.city, title=TITLE).first()
    if found is None:
        found = domain.commit(
            city=world.city,
            user=world.people["coordinator"],
            title=TITLE,
            owner=world.people["liaison"],
            place=world.organization.public_id,
            is_public=True,
        )
        domain.add_milestone(commitment=found, user=world.people["coordinator"], title="Call the schools")
    Commitment.objects.filter(pk=found.pk).update(state=State.AGREED)
    return found


def of_one(world: World) -> dict[str, object]:
    return {"commitment": a_commitment(world).public_id}


def a_step(world: World) -> dict[str, object]:
    return {**of_one(world), "step": "finish"}


def a_milestone(world: World) -> dict[str, object]:
    one = a_commitment(world)
    step = one.milestones.first() or domain.add_milestone(
        commitment=one, user=world.people["coordinator"], title="Call the schools"
    )
    return {**of_one(world), "milestone": step.pk}


def a_plan(world: World) -> dict[str, object]:
    """One that everybody reads."""
    Plan.objects.update_or_create(city=world.city, defaults={"is_public": True})
    return {}


def a_section(world: World) -> dict[str, object]:
    return {"section": next(iter(world.city.settings.framework.sections))}


def a_conversation(world: World) -> dict[str, object]:
    return {"thread": Post.objects.filter(thread__city=world.city).earliest("pk").thread.public_id}


_LOOK_AFTER = COORDINATORS | {"liaison", "manager"}
PAGES: dict[str, Page] = {
    **dict.fromkeys(("city:commitments", "city:commitments-board"), Page(EVERYBODY, NOBODY)),
    "city:commitment-new": Page(MEMBERS, MEMBERS),
    "city:commitment": Page(EVERYBODY, _LOOK_AFTER, of_one),
    "city:commitment-change": Page(_LOOK_AFTER, _LOOK_AFTER, of_one),
    "city:commitment-step": Page(_LOOK_AFTER, _LOOK_AFTER, a_step),
    "city:commitment-milestone": Page(NOBODY, _LOOK_AFTER, a_milestone),
    **dict.fromkeys(("city:plan", "city:plan-paper"), Page(EVERYBODY, NOBODY, a_plan, is_of_a_record=False)),
    "city:plan-change": Page(COORDINATORS, COORDINATORS),
    "city:plan-strategies": Page(COORDINATORS, COORDINATORS, a_section, is_of_a_record=False),
    "city:need-of-conversation": Page(ANSWERING, ANSWERING, a_conversation),
}
