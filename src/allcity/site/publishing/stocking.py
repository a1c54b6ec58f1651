"""What comes with Allcity is planted after the database was made or brought up to date."""

from collections.abc import Callable, Sequence
from typing import Any


def after_migrating(*models: str, plant: Callable[[], object]) -> None:
    """Have `plant` called once all migrations are done, unless the database was taken back to before these models."""
    from django.apps import apps
    from django.db.models.signals import post_migrate

    def planted(using: str, apps: Any = None, **_more: object) -> None:
        if _is_up_to_date(models, using, apps):
            plant()

    # Of the applications it is the last, so that the permissions of all others are there.
    last = [each for each in apps.get_app_configs() if each.models_module][-1]
    post_migrate.connect(planted, sender=last, weak=False, dispatch_uid=f"publishing.stock.{models[0]}")


def _is_up_to_date(models: Sequence[str], using: str, state: Any) -> bool:
    from django.apps import apps as of_today
    from django.db import DEFAULT_DB_ALIAS

    for name in models:
        today = of_today.get_model("publishing", name)
        try:
            known = {field.name for field in (state or of_today).get_model("publishing", name)._meta.get_fields()}
        except LookupError:
            return False
        if not known >= {field.name for field in today._meta.concrete_fields}:
            return False
    return using == DEFAULT_DB_ALIAS
