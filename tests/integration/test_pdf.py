"""The PDF as a reader's software finds it: tagged, titled, in its language, its text real and its pictures described."""

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject
from tests.factories.findings import BACKDROP, findings, findings_all_met, findings_at_least, findings_of_nothing

from allcity.reports.model import Block, Column, Entry, Picture, Report, Section, Table
from allcity.reports.pdf import render_pdf
from allcity.reports.story import build_report
from allcity.reports.text import load_catalogue

DAY = date(2026, 7, 1)


def read(report: Report) -> PdfReader:
    return PdfReader(io.BytesIO(render_pdf(report)))


def plain(text: str) -> str:
    """The text without the line breaks that setting it has made."""
    return re.sub(r"\s+", "", text)


def text_of(pdf: PdfReader) -> str:
    return plain("".join(page.extract_text() for page in pdf.pages))


def elements(pdf: PdfReader) -> Iterator[DictionaryObject]:
    """Every element of the structure tree, in reading order."""

    def below(node: Any) -> Iterator[DictionaryObject]:
        node = node.get_object()
        if isinstance(node, ArrayObject):
            for kid in node:
                yield from below(kid)
        elif isinstance(node, DictionaryObject):
            if "/S" in node:
                yield node
            if "/K" in node:
                yield from below(node["/K"])

    yield from below(pdf.trailer["/Root"]["/StructTreeRoot"])


def of_kind(pdf: PdfReader, kind: str) -> list[DictionaryObject]:
    return [element for element in elements(pdf) if element["/S"] == kind]


def values(element: DictionaryObject, name: str) -> list[Any]:
    """What an element's attributes say under a name."""
    attributes = element["/A"].get_object()
    attributes = attributes if isinstance(attributes, ArrayObject) else [attributes]
    return [attribute.get_object()[name] for attribute in attributes if name in attribute.get_object()]


def pictures(report: Report) -> Iterator[Picture]:
    for section in report.sections:
        for block in section.blocks:
            yield from (reading.picture for reading in block.readings if reading.picture)
            yield from (block.picture,) if block.picture else ()


def made_of(*blocks: Block, **more: Any) -> Report:
    section = Section("access", "How is it?", "Like this.", blocks)
    fields: dict[str, Any] = {"language": "en", "title": "Music in Testville", "city": "Testville", "year": "2025-26"}
    fields |= {"headline": "A headline.", "lede": "A lede.", "colophon": (), "key": ()}
    return Report(generated=DAY, sections=(section,), **{**fields, **more})


@pytest.fixture(scope="module")
def report() -> Report:
    return build_report(findings(), language="en", generated=DAY, backdrop=BACKDROP)


@pytest.fixture(scope="module")
def pdf(report: Report) -> PdfReader:
    return read(report)


def test_it_is_tagged_titled_and_claims_pdf_ua(pdf: PdfReader, report: Report) -> None:
    root = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert pdf.metadata is not None
    assert pdf.metadata.title == report.title
    assert pdf.metadata.creation_date is not None
    assert pdf.metadata.creation_date.date() == DAY
    metadata = root["/Metadata"].get_data().decode()
    assert re.search(r"<pdfuaid:part>1</pdfuaid:part>", metadata)


def test_it_fits_both_papers(pdf: PdfReader) -> None:
    a4_width, letter_height = 595.28, 792.0
    assert all(float(page.mediabox.width) <= a4_width + 0.1 for page in pdf.pages)
    assert all(float(page.mediabox.height) <= letter_height + 0.1 for page in pdf.pages)


def test_its_words_are_text(pdf: PdfReader, report: Report) -> None:
    text = text_of(pdf)
    for section in report.sections:
        assert plain(section.question) in text
        assert plain(section.answer) in text
        for block in section.blocks:
            for reading in block.readings:
                assert plain(reading.title) in text
                assert plain(reading.value) in text
    for table in report.tables():
        assert plain(table.caption) in text
        assert all(plain(cell) in text for row in table.rows for cell in row)


def test_every_picture_is_described(pdf: PdfReader, report: Report) -> None:
    described = [plain(str(figure.get("/Alt", ""))) for figure in of_kind(pdf, "/Figure")]
    assert described == [plain(picture.alt) for picture in pictures(report)]


