"""What is done to cities: they are started, their settings are changed, and whoever needs to know hears of changes."""

from collections.abc import Callable
from uuid import UUID

from django.db import transaction
from django.db.models import F

from allcity.site.accounts.models import User
from allcity.site.cities.models import City, Membership, Role
from allcity.site.cities.models.city import read_city_settings
from allcity.site.cities.models.record import public_id
from allcity.site.cities.names import check_short_name

CHANGE_LISTENERS: list[Callable[[City], None]] = []
"""Called with a city after a change of its data has been committed."""
ROLE_LISTENERS: list[Callable[[City], None]] = []
"""Called with a city when roles in it have been given or taken."""


def create_city(
    *, settings_text: str, founder: User | None = None, boundary: str = "", backdrop: str = "", is_public: bool = False
) -> City:
    """Start a city from its city.toml. The founder becomes its coordinator.

    Raises:
        CityFileError: the settings have problems; it names all of them.
        CityNameError: no city may have this id, or one has it already (CityExistsError); the message says what to do.
    """
    settings = read_city_settings(settings_text)
    slug = settings.city.id.lower()
    with transaction.atomic():
        check_short_name(slug)
        city = City(
            public_id=public_id(slug, "city"),
            slug=slug,
            name=settings.city.name.in_language(settings.city.languages[0]),
            settings_text=settings_text,
            boundary=boundary,
            backdrop=backdrop,
            is_public=is_public,
        )
        city._history_user = founder  # type: ignore[attr-defined] # simple-history reads it there
        city.save(force_insert=True)
        if founder:
            give_role(city=city, user=founder, role=Role.COORDINATOR)
    return city


def change_settings(*, city: City, text: str, user: User | None = None) -> City:
    """Put other settings in the place of a city's city.toml. Its id cannot change.

    Raises:
        CityFileError: the settings have problems; it names all of them.
        ValueError: they are those of another city.
    """
    settings = read_city_settings(text)
    if settings.city.id.lower() != city.slug:
        raise ValueError(f"These are the settings of {settings.city.id}, not of {city.slug}.")
    if text != city.settings_text:
        city.settings_text = text
        city.name = settings.city.name.in_language(settings.city.languages[0])
        city._history_user = user  # type: ignore[attr-defined] # simple-history reads it there
        city.save(update_fields=["settings_text", "name"])
        note_change(city)
    return city


def note_change(city: City) -> None:
    """Raise the version of the city's data; once it is committed, tell whoever makes something from it."""
    City.objects.filter(pk=city.pk).update(data_version=F("data_version") + 1, page_version=F("page_version") + 1)
    city.refresh_from_db(fields=["data_version", "page_version"])
    transaction.on_commit(lambda: [listener(city) for listener in CHANGE_LISTENERS])


def note_publication(city: City) -> None:
    """Raise the version of the city's pages, for something was published that is not a record: figures, an article."""
    City.objects.filter(pk=city.pk).update(page_version=F("page_version") + 1)
    city.refresh_from_db(fields=["page_version"])


def give_role(*, city: City, user: User, role: Role, place: UUID | None = None) -> Membership:
    """Give somebody a role in a city, and for a liaison or manager the place it is for. Giving it twice changes nothing."""
    membership, new = Membership.objects.get_or_create(city=city, user=user, role=role, place=place)
    if new:
        note_roles(city)
    return membership


def note_roles(city: City) -> None:
    """Tell whoever opens doors by role that roles in the city have been given or taken."""
    for listener in ROLE_LISTENERS:
        listener(city)
