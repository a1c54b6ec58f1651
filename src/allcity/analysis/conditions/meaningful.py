"""Meaningful: does it answer a need, go deep enough, last, and matter to the students in it?

Each function says which records stand for which level of a criterion. Where a level's words ask for more than any record
can tell, its high end stays open and its low end is one below.
"""

import polars as pl

from allcity.analysis.city import year_dates
from allcity.analysis.conditions.ladder import HIGHEST, Sign, at_least, holds, in_part, judged
from allcity.analysis.conditions.met import ENDS, ROUNDING, needs_met
from allcity.analysis.conditions.records import Records, school_year

A_WEEK = 7
"""Days from first to last, both counted, of "one day or one week" in the words of the first level."""
A_SCHOOL_YEAR = 210
"""Days from first to last that make a whole school year. An assumption of ours: seven of its ten months, as programs begin
some weeks after school and end some weeks before it."""
YEARS_THAT_LAST = 3
"""The school years of the fourth level's words."""
FEWEST_SESSIONS = 2
"""Sessions from which on it is no longer a single event."""
MOST = 0.5
"""Where at least so many of the students reached answered, it is taken that all could; where at least so many of those who
answered chose a level, that students say it. An assumption of ours: what most do."""
STUDENTS_HEARD = "students_heard"
IN_MUSIC = ("curriculum", "musical")
"""The kinds of goals that are about what students learn in music."""


def need_named_first(records: Records) -> pl.DataFrame:
    """Whether a need was on record before the first agreement, or the first day where no agreement is on record.

    No table says when a need was stated. It was by the day on which it is known to have been true; where all of a
    partnership's needs are for later school years than the agreement's, they came afterward; else it cannot be told. The
    fourth level asks for a need in every school year of the partnership, two at least.
    """
    signed = ("start_date", "signed_by_organization", "signed_by_school")
    agreed = records.agreements.group_by("partnership_id").agg(agreed_on=pl.min_horizontal(signed).min())
    named = pl.concat(
        [
            records.partnerships.select("partnership_id", need_id="need_ids").explode("need_id").drop_nulls(),
            records.deliveries.select("partnership_id", "need_id").drop_nulls(),
        ]
    ).unique()
    needs = (
        named.join(records.needs.select("need_id", need_year="year", known_on="as_of"), on="need_id", how="left")
        .group_by("partnership_id")
        .agg(
            needs=pl.len(),
            every_year_known=pl.col("need_year").is_not_null().all(),
            first_need_year=pl.col("need_year").min(),
            years_with_need=pl.col("need_year").drop_nulls().n_unique(),
            need_known_on=pl.col("known_on").min(),
        )
    )
    rows = records.beside(agreed, needs).with_columns(
        pl.col("needs", "years_with_need").fill_null(0), first=pl.min_horizontal("agreed_on", "start_date")
    )
    before = pl.col("need_known_on") <= pl.col("first")
    after = (pl.col("first_need_year") > school_year("first")) & pl.col("every_year_known")
    nothing = (pl.col("needs") == 0) & (records.complete("needs") and records.complete("partnerships"))
    first = holds(pl.when(before).then(True))
    yearly = in_part(pl.col("years_with_need") >= pl.col("years")) & holds(pl.col("years") > 1)
    return judged(
        rows,
        levels=(holds(pl.when(pl.col("needs") > 0).then(True)), first, first & yearly),
        told=pl.any_horizontal(one.fill_null(value=False) for one in (before, after, nothing)),
        evidence={
            name: pl.col(name)
            for name in (
                "needs",
                "first_need_year",
                "need_known_on",
                "agreed_on",
                "start_date",
                "years_with_need",
                "years",
            )
        },
    )


