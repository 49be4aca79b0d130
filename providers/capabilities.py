"""A model's capabilities, as data; and the refusal of a request beyond them, with the nearest possible one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from manifests.film import Aspect, Fps, Resolution, frame_size
from manifests.take import Request
from providers.errors import Invalid

Mode = Literal["start_frame", "start_end_frames", "references", "text"]
FRAME_ROLES = frozenset({"start_frame", "end_frame"})


@dataclass(frozen=True, slots=True)
class Capabilities:
    """The capabilities of one model.

    `durations_s`: the lengths in seconds that it sells; two of them with `any_duration` are the ends of a range in
    which every whole frame will do. Empty for stills. `references_max`: pictures it looks at in one call, frames not
    counted. `modes`: what a clip can be made from: its first frame, its first and last, references alone, or words
    alone. `retires_on`: the last day it can be called, or None where none is announced. `sizes`: width and height in
    pixels of the frame that it really makes at a resolution, where that is not the film's own.
    `references_with_frames`: whether a clip can be given both. `seed`: whether it takes one. `longest_only`: the
    resolutions and modes that are sold at the longest length alone. `aspects`: the shapes that it makes. `squares`: the
    side in pixels of its 1:1 at a resolution, where that is not the film's own. `rates`: the frames a second that it
    makes; for stills they say nothing.
    """

    durations_s: tuple[float, ...]
    resolutions: tuple[Resolution, ...]
    references_max: int
    modes: tuple[Mode, ...]
    any_duration: bool = False
    audio: bool = False
    retires_on: date | None = None
    sizes: tuple[tuple[Resolution, int, int], ...] = ()
    references_with_frames: bool = True
    seed: bool = True
    longest_only: frozenset[str] = frozenset()
    aspects: tuple[Aspect, ...] = ("16:9",)
    squares: tuple[tuple[Resolution, int], ...] = ()
    rates: tuple[Fps, ...] = (24,)

    def frame_size(self, resolution: Resolution, aspect: Aspect = "16:9") -> tuple[int, int]:
        """Width and height in pixels of what it makes at `resolution`, in the shape `aspect`."""
        if aspect == "1:1":
            own = next((side for name, side in self.squares if name == resolution), None)
            return (own, own) if own else frame_size(resolution, aspect)
        wide = next(((w, h) for name, w, h in self.sizes if name == resolution), frame_size(resolution))
        return wide if aspect == "16:9" else (wide[1], wide[0])

    def covering_s(self, seconds: float, *wanted: str) -> float:
        """The shortest length it sells that a shot of `seconds` can be cut from; the longest where none is long enough.

        `wanted`: the resolution and the mode, which may be sold at one length only.
        """
        if not self.durations_s:
            return seconds
        if self.any_duration:
            return min(max(seconds, min(self.durations_s)), max(self.durations_s))
        return min((offered for offered in self.sold_s(*wanted) if offered >= seconds), default=max(self.durations_s))

    def sold_s(self, *wanted: str) -> tuple[float, ...]:
        """The lengths in seconds that it sells at this resolution and in this mode."""
        return self.durations_s if self.longest_only.isdisjoint(wanted) else (max(self.durations_s),)


def refuse_excluded(model: str, can: Capabilities, request: Request, others: Sequence[str] = ()) -> None:
    """Return when the model can make `request`. Raises Invalid, naming what it can do instead, when it cannot.
    `others`: the provider's models that sell a clip of this length, as people read them.
    """
    if request.resolution not in can.resolutions:
        _refuse(model, request, f"it makes no {request.resolution}", f"Ask for {_nearest_size(can, request)}.")
    if request.aspect not in can.aspects:
        cause = f"it makes no picture in {request.aspect}, only in {listed(can.aspects)}"
        _refuse(model, request, cause, "Name another model in film.yaml (providers), or write another aspect.")
    references = [reference for reference in request.references if reference.role not in FRAME_ROLES]
    if len(references) > can.references_max:
        cause = f"it looks at {can.references_max} references, not {len(references)}"
        _refuse(model, request, cause, f"Send at most {can.references_max}.")
    if references and len(references) < len(request.references) and not can.references_with_frames:
        cause = "it takes frames or references, not both"
        _refuse(model, request, cause, "Send the frames alone, or write mode: references.")
    if request.operation == "clip":
        _refuse_clip(model, can, request, others)


def _refuse_clip(model: str, can: Capabilities, request: Request, others: Sequence[str]) -> None:
    if request.staging.mode not in can.modes:
        _refuse(
            model, request, f"it has no mode {request.staging.mode}", f"Use mode: {', '.join(can.modes) or 'none'}."
        )
    if request.fps not in can.rates:
        cause = f"it makes {listed([str(rate) for rate in can.rates])} frames a second, and the film has {request.fps}"
        _refuse(model, request, cause, f"Write fps: {can.rates[0]} in film.yaml, or name another clip model.")
    seconds = request.frames / request.fps
    nearest = _nearest_duration(can, seconds, request)
    if nearest != seconds:
        more = f" This length is sold by {listed(others)}: name it in film.yaml (clip_model)." if others else ""
        _refuse(model, request, f"it makes no clip of {seconds:g} s", f"The nearest it makes is {nearest:g} s.{more}")


def _nearest_duration(can: Capabilities, seconds: float, request: Request) -> float:
    if can.any_duration:
        return min(max(seconds, min(can.durations_s)), max(can.durations_s))
    sold = can.sold_s(request.resolution, request.staging.mode)
    return min(sold, key=lambda offered: (abs(offered - seconds), offered))


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
