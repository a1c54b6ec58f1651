"""How partnerships go on and end, what changes around them, and what is kept of people."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from tests.factories.partnerships import partnership
from tests.factories.site import holder, school
from tests.site.partnerships.agreeing.conftest import Two
from tests.site.partnerships.agreeing.of_two import kinds, party, phase, work

from allcity.site.accounts.personal_data import export_all
from allcity.site.cities.models import Role
from allcity.site.directory.domain import archive_record, merge_records, undo_merge
from allcity.site.needs.ledger.domain import move_need
from allcity.site.needs.models import Need
from allcity.site.needs.survey.reminding import today_in
from allcity.site.partnerships.agreeing import domain
from allcity.site.partnerships.agreeing.queries import in_phase, in_phases
from allcity.site.partnerships.models import Agreement, Event, Partnership, Signature
from allcity.site.partnerships.parties import parties
from allcity.site.partnerships.phases import TRANSITIONS, Phase, phase_of

pytestmark = pytest.mark.django_db
State = Agreement.State


class TestEnding:
    def test_what_is_not_begun_can_be_begun_anew(self, two: Two) -> None:
        domain.drop(partnership=two.partnership, user=two.town.liaison, reason="times")
        assert phase(two) == Phase.DROPPED
        assert not any("agreement" in title for title in work(two.town.manager))
        again = domain.begin_partnership(proposal=two.proposal, user=two.town.manager)
        assert again != two.partnership

    def test_one_that_was_agreed_and_never_began_leaves_its_need_open(self, two: Two) -> None:
        two.agree()
        Need.objects.update(year=today_in(two.town.city).year)
        domain.drop(partnership=two.partnership, user=two.town.manager, reason="money")
        assert (phase(two), two.town.state()) == (Phase.DROPPED, Need.State.STATED)
        assert not Partnership.objects.public().exists()

    def test_it_ends(self, two: Two) -> None:
        two.since(40)
        yesterday = today_in(two.town.city) - timedelta(days=1)
        domain.end(partnership=two.partnership, user=two.town.manager, day=yesterday, reason="done")
        assert phase(two) == Phase.ENDED
        assert kinds(two.town.liaison)[-1] == "partnership-ended"
        with pytest.raises(ValidationError, match="gone on meanwhile"):
            domain.end(partnership=two.partnership, user=two.town.liaison, day=yesterday, reason="done")

    def test_it_ends_once_also_on_the_day_itself(self, two: Two) -> None:
        two.since(40)
        today = today_in(two.town.city)
        domain.hand_over(partnership=two.partnership, user=two.town.liaison, day=today, words="The violins stay.")
        with pytest.raises(ValidationError, match="set already"):
            domain.end(partnership=two.partnership, user=two.town.manager, day=today, reason="done")
        assert two.now.stage == Partnership.Stage.HANDED_OVER

    @pytest.mark.parametrize(("days", "state"), [(30, Need.State.AGREED), (-1, Need.State.STATED)])
    def test_a_need_stays_met_by_another_until_that_ends(self, two: Two, days: int, state: str) -> None:
        two.since(40)
        today = today_in(two.town.city)
        Need.objects.update(year=today.year)
        other = partnership(
            two.town.city, two.town.organization, two.town.school, end_date=today + timedelta(days=days)
        )
        other.needs.add(two.town.need)
        domain.end(partnership=two.partnership, user=two.town.manager, day=today, reason="done")
        assert two.town.state() == state

    @pytest.mark.parametrize("days", [-100, 1])
    def test_it_ends_on_a_day_that_was(self, two: Two, days: int) -> None:
        two.since(40)
        day = today_in(two.town.city) + timedelta(days=days)
        with pytest.raises(ValidationError) as error:
            domain.end(partnership=two.partnership, user=two.town.manager, day=day, reason="done")
        assert "day" in error.value.error_dict

    def test_the_school_carries_it_on(self, two: Two) -> None:
        two.since(40)
        yesterday = today_in(two.town.city) - timedelta(days=1)
        with pytest.raises(ValidationError):
            domain.hand_over(partnership=two.partnership, user=two.town.liaison, day=yesterday, words=" ")
        domain.hand_over(partnership=two.partnership, user=two.town.liaison, day=yesterday, words="The violins stay.")
        assert phase(two) == Phase.HANDED_OVER

    def test_only_from_where_the_table_says(self, two: Two) -> None:
        today = today_in(two.town.city)
        acts = {
            "drop": lambda: domain.drop(partnership=two.partnership, user=two.town.manager, reason="money"),
            "end": lambda: domain.end(partnership=two.partnership, user=two.town.manager, day=today, reason="done"),
            "hand_over": lambda: domain.hand_over(
                partnership=two.partnership, user=two.town.manager, day=today, words="All"
            ),
        }
        for transition in TRANSITIONS:
            if transition.name in acts and Phase.PREPARED not in transition.before:
                with pytest.raises(ValidationError, match="gone on meanwhile"):
                    acts[transition.name]()
        assert phase(two) == Phase.PREPARED

    def test_a_party_leaves_and_the_rest_goes_on(self, two: Two) -> None:
        more = school(two.town.city, "Hill School")
        domain.add_party(partnership=two.partnership, place=more, user=two.town.coordinator)
        head = holder(two.town.city, Role.LIAISON, more.public_id)
        two.write()
        two.put_up()
        two.sign("organization")
        leaving = next(each for each in parties(two.now) if each.place == more)
        with pytest.raises(PermissionDenied):
            domain.leave(partnership=two.partnership, party=leaving, user=two.town.liaison, reason="times")
        domain.leave(partnership=two.partnership, party=leaving, user=head, reason="times")
        assert [each.name for each in parties(two.now)] == ["Harbor Strings", "Pier School"]
        assert (two.draft.state, Signature.objects.count()) == (State.DRAFT, 0)
        assert kinds(two.town.manager)[-1] == "partnership-left"

    def test_the_last_school_that_leaves_ends_it(self, two: Two) -> None:
        two.since(40)
        domain.leave(partnership=two.partnership, party=party(two, "school"), user=two.town.liaison, reason="money")
        assert two.now.end_date == today_in(two.town.city)
        assert len(parties(two.now)) == 2


class TestPlacesAndNeedsThatChange:
    def test_a_school_that_merges_in_mid_year_takes_its_partnerships_along(self, two: Two) -> None:
        two.since(40)
        kept = school(two.town.city, "Kept School")
        merge = merge_records(survivor=kept, duplicate=two.town.school, user=two.town.coordinator)
        assert [each.name for each in parties(two.now)] == ["Harbor Strings", "Kept School"]
        assert kept.public_id in set(Signature.objects.values_list("place", flat=True))
        assert Partnership.objects.of_parties(two.town.liaison).get() == two.now
        undo_merge(merge=merge, user=two.town.coordinator)
        assert [each.name for each in parties(two.now)] == ["Harbor Strings", "Pier School"]
        assert two.town.school.public_id in set(Signature.objects.values_list("place", flat=True))

    def test_two_of_one_partnership_that_merge_are_one(self, two: Two) -> None:
        other = school(two.town.city, "Twin School")
        domain.add_party(partnership=two.partnership, place=other, user=two.town.coordinator)
        two.write()
        two.put_up()
        merge_records(survivor=two.town.school, duplicate=other, user=two.town.coordinator)
        assert len(parties(two.now)) == 2
        two.sign()
        assert phase(two) == Phase.AGREED

    def test_a_school_that_closes_is_let_go_by_a_coordinator(self, two: Two) -> None:
        more = school(two.town.city, "Hill School")
        domain.add_party(partnership=two.partnership, place=more, user=two.town.coordinator)
        archive_record(record=more, user=two.town.coordinator)
        gone = next(each for each in parties(two.now) if not each.is_there)
        with pytest.raises(PermissionDenied):
            domain.leave(partnership=two.partnership, party=gone, user=two.town.manager, reason="closed")
        domain.leave(partnership=two.partnership, party=gone, user=two.town.coordinator, reason="closed")
        assert len(parties(two.now)) == 2

    def test_it_goes_on_when_its_need_is_closed_or_deleted(self, two: Two) -> None:
        two.write()
        move_need(need=two.town.need, state=Need.State.CLOSED, user=two.town.liaison, reason="met")
        two.put_up()
        two.sign()
        assert (phase(two), two.town.state()) == (Phase.AGREED, Need.State.CLOSED)
        two.town.need.delete()
        assert phase(two) == Phase.AGREED
        assert two.now.needs.count() == 0


class TestPhases:
    def test_the_database_says_what_the_days_say(self, two: Two) -> None:
        today = date(2026, 3, 1)
        days = [None, date(2026, 2, 28), today, date(2026, 3, 2)]
        rows = [
            Partnership(
                city=two.town.city, key=f"k{number}", public_id=uuid4(),
                name="x", stage=stage, start_date=start, planned_end_date=planned, end_date=end,
            )
            for number, (stage, start, planned, end) in enumerate(
                (stage, start, planned, end)
                for stage in Partnership.Stage.values
                for start in days[1:]
                for planned in days
                for end in days
            )
        ]  # fmt: skip
        Partnership.objects.bulk_create(rows)
        for one in Phase:
            found = set(Partnership.objects.filter(in_phase(one, today)).values_list("key", flat=True))
            assert found == {each.key for each in Partnership.objects.all() if phase_of(each, today) == one}
        assert Partnership.objects.filter(in_phases(Phase, today)).count() == Partnership.objects.count()


class TestWhatIsKeptOfPeople:
    def test_a_name_is_taken_off_but_for_the_signature_on_the_document(self, two: Two) -> None:
        two.agree()
        kept = export_all(two.town.manager)["agreements"]
        assert [row["name"] for row in kept["signatures"]] == ["Somebody of organization"]  # type: ignore[index] # of JSON
        assert {row["step"] for row in kept["steps"]} >= {"begun", "put_up", "signed"}  # type: ignore[index] # of JSON
        domain.erase(two.town.manager)
        assert not Event.objects.filter(by=two.town.manager).exists()
        signature = Signature.objects.get(place=two.town.organization.public_id)
        assert (signature.user, signature.name) == (None, "Somebody of organization")
