"""assembly.yaml: the whole film's cut as data."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator

from manifests.assembly.parts import Deliverable, Grade, LineFile, Part, PlacedSound, Subtitled, Title
from manifests.noun import Noun


class Assembly(Noun):
    """assembly.yaml. `order`: scenes, shots on their own and cards as they are shown; without it every scene by its
    number, with cuts. `loudness_lufs`, `true_peak_dbtp`: where they differ from film.yaml's `finish`.
    """

    schema_name: ClassVar[str] = "gate/assembly/1"

    order: Annotated[tuple[Part, ...], Field(max_length=5000)] = ()
    titles: Annotated[tuple[Title, ...], Field(max_length=400)] = ()
    music: Annotated[tuple[PlacedSound, ...], Field(max_length=200)] = ()
    effects: Annotated[tuple[PlacedSound, ...], Field(max_length=2000)] = ()
    dialogue: Annotated[tuple[LineFile, ...], Field(max_length=4000)] = ()
    subtitles: Subtitled = Subtitled()
    grade: Grade | None = None
    loudness_lufs: Annotated[float, Field(ge=-40, le=-5)] | None = None
    true_peak_dbtp: Annotated[float, Field(ge=-9, le=0)] | None = None
    deliverables: Annotated[tuple[Deliverable, ...], Field(max_length=20)] = ()

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        scenes = Counter(part.scene for part in self.order if part.scene)
        shots = Counter(shot.shot for part in self.order for shot in part.shots)
        names = Counter(deliverable.name for deliverable in self.deliverables)
        for counted, what in ((scenes, "scene"), (shots, "shot"), (names, "deliverable")):
            if twice := next((name for name, times in counted.items() if times > 1), None):
                raise ValueError(f"{twice} stands there twice: each {what} has one place")
        return self
