"""Keeps the lines of a manifest that an edit does not touch, also where its writer would lay them out anew: a sentence
that somebody wrote over two lines stays on two.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import pairwise

Cut = tuple[int, int]
"""A place between lines, in the text as it was and in the same text laid out anew."""


def keep_lines(before: str, anew: str, edited: str) -> str:
    """`edited`, with every line as it was in `before` that the edit left alone. `anew`: `before`, laid out as `edited`
    is and not edited.
    """
    if before == anew:
        return edited
    was, same, now = (text.splitlines(keepends=True) for text in (before, anew, edited))
    cuts, kept, at = list(_cuts(was, same)), list[str](), 0
    for first, last, lines in _edits(cuts, same, now):
        kept += was[at:first] + lines
        at = last
    return "".join(kept + was[at:])


def _cuts(was: list[str], same: list[str]) -> Iterator[Cut]:
    """Where both texts can be cut: around each line that they share."""
    yield 0, 0
    for kind, a1, a2, b1, b2 in SequenceMatcher(None, was, same, autojunk=False).get_opcodes():
        if kind == "equal":
            yield from zip(range(a1 + 1, a2 + 1), range(b1 + 1, b2 + 1), strict=True)
        else:
            yield from _within(was, same, (a1, a2), (b1, b2))
            yield a2, b2


def _within(was: list[str], same: list[str], ours: tuple[int, int], anew: tuple[int, int]) -> Iterator[Cut]:
    """The cuts inside a piece that was laid out anew: after each field that has the same words on both sides."""
    (at, end), (line, last) = ours, anew
    words = ["", ""]
    while at < end or line < last:
        behind = len(words[0]) <= len(words[1])
        if (behind and at == end) or (not behind and line == last):
            return
        if behind:
            words[0], at = words[0] + "".join(was[at].split()), at + 1
        else:
            words[1], line = words[1] + "".join(same[line].split()), line + 1
        if words[0] == words[1]:
            yield at, line
            words = ["", ""]


def _edits(cuts: list[Cut], same: list[str], now: list[str]) -> Iterator[tuple[int, int, list[str]]]:
    """What each edit puts in the place of which lines of the first text, widened to where the texts can be cut."""
    wide: list[tuple[Cut, Cut, int, int]] = []
    for kind, b1, b2, c1, c2 in SequenceMatcher(None, same, now, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        begins = max((cut for cut in cuts if cut[1] <= b1), key=lambda cut: (cut[1], cut[0]))
        ends = min((cut for cut in cuts if cut[1] >= b2 and cut >= begins), key=lambda cut: (cut[1], cut[0]))
        from_, to = c1 - (b1 - begins[1]), c2 + (ends[1] - b2)
        if wide and wide[-1][1] > begins:  # both are in one piece that was laid out anew
            begins, _, from_, _ = wide.pop()
        wide.append((begins, ends, from_, to))
    assert all(one[1] <= other[0] for one, other in pairwise(wide))
    for begins, ends, from_, to in wide:
        yield begins[0], ends[0], now[from_:to]
