"""Looking back on a partnership: what its parties read, who else reads what, how they decide, and the same on paper."""

import json
from datetime import UTC, date, datetime
from io import BytesIO
from itertools import pairwise
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from pypdf import PdfReader
from tests.factories.site import holder, organization, person, signed_in

from allcity.analysis.city import year_dates
from allcity.analysis.conditions import CRITERIA, judge
from allcity.site.accounts.models import User
from allcity.site.cities.models import City, Role
from allcity.site.exchange.tables import read_city
from allcity.site.figures.models import PartnershipFinding, SchoolFinding
from allcity.site.figures.queries import current_examination
from allcity.site.needs.models import Baseline
from allcity.site.notices.models import Notice
from allcity.site.notices.work import work_of
from allcity.site.partnerships.evaluating import domain, queries, reminding, story
from allcity.site.partnerships.evaluating.evidence import CLUES, ENDS, REASONS
from allcity.site.partnerships.models import Answer, Evaluation, Partnership, Review
from allcity.site.partnerships.models import View as Said
from allcity.site.partnerships.parties import Party, parties

YEAR = 2022
QUESTIONS = (
    "In what ways does it support an active music life for the students of this city?",
    "How does it improve access to services and resources?",
    "How well does it fill needs that were unmet?",
    "Meaningful",
    "Collaborative",
    "Additive",
    "What does it add?",
)


def page(partnership: Partnership, name: str = "city:partnership-evaluation", year: int = YEAR) -> str:
    return reverse(name, args=[partnership.city.slug, partnership.public_id]) + f"?year={year}"


def text_of(client: Client, partnership: Partnership) -> str:
    response = client.get(page(partnership))
    assert response.status_code == 200
    return response.content.decode()


def of_side(partnership: Partnership, side: str) -> Party:
    return next(party for party in parties(partnership) if party.side == side)


def say(partnership: Partnership, side: str, user: User, **said: str) -> Said:
    told: dict[str, Any] = {"stance": "agree", "wish": "renew", **said}
    return domain.say_view(partnership=partnership, year=YEAR, party=of_side(partnership, side), user=user, **told)


def test_every_key_of_the_evidence_has_words(riverton: City) -> None:
    folder = read_city(riverton)
    judged = judge(folder.city_years_until(max(folder.years)))
    criteria = {criterion for of_condition in CRITERIA.values() for criterion in of_condition}
    assert criteria == set(CLUES) == set(REASONS)
    for criterion, evidence in judged.select("criterion", "evidence").iter_rows():
        keys = set(json.loads(evidence))
        ends = {key for key in keys if key.endswith(ENDS)}
        assert keys - ends == set(CLUES[criterion])
        assert {key.removesuffix("_low").removesuffix("_high") for key in ends} <= keys


def test_it_answers_the_three_questions_then_the_conditions_then_what_it_adds(
    partnership: Partnership, manager: User
) -> None:
    text = text_of(signed_in(manager), partnership)
    places = [text.index(f">{question}</h2>") for question in QUESTIONS]
    assert places == sorted(places)


def test_levels_and_ranges_are_those_of_the_analysis(partnership: Partnership) -> None:
    folder = read_city(partnership.city)
    judged = {row["criterion"]: row for row in judge(folder.city_years_until(YEAR)).to_dicts()}
    shown = story.tell(partnership, YEAR)
    criteria = [criterion for condition in shown.conditions for criterion in condition.criteria]
    assert [criterion.id for criterion in criteria] == list(judged)
    for criterion in criteria:
        row = judged[criterion.id]
        here = [step.number for step in criterion.steps if step.here]
        may_be = [step.number for step in criterion.steps if step.here or step.possible]
        assert here == ([] if row["level"] is None else [row["level"]])
        assert (may_be[0], may_be[-1]) == (row["low"], row["high"])
        assert ("because" in criterion.range) == (row["low"] != row["high"])
        assert ("cannot be told" in criterion.standing) == (row["level"] is None)


