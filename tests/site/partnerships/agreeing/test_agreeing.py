"""Partnerships from what two sides agree on to the end: who may do what when, and what becomes of it."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from tests.factories.partnerships import district, partnership
from tests.factories.site import city as make_city
from tests.factories.site import holder, organization, school
from tests.site.partnerships.agreeing.conftest import Two

from allcity.site.accounts.personal_data import export_all
from allcity.site.cities.models import Role
from allcity.site.directory.domain import archive_record, merge_records, undo_merge
from allcity.site.needs.ledger.domain import move_need
from allcity.site.needs.models import Need
from allcity.site.needs.proposals import domain as proposing
from allcity.site.needs.survey.reminding import today_in
from allcity.site.notices.models import Notice
from allcity.site.notices.work import work_of
from allcity.site.partnerships.agreeing import domain
from allcity.site.partnerships.agreeing.document import fingerprint_of, goals_of
from allcity.site.partnerships.agreeing.queries import in_phase, in_phases
from allcity.site.partnerships.models import Agreement, Event, Goal, Partnership, Signature
from allcity.site.partnerships.parties import Party, parties
from allcity.site.partnerships.phases import TRANSITIONS, Phase, phase_of

pytestmark = pytest.mark.django_db
State = Agreement.State


def phase(two: Two) -> Phase:
    return phase_of(two.now, today_in(two.town.city))


def party(two: Two, side: str) -> Party:
    return next(each for each in parties(two.now) if each.side == side)


def kinds(user: object) -> list[str]:
    return list(Notice.objects.filter(user=user).order_by("pk").values_list("kind", flat=True))


def work(user: object) -> list[str]:
    return [str(item.title) for item in work_of(user)]  # type: ignore[arg-type] # a user


class TestBeginning:
    def test_what_both_agreed_on_is_there_already(self, two: Two) -> None:
        town = two.town
        assert phase(two) == Phase.PREPARED
        assert list(two.now.needs.all()) == [town.need]
        assert two.now.contributions == ["private_lessons"]
        assert [each.name for each in parties(two.now)] == ["Harbor Strings", "Pier School"]
        assert two.draft.version == 1
        assert two.draft.start_date > today_in(town.city)
        assert two.draft.data_terms

    def test_it_is_begun_once(self, two: Two) -> None:
        again = domain.begin_partnership(proposal=two.proposal, user=two.town.liaison)
        assert again == two.partnership
        assert Partnership.objects.count() == 1

    def test_only_what_both_agreed_on_is_begun(self, two: Two) -> None:
        other = two.town.offer(need=two.town.add_need("n2"))
        with pytest.raises(ValidationError):
            domain.begin_partnership(proposal=other, user=two.town.manager)

    def test_a_rival_begins_nothing(self, two: Two) -> None:
        with pytest.raises(PermissionDenied):
            domain.begin_partnership(proposal=two.proposal, user=two.rival)
        with pytest.raises(PermissionDenied):
            domain.begin_without_proposal(
                city=two.town.city, user=two.rival, places=[two.rivals, two.town.school], contributions=[]
            )

    def test_the_other_side_is_told_and_finds_it_among_its_work(self, two: Two) -> None:
        assert kinds(two.town.liaison)[-1] == "agreement-begun"
        assert any("Go on with the agreement" in title for title in work(two.town.liaison))
        assert not any("agreement" in title for title in work(two.rival))

    def test_a_proposal_that_was_begun_is_not_taken_back(self, two: Two) -> None:
        with pytest.raises(ValidationError, match="has begun"):
            proposing.withdraw(proposal=two.proposal, reason="money", user=two.town.manager)

    def test_a_coordinator_begins_one_for_several(self, two: Two) -> None:
        city, coordinator = two.town.city, two.town.coordinator
        places = [two.rivals, two.town.organization, two.town.school, school(city, "Hill School")]
        begun = domain.begin_without_proposal(city=city, user=coordinator, places=places, name="Four  together")
        assert (begun.name, len(parties(begun))) == ("Four together", 4)
        added = school(city, "Dale School")
        domain.add_party(partnership=begun, place=added, user=coordinator)
        domain.remove_party(partnership=begun, place=two.rivals, user=coordinator)
        assert {each.name for each in parties(Partnership.objects.get(pk=begun.pk))} == {
            "Harbor Strings", "Pier School", "Hill School", "Dale School",
        }  # fmt: skip
        with pytest.raises(ValidationError, match="at least one organization"):
            domain.remove_party(partnership=begun, place=two.town.organization, user=coordinator)

    def test_whoever_is_no_coordinator_changes_no_parties(self, two: Two) -> None:
        with pytest.raises(PermissionDenied):
            domain.add_party(partnership=two.partnership, place=two.rivals, user=two.town.manager)

    def test_nobody_of_another_city_is_in_it(self, two: Two) -> None:
        other = organization(make_city("Elsewhere"), "Far Strings")
        with pytest.raises(ValidationError, match="of this city"):
            domain.add_party(partnership=two.partnership, place=other, user=two.town.coordinator)


class TestWriting:
    def test_either_side_writes_and_a_rival_does_not(self, two: Two) -> None:
        for user, words in ((two.town.manager, "One"), (two.town.liaison, "Two"), (two.town.coordinator, "Three")):
            domain.write_part(partnership=two.partnership, part="end", values={"hand_over": words}, user=user)
            assert two.draft.hand_over == words
        with pytest.raises(PermissionDenied):
            domain.write_part(partnership=two.partnership, part="end", values={"hand_over": "x"}, user=two.rival)

    def test_two_who_write_the_same_part_at_once_are_told(self, two: Two) -> None:
        seen = domain.seen_of(domain.part_of(two.draft, "end"))
        write = {"partnership": two.partnership, "part": "end", "seen": seen}
        domain.write_part(**write, values={"hand_over": "Theirs"}, user=two.town.manager)
        with pytest.raises(domain.PartConflictError) as conflict:
            domain.write_part(**write, values={"hand_over": "Mine"}, user=two.town.liaison)
        assert conflict.value.now == {"hand_over": "Theirs"}
        domain.write_part(**write, values={"hand_over": "Theirs"}, user=two.town.liaison)  # they say the same

    def test_two_who_write_different_parts_do_not_meet(self, two: Two) -> None:
        seen = domain.seen_of(domain.part_of(two.draft, "roles"))
        domain.write_part(partnership=two.partnership, part="end", values={"hand_over": "x"}, user=two.town.manager)
        domain.write_part(
            partnership=two.partnership, part="roles", values={"music_teacher": "y"}, user=two.town.liaison, seen=seen
        )
        assert (two.draft.hand_over, two.draft.music_teacher) == ("x", "y")

    @pytest.mark.parametrize(
        ("values", "field"),
        [
            ({"start_date": date(2040, 1, 1)}, "start_date"),
            ({"end_date": date(2020, 1, 1)}, "end_date"),
            ({"setting": "on the moon"}, "setting"),
        ],
    )
    def test_what_cannot_be_is_told_at_its_field(self, two: Two, values: dict[str, object], field: str) -> None:
        with pytest.raises(ValidationError) as error:
            domain.write_part(partnership=two.partnership, part="what", values=values, user=two.town.manager)
        assert field in error.value.error_dict
        assert two.draft.edition == 1

    def test_needs_of_the_city_are_named(self, two: Two) -> None:
        more = two.town.add_need("n2")
        names = [str(two.town.need.public_id), str(more.public_id)]
        domain.write_part(partnership=two.partnership, part="about", values={"needs": names}, user=two.town.liaison)
        assert set(two.now.needs.all()) == {two.town.need, more}

    def test_goals_are_added_changed_and_taken_out(self, two: Two) -> None:
        user = two.town.liaison
        goal = domain.add_goal(partnership=two.partnership, user=user, goal="A tune", standard="MU:Pr4")
        domain.change_goal(goal=goal, user=two.town.manager, text="Two tunes", goal_type="musical", standard="MU:Pr5")
        assert [(each.goal, each.standard) for each in goals_of(two.draft)] == [("Two tunes", "MU:Pr5")]
        domain.drop_goal(goal=goal, user=user)
        assert goals_of(two.draft) == []
        with pytest.raises(ValidationError, match="dropped meanwhile"):
            domain.change_goal(goal=goal, user=user, text="Three")

    def test_nothing_of_a_draft_is_in_the_tables(self, two: Two) -> None:
        two.write()
        for model in (Partnership, Agreement, Goal):
            assert not model.objects.of(two.town.city).current().exists()
            assert not model.objects.public().exists()


class TestSigning:
    def test_what_is_missing_is_said(self, two: Two) -> None:
        with pytest.raises(ValidationError) as error:
            domain.put_up(partnership=two.partnership, user=two.town.manager)
        assert "Write down at least one goal." in error.value.messages

    def test_whoever_read_another_text_puts_nothing_up(self, two: Two) -> None:
        edition = two.draft.edition
        two.write()
        with pytest.raises(ValidationError, match="changed while you were reading"):
            domain.put_up(partnership=two.partnership, user=two.town.liaison, edition=edition)

    def test_words_stay_as_they_were_put_up(self, two: Two) -> None:
        two.write()
        version = two.put_up()
        assert version.document is not None
        assert version.fingerprint == fingerprint_of(version.document)
        with pytest.raises(ValidationError, match="gone on"):
            domain.write_part(partnership=two.partnership, part="end", values={"hand_over": "x"}, user=two.town.liaison)
        with pytest.raises(ValidationError, match="gone on"):
            domain.add_goal(partnership=two.partnership, user=two.town.liaison, goal="One more")

    def test_all_sign_and_it_holds(self, two: Two) -> None:
        town, today = two.town, today_in(two.town.city)
        first = today + timedelta(days=5)
        two.write(start_date=first, end_date=first + timedelta(days=90))
        domain.write_part(
            partnership=two.partnership,
            part="sides",
            values={"money": 250000, "funding_source": "us"},
            user=town.liaison,
        )
        two.put_up()
        assert any("Sign the agreement" in title for title in work(town.liaison))
        two.sign("school")
        assert (phase(two), two.draft.state) == (Phase.PREPARED, State.SIGNING)
        assert not any("agreement" in title for title in work(town.liaison))
        two.sign("organization")
        signed = two.partnership.agreements.get()
        assert (phase(two), signed.state) == (Phase.AGREED, State.SIGNED)
        assert signed.signed_by_organization == signed.signed_by_school == today
        now = two.now
        assert (now.start_date, now.planned_end_date) == (first, first + timedelta(days=90))
        assert (now.money, now.currency, now.check_in_weeks) == (250000, "USD", 12)
        assert Goal.objects.get().agreed_on == today
        assert town.state() == Need.State.AGREED
        assert kinds(town.liaison)[-1] == "agreement-signed"
        assert Partnership.objects.public().get() == now

    def test_the_city_has_changed_when_it_holds(self, two: Two) -> None:
        before = type(two.town.city).objects.get(pk=two.town.city.pk).data_version
        two.agree()
        assert type(two.town.city).objects.get(pk=two.town.city.pk).data_version > before

    def test_nobody_signs_for_others(self, two: Two) -> None:
        two.write()
        fingerprint = two.put_up().fingerprint
        for user in (two.town.liaison, two.rival, two.town.coordinator):
            with pytest.raises(PermissionDenied):
                domain.sign(
                    partnership=two.partnership, party=party(two, "organization"), user=user, name="I", fingerprint=fingerprint
                )  # fmt: skip
        assert not Signature.objects.exists()

    def test_a_coordinator_signs_for_a_district(self, two: Two) -> None:
        begun = domain.begin_without_proposal(
            city=two.town.city,
            user=two.town.coordinator,
            places=[two.town.organization, district(two.town.city)],
            contributions=["private_lessons"],
        )
        domain.write_part(
            partnership=begun, part="what", values={"what": "All.", "setting": "out_of_hours"}, user=two.town.manager
        )
        domain.add_goal(partnership=begun, user=two.town.manager, goal="Play")
        fingerprint = domain.put_up(partnership=begun, user=two.town.manager).fingerprint
        for each, user in zip(parties(begun), (two.town.manager, two.town.coordinator), strict=True):
            domain.sign(partnership=begun, party=each, user=user, name="Name", fingerprint=fingerprint)
        assert begun.agreements.get().state == State.SIGNED

    def test_two_who_sign_for_one_place_at_once(self, two: Two) -> None:
        two.write()
        two.put_up()
        two.sign("school")
        with pytest.raises(ValidationError, match="signed for Pier School already"):
            two.sign("school")
        assert Signature.objects.count() == 1

    def test_a_text_that_was_taken_back_is_not_signed(self, two: Two) -> None:
        two.write()
        read = two.put_up().fingerprint
        two.sign("school")
        domain.take_back(partnership=two.partnership, user=two.town.manager)
        assert (two.draft.state, Signature.objects.count()) == (State.DRAFT, 0)
        assert Event.objects.filter(partnership=two.partnership, step="taken_back").exists()
        assert kinds(two.town.liaison)[-1] == "agreement-taken-back"
        domain.write_part(partnership=two.partnership, part="end", values={"hand_over": "New"}, user=two.town.manager)
        two.put_up()
        with pytest.raises(ValidationError, match="Read it again before you sign"):
            domain.sign(
                partnership=two.partnership,
                party=party(two, "school"),
                user=two.town.liaison,
                name="L",
                fingerprint=read,
            )

    def test_no_second_version_is_open(self, two: Two) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            Agreement.objects.create(
                city=two.town.city, partnership=two.partnership, version=9, state=State.DRAFT, key="x",
                public_id=two.town.school.public_id, start_date=date(2026, 1, 1),
            )  # fmt: skip

    def test_the_place_without_anybody_left_cannot_be_put_up(self, two: Two) -> None:
        two.write()
        archive_record(record=two.town.school, user=two.town.coordinator)
        with pytest.raises(ValidationError, match="archived"):
            two.put_up()


class TestRenewing:
    def test_a_new_version_says_what_holds_and_counts_once_signed(self, two: Two) -> None:
        two.since(40)
        before = two.now.planned_end_date
        goal = Goal.objects.get()
        version = domain.begin_version(partnership=two.partnership, user=two.town.liaison)
        assert (version.version, version.what) == (2, "Fiddles for the third grade.")
        assert domain.begin_version(partnership=two.partnership, user=two.town.manager) == version
        new = domain.change_goal(goal=goal, user=two.town.manager, text="Two tunes by heart.")
        assert [each.pk for each in goals_of(two.draft)] == [new.pk]
        assert [each.goal for each in Goal.objects.public()] == ["All play a tune by heart."]
        assert Goal.objects.get(pk=goal.pk).dropped_on is None
        assert two.now.planned_end_date == before
        two.put_up()
        two.sign()
        assert Goal.objects.get(pk=goal.pk).dropped_on == today_in(two.town.city)
        assert two.now.planned_end_date == version.end_date
        assert two.now.start_date < version.start_date
        assert phase(two) == Phase.RUNNING

    def test_a_version_put_aside_changes_nothing(self, two: Two) -> None:
        two.since(40)
        domain.begin_version(partnership=two.partnership, user=two.town.liaison)
        domain.drop_goal(goal=Goal.objects.get(), user=two.town.liaison)
        domain.withdraw_version(partnership=two.partnership, user=two.town.liaison)
        assert Goal.objects.public().count() == 1
        third = domain.begin_version(partnership=two.partnership, user=two.town.liaison)
        assert (third.version, len(goals_of(third))) == (3, 1)

    def test_one_that_was_brought_in_by_an_import_is_renewed(self, two: Two) -> None:
        imported = partnership(two.town.city, two.town.organization, two.town.school, setting="out_of_hours")
        version = domain.begin_version(partnership=imported, user=two.town.manager)
        assert (version.version, version.setting) == (1, "out_of_hours")
        assert phase_of(Partnership.objects.get(pk=imported.pk), today_in(two.town.city)) == Phase.RUNNING

    def test_a_draft_is_no_version_to_put_aside(self, two: Two) -> None:
        with pytest.raises(ValidationError, match="no version before"):
            domain.withdraw_version(partnership=two.partnership, user=two.town.liaison)


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
