"""Prompts, the lock, the roster and the schemas: what is built from the bible's locked words and names."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from manifests.bible import Region
from manifests.errors import LockError
from manifests.lock import Lock, LockedAsset
from manifests.prompt import clip_prompt, panel_prompt
from manifests.reading.json_schema import EDITED, schema
from manifests.roster import compare

LOCKED = LockedAsset(sha256="a" * 64, width=10, height=20, approved_by="mara")


def test_a_panels_prompt_is_made_of_locked_words_in_a_fixed_order(tea_bible, tea_shot):
    shot = tea_shot(props=[{"prop": "cup", "start": {"x": 0.5, "y": 0.9, "scale": 0.1}}])
    assert panel_prompt(shot, tea_bible) == (
        "Medium close up shot, 35 mm. Ada: Woman of 40, short dark hair. Wearing a long grey coat. Standing at "
        "frame left. "
        "Place: a narrow kitchen. Light: morning light. Frame middle: a blue cup. Soft ink lines."
    )


def test_a_clips_prompt_adds_what_moves_and_what_keeps_it_one_take(tea_bible, tea_shot):
    prompt = clip_prompt(tea_shot(camera={"size": "wide", "move": "push_in", "lens": "24 mm"}), tea_bible)
    assert prompt.startswith("Wide shot, 24 mm. ")
    assert prompt.endswith(
        "Action: She sets a cup down. The camera pushes in slowly. Soft ink lines. One continuous shot. "
        "Avoid cuts, added people and on-screen text."
    )


def test_the_end_panel_stands_where_the_shot_ends(tea_bible, tea_shot):
    mark = {"x": 0.3, "y": 0.95, "scale": 0.6}
    shot = tea_shot(cast=[{"character": "ada", "wardrobe": "coat", "start": mark, "end": mark | {"x": 0.8}}])
    assert "Standing at frame left." in panel_prompt(shot, tea_bible)
    assert "Standing at frame right." in panel_prompt(shot, tea_bible, at_end=True)


@pytest.mark.parametrize(
    "change", [{"dialogue": [{"character": "ada", "text": "Well.", "from_s": 0, "to_s": 1}]}, {"sound": "rain"}]
)
def test_lines_and_sound_are_in_no_picture_prompt(change, tea_bible, tea_shot):
    assert clip_prompt(tea_shot(**change), tea_bible) == clip_prompt(tea_shot(), tea_bible)


def test_another_wardrobe_changes_the_words_of_those_who_wear_it_alone(tea_bible, tea_shot):
    in_apron = [{"character": "ada", "wardrobe": "apron", "start": {"x": 0.3, "y": 0.95, "scale": 0.6}}]
    was, now = panel_prompt(tea_shot(), tea_bible), panel_prompt(tea_shot(cast=in_apron), tea_bible)
    assert now == was.replace("a long grey coat.", "a white apron.")


def test_the_bible_asks_for_four_views_a_wardrobe_a_plate_a_location_and_a_picture_a_prop(tea_bible):
    assets = tea_bible.assets()
    assert len(assets) == 3 * 4 + 1 + 1
    assert {"characters/bo/jumper/three_quarter", "locations/kitchen", "props/cup"} < set(assets)
    assert list(assets) == sorted(assets)


def test_the_roster_is_held_against_the_store_both_ways(tea_bible):
    stored = (frozenset(tea_bible.assets()) - {"props/cup"}) | {"characters/eve/coat/front"}
    gap = compare(tea_bible, stored)
    assert gap.only_in_store == ("characters/eve/coat/front",)
    assert gap.only_in_bible == ("props/cup",)


def test_the_lock_gives_what_was_approved_and_refuses_what_was_not():
    lock = Lock(assets={"props/cup": LOCKED})
    assert lock.asset("props/cup") is LOCKED
    with pytest.raises(LockError, match=r"props/lamp: the lock does not list it.*gate lock"):
        lock.asset("props/lamp")


@pytest.mark.parametrize(
    "name", ["../props/cup", "props/../cup", "props/Cup", "props", "people/ada", "props/cup/", "props//cup"]
)
def test_the_lock_takes_only_canonical_names(name):
    with pytest.raises(ValidationError):
        Lock(assets={name: LOCKED})


@pytest.mark.parametrize(
    "region",
    [{"x": 0.6, "y": 0, "w": 0.5, "h": 1}, {"x": 0, "y": 0, "w": 0, "h": 1}, {"x": -1, "y": 0, "w": 1, "h": 1}],
)
def test_a_region_lies_inside_its_picture(region):
    with pytest.raises(ValidationError):
        Region.model_validate(region)


@pytest.mark.parametrize("kind", EDITED)
def test_every_kind_of_file_has_a_schema_that_an_editor_can_use(kind):
    made = schema(kind)
    assert made["$id"] == EDITED[kind].schema_name
    assert made["additionalProperties"] is False
    assert made["type"] == "object"


def test_an_amount_is_quoted_text_in_the_schema():
    film_usd = schema("film")["$defs"]["FilmBudget"]["properties"]["film_usd"]
    assert film_usd["type"] == "string"
