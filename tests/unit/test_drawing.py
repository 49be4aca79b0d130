"""Drawings of notes: whole, bounded, and absent from what is stored where there is none."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from manifests.decision import Decision, Remark
from manifests.review.drawing import MARKS_MAX, POINTS_MAX, DrawnMark

SIDE = st.floats(0, 1)
POINT = st.tuples(SIDE, SIDE)
PEN = st.lists(POINT, min_size=2, max_size=20).map(lambda points: {"kind": "pen", "points": points})
PAIR = st.tuples(st.sampled_from(["arrow", "box"]), POINT, POINT).map(lambda m: {"kind": m[0], "points": [m[1], m[2]]})


def note(**said: object) -> Decision:
    remark = Remark.model_validate(said)
    return Decision(
        kind="note",
        scope="shot:SC010_SH0010",
        who="Mia",
        made_at="2026-11-25T07:00:00Z",
        door="review room",
        remark=remark,
    )


def test_a_note_without_a_drawing_or_a_thread_is_stored_as_it_was_before_there_were_any():
    kept = json.loads(note(frame=3).stored())["remark"]
    assert set(kept) == {"take", "asset", "frame", "to_frame", "box", "proposes"}
    assert Decision.from_stored(note(frame=3).stored()) == note(frame=3)


@given(st.lists(PEN | PAIR, min_size=1, max_size=5))
def test_a_drawing_is_read_back_as_it_was_stored(marks):
    drawn = note(frame=3, drawing=marks)
    assert Decision.from_stored(drawn.stored()) == drawn


def test_an_answer_and_what_it_closes_are_read_back():
    closed = note(answers=7, resolves=True)
    assert json.loads(closed.stored())["remark"]["resolves"] is True
    assert Decision.from_stored(closed.stored()) == closed
    with pytest.raises(ValidationError, match="names it"):
        note(resolves=False)


@pytest.mark.parametrize(
    ("mark", "why"),
    [
        ({"kind": "arrow", "points": [[0, 0]]}, "2 points"),
        ({"kind": "text", "points": [[0, 0], [1, 1]], "text": "x"}, "1 point"),
        ({"kind": "text", "points": [[0, 0]]}, "a text has words"),
        ({"kind": "box", "points": [[0, 0], [1, 1]], "text": "x"}, "nothing else has"),
        ({"kind": "pen", "points": [[0, 0]]}, "at least 2"),
        ({"kind": "pen", "points": [[0, 0], [0, 1.01]]}, "less than or equal to 1"),
        ({"kind": "text", "points": [[0, 0]], "text": "a\nb"}, "pattern"),
    ],
)
def test_a_mark_that_is_not_whole_is_refused(mark, why):
    with pytest.raises(ValidationError, match=why):
        DrawnMark.model_validate(mark)


def test_a_drawing_is_bounded_in_marks_and_in_points():
    line = {"kind": "pen", "points": [[0.5, 0.5]] * 500}
    note(drawing=[line] * (POINTS_MAX // 500))
    with pytest.raises(ValidationError, match=f"at most {POINTS_MAX} points"):
        note(drawing=[line] * (POINTS_MAX // 500 + 1))
    with pytest.raises(ValidationError, match=f"at most {MARKS_MAX} items"):
        note(drawing=[{"kind": "box", "points": [[0, 0], [1, 1]]}] * (MARKS_MAX + 1))
