"""What comes of conversations: a commitment or a need, linked both ways, and nobody learns of what is not theirs to see."""

import pytest
from django.test import Client
from django.urls import reverse
from tests.factories.site import city, holder, school, signed_in

from allcity.site.action.committing import domain
from allcity.site.action.models import Commitment
from allcity.site.cities.models import Role
from allcity.site.conversations.domain import address_of, start_thread
from allcity.site.conversations.models import Post, Thread
from allcity.site.directory.models import SchoolYear
from allcity.site.needs.models import Need

pytestmark = pytest.mark.django_db
MADE = "made a commitment of this conversation"


@pytest.fixture
def coordinator(town):
    return holder(town, Role.COORDINATOR, first_name="Cora")


@pytest.fixture
def browser(coordinator):
    return signed_in(coordinator)


def talk(town, user, audience="members"):
    return start_thread(city=town, title="How do they get home?", user=user, audience=audience, text="On foot.")


def page_of(thread, browser):
    return browser.get(address_of(thread)).content.decode()


def new(town, thread):
    return reverse("city:commitment-new", args=[town.slug]) + f"?thread={thread.public_id}"


def test_a_conversation_becomes_a_commitment_in_one_step_and_both_know_of_the_other(town, coordinator, browser):
    thread = talk(town, coordinator)
    assert new(town, thread) in page_of(thread, browser)
    page = browser.get(new(town, thread)).content.decode()
    assert 'value="How do they get home?"' in page
    browser.post(new(town, thread), {"title": "A later bus", "agree": "1"})
    one = Commitment.objects.get()
    assert one.thread == thread
    page = page_of(thread, browser)
    assert MADE in page
    assert "A later bus" in page
    assert (
        address_of(thread) in browser.get(reverse("city:commitment", args=[town.slug, one.public_id])).content.decode()
    )


def test_whoever_may_make_nothing_of_it_is_not_led_there(town, coordinator):
    thread = talk(town, coordinator, "public")
    everybody = page_of(thread, Client())
    assert "Make something of it" not in everybody
    member = page_of(thread, signed_in(holder(town)))
    assert new(town, thread) in member
    assert reverse("city:need-of-conversation", args=[town.slug, thread.public_id]) not in member


def test_readers_of_a_public_conversation_learn_of_a_commitment_once_it_is_public(town, coordinator, browser):
    thread = talk(town, coordinator, "public")
    one = domain.commit(city=town, user=coordinator, title="A later bus", thread=thread)
    everybody = page_of(thread, Client())
    assert MADE not in everybody
    assert "A later bus" not in everybody
    assert "A later bus" in page_of(thread, browser)
    domain.publish(commitment=one, user=coordinator, is_public=True)
    everybody = page_of(thread, Client())
    assert MADE in everybody
    assert "A later bus" in everybody
    domain.publish(commitment=one, user=coordinator, is_public=False)
    domain.publish(commitment=one, user=coordinator, is_public=True)
    assert Post.objects.filter(thread=thread).exclude(event="").count() == 1
    domain.publish(commitment=one, user=coordinator, is_public=False)
    assert "A later bus" not in page_of(thread, Client())


def test_a_proposal_out_of_a_public_conversation_is_not_told_until_it_is_agreed_to(town, coordinator):
    thread = talk(town, coordinator, "public")
    one = domain.propose(city=town, user=coordinator, title="A later bus", thread=thread, is_public=True)
    assert MADE not in page_of(thread, Client())
    domain.agree(commitment=one, user=coordinator)
    assert MADE in page_of(thread, Client())


def test_a_circle_stays_a_circle(town, coordinator, browser):
    thread = talk(town, coordinator, "circle")
    one = domain.commit(city=town, user=coordinator, title="A later bus", thread=thread, is_public=True)
    other = holder(town, Role.COORDINATOR)
    page = signed_in(other).get(reverse("city:commitment", args=[town.slug, one.public_id])).content.decode()
    assert "A later bus" in page
    assert thread.title not in page
    assert thread.title in browser.get(reverse("city:commitment", args=[town.slug, one.public_id])).content.decode()
    signed_in(other).post(new(town, thread), {"title": "Of a circle that is not theirs"})
    assert Commitment.objects.get(title__startswith="Of a circle").thread is None
    elsewhere = city("Elsewhere")
    assert signed_in(holder(elsewhere)).get(new(elsewhere, thread)).context["thread"] is None


def test_a_need_is_stated_out_of_a_conversation_which_is_then_about_it(town, coordinator, browser):
    pier = school(town)
    SchoolYear.objects.create(city=town, school=pier, year=2024)
    thread = talk(town, coordinator)
    address = reverse("city:need-of-conversation", args=[town.slug, thread.public_id])
    page = browser.get(address)
    assert page.status_code == 200
    assert thread.title in page.content.decode()
    assert browser.post(address, {}).status_code == 200
    year = page.context["form"].fields["year"].choices[0][0]
    said = {"school": pier.pk, "year": year, "contribution": "private_lessons", "description": "A bus."}
    answer = browser.post(address, said)
    assert answer.status_code == 302, answer.context["form"].errors
    need = Need.objects.get()
    thread.refresh_from_db()
    assert (thread.subject_kind, thread.subject) == ("need", need.public_id)
    page = page_of(thread, browser)
    assert "stated a need out of this conversation" in page
    assert reverse("city:need", args=[town.slug, need.public_id]) in page
    assert thread.title in browser.get(reverse("city:need", args=[town.slug, need.public_id])).content.decode()
    assert browser.get(new(town, thread)).context["form"].initial["need"] == str(need.public_id)


def test_a_conversation_that_waits_for_a_coordinator_still_stands_and_falls_with_its_first_post(
    town, coordinator, browser
):
    pier = school(town)
    SchoolYear.objects.create(city=town, school=pier, year=2024)
    thread = talk(town, holder(town), "public")
    assert Thread.objects.get().shown_at is None
    address = reverse("city:need-of-conversation", args=[town.slug, thread.public_id])
    year = browser.get(address).context["form"].fields["year"].choices[0][0]
    browser.post(address, {"school": pier.pk, "year": year, "contribution": "private_lessons"})
    thread.refresh_from_db()
    assert (Need.objects.count(), thread.subject) == (1, None)


def test_of_a_conversation_that_one_may_not_read_nothing_is_found(town, coordinator):
    thread = talk(town, coordinator, "circle")
    other = signed_in(holder(town, Role.COORDINATOR))
    assert other.get(reverse("city:need-of-conversation", args=[town.slug, thread.public_id])).status_code == 404
