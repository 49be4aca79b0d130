from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from manifests.bible import Region
from manifests.certificate import Certificate, Certified
from manifests.errors import LockError
from manifests.film import Film
from manifests.keys import hash_bytes
from manifests.lock import Lock
from manifests.reading.film_folder import FilmFolder
from manifests.reading.scenes import Scenes
from manifests.take import Artefact
from production.journey.requests import (
    NOT_MADE,
    Opening,
    bought_frames,
    locked_references,
    panel_resolution,
    references_hash,
    tier_of,
)
from production.journey.requests import clip_request as clip_request_of
from production.journey.requests import coming_clip_request as coming_clip_request_of
from production.journey.requests import panel_request as panel_request_of
from providers.capabilities import Capabilities

ANYTHING = Capabilities(
    (1.0, 15.0), ("480p", "720p", "1080p"), 64, ("start_frame", "start_end_frames"), any_duration=True
)
WHOLE_SECONDS = replace(ANYTHING, durations_s=(4.0, 5.0, 6.0), any_duration=False)
panel_request, clip_request, coming_clip_request = (
    partial(asked, can=ANYTHING) for asked in (panel_request_of, clip_request_of, coming_clip_request_of)
)
BUDGET = {"film_usd": "9.00", "scene_usd": "3.00", "run_usd": "3.00", "shot_usd": "1.00"}


@pytest.fixture
def folder(tea_bible) -> FilmFolder:
    film = Film.model_validate({"title": "Tea", "code": "TEA", "budget": BUDGET})
    return FilmFolder(Path("tea"), film, tea_bible, Scenes.of(), Lock(assets={}))


@pytest.fixture
def hashes(tea_bible) -> dict[str, str]:
    return {name: hash_bytes(name.encode()) for name in tea_bible.assets()}


def _panel(letter: str, stage: str = "panel") -> Certified:
    artefact = Artefact(sha256=letter * 64, media_type="image/png", width=1280, height=720, size_bytes=9)
    certificate = Certificate(
        asset=artefact.sha256,
        shot="SC010_SH0010",
        stage=stage,
        tier="draft",
        scores=(),
        references=(),
        rules="r",
        eye="e",
    )
    return Certified(artefact, certificate, shot="SC010_SH0010", stages=(stage,))


def test_a_panel_is_asked_for_from_every_locked_picture_the_shot_shows(folder, hashes, tea_shot):
    shot = tea_shot(props=[{"prop": "cup", "start": {"x": 0.5, "y": 0.9, "scale": 0.1}}])
    request = panel_request(folder, hashes, shot, "draft")
    assert [(r.role, r.name) for r in request.references] == [
        ("location", "locations/kitchen"),
        *(("character", f"characters/ada/coat/{view}") for view in ("front", "three_quarter", "side", "back")),
        ("prop", "props/cup"),
    ]
    assert all(r.sha256 == hashes[r.name] for r in request.references)
    assert (request.operation, request.frames, request.resolution) == ("panel", 1, "720p")


def test_a_film_goes_on_with_the_front_and_one_more_view_of_each_wardrobe(hashes, tea_shot):
    for view in ("side", "back"):
        del hashes[f"characters/ada/coat/{view}"]
    shown = [r.name.rpartition("/")[2] for r in locked_references(hashes, tea_shot()) if "/ada/" in r.name]
    assert shown == ["front", "three_quarter"]
    del hashes["characters/ada/coat/three_quarter"]
    with pytest.raises(LockError, match="three_quarter"):
        locked_references(hashes, tea_shot())


def test_a_picture_the_store_does_not_have_is_named_with_its_place(hashes, tea_shot):
    del hashes["characters/ada/coat/front"]
    with pytest.raises(LockError, match=r"characters/ada/coat/front: SC010_SH0010 shows it.*assets/.*gate lock"):
        locked_references(hashes, tea_shot())


def test_the_end_panel_shows_the_last_moment(folder, hashes, tea_shot):
    shot = tea_shot(mode="start_end_frames")
    assert panel_request(folder, hashes, shot, "draft").progress == 0
    assert panel_request(folder, hashes, shot, "draft", stage="end_panel").progress == 1


def test_each_attempt_has_a_seed_of_its_own_and_the_same_recipe(folder, hashes, tea_shot):
    first, second = (panel_request(folder, hashes, tea_shot(seed=40), "draft").again(n) for n in (1, 2))
    assert (first.seed, second.seed) == (40, 41)
    assert first.recipe("previz", "m") == second.recipe("previz", "m")


def test_a_clip_opens_on_its_certified_panels(folder, hashes, tea_shot):
    request = clip_request(folder, hashes, tea_shot(), "draft", panel=_panel("a"), end_panel=_panel("b", "end_panel"))
    assert [(r.role, r.sha256[0]) for r in request.references[:2]] == [("start_frame", "a"), ("end_frame", "b")]
    assert (request.frames, request.resolution, request.parent, request.chain_links) == (96, "480p", None, 0)


def test_a_chained_clip_remembers_what_it_opens_on_and_how_far_the_masters_are(folder, hashes, tea_shot):
    opening = Opening("c" * 64, 2)
    request = clip_request(folder, hashes, tea_shot(), "final", panel=_panel("a"), opening=opening)
    assert (request.parent, request.chain_links, request.resolution) == ("c" * 64, 2, "720p")


@pytest.mark.parametrize(
    ("tier", "finished"), [(None, "final"), ("draft", "final"), ("final", "final"), ("hero", "hero")]
)
def test_a_shot_is_finished_at_its_own_tier_and_never_at_draft(tier, finished, tea_shot):
    assert tier_of(tea_shot(tier=tier)) == finished


