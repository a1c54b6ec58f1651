"""The pages of partnerships and their agreements, as those see them who may and those who may not."""

from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader
from tests.factories.site import city as make_city
from tests.factories.site import holder, school, signed_in
from tests.site.partnerships.agreeing.conftest import Two

from allcity.site.cities.models import Role, public_id
from allcity.site.needs.survey.reminding import today_in
from allcity.site.partnerships.agreeing import domain
from allcity.site.partnerships.models import Agreement, Goal, Partnership

pytestmark = pytest.mark.django_db


def address(two: Two, name: str = "partnership", *more: object) -> str:
    return reverse(f"city:{name}", args=[two.town.city.slug, two.partnership.public_id, *more])


def read(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def send(client: Client, url: str, **data: Any) -> str:
    response = client.post(url, data, follow=True)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


@pytest.fixture
def manager(two: Two) -> Client:
    return signed_in(two.town.manager)


@pytest.fixture
def liaison(two: Two) -> Client:
    return signed_in(two.town.liaison)


class TestFromTheProposal:
    def test_its_page_leads_on(self, two: Two, liaison: Client) -> None:
        proposal = reverse("city:proposal", args=[two.town.city.slug, two.proposal.public_id])
        assert "Go to the partnership" in read(liaison, proposal)
        domain.drop(partnership=two.partnership, user=two.town.manager, reason="times")
        assert "Write the agreement" in read(liaison, proposal)
        begun = send(liaison, reverse("city:partnership-begin-from", args=[two.town.city.slug, two.proposal.public_id]))
        assert "Write it together, part by part." in begun
        assert Partnership.objects.filter(proposal=two.proposal).exists()


class TestTheDraft:
    def test_it_is_written_on_a_phone_part_by_part(self, two: Two, liaison: Client) -> None:
        what = {
            "what": "Fiddles", "setting": "out_of_hours", "start_date": "2026-12-01", "end_date": "2027-06-30",
            "schedule": "Tuesdays",
        }  # fmt: skip
        page = liaison.get(address(two, "agreement-part", "what"))
        seen = page.context["form"].initial["seen"]
        following = send(liaison, address(two, "agreement-part", "what"), **what, seen=seen, next="1")
        assert "What do you want to reach?" in following
        send(liaison, address(two, "agreement-add-goal"), goal="A tune", standard="own", own_standard="City goal 4")
        assert Goal.objects.get().standard == "City goal 4"
        sides = {"organization_gives": "", "school_gives": "", "money": "1200.50", "funding_source": "district"}
        send(liaison, address(two, "agreement-part", "sides"), **sides)
        assert two.draft.money == 120050
        assert "City goal 4" in read(liaison, address(two, "partnership-agreement"))

    def test_two_who_write_at_once_lose_nothing(self, two: Two, liaison: Client, manager: Client) -> None:
        url = address(two, "agreement-part", "end")
        seen = liaison.get(url).context["form"].initial["seen"]
        send(manager, url, hand_over="The violins stay.", seen=seen)
        page = send(liaison, url, hand_over="The drums stay.", seen=seen)
        assert "Somebody changed this part" in page
        assert "The violins stay." in page
        assert "The drums stay." in page
        seen = domain.seen_of({"hand_over": "The violins stay."})
        assert f'value="{seen}"' in page
        send(liaison, url, hand_over="The drums stay.", seen=seen)
        assert two.draft.hand_over == "The drums stay."

    def test_what_was_typed_stays_where_something_is_wrong(self, two: Two, liaison: Client) -> None:
        values = {"what": "My words", "setting": "out_of_hours", "start_date": "2026-12-01", "end_date": "2026-11-01"}
        page = send(liaison, address(two, "agreement-part", "what"), **values)
        assert "The last day is before the first." in page
        assert "My words" in page

    def test_a_goal_is_changed_and_taken_out(self, two: Two, liaison: Client) -> None:
        two.write()
        url = address(two, "agreement-goal", Goal.objects.get().public_id)
        assert "All play a tune by heart." in read(liaison, url)
        send(liaison, url, goal="Two tunes", goal_type="musical", standard="MU:Pr4")
        assert Goal.objects.get().goal == "Two tunes"
        send(liaison, url, drop="1")
        assert not Goal.objects.exists()

    def test_words_of_others_are_never_markup(self, two: Two, liaison: Client) -> None:
        two.write(what="<script>alert(1)</script>")
        assert "<script>alert" not in read(liaison, address(two, "partnership-agreement"))


class TestSigning:
    def test_both_sign_what_they_read(self, two: Two, liaison: Client, manager: Client) -> None:
        two.write()
        page = read(manager, address(two, "partnership-agreement"))
        assert "Put it up for signatures" in page
        send(manager, address(two, "agreement-put-up"), edition=two.draft.edition)
        url = address(two, "agreement-sign")
        for client, name in ((liaison, "Lia Liaison"), (manager, "Manuel Manager")):
            given = {"name": name, "function": "head", "fingerprint": two.draft.fingerprint}
            assert "this field is required" in send(client, url, **given).lower()
            send(client, url, **given, consent="on")
        assert two.partnership.agreements.get().state == Agreement.State.SIGNED
        text = read(liaison, address(two, "agreement-version", 1))
        assert "Lia Liaison" in text
        assert "All have signed. The agreement holds" in read(liaison, address(two))

    def test_another_text_is_read_again(self, two: Two, liaison: Client) -> None:
        two.write()
        two.put_up()
        page = send(liaison, address(two, "agreement-sign"), name="L", consent="on", fingerprint="0" * 64)
        assert "The text changed while you were reading." in page
        assert 'value="L"' in page

    def test_a_text_that_changed_is_not_put_up(self, two: Two, manager: Client) -> None:
        edition = two.draft.edition
        two.write()
        assert "changed while you were reading" in send(manager, address(two, "agreement-put-up"), edition=edition)

    def test_it_is_on_paper_for_everybody(self, two: Two, liaison: Client) -> None:
        two.agree(what="Fiddles & drums *for all*\nTwice a week")
        response = liaison.get(address(two, "agreement-paper", 1))
        paper = PdfReader(BytesIO(response.content))
        text = " ".join(" ".join(page.extract_text() for page in paper.pages).split())
        assert "Fiddles & drums *for all*" in text
        assert "Somebody of school" in text
        assert paper.trailer["/Root"]["/MarkInfo"]["/Marked"]
        assert paper.trailer["/Root"]["/Lang"] == "en"
        assert "Agreement" in paper.metadata.title

    def test_versions_are_compared_in_words(self, two: Two, liaison: Client) -> None:
        two.since(40)
        send(liaison, address(two, "agreement-new-version"))
        domain.write_part(
            partnership=two.partnership, part="end", values={"hand_over": "All stays."}, user=two.town.liaison
        )
        domain.drop_goal(goal=Goal.objects.get(), user=two.town.liaison)
        page = read(liaison, address(two, "agreement-changes", 2))
        assert "All stays." in page
        assert "All play a tune by heart." in page
        assert liaison.get(address(two, "agreement-changes", 1)).status_code == 404


class TestWhoSeesWhat:
    NAMES = (
        ("partnership-agreement",),
        ("agreement-version", 1),
        ("agreement-paper", 1),
        ("agreement-part", "what"),
        ("agreement-add-goal",),
        ("partnership-parties",),
        ("partnership-step", "drop"),
    )

    def test_a_rival_never_finds_a_draft(self, two: Two) -> None:
        rival = signed_in(two.rival)
        for name, *more in (("partnership",), *self.NAMES):
            assert rival.get(address(two, name, *more)).status_code == 404, name
        other = school(two.town.city, "Other School")
        someone = signed_in(holder(two.town.city, Role.LIAISON, other.public_id))
        assert someone.get(address(two)).status_code == 404
        for client in (rival, someone):
            for page in ("partnerships", "my-partnerships"):
                assert two.partnership.name not in read(client, reverse(f"city:{page}", args=[two.town.city.slug]))
            for kind, slug in (("school", "pier-school"), ("organization", "harbor-strings")):
                assert str(two.partnership.public_id) not in read(
                    client, reverse(f"city:{kind}", args=["testville", slug])
                )

    def test_a_rival_changes_nothing_of_one_that_runs(self, two: Two) -> None:
        two.since(40)
        rival = signed_in(two.rival)
        assert rival.get(address(two)).status_code == 200
        for name, *more in self.NAMES:
            assert rival.get(address(two, name, *more)).status_code == 403, name
        for name in ("agreement-put-up", "agreement-sign", "agreement-new-version", "agreement-take-back"):
            assert rival.post(address(two, name)).status_code == 403

    def test_signed_out_one_reads_the_public_basics_only(self, two: Two) -> None:
        two.since(40)
        page = read(Client(), address(two))
        assert "All play a tune by heart." in page
        assert "under way" in page
        for words in (
            "What happened",
            "Pages of this partnership",
            "Somebody of school",
            "Fiddles for the third grade",
        ):
            assert words not in page
        assert Client().get(address(two, "partnership-agreement")).status_code == 302

    def test_what_a_new_version_says_is_not_public_before_it_is_signed(self, two: Two) -> None:
        two.since(40)
        domain.begin_version(partnership=two.partnership, user=two.town.liaison)
        domain.add_goal(partnership=two.partnership, user=two.town.liaison, goal="A secret plan")
        assert "A secret plan" not in read(Client(), address(two))
        assert "A secret plan" not in read(signed_in(two.rival), address(two))

    def test_nobody_of_another_city_sees_anything(self, two: Two) -> None:
        stranger = signed_in(holder(make_city("Elsewhere"), Role.COORDINATOR))
        for name, *more in (("partnership",), *self.NAMES):
            assert stranger.get(address(two, name, *more)).status_code in (403, 404), name
        wrong = reverse("city:partnership-agreement", args=["elsewhere", two.partnership.public_id])
        assert stranger.get(wrong).status_code == 404

    def test_a_coordinator_reads_and_begins(self, two: Two) -> None:
        coordinator = signed_in(two.town.coordinator)
        assert "Change who is in it" in read(coordinator, address(two, "partnership-agreement"))
        given = {
            "organization": str(two.rivals.public_id),
            "asker": str(two.town.school.public_id),
            "contributions": ["private_lessons"],
        }
        page = send(coordinator, reverse("city:partnership-begin", args=[two.town.city.slug]), **given)
        assert "Rival Winds · Pier School" in page
        parties = reverse("city:partnership-parties", args=["testville", Partnership.objects.latest("pk").public_id])
        assert "Harbor Strings" in send(coordinator, parties, place=str(two.town.organization.public_id))
        send(coordinator, parties, remove=str(two.rivals.public_id))
        assert Partnership.objects.latest("pk").organizations.get() == two.town.organization


class TestMine:
    def many(self, two: Two, number: int) -> None:
        for key in range(number):
            made = Partnership.objects.create(
                city=two.town.city, key=f"m{key}", name=f"M {key}", stage=Partnership.Stage.DRAFT,
                public_id=public_id("testville", "partnerships", f"m{key}"), start_date="2026-01-01",
            )  # fmt: skip
            made.schools.add(two.town.school)
            made.organizations.add(two.town.organization)
            Agreement.objects.create(
                city=two.town.city, partnership=made, key=f"a{key}", version=1, start_date="2026-01-01",
                state=Agreement.State.SIGNING if key % 2 else Agreement.State.DRAFT,
                public_id=public_id("testville", "agreements", f"a{key}"),
            )  # fmt: skip

    @pytest.mark.parametrize("page", ["?show=me", "?show=open"])
    def test_a_long_list_takes_no_more_queries(self, two: Two, liaison: Client, page: str) -> None:
        url = reverse("city:my-partnerships", args=["testville"]) + page
        self.many(two, 2)
        read(liaison, url)
        with CaptureQueriesContext(connection) as few:
            read(liaison, url)
        Partnership.objects.filter(key__startswith="m").delete()
        self.many(two, 29)
        with CaptureQueriesContext(connection) as many:
            read(liaison, url)
        assert len(few) == len(many)

    def test_what_is_over_is_told_apart(self, two: Two, liaison: Client) -> None:
        url = reverse("city:my-partnerships", args=["testville"])
        assert two.partnership.name in read(liaison, url)
        domain.drop(partnership=two.partnership, user=two.town.manager, reason="money")
        assert two.partnership.name not in read(liaison, f"{url}?show=open")
        assert two.partnership.name in read(liaison, f"{url}?show=over")


class TestEnding:
    @pytest.mark.parametrize(
        ("step", "values", "told"),
        [
            ("end", {"reason": "done", "day": "{today}"}, "with"),
            ("hand-over", {"words": "The violins stay.", "day": "{today}"}, "carries it on"),
            ("leave", {"reason": "money", "party": "{school}"}, "ended it"),
        ],
    )
    def test_it_is_written_down_by_a_form(
        self, two: Two, liaison: Client, step: str, values: dict[str, str], told: str
    ) -> None:
        two.since(40)
        assert read(liaison, address(two, "partnership-step", step))
        known = {"today": today_in(two.town.city).isoformat(), "school": str(two.town.school.public_id)}
        given = {name: value.format(**known) for name, value in values.items()}
        assert told in send(liaison, address(two, "partnership-step", step), **given)
        assert two.now.end_date is not None

    def test_a_reason_is_asked_for(self, two: Two, liaison: Client) -> None:
        page = send(liaison, address(two, "partnership-step", "drop"), reason="other", words="")
        assert "Say in a few words what the reason is." in page
        assert two.now.stage == Partnership.Stage.DRAFT
