"""Reads the cut of an edited timeline, in whichever of four formats it is; what it is, its content says."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from assembly.conform.bounds import BYTES_MAX, content_of
from assembly.conform.edited import EditedCut
from assembly.errors import UnreadableEdit

Reader = Callable[[bytes, str, int], EditedCut]

_EDL = re.compile(rb"\s*(TITLE:|FCM:|\*|\d{1,6}\s+\S+\s+\S+\s+(C|D|W\d{3}|K[BO]?)\s)")
_MARKS = (b"\xef\xbb\xbf",)
_BUNDLE = "Info.fcpxml"


def read_cut(path: Path, fps: int) -> EditedCut:
    """The cut of an .otio, .otioz, .edl, .fcpxml, .fcpxmld or .xml file, for a film of `fps` frames a second. Opens
    that file alone, never what it names. Raises UnreadableEdit.
    """
    bundle = path / _BUNDLE
    content = content_of(bundle if path.is_dir() and bundle.exists() else path)
    if content.startswith(b"PK"):
        content = _unpacked(content, str(path))
    read = _reader_of(content)
    if read is None:
        cause = "it is not OpenTimelineIO, EDL, FCPXML or Final Cut Pro 7 XML"
        raise UnreadableEdit(str(path), cause, "Export the timeline in one of these formats, as UTF-8")
    return read(content, str(path), fps)


def _reader_of(content: bytes) -> Reader | None:
    """Loads the library of the format that it is, and no other."""
    head = content.removeprefix(_MARKS[0]).lstrip()
    if head.startswith(b"{"):
        from assembly.conform.from_otio import cut_of_otio  # noqa: PLC0415  # see above

        return cut_of_otio
    if head.startswith(b"<"):
        if b"<xmeml" in head[:4096]:
            from assembly.conform.from_fcp7 import cut_of_fcp7  # noqa: PLC0415  # see above

            return cut_of_fcp7
        from assembly.conform.from_fcpxml import cut_of_fcpxml  # noqa: PLC0415  # see above

        return cut_of_fcpxml
    if _EDL.match(head):
        from assembly.conform.from_edl import cut_of_edl  # noqa: PLC0415  # see above

        return cut_of_edl
    return None


def _unpacked(content: bytes, file: str) -> bytes:
    """The timeline in an .otioz, which is a ZIP with its media."""
    again = "Export it again, or as .otio"
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive, archive.open("content.otio") as inner:
            found = inner.read(BYTES_MAX + 1)
    except (zipfile.BadZipFile, KeyError, OSError, RuntimeError, ValueError, EOFError, zlib.error):
        raise UnreadableEdit(file, "it is a ZIP without a readable content.otio", again) from None
    if len(found) > BYTES_MAX:
        raise UnreadableEdit(file, f"its content.otio has more than {BYTES_MAX >> 20} MB", again)
    return found
