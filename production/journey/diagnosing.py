"""Gathers what is on file about a shot that failed, and asks which layer is to blame. Reads, and buys nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from checks.diagnosis import diagnose
from checks.failure import FailureFacts, JudgedTake
from checks.gates.reference_gate import check_references
from checks.seeing.strangers import strangers
from governor import retries
from manifests.diagnosis import Change, Diagnosis
from manifests.film import Limits
from manifests.finding import Score, Verdict
from manifests.handwork import FrameStage
from manifests.names import scene_of_shot
from manifests.scene import Shot
from manifests.take import Take
from production.journey.handwork import hands_of
from production.journey.next_step import attempts_allowed
from production.journey.regating import NOTE
from production.journey.requests import with_words
from wiring.services import Services

_FRAMES: tuple[FrameStage, ...] = ("panel", "end_panel")
_LOOKS = ("identity:", "wardrobe:", "missing:")
_NOT_SEEN = {"providers", "tier", "private", "transition", "grade", "dialogue", "duration_s"}


def diagnosis_of(services: Services, shot_id: str) -> Diagnosis | None:
    """Why the shot's newest take failed, as the shot stands now; None where it passed, or has changed since.

    What a run has written down is read; else it is worked out now (about a CPU-second). Raises MasterMissing.
    """
    shot, told = services.shot(shot_id), filed_diagnosis(services, shot_id)
    judged = _judged_takes(services, shot)
    if not judged:
        return told if told is not None and _of_its_opening(services, shot, told) else None
    failed = _failed(judged)
    if not failed or (told is not None and told.take == failed[-1].take.generation_key):
        return told if failed else None
    return _diagnose(services, shot, failed)


def filed_diagnosis(services: Services, shot_id: str) -> Diagnosis | None:
    """What the newest run that gave the shot to a person has found, whatever has changed since."""
    noted = services.ledger.notes(kind=NOTE, scope=f"shot:{shot_id}")
    return Diagnosis.from_stored(noted[-1].text) if noted else None


def write_diagnosis(services: Services, shot_id: str) -> Diagnosis | None:
    """Work it out and keep it in the ledger, once for the same take."""
    shot = services.shot(shot_id)
    failed = _failed(_judged_takes(services, shot))
    return _kept(services, _diagnose(services, shot, failed)) if failed else None


def write_opening(services: Services, shot_id: str, before_id: str, key: str, verdict: Verdict) -> Diagnosis | None:
    """Where a chained shot contradicts the shot it opens on: that one's last frame fails as an opening, and shows what
    that one's own entry says. It is kept in the ledger. None where the frame is simply no good. `key`: the clip's
    generation key.
    """
    shot, before = services.shot(shot_id), services.shot(before_id)
    frame = JudgedTake(key=key, name="frame", provider=before_id, seed=0, prompt="", verdict=verdict)
    found = diagnose(FailureFacts(shot=shot, bible=services.folder.bible, stage="panel", takes=(frame,)))
    if found.layer != "manifest" or any(_value(before, change) != change.now for change in found.changes):
        return None
    agrees = f"it is chained to {before_id}, whose entry says {', '.join(change.now for change in found.changes)}"
    return _kept(services, found.model_copy(update={"because": (found.because[0], agrees), "confidence": "strong"}))


def _kept(services: Services, found: Diagnosis) -> Diagnosis:
    if filed_diagnosis(services, found.shot) != found:
        services.ledger.note(NOTE, f"shot:{found.shot}", found.stored())
    return found


@dataclass(frozen=True, slots=True)
class _Judged:
    take: Take
    verdict: Verdict


def _diagnose(services: Services, shot: Shot, failed: Sequence[_Judged]) -> Diagnosis:
    folder, references, newest = services.folder, services.references(), failed[-1]
    stage = newest.take.pictures
    assert stage is not None  # a judge's takes are no pictures, and are left out above
    looks = any(flaw.startswith(_LOOKS) for flaw in newest.verdict.flaws)
    cast = [(member.character, member.wardrobe) for member in shot.cast]
    return diagnose(
        FailureFacts(
            shot=shot,
            bible=folder.bible,
            stage=stage,
            panel=_panel_scores(services, newest.take),
            takes=tuple(_with_words(services, each) for each in failed),
            references=check_references(shot, folder.bible, folder.lock, references, folder.film.thresholds),
            strangers=strangers(cast, folder.bible, references) if looks else (),
            another_take=_another_take(folder.film.limits, failed),
        )
    )


def _another_take(limits: Limits, failed: Sequence[_Judged]) -> bool:
    """Whether a run would make one more take after these, whatever they failed by."""
    newest, said = failed[-1].take, [each.verdict for each in failed]
    assert newest.pictures is not None  # as above
    stopped = retries.why_stuck(said, limits)
    return not stopped and newest.attempt < attempts_allowed(limits, newest.pictures, newest.tier)


def _judged_takes(services: Services, shot: Shot) -> tuple[_Judged, ...]:
    """The takes of the shot as it stands that a gate has judged, oldest first."""
    decided = services.ledger.decided(shot.id)
    left = {"clip", *(stage for stage in _FRAMES if hands_of(decided, stage) is None)}  # what nobody has in hand
    made = [take for take in services.ledger.takes(shot=shot.id) if take.stage in left and not take.handwork]
    takes = [take for take in made if _seen(take.order.staging) == _seen(shot)]
    said = [(take, services.ledger.verdict(take.generation_key)) for take in takes]
    return tuple(_Judged(take, verdict) for take, verdict in said if verdict is not None)


def _failed(judged: Sequence[_Judged]) -> tuple[_Judged, ...]:
    """Those of the stage that fails now, since one of it last passed; none where the newest passed."""
    if not judged:
        return ()
    stage = [
        each for each in judged if (each.take.stage, each.take.tier) == (judged[-1].take.stage, judged[-1].take.tier)
    ]
    return tuple(reversed(list(takewhile(lambda each: each.verdict.failed, reversed(stage)))))


def _of_its_opening(services: Services, shot: Shot, told: Diagnosis) -> bool:
    """Whether what was found of the frame that a chained shot opens on still stands: the chain, the clip, and the
    lines.
    """
    before = services.scene(scene_of_shot(shot.id)).before(shot.id)
    if not shot.chain or before is None:
        return False
    clips = {take.generation_key for take in services.ledger.takes(shot=before.id, stage="clip")}
    return told.take in clips and all(_value(shot, change) == change.was for change in told.changes)


def _value(shot: Shot, change: Change) -> str:
    """What a shot's entry says now in the place of a change."""
    if change.member is None:
        return str(getattr(shot, change.field))
    member = next((m for m in shot.cast if m.character == change.member), None)
    return "" if member is None else str(getattr(member, change.field))


def _seen(shot: Shot) -> dict[str, object]:
    """What decides how a shot looks; of a private one the ledger has no words."""
    return (shot.without_words() if shot.private else shot).model_dump(mode="json", exclude=_NOT_SEEN)


def _with_words(services: Services, judged: _Judged) -> JudgedTake:
    take = judged.take
    request = with_words(take.order, services.folder)
    return JudgedTake(
        key=take.generation_key,
        name=f"{take.stage} {take.tier} v{take.version:03d}",
        provider=take.provider,
        seed=request.seed,
        prompt="" if request.wordless else request.prompt,
        verdict=judged.verdict,
    )


def _panel_scores(services: Services, take: Take) -> tuple[Score, ...]:
    """How the panel that a clip was given passed its gate; none for a panel, or a clip made from words."""
    given = next((r.sha256 for r in take.order.references if r.role in {"start_frame", "panel"}), None)
    if take.stage != "clip" or given is None:
        return ()
    certificate = services.ledger.certificate(given, take.shot, "panel")
    return certificate.scores if certificate else ()
