"""Certified artefacts: the only thing a later stage accepts."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from pydantic import SerializerFunctionWrapHandler, model_serializer

from manifests.errors import Uncertified
from manifests.film import Stage, TierName
from manifests.finding import Score, Verdict
from manifests.keys import hash_json
from manifests.names import scene_of_shot
from manifests.noun import Noun, Sha256, ShotId, Text
from manifests.take import Artefact


class Certificate(Noun):
    """A gate's record that it passed these bytes: the checks, the thresholds, the references and their hashes.

    It carries no clock, so that the same gate over the same bytes writes the same certificate. `eye` names the
    embedding model whose scores these are; scores of different models are never compared. `judge`: the vision judge
    that looked at it too, "" where only the local eye did. `origin`: "human" where a person composed the picture, so
    that its likeness was not judged. A certificate without these two is written as it was before there were judges and
    hands.
    """

    schema_name: ClassVar[str] = "gate/certificate/1"

    asset: Sha256
    shot: ShotId
    stage: Stage
    tier: TierName
    scores: tuple[Score, ...]
    references: tuple[Sha256, ...]
    rules: Text
    eye: Text
    judge: str = ""
    origin: Literal["", "human"] = ""

    @model_serializer(mode="wrap")
    def _kept(self, as_it_is: SerializerFunctionWrapHandler) -> dict[str, Any]:
        told: dict[str, Any] = as_it_is(self)
        return {name: each for name, each in told.items() if each or name not in {"judge", "origin"}}

    @property
    def sha256(self) -> str:
        """The certificate's own name."""
        return hash_json(self.model_dump(mode="json"))


class Certified:
    """An artefact with the certificate that fits it. There is no way to hold one that does not fit.

    Raises Uncertified when the certificate speaks of other bytes, another shot or another stage, or holds a failed
    score. Whether the certificate was really issued is for the ledger to say: it files each, and grants no money on one
    it lacks.
    """

    __slots__ = ("artefact", "certificate")

    artefact: Artefact
    certificate: Certificate

    def __init__(self, artefact: Artefact, certificate: Certificate, *, shot: str, stages: tuple[Stage, ...]) -> None:
        wrong = _mismatch(artefact, certificate, shot, stages)
        if wrong:
            raise Uncertified(f"{shot} {stages[0]}", wrong, f"Run it through its gate: gate run {scene_of_shot(shot)}")
        object.__setattr__(self, "artefact", artefact)
        object.__setattr__(self, "certificate", certificate)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a certified artefact does not change; {name} was to be set")

    @property
    def sha256(self) -> str:
        """The artefact's content hash."""
        return self.artefact.sha256


def certificate_for(
    artefact: Artefact,
    verdict: Verdict,
    *,
    shot: str,
    stage: Stage,
    tier: TierName,
    references: tuple[str, ...],
    rules: str,
    eye: str,
    judge: str = "",
    origin: Literal["", "human"] = "",
) -> Certificate:
    """Write the certificate of a passed verdict. Raises Uncertified on a failed one."""
    if not verdict.passed:
        reasons = "; ".join(f.message for f in verdict.findings if f.severity == "error")
        raise Uncertified(f"{shot} {stage}", reasons, f"See what failed: gate explain {shot}")
    return Certificate(
        asset=artefact.sha256,
        shot=shot,
        stage=stage,
        tier=tier,
        scores=verdict.scores,
        references=tuple(sorted(set(references))),
        rules=rules,
        eye=eye,
        judge=judge,
        origin=origin,
    )


def _mismatch(artefact: Artefact, certificate: Certificate, shot: str, stages: tuple[Stage, ...]) -> str | None:
    if certificate.asset != artefact.sha256:
        return f"its certificate is for other bytes ({certificate.asset[:12]}, not {artefact.sha256[:12]})"
    if certificate.shot != shot:
        return f"its certificate is for {certificate.shot}"
    if certificate.stage not in stages:
        return f"its certificate is for a {certificate.stage}"
    if failed := next((s for s in certificate.scores if s.applies and not s.passed), None):
        return f"its certificate holds a failed check ({failed.rule} {failed.subject})"
    return None