def hours_per_student(records: Records) -> pl.DataFrame:
    """How much time students had this year.

    Deliveries of one contribution at one school are a strand. The strand with most sessions counts: a concert for many takes
    nothing from the lessons of a few. Where sessions are not known, the days from first to last stand for them, as in
    `season.py`. Deliveries of a strand are shown as those of the same students; each may have been for others, so that at
    the low end those of one delivery alone count.

        hours per student = Σ hours · students ÷ Σ over strands of the most students of a delivery                     (1)

    where both are known; at its low end each delivery was for other students, at its high end all were for the same. The
    fourth level asks besides that its deliveries of the year meet in full every need of students that it answers this year.
    """
    sessions, days = records.sustained
    unknown, time = pl.col("sessions").is_null(), pl.col("hours") * pl.col("students")
    span = (pl.col("end_date").max() - pl.col("start_date").min()).dt.total_days() + 1
    by_days = pl.when(span >= days).then(sessions).when(span > 1).then(FEWEST_SESSIONS).otherwise(1)
    told = pl.col("sessions").sum()
    strands = records.delivered.group_by("partnership_id", "school_id", "contribution").agg(
        held=pl.when(unknown.any()).then(pl.max_horizontal(told + unknown.sum(), by_days)).otherwise(told),
        held_low=pl.col("sessions_low").max(),
        held_high=pl.when(~unknown.any()).then(pl.col("sessions_high").sum()),
        deliveries=pl.len(),
        sessions=pl.when(~unknown.all()).then(told),
        students=pl.col("students").max(),
        student_hours=time.sum(),
        with_hours=pl.col("students").filter(time.is_not_null()).max(),
        least_hours=(pl.col("hours_low") * pl.col("students_low")).sum(),
        most_hours=pl.when(time.is_not_null().all()).then((pl.col("hours_high") * pl.col("students_high")).sum()),
        most_students=pl.when(pl.col("students").is_not_null().all()).then(pl.col("students_high").sum()),
        fewest_students=pl.col("students_low").max(),
    )
    given = strands.group_by("partnership_id").agg(
        pl.col("held", "held_low").max(),
        _unless_null("held_high").max(),
        pl.col("deliveries", "student_hours", "with_hours", "least_hours").sum(),
        *(pl.when(pl.col(name).count() > 0).then(pl.col(name).sum()).alias(name) for name in ("sessions", "students")),
        _unless_null("most_hours").sum(),
        _unless_null("most_students").sum(),
        pl.col("fewest_students").max(),
        students_sustained=pl.col("students").filter(pl.col("held") >= sessions).sum(),
    )
    complete = pl.col("complete")
    rows = records.beside(given, _asked_in_full(records), records.all_delivered).with_columns(
        pl.col("held", "deliveries").fill_null(0),
        held_high=pl.when(complete).then(pl.when(pl.col("deliveries").is_null()).then(0).otherwise("held_high")),
    )
    return judged(
        rows,
        levels=(
            at_least("held", FEWEST_SESSIONS),
            at_least("held", sessions),
            at_least("held", sessions) & at_least("in_full", 1),
        ),
        told=complete | (pl.col("deliveries") > 0),
        evidence={
            "deliveries": pl.col("deliveries"),
            "sessions": pl.col("sessions"),
            "students": pl.col("students"),
            "students_sustained": pl.col("students_sustained"),
            "hours_per_student": _ratio("student_hours", "with_hours"),
            "hours_per_student_low": _ratio("least_hours", "most_students").fill_null(0),
            "hours_per_student_high": pl.when(complete).then(_ratio("most_hours", "fewest_students")),
            "needs_in_full": pl.col("needs_in_full"),
            "needs": pl.col("needs"),
        },
    )


def _unless_null(name: str) -> pl.Expr:
    """A column's values, all of them null where one is."""
    return pl.when(pl.col(name).is_not_null().all()).then(pl.col(name))


def _ratio(part: str, whole: str) -> pl.Expr:
    return pl.when(pl.col(whole) > 0).then(pl.col(part) / pl.col(whole))


def _asked_in_full(records: Records) -> pl.DataFrame:
    """Whether (1 or 0) a partnership's deliveries of this year meet all of its needs of students, `in_full` with its ends."""
    this_year = records.delivered.select("partnership_id", "need_id").drop_nulls().unique()
    needs = needs_met(records).filter(pl.col("unit") == "students")
    needs = pl.concat(
        [
            needs.filter(pl.col("year") == records.newest.year),
            needs.join(this_year, on=["partnership_id", "need_id"], how="semi"),
        ]
    ).unique(["partnership_id", "need_id"])
    full = {end: (pl.col(f"own_now{end}") >= pl.col("asked") - ROUNDING).cast(pl.Int8) for end in ENDS}
    return needs.group_by("partnership_id").agg(
        in_full=full[""].fill_null(0).min(),
        in_full_low=full["_low"].fill_null(0).min(),
        in_full_high=full["_high"].fill_null(1).min(),
        needs=pl.len(),
        needs_in_full=full[""].sum(),
    )


