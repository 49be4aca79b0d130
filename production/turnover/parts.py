"""The parts of a turnover: the files of its media, the takes of each shot among them, and the words on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from assembly.turnover.media import WrittenMedia

MEDIA, LUTS = "media", "luts"
"""The folders below a turnover's own."""


@dataclass(frozen=True, slots=True)
class MediaFile:
    """One file below `media/`. `sha256`: of the file; `source`: of what it is a copy of, where it is one. `take`: v002;
    `tier`: of a take. A card, a slate and a sound have neither.
    """

    name: str
    reel: str
    kind: Literal["take", "card", "sound"]
    sha256: str
    written: WrittenMedia
    source: str = ""
    shot: str = ""
    take: str = ""
    tier: str = ""

    @property
    def key(self) -> str:
        """How people call it: final v002; its name, where it is not a take."""
        return f"{self.tier} {self.take}" if self.kind == "take" else self.name


@dataclass(frozen=True, slots=True)
class MarkedWord:
    """What somebody said of a shot. `kind`: note, or the verdict. `take`: the take that was meant, by `MediaFile.key`;
    "" for the shot. `frame`, `frames`: where in the clip, None for all of it.
    """

    kind: str
    who: str
    words: str
    take: str = ""
    frame: int | None = None
    frames: int = 1
    good: bool | None = None


@dataclass(frozen=True, slots=True)
class TurnoverParts:
    """All that a timeline refers to. By the place in the cut: `shown`, the file of each shot and card; `alternates`,
    its other takes; `luts`, the .cube files that grade it, in order. `sounds`: by the place among the film's sounds.
    `said`: by shot. `unfit`: alternates that do not have the film's rate: the shot, the take, and the reason.
    """

    shown: tuple[MediaFile, ...]
    alternates: tuple[tuple[MediaFile, ...], ...]
    luts: tuple[tuple[str, ...], ...]
    sounds: tuple[MediaFile, ...]
    said: Mapping[str, tuple[MarkedWord, ...]]
    unfit: tuple[tuple[str, str, str], ...] = ()

    @property
    def files(self) -> tuple[MediaFile, ...]:
        """Every file once, in the order of their names."""
        every = (*self.shown, *(each for takes in self.alternates for each in takes), *self.sounds)
        return tuple(sorted({each.name: each for each in every}.values(), key=lambda each: each.name))
