"""What a person can do about a shot that a provider's moderation refused. It is offered, with its price, and never
taken by itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

from manifests.errors import GateError
from manifests.money import format_usd
from manifests.names import scene_of_shot
from manifests.privacy import PRIVATE
from manifests.scene import Shot
from manifests.take import Operation, Request, Take
from production.journey.requests import with_words
from production.planning.plan_scene import plan_scene
from providers import registry
from providers.capabilities import FRAME_ROLES, Capabilities, listed
from wiring.keys import alias_of, variables_of
from wiring.services import Services

OfferKind = Literal["provider", "text_only", "rewrite", "by_hand"]

PLAINER = {
    "ancestor": "old relative",
    "bone": "pale branch-like object",
    "bones": "pale branch-like objects",
    "cave": "dark stone tunnel",
    "prehistoric": "very old",
    "tribe": "group",
    "shoot": "film",
    "shoots": "films",
    "shot dead": "lying still",
    "blow up": "enlarge",
    "blows up": "grows large",
    "cut off": "end",
    "hits": "meets",
    "fires": "lights",
}
"""Words that film-makers have reported as refused together with a picture, or that a filter may take for harm, and what
a camera would see instead. They are hints for a person who means something harmless: none is changed without an
approval.
"""


@dataclass(frozen=True, slots=True)
class Offer:
    """One way on. `delta_microusd`: what it adds to the shot's likely price, None where nobody can say.

    `changes`: the fields of the shot's entry that taking it sets. `risk`: what it may cost beside money.
    """

    kind: OfferKind
    words: str
    changes: dict[str, Any]
    delta_microusd: int | None = 0
    risk: str = ""


def refused(services: Services, shot: Shot) -> tuple[Take, str] | None:
    """The newest take of a shot that moderation refused, with its provider's own words; None where nothing stands in
    the way now.
    """
    scene = services.scene(scene_of_shot(shot.id))
    stages = {step.stage for step in plan_scene(services, scene).of(shot.id) if step.block == "moderation"}
    told = [(take, raw) for take, raw in services.ledger.moderations(shot.id) if take.stage in stages]
    if not told:
        return None
    take, raw = told[-1]
    said = PRIVATE if shot.private and not take.request.private else raw  # it has become private since
    return take.model_copy(update={"request": with_words(take.order, services.folder)}), said


def offers_for(services: Services, shot: Shot, take: Take) -> tuple[Offer, ...]:
    """Every way on from a refused take, other providers first, the cheapest first. Spends nothing and asks nobody."""
    request = take.order
    operation = request.operation
    elsewhere = [_elsewhere(services, shot, take, name) for name in registry.known()]
    others = sorted(filter(None, elsewhere), key=lambda offer: offer.delta_microusd or 0)
    text_only = _text_only(services, shot) if operation == "clip" and request.references else None
    by_hand = _by_hand(shot, operation, take.provider)
    return (*others, *filter(None, (text_only, _rewrite(services, shot), by_hand)))


def _elsewhere(services: Services, shot: Shot, take: Take, name: str) -> Offer | None:
    """Another provider that can make just this. One that cannot, or has no price for it, is not offered."""
    if name == take.provider:
        return None
    operation = take.order.operation
    try:
        other, now = services.provider_called(name), services.provider_called(take.provider)
        if other.embedded or other.by_hand or operation not in other.operations:
            return None
        fitting = _as_it_can(other.capabilities(operation), take.order)
        other.build_payload(fitting)
        then = other.quote(fitting, services.prices.price_of).likely_microusd
        before = now.quote(take.order, services.prices.price_of).likely_microusd
    except GateError:
        return None
    key = "" if alias_of(services.settings, name) else f" It has no key yet: set {variables_of(name)[0]}."
    words = f"make this {operation} with {name} ({other.model(operation)}), ${format_usd(then)}.{key}"
    return Offer("provider", words, {"providers": {**shot.providers, operation: name}}, then - before)


def _text_only(services: Services, shot: Shot) -> Offer | None:
    can = services.can("clip", shot)
    if "text" not in can.modes or shot.chain:
        return None
    cast = [services.folder.bible.characters[member.character].name for member in shot.cast]
    held = listed([*cast, f"the {services.folder.bible.locations[shot.location].id}"])
    risk = f"{held} rest on words alone: nothing holds faces, clothes or the room to the masters; more takes will fail"
    return Offer("text_only", "send the words without any picture", {"mode": "text"}, 0, risk)


def _rewrite(services: Services, shot: Shot) -> Offer:
    """The shot's motion in plainer words; where none is known, a person's own."""
    written = shot.motion
    found = [word for word in PLAINER if re.search(rf"\b{re.escape(word)}\b", written, re.IGNORECASE)]
    for word in sorted(found, key=len, reverse=True):
        written = re.sub(rf"\b{re.escape(word)}\b", PLAINER[word], written, flags=re.IGNORECASE)
    if found:
        said = PRIVATE if shot.private else f"{written!r} (instead of {listed(found)})"
        return Offer("rewrite", f"say it as the camera sees it: {said}", {"motion": written})
    bible = services.folder.bible
    blocks = {
        **{f"bible/characters/{m.character}.yaml": bible.characters[m.character].identity for m in shot.cast},
        f"bible/locations/{shot.location}.yaml": bible.locations[shot.location].words,
    }
    elsewhere = [
        file for file, words in blocks.items() if any(re.search(rf"\b{w}\b", words, re.IGNORECASE) for w in PLAINER)
    ]
    place = f" {listed(elsewhere)} holds a word that others reported; every shot shares it." if elsewhere else ""
    return Offer("rewrite", f'write the motion again in your own words: --motion "...".{place}', {})


def _by_hand(shot: Shot, operation: Operation, now: str) -> Offer | None:
    """A person makes it, with the pictures and words laid out for it."""
    if "handoff" not in registry.known() or now == "handoff":
        return None
    words = f"make this {operation} by hand: its pictures, its words and the name to save it under are laid out for you"
    return Offer("by_hand", words, {"providers": {**shot.providers, operation: "handoff"}}, None)


def _as_it_can(can: Capabilities, request: Request) -> Request:
    """The request in the length that another model sells, with as many pictures as it looks at."""
    seconds = can.covering_s(request.staging.duration_s)
    frames = request.frames if request.operation == "panel" else round(seconds * request.fps)
    frames_only = not can.references_with_frames and any(r.role in FRAME_ROLES for r in request.references)
    references = [r for r in request.references if r.role in FRAME_ROLES or not frames_only]
    return request.model_copy(update={"frames": frames, "references": tuple(references)})
