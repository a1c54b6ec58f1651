"""What exports, histories and events keep from whoever is no party: drafts, another school's counts, words meant for few."""

import csv
import io
import json
from collections.abc import Iterator
from zipfile import ZipFile

import pytest
from django.core.cache import cache
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse
from tests.factories.judged import examined, judged
from tests.factories.partnerships import partnership
from tests.factories.site import holder, signed_in
from tests.factories.site import school as make_school
from tests.site.needs.proposals.conftest import YEAR, town
from tests.site.partnerships.agreeing.conftest import Two, two
from tests.site.partnerships.delivering.conftest import Town as Delivered
from tests.site.partnerships.delivering.conftest import town as delivered

from allcity.site.accounts.models import User
from allcity.site.cities.domain import note_change
from allcity.site.cities.models import City, Role
from allcity.site.needs.models import Proposal
from allcity.site.needs.proposals import domain as proposing
from allcity.site.partnerships.agreeing import domain
from allcity.site.partnerships.delivering import domain as delivering

__all__ = ["delivered", "town", "two"]

NAME, WORDS = "Unsigned fiddles", "Fiddles that nobody has agreed on."


@pytest.fixture(autouse=True)
def _no_kept_pages() -> None:
    cache.clear()


def text(answer: HttpResponseBase) -> str:
    """What an answer holds, with every file of an archive."""
    content = b"".join(answer) if answer.streaming else answer.content  # type: ignore[attr-defined]
    if content[:2] != b"PK":
        return content.decode()
    with ZipFile(io.BytesIO(content)) as archive:
        return "".join(archive.read(name).decode(errors="replace") for name in archive.namelist())


def answers(client: Client, two: Two) -> Iterator[tuple[str, int, str]]:
    """Every page and file that tells of many partnerships, and those of the one that is being prepared."""
    city, one = two.town.city.slug, two.partnership.public_id
    sides = (("organization", two.town.organization.slug), ("school", two.town.school.slug))
    urls = [
        *(reverse(f"city:{side}{page}", args=[city, slug]) for side, slug in sides for page in
          ("", "-partnerships", "-partnerships-file")),
        *(reverse(f"city:{name}", args=[city]) for name in
          ("partnerships", "my-partnerships", "partnership-calendar", "partnership-portfolio",
           "partnership-portfolio-file", "next-partnerships", "proposals", "data", "export-folder")),
        *(reverse("city:export-table", args=[city, table, "csv"]) for table in ("partnerships", "agreements", "goals")),
        *(reverse(f"city:{name}", args=[city, one]) for name in
          ("partnership", "partnership-agreement", "partnership-sessions", "partnership-check-ins",
           "partnership-evaluation")),
        *(reverse("city:history", args=[city, f"{side}s", slug]) for side, slug in sides),
        *(reverse(name) for name in ("accounts:data", "notices:work")),
    ]  # fmt: skip
    for url in urls:
        answer = client.get(url)
        yield url, answer.status_code, text(answer)


def draft(two: Two) -> None:
    """Have it written, under a name that nobody else is to read."""
    two.write(what=WORDS)
    two.partnership.name = NAME
    two.partnership.save(update_fields=["name"])
    note_change(two.town.city)


def other_liaison(city: City) -> User:
    return holder(city, Role.LIAISON, make_school(city, "Quay School").public_id)


class TestDrafts:
    """One that is being prepared is known to its parties and the coordinators."""

    @pytest.mark.parametrize("who", ["rival", "other school", "member", "public"])
    def test_nobody_else_finds_it_in_pages_files_histories_or_their_own_data(self, two: Two, who: str) -> None:
        draft(two)
        client = {
            "rival": lambda: signed_in(two.rival),
            "other school": lambda: signed_in(other_liaison(two.town.city)),
            "member": lambda: signed_in(holder(two.town.city)),
            "public": Client,
        }[who]()
        for url, status, found in answers(client, two):
            assert NAME not in found, url
            assert WORDS not in found, url
            if str(two.partnership.public_id) in url:
                assert status == 404, url
            else:
                assert str(two.partnership.public_id) not in found, url

    @pytest.mark.parametrize("who", ["manager", "liaison", "coordinator"])
    def test_its_own_find_it(self, two: Two, who: str) -> None:
        draft(two)
        found = {url: found for url, _status, found in answers(signed_in(getattr(two.town, who)), two)}
        city = two.town.city.slug
        for name in ("my-partnerships", "partnership-portfolio-file"):
            assert NAME in found[reverse(f"city:{name}", args=[city])]
        for side in ("organization", "school"):
            assert NAME in found[reverse(f"city:{side}-partnerships-file", args=[city, getattr(two.town, side).slug])]
        assert NAME not in found[reverse("city:export-folder", args=[city])]

    def test_a_new_version_is_not_in_what_everybody_may_have_before_all_have_signed(self, two: Two) -> None:
        two.agree()
        note_change(two.town.city)
        domain.begin_version(partnership=two.now, user=two.town.manager)
        domain.write_part(
            partnership=two.now,
            part="what",
            values={"what": WORDS, "setting": "in_school_hours"},
            user=two.town.manager,
        )
        for url, _status, found in answers(signed_in(two.rival), two):
            assert WORDS not in found, url

    def test_a_rivals_draft_with_the_same_school_is_that_schools_and_no_partners(self, two: Two) -> None:
        draft(two)
        theirs = partnership(
            two.town.city, two.rivals, two.town.school, key="theirs", name="Unsigned winds", stage="draft"
        )
        url = reverse("city:school-partnerships-file", args=[two.town.city.slug, two.town.school.slug])
        names = {
            user: {row["name"] for row in csv.DictReader(io.StringIO(text(signed_in(user).get(url))))}
            for user in (two.town.liaison, two.town.manager, two.rival)
        }
        assert names[two.town.liaison] == {NAME, theirs.name}
        assert names[two.town.manager] == {NAME}
        assert names[two.rival] == {theirs.name}


