"""What the review room shows of people's hands on a shot's frames: what is out, what was handed in, what a pass would cost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from governor.errors import PriceRefused
from manifests.finding import Verdict
from manifests.handwork import FrameStage, Handwork
from manifests.money import Microusd
from manifests.scene import Shot
from manifests.take import Artefact, Take
from providers.errors import ProviderError
from wiring import kit_folder
from wiring.hand_requests import pass_request
from wiring.handwork import Hands, hands_of
from wiring.review_model import InHand
from wiring.review_takes import media_name
from wiring.services import Services
from wiring.standing import Known

_Polish = Literal["", "asked", "rejected", "clean"]
_WHOLE = Handwork(work="edit", on="0" * 64, only="one part", say="another")
"""An edit is priced before anybody has said what it shall be: the words do not tell in a price that is asked a picture."""


def in_hand(
    services: Services, known: Known, shot: Shot, takes: Sequence[Take], *, clip_microusd: Microusd
) -> tuple[InHand, ...]:  # fmt: skip
    """The frames of a shot that a person can take in hand: its first, and its last where its clip ends on one.

    `clip_microusd`: what the draft clip that follows from another frame is likely to cost.
    """
    stages: tuple[FrameStage, ...] = ("panel", "end_panel") if shot.mode == "start_end_frames" else ("panel",)
    return tuple(_frame(services, known, shot, stage, takes, clip_microusd) for stage in stages)


def _frame(
    services: Services, known: Known, shot: Shot, stage: FrameStage, takes: Sequence[Take], clip_microusd: Microusd
) -> InHand:  # fmt: skip
    hands = hands_of(known.books.decided_on(shot.id), stage)
    made = [t for t in takes if t.stage == stage and t.asset is not None]
    drawn = [t for t in made if not t.handwork]
    composite = hands.composite.asset if hands and hands.composite else None
    kit = hands is not None and hands.kit is not None
    folder, save = _kit(services, shot, stage, hands)
    polish, says, verdict = _polish(known, hands, made)
    frame = composite or (drawn[-1].asset if drawn else None)
    changes = frame is not None and not kit and not shot.private
    return InHand(
        stage=stage, kit=folder, save=save, composite=composite is not None, polish=polish, says=says,
        uses=_uses(hands, composite), heat=_heat(services, verdict),
        polish_microusd=_price(services, known, shot, stage, composite, "polish") if composite and not kit else None,
        edit_microusd=_price(services, known, shot, stage, frame, "edit") if changes else None,
        clip_microusd=clip_microusd,
    )  # fmt: skip


def _kit(services: Services, shot: Shot, stage: FrameStage, hands: Hands | None) -> tuple[str, str]:
    """Where the kit lies that is out, and the name to save; empty where none is out."""
    if hands is None or hands.kit is None:
        return "", ""
    folder, save = kit_folder.place(services, shot.id, stage, hands.kit.number)
    return str(folder), save.name


def _polish(known: Known, hands: Hands | None, made: Sequence[Take]) -> tuple[_Polish, str, Verdict | None]:
    """How far the newest polish is, a sentence about the frame, and what was said of the newest pass."""
    if hands is None or hands.kit is not None or not hands.passes:
        kit = hands is not None and hands.kit is not None
        stands = "has a kit of it out; it waits for the composite." if kit else "composed it: human-approved geometry."
        return "", f"{hands.who} {stands}" if hands else "", None
    work = hands.passes[-1]
    take = next((t for t in reversed(made) if t.attempt == work.number and _is(t, work)), None)
    verdict = known.books.verdict(take.generation_key) if take else None
    named = work.work if work.work != "rebuild" else "demolition and rebuilding"
    if verdict is None:
        return _if_polish(work, "asked"), f"{hands.who} asked for a {named}: the next run buys it.", None
    if not verdict.passed:
        said = "; ".join(f.message for f in verdict.findings if f.severity == "error")
        return _if_polish(work, "rejected"), f"Its {named} was rejected: {said}. What was there stays.", verdict
    if work.work != "polish":
        return "", f"Its {named} passed its guard.", verdict
    chosen = f" {hands.who} has said which counts." if hands.used else " Say which counts."
    return "clean", f"Its polish moved nothing.{chosen}", verdict


def _heat(services: Services, verdict: Verdict | None) -> str | None:
    """What the guard drew of a pass that moved something."""
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
    services: Services, known: Known, shot: Shot, stage: FrameStage, on: Artefact | None, work: Literal["polish", "edit"]
) -> Microusd | None:  # fmt: skip
    """What one pass over the frame is likely to cost; None where nobody makes it, or says what it costs."""
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
