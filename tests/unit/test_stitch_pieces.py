"""Which frames of a film are copied and which are encoded, and what a decoder is told of both."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assembly.join import FilmForm, Overlay, Segment
from assembly.probe import ClipHead
from assembly.stitch.access import Access
from assembly.stitch.parameter_sets import ParameterSets, numbers_of, read_record, together
from assembly.stitch.pieces import CopiedPiece, EncodedPiece, lay_out, starts_of

HEAD = ClipHead(1280, 720, 96, Fraction(24), "yuv420p", Fraction(1, 24000), True, True, 48000)
SETS = ParameterSets((b"\x67\x64\x00\x1f\xac\xd9",), (b"\x68\xeb",))
FORM = FilmForm((1280, 720))


def access(frames: int = 96, gop: int = 48) -> Access:
    return Access(SETS, tuple(range(frames)), tuple(range(0, frames, gop)))


def shot(number: int, frames: int = 96, **fields: object) -> Segment:
    fields = {"content": f"clip{number}", **fields}
    return Segment(f"SH{number:04d}", Path(f"{number}.mp4"), HEAD, frames, **fields)  # type: ignore[arg-type]


KNOWN = {f"clip{number}": access() for number in range(1, 9)}


def spans(segments: list[Segment], overlays: tuple[Overlay, ...] = ()) -> list[tuple[str, int, int]]:
    pieces = lay_out(segments, overlays, KNOWN)
    return [("copy" if isinstance(p, CopiedPiece) else "encode", p.start, p.frames) for p in pieces]


def test_hard_cuts_are_copied_whole() -> None:
    assert spans([shot(1), shot(2)]) == [("copy", 0, 96), ("copy", 96, 96)]


def test_of_a_dissolve_only_its_frames_and_those_up_to_the_next_key_frame_are_encoded() -> None:
    pieces = lay_out([shot(1, dissolve_out=12), shot(2)], (), KNOWN)
    assert spans([shot(1, dissolve_out=12), shot(2)]) == [("copy", 0, 84), ("encode", 84, 48), ("copy", 132, 48)]
    middle = pieces[1]
    assert isinstance(middle, EncodedPiece)
    assert [(s.first, s.frames, s.dissolve_out) for s in middle.segments] == [(84, 12, 12), (0, 48, 0)]


def test_a_trimmed_shot_is_copied_from_its_next_key_frame_on() -> None:
    assert spans([shot(1, 60, first=20)]) == [("encode", 0, 28), ("copy", 28, 32)]


def test_a_copy_ends_where_nothing_that_stays_needs_what_goes() -> None:
    stored = (0, 4, 2, 1, 3, 8, 6, 5, 7)  # a pyramid of B-frames: each fourth picture is stored before those between
    index = Access(SETS, stored, (0,))
    assert [index.end_before(frame) for frame in (9, 8, 6, 5, 4)] == [9, 5, 5, 5, 1]
    assert index.delay == 2


def test_a_graded_shot_and_a_card_are_encoded_and_each_is_a_piece_of_its_own() -> None:
    card = Segment("card", Path("card.png"), None, 24, content="card")
    assert spans([card, shot(1, grades=("g.cube",)), shot(2)]) == [
        ("encode", 0, 24),
        ("encode", 24, 96),
        ("copy", 120, 96),
    ]


def test_a_title_that_fades_over_a_cut_keeps_both_sides_in_one_piece() -> None:
    title = Overlay(Path("t.png"), 0, 0, 80, 112, fade=6)
    assert spans([shot(1), shot(2)], (title,)) == [("copy", 0, 80), ("encode", 80, 64), ("copy", 144, 48)]


def test_changing_one_dissolve_changes_the_key_of_its_piece_alone() -> None:
    def keys(frames: int) -> list[str]:
        cut = [shot(1, dissolve_out=12), shot(2), shot(3, dissolve_out=frames), shot(4)]
        return [piece.key(FORM) for piece in lay_out(cut, (), KNOWN) if isinstance(piece, EncodedPiece)]

    before, after = keys(8), keys(10)
    assert before[0] == after[0]
    assert before[1] != after[1]


def test_changing_the_dissolve_of_graded_shots_leaves_most_of_both_as_it_was() -> None:
    def pieces(frames: int) -> dict[str, int]:
        cut = [shot(1, dissolve_out=frames, grades=("a.cube",)), shot(2, grades=("a.cube",))]
        return {p.key(FORM): p.frames for p in lay_out(cut, (), {}) if isinstance(p, EncodedPiece)}

    before, after = pieces(12), pieces(18)
    assert list(before.values()) == [48, 36, 12, 36, 48]
    assert sum(frames for key, frames in after.items() if key in before) == 96


@given(
    st.lists(
        st.tuples(st.integers(30, 96), st.integers(0, 14), st.booleans(), st.integers(0, 20)), min_size=1, max_size=6
    ),
    st.integers(3, 50),
    st.lists(st.tuples(st.integers(0, 300), st.integers(1, 60), st.integers(0, 5)), max_size=3),
)
def test_the_pieces_of_any_cut_show_every_frame_once(
    shots: list[tuple[int, int, bool, int]], gop: int, titles: list[tuple[int, int, int]]
) -> None:
    segments = [
        shot(
            n,
            frames,
            dissolve_out=dissolve if n < len(shots) else 0,
            grades=("g.cube",) if graded else (),
            first=min(first, 96 - frames),
        )
        for n, (frames, dissolve, graded, first) in enumerate(shots, start=1)
    ]
    end = starts_of(segments)[-1] + segments[-1].frames
    overlays = tuple(Overlay(Path("t"), 0, 0, a, min(end, a + n), fade=f) for a, n, f in titles if a < end)
    known = {segment.content: access(96, gop) for segment in segments}

    pieces = lay_out(segments, overlays, known)

    at = 0
    for piece in pieces:
        assert piece.start == at
        at += piece.frames
        if isinstance(piece, EncodedPiece):
            assert sum(s.frames - s.dissolve_out for s in piece.segments) == piece.frames
            assert piece.segments[-1].dissolve_out == 0
        else:
            assert piece.first in piece.access.starts
            assert not any(o.start < at and o.end > piece.start for o in overlays)
    assert at == end


def test_the_record_of_two_encoders_is_read_back_as_both() -> None:
    ours = ParameterSets((b"\x67\x64\x00\x20\x4b\x36",), (b"\x68\x4a\xfb",))
    both = together([SETS, ours, SETS])
    assert read_record(both.record()) == both
    assert both.record()[1:4] == b"\x64\x00\x20", "the higher level of the two"
    assert numbers_of(SETS) == {0}
    assert numbers_of(ours) == {1}


@pytest.mark.parametrize("record", [b"", b"\x01\x64", b"\x00" * 9, b"\x01\x64\x00\x1f\xff\xe1\x00\x40\x67"])
def test_a_broken_record_is_none(record: bytes) -> None:
    assert read_record(record) is None
