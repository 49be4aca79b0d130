"""An answer to an agent is never too long, and says what was left out of it."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from desk.agents.bounded import CHARACTERS_MAX, bounded

VALUES = st.recursive(
    st.none() | st.integers() | st.text(max_size=30), lambda v: st.lists(v) | st.dictionaries(st.text(max_size=5), v)
)


def test_what_is_short_is_whole():
    assert bounded({"rows": [1, 2], "words": "a"}) == {"rows": [1, 2], "words": "a", "cut": []}


def test_what_is_long_says_how_much_of_it_is_there():
    told = bounded({"rows": list(range(1000)), "words": "x" * 5000})
    assert told["cut"] == ["rows: the first 200 of 1000 rows", "words: the first 4000 of 5000 characters"]
    assert (len(told["rows"]), len(told["words"])) == (200, 4000)


@given(st.dictionaries(st.text(max_size=5), VALUES), st.integers(1, 3000))
def test_nothing_is_longer_than_the_bound(facts, times):
    told = bounded({**facts, "many": [{"a": "y" * 90}] * times})
    assert len(json.dumps(told, ensure_ascii=False)) <= CHARACTERS_MAX
    assert "cut" in told
