"""Consents: noted for a person or a group, taken back by a link or for somebody, ended by their day, and given anew."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from tests.factories.media import PLACE, a_picture, a_shown_picture, a_video, consented, content, noted, status
from tests.factories.site import city, holder, person, signed_in

from allcity.site.accounts.domain import delete_account
from allcity.site.accounts.personal_data import export_all
from allcity.site.cities.models import Role
from allcity.site.notices.models import Notice
from allcity.site.publishing.media import domain, listeners, queries, renditions, tasks
from allcity.site.publishing.models import Consent, Media, Picture, Video

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\nsigned by hand\n%%EOF\n"
CAPTIONS = "WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n"


def day(days):
    return timezone.now().date() + timedelta(days=days)


def shown(of):
    return type(of).objects.public().filter(pk=of.pk).exists()


def link(consent):
    return reverse("consent", args=[consent.token])


def a_shown_video(town, **more):
    video = a_video(town, people=Media.People.ADULTS, **more)
    consent = consented(video)
    assert domain.release(items=[video]) == []
    return video, consent


# --- Noting one ---


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ({"shown": "  "}, "who is shown"),
        ({"shown": "x" * 201}, "too long"),
        ({"given_by": "x" * 201}, "too long"),
        ({"given_by": " "}, "name of who agreed"),
        ({"relation": ""}, "who agreed"),
        ({"relation": "teacher"}, "who agreed"),
        ({"is_minor": True, "relation": "self"}, "a parent, a guardian or the school"),
        ({"email": "not an address"}, "mail address such as"),
        ({"given_on": day(1)}, "cannot lie ahead"),
        ({"until": day(-1)}, "ended already"),
        ({"for_site": False}, "for what"),
        ({"document": BytesIO(b"MZ program")}, "PDF, JPEG or PNG"),
        ({"document": BytesIO(b"<svg onload=alert(1)>")}, "PDF, JPEG or PNG"),
        ({"document": BytesIO(b"%PDF-1.7 half of it")}, "not complete"),
        ({"document": BytesIO(b"\xff\xd8\xff half of it")}, "damaged"),
        ({"document": BytesIO(b"%PDF-" + bytes(10 * 2**20) + b"%%EOF")}, "larger than 10 MB"),
    ],
)
def test_what_is_no_consent_is_refused_and_nothing_is_kept_or_mailed(town, mails, said, says):
    picture = a_picture(town, people=Media.People.ADULTS)

    def act():
        with pytest.raises(ValidationError, match=says):
            consented(picture, **said)

    assert mails(act) == []
    assert not Consent.objects.exists()


@pytest.mark.parametrize("make", [a_picture, a_video])
def test_a_consent_is_for_a_person_or_a_group_and_everybody_in_it_has_to_agree(town, make):
    of = make(town, people=Media.People.MINORS)
    assert any("Everybody who can be recognised" in sentence for sentence in queries.missing(of))
    consented(of, shown="The teacher")
    assert any("Children or young people" in sentence for sentence in queries.missing(of))
    consented(of, shown="Eight students of grade 5", is_minor=True, relation="school", given_by="Pier School")
    assert domain.release(items=[of]) == []
    assert shown(of)
    consented(of, shown="A visitor", for_site=False, for_print=True)
    assert not shown(of)
    assert any("A visitor" in sentence for sentence in queries.missing(of))


def test_a_consent_holds_to_the_end_of_its_last_day(town, monkeypatch):
    picture = a_picture(town, people=Media.People.ADULTS)
    consented(picture, until=day(0))
    assert domain.release(items=[picture]) == []
    renditions.make(picture)
    url = picture.renditions.first().url
    assert status(url) == 200
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(days=1))
    assert status(url) == 404
    assert not shown(picture)
    assert any("ended on" in sentence for sentence in queries.missing(picture))


def test_a_consent_in_print_alone_hides_what_was_shown_and_has_its_pages_made_anew(town):
    picture = a_picture(town, people=Media.People.ADULTS)
    consented(picture)
    domain.release(items=[picture])
    renditions.make(picture)
    before = version(town)
    consented(picture, shown="Ben", for_site=False, for_social=True)
    assert not picture.renditions.exists()
    assert version(town) > before


def version(town):
    town.refresh_from_db()
    return town.page_version


# --- Its link ---


def test_whoever_agreed_is_mailed_one_link_and_nothing_that_somebody_typed(town, mails):
    picture = a_picture(town, title="Cheap watches", people=Media.People.ADULTS)
    (message,) = mails(lambda: consented(picture, shown="Buy pills", given_by="Spam Seller", email="Ada@Example.org"))
    assert message.to == ["ada@example.org"]
    assert not re.search("pills|watches|Seller|http://evil", message.body + message.subject)
    consent = Consent.objects.get()
    assert re.findall(r"https?://\S+", message.body).count(f"http://localhost:8000{link(consent)}") == 1
    assert len(consent.token) >= 40
    assert mails(lambda: consented(picture, email="")) == []
    assert mails(lambda: consented(picture, is_mailed=False)) == []


def test_the_link_shows_what_was_agreed_to_and_no_more(town):
    picture = a_picture(town, people=Media.People.ADULTS)
    consented(picture, shown="Somebody else", given_by="Their Mother", email="other@example.org", document=BytesIO(PDF))
    mine = consented(picture, for_print=True, until=day(40))
    page = Client().get(link(mine))
    html = page.content.decode()
    assert page["Cache-Control"].count("no-store")
    assert "Ada Able" in html
    assert "in print" in html
    assert "on social media" not in html
    for word in ("Somebody else", "Their Mother", "other@example.org", "ada@example.org", mine.public_id.hex):
        assert word not in html
    assert str(day(40).year) in html
    src = re.search(r'src="(/pictures/[^"]+)"', html)[1].replace("&amp;", "&")
    assert status(src) == 200
    assert status(src.partition("?")[0]) == 404
    assert "noindex" in html


def test_opening_the_link_takes_nothing_back_and_its_button_does_once(town, coordinator, mails):
    picture = a_picture(town, people=Media.People.ADULTS)
    consent = consented(picture)
    domain.release(items=[picture])
    for _ in range(2):
        assert "Take my consent back" in Client().get(link(consent)).content.decode()
    assert shown(picture)
    sent = mails(lambda: Client().post(link(consent)))
    assert [message.to for message in sent] == [[coordinator.email]]
    assert "Ada" not in sent[0].body + sent[0].subject
    assert not shown(picture)
    consent.refresh_from_db()
    first = consent.withdrawn_at
    assert mails(lambda: Client().post(link(consent))) == []
    consent.refresh_from_db()
    assert consent.withdrawn_at == first
    page = Client().get(link(consent)).content.decode()
    assert "You took it back" in page
    assert "/pictures/" not in page


def test_the_button_asks_for_its_own_page(town):
    consent = consented(a_picture(town, people=Media.People.ADULTS))
    browser = Client(enforce_csrf_checks=True)
    assert browser.post(link(consent)).status_code == 403
    consent.refresh_from_db()
    assert consent.withdrawn_at is None


def test_a_link_that_is_none_says_so(town):
    picture = a_picture(town, people=Media.People.ADULTS)
    consent = consented(picture)
    for token in ("x", consent.token[:-1], consent.token.swapcase(), str(consent.public_id)):
        for method in ("get", "post"):
            answer = getattr(Client(), method)(reverse("consent", args=[token]))
            assert answer.status_code == 404
            assert "leads nowhere" in answer.content.decode()
    domain.delete(of=picture)
    assert Client().get(link(consent)).status_code == 404


# --- Taking it back ---


def test_of_a_video_neither_file_nor_captions_nor_player_is_served_once_somebody_in_it_takes_back(town):
    video, consent = a_shown_video(town)
    domain.add_subtitles(video=video, language="en", content=CAPTIONS)
    elsewhere, other = a_shown_video(town, url="https://youtu.be/dQw4w9WgXcQ")
    urls = [
        reverse("video", args=[video.public_id]),
        reverse("subtitles", args=[video.public_id, "en"]),
        reverse("video-watch", args=[elsewhere.public_id]),
    ]
    urls += [f"{url}?see={queries.see(of)}" for url, of in zip(urls, (video, video, elsewhere), strict=True)]
    assert {status(url) for url in urls} == {200}
    told = []
    listeners.WITHDRAWN.append(told.append)
    before = version(town)
    try:
        for each in (consent, other):
            Client().post(link(each))
    finally:
        listeners.WITHDRAWN.remove(told.append)
    assert {status(url) for url in urls} == {410}
    assert told == [video, elsewhere]
    assert version(town) >= before + 2
    for url in urls:
        assert status(url, signed_in(holder(town))) == 410
        answer = Client().get(url, headers={"range": "bytes=0-10"})
        assert answer.status_code == 410
        assert "no-store" in answer["Cache-Control"]
        assert b"dQw4w9WgXcQ" not in answer.content


def test_what_one_of_many_takes_back_is_gone_for_all_and_comes_back_with_nobody_else(town, coordinator):
    picture = a_picture(town, people=Media.People.ADULTS)
    mine, _other = consented(picture), consented(picture, shown="Ben", email="ben@example.org")
    domain.release(items=[picture])
    domain.withdraw_consent(consent=mine)
    consented(picture, shown="Cleo")
    domain.say_people(of=Picture.objects.get(pk=picture.pk), people=Media.People.MINORS)
    domain.restore(of=Picture.objects.get(pk=picture.pk), user=coordinator)
    assert not shown(picture)
    with pytest.raises(ValidationError, match="taken back"):
        domain.renew_consent(consent=mine)
    picture.refresh_from_db()
    assert queries.is_stopped(picture)
    assert picture.kept_until == day(30)


def test_where_nobody_can_be_recognised_any_more_it_may_be_shown_again(town, coordinator):
    picture = a_picture(town, people=Media.People.ADULTS)
    consent = consented(picture)
    domain.release(items=[picture])
    domain.withdraw_consent(consent=consent)
    of = domain.say_people(of=Picture.objects.get(pk=picture.pk), people=Media.People.NOBODY)
    assert not shown(of)
    domain.restore(of=of, user=coordinator)
    assert shown(of)
    assert of.kept_until is None


# --- Ending, and giving anew ---


def test_coordinators_are_told_once_when_a_consent_ends_in_a_month_and_when_it_has_ended(town, coordinator):
    editor = holder(town, Role.EDITOR)
    picture = a_picture(town, people=Media.People.ADULTS)
    consent = consented(picture, until=day(60))
    domain.release(items=[picture])
    renditions.make(picture)

    def told(kind):
        return list(Notice.objects.filter(kind=kind).values_list("user", flat=True))

    tasks.look_after_consents.func()
    assert not Notice.objects.exists()
    Consent.objects.update(until=day(30))
    for _ in range(3):
        tasks.look_after_consents.func()
    assert told("consent-ending") == [coordinator.pk]
    assert editor.pk not in told("consent-ending")
    assert picture.renditions.exists()
    Consent.objects.update(until=day(-1))
    for _ in range(3):
        tasks.look_after_consents.func()
    assert told("consent-ended") == [coordinator.pk]
    assert not picture.renditions.exists()
    consent.refresh_from_db()
    assert consent.withdrawn_at is None


def test_what_a_consent_has_ended_for_is_shown_again_once_they_agree_anew(town, mails):
    picture = a_picture(town, people=Media.People.ADULTS)
    consent = consented(picture, until=day(9), document=BytesIO(PDF))
    domain.release(items=[picture])
    Consent.objects.update(until=day(-1))
    tasks.look_after_consents.func()
    consented(picture, shown="Ben")
    assert not shown(picture)  # a consent beside it does not bring it back
    before, old = version(town), consent.document.name
    (message,) = mails(
        lambda: domain.renew_consent(consent=consent, until=day(90), for_print=True, document=BytesIO(PDF + b"%%EOF"))
    )
    assert shown(picture)
    assert version(town) > before
    consent.refresh_from_db()
    assert (consent.until, consent.for_site, consent.for_print, consent.for_social) == (day(90), True, True, False)
    assert link(consent) in message.body
    assert consent.document.name != old
    assert not default_storage.exists(old)
    domain.renew_consent(consent=consent, for_site=False, for_print=True)
    assert not shown(picture)


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ({"given_on": day(1)}, "cannot lie ahead"),
        ({"until": day(-1)}, "ended already"),
        ({"for_site": False}, "for what"),
        ({"document": BytesIO(b"MZ")}, "PDF, JPEG or PNG"),
    ],
)
def test_a_consent_is_not_given_anew_to_nothing(town, said, says):
    consent = consented(a_picture(town, people=Media.People.ADULTS), until=day(5))
    with pytest.raises(ValidationError, match=says):
        domain.renew_consent(consent=consent, **said)
    consent.refresh_from_db()
    assert consent.until == day(5)


# --- Documents ---


def document_of(town, consent):
    return reverse("city:media-consent-document", args=[town.slug, consent.public_id])


def test_a_signed_document_is_for_coordinators_of_the_city_alone_and_is_never_run(town, coordinator, settings):
    consent = consented(a_shown_picture(town), document=BytesIO(PDF))
    url = document_of(town, consent)
    answer = signed_in(coordinator).get(url)
    assert answer.getvalue() == PDF
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment")
    assert "Ada" not in answer["Content-Disposition"]
    assert {"private", "no-store"} <= set(answer["Cache-Control"].split(", "))
    assert answer["X-Content-Type-Options"] == "nosniff"
    other = city("Otherton")
    stranger = holder(other, Role.COORDINATOR)
    for user in (holder(town), holder(town, Role.EDITOR), stranger, person(is_superuser=True, is_staff=True)):
        assert status(url, signed_in(user)) in (403, 404)
    assert status(document_of(other, consent), signed_in(stranger)) == 404
    assert Client().get(url).status_code == 302
    for path in (f"{settings.MEDIA_URL}{consent.document.name}", f"/static/{consent.document.name}"):
        assert Client().get(path, follow=True).status_code == 404
    assert status(document_of(town, consented(a_picture(town), shown="Ben")), signed_in(coordinator)) == 404


def test_a_photograph_of_a_document_is_made_anew_without_where_it_was_taken(town):
    consent = consented(a_picture(town), document=BytesIO(content(exif=noted()) + PLACE.encode()))
    with consent.document.open("rb") as file:
        kept = file.read()
    assert PLACE.encode() not in kept
    assert b"Phonemaker" not in kept


def test_the_document_of_what_is_deleted_is_kept_for_three_months_more(
    town, monkeypatch, django_capture_on_commit_callbacks
):
    picture = a_picture(town)
    name = consented(picture, document=BytesIO(PDF)).document.name
    with django_capture_on_commit_callbacks(execute=True):
        domain.delete(of=picture)
    assert not Consent.objects.exists()
    assert not default_storage.exists(name)
    aside = f"consents/gone/{day(0).isoformat()}/{name.rpartition('/')[2]}"
    assert default_storage.exists(aside)
    now = timezone.now()
    for days, there in ((90, True), (91, False)):
        monkeypatch.setattr(timezone, "now", lambda days=days: now + timedelta(days=days))
        tasks.delete_what_is_not_kept.func()
        assert default_storage.exists(aside) == there


# --- Somebody's own data ---


def test_somebody_takes_their_consents_and_what_they_sent_in_with_them(town):
    ada = person("ada@example.org")
    picture = a_picture(town, people=Media.People.ADULTS, user=ada)
    consented(picture, email="ADA@example.org", for_print=True)
    consented(picture, shown="Ben", email="ben@example.org", given_by="Ben")
    a_video(town, user=ada)
    told = export_all(ada)["media"]
    assert [(row["shown"], row["email"], row["for_site"], row["for_print"]) for row in told["consents"]] == [
        ("Ada Able", "ada@example.org", True, True)
    ]
    assert [row["title"] for row in told["pictures"]] == ["Drum"]
    assert [row["title"] for row in told["videos"]] == ["Our concert"]
    nobody = export_all(person())["media"]
    assert not any(nobody.values())


def test_whoever_leaves_takes_back_what_they_agreed_to_and_a_school_does_not(town):
    ada = person("ada@example.org")
    own, childs, schools, other = (a_picture(town, people=Media.People.MINORS) for _ in range(4))
    consented(own)
    consented(own, shown="Her pupil", is_minor=True, relation="guardian", email="else@example.org")
    consented(childs, shown="A student of grade 5", is_minor=True, relation="guardian")
    by_school = consented(schools, shown="Eight students", is_minor=True, relation="school")
    consented(other, shown="Ben", is_minor=True, relation="guardian", given_by="Bea", email="bea@example.org")
    assert domain.release(items=[own, childs, schools, other]) == []
    video = a_video(town, user=ada)
    delete_account(user=ada)
    assert [shown(of) for of in (own, childs, schools, other)] == [False, False, True, True]
    by_school.refresh_from_db()
    assert (by_school.given_by, by_school.email, by_school.withdrawn_at) == ("", "", None)
    assert by_school.shown == "Eight students"
    left = Consent.objects.exclude(email__in=["else@example.org", "bea@example.org"])
    assert left.count() == 3
    for consent in left:
        assert consent.given_by == consent.email == ""
        assert "Ada" not in consent.shown
    assert Consent.objects.get(email="bea@example.org").given_by == "Bea"
    assert Video.objects.get(pk=video.pk).uploaded_by is None
