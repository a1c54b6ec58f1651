"""Answering a self-examination: by links, in the room and signed in; names are kept only where everybody was told so."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.exceptions import ValidationError
from tests.factories.examined import examined
from tests.factories.site import city, holder, person, signed_in

from allcity.analysis.figures import Figure
from allcity.site.action.examining import answering, asking, domain, seen
from allcity.site.action.examining.answering import Said
from allcity.site.action.examining.queries import erase, personal_data
from allcity.site.action.examining.tasks import forget_asked, remind_of_examinations
from allcity.site.action.models import AnswerLink, Rating, Respondent, SelfExamination
from allcity.site.cities.models import Role
from allcity.site.needs.survey.reminding import today_in
from allcity.site.notices.models import Notice
from allcity.site.notices.work import work_of

pytestmark = pytest.mark.django_db
QUESTION = "in_school_music"


def opened(town, user, **more):
    year = domain.school_year(today_in(town))
    return domain.open_examination(city=town, user=user, year=year, **more)


@pytest.fixture
def anonymous(town, coordinator):
    return opened(town, coordinator, message="Please help <b>us</b> 🎺")


@pytest.fixture
def named(town, coordinator):
    return opened(town, coordinator, is_anonymous=False)


def section_of(examination, name="access"):
    return examination.city.settings.framework.sections[name]


def mailed(examination, coordinator, address="kim@example.org", who="families"):
    asking.ask_by_mail(examination=examination, user=coordinator, participant=who, lines=address)
    return AnswerLink.objects.get(email=address)


def answered(examination, who, *, level=3, words="", **more):
    respondent = answering.begin(examination=examination, who=who, **more)
    answering.answer_section(
        respondent=respondent, section=section_of(examination), answers={QUESTION: Said(level, words)}
    )
    return respondent


def path_in(message):
    return re.search(r"http://localhost:8000(/\S+/answer/\S+)", message.body)[1]


def test_somebody_answers_by_mail_without_an_account(
    client, anonymous, coordinator, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        mailed(anonymous, coordinator)
    link = path_in(mail.outbox[0])
    assert "Please help <b>us</b>" in mail.outbox[0].body
    page = client.get(link)
    assert "Please help &lt;b&gt;us&lt;/b&gt;" in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert not Respondent.objects.exists()
    started = client.post(link)
    assert started.status_code == 302
    overview = started.url
    assert client.get(overview).status_code == 200
    first = f"{overview}access/"
    assert "Do students take part in music lessons" in client.get(first).content.decode()
    done = client.post(
        first, {f"{QUESTION}-level": "0", f"{QUESTION}-words": "<script>x</script>", "enough_places-level": "4"}
    )
    assert done.url == f"{overview}dignity/"
    assert client.post(f"{overview}dignity/", {"back": "1"}).url == first
    assert "&lt;script&gt;" in client.get(first).content.decode()
    assert dict(Rating.objects.values_list("question", "level")) == {QUESTION: None, "enough_places": 4}
    assert client.post(overview).url == overview
    assert "handed in" in client.get(overview).content.decode()
    assert client.get(link).context["begun"].handed_in_at
    client.post(first, {f"{QUESTION}-level": "2"})
    assert dict(Rating.objects.values_list("question", "level")) == {QUESTION: 2}
    assert client.post(link).url == overview
    assert Respondent.objects.count() == 1


def test_nothing_in_an_anonymous_examination_leads_to_whoever_answered(anonymous, town, coordinator):
    member = holder(town, first_name="Zelda")
    link = mailed(anonymous, coordinator)
    for who, more in ((link, {}), (member, {"participant": "musicians"})):
        answering.hand_in(
            respondent=answered(anonymous, who, **more), link=who if isinstance(who, AnswerLink) else None
        )
    link.refresh_from_db()
    for row in Respondent.objects.all():
        assert (row.user, row.name, row.link) == (None, "", None)
        assert row.begun_at == row.handed_in_at == anonymous.opened_at == link.used_at
    assert personal_data(member) == []
    assert asking.has_handed_in(anonymous, member)


def test_in_a_named_one_the_team_sees_who_but_never_of_students(named, town, coordinator):
    member = holder(town, first_name="Zelda")
    one = answered(named, member, participant="musicians", words="Ours")
    answering.hand_in(respondent=one)
    assert (one.user, one.name) == (member, "Zelda")
    link = asking.make_link(examination=named, user=coordinator, kind="shared")
    student = answered(named, link, participant="students", name="Tim", words="Mine")
    answering.hand_in(respondent=student, link=link)
    student.refresh_from_db()
    assert (student.user, student.name, student.link) == (None, "", None)
    assert personal_data(member)[0]["answers"] == [{"question": QUESTION, "level": 3, "words": "Ours"}]
    found = seen.answers_of(named)[QUESTION]
    assert [(words.text, words.name) for words in found.words] == [("Mine", ""), ("Ours", "Zelda")]
    assert found.groups[0].types == ("students", "musicians")


def test_nobody_answers_twice_and_a_link_stays_what_it_was_sent_as(client, anonymous, town, coordinator):
    link = mailed(anonymous, coordinator)
    first = answering.begin(examination=anonymous, who=link, participant="musicians")
    assert first.participant == "families"
    assert answering.begin(examination=anonymous, who=link) == first
    member = holder(town)
    assert answering.begin(examination=anonymous, who=member, participant="students") == answering.begin(
        examination=anonymous, who=member, participant="musicians"
    )
    other = mailed(anonymous, coordinator, "lee@example.org")
    assert client.get(f"/en/answer/{other.token}/as/{first.token}/").status_code == 404
    assert client.get(f"/en/answer/{link.token}/as/not-there/").status_code == 404
    assert client.get(f"/en/answer/{link.token}/as/{first.token}/dropped/").status_code == 404
    assert client.get("/en/answer/nothing/").status_code == 404


def test_a_forwarded_link_names_nobody_and_can_be_stopped(client, anonymous, coordinator):
    link = mailed(anonymous, coordinator)
    page = client.get(f"/en/answer/{link.token}/").content.decode()
    assert "sent to one person" in page
    assert "kim" not in page
    stop = f"/en/answer/{link.token}/not-for-me/"
    assert client.get(stop).status_code == 405
    assert client.post(stop).status_code == 200
    assert client.get(f"/en/answer/{link.token}/").status_code == 410
    link.refresh_from_db()
    assert link.email == ""
    assert Notice.objects.get(user=coordinator).kind == "examination-not-for-them"
    assert client.post(f"/en/answer/{link.token}/").status_code == 410


def test_a_link_that_was_answered_by_cannot_be_stopped_by_whoever_got_it_later(client, anonymous, coordinator):
    link = mailed(anonymous, coordinator)
    answered(anonymous, link)
    client.post(f"/en/answer/{link.token}/not-for-me/")
    link.refresh_from_db()
    assert link.ended_at is None


def test_in_the_room_nothing_of_the_last_person_is_left(client, anonymous, coordinator):
    link = asking.make_link(examination=anonymous, user=coordinator, kind="room")
    start = f"/en/answer/{link.token}/"
    pages = []
    for level in ("1", "4"):
        overview = client.post(start, {"participant": "families"}).url
        client.post(f"{overview}access/", {f"{QUESTION}-level": level})
        done = client.post(overview)
        assert done.url == f"{start}thanks/"
        thanks = client.get(done.url)
        assert "Next person" in thanks.content.decode()
        assert overview not in thanks.content.decode()
        assert "no-store" in thanks["Cache-Control"]
        pages.append(overview)
    assert [client.get(page).status_code for page in pages] == [404, 404]
    assert sorted(Rating.objects.values_list("level", flat=True)) == [1, 4]


def test_what_students_say_is_mixed_and_cannot_be_changed(client, anonymous, coordinator, town):
    link = asking.make_link(examination=anonymous, user=coordinator, kind="shared", participant="students")
    for level in range(1, 5):
        overview = client.post(f"/en/answer/{link.token}/").url
        client.post(f"{overview}access/", {f"{QUESTION}-level": str(level), "enough_places-level": str(level)})
        assert "mixed" in client.get(overview).content.decode()
        done = client.post(overview)
        assert done.url == f"/en/answer/{link.token}/thanks/"
        assert client.get(done.url).status_code == 200
        assert client.get(overview).status_code == 404
    own = mailed(anonymous, coordinator, who="students")
    answering.hand_in(respondent=answered(anonymous, own), link=own)
    assert "cannot be changed" in client.get(f"/en/answer/{own.token}/").content.decode()
    assert client.post(f"/en/answer/{own.token}/").status_code == 200
    member = holder(town)
    answering.hand_in(respondent=answered(anonymous, member, participant="students"))
    page = f"/en/{town.slug}/workspace/self-examination/{anonymous.year}/answer/"
    assert signed_in(member).get(page).url == f"/en/{town.slug}/self-examination/{anonymous.year}/"
    with pytest.raises(ValidationError):
        answering.withdraw(respondent=answering.respondent_of(anonymous, member))
    before = sorted(Rating.objects.values_list("question", "level"))
    domain.close_examination(examination=anonymous)
    assert sorted(Rating.objects.values_list("question", "level")) == before
    assert Respondent.objects.count() == 6


def test_whoever_stops_leaves_nothing(client, anonymous, coordinator):
    link = asking.make_link(examination=anonymous, user=coordinator, kind="room", participant="musicians")
    overview = client.post(f"/en/answer/{link.token}/").url
    client.post(f"{overview}access/", {f"{QUESTION}-level": "2"})
    assert client.post(overview, {"withdraw": "1"}).url == f"/en/answer/{link.token}/"
    assert not Respondent.objects.exists()


def test_taking_back_by_mail_lets_one_answer_anew(client, anonymous, coordinator):
    link = mailed(anonymous, coordinator)
    answering.hand_in(respondent=answered(anonymous, link), link=link)
    answering.withdraw(respondent=Respondent.objects.get())
    link.refresh_from_db()
    assert link.used_at is None
    assert client.get(f"/en/answer/{link.token}/").context["begun"] is None


def test_bad_answers_are_refused_in_words(client, anonymous, coordinator):
    link = asking.make_link(examination=anonymous, user=coordinator, kind="shared")
    start = f"/en/answer/{link.token}/"
    assert client.post(start, {"participant": "martians"}).status_code == 200
    assert not Respondent.objects.exists()
    overview = client.post(start, {"participant": "families"}).url
    assert "Nothing is answered so far" in client.post(overview, follow=True).content.decode()
    page = client.post(f"{overview}access/", {f"{QUESTION}-words": "Words alone"})
    assert page.context["form"].errors[f"{QUESTION}-level"]
    assert client.post(f"{overview}access/", {f"{QUESTION}-level": "9"}).context["form"].errors
    assert not Rating.objects.exists()
    with pytest.raises(ValidationError):
        answering.answer_section(
            respondent=Respondent.objects.get(), section=section_of(anonymous), answers={QUESTION: Said(5)}
        )


def test_once_closed_no_link_works(client, anonymous, coordinator, town):
    link = mailed(anonymous, coordinator)
    respondent = answered(anonymous, link)
    domain.close_examination(examination=anonymous)
    for path in ("", f"as/{respondent.token}/", f"as/{respondent.token}/access/"):
        assert client.get(f"/en/answer/{link.token}/{path}").status_code == 410
        assert client.post(f"/en/answer/{link.token}/{path}").status_code == 410
    with pytest.raises(ValidationError):
        answering.hand_in(respondent=respondent, link=link)
    with pytest.raises(ValidationError):
        answering.withdraw(respondent=respondent)
    member = signed_in(holder(town))
    assert member.get(f"/en/{town.slug}/workspace/self-examination/{anonymous.year}/answer/").status_code == 410


def test_a_member_answers_signed_in_and_it_waits_until_then(anonymous, town):
    member = holder(town)
    assert [item.url for item in work_of(member)] == [
        f"/en/{town.slug}/workspace/self-examination/{anonymous.year}/answer/"
    ]
    client = signed_in(member)
    start = work_of(member)[0].url
    assert client.get(start).status_code == 200
    overview = client.post(start, {"participant": "musicians"}).url
    assert overview.startswith("/en/answer/mine/as/")
    assert client.get(start).url == overview
    client.post(f"{overview}access/", {f"{QUESTION}-level": "2"})
    client.post(overview)
    assert work_of(member) == []
    assert Respondent.objects.get().user is None


def test_questions_come_with_the_citys_figures_and_those_asked_of_one_first(client, anonymous, coordinator, town):
    examined(town, Figure("access.reach", 0.46, "share", 2024, low=0.41, high=0.53, known=8, total=10))
    link = mailed(anonymous, coordinator)
    respondent = answering.begin(examination=anonymous, who=link)
    page = client.get(f"/en/answer/{link.token}/as/{respondent.token}/access/")
    rows = page.context["rows"]
    assert [is_theirs for *_field, is_theirs, _figures in rows] == [True, True, True, True, False]
    text = page.content.decode()
    assert "46%" in text
    assert "41%" in text
    assert "2024-25" in text


def test_addresses_are_asked_together_or_not_at_all(anonymous, coordinator, django_capture_on_commit_callbacks):
    lines = "ana@example.org\n\nnot an address\nbo@example.org, martians\ncy@example.org; Musicians"
    with pytest.raises(ValidationError) as refused:
        asking.ask_by_mail(examination=anonymous, user=coordinator, participant="families", lines=lines)
    told = refused.value.message_dict["lines"]
    assert "Line 3" in told[0]
    assert "Line 4" in told[1]
    assert not AnswerLink.objects.exists()
    musicians = anonymous.city.settings.framework.participants["musicians"].title.in_language("es")
    lines = "Ana@Example.org\nana@example.org\ncy@example.org, " + musicians
    with django_capture_on_commit_callbacks(execute=True):
        told = asking.ask_by_mail(examination=anonymous, user=coordinator, participant="families", lines=lines)
    assert told == asking.Asked(2, 0)
    assert len(mail.outbox) == 2
    assert set(AnswerLink.objects.values_list("email", "participant")) == {
        ("ana@example.org", "families"),
        ("cy@example.org", "musicians"),
    }
    again = asking.ask_by_mail(examination=anonymous, user=coordinator, participant="families", lines=lines)
    assert again == asking.Asked(0, 2)
    with pytest.raises(ValidationError):
        asking.ask_by_mail(examination=anonymous, user=coordinator, participant="", lines="di@example.org")


def test_members_are_told_by_role(anonymous, coordinator, town):
    member, _editor = holder(town), holder(town, Role.EDITOR)
    assert asking.ask_roles(examination=anonymous, user=coordinator, roles=["member", "coordinator"]) == 1
    assert Notice.objects.get().user == member
    with pytest.raises(ValidationError):
        asking.ask_roles(examination=anonymous, user=coordinator, roles=["king"])


def test_everybody_is_reminded_once(anonymous, coordinator, town, django_capture_on_commit_callbacks):
    link = mailed(anonymous, coordinator)
    done = mailed(anonymous, coordinator, "lee@example.org")
    answering.hand_in(respondent=answered(anonymous, done), link=done)
    remind_of_examinations.call()
    assert mail.outbox == []
    SelfExamination.objects.update(due_on=today_in(town) + timedelta(days=3))
    for _again in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            remind_of_examinations.call()
    assert [message.to for message in mail.outbox] == [["kim@example.org"]]
    assert "only reminder" in mail.outbox[0].body
    assert asking.remind_all(examination=anonymous) == 0
    assert asking.is_reminded(link)


def test_addresses_and_what_was_not_handed_in_are_forgotten(anonymous, coordinator):
    link = mailed(anonymous, coordinator)
    answered(anonymous, link)
    closed = domain.close_examination(examination=anonymous)
    forget_asked.call()
    assert Respondent.objects.exists()
    SelfExamination.objects.update(closed_at=closed.closed_at - timedelta(days=31))
    forget_asked.call()
    assert not Respondent.objects.exists()
    link.refresh_from_db()
    assert link.email == ""


def test_a_deleted_owner_and_a_dropped_type_break_nothing(client, anonymous, coordinator):
    link = mailed(anonymous, coordinator)
    coordinator.delete()
    AnswerLink.objects.update(participant="gone")
    link.refresh_from_db()
    assert client.get(f"/en/answer/{link.token}/").status_code == 200
    assert "Choose as whom" in client.post(f"/en/answer/{link.token}/").content.decode()


def test_the_code_is_for_links_to_hand_around(client, anonymous, coordinator):
    link = asking.make_link(examination=anonymous, user=coordinator, kind="shared")
    assert client.get(f"/en/answer/{link.token}/code.svg")["Content-Type"] == "image/svg+xml"
    assert client.get(f"/en/answer/{mailed(anonymous, coordinator).token}/code.svg").status_code == 404
    asking.end_link(link=link)
    assert client.get(f"/en/answer/{link.token}/").status_code == 410


def test_an_outsider_cannot_answer_signed_in(anonymous, town):
    page = f"/en/{town.slug}/workspace/self-examination/{anonymous.year}/answer/"
    assert signed_in(person()).get(page).status_code == 403
    assert signed_in(holder(city("Elsewhere"))).get(page).status_code == 403


def test_who_leaves_takes_their_name_along_and_the_answer_stays(named, town, coordinator):
    member = holder(town, first_name="Zelda")
    answering.hand_in(respondent=answered(named, member, participant="musicians"))
    link = mailed(named, coordinator, member.email)
    erase(member)
    row = Respondent.objects.get()
    assert (row.user, row.name, row.answered_by) == (None, "", "")
    assert row.ratings.count() == 1
    link.refresh_from_db()
    assert link.email == ""
    assert link.ended_at


def test_very_many_from_one_connection_are_asked_to_wait(client, anonymous, coordinator, monkeypatch):
    cache.clear()
    monkeypatch.setattr("allcity.site.needs.families.limits.MOST_IN_AN_HOUR", 1)
    link = asking.make_link(examination=anonymous, user=coordinator, kind="shared", participant="families")
    codes = [client.post(f"/en/answer/{link.token}/").status_code for _ in range(2)]
    assert codes == [302, 429]
    assert Respondent.objects.count() == 1


def test_what_is_asked_wrongly_is_shown_again_with_the_reason(anonymous, coordinator, town):
    team = signed_in(coordinator)
    ask = f"/en/{town.slug}/workspace/self-examination/{anonymous.year}/ask/"
    page = team.post(ask, {"way": "mail", "participant": "families", "lines": "nobody"}).content.decode()
    assert "Line 1" in page
    assert "Nobody was asked yet" in page
    assert team.post(ask, {"way": "roles"}).status_code == 200
    assert "/links/" in team.post(ask, {"way": "link", "kind": "room"}).url
    assert team.post(ask, {"way": "smoke"}).status_code == 302
    told = team.post(ask, {"way": "mail", "participant": "families", "lines": "a@example.org"}, follow=True)
    assert "1 person is asked by mail." in told.content.decode()
    domain.close_examination(examination=anonymous)
    again = team.post(
        ask, {"way": "mail", "participant": "families", "lines": "b@example.org"}, follow=True
    ).content.decode()
    assert "is closed" in again