def test_every_table_has_its_headers_marked(pdf: PdfReader, report: Report) -> None:
    tables = list(report.tables())
    assert len(of_kind(pdf, "/Table")) == len(tables)
    headers = of_kind(pdf, "/TH")
    assert len(headers) == sum(len(table.columns) for table in tables)
    assert len(of_kind(pdf, "/TD")) == sum(len(row) for table in tables for row in table.rows)
    assert {scope for header in headers for scope in values(header, "/Scope")} == {"/Column"}


def test_questions_are_headings_and_bookmarks_in_order(pdf: PdfReader, report: Report) -> None:
    questions = [section.question for section in report.sections]
    bookmarks = [str(entry.title) for entry in pdf.outline if not isinstance(entry, list)]
    assert bookmarks[: len(questions)] == questions
    levels = [int(str(element["/S"])[2]) for element in elements(pdf) if re.fullmatch(r"/H\d", str(element["/S"]))]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_only_addresses_of_the_web_are_links(pdf: PdfReader) -> None:
    links = [
        annotation.get_object()["/A"]["/URI"]
        for page in pdf.pages
        for annotation in page.get("/Annots", [])
        if "/URI" in annotation.get_object().get("/A", {})
    ]
    assert links == ["https://example.org/profile"]


@pytest.mark.parametrize("make", [findings_of_nothing, findings_at_least, findings_all_met])
def test_every_state_of_a_city_can_be_set(make: Any) -> None:
    report = build_report(make(), language="en", generated=DAY)
    pdf = read(report)
    assert plain(report.headline) in text_of(pdf)
    assert b"pdfuaid" in pdf.trailer["/Root"]["/Metadata"].get_data()


def test_spanish_is_marked_as_such() -> None:
    report = build_report(findings(), language="es", generated=DAY)
    pdf = read(report)
    assert pdf.trailer["/Root"]["/Lang"] == "es"
    assert plain(load_catalogue("es")("page.in_short")) in text_of(pdf)


def test_the_same_report_gives_the_same_bytes(report: Report) -> None:
    assert render_pdf(report) == render_pdf(report)


@pytest.mark.parametrize(
    "words",
    [
        "*b* _i_ `c` $x$ #panic() <l> @ref",
        '"; panic("',
        "= No heading",
        "- no item",
        "\\u{41} \\ //no comment",
        "[x](y)",
    ],
)
def test_nothing_in_a_text_is_read_as_markup(words: str) -> None:
    block = Block(
        words, (words,), entries=(Entry(words, words),), tables=(Table(words, (Column(words),), ((words,),)),)
    )
    text = text_of(read(made_of(block, title=words, headline=words, colophon=(words,))))
    assert text.count(plain(words)) >= 7


def test_a_name_in_another_script_or_with_control_characters_still_gives_a_tagged_pdf() -> None:
    pdf = read(made_of(Block("学校 Αθήνα Школа", ("a\x07b\x00c \U0001fa95",)), headline="Música 音楽"))
    assert pdf.trailer["/Root"]["/MarkInfo"]["/Marked"]
    text = text_of(pdf)
    assert "Αθήνα" in text
    assert "abc" in text


def test_a_long_table_repeats_its_header_on_every_page() -> None:
    rows = tuple((f"School {number}", str(number)) for number in range(200))
    table = Table("Every school", (Column("School column"), Column("Number column", numeric=True)), rows)
    pdf = read(made_of(Block("Schools", tables=(table,))))
    with_rows = [text for page in pdf.pages if "School1" in (text := plain(page.extract_text()))]
    assert len(with_rows) > 2
    assert all("Schoolcolumn" in text for text in with_rows)


def test_a_folded_table_stands_at_the_end_with_a_link_to_it() -> None:
    table = Table("Every school", (Column("School"),), (("Alder",),), folded=True)
    first = Block("Schools", tables=(table,))
    pdf = read(replace(made_of(first), sections=(*made_of(first).sections, Section("last", "Last?", "Last.", ()))))
    text = text_of(pdf)
    assert text.index("Alder") > text.rindex("Last.")
    assert plain(load_catalogue("en")("page.show_table")) in text[: text.rindex("Last.")]


def test_a_chart_taller_than_the_page_is_made_to_fit() -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 2000" width="100" height="2000"><path d="M0 0H9V9z"/></svg>'
    pdf = read(made_of(Block("Tall", picture=Picture("a tall chart", svg, svg))))
    (figure,) = of_kind(pdf, "/Figure")
    ((left, bottom, right, top),) = (map(float, box) for box in values(figure, "/BBox"))
    assert 0 <= left < right <= float(pdf.pages[0].mediabox.width)
    assert 0 <= bottom < top <= float(pdf.pages[0].mediabox.height)
