"""Counts of few students in a year of a partnership that not all of those who read it together may know.

What a school and an organization told each other stands as they told it. Where there are several schools, none of them reads
of few students at another, alone or out of a sum; and nobody reads to how few students others gave something who are no party.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from allcity.site.needs.models import Need
from allcity.site.partnerships.models import Delivery

ENDS = ("", "_low", "_high")
OF_SCHOOLS = {
    "hours_per_student": frozenset({"students", "students_sustained", "hours_per_student"}),
    "students_heard": frozenset({"reached"}),
}
"""The evidence, by criterion, that sums the students of all schools up."""
OF_NEEDS, OF_OTHERS = frozenset({"asked", "before", "own", "all"}), frozenset({"before", "all"})
"""The evidence of `fills_unmet_need` that tells of needs, and of it what tells of others who met some of them."""
Row = Mapping[str, Any]


def are_few(number: float | None, threshold: int) -> bool:
    """Whether a count of students tells of too few of them."""
    return number is not None and 0 < number < threshold


def hides_students(deliveries: Iterable[Delivery], schools: int, threshold: int) -> bool:
    """Whether the students of deliveries, or a sum of them, would tell one of several schools of few at another."""
    return schools > 1 and any(are_few(delivery.students, threshold) for delivery in deliveries)


def hides_need(row: Row, need: Need | None, schools: int, threshold: int) -> bool:
    """Whether a need is of few students of one of several schools."""
    of_one = need is None or need.school_id is not None
    return row["unit"] == Need.Unit.STUDENTS and schools > 1 and of_one and are_few(row["asked"], threshold)


def hides_others(row: Row, threshold: int) -> bool:
    """Whether what others met of a need before tells of few students."""
    return row["unit"] == Need.Unit.STUDENTS and any(are_few(row[f"before{end}"], threshold) for end in ENDS)


def hidden_evidence(
    deliveries: Iterable[Delivery], needs: Iterable[tuple[Row, Need | None]], *, schools: int, threshold: int
) -> Mapping[str, frozenset[str]]:
    """The keys of the evidence that are withheld, by criterion."""
    rows = list(needs)
    of_needs: frozenset[str] = frozenset()
    if any(hides_need(row, need, schools, threshold) for row, need in rows):
        of_needs = OF_NEEDS
    elif any(hides_others(row, threshold) for row, _need in rows):
        of_needs = OF_OTHERS
    of_schools = OF_SCHOOLS if hides_students(deliveries, schools, threshold) else {}
    return {**of_schools, "fills_unmet_need": of_needs}
