"""What differs between a take and what would be asked for now, by the one word that a retake names."""

from __future__ import annotations

import pytest

from manifests.keys import hash_json
from manifests.take import Take
from production.journey.requests import coming_clip_request, panel_request
from production.journey.retaking import differences, what_changed
from wiring.opening import open_services
from wiring.settings import read_settings

SHOT = "SC010_SH0010"


@pytest.fixture
def asked(film):
    """The services of a film, and its first shot's panel and clip as they would be asked for now."""
    from wiring import opening

    opening._open_once.cache_clear()
    opened = open_services(read_settings(film))
    shot, hashes = opened.shot(SHOT), opened.hashes()
    panel = panel_request(opened.folder, hashes, shot, "draft", can=opened.can("panel", shot))
    clip = coming_clip_request(opened.folder, hashes, shot, "draft", can=opened.can("clip", shot))
    return opened, panel, clip


def take(services, request, **given):
    stage = request.operation
    settings = {
        "generation_key": hash_json([stage, "key"]),
        "recipe": hash_json(["recipe"]),
        "shot": SHOT,
        "stage": stage,
        "tier": "draft",
        "attempt": 1,
        "version": 1,
        "provider": "previz",
        "model": services.model(stage),
        "request": request,
        "changed": "first take",
        "state": "settled",
        "held_microusd": 0,
        **given,
    }
    return Take(**settings)


@pytest.mark.parametrize("operation", ["panel", "clip"])
def test_nothing_differs_where_nothing_was_edited_and_each_thing_is_named_by_itself(asked, operation):
    services, panel, clip = asked
    was = panel if operation == "panel" else clip
    staged = was.staging
    ada = staged.cast[0].model_copy(update={"start": staged.cast[0].start.model_copy(update={"x": 0.7})})
    other = was.references[-1].model_copy(update={"sha256": "e" * 64})
    edited = {
        (): {},
        ("prompt",): {"prompt": "She pours."},
        ("seed",): {"staging": staged.model_copy(update={"seed": 9})},
        ("reference",): {"references": (*was.references[:-1], other)},
        ("mode",): {"staging": staged.model_copy(update={"mode": "references"})},
        ("prompt", "reference"): {"prompt": "She pours.", "references": (*was.references[:-1], other)},
    }
    for named, changes in edited.items():
        assert differences(services, take(services, was), was.model_copy(update=changes), operation) == named
    moved = was.model_copy(update={"staging": staged.model_copy(update={"cast": (ada,)})})
    assert differences(services, take(services, was), moved, operation) == ("prompt",)
    assert differences(services, take(services, was, provider="fal", model="seedance"), was, operation) == ("provider",)


def test_what_is_new_is_a_first_take(asked):
    services, panel, _ = asked
    assert what_changed(services, panel, "a" * 64, SHOT, "panel", "draft") == "first take"
