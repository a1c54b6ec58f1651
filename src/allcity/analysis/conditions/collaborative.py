"""Collaborative: is it agreed, spoken of and learned from by both sides, and known to the others at work in the school?

Each function says which records stand for which level of a criterion. Where a level's words ask for more than any record
can tell, its high end stays open and its low end is one below.
"""

import polars as pl

from allcity.analysis.city import year_dates
from allcity.analysis.conditions.ladder import Sign, at_least, holds, in_part, judged
from allcity.analysis.conditions.records import Records, school_year
from allcity.analysis.supplanting import IN_SCHOOL_HOURS

IN_MOST = 0.5
"""The share of sessions in school hours from which on a certified teacher is there. An assumption of ours: in most of them."""
RENEWED = 2
"""The fewest versions, each for another school year, of an agreement that is renewed every year."""
TRAINING = "teacher_development"
"""The contribution by which a partner's artists and a school's teachers learn from each other."""


def agreement_signed(records: Records) -> pl.DataFrame:
    """Which agreement holds this year, and who has signed it.

    A date of signing that is empty is shown as not signed, and may be unknown. The fourth level asks for a version that both
    signed in every school year of the partnership that is known, two at least, and for an end that is written down.
    """
    now = records.newest.agreements.select("agreement_id", now=pl.lit(value=True))
    agreements = records.agreements.join(now, on="agreement_id", how="left").with_columns(
        pl.col("now").fill_null(value=False), year=school_year("start_date")
    )
    signed = pl.col("signed").fill_null(value=False)
    latest = pl.col("version") == pl.col("version").max()
    found = agreements.group_by("partnership_id").agg(
        versions=pl.len(),
        version=pl.col("version").max(),
        signed_by_organization=pl.col("signed_by_organization").filter(latest).max(),
        signed_by_school=pl.col("signed_by_school").filter(latest).max(),
        in_force=pl.col("now").any(),
        signed_now=(signed & pl.col("now")).any(),
        signed_years=pl.col("year").filter(signed).n_unique(),
        years_with_version=pl.col("year").n_unique(),
        ends_on=pl.col("end_date").filter(latest).max(),
    )
    rows = records.beside(found).with_columns(
        pl.col("versions", "signed_years", "years_with_version").fill_null(0),
        pl.col("in_force", "signed_now").fill_null(value=False),
        ends_on=pl.max_horizontal("ends_on", "planned_end_date"),
        years_due=pl.col("years").clip(RENEWED, max(len(records.city_years), RENEWED)),
    )
    complete = records.complete("agreements")
    whole = (pl.col("start_year") >= records.city_years[0].year) & records.complete("agreements", every_year=True)
    renewed = pl.col("signed_years") >= pl.col("years_due")
    may_be = (pl.col("years") >= RENEWED) & ((pl.col("years_with_version") >= pl.col("years_due")) | ~whole)
    both = holds(pl.col("signed_now"), pl.col("in_force") | (not complete))
    yearly = Sign(renewed & whole, renewed, renewed | may_be)
    end = holds(pl.when(pl.col("ends_on").is_not_null()).then(True))
    return judged(
        rows,
        levels=(holds(pl.col("in_force"), pl.lit(not complete)), both, both & yearly & end),
        told=pl.col("in_force") | complete,
        evidence={
            name: pl.col(name)
            for name in (
                "versions",
                "version",
                "signed_by_organization",
                "signed_by_school",
                "signed_years",
                "years",
                "ends_on",
            )
        },
    )


def goals_shared(records: Records) -> pl.DataFrame:
    """Whether both sides agreed on a goal, and whether that was before the partnership's first day.

    That all share the credit is not on record; that the organization, the school and the teacher each speak of goals when
    they check in is.
    """
    of_goals = records.goals.group_by("partnership_id").agg(
        goals=pl.len(), goals_agreed=pl.col("agreed_on").count(), agreed_on=pl.col("agreed_on").min()
    )
    speaks = records.check_ins.filter(pl.col("goal_id").is_not_null())
    sides = speaks.group_by("partnership_id").agg(sides_on_goals=pl.col("side").n_unique())
    rows = records.beside(of_goals, sides).with_columns(pl.col("goals", "goals_agreed", "sides_on_goals").fill_null(0))
    complete = records.complete("goals")
    undated = pl.col("goals_agreed") < pl.col("goals")
    before = holds((pl.col("agreed_on") <= pl.col("start_date")).fill_null(value=False), undated | (not complete))
    return judged(
        rows,
        levels=(
            holds(pl.col("goals") > 0, pl.lit(not complete)),
            before,
            before & in_part(pl.col("sides_on_goals") == len(SIDES)),
        ),
        told=(pl.col("goals") > 0) | complete,
        evidence={
            name: pl.col(name) for name in ("goals", "goals_agreed", "agreed_on", "start_date", "sides_on_goals")
        },
    )


SIDES = ("organization", "school", "teacher")
"""Who checks in. A teacher is of the school's side."""


