"""The facts of a picture that the reference check needs, found by one decode and remembered by content."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Annotated, ClassVar

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from checks.seeing.pictures import read_picture
from manifests.keys import hash_file
from manifests.noun import Fraction, Noun, Sha256
from manifests.reading.whole_file import put_text

_Side = Annotated[int, Field(ge=1)]


class PictureFacts(Noun):
    """`width` and `height` in pixels. `clear`: the part of it that is see-through; 0 where next to nothing is opaque.

    Raise the schema's number when another program would find other facts in the same picture.
    """

    schema_name: ClassVar[str] = "gate/picture_facts/1"

    sha256: Sha256
    width: _Side
    height: _Side
    clear: Fraction


class PictureFactsCache:
    """One command's facts of pictures: each file is hashed once, and decoded where its content is new.

    `folder`: where facts are remembered between commands; None remembers nothing.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._hashes: dict[Path, str] = {}
        self._facts: dict[str, PictureFacts] = {}

    def sha256(self, path: Path) -> str:
        """The hash of the file's own bytes, read when it is first asked for."""
        if path not in self._hashes:
            self._hashes[path] = hash_file(path)
        return self._hashes[path]

    def facts(self, path: Path) -> PictureFacts:
        """The facts of the picture. Raises Unreadable, with its cause and its fix, each time:
        a bad picture is not remembered.
        """
        sha256 = self.sha256(path)
        if sha256 not in self._facts:
            self._facts[sha256] = self._remembered(sha256) or self._keep(_decoded(path, sha256))
        return self._facts[sha256]

    def _remembered(self, sha256: str) -> PictureFacts | None:
        if self._folder is None:
            return None
        try:
            found = PictureFacts.from_stored((self._folder / f"{sha256}.json").read_bytes())
        except (OSError, ValueError, RecursionError):
            return None
        return found if found.sha256 == sha256 else None

    def _keep(self, facts: PictureFacts) -> PictureFacts:
        if self._folder is not None:
            with contextlib.suppress(OSError):  # where nobody may write, the next command decodes it again
                put_text(facts.stored(), self._folder / f"{facts.sha256}.json", synced=False)
        return facts


def _decoded(path: Path, sha256: str) -> PictureFacts:
    pixels = read_picture(path)
    height, width = pixels.shape[:2]
    return PictureFacts(sha256=sha256, width=width, height=height, clear=_clear(pixels))


def _clear(pixels: NDArray[np.uint8]) -> float:
    if pixels.shape[2] != 4:
        return 0.0
    alpha = pixels[..., 3]
    return float((alpha < 16).mean()) if float((alpha > 240).mean()) > 0.02 else 0.0
