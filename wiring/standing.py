"""How far a stage of a shot has come, as the ledger knows it: what was bought, what passed, what is to be done next.

A run and a plan both ask here, so that what was planned is what is run.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from governor.errors import NoSuchTake
from manifests.certificate import Certified
from manifests.film import Stage, TierName
from manifests.keys import generation_key
from manifests.take import Artefact, Request, Take
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


def attempt_at(services: Services, stage: Stage, request_for: RequestFor, number: int) -> Attempt:
    """Attempt `number` of a stage, with its take where there is one."""
    provider, model = services.provider(stage), services.model(stage)
    request = request_for(number)
    payload = provider.build_payload(request)
    key = generation_key(provider.name, model, request.operation, payload, number)
    try:
        take: Take | None = services.ledger.take(key)
    except NoSuchTake:
        take = None
    if take is not None and take.state == "released":
        take = None
    return Attempt(number, request, key, request.recipe(provider.name, model), take)


def certified(services: Services, attempt: Attempt, shot: str, stage: Stage) -> Certified | None:
    """The attempt's artefact with a certificate that today's rules and today's eye wrote, or None."""
    take = attempt.take
    return certified_asset(services, take.asset, shot, stage) if take and take.asset else None


def certified_asset(services: Services, asset: Artefact, shot: str, stage: Stage) -> Certified | None:
    """An artefact of the vault with a certificate that today's rules and today's eye wrote, or None."""
    if not services.vault.has(asset.sha256):
        return None
    today = (services.rules(), services.eye().name)
    filed = services.ledger.certificates(asset.sha256, shot, stage)
    certificate = next((c for c in filed if (c.rules, c.eye) == today), None)
    return Certified(asset, certificate, shot=shot, stages=(stage,)) if certificate else None


def accepted(
    services: Services, shot: str, stage: Stage, tier: TierName, request_for: RequestFor
) -> tuple[Attempt, Certified] | None:
    """The attempt that passed its gate, replayed from the first one, or None where the stage has work to do."""
    limit = services.folder.film.limits.attempts if tier == "draft" or stage != "clip" else 1
    for number in range(1, limit + 1):
        attempt = attempt_at(services, stage, request_for, number)
        if attempt.take is None:
            return None
        if found := certified(services, attempt, shot, stage):
            return attempt, found
    return None
