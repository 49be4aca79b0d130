"""What is on file about a shot that failed: its verdict, its diagnosis, the words that were sent, and the pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from manifests.bible import view_name
from manifests.film import Stage
from manifests.finding import Finding
from manifests.question import Shown
from manifests.scene import Shot
from manifests.take import Artefact
from production.journey.asking import judged_pictures
from production.journey.diagnosing import diagnosis_of
from production.journey.requests import with_words
from production.writing.facts import short
from wiring.services import Services

_FINDINGS_MAX = 12


@dataclass(frozen=True, slots=True)
class FailedGate:
    """A failed gate, as a writer is told of it."""

    data: Mapping[str, Any]
    sources: Mapping[str, str]
    pictures: tuple[Shown, ...]


def failure_of(services: Services, shot: Shot, pictures_max: int) -> FailedGate | None:
    """The newest failure of the shot as it stands; None where no gate has failed it."""
    found = diagnosis_of(services, shot.id)
    if found is None:
        return None
    verdict = services.ledger.verdict(found.take)
    flaws = [each for each in (verdict.findings if verdict else ()) if each.severity == "error"][:_FINDINGS_MAX]
    take = services.ledger.take(found.take)
    sent = with_words(take.order, services.folder)
    data = {
        "stage": found.stage,
        "verdict": [_finding(each) for each in flaws],
        "diagnosis": {"layer": found.layer, "evidence": found.confidence, "because": [*found.because]},
        "prompt_that_was_sent": "" if sent.wordless else short(sent.prompt),
    }
    sources = {f"verdict {each.rule}": f"{each.message} {each.cure}" for each in flaws}
    sources["the diagnosis"] = "\n".join(found.because)
    return FailedGate(data, sources, _pictures(services, shot, found.stage, take.asset, pictures_max))


def _finding(found: Finding) -> dict[str, str]:
    return {"rule": found.rule, "flaw": found.flaw, "message": short(found.message), "cure": short(found.cure)}


def _pictures(
    services: Services, shot: Shot, stage: Stage, asset: Artefact | None, pictures_max: int
) -> tuple[Shown, ...]:
    """What failed, and the front views of its cast; as many as the writer looks at."""
    if asset is None or not pictures_max:
        return ()
    failed = [each.sha256 for each in judged_pictures(services, shot, stage, asset)]
    shown = [Shown(label=f"p{place}", role="judged", sha256=each) for place, each in enumerate(failed, 1)]
    return tuple([*shown, *_fronts(services, shot)][:pictures_max])


def _fronts(services: Services, shot: Shot) -> Sequence[Shown]:
    hashes = services.hashes()
    names = {f"{m.character} in {m.wardrobe}": view_name(m.character, m.wardrobe, "front") for m in shot.cast}
    return [
        Shown(label=label, role="reference", sha256=hashes[name]) for label, name in names.items() if name in hashes
    ]