def in_conversation(records: Records) -> pl.DataFrame:
    """Whether both sides checked in at least once in each term of the city in which it gave something, and that is over.

    Where nothing is known to have been given, each term in which the partnership ran is due. The fourth level asks for a next
    step that is written down in each of them; whether disagreements are settled openly is not on record.
    """
    partnerships = records.partnerships.with_columns(pl.col("end_date").fill_null(year_dates(records.newest.year)[1]))
    ran = _terms(records.in_terms(partnerships), records)
    gave = _terms(records.in_terms(records.delivered), records)
    nothing = ran.join(gave, on="partnership_id", how="anti")
    due = pl.concat([gave, nothing])
    # What no record names may have been given in any term in which it ran.
    unsure = records.all_delivered.filter(~pl.col("complete")).select("partnership_id")
    most_due = pl.concat([due, ran.join(unsure, on="partnership_id", how="semi")]).unique()
    held = (
        records.in_terms(records.check_ins, "date", "date")
        .group_by("partnership_id", "term")
        .agg(both=pl.col("party").n_unique() == 2, written=pl.col("next_step").is_not_null().any())
    )
    kept, written = pl.col("both").fill_null(value=False), (pl.col("both") & pl.col("written")).fill_null(value=False)
    of_due = due.join(held, on=["partnership_id", "term"], how="left").group_by("partnership_id").agg(
        due=pl.len(), kept=kept.sum(), written=written.sum()
    )  # fmt: skip
    of_most = most_due.join(held, on=["partnership_id", "term"], how="left").group_by("partnership_id").agg(
        all_kept=kept.all()
    )  # fmt: skip
    check_ins = records.check_ins.group_by("partnership_id").agg(
        check_ins=pl.len(), **{f"from_{side}": (pl.col("side") == side).sum() for side in SIDES}
    )
    counts = ("check_ins", *(f"from_{side}" for side in SIDES), "due", "kept", "written")
    rows = records.beside(of_due, of_most, check_ins, records.all_delivered).with_columns(pl.col(counts).fill_null(0))
    complete = records.complete("check_ins")
    every = (pl.col("due") > 0) & (pl.col("kept") == pl.col("due"))
    # Where it is not known when something was given, fewer terms may be due.
    fewer = ~pl.col("complete") & (pl.col("kept") > 0)
    both = Sign(every & pl.col("all_kept"), every, every | fewer | (pl.col("due") == 0) | (not complete))
    return judged(
        rows,
        levels=(
            holds(pl.col("check_ins") > 0, pl.lit(not complete)),
            both,
            both & in_part(pl.col("written") == pl.col("due")),
        ),
        told=(pl.col("check_ins") > 0) | (complete & (pl.col("due") > 0)),
        evidence={
            "check_ins": pl.col("check_ins"),
            **{f"from_{side}": pl.col(f"from_{side}") for side in SIDES},
            "terms_due": pl.col("due"),
            "terms_with_both": pl.col("kept"),
            "terms_with_next_step": pl.col("written"),
        },
    )


def _terms(rows: pl.DataFrame, records: Records) -> pl.DataFrame:
    return rows.filter(pl.col("term").is_in(records.terms_over)).select("partnership_id", "term").unique()


def teacher_present(records: Records) -> pl.DataFrame:
    """The share of this year's sessions in school hours at which a certified teacher was.

    The second level asks for most of them. That teacher and artist prepare and teach together is not on record: shown for it
    are a teacher at every session who checks in; for the fourth, training given to teachers besides. Where nothing was given
    in school hours, there is nothing to tell.
    """
    in_school = records.delivered.filter(pl.col("setting") == IN_SCHOOL_HOURS)
    weight, present = pl.col("sessions").fill_null(1.0), pl.col("present")
    unsure = pl.col("sessions").is_null().any()
    share = (weight * present).sum() / weight.filter(present.is_not_null()).sum()
    least, most = pl.col("present_low").fill_null(0), pl.col("present_high").fill_null(1)
    # Where some sessions are not counted, nothing is sure but all or none.
    low = pl.when(unsure).then(least.min()).otherwise((weight * least).sum() / weight.sum())
    high = pl.when(unsure).then(most.max()).otherwise((weight * most).sum() / weight.sum())
    found = in_school.group_by("partnership_id").agg(
        deliveries=pl.len(),
        sessions=pl.col("sessions").sum(),
        with_teacher=(pl.col("sessions") * present).sum(),
        share=pl.when(present.count() > 0).then(share.fill_nan(None)),
        share_low=low.fill_nan(None).fill_null(0),
        share_high=high.fill_nan(None).fill_null(1),
    )
    unset = records.delivered.group_by("partnership_id").agg(unset=pl.col("setting").is_null().any())
    teachers = records.check_ins.group_by("partnership_id").agg(teacher_check_ins=(pl.col("side") == "teacher").sum())
    trained = records.delivered.group_by("partnership_id").agg(trainings=(pl.col("contribution") == TRAINING).sum())
    rows = records.beside(found, unset, teachers, trained, records.all_delivered).with_columns(
        pl.col("deliveries", "teacher_check_ins", "trainings").fill_null(0),
        # Deliveries that no record names, or that do not say whether they were in school hours, may be either way.
        open=~pl.col("complete") | pl.col("unset").fill_null(value=False) | pl.col("share").is_null(),
    )
    rows = rows.with_columns(
        share_low=pl.when(~pl.col("open")).then("share_low"), share_high=pl.when(~pl.col("open")).then("share_high")
    )
    together = in_part(pl.col("teacher_check_ins") > 0)
    return judged(
        rows,
        levels=(
            at_least("share", IN_MOST),
            at_least("share", 1) & together,
            at_least("share", 1) & together & in_part(pl.col("trainings") > 0),
        ),
        told=pl.col("share").is_not_null(),
        evidence={
            name: pl.col(name)
            for name in (
                "deliveries", "sessions", "with_teacher", "share", "share_low", "share_high", "teacher_check_ins", "trainings",
            )
        },
    )  # fmt: skip


