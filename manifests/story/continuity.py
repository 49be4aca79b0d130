"""What a film says for its continuity: light, time of day, weather, movement, and the changes that it accepts."""

from __future__ import annotations

from typing import Annotated, Literal, Self, get_args

from pydantic import BeforeValidator, Field, model_validator

from manifests.noun import Id, Noun, Text

TimeOfDay = Literal["dawn", "morning", "noon", "afternoon", "dusk", "evening", "day", "night"]
"""`day` goes with morning, noon and afternoon: a script's heading says no more."""

Weather = Literal["clear", "cloudy", "fog", "rain", "storm", "snow", "wind"]
Tone = Literal["warm", "neutral", "cool"]
Kelvin = Annotated[int, Field(strict=True, ge=1_000, le=20_000)]
LightFrom = Literal["left", "right", "front", "behind", "above"]
Direction = Literal["left", "right", "toward", "away", "still"]
"""Where somebody moves on the screen; `toward` and `away` are the camera's axis."""

Change = Literal["wardrobe", "prop", "side", "direction", "light", "time", "weather", "size", "eyeline"]
CHANGES: tuple[Change, ...] = get_args(Change)

ROOM, OFF = "room", "off"
"""Where a prop may go that no character takes: it is put down, or it leaves the picture."""


class SetLight(Noun):
    """The light that one sees. `temperature`: warm, neutral or cool, or a number of kelvin. `direction`: where it comes
    from, as the frame shows it.
    """

    temperature: Tone | Kelvin | None = None
    direction: LightFrom | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.temperature is None and self.direction is None:
            raise ValueError("light has a temperature, a direction, or both")
        return self


class ContinuityWaiver(Noun):
    """A change against the shot before that the film accepts. `of`: whose, or of what; needed where two things of this
    kind change at once. `why`: the reason, for later readers.
    """

    change: Change
    of: Id | None = None
    why: Annotated[Text, Field(repr=False)]


def _as_several(given: object) -> object:
    """One waiver may stand without a list."""
    return (given,) if isinstance(given, dict) else tuple(given) if isinstance(given, list) else given


Waivers = Annotated[
    tuple[ContinuityWaiver, ...],
    BeforeValidator(_as_several, json_schema_input_type=ContinuityWaiver | tuple[ContinuityWaiver, ...]),
    Field(max_length=20),
]