def test_who_reads_it(partnership: Partnership, liaison: User, manager: User) -> None:
    city = partnership.city
    rival = holder(city, Role.MANAGER, organization(city, "Rival Strings").public_id)
    assert signed_in(rival).get(page(partnership)).status_code == 403
    assert signed_in(holder(city)).get(page(partnership)).status_code == 403
    assert signed_in(person()).get(page(partnership)).status_code == 403
    assert Client().get(page(partnership)).status_code == 302
    for user in (liaison, manager, holder(city, Role.COORDINATOR)):
        assert signed_in(user).get(page(partnership)).status_code == 200
    Partnership.objects.filter(pk=partnership.pk).update(stage=Partnership.Stage.DRAFT)
    assert signed_in(rival).get(page(partnership)).status_code == 404


def test_the_public_page_holds_no_judgement(partnership: Partnership) -> None:
    public = reverse("city:partnership", args=[partnership.city.slug, partnership.public_id])
    text = Client().get(public).content.decode()
    assert partnership.name in text
    assert "Step " not in text
    assert "Additive" not in text


@pytest.mark.parametrize("asked", ["1999", "2099", "x", "²"])
def test_a_year_in_which_it_did_not_run_is_not_found(partnership: Partnership, manager: User, asked: str) -> None:
    assert signed_in(manager).get(page(partnership).replace(str(YEAR), asked)).status_code == 404


def test_all_that_wish_the_same_decide_and_dissent_stays_to_be_read(
    partnership: Partnership, liaison: User, manager: User
) -> None:
    say(partnership, "organization", manager, wish="renew")
    view = say(partnership, "school", liaison, stance="dissent", words="Half of the hours are missing.", wish="end")
    assert not Evaluation.objects.get().decision
    say(
        partnership, "school", liaison,
        stance="dissent", words="Half of the hours are missing.", wish="renew", seen=domain.version_of(view),
    )  # fmt: skip
    evaluation = Evaluation.objects.get()
    assert evaluation.decision == "renew"
    text = text_of(signed_in(manager), partnership)
    assert "Half of the hours are missing." in text
    assert "They do not all see it alike." in text
    assert reverse("city:partnership-agreement", args=[partnership.city.slug, partnership.public_id]) in text
    assert {"viewed", "decided"} <= set(partnership.events.values_list("step", flat=True))
    with pytest.raises(ValidationError, match="decided meanwhile"):
        say(partnership, "organization", manager, wish="end")
    assert Notice.objects.filter(user=manager, kind="evaluation-decided").exists()


def test_what_was_decided_on_stays_as_it_was_read(partnership: Partnership, liaison: User, manager: User) -> None:
    say(partnership, "organization", manager)
    say(partnership, "school", liaison)
    before = story.thaw(Evaluation.objects.get().shown)
    assert before == story.tell(partnership, YEAR)
    PartnershipFinding.objects.update(conditions=[], adds={})
    assert story.thaw(Evaluation.objects.get().shown) == before
    assert "Step " in text_of(signed_in(manager), partnership)
    with translation.override("es"):
        assert story.thaw(Evaluation.objects.get().shown).conditions[0].title == "Significativa"


def test_nobody_speaks_for_another_party(partnership: Partnership, liaison: User, manager: User) -> None:
    with pytest.raises(PermissionDenied):
        say(partnership, "school", manager)
    with pytest.raises(PermissionDenied):
        say(partnership, "organization", holder(partnership.city, Role.COORDINATOR))
    posted = {"party": str(of_side(partnership, "school").public_id)}
    assert signed_in(manager).post(page(partnership), posted).status_code == 403
    assert not Said.objects.exists()


def test_two_who_speak_for_one_party_at_once_are_told_of_each_other(partnership: Partnership, manager: User) -> None:
    party = of_side(partnership, "organization")
    other = holder(partnership.city, Role.MANAGER, party.public_id)
    say(partnership, "organization", other, words="Mine.")
    prefix = party.public_id.hex[:8]
    posted = {
        "party": str(party.public_id),
        **{
            f"{prefix}-{name}": value
            for name, value in (("stance", "agree"), ("wish", "end"), ("words", "My own words."))
        },
    }
    client = signed_in(manager)
    response = client.post(page(partnership), posted)
    text = response.content.decode()
    assert response.status_code == 422
    assert "My own words." in text
    assert "Mine." in text
    assert Said.objects.get().words == "Mine."
    again = response.context["forms"][0][1]
    assert client.post(page(partnership), {**posted, f"{prefix}-seen": again["seen"].value()}).status_code == 302
    assert Said.objects.get().words == "My own words."


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"stance": ""}, "stance"),
        ({"wish": "more"}, "wish"),
        ({"stance": "partly"}, "words"),
        ({"words": "x" * 4000}, "words"),
    ],
)
def test_what_is_missing_is_asked_for(
    partnership: Partnership, manager: User, said: dict[str, str], wrong: str
) -> None:
    with pytest.raises(ValidationError) as error:
        say(partnership, "organization", manager, **said)
    assert wrong in error.value.message_dict
    assert not Said.objects.exists()


