"""A report as files: the page, the PDF, the figures, the schools, their needs and the spreadsheet, all of them or none."""

import shutil
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from allcity.analysis.findings import Findings
from allcity.reports.html import render_html
from allcity.reports.model import Report
from allcity.reports.pdf import render_pdf
from allcity.reports.spreadsheet import figures_xlsx
from allcity.reports.tables import derived_csv, figures_json, ledger_csv, schools_csv


def write_report(
    report: Report, findings: Findings, *, out: Path, progress: Callable[[str], None] | None = None
) -> list[Path]:
    """Write the report on these findings to `out`, which is made if there is none, and name the files, the page first.

    Everything is made before anything is written, and written beside the folder before it is moved in, so that a failure
    leaves the folder as it was; other files in it stay. `progress` is told of each file that is about to be made.

    Raises OSError where `out` cannot be written.
    """
    # typst works without the interpreter's lock, so the PDF is set while the rest is made.
    with ThreadPoolExecutor(max_workers=1) as pool:
        pdf = pool.submit(render_pdf, report)
        makers: dict[str, Callable[[], str | bytes]] = {
            "report.html": lambda: render_html(report),
            "figures.json": lambda: figures_json(findings),
            "schools.csv": lambda: schools_csv(findings),
            "ledger.csv": lambda: ledger_csv(findings),
            "needs_derived.csv": lambda: derived_csv(findings),
            "figures.xlsx": lambda: figures_xlsx(findings, report.language),
            "report.pdf": pdf.result,
        }
        contents: dict[str, bytes] = {}
        for name, make in makers.items():
            if progress:
                progress(name)
            made = make()
            contents[name] = made.encode() if isinstance(made, str) else made
    return _put(out, contents)


def _put(out: Path, contents: dict[str, bytes]) -> list[Path]:
    place = out.resolve()
    place.parent.mkdir(parents=True, exist_ok=True)
    workshop = Path(tempfile.mkdtemp(prefix=f".{place.name}-", dir=place.parent))
    try:
        for name, content in contents.items():
            (workshop / name).write_bytes(content)
        place.mkdir(exist_ok=True)
        for name in contents:
            (workshop / name).replace(place / name)
    finally:
        shutil.rmtree(workshop)
    return [out / name for name in contents]
