"""An edit is asked about before it is paid for: one part, one change, and both can be seen."""

from __future__ import annotations

import pytest

from checks.prompts.edits import trouble_with


@pytest.mark.parametrize(
    ("only", "say"),
    [
        ("Ilse's left hand", "open, palm down"),
        ("red suitcase", "closed, its lid shut"),
        ("the three-quarter view", "make the collar red"),
        ("the window", "dark, with rain running down the glass and a candle behind it"),
        ("the cup", "put it on the saucer"),
        ("the kettle", "without the steam that hides the shelf"),
    ],
)
def test_one_part_and_one_change_pass(only, say):
    assert trouble_with(only, say) is None


@pytest.mark.parametrize(
    ("only", "say", "why"),
    [
        ("the jacket", "change the colour to red and remove the lamp", "asks for 2 things (change and remove)"),
        ("the room", "brighten the window, then add a cat", "asks for 2 things (brighten and add)"),
        ("the room", "remove the cup. Put a plate there", "asks for 2 things"),
        ("the candies", "smaller AND keep the colour AND the shadows", "lists what to keep beside the change"),
        ("the candies", "shrink them, preserving the wrappers", "lists what to keep beside the change"),
        ("the hand and the sleeve", "darker", "joins two parts"),
        ("the picture", "warmer light", "names nothing that can be seen"),
        ("him", "smiling", "names nothing that can be seen"),
        ("the light", "make it look better", "says no change that can be seen"),
        ("the face", "more realistic", "says no change that can be seen"),
        ("the man", "transform into a Viking", "makes people into somebody else"),
        ("the hand", " ", "does not say what is to change"),
        ("", "open", "does not say what is to change"),
    ],
)
def test_an_edit_that_asks_for_more_or_for_nothing_is_refused_with_what_to_write(only, say, why):
    found = trouble_with(only, say)
    assert found is not None
    assert why in found[0]
    assert found[1]
