"""The figure that a commitment should move, before and after: its ranges, never a cause, nothing made of what is not known."""

from dataclasses import replace
from math import inf

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st
from tests.factories.examined import examined
from tests.factories.site import signed_in

from allcity.analysis.figures import Figure, Interval
from allcity.site.action.committing import domain
from allcity.site.action.committing.comparing import SENTENCES, Told, bounds, comparison_of, told
from allcity.site.action.models import Commitment
from allcity.site.figures.models import Examination
from allcity.site.needs.models import Need

REACH = Figure("access.reach", 0.46, "share", 2024, low=0.41, high=0.53, known=8, total=10)


def record(value, low, high, year=2024, **more):
    return replace(REACH, value=value, low=low, high=high, year=year, **more).as_record()


@pytest.mark.parametrize(
    ("before", "now", "tells"),
    [
        (record(0.4, 0.3, 0.5), record(0.6, 0.51, 0.7), Told.HIGHER),
        (record(0.4, 0.3, 0.5), record(0.2, 0.1, 0.29), Told.LOWER),
        (record(0.4, 0.3, 0.5), record(0.6, 0.5, 0.7), Told.OVERLAP),
        (record(0.4, 0.4, 0.4), record(0.4, 0.4, 0.4), Told.SAME),
        (record(0.4, 0.3, 0.5), record(0.4, 0.3, 0.5), Told.OVERLAP),
        (record(None, 0.0, None), record(0.4, 0.3, 0.5), Told.UNKNOWN),
        (record(0.4, 0.3, 0.5), REACH.withheld().as_record(), Told.UNKNOWN),
        (record(0.4, 0.4, None), record(0.9, 0.9, 0.9), Told.OVERLAP),
        (record(0.4, 0.3, 0.5), record(0.9, 0.9, None), Told.HIGHER),
        (record(0.4, 0.3, 0.5), record(0.9, 0.9, 0.9, unit="ratio"), Told.UNKNOWN),
        (record(0.4, 0.4, 0.4), record(0.6, 0.6, 0.6, interval=Interval("wilson", 0.39, 0.8)), Told.OVERLAP),
    ],
)
def test_a_change_is_told_only_where_the_ranges_have_nothing_in_common(before, now, tells):
    assert told(before, now) == tells


numbers = st.floats(0, 1, allow_nan=False)
ranges = st.tuples(numbers, numbers, numbers).map(sorted)


@given(ranges, ranges)
def test_seen_from_the_other_side_a_rise_is_a_fall(one, other):
    first, second = record(one[1], one[0], one[2]), record(other[1], other[0], other[2])
    mirrored = {Told.HIGHER: Told.LOWER, Told.LOWER: Told.HIGHER}
    there, back = told(first, second), told(second, first)
    assert back == mirrored.get(there, there)
    if there == Told.HIGHER:
        assert second["low"] > first["high"]


def test_a_bound_that_is_not_known_is_without_end():
    assert bounds(replace(REACH, low=None, high=None)) == (-inf, inf)


@pytest.mark.parametrize("language", ["en", "es"])
def test_no_sentence_claims_a_cause(language):
    with override(language):
        said = [str(SENTENCES[tells]) for tells in (Told.HIGHER, Told.LOWER, Told.SAME)]
    if language == "en":
        assert all("does not show" in sentence for sentence in said)
    assert set(SENTENCES) == set(Told)


# --- On the page ---


def committed(town, coordinator, **more):
    return domain.commit(
        city=town, user=coordinator, title="Open two ensembles", **{"figure_id": "access.reach", **more}
    )


def page_of(town, commitment, user):
    return signed_in(user).get(reverse("city:commitment", args=[town.slug, commitment.public_id])).content.decode()


