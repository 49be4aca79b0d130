"""How a played writer answers the gate's own question: plain physical words by a small table, the same ones each time.

It is written from the question's words and schema alone, as a model would read them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from manifests.keys import canonical_json

_PHYSICAL = (
    (r"\bexplodes?\b", "breaks into pieces that fall to the floor"),
    (r"\b(?:is |stands )?frozen\b", "stands still, both hands at the sides"),
    (r"\bfreezes?\b", "stops walking and stands still"),
    (r"\bsharp(?:ly)?\b", "quick"),
    (r"\bviolent(?:ly)?\b", "fast"),
    (r"\bmelts? into\b", "sinks down onto"),
    (r"\bdevours?\b", "eats with both hands"),
    (r"\bdances?\b", "moves from side to side"),
    (r",? \b(?:hypnotic|dreamlike|magical)\b", ""),
)
"""Words that a video model takes literally, and what is meant."""

_BY_FLAW = {
    "identity": "the face stays turned to the camera",
    "wardrobe": "the clothes hang still and stay in the frame",
    "missing": "the whole figure stays in the frame",
    "location": "the walls behind stay where they are",
}
_SLOWLY = "the movement is slow and even"
_CARELESS = "Fixed camera. Slow push-in, then cut to the lamp, which EXPLODES, frozen with rage"
_MADE_UP = "the provider's policy page says that lamps are censored"


def is_writing(schema: Mapping[str, Any]) -> bool:
    """Whether the answer's schema is that of words: of a shot's, or of a list of shots."""
    fields = schema.get("properties", {})
    return "causes" in fields and bool({"motion", "shots"} & set(fields))


def answer(player: str, schema: Mapping[str, Any], texts: Sequence[str]) -> str:
    """The played writer's answer, as JSON that fits the schema.
    `careless` writes what lint refuses, and makes a source up.
    """
    data = json.loads(texts[0].rsplit("\n", 1)[-1])
    careless = player == "careless"
    told = _shots(schema, data, careless) if "shots" in schema["properties"] else _words(data, careless)
    return canonical_json(told | {"causes": _causes(data, careless)})


def _words(data: Mapping[str, Any], careless: bool) -> dict[str, Any]:  # noqa: FBT001
    if careless:
        return {"motion": _CARELESS, "lens": None, "sound": None, "why": "It is stronger."}
    flaws = [str(found.get("flaw", "")).partition(":")[0] for found in data.get("verdict", ())]
    tail = next((_BY_FLAW[flaw] for flaw in flaws if flaw in _BY_FLAW), _SLOWLY)
    motion, lens = (_physical(str(data["shot"][field])) for field in ("motion", "lens"))
    return {
        "motion": motion if tail in motion else f"{motion.rstrip('. ')}; {tail}.",
        "lens": None if lens == data["shot"]["lens"] else lens,
        "sound": None,
        "why": "The words name what moves, and how far.",
    }


def _physical(words: str) -> str:
    for literal, meant in _PHYSICAL:
        words = re.sub(literal, meant, words, flags=re.IGNORECASE)
    return words


def _shots(schema: Mapping[str, Any], data: Mapping[str, Any], careless: bool) -> dict[str, Any]:  # noqa: FBT001
    entry = schema["properties"]["shots"]["items"]["properties"]
    place = entry["location"]["enum"][0]
    who = _somebody(entry["cast"]["items"]["enum"], data, careless) if "cast" in entry else None
    subject = who.partition("/")[0].replace("_", " ") if who else "the water"
    walks = f"{subject} walks three steps to the middle of the frame and stops"
    turns = f"{subject} turns the head to the light"
    motions = [_CARELESS] if careless else [walks, turns]
    shots = []
    for size, motion in zip(("wide", "medium"), motions, strict=False):
        cast = {"cast": [who] if who else []} if "cast" in entry else {}
        words = {"lens": "35 mm", "motion": motion, "sound": "room tone"}
        shots.append({"location": place, **cast, "size": size, "move": "static", **words, "duration_s": 4})
    return {"shots": shots, "why": f"{data['scene']['title']}: first the room, then the face."}


def _somebody(looks: Sequence[str], data: Mapping[str, Any], careless: bool) -> str:  # noqa: FBT001
    """Whom the scene has shown already; the careless writer takes somebody new."""
    seen = [look for shot in data["shots_so_far"] for look in shot["cast"]]
    return next((look for look in looks if (look in seen) != careless), looks[0])


def _causes(data: Mapping[str, Any], careless: bool) -> list[dict[str, str]]:  # noqa: FBT001
    if careless:
        return [{"says": "The provider censors lamps.", "source": _MADE_UP}]
    found = data.get("verdict") or data.get("findings") or ()
    quoted = [{"says": f"Rule {each['rule']} found it.", "source": each["message"]} for each in found[:1]]
    return [*quoted, {"says": "The words may leave the movement open.", "source": ""}]
