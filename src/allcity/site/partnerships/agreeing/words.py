"""Agreements and partnerships in words: what one says, how versions differ, where it stands, and what happened."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from allcity.analysis.city import year_name
from allcity.site.cities.models import City
from allcity.site.directory.words import contribution_title, contribution_titles, listing, money, period
from allcity.site.partnerships.agreeing.document import Change
from allcity.site.partnerships.agreeing.domain import Reason
from allcity.site.partnerships.agreeing.terms import standard_words
from allcity.site.partnerships.models import Event, Goal, Partnership, Setting
from allcity.site.partnerships.parties import Party
from allcity.site.partnerships.phases import Phase, phase_of

LABELS: Mapping[str, str | Promise] = {
    "name": gettext_lazy("Name"),
    "parties": gettext_lazy("Parties"),
    "contributions": gettext_lazy("What the partner gives"),
    "needs": gettext_lazy("Needs that it answers"),
    "what": gettext_lazy("What we do together"),
    "setting": gettext_lazy("When and where"),
    "start_date": gettext_lazy("First day"),
    "end_date": gettext_lazy("Planned last day"),
    "schedule": gettext_lazy("Days and times"),
    "goals": gettext_lazy("Goal"),
    "teaching_artist": gettext_lazy("The teaching artist"),
    "music_teacher": gettext_lazy("The music teacher"),
    "classroom_teacher": gettext_lazy("The classroom teacher"),
    "organization_gives": gettext_lazy("The partner undertakes"),
    "school_gives": gettext_lazy("The school undertakes"),
    "money": gettext_lazy("Cost in a year"),
    "currency": gettext_lazy("Currency"),
    "funding_source": gettext_lazy("Who pays"),
    "check_in_weeks": gettext_lazy("Checking in"),
    "hand_over": gettext_lazy("When it ends"),
    "data_terms": gettext_lazy("What is written down about students"),
    "photo_terms": gettext_lazy("Photos, sound and video"),
}
"""What each field of the document is called."""
PARTS: Mapping[str, tuple[str | Promise, tuple[str, ...]]] = {
    "about": (gettext_lazy("What it is about"), ("name", "contributions", "needs")),
    "what": (gettext_lazy("What, when and where"), ("what", "setting", "start_date", "end_date", "schedule")),
    "goals": (gettext_lazy("Goals"), ("goals",)),
    "roles": (gettext_lazy("Who does what"), ("teaching_artist", "music_teacher", "classroom_teacher")),
    "sides": (
        gettext_lazy("What each side undertakes"),
        ("organization_gives", "school_gives", "money", "funding_source"),
    ),
    "rhythm": (gettext_lazy("How we stay in touch"), ("check_in_weeks",)),
    "end": (gettext_lazy("How it ends"), ("hand_over",)),
    "terms": (gettext_lazy("Data and pictures"), ("data_terms", "photo_terms")),
}
"""The parts of an agreement in the order in which it is read: each with its title and its fields."""
HAPPENED: Mapping[str, str | Promise] = {
    "begun": gettext_lazy("%(place)s began to write the agreement"),
    "joined": gettext_lazy("%(place)s was added"),
    "joins": gettext_lazy("%(place)s was added to version %(version)s"),
    "joined-by-version": gettext_lazy("%(place)s joined with version %(version)s"),
    "declined": gettext_lazy("%(place)s does not join with version %(version)s"),
    "merged": gettext_lazy("These are one on the record from now on, or two again: %(names)s"),
    "removed": gettext_lazy("%(place)s was taken out"),
    "put_up": gettext_lazy("%(place)s put version %(version)s up for signatures"),
    "signed": gettext_lazy("%(place)s signed version %(version)s"),
    "taken_back": gettext_lazy("%(place)s took version %(version)s back to change it: what was signed of it is void"),
    "agreed": gettext_lazy("All have signed. The agreement holds"),
    "renewed": gettext_lazy("All have signed version %(version)s. It holds from now on"),
    "version_begun": gettext_lazy("%(place)s began to write version %(version)s"),
    "version_withdrawn": gettext_lazy("%(place)s put version %(version)s aside"),
    "dropped": gettext_lazy("%(place)s does not go on with it: %(reason)s"),
    "ended": gettext_lazy("%(place)s ended it, with %(day)s as the last day: %(reason)s"),
    "handed_over": gettext_lazy("%(place)s wrote down that the school carries it on from %(day)s"),
    "left": gettext_lazy("%(place)s left: %(reason)s"),
}
"""What happened, in words, by the step. Later parts of partnerships add theirs with `register`."""
TONES: Mapping[Phase, str] = {
    Phase.AGREED: "met",
    Phase.RUNNING: "met",
    Phase.HANDED_OVER: "met",
    Phase.DROPPED: "unmet",
    Phase.ENDED: "unmet",
}
"""How a phase is marked beside its words; unknown where something is open."""
_registered: dict[str, str | Promise] = {}


def register(step: str, words: str | Promise) -> None:
    """Have a kind of event told in words with the names of its values as `%(name)s`; `%(place)s` is for whom it was done."""
    _registered[step] = words


@dataclass(frozen=True)
class Line:
    """What an agreement says of one thing. `texts` are several where it has several; empty where nothing was said."""

    label: str
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Part:
    """A part of an agreement, as it is read."""

    name: str
    title: str
    lines: tuple[Line, ...]

    @property
    def is_said(self) -> bool:
        """Whether anything stands in it."""
        return any(line.texts for line in self.lines)


def parts(city: City, document: Mapping[str, Any]) -> list[Part]:
    """An agreement, part by part."""
    return [
        Part(name, str(title), tuple(Line(str(LABELS[field]), texts(city, document, field)) for field in fields))
        for name, (title, fields) in PARTS.items()
    ]


def texts(city: City, document: Mapping[str, Any], field: str) -> tuple[str, ...]:
    """What a document says of a field."""
    value = document.get(field)
    if value in (None, "", []):
        return ()
    if field == "parties":
        return tuple(party["name"] for party in value)
    if field == "contributions":
        return tuple(contribution_titles(city, value))
    if field == "needs":
        return tuple(f"{contribution_title(city, need['contribution'])}, {year_name(need['year'])}" for need in value)
    if field == "goals":
        return tuple(goal(each) for each in value)
    return (_text(city, document, field, value),)


def _text(city: City, document: Mapping[str, Any], field: str, value: Any) -> str:
    if field == "setting":
        return str(dict(Setting.choices).get(value, value))
    if field in ("start_date", "end_date"):
        return date_format(date.fromisoformat(value))
    if field == "money":
        return money(value, document.get("currency") or city.settings.city.currency)
    if field == "check_in_weeks":
        return ngettext("each week", "every %(number)s weeks", value) % {"number": value}
    return str(value)


def goal(said: Mapping[str, str]) -> str:
    """A goal with what it serves and the standard that it follows."""
    serves = str(dict(Goal.Type.choices).get(said["goal_type"], "")) if said.get("goal_type") else ""
    standard = standard_words(said["standard"]) if said.get("standard") else ""
    after = "; ".join(filter(None, (serves, standard)))
    return f"{said['goal']} ({after})" if after else said["goal"]


def compared(city: City, changes: Iterable[Change]) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """How versions differ: what it is about, what the earlier one said, what the later one says."""
    return [
        (
            str(LABELS[change.field]),
            _side_of(city, change.field, change.before),
            _side_of(city, change.field, change.after),
        )
        for change in changes
        if change.field != "currency"
    ]


def _side_of(city: City, field: str, value: Any) -> tuple[str, ...]:
    if field == "goals":
        return (goal(value),) if value else ()
    return texts(city, {field: value}, field)


def together(parties: Iterable[Party]) -> str:
    """Who is in it, in a sentence."""
    return listing(party.name for party in parties)


def days(partnership: Partnership) -> str:
    """From when to when it goes, as far as that is known."""
    return period(partnership.start_date, partnership.end_date or partnership.planned_end_date)


def standing(partnership: Partnership, today: date, *, unsigned: Sequence[Party] | None = None) -> str:
    """Where a partnership stands, in a sentence. `unsigned` are those who have not signed what was put up; else None."""
    phase = phase_of(partnership, today)
    if unsigned is not None:
        return _("The agreement waits for signatures: %(names)s.") % {"names": together(unsigned)}
    words = {
        Phase.PREPARED: _("The agreement is being written."),
        Phase.AGREED: _("It is agreed, and begins on %(start)s."),
        Phase.RUNNING: _("It is under way."),
        Phase.LOOKING_BACK: _("The planned last day has passed. Look back together, and decide how it goes on."),
        Phase.HANDED_OVER: _("The school carries it on since %(end)s."),
        Phase.ENDED: _("It ended on %(end)s."),
        Phase.DROPPED: _("It was not begun."),
    }[phase]
    last = partnership.end_date or partnership.planned_end_date
    if phase == Phase.RUNNING and last:
        words = _("It is under way until %(end)s.")
    return words % {"start": date_format(partnership.start_date), "end": date_format(last) if last else ""}


def happened(event: Event) -> str:
    """Something that happened to a partnership."""
    values = dict(event.values)
    words = _registered.get(event.step) or HAPPENED.get(event.step)
    if words is None:
        return ""
    named = {
        **values,
        "place": values.get("place") or _("The city's coordinators"),
        "reason": dict(Reason.choices).get(values.get("reason", ""), values.get("reason", "")),
        "day": date_format(date.fromisoformat(values["day"])) if values.get("day") else "",
    }
    return str(words) % named
