"""Do the locked views of a look agree? A view in the wrong folder looks more like another look than like its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from checks.seeing.colour import lab
from checks.seeing.masters import References, Rgba
from manifests.bible import VIEWS, Bible, View, view_name

Look = tuple[str, str]
"""A character in a wardrobe."""

STRANGER = 0.1
"""How much nearer to another look than to its own a view must be. Measured on the 48 views of the example film: each is
nearer to its own look by at least 0.03 (two wardrobes of one dog) and to its own character by 0.30; each of 480 views
that were laid into another character's folder was nearer to its true owner by at least 0.30.
"""

_BINS = (6, 12, 12)
_REACH = 60.0
"""Of a and b, either way: clothes and skin lie within it."""


@dataclass(frozen=True, slots=True)
class Stranger:
    """A locked view that fits another look better. `own`, `other`:
    likeness to the best of each, 0 to 1, higher is nearer.
    """

    name: str
    own: float
    looks_like: Look
    other: float


def strangers(looks: Sequence[Look], bible: Bible, references: References) -> tuple[Stranger, ...]:
    """The views of `looks` that fit another look of the film better than their own.
    Pixels alone; about 7 CPU-ms a view that is new to the process.
    """
    colours = {
        (character.id, wardrobe): {
            view: references.of_cutout(name, _histogram)
            for view in VIEWS
            if (name := view_name(character.id, wardrobe, view)) in references
        }
        for character in bible.characters.values()
        for wardrobe in character.wardrobes
    }
    found = (_stranger(look, view, colours) for look in looks for view in colours.get(look, {}))
    return tuple(stranger for stranger in found if stranger is not None)


def _stranger(look: Look, view: View, colours: Mapping[Look, Mapping[View, NDArray[np.float32]]]) -> Stranger | None:
    seen = colours[look][view]
    own = max((_likeness(seen, other) for name, other in colours[look].items() if name != view), default=None)
    others = {
        rival: max((_likeness(seen, other) for other in views.values()), default=0.0)
        for rival, views in colours.items()
        if rival != look
    }
    nearest = max(others, key=lambda rival: others[rival], default=None)
    if own is None or nearest is None or others[nearest] < own + STRANGER:
        return None
    return Stranger(view_name(*look, view), own, nearest, others[nearest])


def _likeness(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    """Bhattacharyya's coefficient of two colour histograms, 0 to 1."""
    return float(np.sqrt(a * b).sum())


def _histogram(cutout: Rgba) -> NDArray[np.float32]:
    pixels = lab(cutout[..., :3])[cutout[..., 3] > 128]
    lowest, highest = np.array([0.0, -_REACH, -_REACH]), np.array([100.0, _REACH, _REACH])
    counts, _ = np.histogramdd(
        np.clip(pixels, lowest, highest), bins=_BINS, range=list(zip(lowest, highest, strict=True))
    )
    shares: NDArray[np.float32] = (counts / max(1.0, float(counts.sum()))).astype(np.float32)
    return shares
