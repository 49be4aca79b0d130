"""V101, V102, V103 and V105: is everybody there, themselves, in their clothes, on their mark?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence, Set

import numpy as np

from checks.contract import Tally, Trouble, by_frame
from checks.gates.faces import settled_by_face
from checks.gates.sight import Person, Sight
from checks.rules import panel_rules as rules
from checks.seeing.casting import NOBODY, Fits, Look, fits_at
from checks.seeing.colour import Floats, hue_turn
from checks.seeing.eye import Eye, Picture
from checks.seeing.eye_noise import Part
from checks.seeing.masters import References, picture_name
from checks.seeing.similarity import advantage
from checks.seeing.stage import SIZES, Stage
from manifests.bible import Bible, view_name
from manifests.scene import Shot

_EMBEDDED_NOISE = 0.04
"""Part of the cosine distance (0.06 to 0.13, as measured) a figure has to itself through light,
breathing and coding, with the built-in model; distances of another are brought to its scale first.
"""

_ALONE = "the bible has nothing else to tell it from"

_FAR = 40.0
"""The greatest distance that the casting knows, in delta-E."""

_EMPTY = 0.9
"""Likeness to the empty plate from which on nobody stands on a mark. Measured on clean panels of the example film: 0.63
to 0.83 on 18 marks where somebody stands, 0.86 where somebody else does, 0.96 on an empty one.
"""


def look_at_people(
    seen: Floats, straight: Floats, stage: Stage, bible: Bible, references: References, eye: Eye | None
) -> tuple[Person, ...]:
    """Measure everybody in the cast. `straight` is `seen` with a turn of the whole frame's hues taken back."""

    def look(slot: int) -> Person:
        place = stage.placements[slot]
        locked = picture_name(place) in references
        fits = fits_at(straight, stage, slot, bible, references) if locked else None
        if fits is None:
            asked: Look = (place.entity, place.wardrobe or "")
            return Person(*asked, None, None, None, None, None, None, asked, asked, asked, place.x)
        return _person(fits, hue_turn(seen, stage.picture, (stage.visible[slot] > 0.7).astype(np.float32)), eye)

    return tuple(look(slot) for slot, place in enumerate(stage.placements) if place.wardrobe is not None)


def views_lacking(shot: Shot, references: References) -> dict[str, str]:
    """Why nobody can say who stands on a mark, by character: the view that it shows has no locked picture."""
    found: dict[str, str] = {}
    for member in shot.cast:
        for mark in (member.start, member.end or member.start):
            if view_name(member.character, member.wardrobe, mark.facing) not in references:
                view = f"the {mark.facing.replace('_', '-')} view of {member.character} in {member.wardrobe}"
                found[member.character] = f"not checked: the film lacks {view} (gate turnaround {member.character})"
    return found


def judge_people(sights: Sequence[Sight], shot: Shot, references: References, tally: Tally) -> None:
    """Judge each member of the cast on their worst frame; people who swapped sides are named as such, once. Whose face
    was recognised (V116) is there, and is who they are.
    """
    lacking = views_lacking(shot, references)
    swapped = _swapped(sights)
    strange = {s.frame.label for s in sights if _near(s.place.distances.get(shot.location, 0.0)) < _EMPTY}
    for member in shot.cast:
        seen = [(p, s.frame.label) for s in sights for p in s.people if p.entity == member.character]
        seen = [(p, label) for p, label in seen if p.presence is not None]
        if not seen:
            everything = (rules.PRESENCE, rules.IDENTITY, rules.WARDROBE, rules.BLOCKING)
            why = lacking.get(member.character, f"too little of {member.character} is in frame")
            tally.skip(everything, member.character, why)
            continue
        if (partner := swapped.get(member.character)) is not None:
            _judge_swap(member.character, partner, tally)
            continue
        known = settled_by_face(tally, member.character)
        there = _judge_presence(seen, strange, tally, known)
        _judge_mark(seen if there else [], member.character, tally)
        same = there and _judge_identity(seen, tally, known)
        if not there:
            tally.skip([rules.IDENTITY], member.character, f"nobody was found who could be {member.character}")
        _judge_dress(seen if same else [], member.character, tally)


