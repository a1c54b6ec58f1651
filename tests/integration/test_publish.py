"""The files of a report: all or none, beside whatever else lies in the folder."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.factories.command import REPORT
from tests.factories.findings import BACKDROP, findings

from allcity.reports import publish as module
from allcity.reports.publish import write_report
from allcity.reports.story import build_report

DAY = date(2026, 7, 1)


def publish(out: Path, *, backdrop: Any = (), **settings: Any) -> list[Path]:
    found = findings()
    return write_report(build_report(found, generated=DAY, backdrop=backdrop), found, out=out, **settings)


def written(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_it_makes_the_folder_and_names_what_is_in_it(tmp_path: Path) -> None:
    out = tmp_path / "new" / "report"
    told: list[str] = []
    paths = publish(out, backdrop=BACKDROP, progress=told.append)
    assert {path.name for path in paths} == set(written(out)) == set(told) == REPORT
    assert all(path.parent == out for path in paths)
    assert paths[0].name == "report.html"
    assert list(out.parent.iterdir()) == [out]
    files = written(out)
    assert files["report.html"].lower().startswith(b"<!doctype html>")
    assert files["report.pdf"].startswith(b"%PDF-")
    assert files["figures.xlsx"].startswith(b"PK")
    assert len(json.loads(files["figures.json"])) == len(findings().figures)
    assert files["schools.csv"].startswith(b"school_id,name")


def test_the_same_findings_give_the_same_files(tmp_path: Path) -> None:
    for name in ("first", "second"):
        publish(tmp_path / name)
    assert written(tmp_path / "first") == written(tmp_path / "second")


def test_it_replaces_an_earlier_report_and_leaves_other_files(tmp_path: Path) -> None:
    (tmp_path / "minutes.txt").write_text("ours", encoding="utf-8")
    (tmp_path / "report.html").write_text("old", encoding="utf-8")
    publish(tmp_path)
    files = written(tmp_path)
    assert set(files) == REPORT | {"minutes.txt"}
    assert files["minutes.txt"] == b"ours"
    assert files["report.html"] != b"old"


@pytest.mark.parametrize(
    "maker", ["render_html", "render_pdf", "figures_json", "schools_csv", "ledger_csv", "derived_csv", "figures_xlsx"]
)
def test_a_failure_leaves_everything_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, maker: str) -> None:
    def fail(*_: object) -> str:
        raise RuntimeError("the disk is on fire")

    monkeypatch.setattr(module, maker, fail)
    out = tmp_path / "report"
    out.mkdir()
    (out / "report.html").write_text("old", encoding="utf-8")
    with pytest.raises(RuntimeError, match="on fire"):
        publish(out)
    assert written(out) == {"report.html": b"old"}
    assert list(tmp_path.iterdir()) == [out]


def test_a_place_that_is_a_file_is_left_alone(tmp_path: Path) -> None:
    out = tmp_path / "report"
    out.write_text("ours", encoding="utf-8")
    with pytest.raises(OSError, match="report"):
        publish(out)
    assert out.read_text(encoding="utf-8") == "ours"
    assert list(tmp_path.iterdir()) == [out]
