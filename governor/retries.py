"""When another take would make no progress."""

from __future__ import annotations

from collections.abc import Sequence

from manifests.film import Limits
from manifests.finding import Score, Verdict

SAME_SCORE = 0.02
"""Two takes whose closeness differs by less are taken to score alike:
the noise of one gate over two seeds, on previz.
"""


def why_stuck(failed: Sequence[Verdict], limits: Limits) -> str:
    """Why another take would make no progress after these, oldest first, in words; empty while it may help."""
    return why_no_progress([verdict.flaws for verdict in failed], [closeness(verdict) for verdict in failed], limits)


def why_no_progress(failed: Sequence[frozenset[str]], scores: Sequence[float], limits: Limits) -> str:
    """Why another take of a stage would make no progress, in words; empty while it may help.

    `failed` and `scores`: the flaws and the closeness of each failed take, oldest first.
    """
    if again := same_flaw(failed, limits.same_flaw):
        return f"the same flaw {limits.same_flaw} times ({', '.join(sorted(again))})"
    if oscillates(scores):
        return f"its scores go to and fro ({', '.join(f'{score:.2f}' for score in scores[-4:])})"
    if no_progress(scores, limits.no_progress, limits.progress_margin):
        return f"its last {limits.no_progress} takes brought it no nearer (best {max(scores):.2f} of 1)"
    return ""


def same_flaw(failed: Sequence[frozenset[str]], limit: int) -> frozenset[str]:
    """The flaws that all of the last `limit` failed takes share; empty while a re-roll may still help.

    `failed`: the flaws of each failed take, oldest first. `limit` is the film's `same_flaw`, 1 or more.
    """
    if len(failed) < limit:
        return frozenset()
    return frozenset.intersection(*failed[-limit:])


def no_progress(scores: Sequence[float], limit: int, margin: float) -> bool:
    """Whether the last `limit` takes brought the best score no more than `margin` further. Higher scores are better.

    `scores`: the closeness of each failed take, oldest first. `limit` is the film's `no_progress`, 1 or more.
    """
    if len(scores) <= limit:
        return False
    return max(scores[-limit:]) < max(scores[:-limit]) + margin


def oscillates(scores: Sequence[float], same: float = SAME_SCORE) -> bool:
    """Whether the last four takes score A, B, A, B: each change undoes the one before."""
    if len(scores) < 4:
        return False
    a, b, again_a, again_b = scores[-4:]
    return abs(a - again_a) < same and abs(b - again_b) < same and abs(a - b) >= same


def closeness(verdict: Verdict) -> float:
    """How near a take came to passing, by its worst axis: 1 passes, 0 is as far off as can be. Higher is better."""
    return min((_nearness(score) for score in verdict.scores if score.applies), default=1.0 if verdict.passed else 0.0)


def _nearness(score: Score) -> float:
    """A failed value in parts of its threshold, whichever way the rule looks;
    both may lie below 0, as deviations do.
    """
    if score.passed:
        return 1.0
    if score.value is None or score.value * score.threshold <= 0:
        return 0.0
    return min(score.value / score.threshold, score.threshold / score.value)
