"""Re-anchorings: which chained shots are made from the locked masters all the same, and why, as the ledger keeps it.

One is bound to the clip that the shot would have opened on, and to the rules and the eye that judged: when any of these
change, it lapses, and the chain is judged again. A run and a plan both ask here, so that both go the same way.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from manifests.film import Limits
from manifests.keys import hash_json
from production.journey.next_step import attempts_allowed
from wiring.services import Services

NOTE = "reanchor"
"""The kind of the ledger's note."""

_MARK = re.compile(r" \[([0-9a-f]{12})\]$")
_CROSSING = re.compile(r"(\w+) (\w+), CUSUM ([\d.]+) over ([\d.]+)")


@dataclass(frozen=True, slots=True)
class Crossing:
    """What drifted: an entity's axis, and its CUSUM when it was over the alarm, both in standard deviations."""

    entity: str
    axis: str
    cusum: float
    alarm: float


@dataclass(frozen=True, slots=True)
class ReAnchoring:
    """A chained shot made from the masters. `again`: its own chained clip had drifted, and is made again.

    `before`: the shot that it does not open on. `why`: in words, where it was no drift that was measured.
    """

    shot: str
    before: str
    crossings: tuple[Crossing, ...] = ()
    again: bool = False
    why: str = ""

    @property
    def words(self) -> str:
        """The whole of it, as people read it."""
        cause = "; ".join(f"{c.entity} {c.axis}, CUSUM {c.cusum:.2f} over {c.alarm:g}" for c in self.crossings)
        done = "made again" if self.again else "made"
        return f"{done} from the locked pictures, not from the last frame of {self.before}: {cause or self.why}"


def is_made_again(limits: Limits, attempt: int) -> bool:
    """Whether a shot whose own chained clip has drifted is made again from the masters. With no take left after
    `attempt` the shot after it is made from them instead.
    """
    return attempt < attempts_allowed(limits, "clip", "draft")


def mark_of(rules: str, eye: str, opens_on: str) -> str:
    """What a re-anchoring is bound to. `opens_on`: the generation key of the clip before."""
    return hash_json([rules, eye, opens_on])[:12]


def record(services: Services, anchoring: ReAnchoring, opens_on: str) -> None:
    """Write it down, once."""
    mark = mark_of(services.rules(), services.eye_name(), opens_on)
    if standing(services, anchoring.shot, opens_on) is None:
        services.ledger.note(NOTE, f"shot:{anchoring.shot}", f"{anchoring.words} [{mark}]")


def standing(services: Services, shot: str, opens_on: str) -> ReAnchoring | None:
    """The re-anchoring of a shot that would open on this clip, where the ledger has one that stands."""
    mark = mark_of(services.rules(), services.eye_name(), opens_on)
    notes = services.ledger.notes(kind=NOTE, scope=f"shot:{shot}")
    return read(shot, (note.text for note in notes), mark)


def read(shot: str, notes: Iterable[str], mark: str) -> ReAnchoring | None:
    """The re-anchoring among the texts of a shot's notes that bears this mark."""
    text = next((text for text in notes if (found := _MARK.search(text)) and found[1] == mark), None)
    if text is None:
        return None
    said, _, cause = _MARK.sub("", text).partition(": ")
    crossings = tuple(Crossing(e, a, float(cusum), float(alarm)) for e, a, cusum, alarm in _CROSSING.findall(cause))
    return ReAnchoring(shot, said.split()[-1], crossings, said.startswith("made again"), "" if crossings else cause)
