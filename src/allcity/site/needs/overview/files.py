"""The coordinator's view as files: whom to call, and what each missing answer costs."""

from collections.abc import Iterable, Sequence

import polars as pl

from allcity.formats.typed import inert
from allcity.site.needs.overview.queries import Call, ToAsk
from allcity.site.needs.overview.words import why

_COSTS = {
    "school_id": pl.String, "name": pl.String, "rank": pl.Int64, "figure": pl.String, "unit": pl.String,
    "low": pl.Float64, "high": pl.Float64, "least": pl.Float64, "most": pl.Float64,
}  # fmt: skip
_CALLS = {
    "place": pl.String, "id": pl.String, "name": pl.String, "students": pl.Float64, "silent": pl.Boolean,
    "needs": pl.Int64, "free_places": pl.Int64, "why": pl.String, "people": pl.String, "written_at": pl.String,
}  # fmt: skip


def calls_file(calls: Iterable[Call]) -> bytes:
    """The list to call, in its order."""
    rows = [
        (
            call.place._meta.model_name,
            call.place.key,
            call.place.name,
            call.students,
            call.is_silent,
            call.needs,
            call.seats,
            " ".join(why(call)),
            "; ".join(user.get_full_name() for user in call.people),
            call.written_at.isoformat(timespec="minutes") if call.written_at else None,
        )
        for call in calls
    ]
    return _csv(rows, _CALLS)


def costs_file(schools: Iterable[ToAsk]) -> bytes:
    """What each school's answers would take from the city's ranges, in the order in which to ask."""
    rows = [
        (each.school.key, each.school.name, rank, *(row[name] for name in list(_COSTS)[3:]))
        for rank, each in enumerate(schools, start=1)
        for row in each.missing
    ]
    return _csv(rows, _COSTS)


def _csv(rows: Sequence[tuple[object, ...]], schema: dict[str, type[pl.DataType]]) -> bytes:
    frame = pl.DataFrame(rows, schema=schema, orient="row", strict=False)
    return frame.with_columns(inert(pl.col(pl.String))).write_csv().encode()
