"""Partnerships from what two sides agree on, and the agreement that they write: who may do what, and what is told."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from tests.factories.site import city as make_city
from tests.factories.site import organization, school
from tests.site.partnerships.agreeing.conftest import Two
from tests.site.partnerships.agreeing.of_two import kinds, phase, work

from allcity.site.needs.proposals import domain as proposing
from allcity.site.needs.survey.reminding import today_in
from allcity.site.partnerships.agreeing import domain
from allcity.site.partnerships.agreeing.document import goals_of
from allcity.site.partnerships.models import Agreement, Goal, Partnership
from allcity.site.partnerships.parties import parties
from allcity.site.partnerships.phases import Phase

pytestmark = pytest.mark.django_db
State = Agreement.State


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
