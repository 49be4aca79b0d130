"""Gathers what is on file about a shot that failed, and asks which layer is to blame. Reads, and buys nothing."""

from __future__ import annotations

from collections.abc import Sequence

from checks.diagnosis import diagnose
from checks.failure import Facts, JudgedTake
from checks.reference_gate import check_references
from checks.strangers import strangers
from manifests.diagnosis import Diagnosis
from manifests.finding import Score, Verdict
from manifests.scene import Shot
from manifests.take import Take
from wiring.requests import with_words
from wiring.services import Services

NOTE = "diagnosis"
"""The kind of note under which the books keep what was found."""

_LOOKS = ("identity:", "wardrobe:", "missing:")
_NOT_SEEN = {"providers", "tier", "private", "transition", "grade", "dialogue", "duration_s"}


def diagnosis_of(services: Services, shot_id: str) -> Diagnosis | None:
    """Why the shot's newest take failed, as the shot stands now; None where it passed, or has changed since.

    What a run has written down is read; else it is worked out now (about a CPU-second). Raises MasterMissing.
    """
    failed = _failed_takes(services, services.shot(shot_id))
    if not failed:
        return None
    told = filed_diagnosis(services, shot_id)
    if told is not None and told.take == failed[-1].generation_key:
        return told
    return _diagnose(services, services.shot(shot_id), failed)


def filed_diagnosis(services: Services, shot_id: str) -> Diagnosis | None:
    """What the newest run that gave the shot to a person has found, whatever has changed since."""
    noted = services.ledger.notes(kind=NOTE, scope=f"shot:{shot_id}")
    return Diagnosis.from_stored(noted[-1].text) if noted else None


def write_diagnosis(services: Services, shot_id: str) -> Diagnosis | None:
    """Work it out and keep it in the books, once for the same take."""
    failed = _failed_takes(services, services.shot(shot_id))
    if not failed:
        return None
    found = _diagnose(services, services.shot(shot_id), failed)
    if filed_diagnosis(services, shot_id) != found:
        services.ledger.note(NOTE, f"shot:{shot_id}", found.stored())
    return found


def _diagnose(services: Services, shot: Shot, failed: Sequence[Take]) -> Diagnosis:
    folder, references, newest = services.folder, services.references(), failed[-1]
    judged = tuple(_judged(services, take) for take in failed)
    looks = any(flaw.startswith(_LOOKS) for flaw in judged[-1].verdict.flaws)
    cast = [(member.character, member.wardrobe) for member in shot.cast]
    return diagnose(
        Facts(
            shot=shot, bible=folder.bible, stage=newest.stage, takes=judged, panel=_panel_scores(services, newest),
            references=check_references(shot, folder.bible, folder.lock, references, folder.film.thresholds),
            strangers=strangers(cast, folder.bible, references) if looks else (),
        )
    )  # fmt: skip


def _failed_takes(services: Services, shot: Shot) -> tuple[Take, ...]:
    """The takes of the stage that fails now, since one of it last passed, oldest first; none where the newest passed."""
    ledger = services.ledger
    takes = [take for take in ledger.takes(shot=shot.id) if _seen(take.request.staging) == _seen(shot)]
    said = {take.generation_key: ledger.verdict(take.generation_key) for take in takes}
    judged = [take for take in takes if said[take.generation_key] is not None]
    if not judged:
        return ()
    newest, failed = judged[-1], list[Take]()
    for take in judged:
        if (take.stage, take.tier) == (newest.stage, newest.tier):
            verdict = said[take.generation_key]
            failed = [] if verdict is None or verdict.passed else [*failed, take]
    return tuple(failed)


def _seen(shot: Shot) -> dict[str, object]:
    """What decides how a shot looks; of a private one the books have no words."""
    return (shot.without_words() if shot.private else shot).model_dump(mode="json", exclude=_NOT_SEEN)


def _judged(services: Services, take: Take) -> JudgedTake:
    request = with_words(take.request, services.folder)
    return JudgedTake(
        key=take.generation_key, name=f"{take.stage} {take.tier} v{take.version:03d}", provider=take.provider,
        seed=take.request.seed, prompt="" if request.wordless else request.prompt,
        verdict=services.ledger.verdict(take.generation_key) or Verdict(scores=(), findings=()),
    )  # fmt: skip


def _panel_scores(services: Services, take: Take) -> tuple[Score, ...]:
    """How the panel that a clip was given passed its gate; none for a panel, or a clip made from words."""
    given = next((r.sha256 for r in take.request.references if r.role in {"start_frame", "panel"}), None)
    if take.stage != "clip" or given is None:
        return ()
    certificate = services.ledger.certificate(given, take.shot, "panel")
    return certificate.scores if certificate else ()
