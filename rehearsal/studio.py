"""The studio: makes what was ordered, as the film's own animatic where the order's words are the film's.

The same order is drawn once for all callers; the result lies in the house's folder under the order's content.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path

from manifests.keys import hash_file, hash_json
from manifests.reading.film_folder import FilmFolder
from manifests.reading.whole_file import whole_file
from rehearsal.faults import Fault
from rehearsal.known import KnownShot, LockedPictures, Prompts, Received
from rehearsal.order import Order

_SHOWN = frozenset({"drift", "wrong_duration", "wrong_size"})
"""Faults that can be seen in the picture itself."""

_SUFFIX = {"panel": ".png", "clip": ".mp4", "score": ".json", "write": ".json"}


class Studio:
    """Makes pictures and clips in `folder`. Without a film, or with `plain`, it knows no shot."""

    def __init__(
        self,
        folder: Path,
        film: FilmFolder | None = None,
        locked: LockedPictures | None = None,
        *,
        plain: bool = False,
        hands: int = 2,
    ) -> None:
        self._folder, self._film, self._locked, self._plain = folder, film, locked, plain
        prompts = Prompts(film) if film and locked and not plain else None
        self._hands = ThreadPoolExecutor(hands, thread_name_prefix="studio")
        self._find = lru_cache(512)(prompts.find) if prompts else None
        self._canon: dict[str, str] | None = None

    def shot_of(self, order: Order) -> KnownShot | None:
        """The film's shot that an order is for, or None."""
        return self._find(order.operation, order.prompt) if self._find else None

    @property
    def knows_shots(self) -> bool:
        """Whether what it draws are shots of a film."""
        return self._find is not None

    @property
    def places(self) -> tuple[str, ...]:
        """The locations of the film, sorted."""
        names = self._locked.names if self._locked else ()
        return tuple(sorted(name.removeprefix("locations/") for name in names if name.startswith("locations/")))

    def locked_as(self, sha256: str) -> str | None:
        """The canonical name of a locked picture of that content, None where there is none, or no film."""
        if self._canon is None:
            locked = self._locked
            self._canon = {hash_file(locked.file(name)): name for name in locked.names} if locked else {}
        return self._canon.get(sha256)

    def output(self, order: Order, faults: Iterable[Fault], job_id: str) -> Path:
        """Where the order's picture is, or will be."""
        return self._folder / _name(order, tuple(faults), job_id if self._plain else "")

    async def make(self, order: Order, faults: tuple[Fault, ...], job_id: str, received: Received) -> None:
        """Draw the order, unless it is drawn already; the file appears whole."""
        path = self.output(order, faults, job_id)
        if not path.is_file():
            await asyncio.get_running_loop().run_in_executor(
                self._hands, self._draw, path, order, faults, job_id, received
            )

    def close(self) -> None:
        """Draw nothing more."""
        self._hands.shutdown(wait=True, cancel_futures=True)

    def _draw(self, path: Path, order: Order, faults: tuple[Fault, ...], job_id: str, received: Received) -> None:
        from rehearsal import drawing, plain  # noqa: PLC0415  they load the pixel libraries

        if path.is_file():  # another hand was quicker
            return
        with whole_file(path, synced=False, suffixed=True) as draft:
            wish = drawing.wish_of(order, faults)
            if order.operation in {"score", "write"}:
                draft.write_text(order.said, encoding="utf-8")
            elif self._plain:
                plain.draw(wish, job_id, draft)
            elif (known := self.shot_of(order)) and self._locked and self._film:
                drawing.shot(wish, known, self._film.bible, self._locked, received, draft)
            else:
                drawing.stranger(wish, received, draft)


def _name(order: Order, faults: tuple[Fault, ...], job_id: str) -> str:
    content = order.model_dump(mode="json", exclude={"raw", "marker", "price_microusd"})
    shown = [fault.model_dump(mode="json") for fault in faults if fault.fault in _SHOWN]
    return hash_json([content, shown, job_id])[:32] + _SUFFIX[order.operation]
