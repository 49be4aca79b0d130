from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from manifests.bible import VIEWS, view_name
from manifests.film import Film
from manifests.keys import hash_bytes
from manifests.lock import Lock
from manifests.noun import ShotId
from manifests.prompt import view_prompt
from manifests.reading.film_folder import FilmFolder
from manifests.reading.scenes import Scenes
from manifests.scene import Scene, Shot
from manifests.take import Request
from manifests.view_shot import FROM_FRONT, ViewShot, view_shot, view_shot_id, view_shots
from production.bible.views import view_request
from providers.capabilities import Capabilities

LEDGER_CHARACTERS = 24
"""What the ledger's column for a shot's name holds; PostgreSQL refuses more."""

LOOKS = Capabilities((), ("720p",), 3, ())
BUDGET = {"film_usd": "9.00", "scene_usd": "3.00", "run_usd": "3.00", "shot_usd": "1.00"}


@pytest.fixture
def folder(tea_bible) -> FilmFolder:
    film = Film.model_validate({"title": "Tea", "code": "TEA", "budget": BUDGET})
    return FilmFolder(Path("tea"), film, tea_bible, Scenes.of(), Lock(assets={}))


def content(*views: str) -> dict[str, str]:
    return {name: hash_bytes(name.encode()) for name in (view_name("ada", "coat", view) for view in views)}


def test_a_view_has_a_name_of_its_own_in_the_ledger_that_fits_its_column():
    long = "a" * 40, "b" * 40
    looks = [("ada", "coat"), ("a_b", "c"), ("a", "b_c"), long, (long[0], "b" * 39)]
    names = [view_shot_id(*look, view) for look in looks for view in VIEWS]

    assert view_shot_id("ada", "coat", "three_quarter") == "BIBLE_ada.coat.3q"
    assert len(set(names)) == len(names)
    assert max(map(len, names)) <= LEDGER_CHARACTERS
    assert all(view_shot(*look, view).id in names for look in looks for view in VIEWS)


def test_the_names_of_a_films_own_shots_are_as_strict_as_they_were(tea_shot):
    with pytest.raises(ValidationError):
        tea_shot(id="BIBLE_ada.coat.side")
    shot = tea_shot()
    with pytest.raises(ValidationError):
        Scene(id="BIBLE", title="t", intent="i", shots=(shot,))
    with pytest.raises(ValidationError):
        ViewShot.model_validate(shot.model_dump())
    assert Shot.model_fields["id"].annotation is ShotId.__origin__


def test_the_bible_as_a_scene_has_every_view_of_everybody_once(tea_bible):
    every = view_shots(tea_bible)
    assert every is not None
    views = sorted(name for name in tea_bible.assets() if name.startswith("characters/"))
    assert sorted(one.name for one in every.shots) == views
    assert view_shots(tea_bible.model_copy(update={"characters": {}})) is None


def test_a_request_for_a_view_is_read_back_from_the_ledger_as_it_was(folder):
    one = view_shot("ada", "coat", "side", "gemini")
    asked = view_request(folder, content("front"), one, can=LOOKS).again(2)

    kept = Request.from_stored(asked.stored())

    assert kept == asked
    assert isinstance(kept.staging, ViewShot)
    assert (asked.operation, asked.frames, asked.resolution, asked.attempt) == ("panel", 1, "720p", 2)


def test_another_take_is_the_same_recipe_and_another_view_is_not(folder):
    side, back = (view_shot("ada", "coat", view) for view in ("side", "back"))
    first, second = (view_request(folder, content("front"), side, can=LOOKS).again(number) for number in (1, 2))
    other = view_request(folder, content("front"), back, can=LOOKS)
    named = view_request(folder, content("front"), view_shot("ada", "coat", "side", "gemini"), can=LOOKS)

    assert first.recipe("p", "m") == second.recipe("p", "m") != other.recipe("p", "m")
    assert first.payload() != second.payload()
    assert named.payload() == first.payload(), "who makes it stands in the key already"


def test_the_front_is_shown_first_and_then_as_many_approved_views_as_the_model_looks_at(folder):
    one = view_shot("ada", "coat", "back")
    shown = view_request(folder, content("side", "three_quarter", "front"), one, can=LOOKS).references
    assert [reference.name.rpartition("/")[2] for reference in shown] == ["front", "three_quarter", "side"]
    seen = Capabilities((), ("720p",), 1, ())
    (only,) = view_request(folder, content("side", "front"), one, can=seen).references
    assert (only.role, only.name) == ("character", "characters/ada/coat/front")


@pytest.mark.parametrize("view", FROM_FRONT)
def test_the_words_are_the_locked_ones_and_ask_for_one_whole_figure_on_plain_grey(tea_bible, view):
    said = view_prompt(view_shot("ada", "coat", view), tea_bible)
    ada = tea_bible.characters["ada"]

    assert ada.identity in said
    assert ada.wardrobes["coat"].words in said
    assert "apron" not in said
    for words in (
        "whole figure from head to feet",
        "Plain, even, mid-grey background",
        "same neutral standing pose",
        "alone",
    ):
        assert words in said
    others = [view_prompt(view_shot("ada", "coat", other), tea_bible) for other in FROM_FRONT if other != view]
    assert said not in others
