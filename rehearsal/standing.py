"""How a view of the bible is drawn: the front, narrowed and leaning, so that no two views are alike;
whole and alone on grey.

It is a stand-in, at the size that was ordered: nobody here can draw the back of somebody of whom only the front is
known. It leans because a front that is merely squeezed or mirrored is not another view (R112), and a provider that
sends one is refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from manifests.bible import Bible, View, view_name
from manifests.view_shot import ViewShot
from providers.previz import encode, pictures
from providers.previz.light import turned
from providers.previz.pictures import Picture
from rehearsal.known import LockedPictures
from rehearsal.wish import Wish

_GREY = 128
_TALL = 0.88
"""The figure's height, as a part of the frame's."""

_NARROWED: dict[View, float] = {"front": 1.0, "three_quarter": 0.85, "side": 0.62, "back": 1.0}
_LEANS: dict[View, float] = {"front": 0.0, "three_quarter": 0.1, "side": 0.3, "back": -0.3}
"""By how much of its height the head stands beside the feet. The 12 fronts of the example film, so drawn, are 15
delta-E and more from one another and from the front; R112 wants 5.5.
"""


def draw(
    one: ViewShot, locked: LockedPictures, bible: Bible, wish: Wish, path: Path, degrees: Iterable[float] = ()
) -> None:
    """Write the view. Of the drifts that an order may have, these show:
    identity, colour (`degrees`), presence, and location.
    """
    drifts, size = {drift.of for drift in wish.drifts}, wish.size
    place = next((name for name in locked.names if name.startswith("locations/")), None)
    if "location" in drifts and place:
        frame = pictures.fitted(pictures.plate(locked.file(place)), *size).copy()
    else:
        frame = np.full((size[1], size[0], 3), _GREY, np.uint8)
    if "presence" not in drifts:
        _stand(frame, _figure(one, locked, bible, somebody_else="identity" in drifts))
    encode.write_panel(path, turned(frame, sum(degrees)), seed=wish.seed)


def _figure(one: ViewShot, locked: LockedPictures, bible: Bible, *, somebody_else: bool) -> Picture:
    front = view_name(one.member.character, one.member.wardrobe, "front")
    other = locked.somebody_else(front, bible) if somebody_else else None
    figure = pictures.cutout(other or locked.file(front))
    if one.view == "back":
        figure = np.ascontiguousarray(figure[:, ::-1])
    narrowed = pictures.fitted(figure, max(1, round(figure.shape[1] * _NARROWED[one.view])), figure.shape[0])
    return _leaning(narrowed, _LEANS[one.view])


def _leaning(figure: Picture, share: float) -> Picture:
    """The figure with its head moved aside by `share` of its height: to the right, below 0 to the left."""
    tall, wide = figure.shape[:2]
    aside = round(abs(share) * tall)
    out = np.zeros((tall, wide + aside, figure.shape[2]), figure.dtype)
    for row in range(tall):
        moved = round(aside * (1 - row / tall))
        at = moved if share >= 0 else aside - moved
        out[row, at : at + wide] = figure[row]
    return out


def _stand(frame: Picture, figure: Picture) -> None:
    """In the middle of the frame, as large as leaves room around it."""
    tall, wide = frame.shape[:2]
    scale = min(_TALL * tall / figure.shape[0], _TALL * wide / figure.shape[1])
    fitted = pictures.fitted(figure, max(1, round(figure.shape[1] * scale)), max(1, round(figure.shape[0] * scale)))
    top, left = (tall - fitted.shape[0]) // 2, (wide - fitted.shape[1]) // 2
    under = frame[top : top + fitted.shape[0], left : left + fitted.shape[1]]
    cover = fitted[..., 3:].astype(np.float32) / 255
    under[:] = np.clip(fitted[..., :3] + under * (1 - cover), 0, 255).astype(np.uint8)
