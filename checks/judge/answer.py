"""Reads a judge's answer into typed values, and refuses one that contradicts itself or fails its control.

A refused answer is not a verdict: nothing of it counts, not even the parts that make sense.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from checks.errors import NoAnswer
from checks.judge.question import Claim, Control, QuestionSheet
from checks.judge.words import NONE
from manifests.bible import Region
from manifests.privacy import NOT_KEPT

THERE = 0.5
"""From this presence on somebody is there. The middle of the scale; nothing finer is read into it."""

_OFF_SIDES = 0.1
"""Two whose boxes lie closer than this, in frame widths, stand side by side as far as left and right go."""

_EDGE = 0.01
"""How far a box may pass the edge of its picture by rounding to two digits."""

_CURE = "Nothing is guessed from it: it is asked once more, then a person looks."


@dataclass(frozen=True, slots=True)
class Axis:
    """One score, 0 to 1 (higher is better); None where it does not apply,
    and then there is neither evidence nor box.
    """

    score: float | None
    evidence: str
    box: Region | None


@dataclass(frozen=True, slots=True)
class CharacterAnswer:
    """The answer about one character. `presence`: 0 to 1."""

    presence: float
    identity: Axis
    wardrobe: Axis

    @property
    def there(self) -> bool:
        """Whether he or she is in the picture at all."""
        return self.presence >= THERE


@dataclass(frozen=True, slots=True)
class LocationAnswer:
    """The answer about the place. `scores`: by plate, empty where it does not apply; `best`: a plate, or "none"."""

    best: str
    scores: Mapping[str, float]
    evidence: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer about one picture."""

    claim: Claim
    people: int
    characters: Mapping[str, CharacterAnswer]
    location: LocationAnswer
    blocking: Axis
    continuity: Axis
    artefacts: Axis


def read_answer(sheet: QuestionSheet, said: Mapping[str, Any]) -> tuple[Answer, ...]:
    """One answer for each of the sheet's claims, in their order. `said` fits the question's schema.

    Raises NoAnswer for one that contradicts itself anywhere, the control's part too, or that fails its control.
    """
    pictures = cast("Mapping[str, Any]", said["pictures"])
    if sheet.control is not None:
        _held_to(sheet.control, pictures[sheet.control.label])
    return tuple(_answer(sheet, claim, pictures[claim.label]) for claim in sheet.claims)


def without_evidence(said: Any) -> Any:
    """The same answer with no sentence in it, as it is kept of a private shot."""
    if isinstance(said, list):
        return [without_evidence(each) for each in said]
    if isinstance(said, dict):
        kept = {name: without_evidence(each) for name, each in said.items()}
        return kept | ({"evidence": NOT_KEPT} if kept.get("evidence") else {})
    return said


def _answer(sheet: QuestionSheet, claim: Claim, said: Mapping[str, Any]) -> Answer:
    label = claim.label
    people = {who: _seen(f"{label} {who}", said["characters"][who]) for who, _ in claim.cast}
    there = sum(each.there for each in people.values())
    if said["people"] < there:
        raise _refused(label, f"it counts {said['people']}, and sees {there} of those that are asked for")
    continuity = _axis(f"{label} continuity", said["continuity"])
    if continuity.score is not None and not sheet.neighbour:
        raise _refused(label, "it compares with a shot before that it was not shown")
    answer = Answer(
        claim,
        int(said["people"]),
        people,
        _setting(label, said["location"]),
        _axis(f"{label} blocking", said["blocking"]),
        continuity,
        _axis(f"{label} artefacts", said["artefacts"]),
    )
    _sides(answer)
    return answer


def _seen(thing: str, said: Mapping[str, Any]) -> CharacterAnswer:
    seen = CharacterAnswer(
        float(said["presence"]),
        _axis(f"{thing} identity", said["identity"]),
        _axis(f"{thing} wardrobe", said["wardrobe"]),
    )
    if not seen.there and (seen.identity.score is not None or seen.wardrobe.score is not None):
        raise _refused(thing, f"presence is {seen.presence:.2f}, and face or clothes are scored all the same")
    return seen


