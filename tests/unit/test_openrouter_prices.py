"""OpenRouter's free-form prices: the most exact key that fits a call, and nothing for what nobody knows."""

from __future__ import annotations

import pytest

from rehearsal.refusal import PlayedRefusal
from rehearsal.seedance import frame_size, tokens
from rehearsal.wires.openrouter_prices import Call, price_microusd


def call(**changes):
    return Call(**{"width": 864, "height": 496, "resolution": "480p", "seconds": 4, "audio": False, **changes})


@pytest.mark.parametrize(
    ("skus", "changes", "microusd"),
    [
        ({"video_tokens": "0.000007"}, {}, 284_158),
        ({"video_tokens": "0.000007", "video_tokens_480p": "0.000001"}, {}, 40_594),
        ({"video_tokens": "0.000007", "video_tokens_1080p": "0.000001"}, {}, 284_158),
        ({"video_tokens": "0.000007", "video_tokens_without_audio": "0.000001"}, {"audio": True}, 284_158),
        ({"video_tokens": "0.000007", "video_tokens_with_video_input": "0.000001"}, {"video_input": True}, 40_594),
        ({"video_tokens": "0.000007", "video_tokens_4k_with_video_input": "0.000001"}, {"video_input": True}, 284_158),
        ({"duration_seconds_with_audio": "0.4", "duration_seconds_without_audio": "0.2"}, {"audio": True}, 1_600_000),
        (
            {"duration_seconds": "0.1", "image_to_video_duration_seconds_480p": "0.3"},
            {"frames": 1, "pictures": 1},
            1_200_000,
        ),
        ({"duration_seconds": "0.1", "image_to_video_duration_seconds_480p": "0.3"}, {}, 400_000),
        ({"cents_per_second_output": "17", "cents_per_second_output_480p": "5"}, {}, 200_000),
        ({"cents_per_second_output": "5", "cents_per_image_input": "0.2"}, {"pictures": 3}, 206_000),
        ({"cents_per_second_output": "5", "minimum_cents_per_generation": "90"}, {}, 900_000),
        ({"duration_seconds": "0.1", "duration_seconds_by_moonlight": "0"}, {}, 400_000),
    ],
)
def test_the_most_exact_price_counts(skus, changes, microusd):
    assert price_microusd(skus, call(**changes)) == microusd


@pytest.mark.parametrize("skus", [{}, {"duration_seconds_by_moonlight": "0"}, {"video_tokens_1080p": "0.1"}])
def test_what_no_key_prices_is_refused_and_never_free(skus):
    with pytest.raises(PlayedRefusal, match="no price"):
        price_microusd(skus, call())


@pytest.mark.parametrize(
    ("resolution", "seconds", "count"),
    [
        ("480p", 4, 40_594),
        ("720p", 4, 87_300),
        ("720p", 5, 108_900),
        ("720p", 8, 173_700),
        ("1080p", 5, 245_025),
        ("480p", 15, 151_078),
    ],
)
def test_tokens_are_those_that_were_really_billed(resolution, seconds, count):
    assert tokens(*frame_size("bytedance/seedance-2.0", resolution, "16:9"), seconds) == count


@pytest.mark.parametrize(
    ("model", "resolution", "aspect", "size"),
    [
        ("bytedance/seedance-2.0", "480p", "16:9", (864, 496)),
        ("bytedance/seedance-2.0", "4k", "21:9", (4398, 1886)),
        ("bytedance/seedance-2.0", "720p", "9:21", (630, 1470)),
        ("bytedance/seedance-2.0", "720p", "adaptive", (1280, 720)),
        ("bytedance/seedance-2.5", "480p", "16:9", (854, 480)),
        ("bytedance/seedance-2.5", "480p", "9:16", (480, 854)),
        ("bytedance/seedance-1-pro", "720p", "16:9", (1248, 704)),
        ("seedance-1-0-pro-250528", "1080p", "16:9", (1920, 1088)),
    ],
)
def test_each_seedance_has_frames_of_its_own(model, resolution, aspect, size):
    assert frame_size(model, resolution, aspect) == size
