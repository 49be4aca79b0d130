from __future__ import annotations

from datetime import date

import pytest

from production.planning.switching import features_lost
from providers.capabilities import Capabilities

NOW = Capabilities((4.0, 6.0, 8.0), ("480p", "720p"), 3, ("start_frame", "start_end_frames"), audio=True)
ANY = Capabilities((1.0, 15.0), ("480p",), 9, ("start_frame",), any_duration=True)


def changed(can, **fields):
    return Capabilities(**{name: fields.get(name, getattr(can, name)) for name in can.__dataclass_fields__})


@pytest.mark.parametrize(
    ("then", "lost"),
    [
        ({}, ()),
        ({"durations_s": (4.0, 8.0)}, ("lengths: only 4, 8 s",)),
        ({"durations_s": (1.0, 15.0), "any_duration": True}, ()),
        ({"durations_s": (1.0, 5.0), "any_duration": True}, ("lengths: only 1 to 5 s",)),
        ({"resolutions": ("720p",)}, ("resolutions: no 480p",)),
        ({"modes": ("start_frame",)}, ("modes: no start_end_frames",)),
        ({"references_max": 1}, ("references: at most 1, now 3",)),
        ({"references_max": 5}, ()),
        ({"audio": False}, ("no audio",)),
        ({"retires_on": date(2027, 1, 1)}, ("it retires on 2027-01-01",)),
    ],
    ids=str,
)
def test_what_is_lost_is_named_and_what_is_gained_is_not(then, lost):
    assert features_lost(NOW, changed(NOW, **then)) == lost


def test_any_length_is_lost_to_a_few():
    assert features_lost(ANY, changed(ANY, any_duration=False, durations_s=(4.0, 8.0))) == ("lengths: only 4, 8 s",)


def test_stills_have_no_lengths_to_lose():
    panel = Capabilities((), ("720p",), 3, ())
    assert features_lost(panel, panel) == ()
