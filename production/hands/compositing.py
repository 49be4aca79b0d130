"""A frame by hand: the kit that goes out to a person, the composite that comes back, the polish over it, and which of
both counts.

Nothing here makes a certified artefact and nothing buys: what a person decides is written down, and the next run takes
the composite through the same steps as any other panel, at $0, and buys the polish under the ledger.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from manifests.decision import Decision, Door
from manifests.handwork import FrameStage, Handwork
from manifests.money import rounded_usd
from manifests.names import scene_of_shot
from manifests.scene import Shot
from manifests.spending.price import Quote
from manifests.take import Artefact
from production.hands import kit_folder
from production.hands.passes import frame_size, made_by, request_of_pass, take_of, tries
from production.journey.handwork import Hands, count, hands_of
from wiring.errors import HandsRefused
from wiring.services import Services


@dataclass(frozen=True, slots=True)
class Kit:
    """A kit that was laid out. `save`: the whole path of the one file that the person saves."""

    decision: Decision
    folder: Path
    save: Path
    size: tuple[int, int]


@dataclass(frozen=True, slots=True)
class TakenIn:
    """A composite that was handed in. `done`: what was done to it on the way, in words, such as "turned into sRGB"."""

    decision: Decision
    asset: Artefact
    done: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pass:
    """A pass of a model over a frame, as the next run will buy it. `quote`: its price, in micro-dollars."""

    decision: Decision
    provider: str
    model: str
    quote: Quote

    @property
    def plan_line(self) -> str:
        """How it stands in a plan: "1 polish pass, gemini gemini-3-pro-image, likely $0.14, at most $0.19"."""
        likely, high = rounded_usd(self.quote.likely_microusd), rounded_usd(self.quote.high_microusd)
        work = self.decision.hands.work if self.decision.hands else "pass"
        return f"1 {work} pass, {self.provider} {self.model}, likely ${likely}, at most ${high}"


def export_kit(
    services: Services, shot: str, *, stage: FrameStage = "panel", why: str = "", who: str, door: Door
) -> Kit:
    """Lay out everything that a person needs to composite a shot's first or last frame; the shot then waits for hands.

    Raises HandsRefused for an end frame that the shot has no use for, NotAFilm, Invalid where a locked picture is
    missing.
    """
    here = _fitting(services, shot, stage)
    number = 1 + count(services.ledger.decided(shot), stage, "kit")
    folder, save = kit_folder.place(services, shot, stage, number)
    size = frame_size(services, here)
    kit_folder.lay_out(services, here, stage, folder, save.name, size)
    decision = _decide(
        services, shot, Handwork(work="kit", stage=stage, number=number), f"{stage} kit {folder.name}", why, who, door
    )
    services.ledger.note(
        "resolved", f"shot:{shot}", f"{who} has it in hand"
    )  # it waits for them now, and not for a decision
    return Kit(decision, folder, save, size)


def take_in(
    services: Services,
    shot: str,
    file: Path | None = None,
    *,
    stage: FrameStage = "panel",
    minutes: int | None = None,
    flatten: bool = False,
    why: str = "",
    who: str,
    door: Door,
) -> TakenIn:
    """Take in what a person composed: `file`, or what was saved in the newest kit. It becomes the frame in the next
    run, at $0.

    It is brought upright into sRGB and to the frame's size; `flatten` lays what can be seen through onto the empty
    plate. `minutes`: how long it took, by the person's own word. Raises HandsRefused, and Unreadable for a file that
    is not a picture.
    """
    here = _fitting(services, shot, stage)
    hands = hands_of(services.ledger.decided(shot), stage)
    path = file or _saved(services, shot, stage, hands)
    from production.hands.compositing_picture import brought_in  # noqa: PLC0415  it loads the pixel libraries

    size = frame_size(services, here)
    with tempfile.TemporaryDirectory() as folder:
        picture = Path(folder) / "composite.png"
        plate = kit_folder.plate_of(services, here, stage, size) if flatten else None
        done = brought_in(path, picture, size, plate)
        asset = services.store_picture(picture, *size)
    number = 1 + count(services.ledger.decided(shot), stage, "composite")
    work = Handwork(work="composite", stage=stage, asset=asset, number=number, minutes=minutes)
    took = f", {minutes} min" if minutes is not None else ""
    decision = _decide(services, shot, work, f"{stage} composite {number}{took}", why, who, door)
    services.ledger.note("resolved", f"shot:{shot}", f"{who} composited its {stage.replace('_', ' ')} by hand")
    return TakenIn(decision, asset, done)


def polish(services: Services, shot: str, *, stage: FrameStage = "panel", why: str = "", who: str, door: Door) -> Pass:
    """Ask for one polish pass over the composite by the film's image model. The next run buys it, and guards it against
    the composite.

    Raises HandsRefused where there is no composite, or what is there is polished already; PriceRefused, Invalid.
    """
    here = _fitting(services, shot, stage)
    hands = standing_hands(services, shot, stage)
    if hands is None or hands.composite is None or hands.composite.asset is None:
        raise HandsRefused(
            f"{shot} {stage}", "there is no composite to polish", f"Hand one in: gate comp import {shot} FILE"
        )
    on = head(services, shot, hands)
    assert on is not None
    work = Handwork(work="polish", stage=stage, on=on.sha256)
    work = work.model_copy(update={"number": 1 + tries(services, shot, work)})
    quoted = quote_of(services, here, work)
    decision = _decide(services, shot, work, f"{stage} polish {work.number}", why, who, door)
    return Pass(decision, services.provider("panel", here).name, services.model("panel", here), quoted)


def use(
    services: Services,
    shot: str,
    which: Literal["composite", "polish"],
    *,
    stage: FrameStage = "panel",
    why: str = "",
    who: str,
    door: Door,
) -> Decision:
    """Say which counts, the "composite" or the "polish" of it. Raises HandsRefused for a polish that is not made, or
    that moved something.
    """
    hands = hands_of(services.ledger.decided(shot), stage)
    if hands is None or hands.composite is None or hands.composite.asset is None:
        raise HandsRefused(f"{shot} {stage}", "there is no composite", f"Hand one in: gate comp import {shot} FILE")
    asset = _under(services, shot, hands) if which == "composite" else _polished(services, shot, stage, hands)
    return _decide(
        services, shot, Handwork(work="use", stage=stage, asset=asset), f"{stage} use {which}", why, who, door
    )


def standing_hands(services: Services, shot: str, stage: FrameStage = "panel") -> Hands | None:
    """The work that stands on a shot's frame."""
    return hands_of(services.ledger.decided(shot), stage)


