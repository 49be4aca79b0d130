"""How an order is drawn: the film's own shot through previz, or, for words that nobody knows,
a move over what was sent.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from manifests.bible import Bible, Region, nearest_view
from manifests.film import Resolution
from manifests.staging import ease
from manifests.take import Reference, Request, Role
from manifests.view_shot import ViewShot
from providers.previz import encode, pictures, render, sound
from providers.previz.flaws import Flaw, FlawScript, direct
from providers.previz.light import turned
from providers.previz.passes import shifted
from providers.previz.pictures import Picture
from rehearsal import standing
from rehearsal.faults import Fault
from rehearsal.known import KnownShot, LockedPictures, Received
from rehearsal.order import Order
from rehearsal.wish import Wish

SHORT_PERCENT = 60
"""How much of the length asked for a clip of wrong duration has, where the script does not say."""

_WRONG_SIZE = 0.75
_HUE_DEGREES = 60.0
"""How far a drift of colour of strength 1 turns all hues."""

_HAND, _HAND_REACH = (0.5, 0.6), 0.12
"""Where a stranger's picture is taken to have a hand, in fractions of it, and how far around it moves,
in parts of its height.
"""

_PUSH = 0.08
"""How far the move over a stranger's picture goes in, as a part of it."""

_FLAWS: dict[str, str] = {
    "wardrobe": "wrong_wardrobe",
    "presence": "missing_character",
    "location": "wrong_location",
    "swapped": "swapped_sides",
    "colour": "drifted_hue",
}


