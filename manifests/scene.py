"""A scene as data: its shots, and for each who stands where, in what, and how the camera moves."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Annotated, ClassVar, Literal, Self, get_args

from pydantic import Field, StringConstraints, ValidationInfo, field_validator, model_validator
from pydantic.json_schema import SkipJsonSchema

from manifests.bible import View
from manifests.film import Aspect, Cube, Fps, TierName
from manifests.noun import Id, Noun, SceneId, ShotId, Text, Words
from manifests.privacy import PRIVATE
from manifests.story.continuity import Direction, SetLight, TimeOfDay, Waivers, Weather

CameraMove = Literal["static", "push_in", "pull_out", "pan_left", "pan_right", "tilt_up", "tilt_down"]
Place = Annotated[float, Field(ge=-1.0, le=3.0, allow_inf_nan=False)]
_RATES = get_args(Fps)


class Mark(Noun):
    """Where somebody stands: the point between the feet, in fractions of the frame from the top left.

    `scale` is the standing height in frame heights (0.5 fills half the frame; a close-up is above 1, with `y` below the
    frame). `mirrored` turns a side or three-quarter view to screen left.
    """

    x: Place
    y: Place
    scale: Annotated[float, Field(gt=0.02, le=6.0)]
    facing: View = "front"
    mirrored: bool = False


Layer = Annotated[int, Field(strict=True, ge=-9, le=9)]


class CastMember(Noun):
    """One character in one shot, in one wardrobe, from `start` to `end` (standing still where no end is given).

    `layer`: a higher one is drawn before a lower one, whatever their marks; within a layer, who stands lower is nearer.

    Who has no `start` gets a mark when the film is read (`manifests.story.blocking`). For continuity alone, and never
    stored with a take: `looks`, at a character, or `left`, `right`, `camera` or `away`, where the facing does not say
    it; `moves`, where the marks do not say it.
    """

    character: Id
    wardrobe: Id
    start: Mark = Mark(x=0.5, y=0.92, scale=0.62)
    end: Mark | None = None
    layer: Layer = Field(default=0, exclude_if=lambda layer: layer == 0)
    looks: Id | None = Field(default=None, exclude=True)
    moves: Direction | None = Field(default=None, exclude=True)

    def unnamed(self) -> Self:
        """The same person without what only continuity compares."""
        if self.looks is None and self.moves is None:
            return self
        return self.model_copy(update={"looks": None, "moves": None})


class PropMark(Noun):
    """Where a prop lies; `scale` as for a character."""

    x: Place
    y: Place
    scale: Annotated[float, Field(gt=0.01, le=3.0)]


class PropPlacement(Noun):
    """A prop that must survive this shot. Without `start` it gets a mark as people do; `layer` as theirs.

    For continuity alone, and never stored with a take: `held_by`, who has it in hand as the shot opens; `passes_to`,
    who has it at the end: a character, `room` where it is put down, or `off` where it leaves the picture.
    """

    prop: Id
    start: PropMark = PropMark(x=0.5, y=0.92, scale=0.14)
    end: PropMark | None = None
    layer: Layer = Field(default=0, exclude_if=lambda layer: layer == 0)
    held_by: Id | None = Field(default=None, exclude=True)
    passes_to: Id | None = Field(default=None, exclude=True)

    def unnamed(self) -> Self:
        """The same prop without what only continuity compares."""
        if self.held_by is None and self.passes_to is None:
            return self
        return self.model_copy(update={"held_by": None, "passes_to": None})


class Viewport(Noun):
    """Which part of the plate the camera sees when the shot opens: its middle, and how far it is magnified."""

    x: Annotated[float, Field(ge=0, le=1)] = 0.5
    y: Annotated[float, Field(ge=0, le=1)] = 0.5
    zoom: Annotated[float, Field(ge=1, le=4)] = 1.0


class Camera(Noun):
    """Size, move and lens. `amount`: the part of the frame a pan or tilt travels, or the magnification a push adds."""

    size: Literal["wide", "full", "medium", "medium_close_up", "close_up"]
    move: CameraMove = "static"
    amount: Annotated[float, Field(ge=0, le=0.6)] = 0.12
    lens: Annotated[Text, Field(repr=False)] = "35 mm"
    plate: Viewport = Viewport()


class Line(Noun):
    """One line of dialogue with its time in the shot, in seconds; it becomes a subtitle."""

    character: Id
    text: Annotated[str, Field(strict=True, min_length=1, max_length=120, repr=False)]
    from_s: Annotated[float, Field(ge=0, le=60)]
    to_s: Annotated[float, Field(gt=0, le=60)]

    @model_validator(mode="after")
    def _has_a_length(self) -> Self:
        if self.to_s <= self.from_s:
            raise ValueError("a line ends after it begins: make to_s greater than from_s")
        return self


class PromptOk(Noun):
    """One finding of the prompt rules that a shot accepts. `why`: the reason, for later readers."""

    rule: Annotated[str, StringConstraints(strict=True, pattern=r"^P[0-9]{3}$")]
    why: Text


class SketchUse(Noun):
    """Who gets the pencil sketch of a shot beside people. `to_models`: the model that makes the shot's first frame."""

    to_models: bool = False


