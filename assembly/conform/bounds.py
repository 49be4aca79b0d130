"""What an edited timeline may be at most, and its bytes and words within that. No film comes near."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from assembly.errors import UnreadableEdit

BYTES_MAX = 32 << 20
"""A timeline of 1,000 clips has 3 MB as OTIO, with all that Resolve writes beside it."""

CLIPS_MAX = 5_000
FRAMES_MAX = 30 * 3600 * 24
"""A day: what timecode counts."""

LINE_MAX = 2_000
DEPTH_MAX = 200
"""Of elements in elements. Real timelines stay below 40."""

_AGAIN = "Export it again from the editing program"


def content_of(path: Path) -> bytes:
    """The bytes of an ordinary file of a timeline's size. Raises UnreadableEdit."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError:
        raise UnreadableEdit(str(path), "the file does not exist", "Name an .otio, .edl, .fcpxml or .xml") from None
    except OSError as error:
        raise UnreadableEdit(str(path), f"it cannot be read ({error.strerror})", "Look at its permissions") from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise UnreadableEdit(str(path), "it is not an ordinary file", "Name an .otio, .edl, .fcpxml or .xml")
    with os.fdopen(descriptor, "rb") as opened:
        content = opened.read(BYTES_MAX + 1)
    if len(content) > BYTES_MAX:
        cause = f"it has more than {BYTES_MAX >> 20} MB, which no film's timeline has"
        raise UnreadableEdit(str(path), cause, "Export the timeline alone, without its media")
    if not content.strip():
        raise UnreadableEdit(str(path), "it is empty", _AGAIN)
    return content


def text_of(content: bytes, file: str) -> str:
    """The file's text. Raises UnreadableEdit for other encodings than UTF-8."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        cause = f"its byte {error.start} is not UTF-8"
        raise UnreadableEdit(file, cause, "Save it as UTF-8, or as plain ASCII") from None
    if "\0" in text:
        raise UnreadableEdit(file, "it has zero bytes, as a film or UTF-16 has", "Save it as UTF-8")
    return text
