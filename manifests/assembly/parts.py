"""The parts of a film's cut: how one shot changes into the next, how it is graded, what is heard and read over it."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from manifests.film import Cube, Resolution, Shown
from manifests.names import scene_of_shot
from manifests.noun import Fraction, Noun, SceneId, ShotId

Seconds = Annotated[float, Field(ge=0, le=36_000)]
Decibels = Annotated[float, Field(ge=-60, le=24)]
Lower = Annotated[float, Field(ge=-60, le=0)]
SoundFile = Annotated[str, StringConstraints(strict=True, pattern=r"^[\w-][\w ./-]*\.(wav|flac|mp3|m4a|ogg|aif|aiff)$")]
"""A sound file, by its path below the film's folder."""

Triple = Annotated[tuple[float, float, float], Field(min_length=3, max_length=3)]
TakeName = Annotated[str, StringConstraints(strict=True, pattern=r"^v[0-9]{3}$")]


class Ending(Noun):
    """How a shot, a scene or a card ends. `dissolve`, `fade` (through black) and `wipe` overlap what follows by
    `seconds`. `direction`: where a wipe goes. `sound_s`: at a cut, how much earlier (below 0: a J cut) or later (above
    0: an L cut) than the pictures the sound changes.
    """

    kind: Literal["cut", "dissolve", "fade", "wipe"] = "cut"
    seconds: Annotated[float, Field(ge=0.04, le=10)] = 1.0
    direction: Literal["left", "right", "up", "down"] = "left"
    sound_s: Annotated[float, Field(ge=-10, le=10)] = 0.0

    @model_validator(mode="after")
    def _sound_moves_at_a_cut(self) -> Self:
        if self.sound_s and self.kind != "cut":
            raise ValueError("sound_s goes with kind: cut: where pictures overlap, the sound crosses with them")
        return self


class Cdl(Noun):
    """A grade by the ASC's Color Decision List: (in × slope + offset) to the power, then saturation (Rec. 709 luma)."""

    slope: Triple = (1.0, 1.0, 1.0)
    offset: Triple = (0.0, 0.0, 0.0)
    power: Annotated[tuple[Annotated[float, Field(gt=0, le=10)], ...], Field(min_length=3, max_length=3)] = (1.0,) * 3
    saturation: Annotated[float, Field(ge=0, le=4)] = 1.0


class Grade(Noun):
    """A grade of a shot, a scene or the film: the CDL first, then the LUT. `lut_range`: whether the LUT was made for
    full-range values, or for legal-range ones, in which 64 and 940 of 1023 are black and white.
    """

    cdl: Cdl | None = None
    lut: Cube | None = None
    lut_range: Literal["full", "legal"] = "full"

    @model_validator(mode="after")
    def _does_something(self) -> Self:
        if self.cdl is None and self.lut is None:
            raise ValueError("a grade has a cdl, a lut or both")
        return self


class ShotInFilm(Noun):
    """One shot, where the film shows it otherwise than its scene. `take`: an alternate (v002) of the tier. `from_s`,
    `to_s`: its in- and out-point in the clip. `sound_db`: its own sound. `leave_out`: the film does not show it here.
    """

    shot: ShotId
    take: TakeName | None = None
    from_s: Seconds = 0.0
    to_s: Annotated[float, Field(gt=0, le=36_000)] | None = None
    ends: Ending | None = None
    grade: Grade | None = None
    sound_db: Lower = 0.0
    leave_out: bool = False


