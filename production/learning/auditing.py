"""The audit table: a scene's panels or clips, a row each, by what their gates have filed.
It measures nothing that is on file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Literal

from checks.gates.clip_gate import ClipCase, gate_clip
from checks.gates.continuity import Moment, judge_continuity
from checks.gates.panel_gate import PanelCase, gate_panel
from checks.rules import catalogue
from checks.seeing.decode import decode
from checks.seeing.masters import read_rgb
from manifests.film import frame_size
from manifests.finding import Score, Verdict
from manifests.names import scene_of_shot
from manifests.noun import Noun, Sha256, ShotId
from manifests.scene import Scene, Shot
from manifests.take import Artefact, Take
from wiring.services import Services

Axis = Literal["identity", "wardrobe", "location", "continuity"]
AXES: tuple[Axis, ...] = ("identity", "wardrobe", "location", "continuity")
Audited = Literal["panel", "clip"]


class Cell(Noun):
    """One axis of one picture: the score that decides it, the worst of its subjects. `state`: ok, look, no, or n/a."""

    state: Literal["ok", "look", "no", "n/a"]
    rule: str = ""
    subject: str = ""
    value: float | None = None
    threshold: float | None = None
    against: str = ""

    @property
    def words(self) -> str:
        """Value and threshold: 0.51 ≥ 0.05."""
        if self.value is None or self.threshold is None:
            return "n/a"
        lower = catalogue.page(self.rule).direction == "lower is better"
        within = self.value <= self.threshold if lower else self.value >= self.threshold
        sign = ("≤" if within else ">") if lower else ("≥" if within else "<")
        return f"{self.value:.2f} {sign} {self.threshold:g}"


class Row(Noun):
    """One shot. `passed` is None where nothing was judged yet; `by`: whose word it is; `flaws`: what failed it."""

    shot: ShotId
    take: str
    passed: bool | None
    by: Literal["certificate", "verdict", "measured now", "nobody"]
    asset: Sha256 | None = None
    flaws: tuple[str, ...] = ()
    axes: dict[Axis, Cell] = {}


class _Found:
    """One shot's data: the artefact, which gate and judge judged it, and the scores."""

    def __init__(self, asset: Artefact, take: str, by: Literal["certificate", "verdict"], verdict: Verdict) -> None:
        self.asset, self.take, self.verdict = asset, take, verdict
        self.by: Literal["certificate", "verdict", "measured now"] = by


def audit(
    services: Services,
    scene: Scene,
    stage: Audited,
    *,
    again: bool = False,
    tell: Callable[[str], None] = lambda _: None,
) -> tuple[Row, ...]:
    """One row a shot, in story order.
    `again`: judge the pictures again by today's rules, and file nothing (1 CPU-s a panel).

    Continuity is held against the nearest earlier shot of the same place that passed, now (60 CPU-ms a picture).
    `tell`: hears each shot. Raises MasterMissing, EyeError, VaultError.
    """
    rows, before = [], dict[str, tuple[Shot, Artefact]]()
    for shot in scene.shots:
        tell(shot.id)
        found = _found(services, shot, stage)
        if found is None:
            rows.append(Row(shot=shot.id, take="", passed=None, by="nobody"))
            continue
        if again:
            found.verdict, found.by = _look_again(services, shot, stage, found.asset), "measured now"
        axes = {axis: _cell(axis, found.verdict) for axis in AXES}
        if shot.location in before:
            axes["continuity"] = _continuity(services, (shot, found.asset), before[shot.location], stage)
        if found.verdict.passed:  # a failed take is not a yardstick
            before[shot.location] = (shot, found.asset)
        rows.append(
            Row(
                shot=shot.id,
                take=found.take,
                passed=found.verdict.passed,
                by=found.by,
                asset=found.asset.sha256,
                flaws=tuple(sorted(found.verdict.flaws)),
                axes=axes,
            )
        )
    return tuple(rows)


def _found(services: Services, shot: Shot, stage: Audited) -> _Found | None:
    """The newest that was judged: a take with its verdict, or, of a chained shot, the frame that its clip opens on."""
    ledger = services.ledger
    if stage == "panel" and (opening := _opening_frame(services, shot)) is not None:
        return opening
    for take in reversed(ledger.takes(shot=shot.id, stage=stage)):
        verdict = ledger.verdict(take.generation_key)
        if verdict is not None and take.asset is not None and services.vault.has(take.asset.sha256):
            by: Literal["certificate", "verdict"] = "certificate" if verdict.passed else "verdict"
            return _Found(take.asset, f"v{take.version:03d} {take.tier}", by, verdict)
    return None


