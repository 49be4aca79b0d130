"""What a signed film says of its making: its clips with their hashes, the models, and the approvals. No words of a
prompt, of a line or of a reason are in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from assembly.provenance.signing import SourceType
from manifests.take import HAND
from production.wrap.history import PICTURES, SceneHistory
from wiring.services import Services


def making_of(told: SceneHistory, clips: dict[str, str]) -> dict[str, Any]:
    """The assertion about a scene. `clips`: the content hash of each shot's clip in the film."""
    by_asset = {line.asset: line for line in told.lines if line.asset}
    return {
        "scene": told.scene.id,
        "clips": [
            {"shot": shot, "sha256": sha256}
            | ({"provider": line.provider, "model": line.model} if (line := by_asset.get(sha256)) else {})
            for shot, sha256 in clips.items()
        ],
        "models": [
            {"provider": provider, "model": model, "operation": operation, "takes": takes}
            for (provider, model, operation), takes in sorted(_models(told).items())
        ],
        "approvals": [
            {"shot": decision.binding.shot, "tier": decision.binding.tier, "by": decision.who, "at": decision.made_at}
            for decision in told.decisions
            if decision.kind == "approve" and decision.binding is not None and decision.binding.shot in clips
        ],
    }


def source_type(services: Services, scenes: Iterable[SceneHistory], shots: Iterable[str]) -> SourceType:
    """Where the pictures of these shots come from. Previz draws with no trained model."""
    told, wanted = tuple(scenes), set(shots)
    lines = (line for each in told for line in each.lines)
    made = [line for line in lines if line.asset and line.shot in wanted and line.stage in PICTURES]
    takes = {take.generation_key: take for each in told for take in services.ledger.takes(scene=each.scene.id)}
    handwork = any(take.handwork for line in made if (take := takes.get(line.generation_key or "")))
    trained = any(line.provider != HAND and not services.provider_called(line.provider).embedded for line in made)
    if handwork:
        return "compositeWithTrainedAlgorithmicMedia"
    return "trainedAlgorithmicMedia" if trained else "algorithmicMedia"


def _models(told: SceneHistory) -> Counter[tuple[str, str, str]]:
    return Counter(
        (line.provider, line.model, line.operation or line.stage)
        for line in told.lines
        if line.asset and line.stage in PICTURES
    )
