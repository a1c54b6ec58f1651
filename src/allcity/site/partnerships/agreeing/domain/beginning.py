"""How partnerships begin: from a proposal to which both sides agree, or by a coordinator; and who is in one."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from allcity.analysis.city import year_of
from allcity.site.accounts.models import User
from allcity.site.cities.models import City, District, public_id
from allcity.site.cities.rules import is_coordinator
from allcity.site.directory.domain import free_name, source_of_people
from allcity.site.directory.models import Organization, School
from allcity.site.needs.models import Bring, Need, Proposal
from allcity.site.needs.proposals.queries import is_archived, sides_of
from allcity.site.needs.survey.reminding import today_in
from allcity.site.partnerships.agreeing import telling, terms
from allcity.site.partnerships.agreeing.domain.keeping import acting, locked, open_of, part_with, places_of, record
from allcity.site.partnerships.answering import lock_needs
from allcity.site.partnerships.models import Agreement, Partnership, Setting, Side
from allcity.site.partnerships.parties import Party, signatories

Place = Organization | School | District
LEAD = timedelta(days=14)
"""How soon a partnership begins if nobody says otherwise."""
LAST_MONTH, LAST_DAY = 6, 30
SHORTEST = timedelta(days=30)
WEEKS_BETWEEN_CHECK_INS = 12
_SIDES = {Organization: Side.ORGANIZATION, School: Side.SCHOOL, District: Side.DISTRICT}


@transaction.atomic
def begin_partnership(*, proposal: Proposal, user: User) -> Partnership:
    """Begin to write the agreement of a proposal to which both sides agree. Where it was begun already, that one is given.

    Raises PermissionDenied for those who speak for no side and coordinate nothing, and ValidationError.
    """
    rows: Any = Proposal.objects.select_for_update(of=("self",)).select_related(
        "city", "organization", "school", "district", "need", "program"
    )
    found: Proposal = rows.get(pk=proposal.pk)
    if not sides_of(found, user) and not is_coordinator(user, found.city):
        raise PermissionDenied
    begun: Partnership | None = Partnership.objects.filter(proposal=found).first()
    if begun:
        return begun
    if found.state != Proposal.State.AGREED:
        raise ValidationError(_("Both sides first agree that there is to be an agreement."))
    contributions = [found.contribution] if found.contribution else []
    if found.program:
        contributions = list(dict.fromkeys([*contributions, *found.program.contributions]))
    return _begin(
        city=found.city,
        user=user,
        places=[found.organization, found.asker],
        needs=[found.need] if found.need else [],
        contributions=contributions,
        proposal=found,
        prefilled={**_of_program(found), **_of_brings(found)},
    )


@transaction.atomic
def begin_without_proposal(
    *,
    city: City,
    user: User,
    places: Collection[Place],
    contributions: Collection[str] = (),
    needs: Collection[Need] = (),
    name: str = "",
) -> Partnership:
    """Begin one as a coordinator, for parties that have found each other elsewhere.

    Raises PermissionDenied and ValidationError.
    """
    if not is_coordinator(user, city):
        raise PermissionDenied
    if any(place.city_id != city.pk for place in (*places, *needs)):
        raise ValidationError(_("All of them have to be of this city."))
    return _begin(
        city=city, user=user, places=places, needs=needs, contributions=list(contributions), name=" ".join(name.split())
    )


@transaction.atomic
def add_party(*, partnership: Partnership, place: Place, user: User) -> Partnership:
    """Add somebody to a partnership whose agreement is being written. Coordinators alone do that.

    In one that was agreed before, they are its party once all have signed the new version, they too.
    """
    found, agreement = _of_draft(partnership, user)
    _check_there(place)
    if place.city_id != found.city_id:
        raise ValidationError(_("All of them have to be of this city."))
    party = Party(_SIDES[type(place)], place)
    if party.public_id in {each.public_id for each in signatories(agreement)}:
        return found
    is_first = found.stage == Partnership.Stage.DRAFT
    places_of(found if is_first else agreement, party.side).add(place)
    _touch(agreement)
    record(found, "joined" if is_first else "joins", user=user, party=party, version=agreement.version)
    telling.tell(found, telling.JOINED, among=[party], but=user, page="partnership-agreement")
    return found


@transaction.atomic
def remove_party(*, partnership: Partnership, place: Place, user: User) -> Partnership:
    """Take somebody out of a version that is being written. Whoever was agreed on before leaves the partnership instead."""
    found, agreement = _of_draft(partnership, user)
    side = _SIDES[type(place)]
    is_first = found.stage == Partnership.Stage.DRAFT
    if not places_of(found if is_first else agreement, side).filter(pk=place.pk).exists():
        raise ValidationError(_("It has been agreed already. Whoever goes leaves it, and the rest goes on."))
    if is_first:
        part_with(found, Party(side, place))
    else:
        places_of(agreement, side).remove(place)
    check_parties(found.organizations.count(), found.schools.count() + found.districts.count())
    _touch(agreement)
    record(found, "removed", user=user, party=Party(side, place))
    return found


def check_parties(organizations: int, others: int) -> None:
    """Raises ValidationError where somebody is missing that a partnership needs."""
    if not organizations or not others:
        raise ValidationError(_("A partnership is of at least one organization, and one school or district."))


def last_day_from(first: date) -> date:
    """The end of the school year in which a day is, or of the next where that is near."""
    end = date(year_of(first) + 1, LAST_MONTH, LAST_DAY)
    return end if end - first >= SHORTEST else end.replace(year=end.year + 1)


def _begin(
    *,
    city: City,
    user: User,
    places: Collection[Place],
    needs: Collection[Need],
    contributions: list[str],
    proposal: Proposal | None = None,
    name: str = "",
    prefilled: Mapping[str, Any] | None = None,
) -> Partnership:
    for place in places:
        _check_there(place)
    by_side = {side: [place for place in places if isinstance(place, kind)] for kind, side in _SIDES.items()}
    check_parties(len(by_side[Side.ORGANIZATION]), len(by_side[Side.SCHOOL]) + len(by_side[Side.DISTRICT]))
    lock_needs(Q(pk__in=[need.pk for need in needs]))
    city = City.objects.select_for_update().get(pk=city.pk)
    first = today_in(city) + LEAD
    partnership = Partnership(
        city=city,
        name=(name or " · ".join(str(place) for place in places))[:300],
        stage=Partnership.Stage.DRAFT,
        start_date=first,
        contributions=contributions,
        proposal=proposal,
        source=source_of_people(city, Partnership.TABLE),
        as_of=today_in(city),
    )
    used = set(Partnership.objects.of(city).values_list("key", flat=True))
    partnership.key = free_name(" ".join(str(place) for place in places), used, otherwise=Partnership.TABLE)
    partnership.public_id = public_id(city.slug, Partnership.TABLE, partnership.key)
    partnership.save()
    for side, of_side in by_side.items():
        places_of(partnership, side).set(of_side)
    partnership.needs.set(needs)
    new_agreement(
        partnership,
        version=1,
        values={
            "start_date": first,
            "end_date": last_day_from(first),
            "check_in_weeks": WEEKS_BETWEEN_CHECK_INS,
            "teaching_artist": str(terms.TEACHING_ARTIST),
            "music_teacher": str(terms.MUSIC_TEACHER),
            "classroom_teacher": str(terms.CLASSROOM_TEACHER),
            "hand_over": str(terms.HAND_OVER),
            "data_terms": str(terms.DATA_TERMS),
            "photo_terms": str(terms.PHOTO_TERMS),
            **(prefilled or {}),
        },
    )
    found = locked(partnership)
    record(found, "begun", user=user, party=acting(found, user))
    telling.tell(found, telling.BEGUN, but=user, page="partnership-agreement")
    return found


def new_agreement(partnership: Partnership, *, version: int, values: Mapping[str, Any]) -> Agreement:
    """A version of a partnership's agreement that can be written."""
    city = partnership.city
    agreement = Agreement(
        city=city,
        partnership=partnership,
        version=version,
        state=Agreement.State.DRAFT,
        language=(get_language() or "en").partition("-")[0],
        source=source_of_people(city, Agreement.TABLE),
        as_of=today_in(city),
    )
    for name, value in values.items():
        setattr(agreement, name, value)
    agreement.currency = agreement.currency or city.settings.city.currency
    used = set(Agreement.objects.of(city).values_list("key", flat=True))
    agreement.key = free_name(f"{partnership.key} {version}", used, otherwise=Agreement.TABLE)
    agreement.public_id = public_id(city.slug, Agreement.TABLE, agreement.key)
    agreement.save()
    return agreement


