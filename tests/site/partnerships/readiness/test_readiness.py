"""What a city asks of partners, what they say of it, who reads that, and who is reminded."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests.factories.partnerships import partnership
from tests.factories.site import city as make_city
from tests.factories.site import holder, organization, person, school, signed_in

from allcity.site.accounts.models import User
from allcity.site.accounts.personal_data import export_all
from allcity.site.cities.models import City, Role
from allcity.site.directory.models import Organization, School
from allcity.site.needs.survey.reminding import today_in
from allcity.site.notices.models import Notice
from allcity.site.notices.work import work_of
from allcity.site.partnerships.models import Partnership, Readiness, Requirement
from allcity.site.partnerships.readiness import domain, queries
from allcity.site.partnerships.readiness.domain import Said
from allcity.site.partnerships.readiness.reminding import remind_of_what_runs_out
from allcity.site.partnerships.readiness.standing import State

pytestmark = pytest.mark.django_db
UNSAID = Said(None)


@dataclass(frozen=True)
class Town:
    city: City
    school: School
    organization: Organization
    partnership: Partnership
    clearance: Requirement
    insurance: Requirement
    manager: User
    liaison: User
    coordinator: User

    def url(self, name: str = "readiness-of", *more: object) -> str:
        return reverse(f"city:{name}", args=[self.city.slug, *more])

    @property
    def page(self) -> str:
        return self.url("readiness-of", self.organization.slug)

    def say(self, *, clearance: Said = UNSAID, insurance: Said = UNSAID) -> list[Readiness]:
        return domain.tell(
            organization=self.organization,
            said={self.clearance: clearance, self.insurance: insurance},
            user=self.manager,
            seen=queries.version_of(self.organization),
        )

    def sent(self, **values: str) -> dict[str, str]:
        """What the form sends: the fields of each requirement, by its kind."""
        seen = queries.version_of(self.organization)
        named = {"clearance": self.clearance.pk, "insurance": self.insurance.pk}
        unknown = {f"r{pk}-in_order": "unknown" for pk in named.values()}
        unknown[f"r{named['clearance']}-supervision"] = "unknown"
        return (
            {"seen": seen}
            | unknown
            | {
                f"r{named[kind]}-{field}": value
                for name, value in values.items()
                for kind, field in [name.split("_", 1)]
            }
        )


@pytest.fixture
def town(db: None) -> Town:
    city = make_city()
    pier, strings = school(city), organization(city)
    return Town(
        city,
        pier,
        strings,
        partnership(city, strings, pier),
        domain.add_requirement(city=city, kind="clearance", title="State clearance", months=60),
        domain.add_requirement(city=city, kind="insurance", title="Insurance", months=12),
        holder(city, Role.MANAGER, strings.public_id),
        holder(city, Role.LIAISON, pier.public_id),
        holder(city, Role.COORDINATOR),
    )


def in_days(town: Town, days: int) -> date:
    return today_in(town.city) + timedelta(days=days)


def states(town: Town) -> dict[str, State]:
    found = queries.standings(town.city, [town.organization], today_in(town.city))[town.organization.pk]
    return {each.requirement.kind: each.state for each in found}


class TestTheCitysList:
    def test_it_begins_with_what_is_usual_once(self) -> None:
        city = make_city("Newtown")
        made = domain.start_with_usual(city=city)
        assert [(one.kind, one.months) for one in made] == [
            ("clearance", 60), ("clearance", 60), ("training", 24), ("insurance", 12), ("data", None), ("photo", None),
        ]  # fmt: skip
        with pytest.raises(ValidationError):
            domain.start_with_usual(city=city)

    def test_a_coordinator_adds_changes_moves_and_puts_away(self, town: Town) -> None:
        client = signed_in(town.coordinator)
        client.post(town.url("requirement-add"), {"kind": "training", "title": "First aid", "months": "36"})
        added = Requirement.objects.get(title="First aid")
        assert list(queries.requirements_of(town.city)) == [town.clearance, town.insurance, added]
        step = town.url("requirement-step", added.public_id)
        client.post(step, {"do": "up"})
        assert list(queries.requirements_of(town.city)) == [town.clearance, added, town.insurance]
        client.post(
            town.url("requirement", added.public_id), {"kind": "training", "title": "Aid", "settings": "out_of_school"}
        )
        added.refresh_from_db()
        assert (added.title, added.months, added.settings) == ("Aid", None, ["out_of_school"])
        client.post(step, {"do": "archive"})
        assert list(queries.requirements_of(town.city)) == [town.clearance, town.insurance]
        client.post(step, {"do": "restore"})
        assert added in queries.requirements_of(town.city)

    def test_what_is_asked_for_in_one_setting_is_asked_of_whoever_works_there(self, town: Town) -> None:
        Requirement.objects.filter(pk=town.insurance.pk).update(settings=["out_of_school"])
        assert set(states(town)) == {"clearance", "insurance"}, "nobody says where they work"
        Partnership.objects.update(setting="in_school_hours")
        assert set(states(town)) == {"clearance"}
        other = partnership(town.city, town.organization, key="r2", setting="out_of_school")
        assert set(states(town)) == {"clearance", "insurance"}
        today = today_in(town.city)
        assert [
            len(queries.standings_in(each, town.organization, today))
            for each in (Partnership.objects.get(pk=town.partnership.pk), other)
        ] == [1, 2]


class TestSaying:
    def test_each_state_by_its_day(self, town: Town) -> None:
        assert set(states(town).values()) == {State.NOT_SAID}
        town.say(clearance=Said(False), insurance=Said(True, in_days(town, 200)))
        assert states(town) == {"clearance": State.NOT_YET, "insurance": State.IN_ORDER}
        town.say(clearance=Said(True), insurance=Said(True, in_days(town, 30)))
        assert states(town) == {"clearance": State.IN_ORDER, "insurance": State.RUNS_OUT}
        Readiness.objects.update(valid_until=in_days(town, -1))
        assert set(states(town).values()) == {State.RAN_OUT}

    def test_the_form_on_a_phone(self, town: Town) -> None:
        client = signed_in(town.manager)
        until = in_days(town, 100).isoformat()
        sent = town.sent(clearance_in_order="yes", clearance_supervision="together", insurance_in_order="yes",
                         insurance_valid_until=until)  # fmt: skip
        assert client.post(town.page, sent).status_code == 302
        text = client.get(town.page).content.decode()
        assert "somebody of the school is always there" in text
        assert until in text
        row = Readiness.objects.get(requirement=town.clearance)
        assert (row.in_order, row.valid_until, row.said_by) == (True, None, town.manager)

    @pytest.mark.parametrize(("days", "part"), [(-1, "This day has passed"), (400, "12 months")])
    def test_days_that_cannot_be_are_told_and_nothing_is_kept(self, town: Town, days: int, part: str) -> None:
        client = signed_in(town.manager)
        sent = town.sent(clearance_in_order="yes", insurance_in_order="yes",
                         insurance_valid_until=in_days(town, days).isoformat())  # fmt: skip
        response = client.post(town.page, sent)
        assert part in response.content.decode()
        assert not Readiness.objects.exists()
        with pytest.raises(ValidationError):
            town.say(insurance=Said(True, in_days(town, days)))

    def test_what_has_run_out_does_not_hinder_saying_the_rest(self, town: Town) -> None:
        town.say(insurance=Said(True, in_days(town, 3)))
        Readiness.objects.update(valid_until=in_days(town, -3))
        town.say(clearance=Said(True), insurance=Said(True, in_days(town, -3)))
        assert states(town) == {"clearance": State.IN_ORDER, "insurance": State.RAN_OUT}

    def test_two_who_write_at_once_both_read_what_the_other_wrote(self, town: Town) -> None:
        client = signed_in(town.manager)
        sent = town.sent(clearance_in_order="yes")
        town.say(clearance=Said(False))
        response = client.post(town.page, sent)
        text = response.content.decode()
        assert "Somebody else saved this while you were writing" in text
        assert "State clearance: not yet in order" in text
        assert Readiness.objects.get(requirement=town.clearance).in_order is False
        assert [line for line in text.splitlines() if 'value="yes"' in line and "checked" in line], (
            "what was typed stays"
        )
        client.post(town.page, town.sent(clearance_in_order="yes"))
        assert Readiness.objects.get(requirement=town.clearance).in_order is True

    def test_nothing_has_changed(self, town: Town) -> None:
        client = signed_in(town.manager)
        unchanged = town.url("readiness-unchanged", town.organization.slug)
        client.post(unchanged)
        assert not Readiness.objects.exists(), "nobody had said anything"
        town.say(clearance=Said(True))
        before = timezone.now()
        client.post(unchanged)
        row = Readiness.objects.get(requirement=town.clearance)
        assert row.said_at >= before
        assert row.in_order is True

    def test_coordinators_say_it_only_where_nobody_is_there(self, town: Town) -> None:
        with pytest.raises(PermissionDenied):
            domain.confirm(organization=town.organization, user=town.coordinator)
        assert signed_in(town.coordinator).post(town.page, town.sent()).status_code == 403
        town.manager.memberships.all().delete()
        domain.tell(organization=town.organization, said={town.clearance: Said(True)}, user=town.coordinator, seen="")
        assert states(town)["clearance"] == State.IN_ORDER


class TestWhoReadsIt:
    @pytest.fixture
    def others(self, town: Town) -> dict[str, User]:
        rival, elsewhere = organization(town.city, "Rival Brass"), school(town.city, "Hill School")
        other_city = make_city("Otherton")
        return {
            "rival": holder(town.city, Role.MANAGER, rival.public_id),
            "another school": holder(town.city, Role.LIAISON, elsewhere.public_id),
            "member": holder(town.city),
            "coordinator elsewhere": holder(other_city, Role.COORDINATOR),
            "nobody": person(),
        }

    def test_only_those_who_work_with_it_itself_and_coordinators(self, town: Town, others: dict[str, User]) -> None:
        town.say(clearance=Said(False))
        for user in (town.manager, town.liaison, town.coordinator):
            assert signed_in(user).get(town.page).status_code == 200
            assert Readiness.objects.for_user(user).count() == 1
            assert "not yet in order" in signed_in(user).get(town.url("readiness")).content.decode()
        for who, user in others.items():
            assert signed_in(user).get(town.page).status_code in (403, 404), who
            assert not Readiness.objects.for_user(user).exists(), who
            listed = signed_in(user).get(town.url("readiness"))
            assert town.organization.name not in listed.content.decode(), who
        assert Client().get(town.page).status_code == 302
        assert not Readiness.objects.public().exists()

    def test_a_liaison_reads_and_does_not_write(self, town: Town) -> None:
        client = signed_in(town.liaison)
        assert client.post(town.page, town.sent(clearance_in_order="yes")).status_code == 403
        assert client.post(town.url("readiness-unchanged", town.organization.slug)).status_code == 403
        assert "Say how it stands" not in client.get(town.page).content.decode()

    @pytest.mark.parametrize("over", [{"stage": "dropped"}, {"end_date": date(2026, 1, 31)}])
    def test_no_school_reads_it_once_the_partnership_is_over(self, town: Town, over: dict[str, object]) -> None:
        Partnership.objects.update(**over)
        assert signed_in(town.liaison).get(town.page).status_code == 404
        assert signed_in(town.manager).get(town.page).status_code == 200

    def test_a_partnership_that_is_being_prepared_counts(self, town: Town) -> None:
        Partnership.objects.update(stage="draft")
        assert signed_in(town.liaison).get(town.page).status_code == 200

    def test_it_stands_on_the_partnerships_page_for_its_parties_alone(
        self, town: Town, others: dict[str, User]
    ) -> None:
        town.say(insurance=Said(True, in_days(town, 5)))
        page = town.url("partnership", town.partnership.public_id)
        for user in (town.manager, town.liaison, town.coordinator):
            assert "runs out soon" in signed_in(user).get(page).content.decode().lower()
        for client in (Client(), *(signed_in(user) for user in others.values())):
            text = client.get(page).content.decode()
            assert "runs out soon" not in text.lower()
            assert "Insurance" not in text


class TestReminding:
    def days_go_by(self, first: int, last: int) -> None:
        for day in range(first, last + 1):
            for _twice in range(2):
                remind_of_what_runs_out(now=timezone.now() + timedelta(days=day))

    def told(self, user: User) -> list[str]:
        return list(
            Notice.objects.filter(user=user, kind__startswith="readiness").order_by("pk").values_list("kind", flat=True)
        )

    def test_thirty_days_before_on_the_day_and_a_week_after(self, town: Town) -> None:
        town.say(insurance=Said(True, in_days(town, 40)))
        for last, kinds in ((9, 0), (39, 1), (46, 2), (60, 3)):
            self.days_go_by(last - 2, last)
            assert len(self.told(town.manager)) == kinds, last
        assert self.told(town.manager) == ["readiness-soon", "readiness-soon", "readiness-ran-out"]
        assert self.told(town.coordinator) == self.told(town.liaison) == []

    def test_a_new_day_begins_the_marks_anew_and_saying_the_same_does_not(self, town: Town) -> None:
        town.say(insurance=Said(True, in_days(town, 20)))
        self.days_go_by(0, 1)
        town.say(insurance=Said(True, in_days(town, 20)))
        self.days_go_by(0, 1)
        assert len(self.told(town.manager)) == 1
        town.say(insurance=Said(True, in_days(town, 300)))
        self.days_go_by(0, 30)
        assert len(self.told(town.manager)) == 1
        self.days_go_by(271, 271)
        assert len(self.told(town.manager)) == 2

    def test_a_reminder_is_not_something_said(self, town: Town) -> None:
        said_at = town.say(insurance=Said(True, in_days(town, 20)))[0].said_at
        self.days_go_by(0, 0)
        assert Readiness.objects.get(requirement=town.insurance).said_at == said_at

    def test_coordinators_are_told_where_nobody_is_there(self, town: Town) -> None:
        town.say(insurance=Said(True, in_days(town, 20)))
        town.manager.memberships.all().delete()
        self.days_go_by(0, 1)
        assert self.told(town.coordinator) == ["readiness-soon"]

    def test_what_is_asked_for_no_more_and_what_is_not_in_order_is_not_reminded_of(self, town: Town) -> None:
        town.say(insurance=Said(True, in_days(town, 20)), clearance=Said(False, in_days(town, 20)))
        domain.archive_requirement(requirement=town.insurance)
        self.days_go_by(0, 40)
        assert self.told(town.manager) == []


class TestWork:
    def titles(self, user: User, town: Town) -> list[str]:
        return [str(item.title) for item in work_of(user, city=town.city) if "readiness" in item.url]

    def test_what_is_missing_then_what_runs_out_then_nothing(self, town: Town) -> None:
        assert self.titles(town.manager, town) == ["Say whether “State clearance” is in order"]
        town.say(clearance=Said(True), insurance=Said(True, in_days(town, 12)))
        assert self.titles(town.manager, town) == ["“Insurance” runs out"]
        town.say(clearance=Said(True), insurance=Said(True, in_days(town, 120)))
        assert self.titles(town.manager, town) == []
        Partnership.objects.update(end_date=date(2026, 1, 31))
        town.say()
        assert self.titles(town.manager, town) == [], "nobody is asked who works with nobody"

    def test_coordinators_learn_of_what_has_run_out(self, town: Town) -> None:
        assert self.titles(town.coordinator, town) == []
        town.say(insurance=Said(True, in_days(town, 12)))
        Readiness.objects.update(valid_until=in_days(town, -1))
        assert self.titles(town.coordinator, town) == [
            "Something has run out at 1 organization that works with schools"
        ]

    def test_as_many_queries_for_many_organizations_as_for_one(self, town: Town) -> None:
        client = signed_in(town.coordinator)
        page, numbers = town.url("readiness"), []
        for count in (0, 31):
            for number in range(count):
                each = organization(town.city, f"Choir {number}")
                partnership(town.city, each, town.school, key=f"x{number}")
            with CaptureQueriesContext(
                connection,
            ) as captured:
                client.get(page)
                work_of(town.coordinator)
            numbers.append(len(captured))
        assert numbers[0] == numbers[1]
        assert "?page=2" in client.get(page).content.decode()


class TestPersonalData:
    def test_it_is_handed_over_and_the_name_taken_off(self, town: Town) -> None:
        town.say(clearance=Said(True))
        assert "State clearance" in str(export_all(town.manager)["readiness"])
        domain.erase(town.manager)
        assert Readiness.objects.get().said_by is None
        assert export_all(town.manager)["readiness"] == []
