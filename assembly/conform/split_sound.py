"""J and L cuts of an edit: where the sound of two clips changes earlier or later than their pictures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

Laid = tuple[str, int, int]
"""An item of a track: its file's name, empty for what has none; its first frame, and the frame after its last."""


def sound_ends(pictures: Sequence[Laid], sounds: Sequence[Sequence[Laid]]) -> dict[int, int]:
    """By the frame of each cut between two files, how many frames later their sound changes. A cut is left out where no
    track has both files one after the other.
    """
    joints: dict[tuple[str, str], list[tuple[int, int, int]]] = defaultdict(list)
    for track in sounds:
        for (before, start, at), (after, begins, end) in pairwise(track):
            if before and after and at == begins:
                joints[before, after].append((start, at, end))
    found: dict[int, int] = {}
    for (before, _, at), (after, begins, _) in pairwise(pictures):
        near = [joint for start, joint, end in joints.get((before, after), ()) if start < at < end]
        if before != after and at == begins and near:
            found[at] = min(near, key=lambda joint: abs(joint - at)) - at
    return found
