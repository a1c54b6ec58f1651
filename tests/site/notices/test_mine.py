"""What is one's own on "My work": places, conversations, and whatever features register."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.factories.site import city, holder, organization, person, school, signed_in

from allcity.site.accounts.models import User
from allcity.site.cities.domain import give_role
from allcity.site.cities.models import City, Role
from allcity.site.conversations.domain import start_thread
from allcity.site.notices import mine
from allcity.site.notices.mine import Mine, MineItem

pytestmark = pytest.mark.django_db


@pytest.fixture
def town() -> City:
    return city()


def page(user: User) -> str:
    return signed_in(user).get("/en/work/").content.decode()


def test_lists_stand_by_weight_and_empty_ones_not_at_all(monkeypatch: pytest.MonkeyPatch, town: City) -> None:
    monkeypatch.setattr(mine, "_providers", [])
    item = MineItem("An evening <i>together</i>", "/en/there/", "At six.", town, date(2026, 5, 4))
    mine.register(lambda _user: None)
    mine.register(lambda _user: Mine("none", "Nothing of mine"))
    mine.register(lambda _user: Mine("light", "Lighter", [item]))
    mine.register(lambda _user: Mine("heavy", "Heavier", [item], more_url="/en/all/", weight=9))
    assert [each.id for each in mine.mine_of(person())] == ["heavy", "light"]
    words = page(person())
    assert words.index("Heavier") < words.index("Lighter")
    assert "Nothing of mine" not in words
    assert 'href="/en/all/">See all<span class="hidden">: Heavier</span>' in words
    assert "An evening &lt;i&gt;together&lt;/i&gt;" in words
    assert "Due on May 4, 2026 · Testville" in words


def test_places_that_one_looks_after_lead_to_where_that_is_done(town: City) -> None:
    strings, pier = organization(town), school(town)
    user = holder(town, Role.MANAGER, strings.public_id)
    give_role(city=town, user=user, role=Role.LIAISON, place=pier.public_id)
    words = page(user)
    assert "Your schools and organizations" in words
    assert f'href="/en/{town.slug}/records/organizations/{strings.slug}/"' in words or strings.name in words
    type(strings).objects.filter(pk=strings.pk).update(archived_at=timezone.now())
    items = {each.id: each.items for each in mine.mine_of(user)}["places"]
    assert [item.title for item in items] == [pier.name]
    for item in items:
        assert signed_in(user).get(item.url).status_code == 200
    assert "Your schools and organizations" not in page(holder(town))


def test_conversations_that_one_follows(town: City) -> None:
    author, other = holder(town, Role.EDITOR), holder(town)
    for number in range(7):
        start_thread(
            city=town,
            title=f"Topic {number}",
            user=author,
            audience="circle",
            users=[author],
            text="So?",
            language="en",
        )
    (found,) = [each for each in mine.mine_of(author) if each.id == "conversations"]
    assert [item.title for item in found.items] == [f"Topic {number}" for number in (6, 5, 4, 3, 2)]
    assert found.more_url == f"/en/{town.slug}/conversations/?show=followed"
    for address in (found.items[0].url, found.more_url):
        assert signed_in(author).get(address).status_code == 200
    assert "Topic" not in page(other)


def test_one_place_and_thirty_take_as_many_queries(town: City) -> None:
    user = holder(town, Role.MANAGER, organization(town).public_id)
    start_thread(city=town, title="One", user=user, audience="members", text="So?", language="en")

    def count() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert mine.mine_of(User.objects.get(pk=user.pk))
        return len(asked)

    before = count()
    for number in range(29):
        place = organization(town, f"Band {number}")
        give_role(city=town, user=user, role=Role.MANAGER, place=place.public_id)
        start_thread(city=town, title=f"T{number}", user=user, audience="members", text="So?", language="en")
    assert count() == before
