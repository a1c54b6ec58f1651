"""The sizes in which a picture is shown. There is a fixed number of them, so that nobody can have any made."""

from collections.abc import Iterable
from dataclasses import dataclass

from wagtail.images.models import Filter

from allcity.site.publishing.models import Picture, Rendition

WIDTHS = (400, 800, 1200, 1600)
SPECS = {
    "image/avif": "width-{}|format-avif|avifquality-55",
    "image/webp": "width-{}|format-webp|webpquality-78",
    "image/jpeg": "width-{}|bgcolor-ffffff|format-jpeg|jpegquality-82",
}
"""The kinds in which each size is made; a browser takes the first that it knows. All know the last."""
PLAIN = "image/jpeg"


@dataclass(frozen=True)
class Shown:
    """A picture in its sizes: the one that every browser shows, and by kind what others may take instead."""

    plain: Rendition
    sources: dict[str, list[Rendition]]


def widths_of(picture: Picture, widths: Iterable[int] = WIDTHS) -> list[int]:
    """In which of the widths a picture is shown. The last is its own where it is narrower: none is made wider than it is."""
    asked = sorted(set(widths) & set(WIDTHS)) or list(WIDTHS)
    return [width for width in asked if width < picture.width] + [width for width in asked if width >= picture.width][
        :1
    ]


def specs_of(picture: Picture) -> list[str]:
    """Every size in which a picture is ever shown."""
    return [spec.format(width) for spec in SPECS.values() for width in widths_of(picture)]


def make(picture: Picture) -> int:
    """Make the sizes that are missing, and give how many they were."""
    there = set(picture.renditions.values_list("filter_spec", flat=True))
    wanted = [spec for spec in specs_of(picture) if spec not in there]
    for spec in wanted:
        picture.create_rendition(Filter(spec=spec))
    return len(wanted)


def shown(picture: Picture, widths: Iterable[int] = WIDTHS) -> tuple[Shown, bool]:
    """A picture in the sizes that there are, and whether all are; the one that every browser shows is made if it must be."""
    chosen = widths_of(picture, widths)
    there = {rendition.filter_spec: rendition for rendition in picture.renditions.all()}
    sources: dict[str, list[Rendition]] = {}
    for kind, spec in SPECS.items():
        rows = [there[spec.format(width)] for width in chosen if spec.format(width) in there]
        for row in rows:
            row.image = picture
        if rows:
            sources[kind] = rows
    is_whole = all(len(sources.get(kind, ())) == len(chosen) for kind in SPECS)
    plain = sources.pop(PLAIN, [])
    if not plain:
        middle = chosen[len(chosen) // 2]
        plain = [picture.create_rendition(Filter(spec=SPECS[PLAIN].format(middle)))]
    if len(plain) > 1:
        sources[PLAIN] = plain
    return Shown(plain[len(plain) // 2], sources), is_whole
