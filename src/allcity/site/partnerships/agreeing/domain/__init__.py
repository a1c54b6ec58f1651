"""What is done to partnerships from the first draft to the end."""

from allcity.site.partnerships.agreeing.domain.beginning import (
    add_party,
    begin_partnership,
    begin_without_proposal,
    remove_party,
)
from allcity.site.partnerships.agreeing.domain.drafting import (
    PARTS,
    PartConflictError,
    add_goal,
    begin_version,
    change_goal,
    drop_goal,
    part_of,
    said_of,
    seen_of,
    write_part,
)
from allcity.site.partnerships.agreeing.domain.ending import Reason, drop, end, erase, hand_over, leave
from allcity.site.partnerships.agreeing.domain.keeping import acting, may
from allcity.site.partnerships.agreeing.domain.signing import (
    AGREED,
    decline,
    missing_of,
    put_up,
    settle_signatures,
    sign,
    take_back,
    withdraw_version,
)

__all__ = [
    "AGREED",
    "PARTS",
    "PartConflictError",
    "Reason",
    "acting",
    "add_goal",
    "add_party",
    "begin_partnership",
    "begin_version",
    "begin_without_proposal",
    "change_goal",
    "decline",
    "drop",
    "drop_goal",
    "end",
    "erase",
    "hand_over",
    "leave",
    "may",
    "missing_of",
    "part_of",
    "put_up",
    "remove_party",
    "said_of",
    "seen_of",
    "settle_signatures",
    "sign",
    "take_back",
    "withdraw_version",
    "write_part",
]
