"""Take what people read out of the code into the catalogues of translations: `python -m allcity.site.catalogue`.

Django's own command looks below one folder and knows Django's own marks. What `declaration` and `formats` say lies beside
the site and is marked without Django: by `Message`, and as the description of a column.
"""

import os
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.commands import makemessages

PACKAGE = Path(__file__).parent.parent
MARKS = ("Message", "Column:3", "count_column:2", "amount_column:2", "money_column:2")
"""Names of calls whose first string is told to people, or the one in that place."""
OTHER_CATALOGUES = ("analysis", "reports", "sample")


class Command(makemessages.Command):
    """Django's command, with our marks too."""

    xgettext_options = [*makemessages.Command.xgettext_options, *(f"--keyword={mark}" for mark in MARKS)]


def extract(package: Path) -> None:
    """Bring the catalogue in a package's site/locale up to date, with the strings of the whole package."""
    os.chdir(package)
    settings.configure(LOCALE_PATHS=[str(package / "site" / "locale")])
    ignored = [f"{name}/*" for name in OTHER_CATALOGUES]
    call_command(Command(), locale=["es"], no_location=True, no_obsolete=True, ignore_patterns=ignored)


if __name__ == "__main__":
    extract(PACKAGE)
