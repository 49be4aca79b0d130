"""The plan of a scene: what would run, what is there already, what it would cost; and why, in one line a step.

This is the way through the scene alone, whatever people said and whatever the caps allow; `planning_limits` holds it to those.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from governor.errors import Parked, PriceRefused
from manifests.breakdown import Breakdown, breakdown_of
from manifests.certificate import Certified
from manifests.errors import GateError
from manifests.film import Stage, TierName
from manifests.handwork import FrameStage
from manifests.money import format_usd
from manifests.plan import Block, Does, Step
from manifests.scene import Scene, Shot
from manifests.take import Request
from providers.errors import Invalid
from wiring import anchoring
from wiring.guides import guide_of
from wiring.planning_hands import hand_step, hands_on
from wiring.planning_judge import judge_step
from wiring.planning_made import changed, made_from
from wiring.planning_price import Priced, priced, unit_prices
from wiring.planning_stops import counted, hopeless
from wiring.requests import Opening, clip_request, coming_clip_request, opens_on, panel_request, tier_of
from wiring.services import Services
from wiring.standing import Known, RequestFor, Stood, attempts_allowed, certified_asset, filed_asset, opened_on, stand


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
    def cost(self) -> Breakdown:
        """What is left to buy, whatever people said and whatever the caps allow."""
        return breakdown_of(self.steps)

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
    blocked: bool = False

    @property
    def opening(self) -> Opening:
        """How the next shot opens when it opens on this one."""
        return Opening(self.key, self.links + 1)


class _Planner:
    """Goes through one scene once."""

    def __init__(self, known: Known) -> None:
        self._known, self._services, self._folder = known, known.services, known.services.folder
        self._units = unit_prices(known.services.prices)
        self._lost: set[str] = set()
        self.steps: list[Step] = []

    def shot(self, shot: Shot, drafts: _Tier, finals: _Tier) -> Drafted | None:
        """Add the steps of one shot; gives its draft where it stands."""
        if parked := self._known.books.parked.get(shot.id):
            self._leave_out(shot, parked, drafts, finals)
            return None
        start = len(self.steps)
        opens = shot.chain and not hands_on(self._known, shot, "panel") and not self._is_anchored(shot, drafts)
        frame = self._last_frame(shot, drafts) if opens else None
        panel, end_panel, blocked = self._panels(shot, drafts, frame)
        self._clip(shot, "draft", panel, end_panel, drafts, blocked=blocked, chained=frame is not None)
        self._judge(shot, "draft", start)
        drafted = Drafted(panel, end_panel, drafts.clip) if panel is not None and drafts.clip is not None else None
        if drafted and not self._lost.isdisjoint(made.sha256 for made in (panel, end_panel, drafts.clip) if made):
            drafted = None  # nobody is asked for a yes to what cannot be shown
        follows = shot.chain and (drafts.clip is None or drafts.links > 0)  # a final opens as its draft did
        opens_on = self._last_frame(shot, finals) if follows else panel
        blocked = blocked or drafts.blocked
        start = len(self.steps)
        self._clip(shot, tier_of(shot), opens_on, end_panel, finals, blocked=blocked, chained=follows)
        self._judge(shot, tier_of(shot), start)
        return drafted

    def _leave_out(self, shot: Shot, parked: Parked, drafts: _Tier, finals: _Tier) -> None:
        """Nothing is made of a shot that a person has parked, nor of what is chained to it."""
        tiers: tuple[tuple[TierName, _Tier], ...] = (("draft", drafts), (tier_of(shot), finals))
        for tier, at in tiers:
            can = self._services.can("clip", shot)
            request = coming_clip_request(self._folder, self._known.hashes, shot, tier, can=can)
            self._add(shot, "clip", tier, request, "blocked", f"{parked.cause}: {parked.back}", block=parked.kind)
            at.clip, at.key, at.links, at.shot, at.blocked = None, "", 0, shot.id, True

    def _judge(self, shot: Shot, tier: TierName, start: int) -> None:
        """The judge's looks at what the steps since `start` make, where the film has a judge."""
        looks = judge_step(self._services, shot, tier, self.steps[start:])
        self.steps.extend([looks] if looks else [])

    def _is_anchored(self, shot: Shot, before: _Tier) -> bool:
        """Whether the shot is made from the masters because its chain had drifted."""
        mark = anchoring.mark_of(self._known.rules, self._known.eye, before.key)
        return anchoring.read(shot.id, self._known.books.noted("reanchor", shot.id), mark) is not None

    def _panels(
        self, shot: Shot, before: _Tier, frame: Certified | None
    ) -> tuple[Certified | None, Certified | None, bool]:
        """The panels of a shot, of which `frame` is the first where it opens on the shot before."""
        if shot.chain and (frame is not None or before.clip is None) and not hands_on(self._known, shot, "panel"):
            return frame, None, False
        start = len(self.steps)
        panel = self._panel(shot, "panel")
        end_panel = self._panel(shot, "end_panel") if shot.mode == "start_end_frames" else None
        return panel, end_panel, any(step.does == "blocked" for step in self.steps[start:])

    def _last_frame(self, shot: Shot, before: _Tier) -> Certified | None:
        """The certified last frame of the shot before, where that shot is made and the frame has passed."""
        if before.clip is None:
            return None
        frames = self._services.shot(before.shot).frames
        if before.clip.sha256 not in self._lost:
            frame = self._services.last_frame(before.clip.artefact, frames)
            return certified_asset(self._known, frame, shot.id, "panel")
        noted = self._services.noted_last_frame(before.clip.artefact, frames) or opened_on(
            self._known, shot, before.key
        )
        return filed_asset(self._known, noted, shot.id, "panel") if noted else None

    def _panel(self, shot: Shot, stage: FrameStage) -> Certified | None:
        if hands := hands_on(self._known, shot, stage):
            step = hand_step(self._known, shot, hands)
            self._add(
                step.request.staging, stage, "draft", step.request, step.does, step.why,
                block=step.block, key=step.key, price=Priced(step.quote) if step.quote else None, left=1 if step.quote else 0,
            )  # fmt: skip
            return step.passed
        request_for = partial(
            panel_request,
            self._folder,
            self._known.hashes,
            shot,
            "draft",
            stage=stage,
            can=self._services.can(stage, shot),
            guide_of=guide_of(self._services, shot),
        )
        stood = self._step(shot, stage, "draft", request_for)
        return (stood.passed or stood.lost) if stood else None

    def _clip(
        self, shot: Shot, tier: TierName, panel: Certified | None, end_panel: Certified | None, before: _Tier, *,
        blocked: bool, chained: bool,
    ) -> None:  # fmt: skip
        opening = before.opening if chained and before.clip is not None and panel is not None else Opening("", 0)
        stood: Stood | None = None
        if panel is None or (shot.mode == "start_end_frames" and end_panel is None):
            self._coming(shot, tier, before.shot, blocked=blocked or (shot.chain and before.blocked))
        else:
            request_for = partial(
                clip_request, self._folder, self._known.hashes, shot, tier,
                panel=panel, end_panel=end_panel, opening=opening, can=self._services.can("clip", shot),
            )  # fmt: skip
            stood = self._step(shot, "clip", tier, request_for)
        before.clip = (stood.passed or stood.lost) if stood else None
        before.links, before.shot = opening.chain_links, shot.id
        before.key = stood.attempt.key if stood else ""
        before.blocked = self.steps[-1].does == "blocked"

    def _coming(self, shot: Shot, tier: TierName, before: str, *, blocked: bool) -> None:
        """A clip whose opening frame is not made yet."""
        request = coming_clip_request(
            self._folder, self._known.hashes, shot, tier, can=self._services.can("clip", shot)
        )
        opens_on = before if shot.chain else "its panel"
        allowed = attempts_allowed(self._services, "clip", tier)
        if refusal := self._refusal("clip", request):
            self._add(shot, "clip", tier, request, "blocked", _words(refusal), block="invalid")
        elif blocked:
            self._add(shot, "clip", tier, request, "blocked", f"{opens_on} is blocked", block="upstream")
        else:
            self._priced(shot, "clip", tier, request, f"after {opens_on}", allowed)

    def _refusal(self, stage: Stage, request: Request) -> Invalid | None:
        try:
            self._services.provider(stage, request.staging).build_payload(request)
        except Invalid as refusal:
            return refusal
        return None

    def _step(self, shot: Shot, stage: Stage, tier: TierName, request_for: RequestFor) -> Stood | None:
        """Add the step of a stage whose request is known; None where its provider refuses to make it."""
        try:
            stood = stand(self._known, shot.id, stage, tier, request_for)
        except Invalid as refusal:
            self._add(shot, stage, tier, request_for(1), "blocked", _words(refusal), block="invalid")
            return None
        attempt, take = stood.attempt, stood.attempt.take
        add = partial(self._add, shot, stage, tier, attempt.request, key=attempt.key)
        if stood.passed is not None:
            add("cached", f"v{take.version if take else 0:03d} passed its gate")
        elif stood.lost is not None:
            self._lost.add(stood.lost.sha256)
            add(
                "collect",
                f"v{take.version if take else 0:03d} passed its gate; its file is lost, and a run brings it back for $0",
            )
        elif stop := hopeless(self._known, shot.id, stood):
            add("blocked", stop[1], block=stop[0])
        elif take is not None and take.state == "settled":
            add("collect", f"v{take.version:03d} is paid for, and waits for its gate")
        elif take is not None:
            add("collect", f"it is {take.state} at {take.provider}, ${format_usd(take.held_microusd)} held")
        else:
            left = attempts_allowed(self._services, stage, tier) - len(stood.failed)
            why = self._why(shot, stage, tier, stood)
            self._priced(shot, stage, tier, attempt.request, why, left, key=attempt.key)
        return stood

    def _priced(
        self, shot: Shot, stage: Stage, tier: TierName, request: Request, why: str, left: int, key: str | None = None
    ) -> None:
        asked_at = self._services.provider(stage, shot).name, self._services.model(stage, shot)
        if raw := request.refused_before(self._known.books.moderated.get, *asked_at):
            why = f"moderation refused just this ({raw[:120]}): gate offers {shot.id}"
            self._add(shot, stage, tier, request, "blocked", why, block="moderation", key=key)
            return
        try:
            price = priced(self._services.provider(stage, shot), request, shot, self._services.prices)
        except PriceRefused as refusal:
            self._add(shot, stage, tier, request, "blocked", _words(refusal), block="price", key=key)
            return
        self._add(shot, stage, tier, request, "run", why, price=price, left=left, key=key)

    def _add(
        self, shot: Shot, stage: Stage, tier: TierName, request: Request, does: Does, why: str, *,
        block: Block | None = None, key: str | None = None, price: Priced | None = None, left: int = 0,
    ) -> None:  # fmt: skip
        model = self._services.model(stage, shot)
        provider = self._services.provider(stage, shot).name
        quote = price.quote if price else None
        self.steps.append(
            Step(
                shot=shot.id, stage=stage, tier=tier, does=does, why=why, block=block, key=key, provider=provider,
                made_from=made_from(request, f"{provider} {model}"), opens_on=opens_on(request),
                price=quote.price if quote else None,
                unit_price=self._units.get(quote.price, "") if quote else "",
                low_microusd=quote.low_microusd if quote else 0,
                likely_microusd=quote.likely_microusd if quote else 0,
                high_microusd=quote.high_microusd if quote else 0, takes_left=left,
                plays_ms=price.plays_ms if price else 0, bought_ms=price.bought_ms if price else 0,
                longer_microusd=price.longer_microusd if price else 0,
            )
        )  # fmt: skip

    def _why(self, shot: Shot, stage: Stage, tier: TierName, stood: Stood) -> str:
        """The names of what differs from the newest take of this stage."""
        was = self._known.books.newest(shot.id, stage, tier)
        if stood.failed:
            sent_back = any(not v.failed for a in stood.failed if (v := self._known.books.verdict(a.key)))
            or_sent = ", or was sent back" if sent_back else ""
            return f"{counted(len(stood.failed), 'take')} did not pass {'its gate' if len(stood.failed) == 1 else 'their gate'}{or_sent}"
        return "it was never made" if was is None else changed(stood.attempt.request, was)


def plan_scene(services: Services, scene: Scene, known: Known | None = None) -> Plan:
    """Plan a scene as a run would go through it now. Asks nobody outside and spends nothing.

    `known`: what was read for it already. What a provider refuses, or nobody can price, is a blocked step.
    """
    planner = _Planner(known or Known.of(services, scene.id))
    drafts, finals = _Tier(), _Tier()
    drafted = {shot.id: draft for shot in scene.shots if (draft := planner.shot(shot, drafts, finals))}
    return Plan(scene.id, tuple(planner.steps), drafted)


def _words(refusal: GateError) -> str:
    return f"{refusal.cause}. {refusal.cure}"
