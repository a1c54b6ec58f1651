"""Pages in editors' own words: their blocks, what is shown of them, figures that stay or change, translations, news."""

from datetime import timedelta
from http import HTTPStatus
from unittest.mock import patch

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.factories.examined import examined
from tests.factories.media import a_picture, a_video, consented, status
from tests.factories.site import city, holder, organization, person, signed_in
from wagtail.models import Locale

from allcity.analysis.figures import Figure
from allcity.site.cities.domain import note_publication
from allcity.site.cities.models import City, Role
from allcity.site.notices.work import work_of
from allcity.site.publishing.domain import plant_site_tree, plant_tree, seat_editors
from allcity.site.publishing.editorial.tasks import publish_what_is_due
from allcity.site.publishing.media import domain as media
from allcity.site.publishing.models import ArticlePage, Media, NewsPage

pytestmark = pytest.mark.django_db


@pytest.fixture
def town():
    return city()


def published(of, kind=ArticlePage, **more):
    tree = plant_tree(city=of) if of else plant_site_tree()
    page = tree.add_child(instance=kind(**{"title": "Us", "slug": "us", **more}))
    page.save_revision().publish()
    page.refresh_from_db()
    return page


def read(page, client=None):
    return (client or Client()).get(page.get_url()).content.decode()


def test_every_block_says_what_it_holds(town):
    partner = organization(town)
    page = published(
        town,
        introduction="Who we are.",
        body=[
            ("text", "<h2>Before</h2><p>There was <b>no</b> music.</p>"),
            (
                "quote",
                {"words": "We play.", "name": "Ada Able", "role": "teacher", "agreed_on": "2026-01-02", "agreed": True},
            ),
            (
                "number",
                {
                    "what": "Students in bands",
                    "before": "65",
                    "before_year": "2010",
                    "value": "20,000",
                    "year": "",
                    "source": "https://example.org/a",
                },
            ),
            ("partner", {"organization": partner, "name": "", "text": "<p>They lend.</p>", "url": ""}),
            (
                "timeline",
                {"title": "What changed", "events": [{"when": "2014", "what": "A board decided.", "source": ""}]},
            ),
            ("action", {"words": "Say it.", "action": "tell"}),
            ("map", {"title": "Where"}),
        ],
    )
    text = read(page)
    for words in ("Who we are.", "no</b> music", "We play.", "Ada Able, teacher", "Students in bands, 2010", "20,000"):
        assert words in text
    assert "The source gives no year." in text
    assert reverse("city:organization", args=[town.slug, partner.slug]) in text
    assert "A board decided." in text
    assert reverse("city:story-new", args=[town.slug]) in text
    assert reverse("city:schools", args=[town.slug]) in text


def test_a_picture_on_a_page_is_seen_while_everybody_in_it_agrees(town):
    picture, video = a_picture(town, people=Media.People.ADULTS), a_video(town, people=Media.People.NOBODY)
    body = [
        ("picture", {"picture": picture}),
        ("gallery", {"title": "", "pictures": [picture, picture]}),
        ("video", {"video": video}),
    ]
    page = published(town, cover=picture, body=body)
    assert str(picture.public_id) not in read(page), "it lacks a consent"
    assert str(video.public_id) in read(page)
    consent = consented(picture)
    page.save_revision().publish()
    text = read(page)
    assert text.count(f'<img src="/pictures/{picture.public_id}') == 4
    url = text.split('<img src="')[1].split('"')[0]
    assert status(url) == 200
    media.withdraw_consent(consent=consent)
    assert str(picture.public_id) not in read(page)
    assert status(url) in (404, 410)


def test_what_a_page_showed_alone_is_hidden_with_it(town):
    both, alone = a_picture(town, people=Media.People.NOBODY), a_picture(town, people=Media.People.NOBODY)
    page = published(town, body=[("picture", {"picture": both}), ("picture", {"picture": alone})])
    other = published(town, slug="other", body=[("picture", {"picture": both})])
    page.unpublish()
    for picture in (both, alone):
        picture.refresh_from_db()
    assert both.released_at
    assert alone.released_at is None
    assert str(both.public_id) in read(other)


