"""The panel gate: one picture against the shot it was made for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from checks.contract import AskBands, Tally, Thresholds, Trouble
from checks.errors import Unreadable
from checks.faces.faces import FaceEye
from checks.gates.artefacts import judge_artefacts
from checks.gates.frame_gate import judge_frames, skip_frames
from checks.gates.sight import TimedFrame
from checks.rules import clip_rules, panel_rules
from checks.scorer.frame_score import judge_kept, skip_kept
from checks.scorer.learning import Learned
from checks.seeing.eye import Eye, open_eye
from checks.seeing.masters import References
from checks.seeing.pictures import read_opaque
from manifests.bible import Bible
from manifests.finding import Verdict
from manifests.scene import Shot


@dataclass(frozen=True, slots=True)
class PanelCase:
    """A panel to be gated. `progress`: 0 for a start panel, 1 for an end panel.
    `size`: width and height asked for, or None.

    `references` holds all of the film's canonical pictures. `thresholds` are the film's own, by rule code. `learned`:
    what is usual in this film, for V111 to V113; None where it has not enough approved pictures. `bands`: the film's
    own ask bands; None where nobody is asked, since who stands where is known to the pixel.
    """

    picture: Path
    shot: Shot
    progress: float
    bible: Bible
    references: References
    thresholds: Thresholds = field(default_factory=dict)
    size: tuple[int, int] | None = None
    learned: Learned | None = None
    bands: AskBands | None = None


def gate_panel(case: PanelCase, eye: Eye | None = None, faces: FaceEye | None = None) -> Verdict:
    """Judge a panel by the V rules (and Q101, Q102). Raises MasterMissing, EyeError.
    About 0.5 CPU-s for three people, and 1.2 more where faces are compared.
    """
    tally = Tally(case.thresholds, case.bands)
    try:
        picture = read_opaque(case.picture)
    except Unreadable as error:
        unreadable = Trouble("undecodable", f"{error.thing}: {error.cause}", f"{error.cure}.")
        tally.judge(clip_rules.DECODES, "panel", 0.0, unreadable)
        tally.skip([clip_rules.SIZE], "panel", "it cannot be read")
        tally.skip([panel_rules.ARTEFACTS], "picture", "it cannot be read")
        return _not_looked_at(case, tally, "the picture cannot be read")
    tally.judge(clip_rules.DECODES, "panel", 1.0)
    _judge_size(case, (picture.shape[1], picture.shape[0]), tally)
    if not judge_artefacts(picture, tally):
        return _not_looked_at(case, tally, "the picture is blank")
    frame = TimedFrame(picture, case.progress, "panel")
    seeing = eye or open_eye()
    judge_frames((frame,), case.shot, case.bible, case.references, tally, seeing, (0,), faces)
    judge_kept((frame,), case.shot, case.bible, case.references, case.learned, seeing, tally)
    return tally.verdict()


def _not_looked_at(case: PanelCase, tally: Tally, why: str) -> Verdict:
    skip_frames(case.shot, tally, why)
    skip_kept(case.shot, tally, why)
    return tally.verdict()


def _judge_size(case: PanelCase, seen: tuple[int, int], tally: Tally) -> None:
    if case.size is None:
        tally.skip([clip_rules.SIZE], "panel", "no size was asked for")
        return
    off = max(abs(a - b) for a, b in zip(seen, case.size, strict=True))
    evidence: Mapping[str, float | str] = {"width": seen[0], "height": seen[1]}
    message = f"the panel is {seen[0]}×{seen[1]}, not {case.size[0]}×{case.size[1]}"
    cure = "Ask for the right size; do not scale a panel up."
    tally.judge(clip_rules.SIZE, "panel", float(off), Trouble("size", message, cure, dict(evidence)))
