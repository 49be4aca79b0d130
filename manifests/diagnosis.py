"""Which layer is to blame for a shot that failed, with the evidence that decides,
and the one line that would fix it.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from manifests.film import Stage
from manifests.noun import Id, Noun, Sha256, ShotId, Text

Layer = Literal["reference", "panel", "manifest", "prompt", "model"]
"""Where a flaw comes from: the locked pictures, the panel a clip opens on, the shot's lines, its words,
or the model.
"""

Confidence = Literal["strong", "fair", "weak"]
"""How much the evidence carries: it decides, it points there, or there is only one take to go by."""


class Change(Noun):
    """One field of a shot's entry, as it is and as it should perhaps be.

    `field`: location, seed, chain, wardrobe or character; the last two are of `member` of the cast.
    """

    field: Literal["location", "seed", "chain", "wardrobe", "character"]
    was: Text
    now: Text
    member: Id | None = None

    @property
    def words(self) -> str:
        """As a person would say it: location: cafe_main → cafe_door."""
        whose = f"{self.member}'s " if self.member else ""
        return f"{whose}{self.field}: {self.was} → {self.now}"


class Diagnosis(Noun):
    """The cause of a failed gate. `take`: the generation key of the newest take it rests on;
    `flaw`: the word of the gate.

    `because`: the evidence, a line each, with its numbers. `fix`: what would fix it, in one line; `changes`: that,
    where it is a change of the shot's entry, which a person may accept.
    """

    schema_name: ClassVar[str] = "gate/diagnosis/1"

    shot: ShotId
    stage: Stage
    take: Sha256
    flaw: Text
    layer: Layer
    confidence: Confidence
    because: tuple[Text, ...]
    fix: Text | None = None
    changes: tuple[Change, ...] = ()

    @property
    def words(self) -> str:
        """The diagnosis in a line, without its fix."""
        said = "; ".join(self.because).replace("?;", "?")
        return f"diagnosis: {self.layer} ({self.confidence} evidence): {said}"
