from __future__ import annotations

import pytest
from pydantic import ValidationError

from manifests.film import Film, Tiers
from manifests.names import scene_of_shot
from manifests.scene import Scene

BUDGET = {"film_usd": "9.00", "scene_usd": "3.00", "run_usd": "3.00", "shot_usd": "1.00"}


def _scene(*shots) -> Scene:
    return Scene(id="SC010", title="Tea", intent="She waits.", shots=shots)


def _film(**changes) -> Film:
    return Film.model_validate({"title": "Tea", "code": "TEA", "budget": BUDGET} | changes)


@pytest.mark.parametrize(("seconds", "frames"), [(1, 24), (4, 96), (4.5, 108), (2.125, 51), (1.0416666666666667, 25)])
def test_a_shot_has_whole_frames(seconds, frames, tea_shot):
    assert tea_shot(duration_s=seconds).frames == frames


@pytest.mark.parametrize("seconds", [0, 0.5, 4.02, 60.1, -4, float("nan"), float("inf"), 1e9])
def test_a_shot_lasts_1_to_60_seconds_of_whole_frames(seconds, tea_shot):
    with pytest.raises(ValidationError):
        tea_shot(duration_s=seconds)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            {"cast": [{"character": "ada", "wardrobe": w, "start": {"x": 0, "y": 1, "scale": 1}} for w in ("a", "b")]},
            "ada stands in the shot twice",
        ),
        ({"chain": True, "mode": "start_end_frames"}, "takes its first frame from the shot before"),
        ({"dialogue": [{"character": "ada", "text": "Well.", "from_s": 3, "to_s": 4.5}]}, "after the shot's 4.0 s"),
        ({"dialogue": [{"character": "ada", "text": "Well.", "from_s": 2, "to_s": 2}]}, "ends after it begins"),
        ({"id": "sc010_sh0010"}, "pattern"),
        ({"id": "SC010_SH0010\n"}, "pattern"),
        ({"location": "../kitchen"}, "pattern"),
        ({"tier": "best"}, "'draft', 'final' or 'hero'"),
        ({"sed": 1}, "Extra inputs"),
    ],
)
def test_a_shot_that_contradicts_itself_is_refused(change, says, tea_shot):
    with pytest.raises(ValidationError) as refused:
        tea_shot(**change)
    assert says in str(refused.value)


def test_a_scene_gives_its_shots_by_name_and_the_one_before(tea_shot):
    first, second = tea_shot(), tea_shot(id="SC010_SH0020", chain=True)
    scene = _scene(first, second)
    assert scene.shot("SC010_SH0020") is second
    assert scene.before("SC010_SH0020") is first
    assert scene.before("SC010_SH0010") is None
    with pytest.raises(KeyError, match="SC010_SH0030"):
        scene.shot("SC010_SH0030")


@pytest.mark.parametrize(
    ("ids", "says"),
    [
        (["SC010_SH0020", "SC010_SH0010"], "SC010_SH0010 stands after SC010_SH0020"),
        (["SC010_SH0010", "SC010_SH0010"], "each once"),
        (["SC010_SH0010", "SC020_SH0020"], "SC020_SH0020 is not a shot of SC010"),
        (["SC0100_SH0010"], "not a shot of SC010"),
        ([], "at least 1 item"),
    ],
)
def test_shots_stand_in_story_order_each_once_under_their_scenes_name(ids, says, tea_shot):
    with pytest.raises(ValidationError) as refused:
        _scene(*(tea_shot(id=shot_id) for shot_id in ids))
    assert says in str(refused.value)


def test_the_first_shot_has_nothing_to_chain_to(tea_shot):
    with pytest.raises(ValidationError, match="SC010_SH0010 is the first shot"):
        _scene(tea_shot(chain=True))


def test_tiers_above_draft_are_a_persons():
    film = _film()
    assert [film.tier(name).approve for name in ("draft", "final", "hero")] == ["none", "person", "person"]
    with pytest.raises(ValidationError, match="approve: person"):
        Tiers.model_validate({"final": {"resolution": "720p", "approve": "none"}})


@pytest.mark.parametrize(
    "change",
    [
        {"naming": "{shot}_{take}"},
        {"naming": "{shot.secret}"},
        {"naming": "{0}"},
        {"naming": "{version:q}"},
        {"naming": "{"},
        {"code": "tea"},
        {"code": "T"},
        {"fps": 23},
        {"aspect": "4:3"},
        {"limits": {"attempts": 0}},
        {"limits": {"attempts": 10}},
        {"limits": {"attempts": "3"}},
        {"thresholds": {"V1": 0.5}},
        {"thresholds": {"V101": float("nan")}},
        {"finish": {"loudness_lufs": -3}},
        {"finish": {"grade": "look.lut"}},
        {"budget": BUDGET | {"film_usd": 9.0}},
    ],
)
def test_a_film_outside_its_bounds_is_refused(change):
    with pytest.raises(ValidationError):
        _film(**change)


def test_nouns_do_not_change(tea_shot):
    with pytest.raises(ValidationError, match="frozen"):
        tea_shot().motion = "She leaves."


@pytest.mark.parametrize(
    ("name", "scene"),
    [("SC010_SH0020", "SC010"), ("SC0100_SH0020_clip_t01", "SC0100"), ("SC010", "SC010"), ("BIBLE_ada.coat", "BIBLE")],
)
def test_a_shots_name_begins_with_its_scenes(name, scene):
    assert scene_of_shot(name) == scene


def test_what_a_shot_says_for_continuity_is_in_nothing_that_is_stored_or_asked_for(tea_shot):
    cup = {"prop": "cup", "start": {"x": 0.4, "y": 0.95, "scale": 0.1}}
    ada = {"character": "ada", "wardrobe": "coat", "start": {"x": 0.3, "y": 0.95, "scale": 0.6}}
    plain = tea_shot(cast=[ada], props=[cup])
    says = tea_shot(
        cast=[ada | {"looks": "left", "moves": "right"}],
        props=[cup | {"held_by": "ada", "passes_to": "room"}],
        light={"temperature": 3200},
        time="night",
        weather="rain",
        beat="She gives in.",
        continuity={"change": "wardrobe", "why": "She took it off."},
    )
    assert says != plain
    assert says.model_dump_json() == plain.model_dump_json()
    assert says.unnamed() == plain
    assert plain.unnamed() is plain
    assert "She" not in repr(says)
