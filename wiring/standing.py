"""How far a stage of a shot has come, as the ledger knows it: what was bought, what passed, what is to be done next.

A run and a plan both ask here, so that what was planned is what is run.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from governor.errors import NoSuchTake
from governor.scene_books import SceneBooks
from manifests.certificate import Certified
from manifests.film import Stage, TierName
from manifests.keys import generation_key
from manifests.scene import Shot
from manifests.take import Artefact, Request, Take
from wiring.regating import FAILED_AGAIN, NOTE, fitting
from wiring.requests import opens_on
from wiring.retaking import set_aside
from wiring.services import Services

RequestFor = Callable[[int], Request]
"""Writes the request of one attempt, counted from 1."""


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
class Known:
    """What a plan reads once, however many shots it has: the books of the scene, the store's names, today's judges."""

    services: Services
    books: SceneBooks
    hashes: dict[str, str]
    rules: str
    eye: str

    @classmethod
    def of(cls, services: Services, scene: str) -> Known:
        """Read it now."""
        books = services.ledger.of_scene(scene)
        return cls(services, books, services.hashes(), services.rules(), services.eye_name())


@dataclass(frozen=True, slots=True)
class Stood:
    """How far a stage is. `passed`: the attempt that a gate let through; else `attempt` is the one that counts now.

    `failed`: the attempts before it that no gate let through, oldest first. `spent`: their number is the film's limit. `lost`: what passed,
    where the vault has lost its file: a run brings back those very bytes before it goes on, so that what was made from them stands.
    """

    attempt: Attempt
    passed: Certified | None
    failed: tuple[Attempt, ...]
    spent: bool = False
    lost: Certified | None = None


def attempt_at(
    services: Services, stage: Stage, request_for: RequestFor, number: int, takes: Takes | None = None
) -> Attempt:
    """Attempt `number` of a stage, with its take where there is one. `takes`: whom to ask, else the ledger."""
    request = request_for(number)
    provider, model = services.provider(stage, request.staging), services.model(stage, request.staging)
    payload = provider.build_payload(request)
    key = generation_key(provider.name, model, request.operation, payload, number)
    try:
        take: Take | None = (takes or services.ledger).take(key)
    except NoSuchTake:
        take = None
    if take is not None and take.state == "released":
        take = None
    return Attempt(number, request, key, request.recipe(provider.name, model), take)


def certified_asset(known: Known, asset: Artefact, shot: str, stage: Stage) -> Certified | None:
    """An artefact of the vault with a certificate that today's rules and today's eye wrote, or None."""
    found = filed_asset(known, asset, shot, stage)
    return found if found and known.services.vault.has(asset.sha256) else None


def filed_asset(known: Known, asset: Artefact, shot: str, stage: Stage) -> Certified | None:
    """The same, whether the vault has the file now or not."""
    filed, today = known.books.certificates(asset.sha256, shot, stage), (known.rules, known.eye)
    certificate = next((c for c in filed if (c.rules, c.eye) == today), None)
    return Certified(asset, certificate, shot=shot, stages=(stage,)) if certificate else None


def opened_on(known: Known, shot: Shot, before: str) -> Artefact | None:
    """The frame that the shot's newest take opened on, where that was the last one of the clip with the key `before`; its hash alone is known."""
    takes = (take for tier in _TIERS for take in reversed(known.books.takes_of(shot.id, "clip", tier)))
    order = next((take.order for take in takes if take.order.parent == before), None)
    opened = opens_on(order) if order else None
    return Artefact(sha256=opened, media_type="image/png", size_bytes=0) if opened else None


_TIERS: tuple[TierName, ...] = ("draft", "final", "hero")


def attempts_allowed(services: Services, stage: Stage, tier: TierName) -> int:
    """How many takes a stage may have: the film's limit; a yes buys one final, not a series."""
    return services.folder.film.limits.attempts if tier == "draft" or stage != "clip" else 1


def stand(known: Known, shot: str, stage: Stage, tier: TierName, request_for: RequestFor) -> Stood:
    """Replay a stage from its first attempt to the one that passed, is open, was lost, or is to be made next."""
    failed: list[Attempt] = []
    sent_back = set_aside(known.books.decided_on(shot))
    if again := _to_gate_again(known, shot, stage, tier, request_for, sent_back):
        return again
    for number in range(1, attempts_allowed(known.services, stage, tier) + 1):
        attempt = attempt_at(known.services, stage, request_for, number, known.books)
        take = attempt.take
        if take is None or take.state != "settled" or take.asset is None:
            return Stood(attempt, None, tuple(failed))
        if (found := filed_asset(known, take.asset, shot, stage)) and attempt.key not in sent_back:
            there = known.services.vault.has(take.asset.sha256)
            return Stood(attempt, found if there else None, tuple(failed), lost=None if there else found)
        said = known.books.verdict(attempt.key)
        if said is None or (not said.failed and attempt.key not in sent_back):
            return Stood(attempt, None, tuple(failed))
        failed.append(attempt)
    return Stood(failed[-1], None, tuple(failed), spent=True)


def _to_gate_again(
    known: Known, shot: str, stage: Stage, tier: TierName, request_for: RequestFor, sent_back: frozenset[str]
) -> Stood | None:
    """How a stage stands on a take that shows what its corrected entry asks for; None where there is no such take."""
    books, told = known.books, known.books.noted(NOTE, shot)
    if not told:
        return None
    now = request_for(1)
    maker = known.services.provider(stage, now.staging).name, known.services.model(stage, now.staging)
    refused = sent_back | frozenset(books.noted(FAILED_AGAIN, shot))
    take = fitting(now, books.takes_of(shot, stage, tier), maker, told, refused)
    if take is None or take.asset is None:
        return None
    attempt = Attempt(take.attempt, take.order, take.generation_key, take.recipe, take)
    return Stood(attempt, certified_asset(known, take.asset, shot, stage), ())
