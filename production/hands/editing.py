"""One targeted change of a finished frame: a part of it and what that shall be; or a part emptied first, and then
filled anew.

Nothing is bought here. The next run buys each pass under the ledger, holds all that lies outside of the part against
the picture before, and gates what comes out.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from checks.prompts.edits import trouble_with
from manifests.bible import Region, prop_name, view_name
from manifests.decision import Decision, Door
from manifests.handwork import FrameStage, Handwork, Work
from manifests.names import scene_of_shot
from manifests.scene import Shot
from manifests.spending.price import Quote
from manifests.staging import Placement, placements
from production.hands.compositing import head, quote_of
from production.hands.passes import frame_size, tries
from production.journey.handwork import hands_of
from wiring.errors import HandsRefused
from wiring.services import Services

_MARGIN = 0.02
"""Of the frame, around what is named: an edge is drawn anew on both its sides."""

_VIEWS = {"front": "front", "side": "side", "profile": "side", "back": "back", "three quarter": "three_quarter"}


@dataclass(frozen=True, slots=True)
class Edits:
    """The passes as they were decided, in order, and the price of each. `where`: what they may change, in fractions of
    the frame.
    """

    decisions: tuple[Decision, ...]
    quotes: tuple[Quote, ...]
    where: Region | None


@dataclass(frozen=True, slots=True)
class Where:
    """What may change: a box, or a mask from a file (white: may change); neither: it is worked out from what is
    named.
    """

    box: Region | None = None
    mask: Path | None = None


def edit(
    services: Services,
    shot: str,
    *,
    only: str,
    say: str,
    where: Where | None = None,
    stage: FrameStage = "panel",
    why: str = "",
    who: str,
    door: Door,
) -> Edits:
    """Change one part of the shot's frame as it stands. Raises HandsRefused for an edit that asks for more, or for
    nobody knows where.
    """
    return _passes(services, shot, stage, [("edit", only, say)], where or Where(), why, who, door)


def demolish_and_rebuild(
    services: Services,
    shot: str,
    *,
    demolish: str,
    rebuild: str,
    where: Where | None = None,
    stage: FrameStage = "panel",
    why: str = "",
    who: str,
    door: Door,
) -> Edits:
    """Two passes: take something away, then put something into the empty place. Raises HandsRefused."""
    works: list[tuple[Work, str, str]] = [("demolish", demolish, "away"), ("rebuild", demolish, rebuild)]
    return _passes(services, shot, stage, works, where or Where(), why, who, door)


def part_named(services: Services, shot: Shot, stage: FrameStage, only: str) -> Region | None:
    """The part of the frame that words name: somebody of the cast, a prop, or all who are seen in a view; None for
    anything else.
    """
    said = only.lower().replace("-", " ").replace("_", " ")
    bible = services.folder.bible
    called = {m.character: {m.character, bible.characters[m.character].name.lower()} for m in shot.cast}
    called |= {p.prop: {p.prop.replace("_", " ")} for p in shot.props}
    views = {view for words, view in _VIEWS.items() if re.search(rf"\b{words}( view)?\b", said)}
    named = [
        p
        for p in placements(shot, 1.0 if stage == "end_panel" else 0.0)
        if any(re.search(rf"\b{re.escape(name)}\b", said) for name in called[p.entity])
        or (p.wardrobe is not None and p.view in views and "view" in said)
    ]
    boxes = [placement.box(_aspect(services, placement)) for placement in named]
    if not boxes:
        return None
    left, top = max(0.0, min(b.left for b in boxes) - _MARGIN), max(0.0, min(b.top for b in boxes) - _MARGIN)
    right, bottom = min(1.0, max(b.right for b in boxes) + _MARGIN), min(1.0, max(b.bottom for b in boxes) + _MARGIN)
    return Region(x=left, y=top, w=right - left, h=bottom - top) if right > left and bottom > top else None


def _passes(
    services: Services,
    shot: str,
    stage: FrameStage,
    works: list[tuple[Work, str, str]],
    where: Where,
    why: str,
    who: str,
    door: Door,
) -> Edits:
    here = services.shot(shot)
    if here.private:
        cause = "it is private, and the words of an edit would stand in the ledger"
        raise HandsRefused(shot, cause, f"Composite it by hand: gate comp export {shot}")
    for _, only, say in works:
        if trouble := trouble_with(only, say):
            raise HandsRefused(f"{shot} {stage}", trouble.cause, trouble.cure)
    on = _over(services, shot, stage)
    part = where.box or (None if where.mask else part_named(services, here, stage, works[0][1]))
    mask = _mask(services, here, where.mask) if where.mask else None
    if part is None and mask is None:
        cause = f"nobody can tell where {works[0][1]!r} is, and what lies outside of it is to stay"
        raise HandsRefused(f"{shot} {stage}", cause, "Say where: --box X,Y,W,H in parts of the frame, or --mask FILE")
    asked = []
    for number, (work, only, say) in enumerate(works):
        over = on if number == 0 else None
        wanted = Handwork(work=work, stage=stage, on=over, only=only, say=say, part=part, mask=mask)
        asked.append(wanted.model_copy(update={"number": 1 + tries(services, shot, wanted)}))
    quotes = tuple(quote_of(services, here, work) for work in asked)
    decisions = tuple(_decide(services, shot, work, why, who, door) for work in asked)
    return Edits(decisions, quotes, part)


def _over(services: Services, shot: str, stage: FrameStage) -> str:
    """The content of the frame as it stands. Raises HandsRefused where none was made, or somebody composes one."""
    hands = hands_of(services.ledger.decided(shot), stage)
    if hands is not None and hands.kit is not None:
        cause = "a kit of it is out, and a person composes it"
        raise HandsRefused(f"{shot} {stage}", cause, f"gate comp import {shot}; or take the kit back: gate undo {shot}")
    if hands is not None and (asset := head(services, shot, hands)) is not None:
        return asset.sha256
    made = [
        t for t in services.ledger.takes(shot=shot, stage=stage, tier="draft") if t.asset is not None and not t.handwork
    ]
    if not made or made[-1].asset is None:
        raise HandsRefused(f"{shot} {stage}", "there is no frame to change", f"gate run {scene_of_shot(shot)}")
    return made[-1].asset.sha256


def _mask(services: Services, shot: Shot, path: Path) -> str:
    """The mask as a picture in the vault. Raises Unreadable for a file that is not a picture, HandsRefused for one of
    another shape or all black.
    """
    from PIL import Image  # noqa: PLC0415  it is a pixel library

    from checks.seeing.pictures import read_opaque  # noqa: PLC0415  it loads the pixel libraries

    width, height = frame_size(services, shot)
    pixels = read_opaque(path)
    if abs(pixels.shape[1] * height / (pixels.shape[0] * width) - 1) > _MARGIN:
        cause = f"it is {pixels.shape[1]}×{pixels.shape[0]}, which is another shape than the frame"
        raise HandsRefused(path.name, cause, f"Save it at {width}×{height} pixels.")
    white = pixels.mean(2) > 127
    if not white.any():
        raise HandsRefused(
            path.name, "it is black all over, and what is white may change", "Paint white what may change."
        )
    content = io.BytesIO()
    Image.fromarray((white * 255).astype("uint8")).save(content, "PNG")
    return services.vault.put_bytes(content.getvalue())


def _aspect(services: Services, placement: Placement) -> float:
    """How many times as wide as it is high the picture of a placement is."""
    from PIL import Image  # noqa: PLC0415  it is a pixel library

    name = (
        prop_name(placement.entity)
        if placement.wardrobe is None
        else view_name(placement.entity, placement.wardrobe, placement.view)
    )
    with Image.open(services.vault.path(services.hashes()[name])) as picture:
        return picture.width / picture.height


def _decide(services: Services, shot: str, work: Handwork, why: str, who: str, door: Door) -> Decision:
    decision = Decision(
        kind="hands",
        scope=f"shot:{shot}",
        who=who,
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        door=door,
        why=why,
        subject=f"{work.stage} {work.work} {work.only}",
        hands=work,
    )
    services.ledger.decide(decision)
    return decision
