"""Writing an agreement, part by part: whoever speaks for a party writes, and two who write at once are told."""

import hashlib
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from allcity.site.accounts.models import User
from allcity.site.cities.models import public_id
from allcity.site.directory.domain import free_name, source_of_people
from allcity.site.needs.models import Need
from allcity.site.needs.survey.reminding import today_in
from allcity.site.partnerships.agreeing import telling
from allcity.site.partnerships.agreeing.document import PLAIN, TEXTS, goals_of
from allcity.site.partnerships.agreeing.domain.beginning import last_day_from, new_agreement
from allcity.site.partnerships.agreeing.domain.keeping import acting, check, locked, may, record, writing
from allcity.site.partnerships.agreeing.queries import valid_version
from allcity.site.partnerships.models import Agreement, Goal, Partnership

PARTS: Mapping[str, tuple[str, ...]] = {
    "about": ("name", "contributions", "needs"),
    "what": ("what", "setting", "start_date", "end_date", "schedule"),
    "roles": ("teaching_artist", "music_teacher", "classroom_teacher"),
    "sides": ("organization_gives", "school_gives", "money", "funding_source"),
    "rhythm": ("check_in_weeks",),
    "end": ("hand_over",),
    "terms": ("data_terms", "photo_terms"),
}
"""The parts of an agreement by name, each with its fields. What it is about is the partnership's own, and stays once agreed."""
LONGEST = timedelta(days=5 * 366)
FURTHEST = timedelta(days=2 * 366)
MOST_GOALS, MOST_MONEY = 20, 10**13


class PartConflictError(ValidationError):
    """Somebody else wrote something else in this part meanwhile. `now` is what stands there, by field."""

    def __init__(self, now: Mapping[str, Any]) -> None:
        self.now = now
        super().__init__(_("Somebody changed this part while you were writing. Look at both, and save what is right."))


def part_of(agreement: Agreement, part: str) -> dict[str, Any]:
    """What stands in a part, by field; needs by their public id."""
    if part != "about":
        return {name: getattr(agreement, name) for name in PARTS[part]}
    partnership = agreement.partnership
    return {
        "name": partnership.name,
        "contributions": list(partnership.contributions),
        "needs": sorted(str(need) for need in partnership.needs.values_list("public_id", flat=True)),
    }


def seen_of(values: Mapping[str, Any]) -> str:
    """What a form says that its reader saw of a part."""
    return hashlib.sha256(json.dumps(values, sort_keys=True, default=str).encode()).hexdigest()[:16]


@transaction.atomic
def write_part(
    *, partnership: Partnership, part: str, values: Mapping[str, Any], user: User, seen: str = ""
) -> Agreement:
    """Write a part of the version that is being written. `seen` is `seen_of` the part that the person read.

    Raises PartConflictError where it has changed since, and ValidationError by field.
    """
    found = locked(partnership)
    agreement, _party = writing(found, user, Agreement.State.DRAFT)
    now = part_of(agreement, part)
    values = {name: value for name, value in values.items() if name in PARTS[part]}
    if all(now[name] == value for name, value in values.items()):
        return agreement
    if seen and seen != seen_of(now):
        raise PartConflictError(now)
    if part == "about":
        _write_about(found, values)
    else:
        for name, value in values.items():
            setattr(agreement, name, value)
        _check_days(agreement)
        agreement.clean_fields(exclude={field.name for field in agreement._meta.fields} - set(values))
    agreement.edition += 1
    agreement.save()
    return agreement


@transaction.atomic
def add_goal(*, partnership: Partnership, user: User, goal: str, goal_type: str = "", standard: str = "") -> Goal:
    """Add a goal to the version that is being written."""
    found = locked(partnership)
    agreement, _party = writing(found, user, Agreement.State.DRAFT)
    standing = goals_of(agreement)
    if len(standing) >= MOST_GOALS:
        raise ValidationError(_("There are %(number)s goals. Few that both follow help more.") % {"number": MOST_GOALS})
    used = set(Goal.objects.of(found.city).values_list("key", flat=True))
    key = free_name(f"{found.key[:90]} goal", used, otherwise=Goal.TABLE)
    row = Goal(
        city=found.city,
        partnership=found,
        agreement=agreement,
        key=key,
        public_id=public_id(found.city.slug, Goal.TABLE, key),
        source=source_of_people(found.city, Goal.TABLE),
        as_of=today_in(found.city),
    )
    _write_goal(row, goal, goal_type, standard)
    _touch(agreement)
    return row


