"""What may be sent, and what is said of everything else. Whatever is refused leaves nothing behind."""

import io
import stat
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook
from tests.site.exchange.journey import begun, go, look, sent

from allcity.site.environment import environment
from allcity.site.exchange.files import names_of, place_of
from allcity.site.uploads import UploadError, checked_name

CSV = b"School,Grades\nPier School,K-5\n"
MIB = 2**20


def zipped(files: dict[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return target.getvalue()


def with_member(name: str, *, mode: int = stat.S_IFREG | 0o644, content: bytes = CSV) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        member = zipfile.ZipInfo(name)
        member.external_attr = mode << 16
        archive.writestr(member, content)
    return target.getvalue()


def workbook() -> bytes:
    book, target = Workbook(), io.BytesIO()
    book.active.append(["School", "Grades"])
    book.active.append(["Pier School", "K-5"])
    book.save(target)
    return target.getvalue()


def added_to(content: bytes, name: str, inner: bytes) -> bytes:
    target = io.BytesIO(content)
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, inner)
    return target.getvalue()


def bomb() -> bytes:
    return zipped({"schools.csv": b"0" * (60 * MIB)})


def many() -> bytes:
    return zipped({f"{number}.csv": CSV for number in range(400)})


def nested() -> bytes:
    return zipped({"inner.zip": zipped({"schools.csv": CSV})})


@pytest.fixture
def record(client, city):
    return begun(client, city)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("schools.xlsm", workbook(), "may hold macros"),
        ("schools.xlsx", added_to(workbook(), "xl/vbaProject.bin", b"macro"), "holds macros"),
        ("schools.xlsx", added_to(workbook(), "xl/worksheets/big.xml", b" " * (60 * MIB)), "far more than it should"),
        ("schools.xlsx", zipped({"a.txt": b"nothing"}), "not a workbook"),
        ("schools.xlsx", CSV, "not what its name says"),
        ("schools.csv", workbook(), "not what its name says"),
        ("schools.csv", b"%PDF-1.7 hello", "not what its name says"),
        ("schools.parquet", CSV, "not what its name says"),
        ("schools.xls", b"\xd0\xcf\x11\xe0old", "kind that is not read"),
        ("schools.exe", b"MZ", "kind that is not read"),
        ("schools.csv", b" \n", "is empty"),
        (".hidden.csv", CSV, "no name"),
        ("city.zip", bomb(), "far more than it should"),
        ("city.zip", many(), "far more than it should"),
        ("city.zip", nested(), "another archive"),
        ("city.zip", with_member("../schools.csv"), "outside of its own folder"),
        ("city.zip", with_member("/etc/schools.csv"), "outside of its own folder"),
        ("city.zip", with_member("C:/schools.csv"), "outside of its own folder"),
        ("city.zip", with_member("a\\..\\..\\schools.csv"), "outside of its own folder"),
        ("city.zip", with_member("schools.csv", mode=stat.S_IFLNK | 0o777, content=b"/etc/passwd"), "a link"),
        ("city.zip", with_member("schools.csv/", content=b""), "is a folder, not a file"),
        ("city.zip", zipped({"a/schools.csv": CSV, "b/students.csv": CSV}), "several folders"),
        ("city.zip", zipped({"schools.csv": CSV, "SCHOOLS.csv": CSV}), "same name"),
        ("city.zip", zipped({"schools.csv": CSV})[:60], "damaged"),
        ("city.zip", zipped({}), "not what its name says"),
    ],
    # Not the bytes themselves: an archive holds the second in which it was made, and each worker makes its own.
    ids=lambda value: "content" if isinstance(value, bytes) else None,
)
def test_what_is_refused_is_told_and_leaves_nothing(client, record, name, content, said):
    assert said in sent(client, record, {name: content})
    assert names_of(record) == []
    assert sorted(path.name for path in place_of(record).iterdir()) == ["data", "mappings"]


