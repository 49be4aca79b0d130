"""How far a stage of a shot has come, as the ledger knows it: bought, passed, and the next step.

A run and a plan both ask here, so that what was planned is what is run.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from governor.decisions.undoing import set_aside
from governor.errors import NoSuchTake
from governor.purchase import Decided
from governor.records_now import RecordsNow, ShotRecords
from governor.scene_records import SceneRecords
from manifests.certificate import Certified
from manifests.film import Stage, TierName
from manifests.finding import Verdict
from manifests.keys import generation_key
from manifests.scene import Shot
from manifests.take import Artefact, Request, Take
from production.journey.next_step import Next, Tried, attempts_allowed, next_step
from production.journey.regating import FAILED_AGAIN, NOTE, blamed_line, fitting
from production.journey.requests import opens_on
from production.journey.unsure import open_questions
from wiring.services import Services


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt as it would be asked for now, with the take that the ledger has of it."""

    number: int
    request: Request
    key: str
    recipe: str
    take: Take | None


class Takes(Protocol):
    """Who is asked for takes: the ledger, or what a plan has read of it."""

    def take(self, generation_key: str) -> Take:
        """The newest attempt under this key. Raises NoSuchTake."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a gate has said of a take: its verdict, None where none has looked; and its certificate, where it passed."""

    verdict: Verdict | None = None
    passed: Certified | None = None


@dataclass(frozen=True)
class Known:
    """What a shot's status is read from: the ledger's records, the store's names, today's judges.

    `judged`: what the gates have said since a run started, by generation key. A run asks each of them once, for
    nothing: its rules, its eye, or what a take is held against may have changed. None for a plan: it takes what is on
    record.
    """

    services: Services
    records: ShotRecords
    hashes: Mapping[str, str]
    rules: str
    eye: str
    judged: Mapping[str, Judgement] | None = None

    @classmethod
    def now(cls, services: Services, judged: Mapping[str, Judgement]) -> Known:
        """For a run: the ledger is asked each time, and `judged` grows."""
        records = RecordsNow(services.ledger)
        return cls(services, records, services.hashes(), services.rules(), services.eye_name(), judged)

    def of_take(self, take: Take, shot: str, stage: Stage) -> Judgement:
        """What is known of a take that is paid for and has a picture."""
        if self.judged is not None:
            return self.judged.get(take.generation_key, Judgement())
        verdict = self.records.verdict(take.generation_key)
        if verdict is not None and _outdated(verdict, self.services.folder.film.thresholds):
            verdict = None
        assert take.asset is not None
        return Judgement(verdict, filed_asset(self, take.asset, shot, stage))


@dataclass(frozen=True)
class SceneKnown(Known):
    """What a plan reads once, however many shots the scene has."""

    records: SceneRecords

    @classmethod
    def of(cls, services: Services, scene: str) -> SceneKnown:
        """Read it now."""
        records = services.ledger.of_scene(scene)
        return cls(services, records, services.hashes(), services.rules(), services.eye_name())


@dataclass(frozen=True, slots=True)
class StageStatus:
    """How far a stage is, and what comes next.

    `attempt`: the one that the next step is about. `passed`: the file that a gate let through. `failed`: how many
    attempts before `attempt` do not count. `lost`: what passed, where the vault has lost its file: a run brings back
    those very bytes before it goes on, so that what was made from them stands. `again`: where the take was made before
    its shot's entry was corrected, what would be asked for now; such a take is gated again first.
    """

    attempt: Attempt
    next: Next
    passed: Certified | None = None
    failed: tuple[Attempt, ...] = ()
    lost: Certified | None = None
    again: Request | None = None


def attempt_at(services: Services, stage: Stage, request: Request, takes: Takes | None = None) -> Attempt:
    """The attempt at a stage for which this is asked, with its take where there is one. `takes`: whom to ask, else the
    ledger.
    """
    provider, model = services.provider(stage, request.staging), services.model(stage, request.staging)
    payload = provider.build_payload(request)
    key = generation_key(provider.name, model, request.operation, payload, request.attempt)
    try:
        take: Take | None = (takes or services.ledger).take(key)
    except NoSuchTake:
        take = None
    if take is not None and take.state == "released":
        take = None
    return Attempt(request.attempt, request, key, request.recipe(provider.name, model), take)


def certified_asset(known: Known, asset: Artefact, shot: str, stage: Stage) -> Certified | None:
    """An artefact of the vault with a certificate that today's rules and today's eye wrote, or None."""
    found = filed_asset(known, asset, shot, stage)
    return found if found and known.services.vault.has(asset.sha256) else None


