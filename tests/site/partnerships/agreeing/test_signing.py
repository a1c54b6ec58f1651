"""Signing an agreement and each new version of it: who may, what is signed, and what holds then."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from tests.factories.partnerships import district, partnership
from tests.site.partnerships.agreeing.conftest import Two
from tests.site.partnerships.agreeing.of_two import kinds, party, phase, work

from allcity.site.directory.domain import archive_record
from allcity.site.needs.models import Need
from allcity.site.needs.survey.reminding import today_in
from allcity.site.partnerships.agreeing import domain
from allcity.site.partnerships.agreeing.document import fingerprint_of, goals_of
from allcity.site.partnerships.models import Agreement, Event, Goal, Partnership, Signature
from allcity.site.partnerships.parties import parties
from allcity.site.partnerships.phases import Phase, phase_of

pytestmark = pytest.mark.django_db
State = Agreement.State


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
