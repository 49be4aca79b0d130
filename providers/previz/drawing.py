"""Draws what a request asks for, from its own pictures or the canon's.
Loads the pixel libraries, so the adapter loads it late.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from manifests.bible import nearest_view
from manifests.take import Request
from providers.previz import pictures, render
from providers.previz.flaws import Flaw, direct
from providers.previz.guide import blocking_guide
from providers.previz.kept import KeptPictures
from providers.previz.layers import layers
from providers.previz.passes import write_pass
from providers.previz.pictures import Picture

_PICTURES_KEPT = 24
_SHAPES_KEPT = 40
"""About 60 MB at 960 × 540: two dozen cut-outs in their light, and the plates of a few shots."""


class Drawing:
    """Draws with a few pictures kept decoded: the same few serve every shot of a scene,
    and decoding one takes longer than a frame.

    `read_reference` gives the file of a content hash, `canon` that of a canonical name; `canon_names` lists those.
    """

    def __init__(
        self,
        read_reference: Callable[[str], Path],
        canon: Callable[[str], Path],
        canon_names: Callable[[], list[str]] = list,
    ) -> None:
        self._canon, self._canon_names, self._kept = canon, canon_names, KeptPictures(_SHAPES_KEPT)
        self._plate = lru_cache(_PICTURES_KEPT)(lambda sha: pictures.plate(read_reference(sha)))
        self._cutout = lru_cache(_PICTURES_KEPT)(lambda sha: pictures.cutout(read_reference(sha)))

    def guide(self, request: Request) -> bytes:
        """The blocking guide as PNG bytes. Raises Invalid where a picture is missing."""
        return blocking_guide(request, self._pictures(request))

    def layers(self, request: Request, size: tuple[int, int]) -> tuple[tuple[str, bytes], ...]:
        """The empty plate and the cut-outs, each by its name as PNG bytes.
        Raises Invalid where a picture is missing.
        """
        return layers(request, self._pictures(request), size)

    def still(self, request: Request, size: tuple[int, int]) -> bytes:
        """The panel of a request as JPEG bytes of this size. Raises Invalid where a picture is missing."""
        return render.still(request, self._pictures(request), size, self._kept)

    def moving(self, request: Request, size: tuple[int, int], into: Path) -> None:
        """Write the clip of a request, silent, at this size. Raises Invalid where a picture is missing."""
        render.clip(request, direct(request, ()), self._pictures(request), into, size=size, silent=True)

    def write(self, request: Request, flaws: tuple[Flaw, ...], into: Path) -> None:
        """Write the panel or the clip into a file. Raises Invalid where a picture is missing."""
        write = render.panel if request.operation == "panel" else render.clip
        write(request, direct(request, flaws), self._pictures(request), into)

    def write_pass(self, request: Request, edited: str, flaws: tuple[Flaw, ...], into: Path) -> None:
        """Write a pass over the picture with the content hash `edited`. Raises Invalid where a picture is missing."""
        write_pass(request, self._plate(edited), self._pictures(request), self._plate, flaws, into)

    def _pictures(self, request: Request) -> Callable[[str], Picture]:
        """The pictures by canonical name, as this request references them; others come from the canon."""
        frames = {r.role: r.sha256 for r in request.references if r.role in ("start_frame", "end_frame")}
        named = {r.name: r.sha256 for r in request.references if r.role in ("character", "location", "prop")}

        def picture_of(name: str) -> Picture:
            if name in frames:
                return self._plate(frames[name])
            name, flat = nearest_view(name, named), name.startswith("locations/")
            if name in named:
                return self._plate(named[name]) if flat else self._cutout(named[name])
            name = nearest_view(name, self._canon_names())
            return pictures.plate(self._canon(name)) if flat else pictures.cutout(self._canon(name))

        return picture_of
