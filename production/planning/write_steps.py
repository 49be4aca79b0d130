"""Writes the steps of a plan: each with its reason, and what it would cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress

from governor.errors import PriceRefused
from manifests.errors import GateError
from manifests.film import Stage, TierName
from manifests.names import scene_of_shot
from manifests.reading.sketches import read_sketch
from manifests.scene import Shot
from manifests.spending.plan import Block, Does, PlanStep
from manifests.take import Request
from production.journey.next_step import attempts_allowed
from production.journey.readiness import Obstacle, ShotFacts, impossible, unready
from production.journey.requests import opens_on
from production.journey.sketches import kept_back
from production.journey.standing import SceneKnown, StageStatus, status_of
from production.planning.made import changed, made_from
from production.planning.step_price import Priced, priced, unit_prices
from production.planning.stops import counted, told
from providers.errors import Invalid
from vault.errors import Missing


class StepWriter:
    """Writes them in the order of the journey. `facts`: what the readiness gate reads, by shot. `lost`: the hashes of
    files that passed, and that the vault has lost.
    """

    def __init__(self, known: SceneKnown, facts: Mapping[str, ShotFacts]) -> None:
        self._known, self._facts, self._units = known, facts, unit_prices(known.services.prices)
        self.steps: list[PlanStep] = []
        self.lost: set[str] = set()

    def stage(self, shot: Shot, stage: Stage, tier: TierName, request: Request) -> StageStatus | None:
        """Add the step of a stage; None where its provider refuses to make it. `request`: what it is asked first."""
        if found := impossible(self._facts[shot.id], tier, stage):
            self.not_ready(shot, stage, tier, request, found)
            return None
        try:
            status = status_of(self._known, shot.id, stage, tier, request)
        except Invalid as refusal:
            self.add(shot, stage, tier, request, "blocked", in_words(refusal), block="invalid")
            return None
        attempt = status.attempt
        if status.lost is not None:
            self.lost.add(status.lost.sha256)
        if status.next.does == "make":
            left = attempts_allowed(self._known.services.folder.film.limits, stage, tier) - len(status.failed)
            why = self._why(shot, stage, tier, status)
            self.priced(shot, stage, tier, attempt.request, why, left, key=attempt.key)
        else:
            does, why, block = told(shot.id, status)
            self.add(shot, stage, tier, attempt.request, does, why, block=block, key=attempt.key)
        return status

    def priced(
        self, shot: Shot, stage: Stage, tier: TierName, request: Request, why: str, left: int, key: str | None = None
    ) -> None:
        """Add a step that is to be bought, `left` takes at most; a blocked one where the shot is not ready, or
        moderation refused it.
        """
        if found := unready(self._facts[shot.id], tier, stage):
            self.not_ready(shot, stage, tier, request, found, left, key)
            return
        asked_at = self._known.services.provider(stage, shot).name, self._known.services.model(stage, shot)
        if raw := request.refused_before(self._known.records.moderated.get, *asked_at):
            why = f"moderation refused just this ({raw[:120]}): gate offers {shot.id}"
            self.add(shot, stage, tier, request, "blocked", why, block="moderation", key=key)
            return
        try:
            price = priced(self._known.services.provider(stage, shot), request, shot, self._known.services.prices)
        except PriceRefused as refusal:
            self.add(shot, stage, tier, request, "blocked", in_words(refusal), block="price", key=key)
            return
        self.add(shot, stage, tier, request, "run", why, price=price, left=left, key=key)

    def not_ready(
        self,
        shot: Shot,
        stage: Stage,
        tier: TierName,
        request: Request,
        found: Sequence[Obstacle],
        left: int = 0,
        key: str | None = None,
    ) -> None:
        """Add a step that the readiness gate holds back, with its price where anybody can say it."""
        first = found[0]
        more = f" (and {len(found) - 1} more: gate matrix {scene_of_shot(shot.id)})" if len(found) > 1 else ""
        price: Priced | None = None
        if not impossible(self._facts[shot.id], tier, stage):
            with suppress(PriceRefused, Missing):
                price = priced(self._known.services.provider(stage, shot), request, shot, self._known.services.prices)
        self.add(
            shot,
            stage,
            tier,
            request,
            "blocked",
            f"{first.words}{more}",
            block=first.kind,
            key=key,
            price=price,
            left=left if price else 0,
        )

    def add(
        self,
        shot: Shot,
        stage: Stage,
        tier: TierName,
        request: Request,
        does: Does,
        why: str,
        *,
        block: Block | None = None,
        key: str | None = None,
        price: Priced | None = None,
        left: int = 0,
    ) -> None:
        """Add a step."""
        model = self._known.services.model(stage, shot)
        provider = self._known.services.provider(stage, shot).name
        quote = price.quote if price else None
        self.steps.append(
            PlanStep(
                shot=shot.id,
                stage=stage,
                tier=tier,
                does=does,
                why=why,
                block=block,
                key=key,
                provider=provider,
                made_from=made_from(request, f"{provider} {model}"),
                opens_on=opens_on(request),
                price=quote.price if quote else None,
                unit_price=self._units.get(quote.price, "") if quote else "",
                low_microusd=quote.low_microusd if quote else 0,
                likely_microusd=quote.likely_microusd if quote else 0,
                high_microusd=quote.high_microusd if quote else 0,
                takes_left=left,
                plays_ms=price.plays_ms if price else 0,
                bought_ms=price.bought_ms if price else 0,
                longer_microusd=price.longer_microusd if price else 0,
            )
        )

    def _why(self, shot: Shot, stage: Stage, tier: TierName, status: StageStatus) -> str:
        """The names of what differs from the newest take of this stage."""
        was = self._known.records.newest(shot.id, stage, tier)
        if status.failed:
            sent_back = any(not v.failed for a in status.failed if (v := self._known.records.verdict(a.key)))
            or_sent = ", or was sent back" if sent_back else ""
            return (
                f"{counted(len(status.failed), 'take')} did not pass "
                f"{'its gate' if len(status.failed) == 1 else 'their gate'}{or_sent}"
            )
        why = "it was never made" if was is None else changed(status.attempt.request, was)
        return why + self._of_its_sketch(shot, stage)

    def _of_its_sketch(self, shot: Shot, stage: Stage) -> str:
        """Whether the sketch that a shot gives to models goes out with its first frame."""
        if stage != "panel" or not shot.sketch.to_models:
            return ""
        services = self._known.services
        kept = kept_back(read_sketch(services.folder.root, shot.id), services.provider(stage, shot))
        return f"; its sketch stays here: {kept}" if kept else "; its pencil sketch goes with it"


def in_words(refusal: GateError) -> str:
    """A refusal as a plan shows it: its cause and its fix."""
    return f"{refusal.cause}. {refusal.cure}"
