"""The parameter sets of an H.264 stream in MP4: what a decoder must know before it reads a picture."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

_VERSION = 1
_WITH_CHROMA = frozenset({100, 110, 122, 144})
"""Profiles whose record ends with chroma format and bit depths (ISO/IEC 14496-15, 5.3.3.1)."""
_EIGHT_BIT_420 = bytes([0xFD, 0xF8, 0xF8, 0])
_PROFILE, _COMPATIBLE, _LEVEL = 1, 2, 3
"""Places in a sequence parameter set, after the byte that says what it is."""
_SEQUENCES_MAX, _PICTURES_MAX = 31, 255


@dataclass(frozen=True, slots=True)
class ParameterSets:
    """All sequence and picture parameter sets of a stream, as bytes; `length_bytes`: of the length before each unit."""

    sequences: tuple[bytes, ...]
    pictures: tuple[bytes, ...]
    length_bytes: int = 4

    def record(self) -> bytes:
        """The record that an MP4 holds of them (avcC), for the highest profile and level that they name."""
        highest = max(self.sequences, key=lambda each: (each[_PROFILE], each[_LEVEL]))
        head = bytes([_VERSION, highest[_PROFILE], highest[_COMPATIBLE], highest[_LEVEL], 0xFB + self.length_bytes])
        counted = bytes([0xE0 | len(self.sequences)]), bytes([len(self.pictures)])
        body = counted[0] + _sized(self.sequences) + counted[1] + _sized(self.pictures)
        return head + body + (_EIGHT_BIT_420 if highest[_PROFILE] in _WITH_CHROMA else b"")


def read_record(record: bytes) -> ParameterSets | None:
    """What an MP4's record holds; None for a record of another kind, or a broken one."""
    if len(record) < 7 or record[0] != _VERSION:
        return None
    sequences, at = _read(record, 6, record[5] & _SEQUENCES_MAX)
    if at >= len(record):
        return None
    pictures, at = _read(record, at + 1, record[at])
    whole = sequences and pictures and at <= len(record) and all(len(each) > _LEVEL for each in sequences)
    return ParameterSets(sequences, pictures, (record[4] & 3) + 1) if whole else None


def together(streams: Iterable[ParameterSets]) -> ParameterSets:
    """The sets of all streams, each once: one record for a film that is made of their pictures."""
    known = list(streams)
    sequences = tuple(dict.fromkeys(each for stream in known for each in stream.sequences))
    pictures = tuple(dict.fromkeys(each for stream in known for each in stream.pictures))
    assert len(sequences) <= _SEQUENCES_MAX
    assert len(pictures) <= _PICTURES_MAX
    return ParameterSets(sequences, pictures)


def numbers_of(sets: ParameterSets) -> frozenset[int]:
    """The numbers by which the pictures of a stream name their sequence parameter sets."""
    return frozenset(_first_number(_without_guards(each[_LEVEL + 1 :])) for each in sets.sequences)


def _first_number(content: bytes) -> int:
    """The number that a set begins with, in the code that H.264 calls ue(v)."""
    bits = "".join(f"{byte:08b}" for byte in content[:8])
    zeros = len(bits) - len(bits.lstrip("0"))
    return int(bits[zeros : 2 * zeros + 1] or "0", 2) - 1


def _without_guards(content: bytes) -> bytes:
    return content.replace(b"\0\0\3", b"\0\0")


def _read(record: bytes, at: int, count: int) -> tuple[tuple[bytes, ...], int]:
    found = []
    for _ in range(count):
        size = int.from_bytes(record[at : at + 2], "big")
        found.append(record[at + 2 : at + 2 + size])
        at += 2 + size
    return tuple(found), at


def _sized(sets: Iterable[bytes]) -> bytes:
    return b"".join(len(each).to_bytes(2, "big") + each for each in sets)
