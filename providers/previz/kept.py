"""Keeps what is worked out of pictures (a plate through its lens, a cut-out in its light) while a person composes: the
next still then costs only what has changed. What is kept is what would be worked out again, so no picture changes.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")


class KeptPictures:
    """At most `most` results, the newest used. Safe to ask from several threads."""

    def __init__(self, most: int = 0) -> None:
        self._most, self._lock = most, threading.Lock()
        self._held: OrderedDict[Hashable, tuple[object, Any]] = OrderedDict()

    def of(self, source: object, key: Hashable, make: Callable[[], T]) -> T:
        """What `make` gives for this picture and key. The picture is held with it, so that its identity stays its
        own.
        """
        if not self._most:
            return make()
        whole = (id(source), key)
        with self._lock:
            if whole in self._held:
                self._held.move_to_end(whole)
                found: T = self._held[whole][1]
                return found
        made = make()
        with self._lock:
            self._held[whole] = (source, made)
            while len(self._held) > self._most:
                self._held.popitem(last=False)
        return made


NOTHING_KEPT = KeptPictures()
"""Works everything out each time: a take is made once."""
