"""What people made here that no table could bring back, so that an import which does not name it leaves it as it is."""

from typing import Any

from django.db.models import Exists, OuterRef, Q

from allcity.site.cities.models import City
from allcity.site.exchange.changes import Changes, Key
from allcity.site.partnerships.models import (
    Agreement,
    CheckIn,
    Delivery,
    Event,
    Goal,
    Partnership,
    Session,
    VoiceForm,
)

_HISTORY = (Event, Session, VoiceForm)


def made_here(city: City) -> dict[str, set[Key]]:
    """Keys by table: partnerships with a history here; what was signed, said and logged in them; the sources of these.

    Signatures, sessions and what was said in check-ins are in no table, and would go with their partnership.
    """
    has_history = Q()
    for model in _HISTORY:
        has_history |= Q(Exists(model._default_manager.filter(partnership=OuterRef("pk"))))
    partnerships = Partnership.objects.of(city).filter(has_history)
    signed = Q(agreement__isnull=False) | Q(check_ins__round__isnull=False)
    within = {"partnership__in": partnerships.values("pk")}
    rows: dict[str, Any] = {
        "partnerships": partnerships,
        "agreements": Agreement.objects.filter(**within).exclude(state=Agreement.State.RECORDED),
        "goals": Goal.objects.filter(signed, **within),
        "deliveries": Delivery.objects.filter(from_sessions=True, **within),
        "check_ins": CheckIn.objects.filter(round__isnull=False, **within),
    }
    keys: dict[str, set[Key]] = {"sources": set()}
    for table, records in rows.items():
        names = ("key", "account") if table == "deliveries" else ("key",)
        keys[table] = set(records.values_list(*names))
        keys["sources"] |= set(records.filter(source__isnull=False).values_list("source__key"))
    return keys


def spare(city: City, changes: Changes) -> Changes:
    """The changes without what would take away something that people made here."""
    if any(change.removed for change in changes.values()):
        for table, keys in made_here(city).items():
            if table in changes:
                for key in keys & changes[table].removed.keys():
                    del changes[table].removed[key]
    return {table: change for table, change in changes.items() if change}
