"""Gathers what the readiness gate reads of each shot of a scene: its references, its words, its neighbours, and what
its providers can make, at which price, with which key. Asks nobody outside and spends nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from governor.errors import PriceRefused
from manifests.film import Stage, TierName
from manifests.finding import Finding
from manifests.names import scene_of_shot
from manifests.scene import Scene, Shot
from manifests.take import Request
from production.continuity.flow import scene_continuity
from production.journey.guides import guide_of
from production.journey.readiness import Lack, ShotFacts, StageFacts
from production.journey.requests import NOT_MADE, coming_clip_request, locked_names, panel_request, tier_of
from production.journey.sketches import sketch_for
from production.planning.early_checks import word_findings
from production.planning.step_price import Priced, priced
from providers.contract import Provider
from providers.errors import Invalid
from vault.errors import Missing
from wiring.keys import alias_of, variables_of
from wiring.services import Services


def facts_of_scene(services: Services, scene: Scene) -> dict[str, ShotFacts]:
    """Of each shot, by its ID."""
    words, continuity = word_findings(services, [scene]), scene_continuity(services, scene)
    look, hashes = _reference_check(services), services.hashes()
    return {
        shot.id: ShotFacts(
            shot=shot.id,
            references=look(shot),
            words=tuple(finding for finding in words if is_about(shot, finding)),
            continuity=tuple(each.finding for each in continuity[shot.id].open) if shot.id in continuity else (),
            proposed=shot.proposed,
            stages=tuple(_stages(services, shot, with_stand_ins(hashes, shot))),
        )
        for shot in scene.shots
    }


def is_about(shot: Shot, finding: Finding) -> bool:
    """Whether a finding is about the shot: it names the shot, its scene, or a file of the bible that the shot shows."""
    subject, scene = finding.subject, scene_of_shot(shot.id)
    if shot.id in subject:
        return True
    if subject in {scene, f"scenes/{scene}.yaml", "bible/style.yaml"}:
        return True
    shown = {f"bible/locations/{shot.location}.yaml"}
    shown |= {f"bible/characters/{member.character}.yaml" for member in shot.cast}
    shown |= {f"bible/props/{placed.prop}.yaml" for placed in shot.props}
    return subject in shown


def with_stand_ins(hashes: Mapping[str, str], shot: Shot) -> dict[str, str]:
    """The store's pictures, with a stand-in for each that the shot shows and the store lacks."""
    return {name: NOT_MADE for _, _, name in locked_names(shot)} | dict(hashes)


def coming_panel_request(
    services: Services, hashes: Mapping[str, str], shot: Shot, tier: TierName, stage: Stage = "panel"
) -> Request:
    """A panel's request with a stand-in for its blocking guide: that is not drawn. Never sent to anybody."""
    maker = services.provider(stage, shot)
    can, guide = maker.capabilities("panel"), (lambda _request: NOT_MADE) if guide_of(services, maker) else None
    sketch = sketch_for(services, shot, stage, maker)
    return panel_request(services.folder, hashes, shot, tier, can=can, stage=stage, guide_of=guide, sketch=sketch)


def _reference_check(services: Services) -> Callable[[Shot], tuple[Finding, ...]]:
    from checks.gates.reference_gate import check_references  # noqa: PLC0415  # loads the pixel libraries

    folder, references, looked = services.folder, services.references(), services.looked()
    look = partial(
        check_references,
        bible=folder.bible,
        lock=folder.lock,
        references=references,
        thresholds=folder.film.thresholds,
        looked=looked,
    )
    return lambda shot: look(shot).findings


def _stages(services: Services, shot: Shot, hashes: Mapping[str, str]) -> Iterator[StageFacts]:
    tiers: tuple[TierName, ...] = ("draft", tier_of(shot))
    frames: Sequence[Stage] = ("panel", "end_panel") if shot.mode == "start_end_frames" else ("panel",)
    for tier in tiers:
        for stage in frames:
            request = coming_panel_request(services, hashes, shot, tier, stage)
            yield _stage(services, shot, tier, stage, request)
        can = services.can("clip", shot)
        yield _stage(services, shot, tier, "clip", coming_clip_request(services.folder, hashes, shot, tier, can=can))


def _stage(services: Services, shot: Shot, tier: TierName, stage: Stage, request: Request) -> StageFacts:
    provider = services.provider(stage, shot)
    refused, unpriced = _refusal(provider, request), None
    price: Priced | None = None
    try:
        price = priced(provider, request, shot, services.prices)
    except PriceRefused as refusal:
        unpriced = Lack(refusal.thing, refusal.cause, refusal.cure)
    except Missing:  # its price depends on the sizes of pictures, and a stand-in has none: the plan's step asks again
        price = None
    except Invalid:
        assert refused, "what a provider makes, it can count"
    free = provider.embedded or provider.by_hand
    bills = not free and (price is None or price.quote.high_microusd > 0)
    keyless = _keyless(services, provider) if bills else None
    return StageFacts(stage, tier, provider.name, free=not bills, refused=refused, unpriced=unpriced, keyless=keyless)


def _refusal(provider: Provider, request: Request) -> Lack | None:
    try:
        provider.build_payload(request)
    except Invalid as refusal:
        return Lack(refusal.thing, refusal.cause, refusal.cure)
    except Missing:  # a payload with its pictures inside cannot hold a stand-in; what the call asks for was looked at
        return None
    return None


def _keyless(services: Services, provider: Provider) -> Lack | None:
    if alias_of(services.settings, provider.name) is not None:
        return None
    return Lack("", f"there is no key for {provider.name}", f"Set {variables_of(provider.name)[0]}; then: gate doctor")
