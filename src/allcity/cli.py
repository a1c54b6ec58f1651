"""The command line. Heavy modules are imported where a command needs them, so that `--help` answers at once."""

import os
import shlex
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from allcity import __version__

if TYPE_CHECKING:
    from rich.console import Console


def folder(text: str) -> Path:
    """A folder on the command line: one that is there, or one that may be made."""
    path = Path(text)
    if not str(text).strip():
        raise click.BadParameter("The name is empty. Name a folder.")
    if path.exists() and not path.is_dir():
        raise click.BadParameter(f"{text} is a file. Name a folder.")
    return path


def year(text: str) -> int:
    """A school year on the command line, by its first calendar year."""
    from allcity.formats import convert

    try:
        return int(convert.year(text.strip(), convert.Options()))
    except ValueError as error:
        raise click.BadParameter(f"{text!r} is not a school year. Write it as 2022-23.") from error


LANGUAGES = click.Choice(("en", "es"))
PORT = click.IntRange(0, 65535)
PORT.name = "number"
DEFAULT_PORT = 8000


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="Allcity %(version)s")
def allcity() -> None:
    """See a city's music ecosystem, find the students it does not reach, show what each partnership adds.

    Start with `allcity demo`, which opens the site with a fictional city.
    """


@allcity.command("import")
@click.argument("mapping", type=click.Path(path_type=Path))
@click.option("--data", type=folder, required=True, help="Where the exports lie.")
@click.option("--to", "folder", type=folder, required=True, help="The city folder; it is made if there is none.")
@click.option("--dry-run", is_flag=True, help="Say what would change and write nothing.")
def import_(mapping: Path, data: Path, folder: Path, *, dry_run: bool) -> None:
    """Bring exports into a city folder, as MAPPING says.

    MAPPING is a TOML file, or a folder of them such as examples/chicago. Shows what is added, changed and left out, and
    why. Running it twice changes nothing; `allcity undo` takes it back.
    """
    from allcity.formats.importing import import_mapping

    if not data.is_dir():
        raise click.BadParameter(f"There is no folder {data}. Check its name.", param_hint="'--data'")
    with _progress("Importing") as step:
        result = import_mapping(mapping, data=data, folder=folder, dry_run=dry_run, progress=step)
    from allcity.reports.terminal import show_import

    show_import(result, folder=folder, dry_run=dry_run, console=_console())


@allcity.command()
@click.argument("folder", type=folder)
def undo(folder: Path) -> None:
    """Take back the last import into FOLDER."""
    from allcity.formats.importing import undo_import

    undone = undo_import(folder)
    when = datetime.fromisoformat(undone.when).astimezone()
    click.echo(
        f"Took back the import of {', '.join(undone.mappings)} made on {when:%Y-%m-%d at %H:%M}: "
        f"{', '.join(undone.files)} as before. Run it again to go one import further back."
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
        data = shlex.quote(str(file.parent))
        click.echo(
            f"Wrote {target}. Read it, mend it, put the city's city.toml beside it, then try: "
            f"allcity import {shlex.quote(str(target))} --data {data} --to my-city --dry-run"
        )


@allcity.command()
@click.argument("folder", type=folder)
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
        click.echo(f"{folder} has no problems.")
    sys.exit(1 if errors else 0)


@allcity.command()
@click.argument("folder", type=folder)
@click.option("--year", type=year, help="The school year, such as 2022-23; the newest if left out.")
@click.option("--out", type=folder, required=True, help="Where the report is written; it is made if there is none.")
@click.option("--language", type=LANGUAGES, default="en", show_default=True, help="The language of the report.")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON instead of a summary.")
def examine(folder: Path, year: int | None, out: Path, language: str, *, as_json: bool) -> None:
    """Answer the questions of the Declaration for the city in FOLDER.

    Writes report.html, report.pdf, figures.json, schools.csv, ledger.csv, needs_derived.csv and figures.xlsx.
    """
    _examine(folder, year=year, out=out, language=language, as_json=as_json)


def _examine(folder: Path, *, year: int | None, out: Path, language: str, as_json: bool = False) -> None:
    from allcity.analysis.examine import examine as examine_year
    from allcity.formats.check import CITY_FILE
    from allcity.formats.folder import read_folder
    from allcity.reports.publish import write_report
    from allcity.reports.story import build_report

    # Both hold a schools.csv, and only the report's may be replaced.
    if (out / CITY_FILE).exists() or ((out / "schools.csv").exists() and not (out / "report.html").exists()):
        message = f"{out} holds tables, which the report's schools.csv would replace. Name a folder of its own."
        raise click.BadParameter(message, param_hint="'--out'")
    with _progress("Examining") as step:
        step("reading the folder", 0, 4)
        city = read_folder(folder)
        city_year = city.city_year(year or max(city.years, default=0))
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


def port_option(command: Callable[..., None]) -> Callable[..., None]:
    return click.option(
        "--port", type=PORT, default=DEFAULT_PORT, show_default=True, help="Where to serve; 0 is any free one."
    )(command)


@allcity.command()
@port_option
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="The address to listen on; 0.0.0.0 is all of this machine's."
)
@click.option("--workers", type=click.IntRange(1, 64), help="How many web processes; one for each processor, up to 4.")
def serve(port: int, host: str, workers: int | None) -> None:
    """Serve the site: its pages, its background tasks, its database brought up to date.

    It is set up by variables of the environment, and does not start while one of them is unsafe. Stop it with Ctrl+C.
    """
    from allcity.site import server

    with _told_by_server(), closing(server.bound(host, port)) as listener:
        port = listener.getsockname()[1]
        server.prepare(port=port, say=click.echo)
        where = "localhost" if host == "127.0.0.1" else f"[{host}]" if ":" in host else host
        server.serve(
            listener,
            workers=workers,
            ready=lambda: click.echo(f"http://{where}:{port}   (stop with Ctrl+C)"),
        )
    click.echo("\nStopped.")