def _axis(thing: str, said: Mapping[str, Any]) -> Axis:
    score, box = said["score"], said["box"]
    if not said["applies"]:
        if score is not None or box is not None:
            raise _refused(thing, "it does not apply, and is scored all the same")
        return Axis(None, "", None)
    if score is None:
        raise _refused(thing, "it applies, and has no score")
    if not said["evidence"].strip():
        raise _refused(thing, "it is scored without a word of evidence")
    return Axis(float(score), said["evidence"].strip(), _box(thing, box))


def _box(thing: str, box: Mapping[str, float] | None) -> Region:
    if box is None or box["w"] <= 0 or box["h"] <= 0:
        raise _refused(thing, "it points at no part of the picture")
    if box["x"] + box["w"] > 1 + _EDGE or box["y"] + box["h"] > 1 + _EDGE:
        raise _refused(thing, "it points outside of the picture")
    x, y = min(box["x"], 0.999), min(box["y"], 0.999)
    return Region(x=x, y=y, w=min(box["w"], 1 - x), h=min(box["h"], 1 - y))


def _setting(label: str, said: Mapping[str, Any]) -> LocationAnswer:
    scores, best = dict(said["scores"]), said["best"]
    if not said["applies"]:
        if best != NONE or any(scores.values()):
            raise _refused(f"{label} location", "it does not apply, and a plate is scored all the same")
        return LocationAnswer(NONE, {}, "")
    if not said["evidence"].strip():
        raise _refused(f"{label} location", "it is scored without a word of evidence")
    highest = max(scores.values(), default=0.0)
    if best == NONE and highest >= THERE:
        raise _refused(f"{label} location", f"no plate is the best, and one has {highest:.2f}")
    if best != NONE and scores[best] < highest:
        raise _refused(
            f"{label} location", f"{best} is the best with {scores[best]:.2f}, and another has {highest:.2f}"
        )
    return LocationAnswer(best, scores, said["evidence"].strip())


def _sides(answer: Answer) -> None:
    """Left and right by its own boxes, against the score it gives them."""
    if answer.blocking.score is None or answer.blocking.score < THERE:
        return
    middles = [
        (who, seen.identity.box.x + seen.identity.box.w / 2)
        for who, _ in answer.claim.cast
        if (seen := answer.characters[who]).there and seen.identity.box is not None
    ]
    asked = dict(zip((who for who, _ in answer.claim.cast), answer.claim.x, strict=True))
    for place, (left, at) in enumerate(middles):
        for right, other in middles[place + 1 :]:
            if at > other + _OFF_SIDES and asked[right] > asked[left] + _OFF_SIDES:
                words = f"blocking is {answer.blocking.score:.2f}, and by its own boxes {left} stands right of {right}"
                raise _refused(answer.claim.label, words)


def _held_to(control: Control, said: Mapping[str, Any]) -> None:
    """The control's answer is known. Raises NoAnswer where the judge says anything else."""
    seen = said["characters"][control.who]
    identity = seen["identity"]["score"] if seen["identity"]["applies"] else None
    if control.kind == "somebody else":
        if seen["presence"] >= THERE and (identity is None or identity >= THERE):
            raise _failed(control, f"it takes somebody else's locked picture for {control.who}")
        return
    if seen["presence"] >= THERE or said["people"]:
        raise _failed(control, f"it sees {control.who} in the empty plate of {control.plate}")
    if said["location"]["best"] != control.plate:
        raise _failed(control, f"it takes the plate of {control.plate} for {said['location']['best']}")


def _failed(control: Control, words: str) -> NoAnswer:
    return NoAnswer(f"the judge's answer about its control {control.label}", words, _CURE)


def _refused(thing: str, words: str) -> NoAnswer:
    return NoAnswer(f"the judge's answer about {thing}", f"it contradicts itself: {words}", _CURE)
