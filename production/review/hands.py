"""The review room's view of work by hand on a shot's frames: open kits, composites handed in, the price of a pass."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from governor.errors import PriceRefused
from manifests.finding import Verdict
from manifests.handwork import FrameStage, Handwork
from manifests.money import Microusd
from manifests.scene import Shot
from manifests.take import Artefact, Take
from production.hands import kit_folder
from production.hands.hand_requests import pass_request
from production.journey.handwork import Hands, hands_of
from production.journey.standing import SceneKnown
from production.review.model import ReviewHandwork
from production.review.takes import media_name
from providers.errors import ProviderError
from wiring.services import Services

_Polish = Literal["", "asked", "rejected", "clean"]
_WHOLE = Handwork(work="edit", on="0" * 64, only="one part", say="another")
"""An edit is priced before anybody has said what it shall be:
the words do not tell in a price that is asked a picture.
"""


def in_hand(
    services: Services, known: SceneKnown, shot: Shot, takes: Sequence[Take], *, clip_microusd: Microusd
) -> tuple[ReviewHandwork, ...]:
    """The frames of a shot that a person can take in hand: its first, and its last where its clip ends on one.

    `clip_microusd`: what the draft clip that follows from another frame is likely to cost.
    """
    stages: tuple[FrameStage, ...] = ("panel", "end_panel") if shot.mode == "start_end_frames" else ("panel",)
    return tuple(_frame(services, known, shot, stage, takes, clip_microusd) for stage in stages)


def _frame(
    services: Services, known: SceneKnown, shot: Shot, stage: FrameStage, takes: Sequence[Take], clip_microusd: Microusd
) -> ReviewHandwork:
    hands = hands_of(known.records.decided_on(shot.id), stage)
    made = [t for t in takes if t.stage == stage and t.asset is not None]
    drawn = [t for t in made if not t.handwork]
    composite = hands.composite.asset if hands and hands.composite else None
    kit = hands is not None and hands.kit is not None
    folder, save = _kit(services, shot, stage, hands)
    polish, says, verdict = _polish(known, hands, made)
    frame = composite or (drawn[-1].asset if drawn else None)
    changes = frame is not None and not kit and not shot.private
    return ReviewHandwork(
        stage=stage,
        kit=folder,
        save=save,
        composite=composite is not None,
        polish=polish,
        says=says,
        uses=_uses(hands, composite),
        heat=_heat(services, verdict),
        polish_microusd=_price(services, known, shot, stage, composite, "polish") if composite and not kit else None,
        edit_microusd=_price(services, known, shot, stage, frame, "edit") if changes else None,
        clip_microusd=clip_microusd,
    )


def _kit(services: Services, shot: Shot, stage: FrameStage, hands: Hands | None) -> tuple[str, str]:
    """Where the kit lies that is out, and the name to save; empty where none is out."""
    if hands is None or hands.kit is None:
        return "", ""
    folder, save = kit_folder.place(services, shot.id, stage, hands.kit.number)
    return str(folder), save.name


def _polish(known: SceneKnown, hands: Hands | None, made: Sequence[Take]) -> tuple[_Polish, str, Verdict | None]:
    """How far the newest polish is, a sentence about the frame, and what was said of the newest pass."""
    if hands is None or hands.kit is not None or not hands.passes:
        kit = hands is not None and hands.kit is not None
        stands = (
            "took out its kit; the frame waits for the composite."
            if kit
            else "composed this frame: human-approved geometry."
        )
        return "", f"{hands.who} {stands}" if hands else "", None
    work = hands.passes[-1]
    take = next((t for t in reversed(made) if t.attempt == work.number and _is(t, work)), None)
    verdict = known.records.verdict(take.generation_key) if take else None
    named = work.work if work.work != "rebuild" else "removal and rebuilding"
    if verdict is None:
        return _if_polish(work, "asked"), f"{hands.who} asked for a {named}: the next run buys it.", None
    if not verdict.passed:
        said = "; ".join(f.message for f in verdict.findings if f.severity == "error")
        return _if_polish(work, "rejected"), f"The {named} was rejected: {said}. The earlier frame stays.", verdict
    if work.work != "polish":
        return "", f"The {named} passed its guard.", verdict
    chosen = f" {hands.who} chose the frame that counts." if hands.used else " Choose the frame that counts."
    return "clean", f"The polish moved nothing.{chosen}", verdict


def _heat(services: Services, verdict: Verdict | None) -> str | None:
    """The guard's picture of a pass that moved something."""
    drawn = (f.evidence.get("heat") for f in (verdict.findings if verdict else ()))
    found = next((str(sha256) for sha256 in drawn if sha256), None)
    return media_name(services.vault, found) if found else None


def _if_polish(work: Handwork, word: _Polish) -> _Polish:
    return word if work.work == "polish" else ""


def _is(take: Take, work: Handwork) -> bool:
    over = next((r.sha256 for r in take.order.references if r.role == "edited"), None)
    return take.order.edit is not None and take.order.edit.work == work.work and work.on in {None, over}


def _uses(hands: Hands | None, composite: Artefact | None) -> Literal["", "composite", "polish"]:
    """Which of both a person chose; empty where nobody has."""
    if hands is None or hands.used is None or hands.used.asset is None:
        return ""
    return "composite" if hands.used.asset == composite else "polish"


def _price(
    services: Services,
    known: SceneKnown,
    shot: Shot,
    stage: FrameStage,
    on: Artefact | None,
    work: Literal["polish", "edit"],
) -> Microusd | None:
    """The likely price of one pass over the frame; None where no provider makes it, or it has no price."""
    if on is None:
        return None
    wanted = _WHOLE if work == "edit" else Handwork(work="polish", on=on.sha256)
    wanted = wanted.model_copy(update={"stage": stage, "on": on.sha256})
    try:
        provider, can = services.provider("panel", shot), services.can("panel", shot)
        request = pass_request(
            services.folder, known.hashes, shot, "draft", wanted, on=on.sha256, parent=on.sha256, can=can
        )
        provider.build_payload(request)
        return provider.quote(request, services.prices.price_of).likely_microusd
    except (PriceRefused, ProviderError):
        return None