def continuity(records: Records) -> pl.DataFrame:
    """From when to when it gave something, and in how many school years without a break up to the newest.

    The third level asks for one year in which first and last day are a school year apart, and that something was given in a
    later one or agreed for it: by an agreement or a planned end after that year. The fourth asks for three years without a
    break; whether students met familiar people is not on record. Years before the first that is known may have held more.
    """
    years = pl.concat(
        [
            records.deliveries.with_columns(
                year=pl.lit(city_year.year, pl.Int64),
                start_date=pl.max_horizontal("start_date", pl.lit(first)),
                end_date=pl.min_horizontal("end_date", pl.lit(min(last, records.until))),
            ).filter(pl.col("start_date") <= pl.col("end_date"))
            for city_year in records.city_years
            for first, last in [year_dates(city_year.year)]
        ]
    )
    of_years = years.group_by("partnership_id", "year").agg(pl.col("start_date").min(), pl.col("end_date").max())
    days = (pl.col("end_date") - pl.col("start_date")).dt.total_days() + 1
    # Years in a row up to the newest are at the distance from it that their rank has.
    in_a_row = pl.col("year") == records.newest.year + 1 - pl.col("year").rank(descending=True).cast(pl.Int64)
    given = of_years.group_by("partnership_id").agg(
        first_day=pl.col("start_date").min(),
        last_day=pl.col("end_date").max(),
        years_with_deliveries=pl.len(),
        years_without_break=in_a_row.sum(),
        whole_year=pl.col("year").filter(days >= A_SCHOOL_YEAR).min(),
        last_year=pl.col("year").max(),
    )
    agreed = records.agreements.filter("signed").group_by("partnership_id").agg(agreed_until=pl.col("end_date").max())
    rows = records.beside(given, agreed, records.all_delivered).with_columns(
        pl.col("years_with_deliveries", "years_without_break").fill_null(0),
        days=(pl.col("last_day") - pl.col("first_day")).dt.total_days().fill_null(-1) + 1,
        until=pl.max_horizontal("planned_end_date", "agreed_until"),
    )
    run_days = (pl.min_horizontal("end_date", pl.lit(records.until)) - pl.col("start_date")).dt.total_days() + 1
    seen = pl.col("complete") & (pl.col("start_year") >= records.city_years[0].year)
    seen = seen & records.complete("deliveries", every_year=True)
    more_than_a_week = holds(pl.col("days") > A_WEEK, ~seen & (run_days > A_WEEK))
    whole = holds(pl.col("whole_year").is_not_null(), ~seen & (run_days >= A_SCHOOL_YEAR))
    next_one = (pl.col("last_year") > pl.col("whole_year")) | (
        school_year("until") > pl.max_horizontal("whole_year", pl.lit(records.newest.year))
    )
    # A planned end that is not written down, or an agreement that is, may be for another year.
    ended = (pl.col("end_date") <= records.until).fill_null(value=False)
    agreed_on = holds(pl.when(next_one.fill_null(value=False)).then(True).when(ended & seen).then(False))
    lasting = holds(pl.col("years_without_break") >= YEARS_THAT_LAST, ~seen & (pl.col("years") >= YEARS_THAT_LAST))
    familiar = in_part(pl.lit(value=True))
    return judged(
        rows,
        levels=(more_than_a_week, whole & agreed_on | lasting, lasting & familiar),
        told=pl.col("complete") | (pl.col("years_with_deliveries") > 0),
        evidence={
            name: pl.col(name)
            for name in ("first_day", "last_day", "days", "years_with_deliveries", "years_without_break", "until")
        },
    )


