"""Every command and option of the command line, and every target of the Makefile."""

import re
from collections.abc import Iterator
from pathlib import Path

import click

from allcity.cli import allcity
from reference_pages import markdown
from reference_pages.markdown import code, paragraphs, prose, table

MAKEFILE = Path(__file__).parents[3] / "Makefile"
_SETTINGS = {
    "PYTHON": "The Python, 3.11 or newer, that makes the environment.",
    "BIN": "Where the environment's programs lie.",
    "PORT": "Where `make demo` serves the site.",
}


def page() -> str:
    return markdown.page(
        "Commands",
        paragraphs(allcity.help or ""),
        _options(allcity, "allcity"),
        "Every command takes `-h` and `--help`. What a person can mend is said in a sentence with the next step, on "
        "standard error, and the command exits with 1; a command that was typed wrongly exits with 2.",
        *(_command(name, one) for name, one in sorted(allcity.commands.items())),
    )


def _command(name: str, one: click.Command) -> str:
    path = f"allcity {name}"
    usage = " ".join(one.collect_usage_pieces(click.Context(one, info_name=name)))
    text = re.sub(r"(?<![`\w])(FOLDER|FILE|MAPPING)(?!\w)", r"`\1`", one.help or "")
    return "\n\n".join(
        (f"(command-{name})=\n## {code(path)}", f"```text\n{path} {usage}\n```", paragraphs(text), _options(one, path))
    )


def _options(one: click.Command, path: str) -> str:
    context = click.Context(one, info_name=path)
    rows = [_option(option, context) for option in one.params if isinstance(option, click.Option)]
    return table(("Option", "Takes", "Default", "Meaning"), rows) if rows else ""


def _option(option: click.Option, context: click.Context) -> tuple[str, str, str, str]:
    takes = "" if option.is_flag else code(option.make_metavar(context))
    default = "required" if option.required else code(option.default) if option.show_default else ""
    return ", ".join(code(name) for name in option.opts), takes, default, prose(option.help or "")


def make_page() -> str:
    text = MAKEFILE.read_text(encoding="utf-8")
    return markdown.page(
        "Make",
        "`make` alone says what there is to make. Each target does its own set-up: on a machine with Python 3.11, git "
        "and make, nothing has to be installed by hand.",
        table(("Target", "What it does"), _targets(text)),
        "Settings are given behind a target, as in `make demo PORT=8080`.",
        table(("Setting", "If left out", "Meaning"), _settings(text)),
    )


def _targets(text: str) -> Iterator[tuple[str, str]]:
    for name, what in re.findall(r"^([a-z]+):.*?## (.+)$", text, re.MULTILINE):
        yield code(f"make {name}"), prose(what)


def _settings(text: str) -> Iterator[tuple[str, str, str]]:
    for name, default in re.findall(r"^([A-Z]+) \??:?= (.+)$", text, re.MULTILINE):
        yield code(name), code(default), prose(_SETTINGS[name])
