"""Blurring: where an editor says it becomes large squares, and nothing of what was there is kept."""

import base64
import re
from io import BytesIO

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops
from tests.factories.media import a_picture, a_shown_picture, a_video, at, consented, drawing, fresh, page_of, shown
from tests.factories.site import holder, signed_in

from allcity.site.cities.models import Role
from allcity.site.publishing.media import domain, renditions, tasks
from allcity.site.publishing.media.blurring import Area, blurred
from allcity.site.publishing.models import Media

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(town):
    return signed_in(holder(town, Role.EDITOR))


def areas(*rows, total=None):
    told = {"area-TOTAL_FORMS": str(total or max(len(rows), 1)), "area-INITIAL_FORMS": "0"}
    for number, row in enumerate(rows):
        told |= {
            f"area-{number}-{name}": str(value) for name, value in zip(["x", "y", "width", "height"], row, strict=False)
        }
    return told


def pixels(picture):
    with fresh(picture).file.open("rb") as file:
        return Image.open(file).convert("RGB").copy()


def test_an_area_becomes_large_squares_and_what_was_there_is_gone(town, editor, django_capture_on_commit_callbacks):
    picture = a_shown_picture(town)
    renditions.make(picture)
    old = [picture.file.name, *(rendition.file.name for rendition in picture.renditions.all())]
    urls = [rendition.url for rendition in picture.renditions.all()]
    before = pixels(picture)
    url = at("media-blur", town, picture)
    looked = editor.post(url, {**areas((0, 0, 50, 50)), "look": "1"}).content.decode()
    assert looked.count("data:image/jpeg;base64,") == 2
    assert ImageChops.difference(pixels(picture), before).getbbox() is None
    with django_capture_on_commit_callbacks(execute=True):
        assert editor.post(url, {**areas((0, 0, 50, 50)), "save": "1"}).status_code == 302
    after = pixels(picture)
    corner = (4, 4, after.width // 2 - 4, after.height // 2 - 4)
    assert after.size == before.size
    assert len(after.crop(corner).resize((64, 40)).quantize(64).getcolors()) < 64
    assert max(ImageChops.difference(after, before).crop(corner).getextrema())[1] > 60
    away = ImageChops.difference(after, before).crop((after.width // 2 + 16, 0, *after.size))
    assert max(most for _, most in away.getextrema()) < 40  # saved anew, and otherwise as it was
    assert not any(default_storage.exists(name) for name in old)
    for gone in urls:
        assert Client().get(gone).status_code == 404
    tasks.make_sizes.func(picture.pk)
    assert fresh(picture).renditions.count() == len(urls)
    assert shown(picture)


def test_no_more_than_a_few_colours_are_left_of_an_area():
    picture = drawing(600, 400)
    changed = blurred(picture, [Area(10, 10, 30, 30)])
    part = changed.crop((60, 40, 240, 160))
    assert len(part.getcolors(10_000)) <= 25
    assert len(picture.crop((60, 40, 240, 160)).getcolors(100_000)) > 1000
    assert picture.tobytes() != changed.tobytes()


@given(
    *(st.floats(0, 100) for _ in range(4)),
    st.integers(1, 90),
    st.integers(1, 90),
)
def test_whatever_an_area_touches_is_taken_in_and_nothing_else(x, y, width, height, wide, high):
    picture = Image.effect_noise((wide, high), 90).convert("RGB")
    changed = blurred(picture, [Area(x, y, width, height)])
    assert changed.size == picture.size
    box = ImageChops.difference(changed, picture).getbbox()
    if box:
        assert box[0] >= int(x / 100 * wide)
        assert box[1] >= int(y / 100 * high)
        assert box[2] <= int((x + width) / 100 * wide) + 1
        assert box[3] <= int((y + height) / 100 * high) + 1


@pytest.mark.parametrize(
    ("told", "says"),
    [
        (areas(), "Say what to blur"),
        (areas((1, 1, 0, 5)), "Say what to blur"),
        (areas((10, 10, 20)), "all four numbers"),
        (areas((-1, 0, 5, 5)), "greater than or equal to 0"),
        (areas((0, 0, 101, 5)), "less than or equal to 100"),
        (areas(("nan", 0, 5, 5)), "Enter a number"),
        ({}, "management"),
    ],
)
@pytest.mark.parametrize("button", ["look", "save"])
def test_what_is_no_area_is_refused(town, editor, told, says, button):
    picture = a_picture(town)
    name = picture.file.name
    answer = editor.post(at("media-blur", town, picture), {**told, button: "1"})
    assert answer.status_code == 200
    page = answer.content.decode()
    assert says == "management" or says in page
    assert page.count("data:image/jpeg;base64,") == 1
    assert fresh(picture).file.name == name


def test_no_more_areas_are_taken_than_there_are_fields(town, editor):
    picture = a_picture(town)
    many = areas(*[(1, 1, 2, 2)] * 9)
    assert editor.post(at("media-blur", town, picture), {**many, "save": "1"}).status_code == 200
    assert editor.post(at("media-blur", town, picture), {**areas(*[(1, 1, 2, 2)] * 8), "save": "1"}).status_code == 302


def test_a_video_is_not_blurred_here(town, editor):
    assert editor.get(at("media-blur", town, a_video(town))).status_code == 404


def test_after_somebody_took_back_an_editor_blurs_them_and_it_is_shown_again(town, editor):
    picture = a_picture(town, people=Media.People.ADULTS)
    consent = consented(picture)
    domain.release(items=[picture])
    domain.withdraw_consent(consent=consent)
    item = at("media-item", town, picture)
    blur = at("media-blur", town, picture)
    assert blur in page_of(editor, item)
    assert editor.post(blur, {**areas((0, 0, 90, 90)), "save": "1"}).status_code == 302
    assert not shown(picture)
    editor.post(at("media-people", town, picture), {"people": "nobody"})
    assert "Let it be shown again" in page_of(editor, item)
    editor.post(at("media-stop", town, picture), {"restore": "1"})
    assert shown(picture)


def test_the_preview_is_in_the_page_and_at_no_address(town, editor):
    picture = a_picture(town)
    page = page_of(editor, at("media-blur", town, picture))
    plain = base64.b64decode(re.search(r'src="data:image/jpeg;base64,([^"]+)"', page)[1])
    assert Image.open(BytesIO(plain)).size == (640, 400)
    assert editor.get(at("media-blur", town, picture))["Cache-Control"].count("no-store")
