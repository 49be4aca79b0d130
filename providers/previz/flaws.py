"""Scripted flaws: a rehearsal's way to make a take go wrong as real models do,
so that the gates can be seen to work.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import Field, ValidationError, model_validator

from manifests.errors import ManifestError
from manifests.film import Resolution
from manifests.noun import Id, Noun, ShotId
from manifests.reading.document import load_document, plain
from manifests.scene import CastMember, Mark, Shot
from manifests.take import Pictured, Request
from providers.capabilities import listed
from providers.errors import Invalid

FlawName = Literal[
    "wrong_wardrobe",
    "missing_character",
    "wrong_location",
    "swapped_sides",
    "drifted_hue",
    "frozen",
    "black",
    "cut_inside",
    "wrong_duration",
    "moved",
]
FLAWS: tuple[FlawName, ...] = get_args(FlawName)
WRONG_DURATION_SHARE = 0.6
"""How much of the frames asked for a clip of wrong duration has."""

_ONLY_CLIPS = frozenset({"frozen", "cut_inside", "wrong_duration"})
_DETAILS: dict[str, frozenset[str]] = {
    "wrong_wardrobe": frozenset({"character", "wardrobe"}),
    "missing_character": frozenset({"character"}),
    "wrong_location": frozenset({"location"}),
    "cut_inside": frozenset({"location"}),
    "drifted_hue": frozenset({"degrees", "degrees_per_link"}),
}
_Degrees = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]


class Flaw(Noun):
    """One wanted flaw. moved is the only one that strikes a polish or an edit, and strikes nothing else. `attempts`: on
    which it shows, counted from 1, or all. `degrees`: how far all hues turn.

    `degrees_per_link` turns them that far for every chained shot since the locked masters. Without a `character`,
    `wardrobe` or `location` the first that fits is taken.
    """

    shot: ShotId
    stage: Pictured
    flaw: FlawName
    resolution: Resolution | None = None
    attempts: Literal["all"] | tuple[Annotated[int, Field(strict=True, ge=1)], ...] = "all"
    character: Id | None = None
    wardrobe: Id | None = None
    location: Id | None = None
    degrees: _Degrees | None = None
    degrees_per_link: _Degrees | None = None

    @model_validator(mode="after")
    def _fits_together(self) -> Flaw:
        allowed = _DETAILS.get(self.flaw, frozenset())
        given = {name for names in _DETAILS.values() for name in names if getattr(self, name) is not None}
        if foreign := given - allowed:
            raise ValueError(f"{self.flaw} takes no {listed(sorted(foreign))}")
        if self.flaw == "drifted_hue" and len(given) != 1:
            raise ValueError("drifted_hue takes either degrees or degrees_per_link")
        if self.flaw == "moved" and self.stage != "panel":
            raise ValueError("moved is a flaw of a polish or an edit: write stage: panel")
        if self.flaw in _ONLY_CLIPS and self.stage == "panel":
            raise ValueError(f"{self.flaw} is a flaw of clips: write stage: clip")
        return self

    def strikes(self, request: Request) -> bool:
        """Whether it shows in this take."""
        return (
            (self.shot, self.stage) == (request.shot, request.operation)
            and self.resolution in (None, request.resolution)
            and (self.attempts == "all" or request.attempt in self.attempts)
            and (self.flaw == "moved") == (request.edit is not None)
        )


class FlawScript:
    """The flaws of a rehearsal. An empty one lets every take succeed."""

    def __init__(self, flaws: tuple[Flaw, ...]) -> None:
        self._flaws = flaws

    @classmethod
    def load(cls, path: Path) -> FlawScript:
        """Read a YAML list of flaws. Raises Invalid, naming the entry and what is wrong with it."""
        cure = "A flaw script is a YAML list of flaws."
        try:
            entries = plain(path, load_document(path, cure=cure))
        except ManifestError as error:
            raise Invalid(error.thing, f"it cannot be read: {error.cause}", cure) from error
        if not isinstance(entries, list):
            raise Invalid(str(path), "it is not a list", "Write one '- shot: …' entry for each flaw.")
        return cls(tuple(_parsed(path, number, entry) for number, entry in enumerate(entries, start=1)))

    def of(self, request: Request, canon_names: Callable[[], list[str]]) -> tuple[Flaw, ...]:
        """The flaws that strike this take, with nothing left open. Raises Invalid for one that the shot cannot have."""
        return tuple(_settled(flaw, request, canon_names) for flaw in self._flaws if flaw.strikes(request))


@dataclass(frozen=True, slots=True)
class Direction:
    """The drawing with its flaws. `cut_to`: the shot that a clip jumps to half-way;
    `hue_degrees`: how far its hues turn.
    """

    shot: Shot
    frames: int
    hue_degrees: float = 0.0
    frozen: bool = False
    black: bool = False
    cut_to: Shot | None = None


def direct(request: Request, flaws: tuple[Flaw, ...]) -> Direction:
    """The drawing for `request` when these flaws strike it."""
    direction = Direction(request.staging, request.frames)
    for flaw in flaws:
        direction = _struck(direction, flaw, request)
    return direction


def _struck(direction: Direction, flaw: Flaw, request: Request) -> Direction:
    shot, changes = direction.shot, dict[str, Any]()
    match flaw.flaw:
        case "wrong_wardrobe":
            changes["shot"] = _recast(shot, flaw, {"wardrobe": flaw.wardrobe})
        case "missing_character":
            rest = tuple(m for m in shot.cast if m.character != flaw.character)
            changes["shot"] = shot.model_copy(update={"cast": rest})
        case "wrong_location":
            changes["shot"] = shot.model_copy(update={"location": flaw.location})
        case "swapped_sides":
            changes["shot"] = _swapped(shot)
        case "drifted_hue":
            changes["hue_degrees"] = _drift(flaw, request)
        case "frozen" | "black":
            changes[flaw.flaw] = True
        case "cut_inside":
            changes["cut_to"] = _elsewhere(shot, flaw)
        case "wrong_duration":
            changes["frames"] = max(1, round(direction.frames * WRONG_DURATION_SHARE))
    return replace(direction, **changes)


def _settled(flaw: Flaw, request: Request, canon_names: Callable[[], list[str]]) -> Flaw:
    shot = request.staging
    if flaw.flaw == "swapped_sides" and len(shot.cast) < 2:
        raise _impossible(flaw, "swapping sides takes two characters")
    if flaw.flaw in {"wrong_wardrobe", "missing_character"}:
        flaw = flaw.model_copy(update={"character": _somebody(flaw, shot).character})
    if flaw.flaw == "wrong_wardrobe" and flaw.wardrobe is None:
        worn = _somebody(flaw, shot).wardrobe
        flaw = flaw.model_copy(update={"wardrobe": _another(flaw, canon_names, f"characters/{flaw.character}", worn)})
    if flaw.flaw in {"wrong_location", "cut_inside"} and flaw.location is None:
        flaw = flaw.model_copy(update={"location": _another(flaw, canon_names, "locations", shot.location)})
    return flaw


def _somebody(flaw: Flaw, shot: Shot) -> CastMember:
    found = next((m for m in shot.cast if flaw.character in (None, m.character)), None)
    if found is None:
        raise _impossible(flaw, f"{flaw.character or 'anybody'} is not in the shot's cast")
    return found


def _another(flaw: Flaw, canon_names: Callable[[], list[str]], folder: str, known: str) -> str:
    inside = (name.removeprefix(f"{folder}/").split("/")[0] for name in canon_names() if name.startswith(f"{folder}/"))
    found = next((name for name in sorted(inside) if name != known), None)
    if found is None:
        raise _impossible(flaw, f"there is nothing under {folder} but {known}")
    return found


def _impossible(flaw: Flaw, cause: str) -> Invalid:
    return Invalid(f"flaw {flaw.flaw} of {flaw.shot}", cause, "Fix the flaw script, or name what to use instead.")


def _recast(shot: Shot, flaw: Flaw, change: dict[str, Any]) -> Shot:
    cast = tuple(m.model_copy(update=change) if m.character == flaw.character else m for m in shot.cast)
    return shot.model_copy(update={"cast": cast})


def _swapped(shot: Shot) -> Shot:
    """The first two characters on each other's marks, each as tall as before and looking at where the other now is."""
    one, two = shot.cast[:2]
    cast = (_on_marks_of(one, two), _on_marks_of(two, one), *shot.cast[2:])
    return shot.model_copy(update={"cast": cast})


