"""A self-examination from opening to its public summary: what the team writes, what is seen together, and what is not."""

import io
import zipfile
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader
from tests.factories.examined import examined
from tests.factories.site import city, holder, signed_in

from allcity.analysis.figures import Figure
from allcity.site.action.examining import answering, asking, demo, domain, reviewing, seen
from allcity.site.action.examining.answering import Said
from allcity.site.action.examining.reviewing import Judged
from allcity.site.action.models import Evidence, QuestionReview, Rating, SectionReview, SelfExamination
from allcity.site.cities.models import Role
from allcity.site.needs.survey.reminding import today_in
from allcity.site.notices.work import work_of

pytestmark = pytest.mark.django_db
QUESTION = "in_school_music"
EMOJI = "🎺" * 300


@pytest.fixture
def team(coordinator):
    return signed_in(coordinator)


def opened(town, user, *, back=0, **more):
    year = domain.school_year(today_in(town)) - back
    return domain.open_examination(city=town, user=user, year=year, **more)


def access(town):
    return town.settings.framework.sections["access"]


def people(examination, coordinator, **levels):
    """Have people of each type answer one question at these levels."""
    for participant, chosen in levels.items():
        link = asking.make_link(examination=examination, user=coordinator, kind="shared", participant=participant)
        for level in chosen:
            one = answering.begin(examination=examination, who=link)
            words = f"{participant} say {level}"
            answering.answer_section(
                respondent=one, section=access(examination.city), answers={QUESTION: Said(level, words)}
            )
            answering.hand_in(respondent=one, link=link)


def written(examination, coordinator, **more):
    said = {"met": "Choirs <script>", "unmet": EMOJI, "questions": {QUESTION: Judged(2, "Why & so", True)}} | more
    return reviewing.review_section(examination=examination, section=access(examination.city), user=coordinator, **said)


# --- Opening, closing, publishing ---


def test_there_is_one_for_a_year_and_a_past_day_is_refused(team, town, coordinator):
    this = domain.school_year(today_in(town))
    form = {"year": this, "is_anonymous": "yes", "due_on": (today_in(town) - timedelta(1)).isoformat(), "message": ""}
    new = f"/en/{town.slug}/workspace/self-examination/new/"
    assert team.get(new).context["form"]["year"].initial == this
    assert "past" in team.post(new, form).context["form"].errors["due_on"][0]
    assert team.post(new, form | {"due_on": ""}).url == f"/en/{town.slug}/workspace/self-examination/{this}/"
    with pytest.raises(ValidationError):
        opened(town, coordinator)
    with pytest.raises(ValidationError):
        opened(town, coordinator, back=20)
    assert team.post(new, form | {"due_on": ""}).context["form"].errors["year"]


def test_whether_answers_have_names_is_fixed_once_somebody_began(team, town, coordinator):
    one = opened(town, coordinator)
    page = f"/en/{town.slug}/workspace/self-examination/{one.year}/change/"
    assert team.post(page, {"is_anonymous": "no", "message": "Words"}).status_code == 302
    one.refresh_from_db()
    assert (one.is_anonymous, one.message) == (False, "Words")
    people(one, coordinator, families=[2])
    assert team.post(page, {"is_anonymous": "yes"}).context["form"].errors["is_anonymous"]
    assert team.post(page, {"is_anonymous": "no", "message": "More"}).status_code == 302


def test_it_is_closed_then_published_and_taken_back(client, team, town, coordinator):
    one = opened(town, coordinator)
    steps = f"/en/{town.slug}/workspace/self-examination/{one.year}/steps"
    public = f"/en/{town.slug}/self-examination/{one.year}/"
    assert client.get(public).status_code == 404
    for step, refusal in (("publish", "Close it first"), ("close", ""), ("publish", "Nothing is written")):
        text = team.post(f"{steps}/{step}/", follow=True).content.decode()
        assert refusal in text
    written(one, coordinator)
    team.post(f"{steps}/publish/")
    assert client.get(public).status_code == 200
    assert "Take it back first" in team.post(f"{steps}/reopen/", follow=True).content.decode()
    team.post(f"{steps}/unpublish/")
    assert client.get(public).status_code == 404
    team.post(f"{steps}/reopen/")
    one.refresh_from_db()
    assert one.closed_at is None
    assert team.post(f"{steps}/burn/").status_code == 404
    assert team.get(f"{steps}/close/").status_code == 405


