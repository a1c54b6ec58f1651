"""Videos that are sent in: a file is looked into without playing it, and what is neither picture nor sound is blanked.

A film in MP4 or MOV is a tree of boxes, each with its length and its name. Only boxes that a player needs are kept; all
others are made `free` and filled with zeros where they are, so that everything else stays at its place. What lies among the
pictures and sounds without belonging to one, such as the way a camera was carried along, is filled with zeros as well.
Raises `ValidationError` with what to do instead.

The boxes are those of ISO/IEC 14496-12 and of Apple's QuickTime File Format.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from allcity.site.environment import environment

MOST_SECONDS = 5 * 60
LONGEST_SIDE = 4096
MOST_MOOV = 30 * 2**20
MOST_SAMPLES = 2_000_000
CHUNK = 2**20
_AT_TOP = {b"ftyp", b"moov", b"mdat"}
_BLANKED_AT_TOP = {b"free", b"skip", b"wide", b"uuid", b"meta", b"udta"}
_IN_PIECES = {b"moof", b"mfra", b"sidx", b"styp", b"ssix", b"emsg"}
_KEPT: dict[bytes, set[bytes]] = {
    b"moov": {b"mvhd", b"trak", b"iods"},
    b"trak": {b"tkhd", b"tapt", b"edts", b"mdia"},
    b"edts": {b"elst"},
    b"mdia": {b"mdhd", b"hdlr", b"minf"},
    b"minf": {b"vmhd", b"smhd", b"hdlr", b"dinf", b"stbl"},
    b"dinf": {b"dref"},
    b"stbl": {b"stsd", b"stts", b"ctts", b"cslg", b"stsc", b"stsz", b"stco", b"co64", b"stss", b"stps", b"sdtp"}
    | {b"sgpd", b"sbgp"},
}


@dataclass(frozen=True)
class Film:
    """What is known of a video: how long it is and how large."""

    seconds: int
    width: int
    height: int


@dataclass(frozen=True)
class Box:
    """A box, by where it, its content and its end are."""

    name: bytes
    start: int
    content: int
    end: int


@dataclass
class Track:
    """A row of pictures or sounds. `extents` are where its bytes are in the file, each from and to."""

    handler: bytes = b""
    codec: bytes = b""
    seconds: float = 0
    width: int = 0
    height: int = 0
    extents: list[tuple[int, int]] = field(default_factory=list)


class _BrokenError(Exception):
    """A box that is not as it should be."""


def most_bytes() -> int:
    """How large a video may be when it is sent in."""
    return environment().upload_megabytes * 2**20


def clean_film(file: IO[bytes]) -> Film:
    """See that a file is a video that plays everywhere, and blank in it what is neither picture nor sound."""
    file.seek(0, 2)
    length = file.tell()
    if length > most_bytes():
        raise ValidationError(
            _(
                "This video is larger than %(number)s MB. Make it shorter or smaller, or put it at a service and send the link."
            )
            % {"number": most_bytes() // 2**20}
        )
    file.seek(0)
    start = file.read(12)
    if start[4:8] != b"ftyp":
        raise ValidationError(
            _("This is not a video that can be played here. Save it as MP4 with H.264, as phones do, and send that.")
        )
    try:
        return _clean(file, length)
    except (_BrokenError, IndexError) as error:
        raise ValidationError(
            _("This video is damaged or holds more than a video. Save it as MP4 with H.264 again, and send that.")
        ) from error


def _clean(file: IO[bytes], length: int) -> Film:
    top = list(_boxes_of(file, length))
    if any(box.name in _IN_PIECES for box in top):
        raise ValidationError(
            _("This video is cut into pieces for sending. Save it as one MP4 with H.264, and send that.")
        )
    names = [box.name for box in top]
    if names[0] != b"ftyp" or names.count(b"moov") != 1 or set(names) - _AT_TOP - _BLANKED_AT_TOP:
        raise _BrokenError
    moov_at = top[names.index(b"moov")]
    if moov_at.end - moov_at.start > MOST_MOOV:
        raise _BrokenError
    file.seek(moov_at.start)
    moov = bytearray(file.read(moov_at.end - moov_at.start))
    root = Box(b"moov", 0, moov_at.content - moov_at.start, len(moov))
    tracks, seconds = _tracks(moov, root, length)
    film = _checked(tracks, seconds)
    file.seek(moov_at.start)
    file.write(moov)
    kept = sorted(extent for track in tracks if _is_kept(track) for extent in track.extents)
    for box in top:
        if box.name in _BLANKED_AT_TOP:
            file.seek(box.start + 4)
            file.write(b"free")
            _blank(file, box.content, box.end)
        elif box.name == b"mdat":
            _blank_between(file, box, kept)
    return film


def _checked(tracks: list[Track], seconds: float) -> Film:
    pictures = [track for track in tracks if track.handler == b"vide"]
    sounds = [track for track in tracks if track.handler == b"soun"]
    if len(pictures) != 1:
        raise ValidationError(_("There is no picture in this video, or several. Save it as MP4 with H.264 again."))
    picture = pictures[0]
    if picture.codec not in (b"avc1", b"avc3"):
        raise ValidationError(
            _(
                "This video is made in a way that not every browser plays. Save it as MP4 with H.264: on an iPhone, choose "
                "“Most Compatible” in the settings of the camera; on a computer, export it as MP4 (H.264)."
            )
        )
    if sounds and not any(track.codec == b"mp4a" for track in sounds):
        raise ValidationError(
            _(
                "The sound of this video is made in a way that not every browser plays. Save it as MP4 with H.264 and AAC."
            )
        )
    seconds = max(seconds, picture.seconds)
    if seconds <= 0:
        raise _BrokenError
    if seconds > MOST_SECONDS:
        raise ValidationError(
            _("This video is longer than %(number)s minutes. Cut it, or put it at a service and send the link.")
            % {"number": MOST_SECONDS // 60}
        )
    if not (0 < picture.width <= LONGEST_SIDE and 0 < picture.height <= LONGEST_SIDE):
        raise ValidationError(
            _("This video is too large to play on phones. Save it at 1920 by 1080 or less, and send that.")
        )
    return Film(max(round(seconds), 1), picture.width, picture.height)


def _is_kept(track: Track) -> bool:
    return track.handler == b"vide" or (track.handler, track.codec) == (b"soun", b"mp4a")


# --- Boxes ---


def _boxes_of(file: IO[bytes], length: int) -> Iterator[Box]:
    """The boxes at the top of a file, which must fill it to its last byte."""
    at = 0
    while at < length:
        file.seek(at)
        box = _box(file.read(16), at, length)
        yield box
        at = box.end


def _boxes(data: bytearray, within: Box) -> Iterator[Box]:
    at = within.content
    while at < within.end:
        if within.end - at == 4 and not any(data[at : within.end]):
            return  # QuickTime may end a list of boxes with a number of zero
        box = _box(bytes(data[at : at + 16]), at, within.end)
        yield box
        at = box.end


def _box(head: bytes, at: int, end: int) -> Box:
    if len(head) < 8:
        raise _BrokenError
    size, name, header = int.from_bytes(head[:4], "big"), head[4:8], 8
    if size == 1:
        size, header = int.from_bytes(head[8:16], "big"), 16
    elif size == 0:
        size = end - at
    if size < header or at + size > end:
        raise _BrokenError
    return Box(name, at, at + header, at + size)


def _number(data: bytearray, at: int, size: int = 4) -> int:
    if at + size > len(data):
        raise _BrokenError
    return int.from_bytes(data[at : at + size], "big")


# --- What describes the video ---


def _tracks(moov: bytearray, root: Box, length: int) -> tuple[list[Track], float]:
    """Every row of pictures or sounds, with what else is there blanked; and how long all of it is, in seconds."""
    tracks: list[Track] = []
    seconds = 0.0
    for box in _boxes(moov, root):
        if box.name in (b"mvex", b"cmov"):
            raise ValidationError(
                _("This video is cut into pieces for sending. Save it as one MP4 with H.264, and send that.")
            )
        if box.name == b"trak":
            track = Track()
            _read(moov, box, track, length)
            tracks.append(track)
            if not _is_kept(track):
                _free(moov, box)
        elif box.name in _KEPT[b"moov"]:
            if box.name == b"mvhd":
                seconds = _timed(moov, box)
        else:
            _free(moov, box)
    return tracks, seconds


def _read(moov: bytearray, within: Box, track: Track, length: int) -> None:
    tables: dict[bytes, Box] = {}
    for box in _boxes(moov, within):
        if box.name not in _KEPT[within.name]:
            _free(moov, box)
            continue
        if box.name in _KEPT:
            _read(moov, box, track, length)
        elif box.name == b"tkhd":
            _forget_times(moov, box)
            track.width, track.height = _size(moov, box)
        elif box.name == b"mdhd":
            track.seconds = _timed(moov, box)
        elif box.name == b"hdlr":
            if within.name == b"mdia":
                track.handler = bytes(moov[box.content + 8 : box.content + 12])
            moov[box.content + 24 : box.end] = bytes(max(box.end - box.content - 24, 0))
        elif box.name == b"dref":
            _check_own(moov, box)
        elif box.name == b"stsd":
            track.codec = bytes(moov[box.content + 12 : box.content + 16])
            if _number(moov, box.content + 4) != 1:
                raise _BrokenError
        tables[box.name] = box
    if within.name == b"stbl":
        track.extents = list(_extents(moov, tables, length))


def _free(data: bytearray, box: Box) -> None:
    data[box.start + 4 : box.start + 8] = b"free"
    data[box.content : box.end] = bytes(box.end - box.content)


def _forget_times(data: bytearray, box: Box) -> int:
    """Blank when it was made and changed; gives the version of the box."""
    version = data[box.content]
    size = 16 if version == 1 else 8
    if box.end - box.content < 4 + size:
        raise _BrokenError
    data[box.content + 4 : box.content + 4 + size] = bytes(size)
    return version


def _timed(data: bytearray, box: Box) -> float:
    """How many seconds a header says. Where it does not know, none."""
    version = _forget_times(data, box)
    at, size = (box.content + 20, 8) if version == 1 else (box.content + 12, 4)
    scale, duration = _number(data, at), _number(data, at + 4, size)
    return 0.0 if not scale or duration == 2 ** (8 * size) - 1 else duration / scale


def _size(data: bytearray, box: Box) -> tuple[int, int]:
    """How wide and high it is shown: what a phone recorded upright lies on its side and is turned."""
    width, height = _number(data, box.end - 8) >> 16, _number(data, box.end - 4) >> 16
    is_turned = not _number(data, box.end - 44) and _number(data, box.end - 40)
    return (height, width) if is_turned else (width, height)


def _check_own(data: bytearray, box: Box) -> None:
    """That the pictures are in this file: another one that is named would be asked for by players."""
    for entry in _boxes(data, Box(b"dref", box.start, box.content + 8, box.end)):
        if _number(data, entry.content) != 1:
            raise _BrokenError


def _extents(data: bytearray, tables: dict[bytes, Box], length: int) -> Iterator[tuple[int, int]]:
    """Where in the file the samples of a track are, chunk by chunk."""
    sizes_at, chunks_at, runs_at = (tables.get(name) for name in (b"stsz", b"stco", b"stsc"))
    wide = chunks_at is None
    chunks_at = tables.get(b"co64") if chunks_at is None else chunks_at
    if sizes_at is None or chunks_at is None or runs_at is None:
        raise _BrokenError
    same, count = _number(data, sizes_at.content + 4), _number(data, sizes_at.content + 8)
    chunks, runs = _number(data, chunks_at.content + 4), _number(data, runs_at.content + 4)
    if max(count, chunks, runs) > MOST_SAMPLES:
        raise _BrokenError
    starts = [_number(data, runs_at.content + 8 + 12 * number) for number in range(runs)]
    many = [_number(data, runs_at.content + 12 + 12 * number) for number in range(runs)]
    sample = run = 0
    for chunk in range(chunks):
        while run + 1 < runs and starts[run + 1] <= chunk + 1:
            run += 1
        taken = min(many[run], count - sample) if runs else 0
        if same:
            size = taken * same
        else:
            table = sizes_at.content + 12
            size = sum(_number(data, table + 4 * each) for each in range(sample, sample + taken))
        sample += taken
        each_size = 8 if wide else 4
        start = _number(data, chunks_at.content + 8 + each_size * chunk, each_size)
        if start + size > length:
            raise _BrokenError
        yield start, start + size


# --- What is among the pictures and sounds ---


def _blank_between(file: IO[bytes], box: Box, kept: list[tuple[int, int]]) -> None:
    at = box.content
    for start, end in kept:
        if end <= at or start >= box.end:
            continue
        if start > at:
            _blank(file, at, start)
        at = max(at, end)
    if at < box.end:
        _blank(file, at, box.end)


def _blank(file: IO[bytes], start: int, end: int) -> None:
    file.seek(start)
    while start < end:
        size = min(CHUNK, end - start)
        file.write(bytes(size))
        start += size
