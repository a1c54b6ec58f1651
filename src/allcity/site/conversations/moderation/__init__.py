"""One queue in which a city's coordinators look at what the public contributed, of whatever kind.

A feature registers its kind; `moderation.domain` then has it reported, taken down and restored.
"""

from allcity.site.conversations.moderation.registry import Contribution, Kind, kinds, register

__all__ = ["Contribution", "Kind", "kinds", "register"]
