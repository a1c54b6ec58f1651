"""A report as one HTML page that needs nothing else: style, fonts and drawings are in it, and no script."""

from base64 import b64encode
from functools import cache
from importlib.resources import files
from urllib.parse import urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from allcity.reports.model import Report
from allcity.reports.text import load_catalogue

_FONTS = {
    "Fraunces": ("fraunces-latin-wght-normal.woff2", "100 900"),
    "Atkinson Hyperlegible Next": ("atkinson-hyperlegible-next-latin-wght-normal.woff2", "200 800"),
}


def render_html(report: Report) -> str:
    """The report as a page. Every text in it is escaped, and only addresses of the web become links."""
    return (
        _environment()
        .get_template("report.html.jinja")
        .render(report=report, say=load_catalogue(report.language), style=_style())
    )


def web_address(url: str | None) -> str | None:
    """The address, if it is one of the web; a `javascript:` or `file:` address is none."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.netloc else None


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("allcity.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["web_address"] = web_address
    environment.filters["svg"] = Markup  # our own drawings, whose texts `charts` has escaped
    return environment


@cache
def _style() -> Markup:
    static = files("allcity.reports") / "static"
    faces = "".join(
        f'@font-face{{font-family:"{family}";font-weight:{weight};font-display:swap;src:url(data:font/woff2;base64,'
        f'{b64encode((static / file).read_bytes()).decode("ascii")}) format("woff2")}}\n'
        for family, (file, weight) in _FONTS.items()
    )
    return Markup(faces + (static / "report.css").read_text(encoding="utf-8"))  # noqa: S704 — our own files
