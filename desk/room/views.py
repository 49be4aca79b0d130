"""Keeps the newest view of each scene for as long as nothing that it shows has changed: a long scene takes a second to
read, and people load its page often.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from manifests.reading.sketches import FOLDER as SKETCHES
from manifests.scene import Scene
from production.review.model import SceneView
from production.review.scene import scene_view
from wiring.services import Services

KEPT_S = 600.0
"""A view is read again after this time, whatever its files say: prices and windows of nights change with the hour.
What is decided on the page is bound to hashes, and is checked anew in any case.
"""

_SETTLED_NS = 100_000_000
"""A file that changed this short a while ago may change again within the same tick of the file system's clock."""

State = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class _Kept:
    services: Services
    state: State
    until: float
    view: SceneView


@dataclass
class KeptViews:
    """The views of one room, by scene. `clock` gives seconds."""

    clock: Callable[[], float] = time.monotonic
    now_ns: Callable[[], int] = time.time_ns
    _kept: dict[str, _Kept] = field(default_factory=dict)
    _reading: dict[str, threading.Lock] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def view(self, services: Services, scene: Scene) -> SceneView:
        """The scene as it stands now. Raises PriceRefused."""
        before = self._state(services, scene)
        if (found := self._found(services, scene, before)) is not None:
            return found
        if not before:
            return self._read(services, scene, before)
        with self._lock:
            reading = self._reading.setdefault(scene.id, threading.Lock())
        with reading:  # whoever comes while it is read waits for that, and does not read it once more
            return self._found(services, scene, before) or self._read(services, scene, before)

    def _found(self, services: Services, scene: Scene, now: State) -> SceneView | None:
        with self._lock:
            kept = self._kept.get(scene.id)
        holds = kept and now and kept.services is services and kept.state == now and self.clock() < kept.until
        return kept.view if kept and holds else None

    def _read(self, services: Services, scene: Scene, before: State) -> SceneView:
        view = scene_view(services, scene)
        if before and before == self._state(services, scene):  # nothing moved while it was read
            with self._lock:
                self._kept[scene.id] = _Kept(services, before, self.clock() + KEPT_S, view)
        return view

    def _state(self, services: Services, scene: Scene) -> State:
        """The sizes and times of the files that a view is read from; () where it cannot be kept: the ledger is on a
        server, or was written this moment.
        """
        settings, ledger = services.settings, services.settings.ledger
        if not isinstance(ledger, Path):
            return ()
        written = [_of(ledger), _of(ledger.with_name(f"{ledger.name}-wal"))]
        if any(self.now_ns() - changed < _SETTLED_NS for changed, _ in written):
            return ()
        cuts = [settings.out / scene.id / f"{scene.id}_{tier}.mp4" for tier in ("draft", "final")]
        return (*written, *(_of(file) for file in (*cuts, settings.stop_file, settings.film / SKETCHES)))


def _of(file: Path) -> tuple[int, int]:
    try:
        status = file.stat()
    except OSError:
        return 0, 0
    return status.st_mtime_ns, status.st_size
