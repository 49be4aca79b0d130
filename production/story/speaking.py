"""Estimates how long words take to say and to play, and cuts speeches into lines that fit a subtitle."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence

from manifests.story.imported import Fields

WORDS_A_SECOND = 2.6
"""Screen dialogue runs at about 155 words a minute."""

_LINE_MAX = 110
_LEAD_S, _GAP_S = 0.4, 0.3
SHOT_MAX_S, LISTED_MAX_S = 15.0, 60.0
"""Seconds that a proposed shot has at most, and a shot that a person lists."""

_EMPHASIS = re.compile(r"(?<!\\)(\*{1,3}|_)(?=\S)(.+?)(?<=\S)\1")


def bare(text: str) -> str:
    """The words without Fountain's emphasis, notes and line breaks."""
    plain = re.sub(r"\[\[(?:(?!\[\[).)*?\]\]", " ", text, flags=re.DOTALL)
    for _ in range(3):
        plain = _EMPHASIS.sub(r"\2", plain)
    return " ".join(plain.replace("\\*", "*").replace("\\_", "_").split())


def pieces(text: str) -> Iterator[str]:
    """A speech as lines of at most 110 letters, cut after sentences, else between words."""
    line = ""
    for part in re.findall(r".+?(?:[.!?…]+[\"'”’]?(?=\s|$)|$)", bare(text)):
        for word in [part.strip()] if len(part) <= _LINE_MAX else part.split():
            if line and len(line) + 1 + len(word) > _LINE_MAX:
                yield line
                line = ""
            line = f"{line} {word[:_LINE_MAX]}".strip()
    if line:
        yield line


def seconds(text: str) -> float:
    """How long a line takes to say: at least a second."""
    return max(1.0, round(len(text.split()) / WORDS_A_SECOND, 1))


def timed(lines: Sequence[tuple[str, str]]) -> list[Fields]:
    """Lines (who, words) with times, one after the other."""
    found: list[Fields] = []
    now = _LEAD_S
    for who, words in lines:
        end = round(now + seconds(words), 1)
        found.append({"character": who, "text": words, "from_s": round(now, 1), "to_s": end})
        now = end + _GAP_S
    return found


def length_s(motion: str, lines: Sequence[tuple[str, str]]) -> float:
    """The length of a shot in half seconds: its lines, or what it takes to see the action."""
    spoken = _LEAD_S + sum(seconds(words) + _GAP_S for _, words in lines) + 0.3 if lines else 0.0
    seen = min(8.0, 2.5 + len(motion.split()) / 8)
    return min(SHOT_MAX_S, math.ceil(2 * max(spoken, seen)) / 2)


def whole_frames(length: float, fps: int) -> float:
    """The length in seconds, or the next that is whole frames at the film's rate."""
    frames = math.ceil(length * fps - 1e-6)
    return length if abs(length * fps - frames) <= 1e-6 else round(frames / fps, 9)