def test_what_it_said_is_kept_and_the_next_year_stands_beside_it(town, coordinator):
    examined(town, REACH)
    one = committed(town, coordinator)
    assert one.before["value"] == 0.46
    page = page_of(town, one, coordinator)
    assert "2024-25" in page
    assert "not been measured anew" in page
    examined(town, replace(REACH, value=0.7, low=0.6, high=0.8, year=2025), year=2025)
    domain.publish(commitment=one, user=coordinator, is_public=True)  # and pages are made anew
    page = page_of(town, one, coordinator)
    for said in ("46%", "70%", "2024-25", "2025-26", "41%", "80%", "does not show that the commitment is the cause"):
        assert said in page


def test_a_correction_of_the_same_year_is_told_and_an_older_year_is_not(town, coordinator):
    first = examined(town, REACH)
    one = committed(town, coordinator)
    assert comparison_of(one).now is None
    second = examined(town, replace(REACH, value=0.5))
    Examination.objects.filter(pk=second.pk).update(corrects=first)
    domain.publish(commitment=one, user=coordinator, is_public=True)
    one = Commitment.objects.get()
    found = comparison_of(one)
    assert (found.before.value, found.now.value) == ("46%", "50%")
    assert found.sentence == SENTENCES[Told.OVERLAP]


def test_what_was_never_measured_is_refused_and_what_is_gone_stays_with_what_it_said(town, coordinator):
    with pytest.raises(ValidationError, match="no such figure"):
        committed(town, coordinator)
    examined(town, REACH)
    one = committed(town, coordinator)
    Examination.objects.all().delete()
    domain.publish(commitment=one, user=coordinator, is_public=True)
    found = comparison_of(Commitment.objects.get())
    assert (found.before.value, found.now) == ("46%", None)


def test_an_unknown_figure_stays_unknown(town, coordinator):
    examined(town, replace(REACH, value=None, low=0.0, high=None, known=0))
    one = committed(town, coordinator)
    examined(town, replace(REACH, year=2025), year=2025)
    domain.publish(commitment=one, user=coordinator, is_public=True)
    found = comparison_of(Commitment.objects.get())
    assert (found.before.value, found.now.value, found.sentence) == ("not known", "46%", SENTENCES[Told.UNKNOWN])


def test_before_it_is_agreed_to_nothing_is_kept_and_another_figure_is_read_anew(town, coordinator):
    examined(town, REACH, replace(REACH, id="access.placed", value=0.2, low=0.1, high=0.3))
    one = domain.propose(city=town, user=coordinator, title="Idea", figure_id="access.reach")
    assert (one.before, comparison_of(one).now.value) == (None, "46%")
    one = domain.agree(commitment=one, user=coordinator)
    one = domain.change(commitment=one, user=coordinator, figure_id="access.placed")
    assert one.before["id"] == "access.placed"
    one = domain.change(commitment=one, user=coordinator, figure_id="")
    assert (one.before, comparison_of(one)) == (None, None)


def test_one_group_of_a_figure_is_kept_through_other_changes(town, coordinator):
    examined(town, REACH, replace(REACH, by={"band": "k2"}, value=0.1, low=0.0, high=0.2))
    one = committed(town, coordinator, figure_by={"band": "k2"})
    assert one.before["value"] == 0.1
    signed_in(coordinator).post(
        reverse("city:commitment-change", args=[town.slug, one.public_id]),
        {"title": "Two", "figure_id": "access.reach"},
    )
    one.refresh_from_db()
    assert (one.title, one.figure_by, one.before["value"]) == ("Two", {"band": "k2"}, 0.1)


def test_a_need_and_a_figure_are_not_both_moved(town, coordinator):
    examined(town, REACH)
    need = Need.objects.create(
        city=town, key="n", public_id="00000000-0000-4000-8000-000000000001", year=2024, contribution="private_lessons",
        unit="students", state="stated",
    )  # fmt: skip
    with pytest.raises(ValidationError, match="not both"):
        committed(town, coordinator, need=need)
    one = committed(town, coordinator)
    with pytest.raises(ValidationError, match="not both"):
        domain.change(commitment=one, user=coordinator, need=need)
    one = domain.change(commitment=one, user=coordinator, need=need, figure_id="")
    assert (one.need, one.figure_id) == (need, "")
    assert reverse("city:need", args=[town.slug, need.public_id]) in page_of(town, one, coordinator)