def _opening_frame(services: Services, shot: Shot) -> _Found | None:
    """The last frame of the shot before, where the newest clip of a chained shot opens on it."""
    clips = services.ledger.takes(shot=shot.id, stage="clip") if shot.chain else ()
    given = next((r.sha256 for take in reversed(clips) for r in take.order.references if r.role == "start_frame"), None)
    made = {take.asset.sha256 for take in services.ledger.takes(shot=shot.id, stage="panel") if take.asset}
    if given is None or given in made or not services.vault.has(given):
        return None
    certificate = services.ledger.certificate(given, shot.id, "panel")
    if certificate is None:
        return None
    scene = services.scene(scene_of_shot(shot.id))
    before = scene.before(shot.id)
    size = services.vault.path(given).stat().st_size
    width, height = _size_of(clips[-1])
    asset = Artefact(sha256=given, media_type="image/png", width=width, height=height, size_bytes=size)
    opens = f"opens on {before.id}" if before else "opening frame"
    return _Found(asset, opens, "certificate", Verdict(scores=certificate.scores, findings=()))


def _size_of(take: Take) -> tuple[int, int]:
    return (take.asset.width, take.asset.height) if take.asset else frame_size(take.order.resolution, take.order.aspect)


def _cell(axis: Axis, verdict: Verdict) -> Cell:
    """The score that decides an axis: one that failed, else the one that lies nearest to its threshold."""
    scores = [s for s in verdict.scores if _is_of(axis, s) and s.applies and s.value is not None]
    if not scores:
        return Cell(state="n/a")
    wrong = {(f.rule, f.subject): f.severity for f in verdict.findings}
    worst = min(scores, key=lambda score: (score.passed, _room(score)))
    state: Literal["ok", "look", "no"] = "ok" if worst.passed else "no"
    if state == "no" and wrong.get((worst.rule, worst.subject)) != "error":
        state = "look"
    return _as_cell(worst, state)


def _as_cell(score: Score, state: Literal["ok", "look", "no"], against: str = "") -> Cell:
    return Cell(
        state=state,
        rule=score.rule,
        subject=score.subject,
        value=score.value,
        threshold=score.threshold,
        against=against,
    )


def _is_of(axis: Axis, score: Score) -> bool:
    """A face is judged under identity."""
    name = catalogue.page(score.rule).name
    return score.rule.startswith("V") and (axis in name or (axis == "identity" and name == "face"))


def _room(score: Score) -> float:
    """How far inside its threshold a score lies."""
    off = (score.value or 0.0) - score.threshold
    return -off if catalogue.page(score.rule).direction == "lower is better" else off


def _continuity(services: Services, now: tuple[Shot, Artefact], before: tuple[Shot, Artefact], stage: Audited) -> Cell:
    """V115; a clip's first frame against the last one of the clip before it."""
    moments = [_moment(services, *now, stage, at_end=False), _moment(services, *before, stage, at_end=stage == "clip")]
    if moments[0] is None or moments[1] is None:
        return Cell(state="n/a")
    score = judge_continuity(moments[0], moments[1], services.references(), services.folder.film.thresholds)
    if score.value is None:
        return Cell(state="n/a")
    return _as_cell(score, "ok" if score.passed else "look", before[0].id)


def _moment(services: Services, shot: Shot, asset: Artefact, stage: Audited, *, at_end: bool) -> Moment | None:
    if stage == "panel":
        picture = read_rgb(services.artefact_path(asset))
    elif at_end:
        picture = read_rgb(services.artefact_path(services.last_frame(asset, shot.frames)))
    else:
        picture = decode(services.artefact_path(asset), {0}).kept.get(0)
    return None if picture is None else Moment(shot, picture, float(at_end))


def _look_again(services: Services, shot: Shot, stage: Audited, asset: Artefact) -> Verdict:
    film, bible, references = services.folder.film, services.folder.bible, services.references()
    if stage == "panel":
        case = PanelCase(services.artefact_path(asset), shot, 0.0, bible, references, film.thresholds)
        return gate_panel(case, services.eye(), services.faces())
    take = next(t for t in reversed(services.ledger.takes(shot=shot.id, stage="clip")) if t.asset == asset)
    opens = _given(services, take, ("start_frame",)) if shot.mode not in {"references", "text"} else None
    return gate_clip(
        ClipCase(
            clip=services.artefact_path(asset),
            panel=opens,
            end_panel=_given(services, take, ("end_frame",)),
            draft=None,
            shot=shot,
            bible=bible,
            references=references,
            resolution=take.order.resolution,
            frames=take.order.frames,
            thresholds=film.thresholds,
            audio=services.can("clip", shot).audio,
            size=services.can("clip", shot).frame_size(take.order.resolution, take.order.aspect),
        ),
        services.eye(),
        services.faces(),
    )


def _given(services: Services, take: Take, roles: Iterable[str]) -> Path | None:
    sha256 = next((r.sha256 for r in take.order.references if r.role in roles), None)
    return services.vault.path(sha256) if sha256 and services.vault.has(sha256) else None