def test_news_is_listed_newest_first_and_fed(town):
    published(town, NewsPage, title="Old", slug="old", day="2026-01-02")
    published(town, NewsPage, title="New", slug="new", day="2026-03-04", introduction="A choir opens.")
    published(None, NewsPage, title="Of the site", slug="site", day="2026-03-04")
    text = Client().get(reverse("city:news", args=[town.slug])).content.decode()
    assert text.index("New</a>") < text.index("Old</a>")
    assert "Of the site" not in text
    feed = Client().get(reverse("city:news-feed", args=[town.slug])).content.decode()
    assert "A choir opens." in feed
    assert "Of the site" in Client().get(reverse("pages:news")).content.decode()


def test_a_page_is_said_in_another_language_and_each_reader_gets_theirs(town):
    editor = holder(town, Role.EDITOR)
    seat_editors(city=town)
    page = published(town, NewsPage, title="A choir", slug="choir")
    client = signed_in(editor)
    url = reverse("page-translate", args=[page.pk, "es"])
    assert signed_in(holder(city("Elsewhere"), Role.EDITOR)).post(url).status_code in (302, 403, 404)
    assert "a draft of this page in Español" in client.get(url).content.decode()
    assert NewsPage.objects.count() == 1
    answer = client.post(url)
    assert client.post(url).url == answer.url, "twice makes one"
    draft = NewsPage.objects.exclude(pk=page.pk).get()
    assert not draft.live
    assert draft.locale == Locale.objects.get(language_code="es")
    assert "A choir" in Client().get(f"/es/{town.slug}/news/").content.decode()
    draft.title = "Un coro"
    draft.save_revision().publish()
    spanish = Client().get(f"/es/{town.slug}/news/").content.decode()
    assert "Un coro" in spanish
    assert "A choir" not in spanish
    assert "Un coro" not in Client().get(f"/en/{town.slug}/news/").content.decode()
    assert "Un coro" in read(page), "it leads to the other"


def test_pages_of_no_city_are_edited_by_staff_and_those_of_a_hidden_city_are_nobodys(town):
    page = published(None, title="About")
    assert "About" in read(page)
    hidden = published(town, NewsPage, title="Hidden", slug="hidden")
    City.objects.filter(pk=town.pk).update(is_public=False)
    assert Client().get(hidden.get_url()).status_code in (302, 404)


def figure(value, year=2024):
    return Figure(
        id="access.reach", unit="share", value=value, low=value, high=value, status="measured", year=year, by={}
    )


def test_a_figure_changes_with_the_city_or_stays_as_an_editor_chose(town):
    examined(town, figure(0.25, 2023), year=2023)
    examined(town, figure(0.5))
    said = {"figure": "access.reach", "year": None, "before": 2023, "words": "From a quarter.", "kept": ""}
    changing = published(town, slug="a", body=[("figure", {**said, "mode": "updates"})])
    staying = published(town, slug="b", body=[("figure", {**said, "mode": "stays"})])
    for page in (changing, staying):
        text = read(page)
        assert "2023-24" in text
        assert "25%" in text
        assert "2024-25" in text
        assert "50%" in text
        assert "From a quarter." in text
    examined(town, figure(0.75, 2025), year=2025)
    note_publication(town)
    assert "75%" in read(changing)
    assert "75%" not in read(staying)
    assert "As it was when this was written." in read(staying)
    staying.save_revision().publish()
    assert "75%" not in read(staying), "to publish it again keeps what was kept"
    staying.body[0].value["year"] = 2025
    staying.save_revision().publish()
    assert "75%" in read(staying), "another year is kept anew"


def test_a_figure_that_nobody_measured_is_not_shown(town):
    said = {"figure": "access.reach", "year": None, "before": None, "words": "Half.", "mode": "updates", "kept": ""}
    assert "Half." not in read(published(town, body=[("figure", said)]))


def test_an_editor_writes_in_wagtail_with_every_block_and_chooses_among_their_own(town):
    editor = signed_in(holder(town, Role.EDITOR))
    seat_editors(city=town)
    page = published(town)
    form = editor.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    for words in ("Quote", "Number from a source", "Timeline", "Call to action", "Say it in Español"):
        assert words in form
    mine, others = a_video(town, title="Mine"), a_video(city("Elsewhere"), title="Others")
    shown = editor.get(reverse("chosen_videos:choose")).content.decode()
    assert "Mine" in shown
    assert "Others" not in shown
    assert editor.get(reverse("chosen_videos:chosen", args=[mine.pk])).status_code == 200
    assert editor.get(reverse("chosen_videos:chosen", args=[others.pk])).status_code == 404
    organization(town, "Harbor Strings")
    organization(city("Otherton"), "Their Strings")
    shown = editor.get(reverse("chosen_organizations:choose")).content.decode()
    assert "Harbor Strings" in shown
    assert "Their Strings" not in shown


