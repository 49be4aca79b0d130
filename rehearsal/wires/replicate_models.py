"""The input of Replicate's models, and its refusal of the rest: one field at a time, each by its name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rehearsal.refusal import PlayedRefusal

_RATIOS = ("16:9", "4:3", "1:1", "3:4", "9:16", "21:9")
_PROMPT_MAX = 4000
_DECIDED_S = 5


@dataclass(frozen=True, slots=True)
class Model:
    """The allowed input of one model. `seconds`: the shortest and the longest clip;
    `decides`: -1 leaves it to the model.
    """

    seconds: tuple[int, int]
    sizes: tuple[str, ...]
    ratios: tuple[str, ...] = _RATIOS
    references: int = 0
    decides: bool = False
    default_size: str = "720p"
    more: tuple[str, ...] = ()

    @property
    def fields(self) -> frozenset[str]:
        """Everything that its input may say."""
        shown = {"reference_images", "reference_videos", "reference_audios"} if self.references else set()
        plain = {"prompt", "image", "last_frame_image", "duration", "resolution", "aspect_ratio", "seed"}
        return frozenset(plain | shown | set(self.more))


AUDIO = "generate_audio"
MODELS = {
    "bytedance/seedance-2.0": Model(
        (4, 15),
        ("480p", "720p", "1080p", "4k"),
        (*_RATIOS, "9:21", "adaptive"),
        references=9,
        decides=True,
        more=(AUDIO,),
    ),
    "bytedance/seedance-2.0-fast": Model(
        (4, 15), ("480p", "720p"), (*_RATIOS, "9:21", "adaptive"), references=9, decides=True, more=(AUDIO,)
    ),
    "bytedance/seedance-1.5-pro": Model((2, 12), ("480p", "720p", "1080p"), more=(AUDIO, "camera_fixed")),
    "bytedance/seedance-1-pro": Model(
        (2, 12), ("480p", "720p", "1080p"), (*_RATIOS, "9:21"), default_size="1080p", more=("fps", "camera_fixed")
    ),
}


class Misfit(PlayedRefusal):
    """A 422 about one field. `slip`: Replicate's word for what is wrong with it."""

    def __init__(self, slip: str, field: str, words: str) -> None:
        super().__init__("invalid", words, field=field)
        self.slip = slip


def judged(model: Model, asked: Mapping[str, Any]) -> tuple[int, str, str]:
    """Seconds, size and ratio of a call.
    Raises Misfit for the first field that does not fit, with Replicate's own words.
    """
    if odd := sorted(asked.keys() - model.fields):
        raise Misfit(
            "additional_property_not_allowed", f"input.{odd[0]}", f"Additional property {odd[0]} is not allowed"
        )
    if not isinstance(asked.get("prompt"), str):
        raise Misfit("required", "input", "prompt is required")
    if len(asked["prompt"]) > _PROMPT_MAX:
        raise Misfit("string_lte", "input.prompt", f"String length must be less than or equal to {_PROMPT_MAX}")
    seconds = _seconds(model, asked.get("duration", _DECIDED_S))
    size = _one_of(model.sizes, "resolution", asked.get("resolution", model.default_size))
    ratio = _one_of(model.ratios, "aspect_ratio", asked.get("aspect_ratio", "16:9"))
    shown = asked.get("reference_images") or ()
    if len(shown) > model.references:
        words = f"Array must have at most {model.references} items"
        raise Misfit("array_max_items", "input.reference_images", words)
    if asked.get("last_frame_image") and not asked.get("image"):
        raise Misfit("required", "input.image", "last_frame_image needs an image")
    if shown and asked.get("image"):
        words = "reference_images cannot be combined with image or last_frame_image"
        raise Misfit("invalid", "input.reference_images", words)
    return seconds, size, ratio


def _seconds(model: Model, told: object) -> int:
    least, most = model.seconds
    if isinstance(told, bool) or not isinstance(told, int):
        raise Misfit("invalid_type", "input.duration", f"Expected: integer, given: {type(told).__name__}")
    if told == -1 and model.decides:
        return _DECIDED_S
    if told > most:
        raise Misfit("number_lte", "input.duration", f"Must be less than or equal to {most}")
    if told < least:
        raise Misfit("number_gte", "input.duration", f"Must be greater than or equal to {least}")
    return told


def _one_of(known: tuple[str, ...], field: str, told: object) -> str:
    if told not in known:
        listed = ", ".join(f'"{each}"' for each in known)
        raise Misfit("enum", f"input.{field}", f"{field} must be one of the following: {listed}")
    return str(told)