def filed_asset(known: Known, asset: Artefact, shot: str, stage: Stage) -> Certified | None:
    """The same, whether the vault has the file now or not."""
    filed, today = known.records.certificates(asset.sha256, shot, stage), (known.rules, known.eye)
    certificate = next((c for c in filed if (c.rules, c.eye) == today), None)
    return Certified(asset, certificate, shot=shot, stages=(stage,)) if certificate else None


def opened_on(known: Known, shot: Shot, before: str) -> Artefact | None:
    """The frame that the shot's newest take opened on, where that was the last one of the clip with the key `before`;
    its hash alone is known.
    """
    takes = (take for tier in _TIERS for take in reversed(known.records.takes_of(shot.id, "clip", tier)))
    order = next((take.order for take in takes if take.order.parent == before), None)
    opened = opens_on(order) if order else None
    return Artefact(sha256=opened, media_type="image/png", size_bytes=0) if opened else None


_TIERS: tuple[TierName, ...] = ("draft", "final", "hero")


def status_of(
    known: Known,
    shot: str,
    stage: Stage,
    tier: TierName,
    request: Request,
    unexplained: frozenset[str] = frozenset(),
) -> StageStatus:
    """Read a stage from its first attempt on, until the next step is about one that was read.

    `request`: what its provider is asked first. `unexplained`: the takes, by generation key, of which no diagnosis can
    be made.
    """
    if again := _to_gate_again(known, shot, stage, tier, request):
        return again
    limits, sent_back = known.services.folder.film.limits, overruled(known.records.decided_on(shot), tier)
    allowed = attempts_allowed(limits, stage, tier)
    attempts: list[Attempt] = []
    tried: list[Tried] = []
    while (step := next_step(tried, limits, allowed)).number > len(attempts):
        attempts.append(attempt_at(known.services, stage, request.again(step.number), known.records))
        tried.append(_tried(known, shot, stage, attempts[-1], sent_back, unexplained))
    return _status(known, shot, stage, attempts, step)


def overruled(decided: Iterable[Decided], tier: TierName) -> frozenset[str]:
    """The takes that a person sent back, as far as they count at this tier: an approval buys one final, and no retake
    buys another.
    """
    return set_aside(decided) if tier == "draft" else frozenset()


def _tried(
    known: Known,
    shot: str,
    stage: Stage,
    attempt: Attempt,
    sent_back: frozenset[str],
    unexplained: frozenset[str],
) -> Tried:
    take = attempt.take
    if take is None or take.asset is None:
        return Tried(take)
    said = known.of_take(take, shot, stage)
    return Tried(
        take,
        said.verdict,
        passed=said.passed is not None,
        sent_back=attempt.key in sent_back,
        asks=open_questions(said.verdict, known.records.decided_on(shot), take),
        blames="" if attempt.key in unexplained else blamed_line(known.records.noted(NOTE, shot), attempt.key),
    )


def _outdated(verdict: Verdict, thresholds: Mapping[str, float]) -> bool:
    """Whether the film sets another threshold than a rule was judged by: a run looks again, for nothing."""
    return any(
        score.applies and score.threshold != thresholds.get(score.rule, score.threshold) for score in verdict.scores
    )


def _status(known: Known, shot: str, stage: Stage, attempts: list[Attempt], step: Next) -> StageStatus:
    attempt, failed = attempts[step.number - 1], tuple(attempts[: step.number - 1])
    take = attempt.take
    found = known.of_take(take, shot, stage).passed if step.does == "keep" and take else None
    there = found is not None and known.services.vault.has(found.sha256)
    return StageStatus(attempt, step, found if there else None, failed, None if there else found)


def _to_gate_again(known: Known, shot: str, stage: Stage, tier: TierName, now: Request) -> StageStatus | None:
    """How a stage stands on a take that shows what its corrected entry asks for; None where there is no such take."""
    records, told = known.records, known.records.noted(NOTE, shot)
    if not told:
        return None
    maker = known.services.provider(stage, now.staging).name, known.services.model(stage, now.staging)
    refused = set_aside(records.decided_on(shot)) | frozenset(records.noted(FAILED_AGAIN, shot))
    take = fitting(now, records.takes_of(shot, stage, tier), maker, told, refused)
    if take is None or take.asset is None:
        return None
    attempt = Attempt(take.attempt, take.order, take.generation_key, take.recipe, take)
    said = known.of_take(take, shot, stage)
    if said.passed is not None and known.services.vault.has(said.passed.sha256):
        return StageStatus(attempt, Next("keep", take.attempt), said.passed, again=now)
    if asks := open_questions(said.verdict, records.decided_on(shot), take):
        return StageStatus(attempt, Next("stop", take.attempt, "question", "; ".join(asks)), again=now)
    return StageStatus(attempt, Next("gate", take.attempt), again=now)