def test_another_citys_pages_are_not_found_here(team, town, coordinator):
    there = city("Elsewhere")
    one = opened(there, holder(there, Role.COORDINATOR))
    row = reviewing.add_evidence(
        examination=one, section=access(there), user=None, kind="link", url="https://a.example", title="A"
    )
    year = f"/en/{town.slug}/self-examination/{one.year}/"
    assert team.get(year).status_code == 404
    opened(town, coordinator)
    assert team.get(year).status_code == 200
    assert team.get(f"{year}evidence/{row.public_id}/").status_code == 404
    assert team.post(f"{year}access/evidence/{row.public_id}/remove/").status_code == 404
    link = asking.make_link(examination=one, user=coordinator, kind="room")
    assert team.get(f"/en/{town.slug}/workspace/self-examination/{one.year}/links/{link.pk}/").status_code == 404
    assert team.post(f"/en/{town.slug}/workspace/self-examination/{one.year}/links/{link.pk}/end/").status_code == 404
    assert team.get(f"/en/{there.slug}/workspace/self-examination/{one.year}/").status_code == 403


# --- Seen together ---


def test_in_a_named_one_five_people_of_five_types_show_where_they_differ(team, town, coordinator):
    one = opened(town, coordinator, is_anonymous=False)
    people(one, coordinator, families=[1], musicians=[4], school_leaders=[4], partner_organizations=[3])
    found = seen.answers_of(one)[QUESTION]
    assert found.is_disputed
    assert found.apart[0].lower == "families"
    page = team.get(f"/en/{town.slug}/workspace/self-examination/{one.year}/answers/")
    assert [each.question.id for _section, each in page.context["disputed"]] == [QUESTION]
    text = page.content.decode()
    assert "For very few students" in text
    assert "Not heard so far: Students" in text


def test_an_anonymous_one_is_seen_once_closed_and_small_groups_only_together(team, town, coordinator):
    one = opened(town, coordinator)
    people(one, coordinator, families=[1, 1, 2], musicians=[4], school_leaders=[3, 3, 3, 4], communities=[2] * 5)
    assert seen.answers_of(one) == {}
    section = f"/en/{town.slug}/self-examination/{one.year}/access/"
    assert "families say" not in team.get(section).content.decode()
    one = domain.close_examination(examination=one)
    found = seen.answers_of(one)[QUESTION]
    assert {group.types: group.size for group in found.groups} == {
        ("school_leaders",): 4,
        ("communities",): 5,
        ("families", "musicians"): 4,
    }
    assert {words.text: words.participant for words in found.words}["musicians say 4"] == ""
    assert {words.text: words.participant for words in found.words}["communities say 2"] == "communities"
    lines = {row.participant: row.number for row in seen.heard(one)}
    assert (lines["families"], lines["musicians"], lines["students"]) == (3, None, 0)
    text = team.get(section).content.decode()
    assert "families say" in text
    public = seen.answers_of(one, is_public=True)[QUESTION]
    assert {group.types: group.size for group in public.groups} == {
        ("communities",): 5,
        ("school_leaders", "families", "musicians"): 8,
    }
    assert public.words == ()


def test_too_few_altogether_are_withheld(team, town, coordinator):
    one = opened(town, coordinator)
    people(one, coordinator, families=[1, 2])
    one = domain.close_examination(examination=one)
    found = seen.answers_of(one)[QUESTION]
    assert found.is_withheld
    assert found.groups == ()
    page = team.get(f"/en/{town.slug}/workspace/self-examination/{one.year}/answers/").content.decode()
    assert "Withheld" in page
    assert "fewer than 3" in page


def test_what_is_not_handed_in_does_not_count(town, coordinator):
    one = opened(town, coordinator, is_anonymous=False)
    link = asking.make_link(examination=one, user=coordinator, kind="shared", participant="families")
    began = answering.begin(examination=one, who=link)
    answering.answer_section(respondent=began, section=access(town), answers={QUESTION: Said(1)})
    assert seen.answers_of(one) == {}
    assert seen.handed_in(one) == 0


# --- What the team writes ---


def test_the_team_writes_a_section_and_reads_it_again(team, town, coordinator):
    one = opened(town, coordinator)
    page = f"/en/{town.slug}/self-examination/{one.year}/access/"
    form = {"met": "Choirs", "unmet": "", f"{QUESTION}-level": "3", f"{QUESTION}-priority": "on"}
    assert team.post(page, form).url == page
    assert QuestionReview.objects.get().level == 3
    assert "Choirs" in team.get(page).content.decode()
    team.post(page, {"met": "Choirs"})
    assert not QuestionReview.objects.exists()
    assert team.post(page, {"is_left_open": "on"}).context["form"].errors["why_open"]
    team.post(page, {"is_left_open": "on", "why_open": "Next year"})
    assert SectionReview.objects.get().is_left_open
    assert team.get(f"/en/{town.slug}/self-examination/{one.year}/dropped/").status_code == 404
    assert any("8 sections" in item.title for item in work_of(coordinator))


