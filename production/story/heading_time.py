"""The time of day that a scene's heading names, and whether the story goes on there without a pause."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from manifests.story.continuity import TimeOfDay
from manifests.story.imported import Fields

_TIMES: Mapping[str, TimeOfDay] = {each: each for each in get_args(TimeOfDay)} | {
    "sunrise": "dawn",
    "midday": "noon",
    "sunset": "dusk",
    "midnight": "night",
}
_GOES_ON, _PAUSES = frozenset({"continuous", "same", "same time"}), frozenset({"later", "moments later"})


def when(words: str) -> Fields:
    """The fields of a scene for the last part of its heading: NIGHT, CONTINUOUS, LATER. Empty for anything else."""
    said = words.strip(" .").lower()
    if said in _GOES_ON | _PAUSES:
        return {"continuous": said in _GOES_ON}
    return {"time": _TIMES[said]} if said in _TIMES else {}
