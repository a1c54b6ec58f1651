"""Giving a city its tree of pages, its collection and its editors."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.documents import get_document_model
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    PageViewRestriction,
    Task,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

from allcity.site.accounts.models import User
from allcity.site.cities.domain import note_publication
from allcity.site.cities.models import City, Membership, Role
from allcity.site.publishing.models import CityTree, EditorialPage, Picture, SiteTree, Video
from allcity.site.publishing.queries import ELSEWHERE

PAGE_PERMISSIONS = ("add_page", "change_page", "publish_page", "lock_page", "unlock_page")
COLLECTION_PERMISSIONS = (  # Wagtail asks for those of its own kind of picture, whichever kind a site has
    ("wagtailimages", "add_image"),
    ("wagtailimages", "change_image"),
    ("wagtailimages", "choose_image"),
    ("wagtaildocs", "add_document"),
    ("wagtaildocs", "change_document"),
    ("wagtaildocs", "choose_document"),
)
SITE_EDITORS = "editors::site"
EDITING_ROLES = (Role.EDITOR, Role.COORDINATOR)


@transaction.atomic
def plant_tree(*, city: City) -> CityTree:
    """The city's tree of pages, made with its collection and its group of editors if there is none."""
    tree = CityTree.objects.filter(city=city).first()
    if tree is None:
        collection = Collection.get_first_root_node().add_child(name=city.name)
        tree = CityTree(title=city.name, slug=city.slug, city=city, collection=collection)
        Page.get_first_root_node().add_child(instance=tree)
        _let_edit(_group(city), tree, collection)
        _offer_a_second_look(_group(city), tree)
    return tree


def uproot_tree(city: City) -> None:
    """Remove the city's tree with its pages, its collection with what is in it, and its group of editors."""
    tree = CityTree.objects.filter(city=city).first()
    if tree:
        collection = tree.collection
        for workflow in Workflow.objects.filter(workflow_pages__page=tree):
            Task.objects.filter(workflow_tasks__workflow=workflow).delete()
            workflow.delete()
        tree.delete()
        kinds: tuple[Any, ...] = (Video, Picture, get_document_model())
        for kind in kinds:
            for file in kind.objects.filter(collection=collection):
                file.delete()
        collection.delete()
    Group.objects.filter(name=_group_name(city)).delete()


@transaction.atomic
def seat_editors(*, city: City) -> None:
    """Let those in who may edit the city's pages, and nobody else."""
    plant_tree(city=city)
    people = Membership.objects.filter(city=city, role__in=EDITING_ROLES).values_list("user", flat=True)
    _group(city).user_set.set(list(people))


def note_page(instance: Page, **_: object) -> None:
    """Have the pages of its city made anew after a page was published or taken back."""
    if isinstance(instance, EditorialPage) and instance.city:
        note_publication(instance.city)


@transaction.atomic
def plant_site_tree() -> SiteTree:
    """The tree of the pages of no city, made with its group of editors if there is none."""
    tree = SiteTree.objects.first()
    if tree is None:
        tree = Page.get_first_root_node().add_child(instance=SiteTree(title="Allcity", slug="allcity"))
        _let_edit(_site_group(), tree, collection_for_all())
        _offer_a_second_look(_site_group(), tree)
    return tree


def seat_staff(instance: User, update_fields: Iterable[str] | None = None, **_: object) -> None:
    """Let somebody of the staff of the site edit the pages of no city, and nobody who is not."""
    if update_fields is not None and not {"is_staff", "is_active"} & set(update_fields):
        return
    group = Group.objects.filter(name=SITE_EDITORS).first()
    if instance.is_staff and instance.is_active:
        plant_site_tree()
        _site_group().user_set.add(instance)
    elif group:
        group.user_set.remove(instance)


def collection_for_all() -> Collection:
    """Where pictures and videos are kept that are of no city on the installation."""
    root = Collection.get_first_root_node()
    return root.get_children().filter(name=ELSEWHERE).first() or root.add_child(name=ELSEWHERE)


def _site_group() -> Group:
    return Group.objects.get_or_create(name=SITE_EDITORS)[0]


def _offer_a_second_look(group: Group, tree: Page) -> None:
    """Have editors be able to ask that another of them looks at a page, who then publishes it."""
    task = GroupApprovalTask.objects.create(name=f"{tree.title}: another editor looks at it")
    task.groups.add(group)
    workflow = Workflow.objects.create(name=f"{tree.title}: a second look")
    WorkflowTask.objects.create(workflow=workflow, task=task)
    WorkflowPage.objects.create(workflow=workflow, page=tree)


def _let_edit(group: Group, tree: Page, collection: Collection) -> None:
    for codename in PAGE_PERMISSIONS:
        permission = Permission.objects.get(content_type__app_label="wagtailcore", codename=codename)
        GroupPagePermission.objects.create(group=group, page=tree, permission=permission)
    for label, codename in COLLECTION_PERMISSIONS:
        permission = Permission.objects.get(content_type__app_label=label, codename=codename)
        GroupCollectionPermission.objects.create(group=group, collection=collection, permission=permission)
    group.permissions.add(Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin"))


def note_privacy(instance: PageViewRestriction, **_: object) -> None:
    """Have the pages of its city made anew after one was made private or opened again, with those under it."""
    page = instance.page.specific
    if isinstance(page, EditorialPage | CityTree) and page.city:
        note_publication(page.city)


def _group(city: City) -> Group:
    return Group.objects.get_or_create(name=_group_name(city))[0]


def _group_name(city: City) -> str:
    return f"editors:{city.slug}"
