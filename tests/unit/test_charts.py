"""Charts and maps as SVG: what is drawn where, read back from the drawing."""

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import box
from shapely.geometry import LineString, Point

from allcity.reports.charts import KEY, BarRow, Mark, NoteRow, key_mark, note_rows, stacked_bars, staff, wrapped
from allcity.reports.maps import School, city_map
from allcity.reports.model import Picture

SVG = "{http://www.w3.org/2000/svg}"
ENDS = ("0%", "100%")
SHAPES = {"a": box(-87.7, 41.8, -87.6, 41.9), "b": box(-87.6, 41.8, -87.5, 41.9)}


def read(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)  # our own drawing


def heads(svg: str) -> list[tuple[float, float, bool]]:
    """Place and fullness of each notehead."""
    found = []
    for ellipse in read(svg).iter(f"{SVG}ellipse"):
        x, y = map(float, re.match(r"translate\((\S+) (\S+)\)", ellipse.attrib["transform"]).groups())
        found.append((x, y, ellipse.attrib["fill"] == "currentColor"))
    return found


def curves(svg: str) -> list[tuple[float, float, bool]]:
    """First and last x of each slur, and whether it is broken."""
    found = []
    for path in read(svg).iter(f"{SVG}path"):
        if "Q" in path.attrib["d"]:
            numbers = [float(number) for number in re.findall(r"-?\d+\.?\d*", path.attrib["d"])]
            last = numbers[-1] if "H" in path.attrib["d"] else numbers[-2]
            found.append((numbers[0], last, "stroke-dasharray" in path.attrib))
    return found


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in read(svg).iter(f"{SVG}text")]


def drawn(mark: Mark | None) -> str:
    return staff(mark, maximum=1, ends=ENDS, alt="A figure").wide


def test_a_measured_note_is_filled_an_estimated_one_open() -> None:
    assert [full for _, _, full in heads(drawn(Mark(0.5, 0.5, 0.5)))] == [True]
    assert [full for _, _, full in heads(drawn(Mark(0.5, 0.5, 0.5, estimated=True)))] == [False]


def test_the_slur_spans_low_to_high_on_the_scale_of_the_note() -> None:
    low, middle, high = (heads(drawn(Mark(value, value, value)))[0][0] for value in (0.2, 0.5, 0.8))

    [(start, end, broken)] = curves(drawn(Mark(0.5, 0.2, 0.8)))
    assert (start, end, broken) == (low, high, False)
    assert middle == pytest.approx((low + high) / 2, abs=0.1)
    assert curves(drawn(Mark(0.5, 0.5, 0.5))) == []


def test_without_a_high_bound_the_note_stands_at_the_least_and_the_slur_runs_on() -> None:
    [(start, end, broken)] = curves(drawn(Mark(0.4, 0.3, None)))
    [(x, _, _)] = heads(drawn(Mark(0.4, 0.3, None)))

    assert start == x == heads(drawn(Mark(0.3, 0.3, 0.3)))[0][0]
    assert end > heads(drawn(Mark(1, 1, 1)))[0][0]
    assert broken


def test_what_is_not_known_has_a_broken_slur_and_no_note_what_is_withheld_has_neither() -> None:
    assert heads(drawn(Mark(None))) == []
    assert [broken for _, _, broken in curves(drawn(Mark(None)))] == [True]
    assert heads(drawn(None)) == curves(drawn(None)) == []


def test_bounds_without_a_value_have_a_slur_and_no_note() -> None:
    svg = drawn(Mark(None, 0.1, 0.4))

    assert heads(svg) == []
    assert [broken for _, _, broken in curves(svg)] == [False]


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_greater_value_never_stands_further_left_and_all_stand_inside(a: float, b: float) -> None:
    for picture in (staff(Mark(v, v, v), maximum=1, ends=ENDS, alt="") for v in (a, b)):
        for svg in (picture.wide, picture.narrow):
            assert 0 < heads(svg)[0][0] < float(read(svg).attrib["width"])
    left, right = (heads(drawn(Mark(v, v, v)))[0][0] for v in sorted((a, b)))
    assert left <= right


