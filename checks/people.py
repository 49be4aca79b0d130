"""V101, V102, V103 and V105: is everybody there, themselves, in their clothes, on their mark?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from checks import panel_rules as rules
from checks.casting import NOBODY, Fits, Look, fits_at
from checks.colour import Floats, hue_turn
from checks.contract import Tally, Trouble
from checks.eye import Eye
from checks.masters import References
from checks.similarity import advantage
from checks.stage import WIDTH, Stage
from manifests.bible import Bible
from manifests.scene import Shot

if TYPE_CHECKING:
    from checks.frame_gate import Sight

_EMBEDDED_NOISE = 0.04
"""Cosine distance of a figure to itself through light, breathing and coding, as measured."""


@dataclass(frozen=True, slots=True)
class Person:
    """What one mark shows. Values are the rules' own; None where one has nothing to say.

    `looks_like` is the best-fitting look of all, `own` the best of the asked character. `embedded`: cosine distance of the
    figure to the asked one, None without an eye. `turn`: degrees of hue. `off_mark`: frame widths.
    """

    entity: str
    wardrobe: str
    presence: float | None
    identity: float | None
    dress: float | None
    off_mark: float | None
    turn: float | None
    embedded: float | None
    looks_like: Look
    own: Look
    rival: Look
    x: float

    @property
    def recognised(self) -> bool:
        """True when the picture shows the asked character in the asked clothes."""
        return self.looks_like == (self.entity, self.wardrobe) and (self.presence or 0) > 0


def look_at_people(
    seen: Floats, straight: Floats, stage: Stage, bible: Bible, references: References, eye: Eye | None
) -> tuple[Person, ...]:
    """Measure everybody in the cast. `straight` is `seen` with a turn of the whole frame's hues taken back."""
    people: list[Person] = []
    for slot, place in enumerate(stage.placements):
        if place.wardrobe is None:
            continue
        fits = fits_at(straight, stage, slot, bible, references)
        if fits is None:
            nobody: Look = (place.entity, place.wardrobe)
            people.append(
                Person(place.entity, place.wardrobe, None, None, None, None, None, None, nobody, nobody, nobody, place.x)
            )
        else:
            turn = hue_turn(seen, stage.picture, (stage.visible[slot] > 0.7).astype(np.float32))
            people.append(_person(fits, turn, eye))
    return tuple(people)


def judge_people(sights: Sequence[Sight], shot: Shot, tally: Tally) -> None:
    """Judge each member of the cast on their worst frame; people who swapped sides are named as such, once."""
    swapped = _swapped(sights, shot)
    for member in shot.cast:
        seen = [(p, s.frame.label) for s in sights for p in s.people if p.entity == member.character]
        seen = [(p, label) for p, label in seen if p.presence is not None]
        if not seen:
            for rule in (rules.PRESENCE, rules.IDENTITY, rules.WARDROBE, rules.BLOCKING):
                tally.judge(rule, member.character, None)
            continue
        there = _judge_presence(seen, tally)
        partner = swapped.get(member.character)
        _judge_mark(seen if there else [], member.character, partner, tally)
        same = there and partner is None and _judge_identity(seen, tally)
        if not there or partner is not None:
            tally.judge(rules.IDENTITY, member.character, None)
        _judge_dress(seen if same else [], member.character, tally)


def _person(fits: Fits, turn: float | None, eye: Eye | None) -> Person:
    entity, wardrobe = fits.asked
    own = fits.best(lambda look: look[0] == entity) or fits.asked
    other = fits.best(lambda look: look[0] != entity)
    dresses = fits.best(lambda look: look[0] == entity and look != fits.asked) or other
    best = fits.best(lambda _: True) or fits.asked
    gap = _gaps(fits, eye, {own, fits.asked} | {look for look in (other, dresses) if look})
    presence = advantage(fits.whole[best], fits.whole[NOBODY])
    identity = None if other is None else _identity(fits, own, other, gap)
    dress = None if dresses is None else _dress(fits, dresses, gap)
    return Person(
        entity, wardrobe, presence, identity, dress, float(np.hypot(*fits.shift_px)) / WIDTH, turn,
        gap["figure"].get(fits.asked), best, own, other or fits.asked, fits.place.x,
    )  # fmt: skip


def _identity(fits: Fits, own: Look, other: Look, gap: Mapping[str, Mapping[Look, float]]) -> float:
    """Head and whole figure, pixels and embedding, in equal parts; own clothes do not matter, for `own` is the best of them."""
    values = [advantage(fits.whole[own], fits.whole[other])]
    if fits.head:
        rival = min(distance for look, distance in fits.head.items() if look[0] not in {own[0], ""})
        values.append(advantage(fits.head[own], rival))
    for part in gap.values():
        if own in part and other in part:
            values.append(advantage(part[own], part[other], _EMBEDDED_NOISE))
    return float(np.mean(values))


