"""Files of resources: each is looked into before it is kept, is only ever saved by readers, and goes with its resource."""

import zipfile
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook
from tests.factories.resources import a_resource, an_entry
from tests.factories.site import holder, person, signed_in

from allcity.site.publishing.models import Resource
from allcity.site.publishing.resources import domain, files

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty")]
TYPES = b'<Types xmlns="x"><Override PartName="/word/document.xml"/></Types>'
ODT = b"application/vnd.oasis.opendocument.text"


def zipped(**parts):
    """An archive; in names of parts `__` stands for `/`, and `_dot_` for a dot."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return out.getvalue()


def docx(types=TYPES, **more):
    parts = {"[Content_Types].xml": types, "word/document.xml": b"<w/>", **more}
    return zipped(**parts)


def odt(mimetype=ODT, **more):
    return zipped(mimetype=mimetype, content_dot_xml=b"<x/>", **more)


def workbook(**parts):
    out = BytesIO()
    Workbook().save(out)
    if parts:
        with zipfile.ZipFile(out, "a") as archive:
            for name, content in parts.items():
                archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return out.getvalue()


def pdf(more=b""):
    return b"%PDF-1.7\n1 0 obj <<" + more + b">> endobj\n%%EOF\n"


def add(town, name, content, user=None):
    return domain.add(city=town, user=user or person(), entry=an_entry(), file=BytesIO(content), file_name=name)


def path_of(row):
    if row.city:
        return reverse("city:resource-file", args=[row.city.slug, row.public_id])
    return reverse("resources:file", args=[row.public_id])


def saved(row, browser=None):
    """The answer to asking for the file, read to its end."""
    answer = (browser or Client()).get(path_of(row))
    answer.whole = answer.getvalue()
    return answer


GOOD = {
    "a.pdf": pdf(),
    "a.docx": docx(),
    "a.odt": odt(),
    "a.xlsx": workbook(),
    "a.csv": "instrument,número\nviolín,12\n".encode(),
    "a.txt": b"Six questions\n",
    "A GUIDE.PDF": pdf(),
}


@pytest.mark.parametrize("name", GOOD)
def test_a_file_is_handed_out_as_it_was_sent_to_be_saved_and_never_shown(town, name):
    row = add(town, name, GOOD[name])
    answer = saved(row)
    suffix = name[name.rindex(".") :].lower()
    assert answer.whole == GOOD[name]
    assert answer["Content-Type"] == files.KINDS[suffix]
    assert answer["Content-Disposition"] == f'attachment; filename="how-to-lend-violins{suffix}"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert row.file.name == f"resources/{row.public_id.hex}{suffix}"  # nothing of what the sender called it
    page = Client().get(reverse("city:resource", args=[town.slug, row.public_id])).content.decode()
    assert f'href="{path_of(row)}" download' in page


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.html", b"<script>alert(1)</script>", "Send the file as PDF"),
        ("a.svg", b"<svg/>", "Send the file as PDF"),
        ("a.docm", docx(), "Send the file as PDF"),
        ("a.doc", b"\xd0\xcf\x11\xe0", "Send the file as PDF"),
        ("a.pdf.exe", b"MZ", "Send the file as PDF"),
        ("a", b"text", "Send the file as PDF"),
        ("a.txt/", b"", "empty"),
        ("a.txt", b" \n ", "empty"),
        ("a.pdf", b"", "empty"),
        ("a.pdf", b"<html>%PDF-1.7 %%EOF", "not what its name says"),
        ("a.pdf", docx(), "not what its name says"),
        ("a.pdf", b"%PDF-1.7\nhalf of it", "not complete"),
        ("a.pdf", pdf(b"/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>"), "holds programs"),
        ("a.pdf", pdf(b"/S /Launch"), "holds programs"),
        ("a.pdf", pdf(b"/Type /EmbeddedFile"), "holds programs"),
        ("a.docx", b"PK\x03\x04 no archive", "not what its name says"),
        ("a.docx", pdf(), "not what its name says"),
        ("a.docx", odt(), "not what its name says"),
        ("a.docx", zipped(a_dot_txt=b"x"), "not what its name says"),
        ("a.docx", docx(word__vbaProject_dot_bin=b"x"), "macros"),
        ("a.docx", docx(types=b"application/vnd.ms-word.document.macroEnabled.main+xml"), "macros"),
        ("a.docx", docx(word__huge_dot_xml=b"0" * 2**23), "far more than it should"),
        ("a.docx", docx(**{f"word/{number}.xml": b"" for number in range(2001)}), "far more than it should"),
        ("a.odt", odt(mimetype=b"application/zip"), "not what its name says"),
        ("a.odt", docx(), "not what its name says"),
        ("a.odt", odt(Basic__Standard__script_dot_xml=b"x"), "macros"),
        ("a.xlsx", docx(), "workbook"),
        ("a.xlsx", pdf(), "another kind"),
        ("a.xlsx", workbook(xl__vbaProject_dot_bin=b"x"), "macros"),
        ("a.csv", workbook(), "another kind"),
        ("a.csv", b"a,b\n1,\x00\n", "no text"),
        ("a.txt", pdf(), "another kind"),
        ("a.txt", b"\x00\x01\x02", "no text"),
        ("a.txt", b"MZ\x90\x00\x03\x00\x00\x00", "no text"),
    ],
)
def test_a_file_that_is_another_than_its_name_says_or_holds_programs_is_refused(town, name, content, told):
    with pytest.raises(ValidationError, match=told) as refused:
        add(town, name, content)
    assert refused.value.code == "file"
    assert not Resource.objects.exists()


def test_a_file_that_is_too_large_is_refused(town, monkeypatch):
    monkeypatch.setattr(files, "MEGABYTES", 1)
    assert add(town, "a.txt", b"x" * 2**20)
    with pytest.raises(ValidationError, match="larger than 1 MB"):
        add(town, "a.txt", b"x" * (2**20 + 1))


def test_a_document_with_a_password_is_refused(town):
    content = bytearray(docx())
    for at in (content.index(b"PK\x03\x04") + 6, content.index(b"PK\x01\x02") + 8):
        content[at] |= 1
    with pytest.raises(ValidationError, match="password"):
        add(town, "a.docx", bytes(content))


def test_who_may_read_the_resource_may_save_its_file_and_nobody_else(town, editor, on_duty):
    row, for_all, linked = add(town, "a.txt", b"Ours"), add(None, "a.txt", b"For all"), a_resource(town)
    assert saved(row).whole == b"Ours"
    assert saved(for_all).whole == b"For all"
    assert Client().get(path_of(linked)).status_code == 404
    assert Client().get(reverse("resources:file", args=[row.public_id])).status_code == 404
    assert Client().post(path_of(row)).status_code == 405
    domain.archive(resource=row, user=editor)
    domain.archive(resource=for_all, user=on_duty)
    for gone in (row, for_all):
        for browser in (Client(), signed_in(holder(town))):
            assert browser.get(path_of(gone)).status_code == 404
    assert saved(row, signed_in(editor)).whole == b"Ours"
    assert saved(for_all, signed_in(on_duty)).whole == b"For all"


def test_a_file_that_is_lost_is_not_found(town):
    row = add(town, "a.txt", b"Ours")
    default_storage.delete(row.file.name)
    assert Client().get(path_of(row)).status_code == 404


def test_another_file_takes_its_place_and_none_is_left_behind(town, django_capture_on_commit_callbacks):
    row = add(town, "a.txt", b"Old")
    old = row.file.name
    with django_capture_on_commit_callbacks(execute=True):
        row = domain.change(
            resource=row, user=person(), entry=an_entry(), file=BytesIO(pdf()), file_name="new.pdf"
        )  # fmt: skip
    assert saved(row).whole == pdf()
    assert not default_storage.exists(old)
    with django_capture_on_commit_callbacks(execute=True):
        row = domain.change(resource=row, user=person(), entry=an_entry(), file=BytesIO(pdf(b"x")), file_name="b.pdf")
    assert saved(row).whole == pdf(b"x")
    name = row.file.name
    with django_capture_on_commit_callbacks(execute=True):
        row.delete()
    assert not default_storage.exists(name)


def test_a_refused_file_leaves_the_one_there_is(town):
    row = add(town, "a.txt", b"Old")
    with pytest.raises(ValidationError):
        domain.change(resource=row, user=person(), entry=an_entry(), file=BytesIO(b"<x>"), file_name="a.html")
    row.refresh_from_db()
    assert saved(row).whole == b"Old"
