"""Looks for a flaw's cause in a shot's words: whether they ask for the wrong thing, or leave out the right one."""

from __future__ import annotations

import re
from collections.abc import Iterable

from manifests.bible import Bible
from manifests.prompt import side_words
from manifests.scene import Shot

_ABSENT = ("alone", "nobody", "no one", "empty", "deserted", "leaves", "has left", "walks out", "exits", "disappears")
_WALKS = (
    "crosses",
    "cross",
    "walks",
    "walk",
    "runs",
    "run",
    "wanders",
    "changes sides",
    "circles",
    "steps past",
    "passes",
)
_STILL = (
    "motionless",
    "frozen",
    "freezes",
    "stands still",
    "sits still",
    "does not move",
    "nothing moves",
    "like a statue",
)
_CUTS = (
    "cut to",
    "cuts to",
    "then we see",
    "meanwhile",
    "another angle",
    "montage",
    "split screen",
    "back to",
    "smash cut",
)
_DARK = ("blackout", "black screen", "fade to black", "fades to black", "total darkness", "lights go out")
_FLICKER = ("flicker", "flickers", "flickering", "strobe", "strobing", "lightning")


def asks_for_it(flaw: str, fits: str, shot: Shot, bible: Bible) -> str:
    """The words of the shot's own (motion and sound) that ask for the flaw; empty where none do.

    `flaw`: the gate's word, "wardrobe:ilse"; `fits`: what the picture shows instead, where the gate can tell.
    """
    kind, _, subject = flaw.partition(":")
    said = f"{shot.motion} {shot.sound}"
    match kind:
        case "location":
            others = [fits] if fits in bible.locations else [place for place in bible.locations if place != subject]
            return _first(said, (word for place in others for word in (_spoken(place), _named(bible, place))))
        case "wardrobe" if subject in bible.characters:
            worn = next((m.wardrobe for m in shot.cast if m.character == subject), "")
            return _first(said, (_spoken(w) for w in bible.characters[subject].wardrobes if w != worn))
        case "identity":
            cast = {member.character for member in shot.cast}
            others = [fits] if fits in bible.characters else [c for c in bible.characters if c not in cast]
            return _first(said, (bible.characters[c].name for c in others))
        case "missing":
            return _first(shot.motion, _ABSENT)
        case "blocking":
            stays = all(m.end is None for m in shot.cast if m.character in subject.split("+"))
            return _first(shot.motion, _WALKS) if stays else ""
        case _:
            return _first(said, _OF_CLIPS.get(kind, ()))


def leaves_out(flaw: str, prompt: str, shot: Shot, bible: Bible) -> str:
    """The subject of the flaw that the prompt lacks: "marit's wardrobe apron"; empty where it lacks nothing."""
    kind, _, subject = flaw.partition(":")
    member = next((m for m in shot.cast if m.character == subject), None)
    if kind == "location" and subject in bible.locations:
        return "" if bible.locations[subject].words in prompt else f"the place {subject}"
    if kind == "prop" and subject in bible.props:
        return "" if bible.props[subject].words in prompt else f"the prop {subject}"
    if kind in {"identity", "missing"} and subject in bible.characters:
        return "" if bible.characters[subject].identity in prompt else f"{subject}'s face, hair and build"
    if kind == "wardrobe" and member is not None:
        words = bible.characters[subject].wardrobes[member.wardrobe].words
        return "" if words in prompt else f"{subject}'s wardrobe {member.wardrobe}"
    if kind == "blocking" and "+" in subject:
        sides = {side_words(m.start.x) for m in shot.cast if m.character in subject.split("+")}
        return f"who of {subject.replace('+', ' and ')} is left and who is right" if len(sides) == 1 else ""
    return ""


_OF_CLIPS: dict[str, tuple[str, ...]] = {"frozen": _STILL, "cut": _CUTS, "black": _DARK, "flicker": _FLICKER}


def _first(text: str, words: Iterable[str]) -> str:
    """The first of `words` that stands in `text` as whole words, whatever its case."""
    return next((word for word in words if word and re.search(rf"\b{re.escape(word)}\b", text, re.IGNORECASE)), "")


def _spoken(name: str) -> str:
    return name.replace("_", " ")


def _named(bible: Bible, place: str) -> str:
    return bible.locations[place].name.removeprefix("The ").removeprefix("the ")