def wish_of(order: Order, faults: Sequence[Fault]) -> Wish:
    """The order as its faults have it. Sizes stay even, as a clip's must be."""
    wish = Wish(order, (order.width, order.height), order.frames, tuple(f for f in faults if f.fault == "drift"))
    if any(fault.fault == "wrong_size" for fault in faults):
        width, height = (round(side * _WRONG_SIZE / 2) * 2 for side in wish.size)
        wish = replace(wish, size=(width, height))
    if short := next((fault for fault in faults if fault.fault == "wrong_duration"), None):
        wish = replace(wish, frames=max(1, wish.frames * (short.percent or SHORT_PERCENT) // 100))
    return wish


def shot(wish: Wish, known: KnownShot, bible: Bible, locked: LockedPictures, received: Received, path: Path) -> None:
    """Draw a shot of the film as previz does, at the size and length that were ordered; or a view of its bible."""
    if isinstance(known.shot, ViewShot):
        standing.draw(known.shot, locked, bible, wish, path, (_degrees(d) for d in wish.drifts if d.of == "colour"))
        return
    sent = _sent(wish.order, received)
    request = _request(wish, known, bible.locations[known.shot.location].weather, sent)
    flaws = FlawScript(tuple(_flaw(each, request) for each in wish.drifts if each.of in _FLAWS))
    struck = flaws.of(request, lambda: list(locked.names))
    direction = replace(direct(request, struck), frames=wish.frames)
    picture_of = _pictures(locked, bible, sent, wish)
    if wish.order.operation == "panel":
        render.panel(request, direction, picture_of, path, size=wish.size)
    else:
        render.clip(request, direction, picture_of, path, size=wish.size, silent=not wish.order.audio)


def stranger(wish: Wish, received: Received, path: Path) -> None:
    """Draw an order whose words are of no film here: a gentle move over the first picture sent,
    else a card with the words.
    """
    order = wish.order
    names = [name for name in (order.start_frame, *order.references, order.end_frame) if name]
    seen = next((found for name in names if (found := received(name))), None)
    picture = _covering(pictures.plate(seen), wish.size) if seen else _card(wish)
    degrees = sum(_degrees(each) for each in wish.drifts if each.of == "colour")
    picture = turned(picture, degrees)
    if any(each.of == "moved" for each in wish.drifts):
        picture = shifted(picture, _HAND, _HAND_REACH)
    if order.operation == "panel":
        encode.write_panel(path, picture, seed=wish.seed)
        return
    tone = sound.room_tone(wish.frames * sound.RATE_HZ // 24, wish.seed, rain=False) if order.audio else None
    encode.write_clip(path, _pushed(picture, wish), tone, size=wish.size, seed=wish.seed)


def _request(wish: Wish, known: KnownShot, weather: tuple[Region, ...], sent: dict[Role, Path]) -> Request:
    frames = tuple(Reference(role=role, name=known.shot.id, sha256="0" * 64) for role in sent)
    lines = min(wish.size)
    resolution: Resolution = "480p" if lines < 600 else "720p" if lines < 900 else "1080p"
    return Request(
        operation=wish.order.operation,
        shot=known.shot.id,
        staging=known.shot,
        prompt=known.prompt,
        references=frames,
        resolution=resolution,
        frames=wish.frames,
        aspect=known.shot.aspect,
        progress=known.progress,
        weather=weather,
        seed=wish.seed,
    )


def _flaw(drift: Fault, request: Request) -> Flaw:
    told: dict[str, Any] = {"shot": request.shot, "stage": request.operation, "flaw": _FLAWS[str(drift.of)]}
    return Flaw.model_validate(told | ({"degrees": _degrees(drift)} if drift.of == "colour" else {}))


def _degrees(drift: Fault) -> float:
    return _HUE_DEGREES * (1.0 if drift.strength is None else drift.strength)


def _sent(order: Order, received: Received) -> dict[Role, Path]:
    """The frames that came with the call and can be seen."""
    roles: tuple[tuple[Role, str | None], ...] = (("start_frame", order.start_frame), ("end_frame", order.end_frame))
    return {role: path for role, name in roles if name and (path := received(name))}


def _pictures(locked: LockedPictures, bible: Bible, sent: dict[Role, Path], wish: Wish) -> Callable[[str], Picture]:
    frames = {str(role): path for role, path in sent.items()}
    identity = next((each for each in wish.drifts if each.of == "identity"), None)

    def picture_of(name: str) -> Picture:
        if name in frames:
            return pictures.plate(frames[name])
        path = locked.file(nearest_view(name, locked.names))
        if name.startswith("locations/"):
            return pictures.plate(path)
        cutout = pictures.cutout(path)
        if identity and identity.strength != 0 and name.startswith("characters/"):
            other = locked.somebody_else(name, bible)
            return _mixed(cutout, pictures.cutout(other), identity.strength) if other else cutout
        return cutout

    return picture_of


def _mixed(own: Picture, other: Picture, strength: float | None) -> Picture:
    """A cut-out with the head of another: from the top down, as far as `strength` says;
    1 is somebody else altogether.
    """
    tall, wide = own.shape[:2]
    share = 1.0 if strength is None else strength
    scaled = cv2.resize(
        other, (max(1, round(other.shape[1] * tall / other.shape[0])), tall), interpolation=cv2.INTER_AREA
    )
    canvas = np.zeros((tall, max(wide, scaled.shape[1]), 4), np.uint8)
    theirs, ours = canvas.copy(), canvas.copy()
    left, own_left = (canvas.shape[1] - scaled.shape[1]) // 2, (canvas.shape[1] - wide) // 2
    theirs[:, left : left + scaled.shape[1]] = scaled
    ours[:, own_left : own_left + wide] = own
    edge = round(tall * share)
    return np.vstack([theirs[:edge], ours[edge:]])


def _pushed(picture: Picture, wish: Wish) -> Iterator[tuple[Picture, float]]:
    """A slow push into the picture: it begins exactly as it was sent, and moves in every frame,
    so that it is not a freeze.
    """
    width, height = wish.size
    for index in range(wish.frames):
        zoom = 1 + _PUSH * (index + ease(index / max(1, wish.frames - 1))) / wish.frames
        turn = np.array([[zoom, 0, width * (1 - zoom) / 2], [0, zoom, height * (1 - zoom) / 2]])
        moved = cv2.warpAffine(picture, turn, wish.size, flags=cv2.INTER_LINEAR) if index else picture
        yield moved, 1.0 if index else 0.0


def _covering(picture: Picture, size: tuple[int, int]) -> Picture:
    """The middle of the picture, filling the frame."""
    tall, wide = picture.shape[:2]
    scale = max(size[0] / wide, size[1] / tall)
    grown = pictures.fitted(picture, max(size[0], round(wide * scale)), max(size[1], round(tall * scale)))
    left, top = (grown.shape[1] - size[0]) // 2, (grown.shape[0] - size[1]) // 2
    return np.ascontiguousarray(grown[top : top + size[1], left : left + size[0]])


def _card(wish: Wish) -> Picture:
    """A slate with the first words of the prompt."""
    width, height = wish.size
    hue = wish.seed % 180
    colour = cv2.cvtColor(np.array([[[hue, 90, 70]]], np.uint8), cv2.COLOR_HSV2BGR)[0, 0]
    card: Picture = np.full((height, width, 3), colour, np.uint8)
    words = wish.order.prompt.encode("ascii", "replace").decode()
    scale = height / 720
    for row, line in enumerate(textwrap.wrap(f"{wish.order.provider} {wish.order.model}: {words}", 46)[:8]):
        place = (round(width * 0.08), round(height * (0.2 + 0.09 * row)))
        cv2.putText(
            card, line, place, cv2.FONT_HERSHEY_SIMPLEX, scale, (225, 225, 225), max(1, round(2 * scale)), cv2.LINE_AA
        )
    return card
