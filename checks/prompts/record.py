"""A prompt as its words came together: each field of the film's files that went into it, and its shot."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from checks.prompts.profiles import Profile
from manifests.bible import Bible
from manifests.film import Stage
from manifests.prompt import clip_prompt, panel_prompt, view_prompt
from manifests.scene import Scene, Shot
from manifests.view_shot import ViewShot

Kind = Literal[
    "motion", "dialogue", "lens", "identity", "wardrobe", "place", "light", "prop", "style", "single_take", "avoid"
]
OWN: frozenset[Kind] = frozenset({"motion", "dialogue", "lens"})
"""The fields that a shot says itself; the others stand in the bible."""

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class PromptPart:
    """The words of one field. `file`: below the film's folder; `path`: where in it."""

    kind: Kind
    file: str
    path: Path
    text: str

    @property
    def field(self) -> str:
        """The field's name for people, without the shot that it belongs to."""
        return ".".join(str(part) for part in (self.path[2:] if self.kind in OWN else self.path))


@dataclass(frozen=True, slots=True)
class PromptRecord:
    """What the rules look at: the whole prompt, its pieces, the shot, the bible, and the profile of the model."""

    shot: Shot
    bible: Bible
    stage: Stage
    profile: Profile
    prompt: str
    pieces: tuple[PromptPart, ...] = field(repr=False)

    def of(self, *kinds: Kind) -> Iterator[PromptPart]:
        """The pieces of these kinds, in the order of the prompt."""
        return (piece for piece in self.pieces if piece.kind in kinds)

    def with_text(self, piece: PromptPart, text: str) -> PromptRecord:
        """The record as it would be with other words in one field."""
        changed = tuple(replace(each, text=text) if each == piece else each for each in self.pieces)
        return replace(self, pieces=changed, prompt=self.prompt.replace(piece.text, text))


@dataclass(frozen=True, slots=True)
class Hit:
    """What a rule found: the words from `start` to `end` of a piece. `says`: what is wrong with them; `instead`: what
    to write. `fixed`: the whole field as it would be, where that is safe to write.
    """

    piece: PromptPart
    start: int
    end: int
    says: str
    instead: str
    fixed: str | None = None

    @property
    def words(self) -> str:
        """The words that it is about."""
        return self.piece.text[self.start : self.end]


def record_of(scene: Scene, shot: Shot, bible: Bible, stage: Stage, profile: Profile) -> PromptRecord:
    """A shot's prompt for one stage, with its pieces. `shot`: one of the scene's."""
    clip = stage == "clip"
    prompt = clip_prompt(shot, bible) if clip else panel_prompt(shot, bible, at_end=stage == "end_panel")
    file, at = f"scenes/{scene.id}.yaml", ("shots", [each.id for each in scene.shots].index(shot.id))
    own = [PromptPart("lens", file, (*at, "camera", "lens"), shot.camera.lens)]
    if clip:
        own.append(PromptPart("motion", file, (*at, "motion"), shot.motion))
        own += [
            PromptPart("dialogue", file, (*at, "dialogue", number, "text"), line.text)
            for number, line in enumerate(shot.dialogue)
        ]
    pieces = (*own, *_people(shot, bible), *_place(shot, bible), *_style(bible, clip=clip))
    return PromptRecord(shot, bible, stage, profile, prompt, tuple(piece for piece in pieces if piece.text))


_ABOUT_A_SHOT = frozenset({"P171", "P172", "P173", "P174"})
"""Rules about what a shot's own words say of its cast and its place: a reference view has neither."""


def record_of_view(one: ViewShot, bible: Bible, profile: Profile) -> PromptRecord:
    """The prompt of a reference view, with the words of the bible in it. The others are the program's own."""
    listed = replace(profile, rules=profile.rules - _ABOUT_A_SHOT)
    pieces = tuple(piece for piece in _people(one, bible) if piece.text)
    return PromptRecord(one, bible, "panel", listed, view_prompt(one, bible), pieces)


def _people(shot: Shot, bible: Bible) -> Iterator[PromptPart]:
    for member in shot.cast:
        person, file = bible.characters[member.character], f"bible/characters/{member.character}.yaml"
        yield PromptPart("identity", file, ("identity",), person.identity)
        worn = person.wardrobes[member.wardrobe].words
        yield PromptPart("wardrobe", file, ("wardrobes", member.wardrobe, "words"), worn)


def _place(shot: Shot, bible: Bible) -> Iterator[PromptPart]:
    place, file = bible.locations[shot.location], f"bible/locations/{shot.location}.yaml"
    yield PromptPart("place", file, ("words",), place.words)
    yield PromptPart("light", file, ("light",), place.light)
    for placed in shot.props:
        yield PromptPart("prop", f"bible/props/{placed.prop}.yaml", ("words",), bible.props[placed.prop].words)


def _style(bible: Bible, *, clip: bool) -> Iterator[PromptPart]:
    file = "bible/style.yaml"
    yield PromptPart("style", file, ("words",), bible.style.words)
    if clip:
        yield PromptPart("single_take", file, ("single_take",), bible.style.single_take)
        yield PromptPart("avoid", file, ("avoid",), bible.style.avoid)
