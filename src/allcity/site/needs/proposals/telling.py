"""What the two sides and coordinators are told of proposals. No notice holds the name of a person."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from allcity.site.accounts.models import User
from allcity.site.cities.people.queries import coordinators_of
from allcity.site.conversations.events import register as register_event
from allcity.site.needs.models import Proposal, Side
from allcity.site.needs.proposals.queries import attended, people_of
from allcity.site.needs.proposals.steps import other
from allcity.site.notices.domain import notify
from allcity.site.notices.kinds import Delivery, Kind, register
from allcity.site.notices.mail import in_language

PROPOSED = register(
    Kind(
        "proposal",
        _("An offer or a request for your school or organization"),
        _("%(name)s would like to work with %(place)s. A yes only means: let us talk."),
        Delivery.AT_ONCE,
    )
)
ANSWERED = register(
    Kind(
        "proposal-answered",
        _("Your offer or request is answered"),
        _("%(name)s would like to talk with %(place)s."),
        Delivery.AT_ONCE,
    )
)
SUGGESTED = register(
    Kind(
        "proposal-suggested",
        _("The other side suggests what comes next"),
        _("%(name)s suggests to %(place)s what comes next."),
        Delivery.AT_ONCE,
    )
)
PLANNED = register(
    Kind(
        "proposal-planned",
        _("The other side agrees to what you suggested"),
        _("%(name)s agrees to what %(place)s suggested."),
        Delivery.AT_ONCE,
    )
)
WAITS = register(
    Kind(
        "proposal-waits",
        _("Somebody waits for your answer to an offer or request"),
        _("%(name)s waits for an answer from %(place)s. A no with a reason helps too."),
        Delivery.AT_ONCE,
    )
)
SOON = register(
    Kind(
        "proposal-soon",
        _("A talk, visit, trial or agreement is soon"),
        _("What %(place)s agreed on with %(name)s is soon. See what is still to be settled."),
        Delivery.AT_ONCE,
    )
)
HOW_IS_IT = register(
    Kind(
        "proposal-how-is-it",
        _("How it goes on with the other side has not been said"),
        _("Did it take place, and what comes next? Say in a word how it goes on between %(place)s and %(name)s."),
        Delivery.AT_ONCE,
    )
)
OVER = register(
    Kind(
        "proposal-over",
        _("An offer or request came to nothing"),
        _("%(name)s does not go on with it. Its page tells %(place)s why."),
        Delivery.AT_ONCE,
    )
)
LAPSED = register(
    Kind(
        "proposal-lapsed",
        _("An offer or request was put aside, since nobody answered"),
        _(
            "Nobody answered in time, so what was between %(place)s and %(name)s is put aside. It can be taken up again."
        ),
    )
)
NOBODY = register(
    Kind(
        "proposal-nobody",
        _("An offer or request reached a place that nobody looks after"),
        _("%(name)s wants to work with %(place)s, which nobody looks after. Invite somebody, or answer yourself."),
    )
)
OVERDUE = register(
    Kind(
        "proposal-overdue",
        _("An offer or request in your city is without an answer"),
        _("Between %(name)s and %(place)s an answer is overdue. A call may help."),
    )
)

_KINDS = Proposal.NextStep
OFFERED = register_event("proposal-offered", _("%(person)s made this offer."))
ASKED = register_event("proposal-asked", _("%(person)s asked for this."))
EVENTS = {
    "yes": register_event("proposal-yes", _("%(person)s said: yes, let us talk.")),
    "no": register_event("proposal-no", _("%(person)s said that it does not work for them.")),
    "withdraw": register_event("proposal-withdrawn", _("%(person)s took this back.")),
    "take-up": register_event("proposal-taken-up", _("%(person)s took this up again.")),
    "ask-again": register_event("proposal-asked-again", _("%(person)s asked once more.")),
    "happened": register_event("proposal-happened", _("%(person)s said that it took place.")),
    "lapsed": register_event("proposal-lapsed", _("No answer came in time, so this was put aside.")),
}
"""What is written into the conversation, by the name of the step."""
NEXT_EVENTS: Mapping[tuple[str, str], str] = {
    ("next", _KINDS.TALK): register_event("proposal-suggests-talk", _("%(person)s suggested a talk on %(day)s.")),
    ("next", _KINDS.VISIT): register_event("proposal-suggests-visit", _("%(person)s suggested a visit on %(day)s.")),
    ("next", _KINDS.TRIAL): register_event(
        "proposal-suggests-trial", _("%(person)s suggested a trial session on %(day)s.")
    ),
    ("next", _KINDS.AGREEMENT): register_event(
        "proposal-suggests-agreement", _("%(person)s suggested an agreement by %(day)s.")
    ),
    ("agree", _KINDS.TALK): register_event("proposal-agrees-talk", _("%(person)s agreed to the talk on %(day)s.")),
    ("agree", _KINDS.VISIT): register_event("proposal-agrees-visit", _("%(person)s agreed to the visit on %(day)s.")),
    ("agree", _KINDS.TRIAL): register_event(
        "proposal-agrees-trial", _("%(person)s agreed to the trial session on %(day)s.")
    ),
    ("agree", _KINDS.AGREEMENT): register_event(
        "proposal-agrees-agreement", _("%(person)s agreed to the agreement of %(day)s.")
    ),
}
"""The same of next steps, by the name of the step and its kind."""


def url_of(proposal: Proposal) -> str:
    """The path of a proposal's page."""
    return reverse("city:proposal", args=[proposal.city.slug, proposal.public_id])


def tell_side(proposal: Proposal, side: Side, kind: Kind, *, but: User | None = None) -> None:
    """Tell whoever speaks for a side, with the day by which they are to act. `but` did it themselves, and knows."""
    is_their_turn = proposal.is_open and proposal.awaits in ("", side)
    _tell(
        (user for user in people_of(proposal, side) if user != but),
        kind,
        proposal,
        place=str(proposal.place_of(side)),
        name=str(proposal.place_of(other(side))),
        due_on=proposal.due_on if is_their_turn else None,
    )


def tell_proposed(proposal: Proposal, side: Side, *, but: User | None = None) -> None:
    """Tell a side that it is asked; where nobody looks after it, the coordinators, who can answer for it."""
    unattended = proposal.place_of(side).public_id not in attended([proposal.place_of(side)])
    tell_side(proposal, side, NOBODY if unattended else PROPOSED, but=but)


def tell_coordinators(proposal: Proposal, side: str) -> None:
    """Tell the city's coordinators that a side, or both, said nothing; but for those who speak for it, and were reminded."""
    late = Side(side or Side.SCHOOL)
    reminded = {user for one in Side if side in ("", one) for user in people_of(proposal, one)}
    _tell(
        (user for user in coordinators_of(proposal.city) if user not in reminded),
        OVERDUE,
        proposal,
        place=str(proposal.place_of(late)),
        name=str(proposal.place_of(other(late))),
    )


def _tell(
    users: Iterable[User], kind: Kind, proposal: Proposal, *, place: str, name: str, due_on: date | None = None
) -> None:
    url = in_language(url_of(proposal), "en")
    for user in users:
        notify(user=user, kind=kind, city=proposal.city, values={"place": place, "name": name}, url=url, due_on=due_on)