# --- What screens say of a school's own music ---


@pytest.fixture
def screened(partnership: Partnership) -> Partnership:
    """A partnership of which the screen says something of its school."""
    examination = current_examination(partnership.city, YEAR)
    row = {"before": 2.0, "since": 1.0, "change": -1.0, "expected": 0.1, "comparable": 20, "p": 0.04, "fall": 0.9,
           "category": "likely_replacing"}  # fmt: skip
    SchoolFinding.objects.filter(examination=examination, key="n1").update(screened={"staff": row, "minutes": {}})
    finding = PartnershipFinding.objects.get(examination=examination, key="r1")
    for found in finding.conditions:
        if found["criterion"] == "staff_kept":
            found.update(level=1, low=1, high=3, evidence={"schools": 1, "school_id": "n1", **row})
        if found["criterion"] == "leaves_something":
            found["evidence"]["staff_has_grown"] = False
    finding.save()
    return partnership


FELL = "Staff fell after the start, more than at comparable schools, and no other reason is on record."
GROWN = "own certified staff has grown since"
HIDDEN = "The school and the city&#x27;s coordinators see it first"


def test_the_partner_reads_what_a_screen_says_only_once_it_was_shared(
    screened: Partnership, liaison: User, manager: User
) -> None:
    own, partner = (text_of(signed_in(user), screened) for user in (liaison, manager))
    assert FELL in own
    assert "200 made-up cities" in own
    assert HIDDEN not in own
    assert FELL not in partner
    assert GROWN in own
    assert GROWN not in partner
    assert partner.count(HIDDEN) == 2
    assert "1 at step 1" not in partner
    assert FELL in text_of(signed_in(holder(screened.city, Role.COORDINATOR)), screened)
    review = Review.objects.create(city=screened.city, school=screened.schools.get(), year=YEAR)
    Answer.objects.create(
        review=review, side="school", place=screened.schools.get().public_id, place_name="North", words="She retired."
    )
    assert FELL not in text_of(signed_in(manager), screened)
    Review.objects.update(state=Review.State.SHARED)
    shared = text_of(signed_in(manager), screened)
    assert FELL in shared
    assert "She retired." in shared
    assert GROWN in shared
    Answer.objects.update(reason=Answer.Reason.STAFF, words="")
    assert "a teacher retired or left" in text_of(signed_in(manager), screened)


def test_what_was_frozen_is_hidden_in_the_same_way(screened: Partnership, liaison: User, manager: User) -> None:
    say(screened, "organization", manager)
    say(screened, "school", liaison)
    assert FELL in text_of(signed_in(liaison), screened)
    assert FELL not in text_of(signed_in(manager), screened)
    assert GROWN not in text_of(signed_in(manager), screened)
    paper = signed_in(manager).get(page(screened, "city:partnership-evaluation-pdf"))
    assert "Staff fell after the start" not in words_of(paper.content)


def test_what_its_school_put_in_stands_before_and_since(partnership: Partnership, manager: User) -> None:
    school = partnership.schools.get()
    Baseline.objects.filter(school=school).delete()
    for year, staff in ((2020, 1.0), (2021, 2.0), (2022, 2.5), (2023, 9.0)):
        Baseline.objects.create(city=partnership.city, school=school, year=year, music_staff=staff)
    section = story.tell(partnership, YEAR).influence
    assert section is not None
    staff, minutes, _money = section.blocks[0].tables[0].rows
    assert staff[2:] == ("1.5 (2 years, 2020-21 to 2021-22)", "2.5 (2022-23)")
    assert minutes[2:] == ("not known", "not known")
    text = text_of(signed_in(manager), partnership)
    assert "1.5 (2 years, 2020-21 to 2021-22)" in text


