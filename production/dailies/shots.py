"""The dailies' table: one row per shot, in story order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from checks.rules import catalogue
from manifests.certificate import Certified
from manifests.film import ANSWERS
from manifests.finding import Score
from manifests.names import scene_of_shot
from manifests.redaction import redacted
from manifests.scene import Shot
from manifests.spending.night import ShotNight
from manifests.spending.plan import PlanStep
from production.dailies.facts import DailiesCheck, ShotRow, Standing
from production.dailies.source import Source
from production.dailies.words import their_sentence
from production.review.shown_scores import LOWER_IS_BETTER, SHOWN, worst

if TYPE_CHECKING:
    from governor.other_tools.generation_log import LogLine

_PANELS = {"panel", "end_panel"}
_NOTES_MAX = 4
_OPEN = {"held", "sent", "in_flight"}


def shot_rows(source: Source) -> tuple[ShotRow, ...]:
    """Every shot of the scene."""
    by_shot = {shot.shot: shot for shot in source.report.shots} if source.report else {}
    return tuple(_row(source, shot, by_shot.get(shot.id)) for shot in source.scene.shots)


def _row(source: Source, shot: Shot, left: ShotNight | None) -> ShotRow:
    drafted, steps = source.plan.drafts.get(shot.id), source.plan.of(shot.id)
    lines = [line for line in source.lines if line.shot == shot.id]
    drafts = [line for line in lines if line.tier == "draft" and line.take is not None]
    excluded = source.excluded.get(shot.id)
    standing, kind, why = (excluded.kind, "", excluded.cause) if excluded else _standing(source, shot, steps, left)
    shown = _shown(drafts, drafted.clip if drafted else None)
    scores = drafted.clip.certificate.scores if drafted else _failed_scores(source, drafts)
    camera = f"{shot.camera.size.replace('_', ' ')} · {shot.camera.move.replace('_', ' ')} · {shot.duration_s:g} s"
    return ShotRow(
        shot=shot.id,
        title=camera,
        standing=standing,
        kind=kind,
        why=redacted(why),
        next=_next(shot.id, standing, kind),
        take=f"v{shown.take:03d}" if shown and shown.take else "",
        changed=shown.changed or "" if shown else "",
        checks=tuple(_checks(scores)),
        panels=sum(line.stage in _PANELS for line in drafts),
        clips=sum(line.stage == "clip" for line in drafts),
        take_microusd=shown.spent or 0 if shown else 0,
        shot_microusd=sum(line.spent or 0 for line in lines),
        notes=tuple(_notes(source, shot.id)),
        seconds=shot.duration_s,
        key=shown.generation_key or "" if shown else "",
    )


def _standing(
    source: Source, shot: Shot, steps: tuple[PlanStep, ...], left: ShotNight | None
) -> tuple[Standing, str, str]:
    """Where the shot stands, what kind of obstacle is in its way, and what decided so."""
    if shot.id in source.plan.drafts:
        finals = [step for step in steps if step.stage == "clip" and step.tier != "draft"]
        if finals and finals[-1].does == "cached":
            return "final", "", ""
        return ("ready" if shot.id in source.missing else "approved"), "", ""
    waits = {note.scope.rpartition(":")[2]: note.text for note in source.services.ledger.escalations(source.scene.id)}
    blocked = next((s for s in steps if s.tier == "draft" and s.does == "blocked" and s.block != "upstream"), None)
    if blocked is not None:
        if blocked.block in {"escalated", "attempts", "asked"}:
            asks = blocked.block == "asked"
            return "parked", "question" if asks else "", blocked.why if asks else waits.get(shot.id, blocked.why)
        why = _refusal(source, shot.id, blocked.why) if blocked.block == "moderation" else blocked.why
        return "blocked", (blocked.block or "").replace("_", " "), why
    if left is not None and (told := _left(left, waits.get(shot.id, left.message))):
        return told
    upstream = next((step.why for step in steps if step.tier == "draft" and step.block == "upstream"), "")
    return ("waits", "", upstream) if upstream else ("to make", "", "")


def _refusal(source: Source, shot: str, why: str) -> str:
    """The sentence with which a provider's moderation refused it;
    of a private shot what the plan says, which has none of it.
    """
    said = source.services.ledger.moderations(shot)
    if not said or source.services.folder.is_private(shot):
        return why
    take, raw = said[-1]
    return f"{take.provider} says: {their_sentence(raw)}"


def _left(left: ShotNight, excluded: str) -> tuple[Standing, str, str] | None:
    """The night's own message about a shot that did not come through; None where it says nothing of use."""
    if left.status == "escalated":
        return "parked", "", excluded
    if left.status.startswith("blocked"):
        return "blocked", left.status.partition(":")[2] or "provider", left.message
    return ("waits", "", left.message) if left.status == "waits" else None