def test_a_member_who_does_not_write_is_led_to_what_there_is_to_read(town, coordinator):
    one = opened(town, coordinator)
    page = f"/en/{town.slug}/self-examination/{one.year}/"
    member = signed_in(holder(town))
    assert member.get(f"{page}access/").url == f"{page}#section-access"
    assert member.post(f"{page}access/", {"met": "Mine"}).status_code == 302
    assert not SectionReview.objects.exists()
    assert "Say how you see it" in member.get(page).content.decode()


def office(**members):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml").replace("_bin", ".bin"), content)
    return packed.getvalue()


DOCX = office(**{"[Content_Types]_xml": "<Types/>", "word__document_xml": "<w/>"})
MACROS = office(**{"[Content_Types]_xml": "<Types/>", "word__document_xml": "<w/>", "word__vbaProject_bin": "x"})


@pytest.mark.parametrize(
    ("name", "content", "is_taken"),
    [
        ("plan.pdf", b"%PDF-1.7 x", True),
        ("photo.png", b"\x89PNG\r\n\x1a\n x", True),
        ("letter.docx", DOCX, True),
        ("letter.docx", MACROS, False),
        ("letter.docx", b"PK\x03\x04 broken", False),
        ("plan.pdf", b"<html><script>", False),
        ("page.html", b"<html>", False),
        ("drawing.svg", b"<svg/>", False),
        ("letter.docm", DOCX, False),
        ("table.xlsx", DOCX, False),
        ("plan.pdf", b"%PDF-" + b"x" * (10 * 2**20), False),
        ("x" * 200 + ".pdf", b"%PDF-", False),
    ],
)
def test_documents_are_looked_into_before_they_are_kept(town, coordinator, name, content, is_taken):
    one = opened(town, coordinator)
    file = SimpleUploadedFile(name, content)
    file.name = name
    add = {"examination": one, "section": access(town), "user": coordinator, "kind": "document", "file": file}
    if not is_taken:
        with pytest.raises(ValidationError):
            reviewing.add_evidence(**add)
        assert not Evidence.objects.exists()
        return
    row = reviewing.add_evidence(**add)
    assert row.title == name
    assert name.split(".")[0] not in row.file.name


def test_a_document_is_a_download_and_private_until_it_is_published(
    client, team, town, coordinator, django_capture_on_commit_callbacks
):
    one = opened(town, coordinator)
    page = f"/en/{town.slug}/self-examination/{one.year}/"
    file = SimpleUploadedFile("plan.pdf", b"%PDF-1.7 x")
    added = team.post(f"{page}access/evidence/", {"evidence-title": 'A "plan"\r\n', "evidence-file": file})
    assert added.status_code == 302
    row = Evidence.objects.get()
    address = f"{page}evidence/{row.public_id}/"
    assert client.get(address).status_code == 404
    assert signed_in(holder(town)).get(address).status_code == 404
    answer = team.get(address)
    assert answer["Content-Disposition"].startswith("attachment")
    assert (answer["X-Content-Type-Options"], answer["Content-Type"]) == ("nosniff", "application/octet-stream")
    assert answer.content == b"%PDF-1.7 x"
    written(one, coordinator)
    domain.publish_examination(examination=domain.close_examination(examination=one))
    assert client.get(address).status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        team.post(f"{page}access/evidence/{row.public_id}/remove/")
    assert not row.file.storage.exists(row.file.name)
    assert client.get(address).status_code == 404


def test_a_link_or_a_figure_is_evidence_and_one_at_a_time(team, town, coordinator):
    one = opened(town, coordinator)
    examined(town, Figure("access.reach", 0.46, "share", 2024, low=0.41, high=0.53, known=8, total=10))
    page = f"/en/{town.slug}/self-examination/{one.year}/access/"
    for form in (
        {"evidence-url": "javascript:alert(1)"},
        {"evidence-url": "https://a.example", "evidence-figure_id": "access.reach"},
        {},
    ):
        assert team.post(f"{page}evidence/", form).context["evidence_form"].errors
    assert not Evidence.objects.exists()
    team.post(f"{page}evidence/", {"evidence-url": "https://a.example", "evidence-title": "<b>Plan</b>"})
    team.post(f"{page}evidence/", {"evidence-figure_id": "access.reach"})
    text = team.get(page).content.decode()
    assert "&lt;b&gt;Plan" in text
    assert "46%" in text
    with pytest.raises(ValidationError):
        reviewing.add_evidence(
            examination=one, section=access(town), user=coordinator, kind="figure", figure_id="not.measured"
        )


# --- The public summary ---


def published(town, coordinator, **more):
    one = opened(town, coordinator, **more)
    people(one, coordinator, families=[1] * 5, musicians=[4] * 6)
    written(one, coordinator)
    dignity = town.settings.framework.sections["dignity"]
    reviewing.review_section(
        examination=one, section=dignity, user=coordinator, is_left_open=True, why_open="No time yet"
    )
    return domain.publish_examination(examination=domain.close_examination(examination=one))