def test_what_was_frozen_before_that_was_told_still_opens(partnership: Partnership) -> None:
    frozen = story.freeze(partnership, YEAR)
    for shown in frozen.values():
        del shown["influence"]
    assert story.thaw(frozen).influence is None


# --- On paper ---


def words_of(content: bytes) -> str:
    return " ".join(" ".join(sheet.extract_text() for sheet in PdfReader(BytesIO(content)).pages).split())


def test_on_paper_it_is_tagged_and_in_the_same_order(partnership: Partnership, liaison: User, manager: User) -> None:
    say(partnership, "school", liaison, stance="partly", words="We saw it otherwise.", wish="change")
    response = signed_in(manager).get(page(partnership, "city:partnership-evaluation-pdf"))
    assert response["Content-Type"] == "application/pdf"
    reader = PdfReader(BytesIO(response.content))
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.trailer["/Root"]["/Lang"] == "en"
    text = words_of(response.content)
    assert "We saw it otherwise." in text
    titles = [str(entry.title) for entry in reader.outline if not isinstance(entry, list)]
    places = [titles.index(question) for question in QUESTIONS]
    assert all(one < other for one, other in pairwise(places))
    with translation.override("es"):
        spanish = signed_in(manager).get(page(partnership, "city:partnership-evaluation-pdf"))
    reader = PdfReader(BytesIO(spanish.content))
    assert reader.trailer["/Root"]["/Lang"] == "es"
    assert "Significativa" in words_of(spanish.content)


# --- When it is due ---


def test_it_is_due_before_the_planned_end_else_at_the_end_of_the_year() -> None:
    partnership = Partnership(start_date=date(2022, 9, 1), planned_end_date=date(2024, 5, 31))
    assert queries.due_on(partnership, 2022) == date(2023, 6, 30)
    assert queries.due_on(partnership, 2023) == date(2024, 4, 1)
    assert queries.due_on(Partnership(start_date=date(2022, 9, 1)), 2023) == year_dates(2023)[1]


def test_parties_are_asked_and_reminded_once_at_each_mark(
    partnership: Partnership, liaison: User, manager: User
) -> None:
    def told_on(day: int, month: int) -> int:
        return reminding.look_back(now=datetime(2023, month, day, 12, tzinfo=UTC))

    Partnership.objects.exclude(pk=partnership.pk).delete()
    assert told_on(1, 5) == 0
    assert told_on(10, 6) == 1
    assert told_on(11, 6) == 0
    assert Notice.objects.filter(kind="evaluation-due").count() == 2
    assert [item.due_on for item in work_of(liaison) if "Look back" in str(item.title)] == [date(2023, 6, 30)]
    say(partnership, "organization", manager)
    assert told_on(30, 6) == 1
    assert Notice.objects.filter(kind="evaluation-due", user=manager).count() == 1
    assert Notice.objects.filter(kind="evaluation-due", user=liaison).count() == 2
    say(partnership, "school", liaison)
    assert told_on(10, 7) == 0
    assert not [item for item in work_of(liaison) if "Look back" in str(item.title)]


def test_as_many_queries_for_many_rows(partnership: Partnership, manager: User) -> None:
    client = signed_in(manager)
    client.get(page(partnership))
    with CaptureQueriesContext(connection) as few:
        client.get(page(partnership))
    delivery = partnership.deliveries.get()
    for number in range(30):
        delivery.pk, delivery.key = None, f"more{number}"
        delivery._state.adding = True
        delivery.save()
    with CaptureQueriesContext(connection) as many:
        client.get(page(partnership))
    assert len(many) == len(few)


def test_what_somebody_said_is_handed_over_and_their_name_taken_off(partnership: Partnership, manager: User) -> None:
    say(partnership, "organization", manager, words="Ours.")
    assert queries.personal_data(manager)[0]["words"] == "Ours."
    domain.erase(manager)
    assert Said.objects.get().by is None
    assert Said.objects.get().words == "Ours."
