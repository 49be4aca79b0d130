"""Numbers that were worked out of pictures, kept by the content of the picture."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from manifests.reading.whole_file import whole_file

Numbers = NDArray[Any]


class KeptNumbers:
    """Arrays by key: the newest `most` in memory, and all of them in `store` where there is one, for later processes.
    May be used from any thread.

    `made_by`: what worked them out, such as a model's name; another maker's numbers are never found.
    """

    def __init__(self, made_by: str, most: int, store: Path | None = None) -> None:
        self._folder = None if store is None else store / hashlib.sha256(made_by.encode()).hexdigest()[:12]
        self._most = most
        self._lock = threading.Lock()
        self._newest: OrderedDict[str, Numbers] = OrderedDict()

    def find(self, key: str) -> Numbers | None:
        """The numbers under a key; None where they are not known, or their file is not whole."""
        with self._lock:
            if key in self._newest:
                self._newest.move_to_end(key)
                return self._newest[key]
        path = self._path(key)
        if path is None or not path.is_file():
            return None
        try:
            numbers: Numbers = np.load(path, allow_pickle=False)
        except (OSError, ValueError, EOFError):
            return None  # half written by a process that died; they are worked out again
        self._put(key, numbers)
        return numbers

    def keep(self, key: str, numbers: Numbers) -> None:
        """Keep the numbers under a key. Nobody may change them from here on."""
        self._put(key, numbers)
        if (path := self._path(key)) is not None:
            with whole_file(path, synced=False) as part, part.open("wb") as file:
                np.save(file, numbers)

    def forget(self) -> None:
        """Forget what is in memory, so that a measurement of speed begins from nothing."""
        with self._lock:
            self._newest.clear()

    def _put(self, key: str, numbers: Numbers) -> None:
        with self._lock:
            self._newest[key] = numbers
            while len(self._newest) > self._most:
                self._newest.popitem(last=False)

    def _path(self, key: str) -> Path | None:
        return None if self._folder is None else self._folder / f"{key}.npy"