@allcity.command()
@port_option
@click.option("--to", "folder", type=folder, default=Path("build/demo"), show_default=True, help="Where to make it.")
@click.option("--fresh", is_flag=True, help="Make everything anew, instead of going on with what is there.")
@click.option("--no-serve", is_flag=True, help="Make the city and the site's database, then stop.")
def demo(port: int, folder: Path, *, fresh: bool, no_serve: bool) -> None:
    """Open the site with a fictional city and with people of every role, on this computer alone, until stopped."""
    from allcity.site import server

    # What a demonstration leaves, today's and those of the first release.
    old = folder / "city" / "city.toml"
    is_demo = (folder / "secret-key").is_file() or (old.is_file() and b'"rivermouth"' in old.read_bytes())
    if any(folder.glob("*")) and not is_demo:
        raise click.ClickException(f"{folder} holds something else. Name another place with --to.")
    with _told_by_server(), closing(server.bound("127.0.0.1", port)) as listener:
        port = listener.getsockname()[1]
        if fresh:
            shutil.rmtree(folder, ignore_errors=True)
        _demo_environment(folder, port)
        server.prepare(port=port, say=click.echo)
        _make_demo(folder)
        if no_serve:
            return
        site = f"http://localhost:{port}"
        server.serve(
            listener,
            workers=None,
            ready=lambda: click.echo(
                f"\nOpen {site}/en/rivermouth/   (stop with Ctrl+C)\n"
                f"Sign in as anybody at {site}/en/demo/ and read the mail that would have been sent at {site}/en/demo/mail/"
            ),
        )
    click.echo("\nStopped.")


def _demo_environment(folder: Path, port: int) -> None:
    """Settings of the demonstration alone: those of an installation that happen to be set must not reach it."""
    for name in [name for name in os.environ if name.startswith("ALLCITY_") or name == "DATABASE_URL"]:
        del os.environ[name]
    address = f"http://localhost:{port}"
    os.environ |= {
        "ALLCITY_PRODUCTION": "false",
        "ALLCITY_DEMO": "true",
        "ALLCITY_DATA": str(folder),
        "ALLCITY_ADDRESS": address,
    }


def _make_demo(folder: Path) -> None:
    """Fill the site once; what was interrupted is gone on with."""
    from allcity.site.insight.demo import prepare_demo

    made = folder / "made"
    if not made.exists():
        with _progress("Preparing") as step:
            prepare_demo(progress=lambda what: step(what, 0, 0))
        made.touch()


@contextmanager
def _told_by_server() -> Iterator[None]:
    """Errors of serving that a person can mend, as those of the command line."""
    from allcity.site.server import CannotServeError

    try:
        yield
    except CannotServeError as error:
        raise click.ClickException(str(error)) from error


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


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; whatever a person can mend is one sentence and a next step, never a traceback."""
    # Vectors of a city are too short to share among threads, which would wait for each other more than they work.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    with suppress(AttributeError, ValueError):
        sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr] # a stream without it is passed over
    try:
        code = allcity.main(arguments, prog_name="allcity", standalone_mode=False)
    except Exception as error:
        code = _explain(error)
    sys.exit(code)


def _explain(error: Exception) -> int:
    """Say what went wrong and what to do, and give the exit code; errors that nobody foresaw keep their traceback."""
    from allcity.declaration import CityFileError
    from allcity.formats.problems import ProblemsError

    match error:
        case click.exceptions.NoArgsIsHelpError():
            error.show()
            return error.exit_code
        case click.UsageError():
            command = error.ctx.command_path if error.ctx else "allcity"
            click.echo(f"{error.format_message()} See: {command} --help", err=True)
            return error.exit_code
        case click.ClickException():
            click.echo(error.format_message(), err=True)
        case click.Abort():
            click.echo("Stopped.", err=True)
            return 130
        case ProblemsError():
            from rich.console import Console

            from allcity.reports.terminal import show_problems

            show_problems(error.problems, console=Console(stderr=True))
        case CityFileError():
            click.echo(str(error), err=True)
        case OSError() if error.filename:
            reason = error.strerror or error
            click.echo(f"{error.filename}: {reason}. Check the path and that you may read and write there.", err=True)
        case OSError():
            click.echo(f"{error.strerror or error}. Make room, or write to another place.", err=True)
        case _:
            raise error
    return 1