def goals_reviewed(records: Records) -> pl.DataFrame:
    """Whether there are goals, tied to what students learn in music, and check-ins of this year that speak of them.

    A goal is tied to music by its kind or the code of a standard. Review with evidence is a check-in that says how far a goal
    has come, or students counted by how far they have come on it; a next step shows that the work may change, where it
    stands beside the one, or in any check-in besides the other.
    """
    tied = pl.col("goal_type").is_in(IN_MUSIC).fill_null(value=False) | pl.col("standard").is_not_null()
    goals = records.goals.group_by("partnership_id").agg(goals=pl.len(), goals_in_music=tied.sum())
    reviews = pl.col("goal_id").is_not_null() & pl.col("progress").is_not_null()
    check_ins = records.check_ins.group_by("partnership_id").agg(
        check_ins=pl.len(),
        reviews=reviews.sum(),
        goals_reviewed=pl.col("goal_id").filter(reviews).n_unique(),
        next_steps=(reviews & pl.col("next_step").is_not_null()).sum(),
        any_next_steps=pl.col("next_step").count(),
    )
    counts = ("goals", "goals_in_music", "check_ins", "reviews", "goals_reviewed", "goals_with_growth", "next_steps")
    rows = records.beside(goals, check_ins, records.goals_with_growth).with_columns(
        pl.col(*counts, "any_next_steps").fill_null(0)
    )
    growth = pl.col("goals_with_growth") > 0
    complete, checked = records.complete("goals"), records.complete("check_ins")
    any_goal = holds(pl.col("goals") > 0, pl.lit(not complete))
    in_music = holds(pl.col("goals_in_music") > 0, (pl.col("goals") > 0) | (not complete))
    reviewed = holds((pl.col("reviews") > 0) | growth, (pl.col("check_ins") > 0) | (not checked))
    written = (pl.col("next_steps") > 0) | (growth & (pl.col("any_next_steps") > 0))
    changed = Sign(written, pl.lit(value=True), pl.lit(value=True))
    return judged(
        rows,
        levels=(any_goal, in_music, in_music & reviewed & changed),
        told=(pl.col("goals") > 0) | complete,
        evidence={name: pl.col(name) for name in counts},
    )


def students_heard(records: Records) -> pl.DataFrame:
    """What students themselves answered to this criterion as a question this year.

    Answers that name the partnership count; where none does, those of a school that has this one alone. That all could answer
    is not on record; it is taken to be so where at least half of the students reached did. Where most choose the fourth level,
    students say themselves what changed. Fewer answers of one school and band than the city shows are not counted, alone or in
    a sum, only that someone was asked. How many chose a level is no evidence: it would tell of the levels that
    are withheld where answers are shown.
    """
    threshold = records.newest.framework.targets.suppression_threshold.value
    of_band = pl.col("grade_band").is_not_null()
    said = (
        records.answers.filter(
            (pl.col("question_id") == STUDENTS_HEARD)
            & (pl.col("participant_type") == "students")
            & pl.col("group_id").is_null()
        )
        .filter(~of_band | of_band.all().over("partnership_id", "school_id"))
        .group_by("partnership_id", "school_id", "grade_band")
        .agg(
            asked=pl.col("asked").max(),
            leveled=pl.col("number").filter(pl.col("level").is_not_null()).sum(),
            fourth=pl.col("number").filter(pl.col("level") == HIGHEST).sum(),
        )
        .with_columns(enough=pl.col("asked") >= threshold)
        .group_by("partnership_id")
        .agg(
            someone=(pl.col("asked") > 0).any(),
            answered=pl.when(pl.col("enough").any()).then(pl.col("asked").filter("enough").sum()),
            leveled=pl.col("leveled").filter("enough").sum(),
            fourth=pl.col("fourth").filter("enough").sum(),
        )
    )
    reached = records.delivered.group_by("partnership_id", "school_id", "contribution").agg(pl.col("students").max())
    reached = reached.group_by("partnership_id").agg(
        reached=pl.when(pl.col("students").count() > 0).then(pl.col("students").sum())
    )
    rows = records.beside(said, reached).with_columns(
        pl.col("someone").fill_null(value=False),
        fourth=pl.when(pl.col("leveled") >= threshold).then("fourth"),
    )
    complete = records.complete("answers")
    return judged(
        rows,
        levels=(
            holds(pl.col("someone"), pl.lit(value=True)),
            in_part((pl.col("reached") > 0) & (pl.col("answered") >= MOST * pl.col("reached"))),
            in_part(pl.col("fourth") >= MOST * pl.col("leveled")),
        ),
        told=pl.col("someone") | complete,
        evidence={
            "asked": pl.col("someone"),
            "answered": pl.col("answered"),
            "reached": pl.col("reached"),
        },
    )


CRITERIA = {
    "need_named_first": need_named_first,
    "hours_per_student": hours_per_student,
    "continuity": continuity,
    "goals_reviewed": goals_reviewed,
    "students_heard": students_heard,
}
