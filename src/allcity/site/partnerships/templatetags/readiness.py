"""How partners stand, on a page of a partnership: for its parties and the city's coordinators, and nobody else."""

from typing import Any

import rules
from django import template

from allcity.site.needs.proposals.queries import speaks_for
from allcity.site.needs.survey.reminding import today_in
from allcity.site.partnerships.models import Partnership
from allcity.site.partnerships.readiness.queries import standings_in
from allcity.site.partnerships.readiness.words import line

register = template.Library()


@register.inclusion_tag("partnerships/readiness/of_one.html", takes_context=True)
def readiness_in(context: dict[str, Any], partnership: Partnership) -> dict[str, Any]:
    """How each organization of a partnership stands with what the city asks for in its setting."""
    user, city = context["request"].user, partnership.city
    found = []
    if rules.has_perm("partnerships.take_part", user, partnership):
        today = today_in(city)
        for organization in partnership.organizations.all():
            lines = [line(one) for one in standings_in(partnership, organization, today)]
            found.append((organization, lines, speaks_for(organization, user, city)))
    return {"city": city, "organizations": found, "asks": any(lines for _organization, lines, _own in found)}
