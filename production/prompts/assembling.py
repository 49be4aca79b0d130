"""A shot's whole prompt as one provider gets it: with the sentence for each picture that goes along."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from checks.prompts.profiles import Profile
from manifests.errors import GateError
from manifests.film import Stage
from manifests.keys import hash_json
from manifests.prompt import clip_prompt, panel_prompt
from manifests.scene import Shot
from manifests.take import Request
from production.journey.guides import guide_of
from production.journey.requests import NOT_MADE, coming_clip_request, panel_request
from production.journey.sketches import sketch_for
from production.prompts.following import profile_at
from providers.contract import Provider
from wiring.services import Services, operation_of


@dataclass(frozen=True, slots=True)
class Assembled:
    """The prompt of one stage at one provider. `as_sent`: whether it is word for word what goes out; else `why` says
    what is missing.
    """

    stage: Stage
    provider: str
    model: str
    profile: Profile
    prompt: str
    as_sent: bool
    why: str = ""


def assembled(services: Services, shot: Shot, stage: Stage, provider: str | None = None) -> Assembled:
    """The prompt as `provider` would get it, or whoever makes the stage. Raises Invalid where that one makes none."""
    maker = services.provider_called(provider) if provider else services.provider(stage, shot)
    model, profile = maker.model(operation_of(stage)), profile_at(maker, stage)
    try:
        request = _request(services, shot, stage, maker)
        said = next(_prompts_in(maker.build_payload(request), request.prompt), None)
        why = "" if said else f"{maker.name} takes its words another way"
    except GateError as error:
        said, why = None, str(error)
    plain = clip_prompt(shot, services.folder.bible) if stage == "clip" else panel_prompt(shot, services.folder.bible)
    return Assembled(stage, maker.name, model, profile, said or plain, said is not None, why)


def _request(services: Services, shot: Shot, stage: Stage, maker: Provider) -> Request:
    """The request of the next draft, with stand-ins for frames and guides that are not made. It is never sent."""
    can, hashes = maker.capabilities(operation_of(stage)), services.hashes()
    if stage == "clip":
        return coming_clip_request(services.folder, hashes, shot, "draft", can=can)
    guide = (lambda request: hash_json([NOT_MADE, request.shot])) if guide_of(services, maker) else None
    sketch = sketch_for(services, shot, stage, maker)
    return panel_request(services.folder, hashes, shot, "draft", can=can, stage=stage, guide_of=guide, sketch=sketch)


def _prompts_in(payload: object, prompt: str) -> Iterator[str]:
    """Every text of the payload that holds the prompt, wherever the wire puts it."""
    if isinstance(payload, str):
        if prompt in payload:
            yield payload
    elif isinstance(payload, Mapping):
        for value in payload.values():
            yield from _prompts_in(value, prompt)
    elif isinstance(payload, list | tuple):
        for value in payload:
            yield from _prompts_in(value, prompt)