def quote_of(services: Services, shot: Shot, work: Handwork) -> Quote:
    """The price of a pass as the price book has it. Raises PriceRefused, and Invalid where the model takes no picture
    to change.
    """
    request = request_of_pass(services, shot, work, work.on or "0" * 64)
    provider = services.provider("panel", shot)
    provider.build_payload(request)
    return provider.quote(request, services.prices.price_of)


def head(services: Services, shot: str, hands: Hands) -> Artefact | None:
    """The picture that counts now: what a person chose, what the newest pass made if its guard and gate let it through,
    the composite.
    """
    if hands.used is not None:
        return hands.used.asset
    if hands.passes and hands.passes[-1].work != "polish":
        made = made_by(services, shot, hands.passes[-1])
        verdict = services.ledger.verdict(made.generation_key) if made else None
        if made is not None and verdict is not None and verdict.passed:
            return made.asset
    under = _under(services, shot, hands)
    return under or (hands.composite.asset if hands.composite else None)


def _under(services: Services, shot: str, hands: Hands) -> Artefact | None:
    """The picture that the newest pass is over; of one without, the composite."""
    on = hands.passes[0].on if hands.passes else None
    if on is None or (hands.composite and hands.composite.asset and hands.composite.asset.sha256 == on):
        return hands.composite.asset if hands.composite else None
    take = take_of(services, shot, on)
    return take.asset if take else None


def _polished(services: Services, shot: str, stage: FrameStage, hands: Hands) -> Artefact:
    composite, newest = hands.composite, hands.passes[-1] if hands.passes else None
    cure = f"Ask for one: gate comp polish {shot}; then gate resume {scene_of_shot(shot)}"
    if composite is None or newest is None or newest.work != "polish":
        raise HandsRefused(f"{shot} {stage}", "there is no polish of its composite", cure)
    made = made_by(services, shot, newest)
    if made is None or made.asset is None:
        raise HandsRefused(f"{shot} {stage}", "its polish is not made yet", f"gate resume {scene_of_shot(shot)}")
    verdict = services.ledger.verdict(made.generation_key)
    if verdict is None or not verdict.passed:
        said = (
            "; ".join(f.message for f in verdict.findings if f.severity == "error")
            if verdict
            else "no gate has seen it"
        )
        raise HandsRefused(
            f"{shot} {stage} v{made.version:03d}",
            f"the polish was rejected: {said}",
            f"Use the composite: gate comp use {shot} composite; or polish it once more: gate comp polish {shot}",
        )
    return made.asset


def _fitting(services: Services, shot: str, stage: FrameStage) -> Shot:
    here = services.shot(shot)
    if stage == "end_panel" and here.mode != "start_end_frames":
        cause = f"its clip is made in mode {here.mode} and looks at no last frame"
        raise HandsRefused(
            f"{shot} end panel", cause, f"Write mode: start_end_frames in scenes/{scene_of_shot(shot)}.yaml"
        )
    return here


def _saved(services: Services, shot: str, stage: FrameStage, hands: Hands | None) -> Path:
    """The picture that was saved in the newest kit. Raises HandsRefused where nothing was."""
    if hands is None or hands.kit is None:
        raise HandsRefused(
            f"{shot} {stage}", "no kit is out for it", f"Lay one out: gate comp export {shot}; or name the file."
        )
    _, save = kit_folder.place(services, shot, stage, hands.kit.number)
    if not save.is_file():
        raise HandsRefused(f"{shot} {stage}", f"nothing is saved yet at {save}", "Save it there, or name the file.")
    return save


def _decide(services: Services, shot: str, work: Handwork, subject: str, why: str, who: str, door: Door) -> Decision:
    decision = Decision(
        kind="hands",
        scope=f"shot:{shot}",
        who=who,
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        door=door,
        why=why,
        subject=subject,
        hands=work,
    )
    services.ledger.decide(decision)
    return decision