class Transition(Noun):
    """How the shot ends. A dissolve overlaps the next shot by `seconds`."""

    kind: Literal["cut", "dissolve"] = "cut"
    seconds: Annotated[float, Field(ge=0.1, le=2)] = 0.5


class Shot(Noun):
    """One shot. `chain`: opens on the last frame of the shot before it. `motion`: what moves, in physical words.

    `mode`: what the clip is made from: its certified first frame, its first and last, or the locked pictures with the
    panel as one more, where a provider takes references and no frames, or words alone. `providers`: which provider
    makes this shot's panel or clip, where that is not the film's. `grade`: a LUT for this shot alone, below the show's;
    it changes the cut, never the take. `private`: its own words (motion, dialogue, sound, lens) and its prompts go to
    the provider that makes it, and are shown and kept nowhere else (docs/privacy.md). `called`: the writer's name
    for it (4A). `proposed`: a program suggested it from the script; a person who keeps it takes the line away. `light`,
    `time` (of day) and `weather`: where they differ from the scene's. `beat`: what changes in the people. `continuity`:
    changes against the shot before that are meant (docs/continuity.md). `prompt_ok`: findings about its words that the
    film accepts. None of these changes a picture, so none is stored with a take. `sketch`: who gets its pencil sketch;
    a sketch that a model gets is one of the request's references. `fps`, `aspect`: the film's, put in when the scene
    is read; they are stored where they are not 24 and 16:9. `cropped`: the film shows the middle of the
    picture's height alone (2.39:1), put in and stored likewise.
    """

    id: ShotId
    called: Annotated[str, StringConstraints(strict=True, min_length=1, max_length=40)] | None = Field(
        default=None, exclude=True
    )
    proposed: bool = Field(default=False, exclude=True)
    beat: Annotated[str, StringConstraints(strict=True, min_length=1, max_length=200)] | None = Field(
        default=None, exclude=True, repr=False
    )
    light: SetLight | None = Field(default=None, exclude=True)
    time: TimeOfDay | None = Field(default=None, exclude=True)
    weather: Weather | None = Field(default=None, exclude=True)
    continuity: Waivers = Field(default=(), exclude=True, repr=False)
    location: Id
    cast: Annotated[tuple[CastMember, ...], Field(max_length=12)] = ()
    props: tuple[PropPlacement, ...] = ()
    camera: Camera
    motion: Annotated[Text, Field(repr=False)]
    dialogue: Annotated[tuple[Line, ...], Field(repr=False)] = ()
    sound: Annotated[Text, Field(repr=False)] = "room tone"
    duration_s: Annotated[float, Field(ge=1, le=60)]
    tier: TierName | None = None
    mode: Literal["start_frame", "start_end_frames", "references", "text"] = "start_frame"
    chain: bool = False
    transition: Transition = Transition()
    grade: Cube | None = None
    seed: Annotated[int, Field(strict=True, ge=0, le=2**31 - 1)] = 0
    providers: dict[Literal["panel", "clip"], Annotated[str, Field(strict=True, min_length=1, max_length=80)]] = {}
    private: bool = False
    prompt_ok: Annotated[tuple[PromptOk, ...], Field(max_length=20)] = Field(default=(), exclude=True)
    sketch: SketchUse = Field(default=SketchUse(), exclude=True)
    fps: SkipJsonSchema[Fps] = Field(default=24, exclude_if=lambda fps: fps == 24)
    aspect: SkipJsonSchema[Aspect] = Field(default="16:9", exclude_if=lambda aspect: aspect == "16:9")
    cropped: SkipJsonSchema[bool] = Field(default=False, exclude_if=lambda cropped: not cropped)

    @property
    def frames(self) -> int:
        """The length in frames."""
        return round(self.duration_s * self.fps)

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        rates = (self.fps,) if "fps" in self.model_fields_set else _RATES
        if not any(is_whole(self.duration_s, rate) for rate in rates):
            raise ValueError(f"duration_s is a whole number of frames at {self.fps} a second, such as 4 or 4.5")
        names = [member.character for member in self.cast]
        if twice := {name for name in names if names.count(name) > 1}:
            raise ValueError(f"{', '.join(sorted(twice))} stands in the shot twice: each character has one mark")
        if self.chain and self.mode != "start_frame":
            raise ValueError("a chained shot takes its first frame from the shot before: drop chain or the mode")
        if late := next((line for line in self.dialogue if line.to_s > self.duration_s), None):
            said = f"a line of {late.character}" if self.private else f"the line {late.text!r}"
            raise ValueError(f"{said} ends at {late.to_s} s, after the shot's {self.duration_s} s")
        return self

    def unnamed(self) -> Self:
        """The same shot without what changes no picture: the writer's name and mark, and what only continuity
        compares. This is what is asked for, compared and stored.
        """
        cast, props = tuple(who.unnamed() for who in self.cast), tuple(what.unnamed() for what in self.props)
        told = {**_UNNAMED, "cast": cast, "props": props}
        return (
            self if all(getattr(self, name) == value for name, value in told.items()) else self.model_copy(update=told)
        )

    def without_words(self) -> Self:
        """The same staging without what a person wrote about it."""
        camera = self.camera.model_copy(update={"lens": PRIVATE})
        words = {"motion": PRIVATE, "sound": PRIVATE, "dialogue": (), "beat": None, "continuity": ()}
        return self.model_copy(update={**words, "camera": camera})


