"""Where each shot of a cut lies in the film, to the frame. All sums about dissolves are done here and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass

from assembly.errors import UnfitCut
from manifests.cut import Cut, CutItem

BATCH_ITEMS_MAX = 16
"""Shots one ffmpeg run opens at most (more only where dissolves hold them together): each decoder holds some 20 MB."""


@dataclass(frozen=True)
class Placed:
    """One shot in the film.

    `start` is its first frame in the film, counted from 0. `dissolve_in` and `dissolve_out` are the frames it shares
    with the shot before and after it; 0 at a cut.
    """

    item: CutItem
    start: int
    dissolve_in: int
    dissolve_out: int

    @property
    def end(self) -> int:
        """The frame after its last."""
        return self.start + self.item.frames


def lay(cut: Cut) -> tuple[Placed, ...]:
    """Place every shot of `cut` in story order. A dissolve overlaps the next shot;
    the last shot's has none and is a cut.

    Raises UnfitCut where a shot is too short for its dissolves: both must fit in it without sharing a frame.
    """
    overlaps = [_overlap_frames(item, cut.fps) for item in cut.items[:-1]] + [0]
    placed: list[Placed] = []
    start = 0
    for index, item in enumerate(cut.items):
        before, after = (overlaps[index - 1] if index else 0), overlaps[index]
        if before + after >= item.frames and before + after > 0:
            raise UnfitCut(
                item.shot,
                f"its {item.frames} frames are too few for dissolves of {before} frames in and {after} out",
                "Shorten the dissolve's seconds in the scene, make the shot longer, or write kind: cut",
            )
        placed.append(Placed(item, start, before, after))
        start += item.frames - after
    return tuple(placed)


def total_frames(placed: tuple[Placed, ...]) -> int:
    """The length of the film in frames: the sum of its shots, less what their dissolves share."""
    return placed[-1].end


def batches(placed: tuple[Placed, ...]) -> tuple[tuple[Placed, ...], ...]:
    """Split the film at hard cuts into runs of about BATCH_ITEMS_MAX shots,
    so that a long film opens few files at once.
    """
    runs: list[list[Placed]] = []
    for shot in placed:
        if runs and (shot.dissolve_in or len(runs[-1]) < BATCH_ITEMS_MAX):
            runs[-1].append(shot)
        else:
            runs.append([shot])
    return tuple(tuple(run) for run in runs)


def _overlap_frames(item: CutItem, fps: int) -> int:
    return max(1, round(item.transition.seconds * fps)) if item.transition.kind == "dissolve" else 0
