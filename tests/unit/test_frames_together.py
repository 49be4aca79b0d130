"""What several frames of one shot say of somebody, together."""

from __future__ import annotations

import pytest

from checks.scorer.axes import together
from checks.scorer.channels import similarity


def seen(distance, channel="head_map", entity="ada"):
    return similarity(entity, channel, distance, "small")


def test_a_channels_word_is_its_mean_over_the_frames_that_show_it():
    head, coat = seen(2.0), seen(0.2, "torso_colour")
    found = {item.channel: item for item in together([[head, coat], [seen(4.0)], []])}
    assert found["head_map"].distance == 3.0
    assert found["head_map"].value == pytest.approx((head.value + seen(4.0).value) / 2, abs=1e-5)
    assert found["torso_colour"] == coat


def test_nobodys_word_is_taken_for_anothers():
    both = together([[seen(1.0), seen(5.0, entity="ben")], [seen(1.0), seen(5.0, entity="ben")]])
    assert {item.entity: item.distance for item in both} == {"ada": 1.0, "ben": 5.0}


def test_one_frame_alone_says_what_it_says():
    alone = (seen(1.5), seen(0.4, "torso_colour"))
    assert together([alone]) == alone