def learning_together(records: Records) -> pl.DataFrame:
    """Whether both sides look at results, by check-ins of this year that say how far a goal has come.

    Where one side alone does, or students are counted, in sessions or by how far they have come on a goal, one side reports.
    Whether both looked at the end of the year is
    not on record. The fourth level asks that both say as well how they speak with each other, and for a next step.
    """
    counted = records.delivered.group_by("partnership_id").agg(counts=pl.col("students").is_not_null().sum())
    result, own = pl.col("progress").is_not_null(), pl.col("communication").is_not_null()
    found = records.check_ins.group_by("partnership_id").agg(
        check_ins=pl.len(),
        parties_on_results=pl.col("party").filter(result).n_unique(),
        parties_on_communication=pl.col("party").filter(own).n_unique(),
        parties=pl.col("party").n_unique(),
        next_steps=pl.col("next_step").count(),
    )
    names = (
        "check_ins", "parties", "parties_on_results", "parties_on_communication", "next_steps", "counts", "goals_with_growth",
    )  # fmt: skip
    rows = records.beside(counted, found, records.goals_with_growth, records.all_delivered).with_columns(
        pl.col(names).fill_null(0)
    )
    heads = (pl.col("counts") > 0) | (pl.col("goals_with_growth") > 0)
    complete = records.complete("check_ins")
    something = holds(
        heads | (pl.col("parties_on_results") > 0),
        pl.lit(value=True),  # heads may be counted, or results looked at, in reports that no table holds
    )
    may = (pl.col("parties") == 2) | (not complete)
    both = Sign(pl.lit(value=False), pl.col("parties_on_results") == 2, may)
    changed = in_part((pl.col("parties_on_communication") == 2) & (pl.col("next_steps") > 0))
    return judged(
        rows,
        levels=(something, both, both & changed),
        told=heads | (pl.col("check_ins") > 0) | (pl.col("complete") & complete),
        evidence={name: pl.col(name) for name in names},
    )


def connected(records: Records) -> pl.DataFrame:
    """The other partnerships at its schools, and what records show of working with them.

    Nobody writes down who knows of whom. Shown are: a need that another partnership answers too, for the second level; more
    than one organization in the partnership, for the third; and deliveries of several organizations for one of its needs or at
    one of its schools, for the fourth. Where none of it is, the level cannot be told.
    """
    others = records.schools.join(records.schools, on="school_id", suffix="_other").filter(
        pl.col("partnership_id") != pl.col("partnership_id_other")
    )
    of_schools = others.group_by("partnership_id").agg(others=pl.col("partnership_id_other").n_unique())
    needs = records.partnerships.select("partnership_id", need_id="need_ids").explode("need_id").drop_nulls()
    shared = needs.filter(pl.len().over("need_id") > 1).group_by("partnership_id").agg(needs_shared=pl.len())
    gave = records.delivered.filter(pl.col("school_id").is_not_null() | pl.col("need_id").is_not_null())
    together = (
        pl.concat(
            [
                gave.select("partnership_id", "organization_id", what=name).drop_nulls().with_columns(of=pl.lit(name))
                for name in ("school_id", "need_id")
            ]
        )
        .group_by("partnership_id", "of", "what")
        .agg(givers=pl.col("organization_id").n_unique())
        .group_by("partnership_id")
        .agg(givers_together=pl.col("givers").max())
    )
    rows = records.beside(of_schools, shared, together).with_columns(
        pl.col("others", "needs_shared").fill_null(0),
        organizations=pl.col("organization_ids").list.n_unique().fill_null(0),
    )
    known, agreed = pl.col("needs_shared") > 0, pl.col("organizations") > 1
    planned = pl.col("givers_together") > 1
    return judged(
        rows,
        levels=(in_part(known), in_part(agreed), in_part(planned)),
        told=known | agreed | planned.fill_null(value=False),
        evidence={name: pl.col(name) for name in ("others", "needs_shared", "organizations", "givers_together")},
    )


CRITERIA = {
    "agreement_signed": agreement_signed,
    "goals_shared": goals_shared,
    "in_conversation": in_conversation,
    "teacher_present": teacher_present,
    "learning_together": learning_together,
    "connected": connected,
}
