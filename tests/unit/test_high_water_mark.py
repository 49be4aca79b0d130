"""The ledger's mark is read on from where it was read before, and says what a first reading says."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from governor.mark import HighWaterMark, MarkLine

LINES = st.builds(
    MarkLine, st.integers(1, 9), st.sampled_from(["a" * 32, "b" * 32]), st.just("sent"), begins=st.booleans()
)
DEEDS = st.one_of(
    st.tuples(st.just("write"), st.lists(LINES, min_size=1, max_size=3)),
    st.tuples(st.just("tear"), st.integers(1, 40)),
    st.tuples(st.just("restore"), st.integers(0, 8)),
    st.tuples(st.just("remove"), st.none()),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(DEEDS, max_size=9))
def test_whatever_happens_to_the_file_a_reader_of_before_finds_what_a_new_one_finds(deeds):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "ledger.mark")
        mark, kept = HighWaterMark(path), [b""]
        for deed, what in deeds:
            if deed == "write":
                HighWaterMark(path).write(what)
            elif deed == "tear":  # a writer dies in the middle of its line
                before = path.read_bytes() if path.exists() else b""
                HighWaterMark(path).write([MarkLine(5, "c" * 32, "settle")])
                path.write_bytes(path.read_bytes()[: len(before) + what])
            elif deed == "restore":
                path.write_bytes(kept[what % len(kept)])
            else:
                path.unlink(missing_ok=True)
            kept.append(path.read_bytes() if path.exists() else b"")
            newest = HighWaterMark(path).newest
            assert (mark.newest and mark.newest.row) == (newest and newest.row)


def test_only_what_is_new_is_read_and_a_reconciliation_begins_anew(tmp_path, monkeypatch):
    mark, read = HighWaterMark(tmp_path / "ledger.mark"), []
    mark.write([MarkLine(row, "d" * 32, "sent") for row in range(1, 41)])
    assert mark.newest is not None
    assert mark.newest.row == 40
    loads = json.loads
    monkeypatch.setattr("governor.mark.json.loads", lambda text: read.append(text) or loads(text))
    mark.write([MarkLine(41, "e" * 32, "settle")])
    assert mark.newest.row == 41
    assert len(read) == 2
    mark.write([MarkLine(3, "f" * 32, "restored", begins=True)])
    assert mark.newest.row == 3
