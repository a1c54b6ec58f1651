"""The command line. Heavy modules are imported where a command needs them, so that `--help` answers at once."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from allcity import __version__

if TYPE_CHECKING:
    from rich.console import Console

FOLDER = click.Path(file_okay=False, path_type=Path)
LANGUAGES = click.Choice(("en", "es"))
DEFAULT_PORT = 8000


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="Allcity %(version)s")
def allcity() -> None:
    """See a city's music ecosystem, find the students it does not reach, show what each partnership adds.

    Start with `allcity demo`, which makes a fictional city and shows its report.
    """


@allcity.command("import")
@click.argument("mapping", type=click.Path(path_type=Path))
@click.option("--data", type=FOLDER, required=True, help="Where the exports lie.")
@click.option("--to", "folder", type=FOLDER, required=True, help="The city folder; it is made if there is none.")
@click.option("--dry-run", is_flag=True, help="Say what would change and write nothing.")
def import_(mapping: Path, data: Path, folder: Path, *, dry_run: bool) -> None:
    """Bring exports into a city folder, as MAPPING says.

    MAPPING is a TOML file, or a folder of them such as examples/chicago. Shows what is added, changed and left out, and
    why. Running it twice changes nothing; `allcity undo` takes it back.
    """
    from allcity.formats.importing import import_mapping

    with _progress("Importing") as step:
        result = import_mapping(mapping, data=data, folder=folder, dry_run=dry_run, progress=step)
    from allcity.reports.terminal import show_import

    show_import(result, folder=folder, dry_run=dry_run, console=_console())


@allcity.command()
@click.argument("folder", type=FOLDER)
def undo(folder: Path) -> None:
    """Take back the last import into FOLDER."""
    from allcity.formats.importing import undo_import

    undone = undo_import(folder)
    _console().print(
        f"Took back the import of {undone.when}. Run it again to go one import further back.", highlight=False
    )


@allcity.command("map")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--to", "target", type=click.Path(dir_okay=False, path_type=Path), help="Write the mapping to this file.")
def map_(file: Path, target: Path | None) -> None:
    """Propose a mapping for FILE from its headers and values, to start from."""
    from allcity.formats.propose import propose_mapping

    proposal = propose_mapping(file)
    if target is None:
        click.echo(proposal, nl=False)
    elif target.exists():
        raise click.ClickException(f"{target} exists already. Name a new file with --to.")
    else:
        target.write_text(proposal, encoding="utf-8")
        _console().print(
            f"Wrote {target}. Read it, mend it, then try: allcity import {target} --data {file.parent} --to my-city --dry-run",
            soft_wrap=True,
            highlight=False,
        )


@allcity.command()
@click.argument("folder", type=FOLDER)
@click.option("--json", "as_json", is_flag=True, help="Print the problems as JSON.")
def check(folder: Path, *, as_json: bool) -> None:
    """List every problem of a city folder, with file, row, column, value and remedy.

    Exits with 1 if there is an error; notices alone leave it at 0.
    """
    from allcity.formats.check import check_folder

    problems = check_folder(folder)
    errors = sum(problem.severity == "error" for problem in problems)
    if as_json:
        import json
        from dataclasses import asdict

        click.echo(json.dumps([asdict(problem) for problem in problems], ensure_ascii=False, indent=2))
    elif problems:
        from allcity.reports.terminal import show_problems

        show_problems(problems, console=_console())
    else:
        _console().print(f"{folder} has no problems.", highlight=False)
    sys.exit(1 if errors else 0)


@allcity.command()
@click.argument("folder", type=FOLDER)
@click.option("--year", help="The school year, such as 2022-23; the newest if left out.")
@click.option("--out", type=FOLDER, required=True, help="Where the report is written; it is made if there is none.")
@click.option("--language", type=LANGUAGES, default="en", show_default=True, help="The language of the report.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON instead of a summary.")
def examine(folder: Path, year: str | None, out: Path, language: str, *, as_json: bool) -> None:
    """Answer the questions of the Declaration for the city in FOLDER.

    Writes report.html, report.pdf, figures.json, schools.csv and figures.xlsx.
    """
    _examine(folder, year=year, out=out, language=language, as_json=as_json)


def _examine(folder: Path, *, year: str | None, out: Path, language: str, as_json: bool = False) -> None:
    from allcity.analysis.examine import examine as examine_year
    from allcity.formats.folder import read_folder
    from allcity.reports.publish import write_report
    from allcity.reports.story import build_report

    with _progress("Examining") as step:
        step("reading the folder", 0, 4)
        city = read_folder(folder)
        city_year = city.city_year(_year(year) if year else max(city.years, default=0))
        step("measuring", 1, 4)
        findings = examine_year(city_year)
        step("telling", 2, 4)
        today = datetime.now().astimezone().date()
        report = build_report(findings, language=language, generated=today, backdrop=city.backdrop)
        paths = write_report(report, findings, out=out, progress=lambda name: step(name, 3, 4))
    if as_json:
        click.echo((out / "figures.json").read_text(encoding="utf-8"), nl=False)
        return
    from allcity.reports.terminal import summary

    summary(report, paths=paths, console=_console())


@allcity.command()
@click.option(
    "--port", type=click.IntRange(0, 65535), default=DEFAULT_PORT, show_default=True, help="Where to serve it."
)
@click.option("--to", "folder", type=FOLDER, default=Path("build/demo"), show_default=True, help="Where to make it.")
@click.option("--language", type=LANGUAGES, default="en", show_default=True, help="The language of the report.")
@click.option("--no-serve", is_flag=True, help="Make and examine the city, then stop.")
def demo(port: int, folder: Path, language: str, *, no_serve: bool) -> None:
    """Make a fictional city, examine it, and show its report on localhost until stopped."""
    from allcity.sample import make_sample_city

    city, report = folder / "city", folder / "report"
    _console().print("Making Rivermouth, a city that does not exist …", highlight=False)
    make_sample_city(city)
    _examine(city, year=None, out=report, language=language)
    if not no_serve:
        from allcity.reports.preview import serve

        serve(
            report,
            port=port,
            ready=lambda url: _console().print(f"\nOpen {url}/report.html   (stop with Ctrl+C)", highlight=False),
        )


def _year(text: str) -> int:
    """The first calendar year of a school year, written 2022-23, 2022-2023 or 2022."""
    first, _, last = text.partition("-")
    if first.isascii() and first.isdigit() and len(first) == 4:
        following = str(int(first) + 1)
        if last in ("", following, following[2:]):
            return int(first)
    raise click.BadParameter(f"{text!r} is not a school year. Write it as 2022-23.", param_hint="--year")


def _console() -> "Console":
    from rich.console import Console

    return Console(soft_wrap=False)


@contextmanager
def _progress(title: str) -> Iterator[Callable[[str, int, int], None]]:
    """A progress bar on standard error, gone when the work is done; nothing where that is no terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[what]}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task(title, total=None, what="")
        yield lambda what, done, total: progress.update(task, what=what, completed=done, total=total)


def main() -> None:
    """Run the command line; whatever a person can mend is one sentence and a next step, never a traceback."""
    from contextlib import suppress

    # Vectors of a city are too short to share among threads, which would wait for each other more than they work.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    with suppress(AttributeError, ValueError):
        sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]
    try:
        allcity()
    except Exception as error:
        _explain(error)
        sys.exit(1)


def _explain(error: Exception) -> None:
    """Say what went wrong and what to do; errors that nobody foresaw keep their traceback."""
    from allcity.declaration import CityFileError
    from allcity.formats.problems import ProblemsError

    match error:
        case ProblemsError():
            from rich.console import Console

            from allcity.reports.terminal import show_problems

            show_problems(error.problems, console=Console(stderr=True))
        case CityFileError():
            click.echo(str(error), err=True)
        case OSError():
            place = error.filename or "A file"
            click.echo(
                f"{place}: {error.strerror or error}. Check the path and that you may read and write there.", err=True
            )
        case _:
            raise error
