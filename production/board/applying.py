"""Applies what a person does on the board to a composition. Pure: the same acts give the same composition."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from production.board import arranging, framing
from production.board.composition import Composition
from production.board.operations import (
    CameraSet,
    DressAct,
    EndFrame,
    FlipAct,
    LayerBy,
    LengthAct,
    LockAct,
    MirrorAct,
    MoveAct,
    Operation,
    PathAct,
    PlaceAct,
    PlateAct,
    ReframeAct,
    RemoveAct,
    ScaleAct,
    SetAct,
    SizeTo,
    TurnAct,
)
from production.board.setting import BoardSetting

Act = Callable[[Composition, Any, BoardSetting], Composition]

_ACTS: Mapping[type, Act] = {
    PlaceAct: arranging.place,
    RemoveAct: arranging.remove,
    MoveAct: arranging.move,
    ScaleAct: arranging.scale,
    SetAct: arranging.set_mark,
    TurnAct: arranging.turn,
    FlipAct: arranging.flip,
    MirrorAct: arranging.mirror,
    LayerBy: arranging.layer,
    LockAct: arranging.lock,
    PathAct: arranging.path,
    DressAct: arranging.dress,
    PlateAct: framing.plate,
    ReframeAct: framing.reframe,
    SizeTo: framing.size_to,
    EndFrame: framing.end_frame,
    CameraSet: framing.camera,
    LengthAct: framing.length,
}


def applied(composition: Composition, operations: Iterable[Operation], setting: BoardSetting) -> Composition:
    """The composition after these acts, in their order. Raises NotComposable for somebody or something that the bible,
    or the board, does not have.
    """
    for operation in operations:
        composition = _ACTS[type(operation)](composition, operation, setting)
    return composition