def _on_marks_of(who: CastMember, other: CastMember) -> CastMember:
    end = _moved(who.end or who.start, other.end) if other.end else None
    return who.model_copy(update={"start": _moved(who.start, other.start), "end": end})


def _moved(own: Mark, to: Mark) -> Mark:
    return own.model_copy(update={"x": to.x, "y": to.y, "facing": to.facing, "mirrored": to.mirrored})


def _elsewhere(shot: Shot, flaw: Flaw) -> Shot:
    view = shot.camera.plate.model_copy(update={"x": 0.35, "y": 0.5, "zoom": max(1.5, shot.camera.plate.zoom)})
    camera = shot.camera.model_copy(update={"plate": view})
    return shot.model_copy(update={"location": flaw.location, "camera": camera})


def _drift(flaw: Flaw, request: Request) -> float:
    if flaw.degrees_per_link is not None:
        return flaw.degrees_per_link * request.chain_links
    return flaw.degrees or 0.0


def _parsed(path: Path, number: int, entry: object) -> Flaw:
    try:
        return Flaw.model_validate(entry)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"]) or "entry"
        raise Invalid(
            f"{path} flaw {number}, {field}", _plain(first["msg"], entry, field), _cure(field, entry)
        ) from None


def _plain(message: str, entry: object, field: str) -> str:
    if isinstance(entry, dict) and field == "flaw" and entry.get("flaw") not in FLAWS:
        return f"there is no flaw {entry.get('flaw')!r}" if "flaw" in entry else "it names no flaw"
    return "no flaw has such a key" if message.startswith("Extra inputs") else message.removeprefix("Value error, ")


def _cure(field: str, entry: object) -> str:
    words: tuple[str, ...] = FLAWS if field == "flaw" else tuple(Flaw.model_fields)
    wrong = str(entry.get("flaw")) if field == "flaw" and isinstance(entry, dict) else field
    if wrong in words:
        return f"Fix {wrong}."
    nearest = difflib.get_close_matches(wrong, words, n=1)
    return f"Did you mean {nearest[0]}?" if nearest else f"Known are {listed(words)}."
