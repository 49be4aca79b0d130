"""Reads a media file's claims in its first bytes and tables, before any decoder opens it.

Decoders believe a head: an MP4 of 700 bytes that claims fifty million frames makes FFmpeg take 3.4 GB to list them, and
a WebP of 30 bytes a canvas of 2 GB. So the claims are read here, by nothing but arithmetic, and bounded first.
"""

from __future__ import annotations

import os
import re
import stat
import struct
from pathlib import Path
from typing import BinaryIO, Literal

Form = Literal["png", "jpeg", "webp", "mp4", "matroska"]

HEAD_BYTES = 64
SAMPLES_MAX = 4_000_000
"""Entries in all sample tables of an MP4: 60 s at 60 frames a second need 3 600, 60 s of bare 48 kHz sound 2.9 million.
FFmpeg takes 70 bytes for each, so 280 MB at the most."""

TABLES_BYTES_MAX = 64 << 20
_BOXES_MAX = 100_000
_CHUNK_BYTES = 1 << 20
_OPAQUE = frozenset({b"mdat", b"free", b"skip"})
_ISO_BOXES = frozenset({b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"styp"})
_COUNTS_AT = {
    b"stsz": 12,
    b"stz2": 12,
    b"stts": 8,
    b"ctts": 8,
    b"stsc": 8,
    b"stco": 8,
    b"co64": 8,
    b"stss": 8,
    b"elst": 8,
    b"trun": 8,
    b"tfra": 16,
}
"""Bytes from a table's name to the number of its entries; ISO/IEC 14496-12.
Each entry but those of `stsz` and `trun` has bytes.
"""

_TABLES = re.compile(rb"stsz|stz2|stts|ctts|stsc|stco|co64|stss|elst|trun|tfra|cmov")
_STILL_BRANDS = {
    b"heic": "HEIC picture",
    b"heix": "HEIC picture",
    b"mif1": "HEIF picture",
    b"msf1": "HEIF picture",
    b"avif": "AVIF picture",
    b"avis": "AVIF picture",
    b"crx ": "raw photograph",
}
_OTHERS: tuple[tuple[bytes, str], ...] = (
    (rb"GIF8", "GIF"),
    (rb"II\*\0|MM\0\*|II\+\0|MM\0\+", "TIFF"),
    (rb"BM", "BMP"),
    (rb"8BPS", "Photoshop file"),
    (rb"%PDF", "PDF"),
    (rb"%!PS", "PostScript file"),
    (rb"PK\x03\x04", "ZIP archive"),
    (rb"\x1f\x8b", "gzip archive"),
    (rb"\0\0\x01\0", "Windows icon"),
    (rb"\x76\x2f\x31\x01", "OpenEXR picture"),
    (rb"\0\0\0\x0cJXL |\xff\x0a", "JPEG XL picture"),
    (rb"\0\0\0\x0cjP ", "JPEG 2000 picture"),
    (rb"RIFF....AVI ", "AVI"),
    (rb"RIFF....WAVE", "WAV sound"),
    (rb"OggS", "Ogg file"),
    (rb"\s*#EXTM3U", "playlist (HLS)"),
    (rb"\s*ffconcat", "playlist (concat)"),
    (rb"v=0", "playlist (SDP)"),
    (rb"\s*(<\?xml[^>]*>\s*)?<MPD", "playlist (DASH)"),
    (rb"\s*(<\?xml|<svg|<!DOCTYPE svg)", "SVG or another XML"),
    (rb"\s*(push graphic-context|viewbox |image )", "MVG drawing"),
    (rb"\s*(<!doctype html|<html)", "web page"),
    (rb"\s*[{\[]", "JSON text"),
)


def form_of(head: bytes) -> Form | None:
    """The one of our forms that these first bytes (64 are enough) begin;
    None for anything else, whatever the file is called.
    """
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if (head[:4], head[8:12]) == (b"RIFF", b"WEBP"):
        return "webp"
    if head[4:8] in _ISO_BOXES and head[8:12] not in _STILL_BRANDS:
        return "mp4"
    return "matroska" if head.startswith(b"\x1a\x45\xdf\xa3") else None


