"""What a gate hands on: its verdict, and the hash of the certificate it filed when the verdict was a pass."""

from __future__ import annotations

from collections.abc import Mapping

from checks.fusion import asks
from checks.unsure import answered_before, settle
from manifests.certificate import Certificate, Certified, certificate_for
from manifests.errors import Uncertified
from manifests.film import Stage, TierName
from manifests.finding import Verdict
from manifests.keys import hash_json
from manifests.names import scene_of_shot
from manifests.noun import Noun, Sha256
from manifests.take import Artefact
from production.journey.approved import baseline_mark
from production.journey.requests import locked_references
from production.journey.unsure import confirmed, gone_on, who_answers
from production.purchasing.generate import Made
from wiring.services import Services


class GateResult(Noun):
    """A verdict over one artefact; `certificate` is None where it failed."""

    asset: Artefact
    verdict: Verdict
    certificate: Sha256 | None


def issue(
    services: Services,
    asset: Artefact,
    verdict: Verdict,
    shot: str,
    stage: Stage,
    tier: TierName,
    *,
    judge: str | None = None,
    human: bool = False,
) -> GateResult:
    """File the certificate of a pass; a failure has none, nor has a pass on which the judge is still to be asked.

    `judge`: who was asked, "" where a person was asked instead, None while the local eye alone has looked. `human`: a
    person composed it, and no judge is asked of it.
    """
    if not verdict.passed or (judge is None and not human and awaits_judge(services, verdict)):
        return GateResult(asset=asset, verdict=verdict, certificate=None)
    references = tuple(r.sha256 for r in locked_references(services.hashes(), services.shot(shot)))
    certificate = certificate_for(
        asset,
        verdict,
        shot=shot,
        stage=stage,
        tier=tier,
        references=references,
        rules=services.rules(),
        eye=services.eye_name(),
        judge=judge or "",
        origin="human" if human else "",
    )
    return GateResult(asset=asset, verdict=verdict, certificate=services.ledger.file_certificate(certificate))


def answered(
    services: Services,
    result: GateResult,
    shot: str,
    stage: Stage,
    tier: TierName,
    *earlier: Certificate,
    night: bool = False,
) -> GateResult:
    """The result once people have answered what the gate asked; the same one while a question is open. Free.

    `earlier`: the certificates of the pictures that it was made from: what they have settled is not asked again. Where
    the film goes on without an answer, every question counts as answered.
    """
    verdict = result.verdict
    if not verdict.questions:
        return result
    said = gone_on(verdict) if who_answers(services, night=night) == "go_on" else {}
    said |= confirmed(services.ledger.decided(shot), result.asset.sha256, verdict)
    for certificate in earlier:
        words = f"settled by its {certificate.stage.replace('_', ' ')}"
        said = answered_before(verdict, certificate.scores, words) | said
    return settled(services, result, said, shot, stage, tier)


def settled(
    services: Services, result: GateResult, said: Mapping[tuple[str, str], str], shot: str, stage: Stage, tier: TierName
) -> GateResult:
    """The result with these questions answered, and its certificate if none is left."""
    verdict = settle(result.verdict, said)
    judged = any(score.rule.startswith("V2") for score in verdict.scores)
    return issue(services, result.asset, verdict, shot, stage, tier, judge=services.judge_name() if judged else "")


def awaits_judge(services: Services, local: Verdict, *, night: bool = False) -> bool:
    """Whether the film's judge is asked about what the local eye has looked at; not where its questions go to a
    person.
    """
    film = services.folder.film
    if services.judge() is None or not asks(local, film.judge):
        return False
    return film.judge == "always" or not local.questions or who_answers(services, night=night) == "judge"


def certified(services: Services, result: GateResult, shot: str, stage: Stage) -> Certified:
    """The artefact with its certificate, as the *ledger* has it: a result that came out of a cache proves nothing.

    Raises Uncertified where the ledger has no such certificate.
    """
    found = on_file(services, result, shot, stage)
    if found is None:
        raise Uncertified(
            f"{shot} {stage}", "the ledger has no such certificate", f"Run its gate: gate run {scene_of_shot(shot)}"
        )
    return Certified(result.asset, found, shot=shot, stages=(stage,))


def on_file(services: Services, result: GateResult, shot: str, stage: Stage) -> Certificate | None:
    """The certificate that the result names, where the ledger has it for just this artefact, shot and stage."""
    filed = services.ledger.certificates(result.asset.sha256, shot, stage)
    return next((c for c in filed if c.sha256 == result.certificate), None)


def asset_of(made: object) -> Artefact:
    """The artefact of a take, or the artefact itself. Raises TypeError for anything else."""
    if isinstance(made, Made):
        return made.asset
    if isinstance(made, Artefact):
        return made
    raise TypeError(f"a gate judges a take or an artefact, not {type(made).__name__}")


def gate_key(services: Services, asset: Artefact, shot: str, stage: Stage, *parts: object) -> str:
    """A cache key for a gate: the same bytes, data, references, rules and eye, and the same idea of what is usual."""
    usual = baseline_mark(services, asset.sha256, shot, stage)
    staged = services.shot(shot).model_dump(mode="json")
    known = [usual] if usual else []
    return hash_json(
        [
            asset.sha256,
            *map(str, parts),
            staged,
            sorted(services.hashes().items()),
            services.rules(),
            services.eye_name(),
            *known,
        ]
    )
