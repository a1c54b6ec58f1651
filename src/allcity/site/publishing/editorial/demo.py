"""Pages of the sample city in its editors' own words: who they are, and what is new, once in two languages."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from wagtail.models import Locale

from allcity.site.accounts.models import User
from allcity.site.cities.models import City
from allcity.site.publishing.domain import plant_tree
from allcity.site.publishing.models import ArticlePage, EditorialPage, NewsPage


@transaction.atomic
def add(*, city: City, coordinator: User, member: User) -> None:  # noqa: ARG001 - samples take the same people
    """Add them, once."""
    if ArticlePage.objects.descendant_of(plant_tree(city=city)).exists():
        return
    english, spanish = (Locale.objects.get_or_create(language_code=code)[0] for code in ("en", "es"))
    day = timezone.localdate() - timedelta(days=12)
    pages: list[EditorialPage] = [
        ArticlePage(
            title="Who we are",
            slug="who-we-are",
            locale=english,
            introduction="A table of schools, neighbors and those who make music, in a city of a river and two bridges.",
            body=[
                (
                    "text",
                    (
                        "<h2>How we work</h2><p>We meet on the first Thursday of a month, in a library or a school. Nobody "
                        "needs an invitation. What we decide stands in the plan of the city, with who does it and by when.</p>"
                        "<h2>What we hold to</h2><p>Partners add to what schools give; they never stand in for a teacher. "
                        "We say what we do not know.</p>"
                    ),
                ),
                ("action", {"words": "The next one is open to everybody.", "action": "sessions"}),
            ],
        ),
        NewsPage(
            title="The harbor choir opens on Saturdays",
            slug="harbor-choir",
            locale=english,
            day=day,
            introduction="From this month on, students of grades 3 to 8 sing at the Harbor Library, without a fee.",
            body=[
                ("text", "<p>Two of four choirs sing in Spanish and in English. Bring nobody but yourself.</p>"),
                ("action", {"words": "", "action": "programs"}),
            ],
        ),
        NewsPage(
            title="El coro del puerto abre los sábados",
            slug="harbor-choir-es",
            locale=spanish,
            day=day,
            introduction="Desde este mes, estudiantes de 3.º a 8.º grado cantan en la biblioteca del puerto, sin cuota.",
            body=[
                ("text", "<p>Dos de los cuatro coros cantan en español y en inglés. No hace falta traer nada.</p>"),
                ("action", {"words": "", "action": "programs"}),
            ],
        ),
    ]
    pages[2].translation_key = pages[1].translation_key
    for page in pages:
        plant_tree(city=city).add_child(instance=page)
        page.save_revision(user=coordinator).publish()
