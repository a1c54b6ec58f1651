"""An agreement on paper: a tagged PDF in the language of the reader, with whoever has signed it."""

from importlib.resources import as_file, files

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from allcity.site.cities.models import City
from allcity.site.directory.words import catalogue, listing
from allcity.site.needs.survey.reminding import today_in
from allcity.site.partnerships.agreeing import words
from allcity.site.partnerships.agreeing.document import document_of
from allcity.site.partnerships.models import Agreement


def render(city: City, agreement: Agreement) -> bytes:
    """The version as a PDF. People's own words stay in the language in which they were written."""
    from allcity.reports.pdf import typeset  # the compiler is loaded for whoever prints

    document = document_of(agreement)
    signatures = list(agreement.signatures.all())
    paper = {
        "language": catalogue().language,
        "title": _("Agreement: %(name)s") % {"name": document["name"]},
        "name": document["name"],
        "kind": _("Agreement"),
        "between": _("Between %(names)s") % {"names": listing(party["name"] for party in document["parties"])},
        "version": _("Version %(number)s, %(state)s") % {
            "number": agreement.version,
            "state": agreement.get_state_display(),
        },
        "parts": [
            {
                "title": part.title,
                "lines": [{"label": line.label, "texts": line.texts} for line in part.lines if line.texts],
            }
            for part in words.parts(city, document)
            if part.is_said
        ],
        "signatures_title": _("Signatures"),
        "signatures": [
            {
                "name": signature.name,
                "place": ", ".join(filter(None, (signature.function, signature.place_name))),
                "on": date_format(today_in(city, signature.signed_at)),
            }
            for signature in signatures
        ],
        "unsigned": _("Nobody has signed this version here.") if not signatures else "",
        "fingerprint": _("Fingerprint of the text (SHA-256): %(code)s") % {"code": agreement.fingerprint}
        if agreement.fingerprint
        else "",
    }  # fmt: skip
    with as_file(files("allcity.site.partnerships.agreeing") / "paper.typ") as template:
        return typeset(template, "agreement", paper, today_in(city))