def _person(fits: Fits, turn: float | None, eye: Eye | None) -> Person:
    entity, wardrobe = fits.asked
    own = fits.best(lambda look: look[0] == entity) or fits.asked
    other = fits.best(lambda look: look[0] != entity)
    dresses = fits.best(lambda look: look[0] == entity and look != fits.asked) or other
    best = fits.best(lambda _: True) or fits.asked
    figures = {own, fits.asked} | {look for look in (other, dresses) if look}
    gap = _gaps(fits, eye, figures, {own, other} if other else set())
    presence = advantage(fits.whole[best], fits.whole[NOBODY])
    identity = None if other is None else _identity(fits, own, other, gap)
    dress = None if dresses is None else _dress(fits, dresses, gap)
    return Person(
        entity,
        wardrobe,
        presence,
        identity,
        dress,
        float(np.hypot(*fits.shift_px)) / SIZES[fits.place.frame][0],
        turn,
        gap["figure"].get(fits.asked),
        best,
        own,
        other or fits.asked,
        fits.place.x,
        likeness=_near(fits.whole[best]),
        emptiness=_near(fits.whole[NOBODY]),
    )


def _identity(fits: Fits, own: Look, other: Look, gap: Mapping[Part, Mapping[Look, float]]) -> float:
    """Head and whole figure, pixels and embedding, in equal parts;
    own clothes do not matter, for `own` is the best of them.
    """
    values = [advantage(fits.whole[own], fits.whole[other])]
    if fits.head:
        rival = min(distance for look, distance in fits.head.items() if look[0] not in {own[0], ""})
        values.append(advantage(fits.head[own], rival))
    known = [part for part in gap.values() if own in part and other in part]
    values += [advantage(part[own], part[other], _EMBEDDED_NOISE) for part in known]
    return float(np.mean(values))


def _dress(fits: Fits, rival: Look, gap: Mapping[Part, Mapping[Look, float]]) -> float:
    """Clothes: the pixels that tell the two wardrobes apart (a hat is clothes too), and the figure's embedding."""
    values = [advantage(*fits.apart(fits.asked, rival))]
    if fits.asked in gap["figure"] and rival in gap["figure"]:
        values.append(advantage(gap["figure"][fits.asked], gap["figure"][rival], _EMBEDDED_NOISE))
    return float(np.mean(values))


def _gaps(fits: Fits, eye: Eye | None, figures: set[Look], heads: set[Look]) -> dict[Part, dict[Look, float]]:
    """Cosine distances of the seen figure and head to those of these looks, as the built-in model would have them;
    empty without an eye.
    """
    out: dict[Part, dict[Look, float]] = {"figure": {}, "head": {}}
    if eye is None:
        return out
    ordered: list[tuple[Part, Callable[[Look | None], Picture], Look]]
    ordered = [("figure", fits.crop, look) for look in sorted(figures)]
    seen: dict[Part, Picture] = {"figure": fits.crop(None)}
    if fits.head_crop is not None:
        ordered += [("head", fits.head_crop, look) for look in sorted(heads)]
        seen["head"] = fits.head_crop(None)
    rows = eye.embed([*seen.values(), *(crop(look) for _, crop, look in ordered)])
    first = {part: rows[index] for index, part in enumerate(seen)}
    for row, (part, _, look) in zip(rows[len(seen) :], ordered, strict=True):
        out[part][look] = (1 - float(first[part] @ row)) / eye.noise.of(part).scale
    return out


def _swapped(sights: Sequence[Sight]) -> dict[str, str]:
    """Who stands on whose mark, in at least half of the frames."""
    votes = Counter(pair for sight in sights for pair in sight.swapped)
    pairs = [pair for pair, count in votes.items() if 2 * count >= len(sights)]
    return {a: b for x, y in pairs for a, b in ((x, y), (y, x))}


def _judge_presence(seen: Sequence[tuple[Person, str]], strange: Set[str], tally: Tally, known: str) -> bool:
    """`strange`: the frames whose background is not the locked plate's, so that nobody can be told from it."""
    person, label = min(seen, key=lambda pair: pair[0].presence or 0.0)
    trouble = Trouble(
        f"missing:{person.entity}",
        f"{label}: {_seen_instead(person, strange=label in strange)} (x = {person.x:.2f})",
        f"Show the model {person.entity}'s views and the blocking guide again.",
        {"frame": label, "to_empty_plate": round(person.emptiness, 4), **by_frame((at, p.presence) for p, at in seen)},
        question=f"is {person.entity} there?",
        unsure=_cannot_tell(person, strange=label in strange),
    )
    return tally.judge(rules.PRESENCE, person.entity, person.presence, trouble, settled=known)


def _seen_instead(person: Person, *, strange: bool) -> str:
    """The content of a mark where the asked person was not found: nobody, somebody else, or nobody can tell."""
    if person.emptiness >= _EMPTY:
        return f"nobody stands where {person.entity} should"
    nearest = f"nearest: {person.looks_like[0]} {person.likeness:.2f}"
    if _cannot_tell(person, strange=strange):
        return f"cannot tell whether {person.entity} stands there: neither the plate nor anybody fits ({nearest})"
    return f"somebody stands there, and is not {person.entity} ({nearest})"