def _of_program(proposal: Proposal) -> dict[str, Any]:
    """What the program and the need say already of what is done, and when."""
    program, need = proposal.program, proposal.need
    said = [program.description if program else "", need.description if need else ""]
    in_hours = need and need.times == [Need.Time.IN_SCHOOL_HOURS]
    return {
        "what": "\n\n".join(filter(None, said))[:2000],
        "setting": Setting.IN_SCHOOL_HOURS if in_hours else "",
    }


def _of_brings(proposal: Proposal) -> dict[str, str]:
    """What the two have settled already, as what each undertakes and the days."""
    schedule, own, theirs = "", [], []
    for bring in proposal.brings.all():
        if bring.what == Bring.What.TIMES:
            schedule = bring.text
            continue
        line = f"{bring.get_what_display()}: {bring.text}" if bring.text else str(bring.get_what_display())
        if bring.who in (Bring.Who.ORGANIZATION, Bring.Who.BOTH):
            own.append(line)
        if bring.who in (Bring.Who.SCHOOL, Bring.Who.BOTH):
            theirs.append(line)
    return {"schedule": schedule, "organization_gives": "\n".join(own), "school_gives": "\n".join(theirs)}


def _of_draft(partnership: Partnership, user: User) -> tuple[Partnership, Agreement]:
    found = locked(partnership)
    if not is_coordinator(user, found):
        raise PermissionDenied
    return found, open_of(found, Agreement.State.DRAFT)


def _check_there(place: Place) -> None:
    if is_archived(place):
        raise ValidationError(_("%(name)s has been archived: nobody answers there any more.") % {"name": place})


def _touch(agreement: Agreement) -> None:
    agreement.edition += 1
    agreement.save(update_fields=["edition"])
