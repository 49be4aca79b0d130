"""Which guide the model follows that gets a shot's prompt."""

from __future__ import annotations

from checks.prompts.profiles import Profile, profile_of
from manifests.errors import GateError
from manifests.film import Stage
from manifests.scene import Shot
from manifests.take import HAND
from providers.contract import Provider
from wiring.services import Services, operation_of


def profile_for(services: Services, stage: Stage, shot: Shot) -> Profile:
    """The profile of whoever makes the stage; the common one where that model is not known."""
    try:
        return profile_at(services.provider(stage, shot), stage)
    except GateError:  # M101 names it
        return profile_of("", operation_of(stage))


def profile_at(provider: Provider, stage: Stage) -> Profile:
    """The profile of the model that makes the stage there. Raises Invalid where it has none."""
    operation = operation_of(stage)
    return profile_of(provider.model(operation), operation, free=provider.embedded)


def guide_at(services: Services, provider: str, model: str, stage: str) -> str:
    """The guide of a take or a planned step, by the names that the ledger keeps; "" where no prompt goes out: a judge
    gets a question, and what people make themselves gets no words.
    """
    if stage == "judge" or provider == HAND:
        return ""
    try:
        free = services.provider_called(provider).embedded
    except GateError:  # an older film's, which this program does not know
        free = False
    return profile_of(model, "clip" if stage == "clip" else "panel", free=free).words
