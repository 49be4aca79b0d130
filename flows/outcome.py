"""How a run of a scene ended: for people, for `--json`, and for the exit code."""

from __future__ import annotations

from typing import Literal

from checks.colour_match import ColourMatch
from manifests.noun import Noun

Ending = Literal[
    "finished",
    "waits for approval",
    "waits for an answer",
    "waits for hands",
    "on hold",
    "incomplete",
    "budget",
    "credit",
    "stopped",
    "window closed",
    "refused",
    "fenced",
]

EXIT_CODES: dict[Ending, int] = {
    "finished": 0,
    "incomplete": 1,
    "fenced": 1,
    "waits for approval": 3,
    "waits for an answer": 3,
    "waits for hands": 3,
    "on hold": 3,
    "budget": 4,
    "credit": 5,
    "stopped": 6,
    "window closed": 6,
    "refused": 8,
}

PASSED: frozenset[Ending] = frozenset(
    {"finished", "waits for approval", "waits for an answer", "waits for hands", "on hold"}
)
"""The endings that are no failure: there is nothing more to do, or a person is to do it."""


class ShotLine(Noun):
    """One shot as the run left it. `status` is a word of the status table; `message` gives the cause, and what to
    do.
    """

    shot: str
    status: str
    draft: str | None = None
    final: str | None = None
    message: str = ""


class DraftWaiting(Noun):
    """A paid draft that a person approves first: what it would be made from, in which words, and the most it may
    cost.
    """

    shot: str
    resolution: str
    provider: str
    high_microusd: int
    picture: str
    prompt: str
    lapsed: tuple[str, ...] = ()


class SceneOutcome(Noun):
    """How it ended. `generated`: takes really made in this run. Money in micro-dollars, of the scene so far.

    `re_anchored`: chained shots that were made from the masters, and why. `drifted`: what is adrift still, in
    sentences. `colours`: how the chained clips of the newest cut were brought to the colours of their chain's first.
    `dry`: the providers whose credit has ended. `left_out`: what people have on hold or omitted from the film, a line
    each. `drafts_waiting`: the paid drafts that a person approves first, as they are shown to that person.
    """

    scene: str
    ending: Ending
    message: str
    next: tuple[str, ...]
    generated: int
    settled_microusd: int
    held_microusd: int
    shots: tuple[ShotLine, ...]
    film: str | None = None
    draft: str | None = None
    reel: str | None = None
    contact_sheet: str | None = None
    timeline: str | None = None
    drift_chart: str | None = None
    approvals: tuple[str, ...] = ()
    lapsed: tuple[str, ...] = ()
    re_anchored: tuple[str, ...] = ()
    drifted: tuple[str, ...] = ()
    dry: tuple[str, ...] = ()
    colours: tuple[ColourMatch, ...] = ()
    left_out: tuple[str, ...] = ()
    drafts_waiting: tuple[DraftWaiting, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether it came through: nothing more is to be done, or a person is to do it."""
        return self.ending in PASSED

    @property
    def exit_code(self) -> int:
        """The command's exit code."""
        return EXIT_CODES[self.ending]


class SceneLine(Noun):
    """One scene of a film as the film's run left it. `waits`: a person is to do something; `run`: its own run in
    Prefect.
    """

    scene: str
    came_through: bool
    waits: bool = False
    message: str = ""
    run: str | None = None


class FilmOutcome(Noun):
    """How a run of a whole film ended, scene by scene in story order."""

    film: str
    scenes: tuple[SceneLine, ...]

    @property
    def failed(self) -> tuple[SceneLine, ...]:
        """The scenes that did not come through."""
        return tuple(line for line in self.scenes if not line.came_through)

    @property
    def message(self) -> str:
        """A sentence, and one for each scene that is not finished."""
        done = sum(line.came_through and not line.waits for line in self.scenes)
        told = [
            f"{line.scene}: {' '.join(line.message.split())}"
            for line in self.scenes
            if line.waits or not line.came_through
        ]
        return " · ".join([f"{done} of {len(self.scenes)} scenes are done", *told])


class FilmUnfinished(Exception):
    """Raised at the end of a film's run where a scene did not come through, so that Prefect's page says so too."""

    def __init__(self, outcome: FilmOutcome) -> None:
        super().__init__(outcome.message)
        self.outcome = outcome


class SceneUnfinished(Exception):
    """Raised at the end of a run that did not come through, so that Prefect's page says so too."""

    def __init__(self, outcome: SceneOutcome) -> None:
        super().__init__(outcome.message)
        self.outcome = outcome
