"""Who may do what about needs: each part has rules of its own."""

from allcity.site.needs.families import rules as families
from allcity.site.needs.ledger import rules as ledger
from allcity.site.needs.matching import rules as matching
from allcity.site.needs.overview import rules as overview
from allcity.site.needs.proposals import rules as proposals
from allcity.site.needs.survey import rules as survey

__all__ = ["families", "ledger", "matching", "overview", "proposals", "survey"]
