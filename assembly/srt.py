"""Dialogue as subtitles, timed on the cut: a dissolve pulls everything after it forward."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from assembly import plan
from manifests.cut import Cut


@dataclass(frozen=True)
class Subtitle:
    """One line on screen from frame `start` up to, not including, frame `end` of the film."""

    start: int
    end: int
    text: str


def subtitles(cut: Cut) -> tuple[Subtitle, ...]:
    """The cut's dialogue in film frames, in order. A missing shot keeps its lines: the card stands for as long.

    A line ends where its shot ends. Raises UnfitCut.
    """
    lines = [
        Subtitle(
            start=placed.start + round(line.from_s * cut.fps),
            end=min(placed.end, placed.start + max(round(line.to_s * cut.fps), round(line.from_s * cut.fps) + 1)),
            text=" ".join(line.text.split()),
        )
        for placed in plan.lay(cut)
        for line in placed.item.dialogue
    ]
    return tuple(sorted((line for line in lines if line.start < line.end), key=lambda line: line.start))


def render(cut: Cut, into: Path) -> Path:
    """Write the cut's dialogue as a SubRip file in UTF-8. A cut without dialogue makes an empty file.
    Raises UnfitCut.
    """
    into.parent.mkdir(parents=True, exist_ok=True)
    into.write_text(blocks(subtitles(cut), cut.fps), encoding="utf-8")
    return into


def blocks(lines: Sequence[Subtitle], fps: int) -> str:
    """The lines as the text of a SubRip file."""
    written = [
        f"{number}\n{timestamp(line.start, fps)} --> {timestamp(line.end, fps)}\n{line.text}\n"
        for number, line in enumerate(lines, start=1)
    ]
    return "\n".join(written)


def timestamp(frame: int, fps: int) -> str:
    """When a frame begins, to the millisecond: 00:01:02,500."""
    milliseconds = round(frame * 1000 / fps)
    seconds, milliseconds = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d},{milliseconds:03d}"
