"""What a provider can do that shows what it would make before anybody asks for it."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol, runtime_checkable

from manifests.take import Request


@runtime_checkable
class DrawsPreviews(Protocol):
    """A provider that can show what it would make, at once and for nothing, before anybody asks for it."""

    def still(self, request: Request, size: tuple[int, int]) -> bytes:
        """A panel as JPEG bytes of `size` (width and height in pixels). Raises Invalid where a picture is missing."""

    def moving(self, request: Request, size: tuple[int, int], into: Path) -> None:
        """Write a clip as a silent MP4 of `size`. Raises Invalid where a picture is missing."""
