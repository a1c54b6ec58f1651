"""Looking at stories: what is missing, asking for a change, taking a picture out, two people, staff, and the one queue."""

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from tests.factories.media import consented
from tests.factories.site import city, holder, person, signed_in
from tests.factories.stories import a_published_story, a_story, with_picture, words

from allcity.site.accounts.staff import start_session
from allcity.site.cities.models import Role
from allcity.site.conversations.models import Case
from allcity.site.conversations.moderation import domain as moderation
from allcity.site.notices import work
from allcity.site.publishing.models import CityTree, Media, Story
from allcity.site.publishing.stories import domain, moderating, queries, reviewing

pytestmark = pytest.mark.django_db
State = Story.State


def path_of(story):
    if story.city:
        return reverse("city:story-review", args=[story.city.slug, story.public_id])
    return reverse("stories:review", args=[story.public_id])


def decide(client, story, act, seen=None, **more):
    story.refresh_from_db()
    return client.post(
        path_of(story), {"seen": seen or queries.seen_of(story), act: more.pop("value", "1"), **more}, follow=True
    )


def mine(story):
    return Client().get(reverse("stories:mine", args=[story.token])).content.decode()


def state(story):
    story.refresh_from_db()
    return story.state


@pytest.fixture
def browser(coordinator):
    return signed_in(coordinator)


def test_one_is_published_and_its_author_told(town, browser, mails, link_in):
    story = a_story(town)
    queue = browser.get(reverse("city:moderation", args=[town.slug])).content.decode()
    assert path_of(story) in queue
    assert "Drums in room nine" in browser.get(path_of(story)).content.decode()
    (message,) = [mail for mail in mails(lambda: decide(browser, story, "publish")) if mail.to == [story.email]]
    assert state(story) == State.PUBLISHED
    assert "A drummer came" not in message.body
    assert "published" in Client().get(link_in(message)).content.decode().lower()
    assert Case.objects.get().state == Case.State.KEPT
    assert "Drums in room nine" in Client().get(reverse("city:stories", args=[town.slug])).content.decode()


def test_it_can_be_let_through_in_the_queue_as_well(town, coordinator):
    story = a_story(town)
    moderation.keep(case=Case.objects.get(), decided_by=coordinator)
    assert state(story) == State.PUBLISHED


def test_what_lacks_consent_is_not_published_and_it_is_said_what(town, browser):
    story = a_story(town)
    picture = with_picture(story, Media.People.MINORS)
    page = decide(browser, story, "publish").content.decode()
    assert "has to agree" in page
    assert state(story) == State.WAITING
    consented(picture, shown="eight students", is_minor=True, relation="school", given_by="Pat")
    decide(browser, story, "publish")
    assert state(story) == State.PUBLISHED
    assert story.pictures.get().people == Media.People.MINORS


def test_full_names_beside_minors_are_warned_of(town, browser):
    story = a_story(town, happened="Then Lena Kowalski played the drums with her friends.")
    with_picture(story, Media.People.MINORS, caption="Here is Tomas Herrera at the drums")
    page = browser.get(path_of(story)).content.decode()
    assert "Lena Kowalski" in page.split("their-words")[0] or "“Lena Kowalski”" in page
    assert "“Tomas Herrera”" in page


def test_a_change_is_asked_for_in_the_language_of_the_story(town, browser, mails, link_in):
    story = a_story(town, language="es")
    assert "say what should change" in decide(browser, story, "ask").content.decode().lower()
    sent = mails(lambda: decide(browser, story, "ask", usual="unclear", reason="¿Cuándo fue?"))
    assert state(story) == State.ASKED
    assert str(moderating.REASONS["unclear"]) not in story.asked
    assert "¿Cuándo fue?" in story.asked
    (message,) = [mail for mail in sent if mail.to == [story.email]]
    assert "/es/" in message.body
    assert "¿Cuándo fue?" in Client().get(link_in(message)).content.decode()
    domain.change(story=story, words=words(happened="In May.", language="es"), version=story.version)
    assert state(story) == State.WAITING


def test_a_picture_is_taken_out_and_the_story_stands_without_it(town, browser):
    story = a_story(town)
    first, second = with_picture(story), with_picture(story)
    decide(browser, story, "publish")
    decide(browser, story, "take_out", value=first.public_id, reason="It shows a number plate.")
    first.refresh_from_db()
    assert first.removed_at
    page = Client().get(reverse("city:story", args=[town.slug, story.public_id])).content.decode()
    assert str(first.public_id) not in page
    assert str(second.public_id) in page
    assert "number plate" in mine(story)


def test_taken_down_it_is_gone_and_its_author_may_answer_once(town, browser):
    story = a_published_story(town, holder(town, Role.COORDINATOR))
    picture = with_picture(story)
    decide(browser, story, "publish")
    public = reverse("city:story", args=[town.slug, story.public_id])
    assert str(picture.public_id) in Client().get(public).content.decode()
    decide(browser, story, "take_down", usual="advertising")
    assert state(story) == State.TAKEN_DOWN
    assert Client().get(public).status_code == 410
    picture.refresh_from_db()
    assert picture.released_at is None
    assert "advertisement" in mine(story)
    answer = reverse("stories:answer", args=[story.token])
    Client().post(answer, {"answer": "It is none."})
    Client().post(answer, {"answer": "Again."})
    assert Case.objects.get().answer == "It is none."
    assert "It is none." in browser.get(path_of(story)).content.decode()
    with pytest.raises(ValidationError, match="taken down"):
        domain.change(story=story, words=words(title="Other"), version=story.version)
    decide(browser, story, "publish")
    assert state(story) == State.PUBLISHED
    assert Client().get(public).status_code == 200
    domain.withdraw(story=story)
    assert Case.objects.get().answer == ""