@transaction.atomic
def change_goal(*, goal: Goal, user: User, text: str, goal_type: str = "", standard: str = "", seen: str = "") -> Goal:
    """Change a goal. One that was agreed before stays as it was agreed: it is dropped, and the new words are a new goal.

    `seen` is `seen_of` the goal that the person read. Raises PartConflictError where it has changed since.
    """
    found = locked(goal.partnership)
    agreement, _party = writing(found, user, Agreement.State.DRAFT)
    row = _standing(agreement, goal)
    now = said_of(row)
    if now == {"goal": text, "goal_type": goal_type, "standard": standard}:
        return row
    if seen and seen != seen_of(now):
        raise PartConflictError(now)
    if row.agreement_id != agreement.pk:
        drop_goal(goal=row, user=user)
        return add_goal(partnership=found, user=user, goal=text, goal_type=goal_type, standard=standard)
    _write_goal(row, text, goal_type, standard)
    _touch(agreement)
    return row


@transaction.atomic
def drop_goal(*, goal: Goal, user: User) -> None:
    """Take a goal out of the version that is being written. One that was agreed before holds until that is signed."""
    found = locked(goal.partnership)
    agreement, _party = writing(found, user, Agreement.State.DRAFT)
    row = _standing(agreement, goal)
    if row.agreement_id == agreement.pk:
        row.delete()
    else:
        agreement.dropped_goals = [*agreement.dropped_goals, row.key]
    _touch(agreement)


@transaction.atomic
def begin_version(*, partnership: Partnership, user: User) -> Agreement:
    """Begin a new version, which says what the one before said. Where one is open already, that one is given."""
    found = locked(partnership)
    party = acting(found, user)
    standing: Agreement | None = found.agreements.filter(state__in=Agreement.OPEN).first()
    if standing:
        return standing
    today = today_in(found.city)
    if not may(found, "change", today):
        check(found, "renew")
    if found.end_date:
        raise ValidationError(_("Its last day is set already. Begin a new partnership where you go on later."))
    before = valid_version(found)
    first = today
    if before and before.end_date and before.end_date >= today - LONGEST:
        first = before.end_date + timedelta(days=1)
    values: dict[str, Any] = {"start_date": first, "end_date": last_day_from(first)}
    if may(found, "change", today) and before:
        values = {"start_date": before.start_date, "end_date": before.end_date}
    kept = before or found
    values |= {name: getattr(kept, name) for name in (*PLAIN, *TEXTS) if hasattr(kept, name)}
    newest = max(found.agreements.values_list("version", flat=True), default=0)
    agreement = new_agreement(found, version=newest + 1, values=values)
    record(found, "version_begun", user=user, party=party, version=agreement.version)
    telling.tell(found, telling.BEGUN, but=user, page="partnership-agreement")
    return agreement


def said_of(goal: Goal) -> dict[str, str]:
    """What a goal says."""
    return {"goal": goal.goal, "goal_type": goal.goal_type, "standard": goal.standard}


def _write_about(partnership: Partnership, values: Mapping[str, Any]) -> None:
    if partnership.stage != Partnership.Stage.DRAFT:
        raise ValidationError(_("What it is about was agreed already, and stays. Begin another partnership for more."))
    if "name" in values:
        name = " ".join(str(values["name"]).split())
        if not name:
            raise ValidationError({"name": _("Give it a name by which both sides know it.")})
        partnership.name = name
    if "contributions" in values:
        known = {*partnership.city.settings.framework.contributions, *partnership.contributions}
        if not set(values["contributions"]) <= known:
            raise ValidationError({"contributions": _("Choose among the contributions that the city uses.")})
        partnership.contributions = list(values["contributions"])
    partnership.save()
    if "needs" in values:
        needs = Need.objects.of(partnership.city).filter(public_id__in=values["needs"])
        partnership.needs.set(needs)


def _check_days(agreement: Agreement) -> None:
    first, last, today = agreement.start_date, agreement.end_date, today_in(agreement.city)
    if first is None:
        raise ValidationError({"start_date": _("Say on which day it begins.")})
    if abs(first - today) > FURTHEST:
        raise ValidationError({"start_date": _("Choose a day within two years.")})
    if last and last < first:
        raise ValidationError({"end_date": _("The last day is before the first.")})
    if last and last - first > LONGEST:
        raise ValidationError({"end_date": _("Choose a last day within five years. It can be renewed then.")})
    if agreement.money is not None and agreement.money > MOST_MONEY:
        raise ValidationError({"money": _("That is more than can be. Look at it again.")})


def _write_goal(row: Goal, goal: str, goal_type: str, standard: str) -> None:
    row.goal, row.goal_type, row.standard = goal.strip(), goal_type, " ".join(standard.split())
    if not row.goal:
        raise ValidationError({"goal": _("Say what is to be reached.")})
    row.clean_fields(exclude={"source", "as_of", "agreement", "partnership", "key", "public_id", "city"})
    row.save()


def _standing(agreement: Agreement, goal: Goal) -> Goal:
    for row in goals_of(agreement):
        if row.pk == goal.pk:
            return row
    raise ValidationError(_("This goal was dropped meanwhile. Look at the agreement as it stands now."))


def _touch(agreement: Agreement) -> None:
    agreement.edition += 1
    agreement.save(update_fields=["edition", "dropped_goals"])
