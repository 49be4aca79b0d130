"""The whole film as it is to be made: every place in frames, every picture and sound by its content."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from manifests.assembly.parts import Grade, SoundFile, Subtitled, Title
from manifests.cut import CutItem
from manifests.film import Fps, Resolution, Shown, TierName
from manifests.noun import Noun, Sha256, Text

Frames = Annotated[int, Field(strict=True, ge=0)]


class FilmShot(Noun):
    """One shot or card on the picture track. `first`: the clip's frame that it begins with. It overlaps the next by
    `overlap` frames with `effect`. `sound_frames`: how much later (or earlier) than its pictures its sound ends.
    `grades`: the shot's, its scene's, the film's, after the scene file's own LUT.
    """

    label: Text
    card: str | None = None
    item: CutItem | None = None
    first: Frames = 0
    frames: Annotated[int, Field(strict=True, ge=1)]
    overlap: Frames = 0
    effect: Literal["fade", "fadeblack", "wipeleft", "wiperight", "wipeup", "wipedown"] = "fade"
    sound_frames: int = 0
    sound_db: float = 0.0
    grades: tuple[Grade, ...] = ()


class FilmSound(Noun):
    """One file on the sound track, in seconds of the film. `own_db`: by how much the clips' own sound goes down."""

    kind: Literal["music", "effect", "dialogue"]
    file: SoundFile
    sha256: Sha256
    start_s: float
    from_s: float = 0.0
    seconds: float
    gain_db: float = 0.0
    fade_in_s: float = 0.0
    fade_out_s: float = 0.0
    duck_db: float = 0.0
    duck_within_s: float = 0.3
    own_db: float = 0.0


class FilmTitle(Noun):
    """Words over frames `start` up to, not including, `end`."""

    title: Title
    start: Frames
    end: Frames


class FilmCut(Noun):
    """The film. `luts`: what the .cube files hold, by name."""

    schema_name: ClassVar[str] = "gate/film_cut/1"

    code: Text
    title: Text
    tier: TierName
    resolution: Resolution
    fps: Fps
    aspect: Shown
    shots: Annotated[tuple[FilmShot, ...], Field(min_length=1)]
    sounds: tuple[FilmSound, ...] = ()
    titles: tuple[FilmTitle, ...] = ()
    subtitles: Subtitled
    luts: dict[str, Sha256] = {}
    loudness_lufs: float
    true_peak_dbtp: float

    @property
    def frames(self) -> int:
        """Its length."""
        return self.starts()[-1] + self.shots[-1].frames

    def starts(self) -> list[int]:
        """The film's frame that each shot begins with."""
        starts, at = [], 0
        for shot in self.shots:
            starts.append(at)
            at += shot.frames - shot.overlap
        return starts