_UNNAMED: Mapping[str, object] = {
    "called": None,
    "proposed": False,
    "beat": None,
    "light": None,
    "time": None,
    "weather": None,
    "continuity": (),
    "prompt_ok": (),
    "sketch": SketchUse(),
}


class Scene(Noun):
    """scenes/SC010.yaml: the shots in story order. `called`: the scene's number in the script (12A).

    `light`, `time` and `weather`: of each shot that says nothing else. `continuous`: whether the story goes on from the
    scene before without a pause; where it is not said, it does in the same place at the same time of day.
    """

    schema_name: ClassVar[str] = "gate/scene/1"

    id: SceneId
    called: Annotated[str, StringConstraints(strict=True, min_length=1, max_length=40)] | None = None
    title: Text
    intent: Words = ""
    light: SetLight | None = None
    time: TimeOfDay | None = None
    weather: Weather | None = None
    continuous: bool | None = None
    shots: Annotated[tuple[Shot, ...], Field(min_length=1, max_length=400)]

    @field_validator("shots")
    @classmethod
    def _in_order(cls, shots: tuple[Shot, ...], info: ValidationInfo) -> tuple[Shot, ...]:
        ids, scene = [shot.id for shot in shots], info.data.get("id")
        if scene and (foreign := next((i for i in ids if not i.startswith(f"{scene}_")), None)):
            raise ValueError(f"{foreign} is not a shot of {scene}: its name begins with {scene}_")
        if late := next(((a, b) for a, b in pairwise(ids) if b <= a), None):
            raise ValueError(f"{late[1]} stands after {late[0]}: shots stand in story order, each once")
        if shots[0].chain:
            raise ValueError(f"{ids[0]} is the first shot and has none before it to chain to: drop chain")
        return shots

    def shot(self, shot_id: str) -> Shot:
        """The shot called `shot_id`. Raises KeyError."""
        return next((s for s in self.shots if s.id == shot_id), None) or _no_shot(shot_id)

    def before(self, shot_id: str) -> Shot | None:
        """The shot before it in story order."""
        ids = [shot.id for shot in self.shots]
        place = ids.index(shot_id)
        return self.shots[place - 1] if place else None


def _no_shot(shot_id: str) -> Shot:
    raise KeyError(shot_id)


def is_whole(seconds: float, fps: int) -> bool:
    """Whether so many seconds are a whole number of frames."""
    return abs(seconds * fps - round(seconds * fps)) <= 1e-6
