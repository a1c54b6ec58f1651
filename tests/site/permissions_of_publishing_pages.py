"""Who may do what at the addresses of editorial pages and spotlights: a part of the table in `permissions`."""

from tests.site.permissions_world import EDITORS, EVERYBODY, NOBODY, Page, World

from allcity.site.publishing.domain import plant_site_tree, plant_tree
from allcity.site.publishing.models import ArticlePage, SpotlightPage


def of_no_city(_world: World) -> dict[str, object]:
    about = ArticlePage.objects.filter(title="About us").first()
    page = about or plant_site_tree().add_child(instance=ArticlePage(title="About us", slug="about-us"))
    return {"number": page.pk, "slug": page.slug}


def a_spotlight(world: World) -> dict[str, object]:
    tree = plant_tree(city=world.city)
    page = SpotlightPage.objects.descendant_of(tree).first()
    return {"number": (page or tree.add_child(instance=SpotlightPage(title="Drums", slug="drums"))).pk}


PAGES: dict[str, Page] = {
    "city:article": Page(EVERYBODY, parameters=lambda world: {"number": world.article.pk, "slug": world.article.slug}),
    "city:editing": Page(EDITORS, NOBODY),
    "city:news": Page(EVERYBODY, NOBODY),
    "city:news-feed": Page(EVERYBODY, NOBODY),
    "page-translate": Page(
        EDITORS - {"on duty"}, EDITORS - {"on duty"}, lambda world: {"page_id": world.article.pk, "language": "es"}
    ),
    "pages:page": Page(EVERYBODY, NOBODY, of_no_city),
    "pages:news": Page(EVERYBODY, NOBODY),
    "pages:news-feed": Page(EVERYBODY, NOBODY),
    "spotlights:browse": Page(EVERYBODY, NOBODY),
    "spotlights:feed": Page(EVERYBODY, NOBODY),
    "spotlights:alike": Page(EVERYBODY, NOBODY),
    "city:spotlight": Page(EVERYBODY, NOBODY),
    "city:spotlight-workshop": Page(EDITORS, NOBODY),
    "city:spotlight-make": Page(NOBODY, EDITORS),
    "city:spotlight-still-true": Page(NOBODY, EDITORS, a_spotlight),
}
"""One line for every address."""