class TestCounts:
    """What was found of a partnership is its parties' and the coordinators'."""

    def test_files_hold_the_counts_of_ones_own_alone(self, two: Two) -> None:
        city, quay = two.town.city, make_school(two.town.city, "Quay School")
        own = partnership(city, two.town.organization, two.town.school, key="own", name="Own")
        other = partnership(city, two.rivals, quay, key="other", name="Other")
        examination = examined(city, YEAR)
        judged(examination, own, {"staff_kept": 1}, placed=31, school=two.town.school)
        judged(examination, other, {"staff_kept": 4}, placed=53, school=quay)
        note_change(city)
        urls = [
            reverse("city:partnership-portfolio-file", args=[city.slug]),
            reverse("city:organization-partnerships-file", args=[city.slug, two.rivals.slug]),
            reverse("city:school-partnerships-file", args=[city.slug, quay.slug]),
        ]
        for user, has in ((two.town.manager, False), (two.town.liaison, False), (two.rival, True)):
            for url in urls:
                rows = {row["name"]: row for row in csv.DictReader(io.StringIO(text(signed_in(user).get(url))))}
                assert (rows["Other"]["placed"] == "53.0") is has, url
                assert bool(rows["Other"]["level_staff_kept"]) is False or has, url

    def test_a_school_reads_nothing_of_what_was_told_of_another_one_of_the_partnership(
        self, delivered: Delivered
    ) -> None:
        held = delivered.log(delivered.other_liaison, school=delivered.hill, students=173)
        delivering.change_session(
            session=held,
            user=delivered.other_liaison,
            entry=delivered.entry(school=delivered.hill, students=171),
        )
        urls = [
            delivered.page(),
            delivered.page("partnership"),
            delivered.page("partnership-check-ins"),
            *(delivered.page("partnership-sessions-download", "sessions", kind) for kind in ("csv", "xlsx")),
            reverse("city:school-partnerships-file", args=[delivered.city.slug, delivered.hill.slug]),
            reverse("accounts:data"),
        ]
        own, other = signed_in(delivered.other_liaison), signed_in(delivered.liaison)
        assert "171" in text(own.get(urls[0]))
        for url in urls:
            found = text(other.get(url))
            assert "171" not in found, url
            assert "173" not in found, url


class TestPrivateWords:
    """Why an offer was declined, as told to the coordinators, and what others wrote."""

    @pytest.fixture
    def declined(self, two: Two) -> Proposal:
        need = two.town.add_need("n2")
        offer = two.town.offer(need=need)
        return proposing.decline(
            proposal=offer, reason=Proposal.Reason.OTHER, words="They were late before.", user=two.town.liaison
        )

    def test_are_in_nothing_of_the_other_sides_nor_of_a_rival(self, two: Two, declined: Proposal) -> None:
        page = reverse("city:proposal", args=[two.town.city.slug, declined.public_id])
        for user in (two.town.manager, two.rival, other_liaison(two.town.city)):
            client = signed_in(user)
            for url, found in [
                (page, text(client.get(page))),
                *((url, found) for url, _, found in answers(client, two)),
            ]:
                assert "late before" not in found, url
        for user in (two.town.liaison, two.town.coordinator):
            assert "late before" in text(signed_in(user).get(page))

    def test_ones_own_data_holds_what_one_did_and_nothing_of_others(self, two: Two, declined: Proposal) -> None:
        two.agree()
        for user, words, name in (
            (two.town.manager, "organization", "Somebody of school"),
            (two.town.liaison, "school", "Somebody of organization"),
        ):
            kept = json.loads(text(signed_in(user).get(reverse("accounts:data"))))
            assert [one["name"] for one in kept["agreements"]["signatures"]] == [f"Somebody of {words}"]
            assert name not in json.dumps(kept)
        assert declined.reason_words in text(signed_in(two.town.liaison).get(reverse("accounts:data")))
