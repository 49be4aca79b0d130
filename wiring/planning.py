"""The plan of a scene: what would run, what is there already, what it would cost; and why, in one line a shot."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Literal

from manifests.certificate import Certified
from manifests.film import Stage, TierName
from manifests.scene import Scene, Shot
from manifests.take import Take
from wiring.requests import Opening, clip_request, panel_request, pricing_request, tier_of
from wiring.services import Services
from wiring.standing import RequestFor, accepted, attempt_at, certified_asset

Does = Literal["cached", "run", "collect"]


@dataclass(frozen=True, slots=True)
class Step:
    """One stage of one shot. `why`: one line. `microusd`: what it is likely to cost, 0 where it is cached."""

    shot: str
    stage: Stage
    tier: TierName
    does: Does
    why: str
    microusd: int


@dataclass(frozen=True, slots=True)
class Drafted:
    """A shot's draft as it stands: certified, with the panels it was made from."""

    panel: Certified
    end_panel: Certified | None
    clip: Certified


@dataclass(frozen=True, slots=True)
class Plan:
    """All steps of a scene, in story order, and the drafts that stand. Prices are today's, in micro-dollars."""

    scene: str
    steps: tuple[Step, ...]
    drafts: dict[str, Drafted]

    @property
    def draft_microusd(self) -> int:
        """What is likely to be spent up to the approval."""
        return sum(step.microusd for step in self.steps if not (step.stage == "clip" and step.tier != "draft"))

    @property
    def total_microusd(self) -> int:
        """What is likely to be spent on all of it."""
        return sum(step.microusd for step in self.steps)

    def of(self, shot: str) -> tuple[Step, ...]:
        """The steps of one shot."""
        return tuple(step for step in self.steps if step.shot == shot)


@dataclass(slots=True)
class _Tier:
    """How far the planning of one tier is with the shot before: its clip and key, None where they are not known yet."""

    clip: Certified | None = None
    key: str = ""
    links: int = 0
    shot: str = ""


def plan_scene(services: Services, scene: Scene) -> Plan:
    """Plan a scene as a run would go through it now. Asks nobody outside and spends nothing. Raises PriceRefused."""
    steps: list[Step] = []
    drafted: dict[str, Drafted] = {}
    drafts, finals = _Tier(), _Tier()
    for shot in scene.shots:
        draft_steps, panel, end_panel = _panels(services, shot, drafts)
        steps += draft_steps
        steps.append(_clip(services, shot, "draft", panel, end_panel, drafts))
        if panel is not None and drafts.clip is not None:
            drafted[shot.id] = Drafted(panel, end_panel, drafts.clip)
        panel = _last_frame(services, shot, finals) if shot.chain else panel
        steps.append(_clip(services, shot, tier_of(shot), panel, end_panel, finals))
    return Plan(scene.id, tuple(steps), drafted)


def _panels(services: Services, shot: Shot, before: _Tier) -> tuple[list[Step], Certified | None, Certified | None]:
    if shot.chain:
        panel = _last_frame(services, shot, before)
        if panel is not None or before.clip is None:
            return [], panel, None
    steps: list[Step] = []
    panel = _panel(services, shot, "panel", steps)
    end_panel = _panel(services, shot, "end_panel", steps) if shot.mode == "start_end_frames" else None
    return steps, panel, end_panel


def _last_frame(services: Services, shot: Shot, before: _Tier) -> Certified | None:
    """The certified last frame of the shot before, where that shot is made and the frame has passed."""
    return None if before.clip is None else certified_asset(
        services, services.last_frame(before.clip.artefact), shot.id, "panel"
    )  # fmt: skip


def _panel(services: Services, shot: Shot, stage: Stage, steps: list[Step]) -> Certified | None:
    request_for = partial(panel_request, services.folder, services.hashes(), shot, "draft", stage=stage)
    return _step(services, shot, stage, "draft", request_for, steps)


def _clip(
    services: Services, shot: Shot, tier: TierName, panel: Certified | None, end_panel: Certified | None, before: _Tier
) -> Step:
    steps: list[Step] = []
    chained = shot.chain and before.clip is not None and panel is not None
    opening = Opening(before.key, before.links + 1) if chained else Opening("", 0)
    before.clip, before.links, key = None, opening.chain_links, ""
    if panel is None or (shot.mode == "start_end_frames" and end_panel is None):
        upstream = f"{before.shot} will be made anew" if shot.chain else "its panel will be made anew"
        steps.append(Step(shot.id, "clip", tier, "run", upstream, _price(services, shot, tier)))
    else:
        request_for = partial(
            clip_request,
            services.folder,
            services.hashes(),
            shot,
            tier,
            panel=panel,
            end_panel=end_panel,
            opening=opening,
        )
        before.clip = _step(services, shot, "clip", tier, request_for, steps)
        key = attempt_at(services, "clip", request_for, 1).key
        if found := accepted(services, shot.id, "clip", tier, request_for):
            key = found[0].key
    before.key, before.shot = key, shot.id
    return steps[-1]


def _step(
    services: Services, shot: Shot, stage: Stage, tier: TierName, request_for: RequestFor, steps: list[Step]
) -> Certified | None:
    found = accepted(services, shot.id, stage, tier, request_for)
    if found is not None:
        attempt, passed = found
        steps.append(Step(shot.id, stage, tier, "cached", f"v{_version(attempt.take):03d} passed its gate", 0))
        return passed
    first = attempt_at(services, stage, request_for, 1)
    if first.take is not None and first.take.state in {"held", "submitted", "in_doubt"}:
        steps.append(Step(shot.id, stage, tier, "collect", f"it is {first.take.state} at {first.take.provider}", 0))
        return None
    why = _why(services, shot, stage, tier, request_for)
    price = services.provider(stage).quote(first.request, services.prices.price_of).likely_microusd
    steps.append(Step(shot.id, stage, tier, "run", why, price))
    return None


def _why(services: Services, shot: Shot, stage: Stage, tier: TierName, request_for: RequestFor) -> str:
    """The names of what differs from the newest take of this stage."""
    takes = services.ledger.takes(shot=shot.id, stage=stage, tier=tier)
    if not takes:
        return "it was never made"
    asked, was = request_for(1), takes[-1].request
    changed = [name for name in _TELLING if getattr(asked, name) != getattr(was, name)]
    changed += [
        f"reference {now.name}"
        for now in asked.references
        if (before := next((r for r in was.references if (r.role, r.name) == (now.role, now.name)), None)) != now
        and (before is None or before.sha256 != now.sha256)
    ]
    if asked.staging != was.staging and asked.payload()["staging"] != was.payload()["staging"]:
        changed.append("staging")
    return f"changed: {', '.join(changed)}" if changed else "its last take did not pass its gate"


_TELLING = ("prompt", "resolution", "frames", "parent", "chain_links", "seed", "weather")


def _price(services: Services, shot: Shot, tier: TierName) -> int:
    request = pricing_request(services.folder, shot, tier)
    return services.provider("clip").quote(request, services.prices.price_of).likely_microusd


def _version(take: Take | None) -> int:
    return take.version if take else 0