def _dress(fits: Fits, rival: Look, gap: Mapping[str, Mapping[Look, float]]) -> float:
    """Clothes: the colours below the head, and the figure's embedding."""
    part = fits.body or fits.whole
    values = [advantage(part[fits.asked], part[rival])]
    if fits.asked in gap["figure"] and rival in gap["figure"]:
        values.append(advantage(gap["figure"][fits.asked], gap["figure"][rival], _EMBEDDED_NOISE))
    return float(np.mean(values))


def _gaps(fits: Fits, eye: Eye | None, looks: set[Look]) -> dict[str, dict[Look, float]]:
    """Cosine distances of the seen crops to those of `looks`, for the figure and the head."""
    out: dict[str, dict[Look, float]] = {"figure": {}, "head": {}}
    if eye is None:
        return out
    ordered = sorted(looks)
    crops = [fits.crop(None), *(fits.crop(look) for look in ordered)]
    heads = [] if fits.head_crop is None else [fits.head_crop(None), *(fits.head_crop(look) for look in ordered)]
    rows = eye.embed([*crops, *heads])
    for part, start in (("figure", 0), ("head", len(crops)))[: 2 if heads else 1]:
        for index, look in enumerate(ordered, start + 1):
            out[part][look] = 1 - float(rows[start] @ rows[index])
    return out


def _swapped(sights: Sequence[Sight], shot: Shot) -> dict[str, str]:
    """Who stands on whose mark: pairs that are each best explained by the other, in most of the frames."""
    votes: dict[tuple[str, str], int] = {}
    cast = {member.character for member in shot.cast}
    for sight in sights:
        shown = {p.entity: p.looks_like[0] for p in sight.people if p.presence is not None and p.presence > 0}
        for a, b in shown.items():
            if a < b and b in cast and shown.get(b) == a:
                votes[a, b] = votes.get((a, b), 0) + 1
    pairs = [pair for pair, count in votes.items() if 2 * count > len(sights)]
    return {a: b for x, y in pairs for a, b in ((x, y), (y, x))}


def _judge_presence(seen: Sequence[tuple[Person, str]], tally: Tally) -> bool:
    person, label = min(seen, key=lambda pair: pair[0].presence or 0.0)
    trouble = Trouble(
        f"missing:{person.entity}", f"{label}: nobody stands where {person.entity} should (x = {person.x:.2f})",
        f"Show the model {person.entity}'s views and the blocking guide again.", {"frame": label},
    )  # fmt: skip
    return tally.judge(rules.PRESENCE, person.entity, person.presence, trouble)


def _judge_mark(seen: Sequence[tuple[Person, str]], subject: str, partner: str | None, tally: Tally) -> None:
    if not seen:
        tally.judge(rules.BLOCKING, subject, None)
        return
    person, label = max(seen, key=lambda pair: pair[0].off_mark or 0.0)
    if partner is not None:
        a, b = sorted((subject, partner))
        message = f"{label}: {subject} and {partner} have swapped sides"
        cure = "Give the model the blocking guide, or mirror nothing and name left and right in the prompt."
        tally.judge(rules.BLOCKING, subject, 1.0, Trouble(f"blocking:{a}+{b}", message, cure, {"frame": label}))
        return
    message = f"{label}: {subject} stands {person.off_mark or 0:.2f} frame widths off the mark"
    trouble = Trouble(f"blocking:{subject}", message, "Give the model the blocking guide again.", {"frame": label})
    tally.judge(rules.BLOCKING, subject, person.off_mark, trouble)


def _judge_identity(seen: Sequence[tuple[Person, str]], tally: Tally) -> bool:
    judged = [pair for pair in seen if pair[0].identity is not None]
    if not judged:
        return tally.judge(rules.IDENTITY, seen[0][0].entity, None)
    person, label = min(judged, key=lambda pair: pair[0].identity or 0.0)
    trouble = Trouble(
        f"identity:{person.entity}", f"{label}: {person.entity} looks more like {person.rival[0]} ({person.rival[1]})",
        f"Make it anew from {person.entity}'s locked views; do not use this picture as a reference.",
        {"frame": label, "fits": person.rival[0]},
    )  # fmt: skip
    return tally.judge(rules.IDENTITY, person.entity, person.identity, trouble)


def _judge_dress(seen: Sequence[tuple[Person, str]], subject: str, tally: Tally) -> None:
    judged = [pair for pair in seen if pair[0].dress is not None]
    if not judged:
        tally.judge(rules.WARDROBE, subject, None)
        return
    person, label = min(judged, key=lambda pair: pair[0].dress or 0.0)
    shown = person.own[1] if person.own[1] != person.wardrobe else "something else"
    trouble = Trouble(
        f"wardrobe:{subject}", f"{label}: {subject} wears {shown}, the manifest says {person.wardrobe}",
        f"Show the model the views in {person.wardrobe}, or, if the picture is right, change the shot's wardrobe: {shown}",
        {"frame": label, "fits": person.own[1]},
    )  # fmt: skip
    tally.judge(rules.WARDROBE, subject, person.dress, trouble)
