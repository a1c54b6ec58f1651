"""Papers of action: tagged, in their language, with their headings in order, whatever people write."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader
from tests.factories.site import city

from allcity.site.action.paper import Code, Facts, Grid, Lines, Paper, Part, Text, answer, render

pytestmark = pytest.mark.django_db
LONGEST = "Straßenbahnhaltestellenverein " * 7


def tags(reader: PdfReader) -> list[str]:
    """The names of the structure elements, in reading order."""

    def walk(node: Any) -> Iterator[str]:
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            for each in node:
                yield from walk(each)
        elif isinstance(node, dict):
            if "/S" in node:
                yield str(node["/S"])
            if "/K" in node:
                yield from walk(node["/K"])

    return list(walk(reader.trailer["/Root"]["/StructTreeRoot"]["/K"]))


def test_a_paper_is_tagged_and_says_its_title_language_and_order():
    paper = Paper(
        title="Plan of Testville",
        language="es",
        kind="Plan",
        lede="What we do.",
        parts=(
            Part("First", (Text("One\nTwo"), Lines(("a", "b"), numbered=True), Facts((("Owner", "Ada"),)))),
            Part("Second", (Grid(("A", "B"), (("1", "2"),)), Code("https://allcity.example/x", "Read it here"))),
        ),
    )
    reader = PdfReader(BytesIO(render(city(), paper)))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "es"
    assert reader.metadata.title == "Plan of Testville"
    found = tags(reader)
    assert [tag for tag in found if tag in ("/Title", "/H1", "/L", "/Table", "/Figure")] == [
        *("/Title", "/H1", "/L", "/H1", "/Table", "/Figure")
    ]
    text = reader.pages[0].extract_text()
    assert text.index("First") < text.index("Second") < text.index("Read it here")


@pytest.mark.parametrize(
    "words", ["<script>alert(1)</script> #emph[x] $x$ @y *z*", "🎺" * 400, LONGEST, "\u202e\x07 ok", "مرحبا"]
)
def test_whatever_people_write_is_set_as_it_is_and_breaks_nothing(words):
    parts = (
        Part(
            words[:200], (Text(words), Lines((words,)), Facts(((words, words),)), Grid((words, "B"), ((words, words),)))
        ),
    )
    reader = PdfReader(BytesIO(render(city(), Paper(title=words[:200], language="en", parts=parts))))
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    if words.startswith("<script>"):
        assert "#emph[x]" in "".join(page.extract_text() for page in reader.pages)


def test_a_file_has_a_name_that_any_system_takes():
    assert answer(b"%PDF", 'A "plan"/\n of Ñ').headers["Content-Disposition"] == 'inline; filename="a-plan-of-n.pdf"'