@pytest.mark.parametrize(("tier", "size"), [("draft", "720p"), ("final", "720p"), ("hero", "1080p")])
def test_panels_are_made_once_and_large_enough_for_the_finals(tier, size, folder):
    assert panel_resolution(folder, tier) == size


@pytest.mark.parametrize("mode", ["start_frame", "start_end_frames"])
def test_a_clip_that_is_to_come_differs_from_the_real_one_by_its_frames_alone(mode, folder, hashes, tea_shot):
    shot, end = tea_shot(mode=mode), _panel("b", "end_panel") if mode == "start_end_frames" else None
    real = clip_request(folder, hashes, shot, "hero", panel=_panel("a"), end_panel=end)
    coming = coming_clip_request(folder, hashes, shot, "hero")
    assert [(r.role, r.name) for r in coming.references] == [(r.role, r.name) for r in real.references]
    assert {r.sha256 for r in coming.references} - {r.sha256 for r in real.references} == {NOT_MADE}
    assert coming.model_copy(update={"references": real.references}) == real


def test_a_yes_is_bound_to_the_pictures_of_its_own_shot(hashes, tea_shot):
    was = references_hash(hashes, tea_shot())
    assert references_hash(hashes | {"characters/bo/jumper/front": "0" * 64}, tea_shot()) == was
    assert references_hash(hashes | {"characters/ada/coat/back": "0" * 64}, tea_shot()) != was


def test_the_weather_of_the_place_goes_along(folder, hashes, tea_shot, tea_bible):
    window = Region(x=0.1, y=0.1, w=0.2, h=0.2)
    kitchen = tea_bible.locations["kitchen"].model_copy(update={"weather": (window,)})
    rainy = tea_bible.model_copy(update={"locations": {"kitchen": kitchen}})
    there = FilmFolder(folder.root, folder.film, rainy, Scenes.of(), folder.lock)
    assert panel_request(there, hashes, tea_shot(), "draft").weather == (window,)


@pytest.mark.parametrize(
    ("mode", "seconds", "bought"),
    [
        ("start_frame", 3, 96),
        ("start_frame", 4.5, 120),
        ("start_frame", 6, 144),
        ("start_frame", 7, 168),
        ("references", 3, 96),
        ("start_end_frames", 3, 72),
    ],
)
def test_the_next_longer_clip_that_is_sold_is_bought_where_the_cut_may_take_its_head(mode, seconds, bought, tea_shot):
    assert bought_frames(tea_shot(mode=mode, duration_s=seconds), WHOLE_SECONDS, "480p") == bought


@pytest.mark.parametrize(
    ("wanted", "bought"),
    [(("720p", "start_frame"), 96), (("1080p", "start_frame"), 192), (("720p", "references"), 192)],
)
def test_what_is_sold_at_the_longest_length_alone_is_bought_so(wanted, bought, tea_shot):
    can = replace(WHOLE_SECONDS, durations_s=(4.0, 6.0, 8.0), longest_only=frozenset({"1080p", "references"}))
    resolution, mode = wanted
    assert bought_frames(tea_shot(mode=mode, duration_s=3), can, resolution) == bought


def test_a_model_that_takes_frames_alone_is_sent_no_other_pictures(folder, hashes, tea_shot):
    can = replace(ANYTHING, references_with_frames=False)
    request = clip_request(folder, hashes, tea_shot(), "draft", panel=_panel("a"), can=can)
    assert [r.role for r in request.references] == ["start_frame"]


def test_a_clip_from_references_has_its_panel_as_one_of_them(folder, hashes, tea_shot):
    can = replace(ANYTHING, references_with_frames=False, references_max=4)
    request = clip_request(folder, hashes, tea_shot(mode="references"), "draft", panel=_panel("a"), can=can)
    assert [(r.role, r.name) for r in request.references] == [
        ("panel", "SC010_SH0010"),
        ("location", "locations/kitchen"),
        ("character", "characters/ada/coat/front"),
        ("character", "characters/ada/coat/three_quarter"),
    ]


@pytest.mark.parametrize(
    ("most", "left_out"),
    [(6, set()), (5, {"back"}), (4, {"back", "three_quarter"}), (3, {"back", "three_quarter", "front"})],
)
def test_of_too_many_pictures_the_ones_that_say_least_stay_away(most, left_out, folder, hashes, tea_shot):
    cup = [{"prop": "cup", "start": {"x": 0.5, "y": 0.9, "scale": 0.1}}]
    shot = tea_shot(
        props=cup,
        cast=[{"character": "ada", "wardrobe": "coat", "start": {"x": 0.3, "y": 0.95, "scale": 0.6, "facing": "side"}}],
    )
    request = panel_request(folder, hashes, shot, "draft", can=replace(ANYTHING, references_max=most))
    names = [r.name for r in request.references]
    assert {n.rpartition("/")[2] for n in hashes if n.startswith("characters/ada/coat") and n not in names} == left_out
    assert {"locations/kitchen", "props/cup"} <= set(names)


def test_a_model_that_composes_nothing_by_itself_is_shown_where_everybody_stands_first(folder, hashes, tea_shot):
    drawn = []
    request = panel_request(
        folder,
        hashes,
        tea_shot(),
        "draft",
        can=replace(ANYTHING, references_max=4),
        guide_of=lambda asked: drawn.append(asked) or "9" * 64,
    )
    assert [r.role for r in request.references] == ["guide", "location", "character", "character"]
    assert request.references[0].sha256 == "9" * 64
    assert len(drawn[0].references) == 5, "the drawing knows every view"
