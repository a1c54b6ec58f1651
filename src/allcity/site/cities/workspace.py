"""What a person's role lets them do in a city: each feature registers its pages, and the city's workspace lists them."""

from dataclasses import dataclass

import rules
from django.urls import reverse
from django.utils.functional import Promise

from allcity.site.accounts.models import User
from allcity.site.cities.models import City


@dataclass(frozen=True)
class Tool:
    """A page of the workspace, for those who have the permission in the city. `url_name` takes the city's short name."""

    label: str | Promise
    url_name: str
    permission: str
    description: str | Promise

    def url(self, city: City) -> str:
        return reverse(self.url_name, args=[city.slug])


_tools: dict[str, Tool] = {}


def register(label: str | Promise, url_name: str, permission: str, description: str | Promise) -> None:
    """Have a page listed in the workspace."""
    _tools[url_name] = Tool(label, url_name, permission, description)


def tools_for(user: User, city: City) -> list[Tool]:
    """The pages that this person may use in this city, in the order in which they were registered."""
    return [tool for tool in _tools.values() if rules.has_perm(tool.permission, user, city)]
