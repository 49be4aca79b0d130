"""How a run of a scene ended: for people, for `--json`, and for the exit code."""

from __future__ import annotations

from typing import Literal

from checks.colour_match import ColourMatch
from manifests.noun import Noun

Ending = Literal[
    "finished", "waits for approval", "waits for hands", "incomplete", "budget", "credit", "stopped", "refused", "fenced",
]  # fmt: skip

EXIT_CODES: dict[Ending, int] = {
    "finished": 0, "incomplete": 1, "fenced": 1, "waits for approval": 3, "waits for hands": 3, "budget": 4, "credit": 5,
    "stopped": 6, "refused": 8,
}  # fmt: skip


class ShotLine(Noun):
    """One shot as the run left it. `status` is a word of the status table; `message` says who says so and what to do."""

    shot: str
    status: str
    draft: str | None = None
    final: str | None = None
    message: str = ""


class SceneOutcome(Noun):
    """How it ended. `generated`: takes really made in this run. Money in micro-dollars, of the scene so far.

    `re_anchored`: chained shots that were made from the masters, and why. `drifted`: what is adrift still, in sentences.
    `colours`: how the chained clips of the newest cut were brought to the colours of their chain's first.
    `dry`: the providers whose credit has ended.
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

    @property
    def exit_code(self) -> int:
        """The command's exit code."""
        return EXIT_CODES[self.ending]


class SceneUnfinished(Exception):
    """Raised at the end of a run that did not come through, so that Prefect's page says so too."""

    def __init__(self, outcome: SceneOutcome) -> None:
        super().__init__(outcome.message)
        self.outcome = outcome
