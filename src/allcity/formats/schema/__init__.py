"""The city folder's tables: what every column means, what it may hold, and what it points to.

This is the one description of the format: reading, checking, writing, the data package and the reference pages
in the documentation all come from it. Translators find the columns' descriptions by their place in the calls.
"""

from collections.abc import Mapping

from allcity.formats.columns import Table
from allcity.formats.schema import frame, offers, partnerships

SCHEMA: Mapping[str, Table] = {table.name: table for part in (frame, offers, partnerships) for table in part.TABLES}
