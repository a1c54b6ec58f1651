"""Commitments outside their own pages: in notices, in what is kept of a person, and on pages of other features."""

import json
from datetime import date, timedelta
from uuid import uuid4

from django.core.serializers.json import DjangoJSONEncoder
from django.template.loader import render_to_string
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st
from tests.factories.site import holder

from allcity.site.accounts.personal_data import export_all
from allcity.site.action.committing import domain
from allcity.site.action.committing.phases import BY_NAME
from allcity.site.action.committing.telling import MARKS, mark_reached
from allcity.site.action.models import Change, Commitment, Plan, PlanStrategy
from allcity.site.action.templatetags.committing import commitments_about
from allcity.site.cities.models import Membership
from allcity.site.needs.models import Need
from allcity.site.notices.models import Notice
from allcity.site.notices.visibility import visible

NASTY = "<script>alert(1)</script> 🎺"


def test_a_notice_is_let_through_only_while_its_commitment_may_be_seen(town, coordinator):
    member = holder(town)
    one = domain.commit(city=town, user=coordinator, title="Find a hall", owner=member)
    (notice,) = Notice.objects.filter(user=member)
    assert visible(member, [notice]) == [notice]
    Membership.objects.filter(user=member).delete()
    assert visible(member, [notice]) == []
    domain.publish(commitment=one, user=coordinator, is_public=True)
    assert visible(member, [notice]) == [notice]


def test_what_is_kept_of_a_person_is_handed_over_and_their_name_taken_off(town, coordinator):
    one = domain.commit(city=town, user=coordinator, title="Find a hall", owner=coordinator)
    domain.move(commitment=one, step=BY_NAME["begin"], user=coordinator)
    domain.change_plan(city=town, user=coordinator, is_public=True, opening="Together.")
    chosen = {"chula_vista_pilot": "As they did."}
    domain.choose_strategies(city=town, user=coordinator, section="partnerships", chosen=chosen)
    said = json.dumps(export_all(coordinator)["commitments"], cls=DjangoJSONEncoder)
    for part in ("Find a hall", "in_work", "Together.", "As they did."):
        assert part in said
    domain.erase(coordinator)
    assert not Commitment.objects.exclude(owner=None, made_by=None).exists()
    assert not Change.objects.exclude(by=None).exists()
    assert Plan.objects.get().changed_by is None
    assert PlanStrategy.objects.get().chosen_by is None


def test_a_line_stands_wherever_a_commitment_is_named(town, coordinator):
    one = domain.commit(city=town, user=coordinator, title=NASTY)
    Commitment.objects.filter(pk=one.pk).update(due_on=date(2020, 1, 1))
    with override("en"):
        line = render_to_string("action/committing/line.html", {"commitment": Commitment.objects.get()})
    assert "&lt;script&gt;" in line
    assert "overdue" in line
    assert str(one.public_id) in line


def test_public_commitments_about_a_need_are_told_with_it(town, coordinator):
    told = {"year": 2024, "contribution": "private_lessons", "unit": "students", "state": "stated"}
    need = Need.objects.create(city=town, key="n", public_id=uuid4(), **told)
    domain.commit(city=town, user=coordinator, title="Hidden", need=need)
    shown = domain.commit(city=town, user=coordinator, title="Shown", need=need, is_public=True)
    domain.propose(city=town, user=coordinator, title="Idea", need=need, is_public=True)
    assert commitments_about(need)["commitments"] == [shown]


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(-40, 40))
def test_marks_follow_each_other_as_days_go_by(due_on, days):
    order = ["", *(mark for mark, _after, _kind in MARKS)]
    today = due_on + timedelta(days=days)
    mark = mark_reached(due_on, today)
    assert order.index(mark) <= order.index(mark_reached(due_on, today + timedelta(days=1)))
    assert (mark == "") == (days < -7)
    assert (mark == "after") == (days >= 7)
