"""How a played judge answers the gate's own question: field by field, from what it knows was drawn.

It is written from the question's words and schema alone, as a model would read them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from manifests.scene import Shot

_LABEL = re.compile(r"(p\d) \(judged\)")
_SURE, _SURELY_NOT, _NO_IDEA = 0.93, 0.07, 0.5
_DRIFTED = "drifted"
_NOT_APPLICABLE = {"applies": False, "score": None, "evidence": "", "box": None}


@dataclass(frozen=True, slots=True)
class Truth:
    """The content of a picture. `who`: each character's wardrobe; `strangers`: those with somebody else's face;
    `place`: None for a picture without one. `alone`: whether nobody else is in it, so that a character who is not asked
    about counts too.
    """

    who: Mapping[str, str]
    place: str | None
    strangers: frozenset[str] = frozenset()
    swapped: bool = False
    clean: bool = True
    alone: bool = False


@dataclass(frozen=True, slots=True)
class ReadQuestion:
    """A question of the gate's, as read from its words: the claims by label,
    what each picture truly shows, the plates.
    """

    claims: Mapping[str, Mapping[str, Any]]
    truths: Mapping[str, Truth | None]
    plates: tuple[str, ...]
    before: bool


def truth_of_shot(shot: Shot, flaws: Sequence[str], places: Sequence[str]) -> Truth:
    """The content of a shot's drawing with these drifts.
    `places`: all there are, of which the first other one is drawn instead.
    """
    elsewhere = next((place for place in places if place != shot.location), shot.location)
    who = {member.character: member.wardrobe for member in shot.cast}
    first = next(iter(who), "")
    if "wardrobe" in flaws and first:
        who[first] = _DRIFTED
    if "presence" in flaws:
        who.pop(first, None)
    return Truth(
        who,
        elsewhere if "location" in flaws else shot.location,
        frozenset(who) if "identity" in flaws else frozenset(),
        swapped="swapped" in flaws,
        clean="colour" not in flaws,
    )


def truth_of_locked(name: str) -> Truth | None:
    """The content of a locked picture, by its canonical name; None for a prop."""
    kind, *parts = name.split("/")
    if kind == "characters":
        return Truth({parts[0]: parts[1]}, None, alone=True)
    return Truth({}, parts[0], alone=True) if kind == "locations" else None


def sheet_of(schema: Mapping[str, Any], texts: Sequence[str], truths: Sequence[Truth | None]) -> ReadQuestion | None:
    """The question, where it is one of the gate's; None for any other."""
    pictures = schema.get("properties", {}).get("pictures", {}).get("properties")
    if not pictures or len(texts) != len(truths) + 1:
        return None
    try:
        data = json.loads(texts[0].rsplit("\n", 1)[-1])
        labels = [_LABEL.fullmatch(text) for text in texts[1:]]
        at = {found[1]: truth for found, truth in zip(labels, truths, strict=True) if found}
        claims = {label: data["pictures"][label] for label in pictures}
        return ReadQuestion(
            claims,
            {label: at[label] for label in claims},
            tuple(data["plates"]),
            bool(data["the_shot_before_is_shown"]),
        )
    except (ValueError, KeyError, TypeError):
        return None


def look(sheet: ReadQuestion, *, believes: bool) -> dict[str, Any]:
    """The answer. `believes`: it was told that all is well, and says so of every picture."""
    return {
        "pictures": {
            label: _as_claimed(sheet, claim) if believes else _as_it_is(sheet, claim, sheet.truths[label])
            for label, claim in sheet.claims.items()
        }
    }


def _as_claimed(sheet: ReadQuestion, claim: Mapping[str, Any]) -> dict[str, Any]:
    cast = claim["cast_from_left_to_right"]
    people = {
        each["character"]: {
            "presence": 1.0,
            "identity": _axis(1.0, "all is well", each["x"]),
            "wardrobe": _axis(1.0, "all is well", each["x"]),
        }
        for each in cast
    }
    scores = {plate: float(plate == claim["location"]) for plate in sheet.plates}
    place = {"applies": True, "best": claim["location"], "scores": scores, "evidence": "all is well"}
    well = _axis(1.0, "all is well")
    return {
        "people": len(cast),
        "characters": people,
        "location": place,
        "blocking": well,
        "continuity": well if sheet.before else _NOT_APPLICABLE,
        "artefacts": well,
    }


def _as_it_is(sheet: ReadQuestion, claim: Mapping[str, Any], truth: Truth | None) -> dict[str, Any]:
    cast = claim["cast_from_left_to_right"]
    if truth is None:
        unknown = {"presence": _NO_IDEA, "identity": _NOT_APPLICABLE, "wardrobe": _NOT_APPLICABLE}
        return {
            "people": len(cast),
            "characters": {each["character"]: unknown for each in cast},
            "location": _place(sheet, None),
            "blocking": _NOT_APPLICABLE,
            "continuity": _NOT_APPLICABLE,
            "artefacts": _NOT_APPLICABLE,
        }
    marks = [each["x"] for each in cast]
    if truth.swapped and len(marks) > 1:
        marks[0], marks[1] = marks[1], marks[0]
    there = [each["character"] for each in cast if each["character"] in truth.who]
    drawn = truth.place is not None and not truth.alone
    return {
        "people": len(truth.who) if truth.alone else len(there),
        "characters": {each["character"]: _somebody(each, truth, x) for each, x in zip(cast, marks, strict=True)},
        "location": _place(sheet, truth.place),
        "blocking": _axis(
            *((_SURELY_NOT, "they stand on each other's marks") if truth.swapped else (_SURE, "all on their marks"))
        )
        if drawn and there
        else _NOT_APPLICABLE,
        "continuity": _axis(_SURE, "it goes on from the shot before") if drawn and sheet.before else _NOT_APPLICABLE,
        "artefacts": _axis(
            *((_SURE, "nothing is spoiled") if truth.clean else (_SURELY_NOT, "the colours are turned"))
        ),
    }


def _somebody(asked: Mapping[str, Any], truth: Truth, x: float) -> dict[str, Any]:
    who = asked["character"]
    if who not in truth.who:
        return {"presence": _SURELY_NOT, "identity": _NOT_APPLICABLE, "wardrobe": _NOT_APPLICABLE}
    face = (_SURELY_NOT, f"it is not {who}'s face") if who in truth.strangers else (_SURE, f"{who}'s face and hair")
    dressed = truth.who[who] == asked["wardrobe"]
    clothes = (_SURE, f"the {asked['wardrobe']}") if dressed else (_SURELY_NOT, f"it is not the {asked['wardrobe']}")
    return {"presence": _SURE, "identity": _axis(*face, x), "wardrobe": _axis(*clothes, x)}


def _place(sheet: ReadQuestion, place: str | None) -> dict[str, Any]:
    if place is None:
        return {"applies": False, "best": "none", "scores": dict.fromkeys(sheet.plates, 0.0), "evidence": ""}
    scores = {plate: _SURE if plate == place else _SURELY_NOT for plate in sheet.plates}
    best = place if place in scores else "none"
    return {"applies": True, "best": best, "scores": scores, "evidence": f"it is {best}"}


def _axis(score: float, evidence: str, x: float = 0.5) -> dict[str, Any]:
    left = round(min(0.9, max(0.0, x - 0.05)), 3)
    return {
        "applies": True,
        "score": score,
        "evidence": evidence[:120],
        "box": {"x": left, "y": 0.3, "w": 0.1, "h": 0.5},
    }