def _cannot_tell(person: Person, *, strange: bool) -> bool:
    """Whether something stands there, and neither the plate nor anybody else of the bible fits it better
    than the asked one.
    """
    return person.emptiness < _EMPTY and (strange or person.looks_like[0] == person.entity)


def _told_apart(person: Person) -> str:
    """The meaning of a failed identity: somebody else fits better, or nobody fits clearly enough."""
    value, rival = person.identity or 0.0, f"{person.rival[0]} in {person.rival[1]}"
    if value > 0:
        return f"cannot tell whether this is {person.entity} (the next is {rival}, only {value:.2f} behind)"
    return f"somebody stands there, and is not {person.entity} (nearest: {rival}, {-value:.2f} ahead)"


def _near(distance: float) -> float:
    """A distance of the casting, 0 to 40 delta-E, as a likeness, 1 to 0."""
    return 1 - distance / _FAR


def _judge_swap(subject: str, partner: str, tally: Tally) -> None:
    """They are there, but on each other's marks: one finding,
    and nothing to say about faces and clothes until that is fixed.
    """
    a, b = sorted((subject, partner))
    cure = "Give the model the blocking guide, and name who is left and who is right in the prompt."
    trouble = Trouble(
        f"blocking:{a}+{b}",
        f"{subject} and {partner} have swapped sides",
        cure,
        {"swapped_with": partner},
        question=f"do {a} and {b} stand as the shot puts them?",
    )
    tally.judge(rules.BLOCKING, subject, 1.0, trouble)
    tally.skip((rules.PRESENCE, rules.IDENTITY, rules.WARDROBE), subject, f"{a} and {b} have swapped sides")


def _judge_mark(seen: Sequence[tuple[Person, str]], subject: str, tally: Tally) -> None:
    if not seen:
        tally.skip([rules.BLOCKING], subject, f"nobody was found who could be {subject}")
        return
    person, label = max(seen, key=lambda pair: pair[0].off_mark or 0.0)
    message = f"{label}: {subject} stands {person.off_mark or 0:.2f} frame widths off the mark"
    cure = "Give the model the blocking guide again."
    asks = f"is {subject} on the mark?"
    trouble = Trouble(f"blocking:{subject}", message, cure, {"frame": label}, question=asks)
    tally.judge(rules.BLOCKING, subject, person.off_mark, trouble)


def _judge_identity(seen: Sequence[tuple[Person, str]], tally: Tally, known: str) -> bool:
    judged = [pair for pair in seen if pair[0].identity is not None]
    if not judged:
        return tally.judge(rules.IDENTITY, seen[0][0].entity, None, why=_ALONE)
    person, label = min(judged, key=lambda pair: pair[0].identity or 0.0)
    trouble = Trouble(
        f"identity:{person.entity}",
        f"{label}: {_told_apart(person)}",
        f"Make it again from {person.entity}'s locked views; do not use this picture as a reference.",
        {
            "frame": label,
            "fits": person.rival[0],
            "fits_in": person.rival[1],
            **by_frame((at, p.identity) for p, at in judged),
        },
        question=f"is this {person.entity}?",
        unsure=(person.identity or 0.0) > 0,
    )
    return tally.judge(rules.IDENTITY, person.entity, person.identity, trouble, settled=known)


def _judge_dress(seen: Sequence[tuple[Person, str]], subject: str, tally: Tally) -> None:
    judged = [pair for pair in seen if pair[0].dress is not None]
    if not judged:
        tally.skip([rules.WARDROBE], subject, _ALONE if seen else f"{subject} was not recognised")
        return
    person, label = min(judged, key=lambda pair: pair[0].dress or 0.0)
    shown = person.own[1] if person.own[1] != person.wardrobe else "something else"
    trouble = Trouble(
        f"wardrobe:{subject}",
        f"{label}: {subject} wears {shown}, the manifest says {person.wardrobe}",
        f"Show the model the views in {person.wardrobe}, or, if the picture is right, change the shot's "
        f"wardrobe: {shown}",
        {"frame": label, "fits": person.own[1], **by_frame((at, p.dress) for p, at in judged)},
        question=f"does {subject} wear {person.wardrobe}?",
        unsure=(person.dress or 0.0) > 0,
    )
    tally.judge(rules.WARDROBE, subject, person.dress, trouble)
