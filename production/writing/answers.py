"""Reads what a writer wrote, strictly: only fields that it may change, and no cause without a source but as a guess."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import JsonValue

from manifests.scene import Scene, Shot
from production.writing.answer_schema import FIELDS
from production.writing.commission import Commission, present
from production.writing.errors import BadWords

_QUOTE_MIN = 12
"""A source is a passage of so many characters at least: a word or two prove nothing."""

_STEP, _LAST = 10, 9_990


@dataclass(frozen=True, slots=True)
class Cause:
    """What a writer thinks is behind the trouble. `quote` and `where`: the passage that says so, and in what; both ""
    for a guess.
    """

    says: str
    quote: str = ""
    where: str = ""

    @property
    def words(self) -> str:
        """The cause with its source, or called a guess."""
        return f'{self.says} ({self.where}: "{self.quote}")' if self.where else f"guess: {self.says}"


@dataclass(frozen=True, slots=True)
class Written:
    """What a writer proposes. `changes`: values by their place in the scene's file (shots/SC010_SH0020/motion)."""

    changes: Mapping[str, JsonValue]
    why: str
    causes: tuple[Cause, ...]


def read_answer(commission: Commission, said: Mapping[str, Any], scene: Scene) -> Written:
    """The proposal in an answer that fits its question's schema. Raises BadWords."""
    why = _line(commission, "why", said["why"])
    causes = tuple(_cause(commission, each) for each in said["causes"] if str(each["says"]).strip())
    changes: Mapping[str, JsonValue]
    if commission.job == "shots":
        changes = _new_shots(commission, said["shots"], scene)
    else:
        changes = _new_words(commission, said, present(scene, commission))
    return Written(changes, why or "It gives no reason.", causes)


def bad_words(commission: Commission, cause: str) -> BadWords:
    """The error for an answer that cannot become a proposal."""
    return BadWords(f"the writer's answer about {commission.subject}", cause, commission.ask_again)


def _new_words(commission: Commission, said: Mapping[str, Any], shot: Shot) -> Mapping[str, JsonValue]:
    was = {"motion": shot.motion, "lens": shot.camera.lens, "sound": shot.sound}
    at = {"motion": "motion", "lens": "camera/lens", "sound": "sound"}
    told = {name: _line(commission, name, said[name]) for name in FIELDS if said[name] is not None}
    changed = {name: words for name, words in told.items() if words != was[name]}
    if empty := next((name for name, words in changed.items() if not words), None):
        raise bad_words(commission, f"its {empty} is empty")
    if not changed:
        raise bad_words(commission, "it changes nothing")
    return {f"shots/{shot.id}/{at[name]}": words for name, words in changed.items()}


def _new_shots(commission: Commission, shots: list[Mapping[str, Any]], scene: Scene) -> Mapping[str, JsonValue]:
    last = int(scene.shots[-1].id[-4:]) // _STEP * _STEP
    if last + _STEP * len(shots) > _LAST:
        raise bad_words(commission, "no numbers are free after the scene's last shot")
    numbered = ((f"{scene.id}_SH{last + _STEP * place:04d}", told) for place, told in enumerate(shots, 1))
    return {f"shots/{name}": _entry(commission, name, told) for name, told in numbered}


def _entry(commission: Commission, name: str, told: Mapping[str, Any]) -> dict[str, JsonValue]:
    """A shot as it would stand in the file, marked as proposed."""
    words = {field: _line(commission, f"{name} {field}", told[field]) for field in FIELDS}
    if empty := next((field for field, said in words.items() if not said), None):
        raise bad_words(commission, f"the {empty} of {name} is empty")
    pairs = [str(look).partition("/") for look in dict.fromkeys(told.get("cast", ()))]
    if len({who for who, _, _ in pairs}) < len(pairs):
        raise bad_words(commission, f"somebody stands in {name} twice")
    cast: list[JsonValue] = [{"character": who, "wardrobe": worn} for who, _, worn in pairs]
    return {
        "id": name,
        "proposed": True,
        "location": str(told["location"]),
        **({"cast": cast} if cast else {}),
        "camera": {"size": str(told["size"]), "move": str(told["move"]), "lens": words["lens"]},
        "motion": words["motion"],
        "sound": words["sound"],
        "duration_s": max(1.0, round(float(told["duration_s"]) * 2) / 2),
    }


def _cause(commission: Commission, told: Mapping[str, str]) -> Cause:
    says, quote = _line(commission, "a cause", told["says"]), told["source"].strip()
    sought = _plain(quote)
    if len(sought) < _QUOTE_MIN:
        return Cause(says)
    where = next((name for name, text in commission.sources.items() if sought in _plain(text)), "")
    return Cause(says, " ".join(quote.split()) if where else "", where)


def _line(commission: Commission, field: str, words: str) -> str:
    """The words on one line. Raises BadWords for a character that nobody can see."""
    one = " ".join(words.split())
    if not one.isprintable():
        raise bad_words(commission, f"{field} has a character in it that nobody can see")
    return one


def _plain(words: str) -> str:
    return re.sub(r"\s+", " ", words).strip().casefold()
