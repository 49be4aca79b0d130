"""What a person does on the board, each act as a value: placing, moving, turning, layers, the camera. Pure.

Every act gives a new composition; the one before it is its undo. What is locked stays as it is.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from manifests.bible import View
from manifests.noun import Id, Noun
from manifests.scene import CameraMove

ItemName = Annotated[str, Field(strict=True, pattern=r"^(cast|props)/[a-z][a-z0-9_]{0,39}$")]
Items = Annotated[tuple[ItemName, ...], Field(min_length=1, max_length=40)]
WhichMark = Literal["start", "end", "both"]
Line = Literal["thirds", "eyeline", "floor"]
_Share = Annotated[float, Field(ge=-4, le=4)]
_Factor = Annotated[float, Field(gt=0.01, le=20)]


class PlaceAct(Noun):
    """Put somebody or something on the board, feet at `x`, `y`; as large as the floor makes it there."""

    do: Literal["place"]
    what: ItemName
    wardrobe: Id | None = None
    x: _Share = 0.5
    y: _Share | None = None


class RemoveAct(Noun):
    """Take them off the board."""

    do: Literal["remove"]
    what: Items


class MoveAct(Noun):
    """Move them together. `floor`: nearer becomes larger. `snap`: the first of them is drawn to these lines."""

    do: Literal["move"]
    what: Items
    dx: _Share = 0.0
    dy: _Share = 0.0
    mark: WhichMark = "start"
    floor: bool = True
    snap: Annotated[tuple[Line, ...], Field(max_length=3)] = ()


class ScaleAct(Noun):
    """Make them larger or smaller; their feet stay."""

    do: Literal["scale"]
    what: Items
    by: _Factor
    mark: WhichMark = "start"


class SetAct(Noun):
    """Set the numbers of one mark."""

    do: Literal["set"]
    what: ItemName
    mark: Literal["start", "end"] = "start"
    x: _Share | None = None
    y: _Share | None = None
    scale: _Factor | None = None
    facing: View | None = None


class TurnAct(Noun):
    """Turn them through the locked views, all the way round: front, three-quarter, side, back, and the other side."""

    do: Literal["turn"]
    what: Items
    by: Literal[1, -1] = 1
    mark: WhichMark = "start"


class FlipAct(Noun):
    """Turn them to the other side of the screen, where they stand."""

    do: Literal["flip"]
    what: Items
    mark: WhichMark = "both"


class MirrorAct(Noun):
    """Mirror the arrangement: they change sides around the middle of the frame, and look the other way."""

    do: Literal["mirror"]
    what: Items


class LayerBy(Noun):
    """Bring them nearer (1) or farther (-1) in the order in which they are drawn."""

    do: Literal["layer"]
    what: Items
    by: Literal[1, -1]


class LockAct(Noun):
    """Keep them from every other act, or release them."""

    do: Literal["lock"]
    what: Items
    on: bool


class PathAct(Noun):
    """Give them an end mark beside their start, or take it away: they stand still then."""

    do: Literal["path"]
    what: Items
    on: bool


class DressAct(Noun):
    """Put somebody into another wardrobe."""

    do: Literal["dress"]
    what: ItemName
    wardrobe: Id


class PlateAct(Noun):
    """Change the place."""

    do: Literal["plate"]
    location: Id


class ReframeAct(Noun):
    """Move the camera's frame over the plate. Everybody stays where they stand in the room; size and lens follow."""

    do: Literal["reframe"]
    x: Annotated[float, Field(ge=0, le=1)]
    y: Annotated[float, Field(ge=0, le=1)]
    zoom: Annotated[float, Field(ge=1, le=4)]


class SizeTo(Noun):
    """Frame the tallest at this size. The lens follows."""

    do: Literal["size"]
    size: Literal["wide", "full", "medium", "medium_close_up", "close_up"]


class EndFrame(Noun):
    """Draw the frame that the camera ends on: its middle in the first frame's widths and heights from the first one's,
    and how many times closer it is. The move that comes nearest to it is taken.
    """

    do: Literal["end_frame"]
    dx: _Share = 0.0
    dy: _Share = 0.0
    zoom: _Factor = 1.0


class CameraSet(Noun):
    """Name the move, how far it goes, or the lens."""

    do: Literal["camera"]
    move: CameraMove | None = None
    amount: Annotated[float, Field(ge=0, le=0.6)] | None = None
    lens: Annotated[str, Field(min_length=1, max_length=200)] | None = None


class LengthAct(Noun):
    """Make the shot this long; the nearest whole frame is taken."""

    do: Literal["length"]
    seconds: Annotated[float, Field(ge=0, le=100)]


Operation = Annotated[
    PlaceAct
    | RemoveAct
    | MoveAct
    | ScaleAct
    | SetAct
    | TurnAct
    | FlipAct
    | MirrorAct
    | LayerBy
    | LockAct
    | PathAct
    | DressAct
    | PlateAct
    | ReframeAct
    | SizeTo
    | EndFrame
    | CameraSet
    | LengthAct,
    Field(discriminator="do"),
]


def only(**given: Any) -> dict[str, Any]:
    """Those that are given."""
    return {name: value for name, value in given.items() if value is not None}
