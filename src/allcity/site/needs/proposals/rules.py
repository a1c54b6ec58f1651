"""Who offers, asks and answers: whoever looks after a school or organization, and coordinators where nobody does.

Which proposals somebody sees is said by the queryset; for which side they speak, by `queries.sides_of`.
"""

import rules

from allcity.site.cities.rules import is_coordinator
from allcity.site.directory.rules import has_a_place

rules.add_perm("needs.propose", is_coordinator | has_a_place)
