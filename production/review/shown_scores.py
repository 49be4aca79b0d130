"""The few scores that a person looks at first, each by a word: on the contact sheet, and in the dailies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from manifests.finding import Score

SHOWN = {"V102": "identity", "V103": "wardrobe", "V104": "location", "V105": "blocking"}
LOWER_IS_BETTER = "V105"
"""The one shown that is better when lower."""


def worst(scores: Iterable[Score]) -> Iterator[tuple[str, str, Score | None]]:
    """Code, word, and the score nearest to its threshold or farthest beyond it;
    None where the rule had nothing to judge.
    """
    told = [s for s in scores if s.applies and s.value is not None]
    for code, word in SHOWN.items():
        yield code, word, min((s for s in told if s.rule == code), key=_ease, default=None)


def _ease(score: Score) -> float:
    """How far a score lies on the good side of its threshold."""
    off = (score.value or 0.0) - score.threshold
    return -off if score.rule == LOWER_IS_BETTER else off
