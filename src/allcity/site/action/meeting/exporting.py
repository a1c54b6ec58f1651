"""Everything of a session as files, for those who run it: names are in them, so they are handed to nobody else."""

import io
import json
from collections.abc import Sequence
from typing import Any

import polars as pl
import xlsxwriter
from django.core.serializers.json import DjangoJSONEncoder

from allcity.formats.typed import inert
from allcity.site.action.convening import words
from allcity.site.action.convening.queries import asked
from allcity.site.action.meeting.queries import at_door
from allcity.site.action.models import PlanningSession, PollAnswer
from allcity.site.conversations.people import name_of

Table = tuple[Sequence[str], list[tuple[Any, ...]]]
TABLES = ("session", "agenda", "people", "dates", "attendance", "decisions")
TYPES = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_OF_SESSION = (
    "public_id", "title", "purpose", "language", "state", "audience", "section", "starts_at", "ends_at", "time_zone",
    "place_name", "address", "online_url", "interpretation", "childcare", "access", "capacity", "reason", "notes",
    "minutes_sent_at",
)  # fmt: skip


def tables_of(session: PlanningSession) -> dict[str, Table]:
    """The tables of a session by name, each with the names of its columns and its rows."""
    items = list(session.agenda.all())
    titles = {item.pk: item.title for item in items}
    invited = [each for rows in asked(session).by_state.values() for each in rows]
    names = {row.pk: name for row, name, _type in invited}
    people = [
        (name, words.address_of(row), type_, row.state, row.asks, row.invited_at, row.queued_at)
        for row, name, type_ in invited
    ]
    answers = PollAnswer.objects.filter(date__session=session).select_related("date").order_by("date__starts_at", "pk")
    decisions = session.decisions.select_related("commitment__owner").all()
    return {
        "session": (_OF_SESSION, [tuple(getattr(session, name) for name in _OF_SESSION)]),
        "agenda": (
            ("position", "title", "minutes", "lead", "section", "figure", "notes"),
            [
                (place, item.title, item.minutes, item.lead, item.section, item.figure_id, item.notes)
                for place, item in enumerate(items, 1)
            ],
        ),
        "people": (("name", "mail", "participant", "answer", "needs", "asked_at", "answered_at"), people),
        "dates": (
            ("starts_at", "ends_at", "name", "suits"),
            [(row.date.starts_at, row.date.ends_at, names.get(row.invitee_id, ""), row.suits) for row in answers],
        ),
        "attendance": (
            ("name", "participant", "was_asked", "at"),
            [(row.name, row.type, bool(row.invitee), row.attendance.at) for row in at_door(session) if row.attendance],
        ),
        "decisions": (
            ("text", "point", "noted_at", "commitment", "commitment_title", "commitment_state", "owner", "due_on"),
            [
                (
                    row.text,
                    titles.get(row.item_id or 0, ""),
                    row.noted_at,
                    *(
                        (one.public_id, one.title, one.state, name_of(one.owner) if one.owner else "", one.due_on)
                        if (one := row.commitment)
                        else (None, "", "", "", None)
                    ),
                )
                for row in decisions
            ],
        ),
    }


def as_json(session: PlanningSession) -> bytes:
    """All tables, each a list of objects."""
    found = {name: [dict(zip(columns, row, strict=True)) for row in rows] for name, (columns, rows) in _told(session)}
    return json.dumps(found, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1).encode()


def as_csv(session: PlanningSession, table: str) -> bytes:
    """One table. No cell is read as a formula."""
    columns, rows = tables_of(session)[table]
    return _frame(columns, rows).write_csv().encode()


def as_xlsx(session: PlanningSession) -> bytes:
    """All tables, each a sheet of one workbook."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        for name, (columns, rows) in _told(session):
            _frame(columns, rows).write_excel(book, worksheet=name)
    return target.getvalue()


def _told(session: PlanningSession) -> list[tuple[str, Table]]:
    found = tables_of(session)
    return [(name, found[name]) for name in TABLES]


def _frame(columns: Sequence[str], rows: list[tuple[Any, ...]]) -> pl.DataFrame:
    texts = [tuple("" if cell is None else _text(cell) for cell in row) for row in rows]
    frame = pl.DataFrame(texts, schema=dict.fromkeys(columns, pl.String), orient="row")
    return frame.with_columns(inert(pl.col(pl.String)))


def _text(cell: object) -> str:
    return cell.isoformat() if hasattr(cell, "isoformat") else str(cell)