def test_everybody_reads_levels_in_words_beside_the_year_before(client, town, coordinator):
    examined(town, Figure("access.reach", 0.46, "share", 2024, low=0.41, high=0.53, known=8, total=10))
    before = opened(town, coordinator, back=1)
    written(before, coordinator, questions={QUESTION: Judged(1)})
    hidden = f"/en/{town.slug}/self-examination/{before.year}/"
    one = published(town, coordinator)
    page = f"/en/{town.slug}/self-examination/{one.year}/"
    text = client.get(page).content.decode()
    assert "For some, depending on school or neighborhood" in text
    assert "1 level higher" not in text
    domain.publish_examination(examination=domain.close_examination(examination=before))
    assert client.get(hidden).status_code == 200
    text = client.get(page).content.decode()
    for words in (
        "1 level higher",
        "No time yet",
        "comes first",
        "46%",
        "Choirs &lt;script&gt;",
        "Why &amp; so",
        EMOJI,
    ):
        assert words in text
    for private in ("families say", "musicians say"):
        assert private not in text
    assert "Ver" not in text
    assert client.get(f"/es/{town.slug}/self-examination/{one.year}/").status_code == 200
    listed = client.get(f"/en/{town.slug}/self-examination/").content.decode()
    assert page in listed


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_paper_says_the_same(client, town, coordinator, language):
    one = published(town, coordinator)
    answer = client.get(f"/{language}/{town.slug}/self-examination/{one.year}/paper.pdf")
    assert answer["Content-Type"] == "application/pdf"
    reader = PdfReader(io.BytesIO(answer.content))
    assert reader.trailer["/Root"]["/Lang"] == language
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    text = "".join(page.extract_text() for page in reader.pages)
    assert "No time yet" in text
    assert "Choirs <script>" in text


def test_the_paper_is_the_teams_until_then(client, town, coordinator, team):
    one = opened(town, coordinator)
    address = f"/en/{town.slug}/self-examination/{one.year}/paper.pdf"
    assert client.get(address).status_code == 404
    assert signed_in(holder(town)).get(address).status_code == 404
    assert team.get(address).status_code == 200


def test_what_the_framework_dropped_breaks_no_page(client, team, town, coordinator):
    one = published(town, coordinator)
    QuestionReview.objects.update(question="gone")
    Rating.objects.update(question="gone")
    SectionReview.objects.filter(section="dignity").update(section="gone")
    for page in ("", "access/", "paper.pdf"):
        assert team.get(f"/en/{town.slug}/self-examination/{one.year}/{page}").status_code == 200
    assert team.get(f"/en/{town.slug}/workspace/self-examination/{one.year}/answers/").status_code == 200


def test_pages_ask_as_often_with_many_rows_as_with_one(team, town, coordinator):
    one = opened(town, coordinator, is_anonymous=False)
    opened(town, coordinator, back=5)
    asking.ask_by_mail(examination=one, user=coordinator, participant="families", lines="a@example.org")
    people(one, coordinator, families=[1])
    pages = [
        f"/en/{town.slug}/workspace/self-examination/{one.year}/",
        f"/en/{town.slug}/workspace/self-examination/{one.year}/answers/",
        f"/en/{town.slug}/self-examination/{one.year}/",
        f"/en/{town.slug}/self-examination/{one.year}/access/",
        f"/en/{town.slug}/self-examination/",
    ]

    def asked():
        numbers = []
        for page in pages:
            team.get(page)
            with CaptureQueriesContext(connection) as queries:
                assert team.get(page).status_code == 200
            numbers.append(len(queries))
        return numbers

    first = asked()
    lines = "\n".join(f"b{number}@example.org" for number in range(30))
    asking.ask_by_mail(examination=one, user=coordinator, participant="families", lines=lines)
    people(one, coordinator, musicians=[1, 2, 3] * 10)
    for number in range(20):
        reviewing.add_evidence(
            examination=one, section=access(town), user=coordinator, kind="link", url=f"https://a.example/{number}"
        )
    for back in range(1, 5):
        opened(town, coordinator, back=back)
    many = asked()
    assert all(later <= earlier for earlier, later in zip(first, many, strict=True)), (first, many)


def test_the_demonstration_is_made_once(town, coordinator):
    people_ = {
        "coordinator": coordinator,
        "liaison": holder(town),
        "manager": holder(town),
        "member": holder(town),
    }
    for _again in range(2):
        demo.add(city=town, **people_)
    assert SelfExamination.objects.count() == 2
    assert SelfExamination.objects.filter(published_at__isnull=False).count() == 1