class Part(Noun):
    """One part of the film in order: a scene, a shot on its own, or a card of words on black (black alone where it has
    no words). A shot may stand on its own several times, and in other places than its scene. `take`, `from_s`, `to_s`
    and `sound_db`: of such a shot, as in ShotInFilm.
    """

    scene: SceneId | None = None
    shot: ShotId | None = None
    take: TakeName | None = None
    from_s: Seconds = 0.0
    to_s: Annotated[float, Field(gt=0, le=36_000)] | None = None
    sound_db: Lower = 0.0
    card: Annotated[str, StringConstraints(strict=True, max_length=400)] | None = None
    seconds: Annotated[float, Field(gt=0, le=600)] | None = None
    shots: tuple[ShotInFilm, ...] = ()
    ends: Ending = Ending()
    grade: Grade | None = None

    @model_validator(mode="after")
    def _is_one_thing(self) -> Self:
        if sum(each is not None for each in (self.scene, self.shot, self.card)) != 1:
            raise ValueError(
                'a part is a scene (scene: SC010), a shot (shot: SC010_SH0010) or a card (card: "The End")'
            )
        if self.card is not None and self.seconds is None:
            raise ValueError("a card lasts for some time: write its seconds")
        if self.card is not None and (self.shots or self.grade):
            raise ValueError("a card has neither shots nor a grade")
        if self.scene is not None and self.seconds is not None:
            raise ValueError("a scene lasts as long as its shots: take seconds away")
        if self.shot is not None and (self.shots or self.seconds is not None):
            raise ValueError("a shot on its own has neither shots nor seconds: write its from_s and to_s")
        if self.shot is None and (self.take or self.from_s or self.to_s is not None or self.sound_db):
            raise ValueError("take, from_s, to_s and sound_db go with a shot: write them below shots")
        if foreign := next((s.shot for s in self.shots if not s.shot.startswith(f"{self.scene}_")), None):
            raise ValueError(f"{foreign} is not a shot of {self.scene}")
        return self

    @property
    def of_scene(self) -> str | None:
        """The scene that it shows, all of it or a shot; None of a card."""
        return scene_of_shot(self.shot) if self.shot else self.scene

    @property
    def alone(self) -> ShotInFilm | None:
        """A shot on its own, less its end and grade, which are the part's; None of a scene or a card."""
        if self.shot is None:
            return None
        return ShotInFilm(shot=self.shot, take=self.take, from_s=self.from_s, to_s=self.to_s, sound_db=self.sound_db)


class _Placed(Noun):
    """What begins at a place of the film: `offset_s` seconds after the beginning of the shot or scene `at`, or of the
    film.
    """

    at: ShotId | SceneId | None = None
    offset_s: Annotated[float, Field(ge=-3_600, le=36_000)] = 0.0


class Title(_Placed):
    """Words over the pictures. They come and go within `fade_s`."""

    text: Annotated[str, StringConstraints(strict=True, min_length=1, max_length=200)]
    seconds: Annotated[float, Field(gt=0, le=600)]
    where: Literal["middle", "lower_third", "top"] = "middle"
    fade_s: Annotated[float, Field(ge=0, le=5)] = 0.5


class Duck(Noun):
    """By how much a sound goes down while somebody speaks, and within how long before and after."""

    by_db: Annotated[float, Field(gt=0, le=60)] = 9.0
    within_s: Annotated[float, Field(gt=0, le=5)] = 0.3


class PlacedSound(_Placed):
    """Music or an effect. `from_s`: its in-point in the file; `seconds`: how long it is heard, to its end where it is
    not said.
    """

    file: SoundFile
    from_s: Seconds = 0.0
    seconds: Annotated[float, Field(gt=0, le=36_000)] | None = None
    gain_db: Decibels = 0.0
    fade_in_s: Annotated[float, Field(ge=0, le=60)] = 0.0
    fade_out_s: Annotated[float, Field(ge=0, le=60)] = 0.0
    duck: Duck | None = None


class LineFile(Noun):
    """A recording of one line of dialogue. `line`: which of the shot's lines, from 1. It begins at the line's `from_s`,
    or `offset_s` after the shot's beginning; with `sync` where the clip itself says the same words. `own_db`: how far
    the clip's own sound goes down meanwhile.
    """

    shot: ShotId
    line: Annotated[int, Field(strict=True, ge=1, le=100)] = 1
    file: SoundFile
    offset_s: Annotated[float, Field(ge=-60, le=600)] | None = None
    sync: bool = False
    gain_db: Decibels = 0.0
    own_db: Lower = 0.0

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if self.sync and self.offset_s is not None:
            raise ValueError("a line is placed by offset_s or by sync, not by both")
        return self


class Subtitled(Noun):
    """How dialogue is read. `burned`: in the picture; where it is not said, as film.yaml's `finish` says. `files`:
    files beside the film.
    """

    burned: bool | None = None
    files: tuple[Literal["srt", "vtt", "ttml"], ...] = ()
    language: Annotated[str, StringConstraints(strict=True, pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] = "en"


class Deliverable(Noun):
    """One file that is made from the master. `aspect`: its shape, the film's where it is not said; `crop_x`, `crop_y`:
    the middle of what a narrower or wider shape keeps, from left and from top. `burn_in`: what stands in the picture.
    """

    name: Annotated[str, StringConstraints(strict=True, pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
    resolution: Resolution
    aspect: Shown | None = None
    crop_x: Fraction = 0.5
    crop_y: Fraction = 0.5
    codec: Literal["h264", "hevc", "prores"] = "h264"
    bitrate_kbps: Annotated[int, Field(strict=True, ge=200, le=400_000)] | None = None
    slate: bool = False
    burn_in: tuple[Literal["timecode", "title"], ...] = ()