def test_an_editor_is_told_what_is_held_back(town):
    editor = signed_in(holder(town, Role.EDITOR))
    seat_editors(city=town)
    page = published(town, cover=a_picture(town, people=Media.People.MINORS))
    url = reverse("wagtailadmin_pages:edit", args=[page.pk])
    said = {
        "title": "Us",
        "slug": "us",
        "introduction": "",
        "cover": page.cover.pk,
        "body-count": "0",
        "action-publish": "1",
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
    }
    answer = editor.post(url, said, follow=True).content.decode()
    assert "is not shown yet" in answer
    assert "has to agree" in answer


def test_staff_edit_the_pages_of_no_city_until_they_are_staff_no_longer(town):
    staff = person(is_staff=True)
    page = published(None, title="About")
    url = reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert signed_in(holder(town, Role.EDITOR)).get(url).status_code in (302, 404)
    assert "About" in signed_in(staff).get(url).content.decode()
    of_a_city = published(town, slug="theirs")
    theirs = reverse("wagtailadmin_pages:edit", args=[of_a_city.pk])
    assert signed_in(staff).get(theirs).status_code in (302, 404)
    staff.is_staff = False
    staff.save()
    assert signed_in(staff).get(url).status_code in (302, 404)


def test_a_page_is_published_and_taken_back_at_the_times_that_were_set(town):
    now = timezone.now()
    page = plant_tree(city=town).add_child(instance=NewsPage(title="Soon", slug="soon", live=False))
    page.go_live_at, page.expire_at = now + timedelta(hours=1), now + timedelta(days=1)
    page.save_revision().publish()
    publish_what_is_due.call()
    assert status(page.get_url()) == HTTPStatus.NOT_FOUND
    with patch("django.utils.timezone.now", return_value=now + timedelta(hours=2)):
        publish_what_is_due.call()
    assert "Soon" in read(page)
    with patch("django.utils.timezone.now", return_value=now + timedelta(hours=25)):
        publish_what_is_due.call()
    assert status(page.get_url()) == HTTPStatus.NOT_FOUND


def test_an_editor_asks_another_to_look_who_finds_it_among_their_work_and_publishes_it(town):
    first, second, stranger = holder(town, Role.EDITOR), holder(town, Role.EDITOR), holder(city("Far"), Role.EDITOR)
    for each in City.objects.all():
        seat_editors(city=each)
    page = plant_tree(city=town).add_child(instance=NewsPage(title="A choir", slug="choir", live=False))
    page.save_revision(user=first)
    form = signed_in(first).get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    assert "Testville: a second look" in form
    page.get_workflow().start(page, first)
    assert not work_of(first)
    assert not work_of(stranger)
    (item,) = work_of(second)
    assert "A choir" in item.title
    state = page.current_workflow_task_state
    url = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", state.pk])
    assert signed_in(stranger).post(url).status_code in (302, 403, 404)
    assert status(page.get_url()) == HTTPStatus.NOT_FOUND
    signed_in(second).post(url)
    assert "A choir" in read(page)
    assert not work_of(second)


def test_pages_are_found_by_their_words(town):
    published(town, title="Who we are", body=[("text", "<p>We meet in the lighthouse.</p>")])
    published(town, NewsPage, title="A choir", slug="choir")
    published(None, title="Of the site", slug="site", body=[("text", "<p>A lighthouse as well.</p>")])
    news = reverse("city:news", args=[town.slug])
    text = Client().get(news, {"q": "lighthouse"}).content.decode()
    assert "1 page has these words" in text
    assert "Who we are" in text
    assert "A choir" not in text.partition("<ul")[2]
    assert "Of the site" in Client().get(reverse("pages:news"), {"q": "lighthouse"}).content.decode()
    assert "0 pages have" in Client().get(news, {"q": "nowhere"}).content.decode()


def test_pages_and_news_of_the_site_stand_on_its_home(town):
    published(None, title="About this site")
    published(None, NewsPage, title="We speak Spanish", slug="spanish")
    published(town, NewsPage, title="Of a city", slug="city")
    text = Client().get(reverse("home:front")).content.decode()
    assert "About this site" in text
    assert "We speak Spanish" in text
    assert "Of a city" not in text
