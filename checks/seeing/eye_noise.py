"""How far an image model puts a picture from itself when nothing but light, coding or framing changed.

The distances that the checks take for noise were measured with the built-in model. Another model has other distances;
what it has beside the built-in one's, on the film's own masters, says by how much (`checks/scorer/noise_learning.py`).
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from checks.seeing.eye_name import BUILT_IN
from manifests.noun import Noun, Text

Part = Literal["figure", "head", "place"]


class Noise(Noun):
    """One part of a picture by one model. `scale`: its distances of a picture to changed copies of itself, over the
    built-in model's. `spread`: the same of the standard deviations of their logarithms. Both 1 for the built-in one.
    """

    scale: Annotated[float, Field(gt=0)] = 1.0
    spread: Annotated[float, Field(gt=0)] = 1.0


class EyeNoise(Noun):
    """A model's noise beside that of the built-in one. `pictures`: the masters that it was measured on."""

    schema_name: ClassVar[str] = "gate/eye_noise/1"

    eye: Text
    figure: Noise = Noise()
    head: Noise = Noise()
    place: Noise = Noise()
    pictures: Annotated[int, Field(ge=0)] = 0

    def of(self, part: Part) -> Noise:
        """The noise of a part."""
        found: Noise = getattr(self, part)
        return found


BUILT_IN_NOISE = EyeNoise(eye=BUILT_IN)
"""The built-in model's own: the checks' numbers are its numbers."""
