"""The few scores that a person looks at first, each by a word: on the contact sheet, and in the dailies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from manifests.finding import Score

IDENTITY, FACE = "V102", "V116"
SHOWN = {IDENTITY: "identity", FACE: "face", "V103": "wardrobe", "V104": "location", "V105": "blocking"}
LOWER_IS_BETTER = frozenset({FACE, "V105"})
"""Those shown that are better when lower."""


def worst(scores: Iterable[Score]) -> Iterator[tuple[str, str, Score | None]]:
    """Code, word, and the score nearest to its threshold or farthest beyond it; None where the rule had nothing to
    judge. The face is left out there: without the extra `faces`, and in drawn films, it never has.
    """
    told = [s for s in scores if s.applies and s.value is not None]
    for code, word in SHOWN.items():
        found = min((s for s in told if s.rule == code), key=_ease, default=None)
        if code != FACE or found is not None:
            yield code, word, found


def face_beside_identity(scores: Iterable[Score]) -> Iterator[Score]:
    """All of them, in their order, but each face behind the identity of the same character."""
    given = tuple(scores)
    judged = {score.subject for score in given if score.rule == IDENTITY}
    for score in given:
        if score.rule == FACE and score.subject in judged:
            continue
        yield score
        if score.rule == IDENTITY:
            yield from (each for each in given if (each.rule, each.subject) == (FACE, score.subject))


def _ease(score: Score) -> float:
    """How far a score lies on the good side of its threshold."""
    off = (score.value or 0.0) - score.threshold
    return -off if score.rule in LOWER_IS_BETTER else off