def looks_like(head: bytes) -> str:
    """The likely format of a file of another format than ours, in words that follow "it is":
    "a GIF", "empty", "of an unknown format".
    """
    if not head:
        return "empty"
    if (form := form_of(head)) is not None:
        return {"png": "a PNG", "jpeg": "a JPEG", "webp": "a WebP", "mp4": "an MP4", "matroska": "a WebM"}[form]
    if head[4:8] == b"ftyp" and head[8:12] in _STILL_BRANDS:
        return _with_article(_STILL_BRANDS[head[8:12]])
    found = (name for pattern, name in _OTHERS if re.match(pattern, head, re.IGNORECASE | re.DOTALL))
    return _with_article(next(found, "")) or "of an unknown format"


def is_file(path: Path) -> bool:
    """Whether `path` is an ordinary file: a pipe would keep its reader waiting for ever.
    Raises OSError where there is none.
    """
    return stat.S_ISREG(path.stat().st_mode)


def webp_size(head: bytes) -> tuple[int, int]:
    """Width and height in pixels that a WebP's head claims (RFC 9649); (0, 0) where it claims none."""
    kind, body = head[12:16], head[20:34]
    if len(body) < 14:
        return 0, 0
    if kind == b"VP8X":
        return 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")
    if kind == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    width, height = struct.unpack_from("<HH", body, 6)
    return (width & 0x3FFF, height & 0x3FFF) if kind == b"VP8 " else (0, 0)


def jpeg_scans(file: BinaryIO) -> int:
    """How many scans a JPEG has, at the most: each makes a decoder go over the whole picture again.
    Reads all of `file`.
    """
    scans, last = 0, b""
    while block := file.read(_CHUNK_BYTES):
        scans += (last + block).count(b"\xff\xda")
        last = block[-1:]
    return scans


def too_many_samples(file: BinaryIO) -> str:
    """Why an MP4's tables are not to be given to a decoder, in words that follow "it"; empty where they may be.

    Every table is looked at, at whatever depth it stands; the media themselves are passed over.
    """
    samples = tables_bytes = start = 0
    whole = file.seek(0, os.SEEK_END)
    for _ in range(_BOXES_MAX):
        if start + 8 > whole:
            return ""
        file.seek(start)
        head = file.read(16)
        size, kind, inside = int.from_bytes(head[:4], "big"), head[4:8], start + 8
        if size == 1:
            size, inside = int.from_bytes(head[8:16], "big"), start + 16
        end = start + size if size else whole  # 0: to the end of the file
        if end < inside:
            return ""
        if kind not in _OPAQUE:
            file.seek(inside)
            content = file.read(min(end - inside, TABLES_BYTES_MAX + 1))
            tables_bytes += len(content)
            if tables_bytes > TABLES_BYTES_MAX:
                return f"has tables of more than {TABLES_BYTES_MAX} bytes"
            claimed, words = _claimed(content)
            samples += claimed
            if words or samples > SAMPLES_MAX:
                return words or f"claims {samples} frames and samples of sound"
        start = end
    return f"has more than {_BOXES_MAX} boxes"


def _claimed(content: bytes) -> tuple[int, str]:
    """How many samples the tables in one box claim, at any depth; and what is too much in itself."""
    samples = 0
    for found in _TABLES.finditer(content):
        name, at = found[0], found.start() + _COUNTS_AT.get(found[0], 0)
        if name == b"cmov":
            return samples, "has compressed tables, which nobody can bound"
        count = int.from_bytes(content[at : at + 4], "big")
        if count > SAMPLES_MAX:
            return samples, f"claims {count} frames and samples of sound"
        samples += count if name in {b"stsz", b"stz2", b"trun"} else 0
    return samples, ""


def _with_article(name: str) -> str:
    if not name:
        return ""
    spoken = name[0] in "AEIOU" or name.startswith(("SVG", "MVG"))
    return f"{'an' if spoken else 'a'} {name}"