@settings(max_examples=60)
@given(st.text(max_size=30), st.text(max_size=30))
def test_whatever_a_label_holds_the_drawing_is_xml_and_shows_it(label: str, alt: str) -> None:
    for picture in (
        note_rows([NoteRow(label, Mark(0.5), "50%", "40–60%")], maximum=1, ends=ENDS, alt=alt),
        stacked_bars([BarRow(label, (("met", 0.5), ("unknown", 0.5)), "50%")], alt=alt),
    ):
        for svg in (picture.wide, picture.narrow):
            assert read(svg).attrib["role"] == "img"
            kept = re.sub(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", label)
            assert "".join(kept.split()) in "".join("".join(texts(svg)).split())


def test_markup_in_a_label_stays_text() -> None:
    svg = note_rows([NoteRow("<script>alert(1)</script> & co", Mark(0.5), "50%")], maximum=1, ends=ENDS, alt='"&<').wide

    assert "<script" not in svg
    assert "<script>alert(1)</script>" in " ".join(texts(svg)).replace(" </", "</")
    assert read(svg).attrib["aria-label"] == '"&<'


def test_bars_are_as_long_as_their_shares() -> None:
    svg = stacked_bars([BarRow("Lessons", (("met", 0.6), ("unmet", 0.3), ("unknown", 0.1)), "60%")], alt="").wide
    met, unmet = (float(rect.attrib["width"]) + 2 for rect in read(svg).iter(f"{SVG}rect"))

    assert met == pytest.approx(2 * unmet, rel=0.01)


def test_the_unknown_part_is_hatched_inside_its_frame() -> None:
    svg = stacked_bars([BarRow("Lessons", (("met", 0.5), ("unknown", 0.5)), "50%")], alt="").wide
    [hatch] = [path.attrib["d"] for path in read(svg).iter(f"{SVG}path")]
    frame = re.search(r"M(\S+) \S+h(\S+)v", hatch)
    start, width = float(frame[1]), float(frame[2])

    ends = [float(x) for x in re.findall(r"[ML](-?[\d.]+) ", hatch)]
    assert len(ends) > 10
    assert min(ends) >= start - 0.1
    assert max(ends) <= start + width + 0.1


@given(st.text(), st.floats(20, 400))
def test_wrapping_keeps_every_word(content: str, room: float) -> None:
    assert " ".join(wrapped(content, room)).split() == content.split()


@pytest.mark.parametrize("kind", KEY)
def test_every_mark_of_the_key_draws_something(kind: str) -> None:
    drawing = read(key_mark(kind, "").wide)

    assert list(drawing.iter(f"{SVG}path")) or list(drawing.iter(f"{SVG}ellipse")) or list(drawing.iter(f"{SVG}rect"))


def map_of(schools: list[School], **more: object) -> Picture:
    picture = city_map(schools, alt="A map", shapes=SHAPES, names={"a": "West & East", "b": "B"}, **more)
    assert picture is not None
    return picture


def group(svg: str, name: str) -> list[ElementTree.Element]:
    return [element for element in read(svg).iter() if name in element.attrib.get("class", "").split()]


def test_a_map_has_one_path_for_each_area_and_one_for_each_look_of_a_school() -> None:
    schools = [School(-87.65 + i / 1000, 41.85, 100 + i, ("met", "unmet", "unknown")[i % 3]) for i in range(90)]
    svg = map_of(schools).wide

    assert len(list(group(svg, "area")[0])) == len(SHAPES)
    for tone in ("met", "unmet", "unknown"):
        [[path]] = group(svg, tone)
        assert path.attrib["d"].count("M") == 30


def test_north_is_up_and_west_is_left() -> None:
    def place(longitude: float, latitude: float) -> tuple[float, float]:
        [[path]] = group(map_of([School(longitude, latitude, 100, "met")]).wide, "met")
        x, y = re.match(r"M(\S+) ([\d.]+)", path.attrib["d"]).groups()
        return float(x), float(y)

    assert place(-87.69, 41.89)[1] < place(-87.69, 41.81)[1]
    assert place(-87.69, 41.85)[0] < place(-87.51, 41.85)[0]


def test_coordinates_have_one_decimal_at_most_so_that_a_detailed_coast_stays_small() -> None:
    coast = Point(-87.6, 41.85).buffer(0.1, quad_segs=5000)
    picture = city_map([School(-87.6, 41.85, 100, "met")], alt="", shapes={"a": coast})

    assert picture is not None
    assert len(picture.wide) < 6000
    assert not re.search(r"\d\.\d\d", group(picture.wide, "area")[0][0].attrib["d"])


def test_names_water_streets_and_places_are_drawn() -> None:
    svg = map_of(
        [School(-87.65, 41.85, 100, "met")],
        places=[(-87.6, 41.82), (-87.6, 41.82), (10.0, 50.0)],
        backdrop=[("water", box(-87.7, 41.84, -87.5, 41.845)), ("street", LineString([(-87.7, 41.8), (-87.5, 41.9)]))],
    ).wide

    assert {"West & East", "B"} <= set(texts(svg))
    assert len(group(svg, "water")) == len(group(svg, "street")) == 1
    diamonds = [p for g in group(svg, "soft") for p in g if p.tag == f"{SVG}path"]
    assert [path.attrib["d"].count("M") for path in diamonds] == [1]


def test_names_lie_inside_the_map_and_do_not_cover_each_other() -> None:
    grid = {f"{i}-{j}": box(i, j, i + 1, j + 1) for i in range(12) for j in range(12)}
    picture = city_map([], alt="", shapes=grid, names={key: f"Area {key}" for key in grid})

    assert picture is not None
    for svg in (picture.wide, picture.narrow):
        width = float(read(svg).attrib["width"])
        boxes = []
        for element in read(svg).iter(f"{SVG}text"):
            half = len(element.text or "") * float(element.attrib["font-size"]) * 0.27
            x, y = float(element.attrib["x"]), float(element.attrib["y"])
            assert 0 <= x - half <= x + half <= width + 1
            boxes.append((x - half, y - 8, x + half, y))
        overlaps = [
            (a, b)
            for i, a in enumerate(boxes)
            for b in boxes[:i]
            if a[0] < b[2] - 1 and b[0] < a[2] - 1 and a[1] < b[3] and b[1] < a[3]
        ]
        assert len(boxes) > 20
        assert overlaps == []


def test_no_place_in_the_world_no_map() -> None:
    assert city_map([], alt="", shapes={}) is None


def test_a_single_school_without_areas_is_a_map() -> None:
    assert city_map([School(-87.6, 41.8, 0, "unknown")], alt="") is not None
