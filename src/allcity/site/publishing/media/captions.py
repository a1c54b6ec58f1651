"""Captions of videos: WebVTT is read line by line and written anew, with what is said and when, and nothing else.

Files in SubRip, which many programs write, are taken as well. Styles, regions, notes and marks other than italics, bold and
underlined are left out. After https://www.w3.org/TR/webvtt1/.
"""

import html
import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LONGEST = 200_000
_TIME = r"(?:(\d{2,}):)?([0-5]\d):([0-5]\d)[.,](\d{3})"
_TIMING = re.compile(rf"{_TIME}[ \t]+-->[ \t]+{_TIME}(.*)")
_SETTING = re.compile(r"(align:(start|center|end|left|right)|(line|position|size):\d{1,3}(\.\d{1,3})?%?)")
_MARK = re.compile(r"<(/?)([^>\s.]*)[^>]*>")
_KEPT_MARKS = ("b", "i", "u")


def checked_captions(content: bytes | str) -> str:
    """Captions as they are served. Raises `ValidationError` with what to do instead."""
    text = _as_text(content).replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")
    lines = text.split("\n")
    if not (lines[0] == "WEBVTT" or lines[0].startswith(("WEBVTT ", "WEBVTT\t")) or _looks_like_subrip(lines)):
        raise ValidationError(_("These are not captions. Save them as WebVTT, a file that ends with .vtt."))
    cues = []
    last = -1
    number = 0
    while number < len(lines):
        match = _TIMING.fullmatch(lines[number].strip()) if "-->" in lines[number] else None
        if "-->" in lines[number] and match is None:
            raise _wrong(number)
        number += 1
        if match is None:
            continue
        start, end = _milliseconds(match.groups()[:4]), _milliseconds(match.groups()[4:8])
        if end <= start or start < last:
            raise _wrong(number - 1)
        last = start
        said = []
        while number < len(lines) and lines[number].strip():
            said.append(_plain(lines[number]))
            number += 1
        settings = " ".join(word for word in match[9].split() if _SETTING.fullmatch(word))
        if any(said):
            cues.append(f"{_time(start)} --> {_time(end)} {settings}".rstrip() + "\n" + "\n".join(filter(None, said)))
    if not cues:
        raise ValidationError(_("There is nothing in these captions. Choose another file."))
    return "WEBVTT\n\n" + "\n\n".join(cues) + "\n"


def _as_text(content: bytes | str) -> str:
    if len(content) > LONGEST:
        raise ValidationError(_("These captions are too long for a video of five minutes."))
    if isinstance(content, str):
        return content
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValidationError(_("These captions hold characters that are no text. Save them again in UTF-8.")) from None
    if "\0" in text:
        raise ValidationError(_("These captions hold characters that are no text. Save them again in UTF-8."))
    return text


def _looks_like_subrip(lines: list[str]) -> bool:
    filled = [line.strip() for line in lines if line.strip()][:2]
    return len(filled) == 2 and filled[0].isdigit() and bool(_TIMING.fullmatch(filled[1]))


def _wrong(number: int) -> ValidationError:
    return ValidationError(
        _("Line %(number)s of these captions says a time that cannot be. Correct it and send the file again.")
        % {"number": number + 1}
    )


def _milliseconds(parts: tuple[str | None, ...]) -> int:
    hours, minutes, seconds, rest = (int(part or 0) for part in parts)
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + rest


def _time(milliseconds: int) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{rest:03}"


def _plain(line: str) -> str:
    """What is said in a line, with italics, bold and underlined where they are opened and closed in it."""
    parts = []
    at = 0
    marks: list[str] = []
    for match in _MARK.finditer(line):
        parts.append(_escaped(line[at : match.start()]))
        at = match.end()
        name = match[2].lower()
        if name not in _KEPT_MARKS:
            continue
        if not match[1]:
            marks.append(name)
            parts.append(f"<{name}>")
        elif marks and marks[-1] == name:
            marks.pop()
            parts.append(f"</{name}>")
    parts.append(_escaped(line[at:]))
    parts.extend(f"</{name}>" for name in reversed(marks))
    return "".join(parts).strip()


def _escaped(words: str) -> str:
    words = "".join(each for each in html.unescape(words) if each.isprintable() or each in "\u200d\u200e\u200f")
    return html.escape(words, quote=False)
