"""What follows from an expected frame alone, worked out once for all frames that expect the same.

Chained shots mostly keep their camera, and people who talk stay on their marks: the ends of such shots, and often their
middles, are compared with one and the same picture of everybody who could stand there.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from checks.seeing.masters import References
from checks.seeing.stage import Stage, expected
from manifests.scene import Shot
from manifests.staging import placements, plate_window

T = TypeVar("T")

_KEPT = 2
"""Expected frames that are kept: those of a shot's middle and end. A cast of two with all who could stand there takes
30 MB.
"""


@dataclass(frozen=True, slots=True)
class Staged:
    """An expected frame, and what was worked out of it."""

    stage: Stage
    _done: dict[Hashable, Any] = field(default_factory=dict)

    def once(self, name: Hashable, work: Callable[[], T]) -> T:
        """The result of `work`, which needs nothing but this stage, the masters and `name`."""
        if name not in self._done:
            self._done[name] = work()
        out: T = self._done[name]
        return out


class Stagings:
    """The last expected frames of one set of masters."""

    def __init__(self, references: References) -> None:
        self._references = references
        self._kept: OrderedDict[Hashable, Staged] = OrderedDict()

    def expected(self, shot: Shot, progress: float) -> Staged:
        """The frame of `shot` at `progress` (0 to 1). Raises MasterMissing."""
        key = shot.location, shot.aspect, plate_window(shot.camera, progress), placements(shot, progress)
        if key not in self._kept:
            self._kept[key] = Staged(expected(shot, progress, self._references))
        self._kept.move_to_end(key)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return self._kept[key]