def test_what_changed_since_one_looked_is_not_decided(town, browser):
    story = a_story(town)
    domain.change(story=story, words=words(title="Other"), version=1)
    page = decide(browser, story, "publish", seen=1).content.decode()
    assert "changed it meanwhile" in page
    assert state(story) == State.WAITING


def test_a_picture_that_came_since_one_looked_is_not_decided_unseen(town, browser):
    story = a_story(town)
    seen = browser.get(path_of(story)).content.decode().split('name="seen" value="')[1].split('"')[0]
    with_picture(story)
    page = browser.post(path_of(story), {"seen": seen, "publish": "1"}, follow=True).content.decode()
    assert "changed it meanwhile" in page
    assert state(story) == State.WAITING


def test_nobody_decides_on_their_own(town):
    user = holder(town, Role.COORDINATOR)
    story = domain.tell_story(city=town, words=words(), user=user)
    assert "You wrote this yourself" in decide(signed_in(user), story, "publish").content.decode()
    assert state(story) == State.WAITING


def test_two_people_look_at_children_where_the_city_wants_it(town, browser):
    settings = reverse("city:stories-two", args=[town.slug])
    assert Client().post(settings, {"two": "1"}).status_code in (302, 403, 404)
    browser.post(settings, {"two": "1"})
    assert CityTree.objects.get(city=town).two_look_at_minors
    story = a_story(town)
    consented(with_picture(story, Media.People.MINORS), shown="a choir", is_minor=True, relation="school")
    decide(browser, story, "publish")
    assert state(story) == State.WAITING
    assert "You looked at it already" in decide(browser, story, "publish").content.decode()
    other = signed_in(holder(town, Role.COORDINATOR))
    assert "One person has looked at it" in other.get(path_of(story)).content.decode()
    decide(other, story, "publish")
    assert state(story) == State.PUBLISHED
    plain = a_story(town, email="b@example.org")
    decide(browser, plain, "publish")
    assert state(plain) == State.PUBLISHED, "where no children are, one person is enough"
    browser.post(settings, {})
    assert not CityTree.objects.get(city=town).two_look_at_minors


def test_what_is_changed_after_the_first_looked_is_looked_at_by_two_again(town, coordinator):
    other = holder(town, Role.COORDINATOR)
    CityTree.objects.update_or_create(city=town)
    story = a_story(town)
    consented(with_picture(story, Media.People.MINORS), shown="a choir", is_minor=True, relation="school")
    CityTree.objects.filter(city=town).update(two_look_at_minors=True)
    assert not reviewing.approve(story=story, user=coordinator)
    story.refresh_from_db()
    domain.change(story=story, words=words(title="Other"), version=story.version)
    assert not reviewing.approve(story=story, user=other)
    assert reviewing.approve(story=story, user=coordinator)


def test_stories_of_cities_that_are_not_here_are_looked_at_by_staff(coordinator):
    story = a_story(None)
    staff = person(is_staff=True)
    client = signed_in(staff)
    assert client.get(reverse("stories:waiting")).url == reverse("accounts:staff")
    start_session(user=staff, reason="Stories wait")
    assert signed_in(coordinator).get(path_of(story)).status_code == 403
    assert Client().get(reverse("stories:waiting")).status_code in (302, 403)
    (item,) = [row for row in work.work_of(staff) if "stor" in row.title.lower()]
    assert item.url == reverse("stories:waiting")
    assert "Drums in room nine" in client.get(item.url).content.decode()
    decide(client, story, "publish")
    assert state(story) == State.PUBLISHED
    assert Client().get(reverse("stories:one", args=[story.public_id])).status_code == 200
    assert not work.work_of(staff)
    with_picture(story)
    assert "Drums in room nine" in client.get(reverse("stories:waiting")).content.decode()
    decide(client, story, "publish")
    assert not work.work_of(staff)
    decide(client, story, "take_down", reason="It is an advertisement.")
    assert Client().get(reverse("stories:one", args=[story.public_id])).status_code == 410
    assert "It is an advertisement." in mine(story)


def test_nobody_looks_at_stories_of_another_city(town, coordinator):
    story = a_story(town)
    other = city("Elsewhere")
    stranger = signed_in(holder(other, Role.COORDINATOR))
    assert stranger.get(path_of(story)).status_code in (403, 404)
    crossed = reverse("city:story-review", args=[other.slug, story.public_id])
    assert stranger.get(crossed).status_code == 404
    assert stranger.post(crossed, {"seen": 1, "publish": "1"}).status_code == 404
    assert state(story) == State.WAITING


def test_one_that_is_like_it_is_shown(town, browser):
    a_story(town, title="Drums in room nine")
    again = a_story(town)
    assert browser.get(path_of(again)).content.decode().count("Drums in room nine") > 2


def test_one_is_reported_and_looked_at(town, coordinator, browser):
    story = a_published_story(town, coordinator)
    path = reverse("city:report", args=[town.slug, "story", story.public_id])
    Client().post(path, {"reason": "This is my son."})
    assert "This is my son." in browser.get(path_of(story)).content.decode()
    assert state(story) == State.PUBLISHED