def test_a_member_that_lies_about_its_size_gives_no_more_than_it_said(client, record):
    content = bytearray(zipped({"schools.csv": b"School\n" + b"x" * (2 * MIB)}))
    for mark in (b"PK\x03\x04", b"PK\x01\x02"):
        start = content.index(mark) + (22 if mark == b"PK\x03\x04" else 24)
        content[start : start + 4] = (100).to_bytes(4, "little")
    assert "damaged" in sent(client, record, {"city.zip": bytes(content)})
    assert names_of(record) == []


def test_good_files_stay_when_others_are_refused(client, record):
    said = sent(client, record, {"list.csv": CSV, "book.xlsx": workbook(), "virus.exe": b"MZ"})
    assert "2 files are here" in said
    assert "kind that is not read" in said
    assert names_of(record) == ["book.xlsx", "list.csv"]


def test_what_computers_leave_in_archives_is_passed_over(client, record):
    files = {
        "city/list.csv": CSV,
        "__MACOSX/city/._list.csv": b"x",
        "city/.DS_Store": b"x",
        "city/.allcity/a.json": b"{}",
    }
    sent(client, record, {"city.zip": zipped(files)})
    assert names_of(record) == ["list.csv"]


def test_a_name_with_folders_in_it_is_kept_by_its_last_part(client, record):
    sent(client, record, {"..\\..\\list.csv": CSV})
    assert names_of(record) == ["list.csv"]


def test_more_than_the_limit_is_refused_with_the_limit(client, record):
    megabytes = environment().upload_megabytes
    answer = client.post(
        reverse("city:import-upload", args=[record.city.slug, record.public_id]),
        {"files": SimpleUploadedFile("big.csv", b"x" * (megabytes + 10) * MIB), "whole": "1"},
    )
    assert megabytes == 40
    assert answer.status_code == 413
    assert f"{megabytes} megabytes" in answer.content.decode()
    assert names_of(record) == []


def test_a_connection_that_is_lost_leaves_the_draft_to_go_on_with(client, record):
    sent(client, record, {"first.csv": CSV})
    boundary = "frontier"
    body = (
        f"--{boundary}\r\n"
        'Content-Disposition: form-data; name="files"; filename="second.csv"\r\n'
        "Content-Type: text/csv\r\n\r\n"
        "School,Grades\r\nPier Sch"
    ).encode()
    url = reverse("city:import-upload", args=[record.city.slug, record.public_id])
    answer = client.post(url, body, content_type=f"multipart/form-data; boundary={boundary}", follow=True)
    assert "connection was lost" in answer.content.decode()
    assert names_of(record) == ["first.csv"]
    sent(client, record, {"second.csv": CSV})
    assert names_of(record) == ["first.csv", "second.csv"]


def test_nothing_chosen_is_said(client, record):
    assert "Choose at least one file" in go(client, record, "import-upload", whole="1").content.decode()


def test_files_can_be_taken_away_and_nothing_else(client, record):
    sent(client, record, {"list.csv": CSV, "map.toml": b'[city]\nid = "a"\n'})
    assert go(client, record, "import-remove", name="../../allcity.sqlite3").status_code == 404
    for name in ("list.csv", "map.toml"):
        go(client, record, "import-remove", name=name)
    assert names_of(record) == []


def test_a_draft_has_an_end(client, record):
    from allcity.site.exchange import files

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files, "MOST_FILES", 1)
        said = sent(client, record, {"one.csv": CSV, "two.csv": CSV})
    assert "Too much for one import" in said
    assert names_of(record) == ["one.csv"]


def test_a_sheet_of_a_billion_empty_cells_is_told(client, record):
    book, target = Workbook(), io.BytesIO()
    book.active["A1"] = "School"
    book.active["XFD40000"] = "far away"
    book.save(target)
    sent(client, record, {"list.xlsx": target.getvalue()})
    assert "has more than 5,000,000 cells" in look(client, record, "import-match", "list.xlsx")


def test_a_name_is_as_long_as_its_bytes() -> None:
    with pytest.raises(UploadError, match="Rename it"):
        checked_name("🎻" * 60 + ".csv")
    assert checked_name("🎻" * 30 + ".csv")
