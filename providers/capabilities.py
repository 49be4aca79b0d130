"""What a model can make, as data; and the refusal of what it cannot, with the nearest thing that it can."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from manifests.film import Resolution
from manifests.take import Request
from providers.errors import Invalid

Mode = Literal["start_frame", "start_end_frames"]


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What one model can make.

    `durations_s`: the lengths in seconds that it sells; two of them with `any_duration` are the ends of a range in which
    every whole frame will do. Empty for stills. `references_max`: pictures it looks at in one call. `modes`: which frames
    of a clip it can be given. `retires_on`: the last day it can be called, or None where none is announced.
    """

    durations_s: tuple[float, ...]
    resolutions: tuple[Resolution, ...]
    aspects: tuple[str, ...]
    references_max: int
    modes: tuple[Mode, ...]
    any_duration: bool = False
    audio: bool = False
    retires_on: date | None = None


def refuse_excluded(model: str, can: Capabilities, request: Request) -> None:
    """Return when the model can make `request`. Raises Invalid, naming what it can do instead, when it cannot."""
    if request.resolution not in can.resolutions:
        _refuse(model, request, f"it makes no {request.resolution}", f"Ask for {_nearest_size(can, request)}.")
    if len(request.references) > can.references_max:
        cause = f"it looks at {can.references_max} references, not {len(request.references)}"
        _refuse(model, request, cause, f"Send at most {can.references_max}.")
    if request.operation == "clip":
        _refuse_clip(model, can, request)


def _refuse_clip(model: str, can: Capabilities, request: Request) -> None:
    if request.staging.mode not in can.modes:
        _refuse(
            model, request, f"it has no mode {request.staging.mode}", f"Use mode: {', '.join(can.modes) or 'none'}."
        )
    seconds = request.frames / request.fps
    nearest = _nearest_duration(can, seconds)
    if nearest != seconds:
        _refuse(model, request, f"it makes no clip of {seconds:g} s", f"The nearest it makes is {nearest:g} s.")


def _nearest_duration(can: Capabilities, seconds: float) -> float:
    if can.any_duration:
        return min(max(seconds, min(can.durations_s)), max(can.durations_s))
    return min(can.durations_s, key=lambda offered: (abs(offered - seconds), offered))


def _nearest_size(can: Capabilities, request: Request) -> str:
    asked = _lines(request.resolution)
    return min(can.resolutions, key=lambda offered: (abs(_lines(offered) - asked), _lines(offered)))


def _lines(resolution: Resolution) -> int:
    return int(resolution.removesuffix("p"))


def _refuse(model: str, request: Request, cause: str, cure: str) -> None:
    raise Invalid(f"{request.shot} {request.operation} at {model}", cause, cure)


def listed(names: Sequence[str]) -> str:
    """The names as people read them: "a, b and c"."""
    return ", ".join(names[:-1]) + (" and " if len(names) > 1 else "") + names[-1] if names else "none"