def _next(shot: str, standing: Standing, kind: str) -> tuple[str, ...]:
    scene = scene_of_shot(shot)
    if kind == "question":
        return (f"gate verdict {shot} pass", f"gate retake {shot} --change seed")
    if standing == "parked":
        return (f"gate explain {shot}", f"gate fix {shot}")
    if standing == "blocked":
        return (f"gate offers {shot}",) if kind == "moderation" else (f"gate explain {shot}", f"gate resume {scene}")
    if standing in {"hold", "omit"}:
        return (f"gate undo {shot} --excluded",)
    return (f"gate approve {shot}", f"gate verdict {shot} fail") if standing == "ready" else ()


def _shown(drafts: list[LogLine], clip: Certified | None) -> LogLine | None:
    """The call that made what is shown: the certified clip's, else the newest one that brought something."""
    if clip is not None:
        return next((line for line in reversed(drafts) if line.asset == clip.sha256), None)
    made = [line for line in drafts if line.stage not in ANSWERS and line.asset]
    return next((line for line in reversed(made) if line.stage == "clip"), made[-1] if made else None)


def _failed_scores(source: Source, drafts: list[LogLine]) -> tuple[Score, ...]:
    """The measurements of the newest take that a gate has judged."""
    said = (source.verdicts.get(line.generation_key or "") for line in reversed(drafts) if line.stage not in ANSWERS)
    return next((verdict.scores for verdict in said if verdict is not None), ())


def _checks(scores: Iterable[Score]) -> Iterator[DailiesCheck]:
    """The scores that a person looks at first, and every other one that failed, each by the worst of its subjects."""
    told = tuple(scores)
    if not told:
        return
    for rule, word, score in worst(told):
        value, threshold = (None, None) if score is None else (score.value, score.threshold)
        yield DailiesCheck(
            word=word,
            rule=rule,
            value=value,
            threshold=threshold,
            at_most=rule in LOWER_IS_BETTER,
            passed=score is None or score.passed,
        )
    failed = {score.rule: score for score in told if score.applies and not score.passed and score.rule not in SHOWN}
    for rule, score in sorted(failed.items()):
        known = catalogue.page(rule)
        yield DailiesCheck(
            word=known.name.replace("_", " "),
            rule=rule,
            value=score.value,
            threshold=score.threshold,
            at_most=known.direction == "lower is better",
            passed=False,
        )


def _notes(source: Source, shot: str) -> Iterator[str]:
    """People's remarks on it, newest first."""
    said = [
        d
        for d in reversed(source.decisions)
        if d.scope.rpartition(":")[2] == shot and d.kind in {"verdict", "reject", "approve"}
    ]
    for decision in said[:_NOTES_MAX]:
        word = decision.kind if decision.label is None else "right" if decision.label.good else "wrong"
        rules = f" ({', '.join(decision.label.rules)})" if decision.label and decision.label.rules else ""
        yield redacted(f"{decision.who}: {word}{rules}{f', {decision.why}' if decision.why else ''}")
