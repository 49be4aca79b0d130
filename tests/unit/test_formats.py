"""The film's rate and shape: 16:9, 9:16, 1:1, 2.39:1 at 24, 25 and 30 frames a second."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.gates.manifest_gate import check_sizes
from manifests.bible import Bible, Character, Location, Style, Wardrobe
from manifests.cut import Cut, CutItem
from manifests.errors import ManifestError
from manifests.film import RATIOS, Film, Resolution, Shown, frame_size, lines_shown, made_in
from manifests.prompt import clip_prompt, panel_prompt
from manifests.reading.formats import in_format
from manifests.scene import Camera, CastMember, Scene, Shot, Transition
from manifests.staging import placements, plate_part
from manifests.story.blocking import blocked
from manifests.take import Request
from production.story.speaking import whole_frames
from providers.capabilities import Capabilities, refuse_excluded
from providers.errors import Invalid
from providers.models import TABLES, models_of, table_of

BUDGET = {"film_usd": "60.00", "scene_usd": "15.00", "run_usd": "15.00", "shot_usd": "4.00"}
SHAPES: tuple[Shown, ...] = get_args(Shown)
SCENE = "id: SC010\ntitle: T\nshots:\n  - id: SC010_SH0010\n    duration_s: 4.5\n"
PEOPLE = Bible(
    characters={f"p{n}": Character(id=f"p{n}", name="P", wardrobes={"coat": Wardrobe()}) for n in range(3)},
    locations={"room": Location(id="room", name="Room")},
    style=Style(),
)


def film(**changes: object) -> Film:
    return Film.model_validate({"title": "Tea", "code": "TEA", "budget": BUDGET} | changes)


def shot(**changes: object) -> Shot:
    fields = {"id": "SC010_SH0010", "location": "room", "camera": Camera(size="medium"), "motion": "m", "duration_s": 4}
    return Shot.model_validate(fields | changes)


def read(seconds: float, **of_film: object) -> Shot:
    scene = Scene(id="SC010", title="T", shots=(shot(duration_s=seconds),))
    return in_format(Path("scenes/SC010.yaml"), SCENE.encode(), scene, film(**of_film)).shots[0]


def clip(staging: Shot, seconds: float = 5) -> Request:
    return Request(
        operation="clip",
        shot=staging.id,
        staging=staging,
        prompt="p",
        references=(),
        resolution="720p",
        frames=round(seconds * staging.fps),
        fps=staging.fps,
        aspect=staging.aspect,
        seed=1,
    )


def test_what_is_stored_of_a_film_in_16_to_9_at_24_says_nothing_of_either() -> None:
    plain, request = shot(), clip(shot())
    assert not {"fps", "aspect"} & plain.model_dump(mode="json").keys()
    assert "aspect" not in request.model_dump(mode="json")
    assert "aspect" not in request.payload()
    cut = Cut(scene="SC010", title="T", tier="draft", items=(item(),))
    assert "aspect" not in cut.model_dump(mode="json")


def test_a_model_is_told_what_a_film_in_cinemascope_crops_and_no_other_model_is():
    scope, wide = read(4, aspect="2.39:1"), read(4)
    assert (scope.aspect, scope.cropped) == ("16:9", True)
    for words in (panel_prompt, clip_prompt):
        said, plain = words(scope, PEOPLE), words(wide, PEOPLE)
        assert "heads, hands and all that matters stay in the middle three quarters" in said
        assert "crop" not in plain
    assert "cropped" not in wide.model_dump(mode="json")
    assert Shot.model_validate(scope.model_dump(mode="json", exclude_none=True)).cropped


def item() -> CutItem:
    return CutItem(shot="SC010_SH0010", frames=96, clip=None, panel=None, transition=Transition())


def test_what_is_stored_of_another_format_is_read_back_whole() -> None:
    upright = read(4, fps=30, aspect="9:16")
    assert (upright.fps, upright.aspect, upright.frames) == (30, "9:16", 120)
    request = clip(upright)
    assert Request.from_stored(request.stored()) == request
    assert request.recipe("previz", "m") != clip(shot()).recipe("previz", "m")


@pytest.mark.parametrize(
    ("fps", "seconds", "near"), [(25, 4.5, "4.48 s (112 frames) or 4.52 s"), (24, 4.02, "4 s (96")]
)
def test_a_length_that_is_no_whole_number_of_the_films_frames_is_refused_with_the_nearest(
    fps: int, seconds: float, near: str
) -> None:
    with pytest.raises(ManifestError, match="whole number of frames") as refused:
        in_format(
            Path("SC010.yaml"),
            SCENE.encode(),
            Scene.model_construct(id="SC010", title="T", shots=(shot().model_copy(update={"duration_s": seconds}),)),
            film(fps=fps),
        )
    assert near in refused.value.cure


@given(st.floats(1, 60), st.sampled_from([24, 25, 30]))
def test_every_length_that_an_import_writes_can_be_read(seconds: float, fps: int) -> None:
    whole = whole_frames(seconds, fps)
    assert 0 <= whole - seconds < 1 / fps + 1e-6
    assert shot(duration_s=min(60, whole), fps=fps).frames == min(60 * fps, round(whole * fps))


def test_a_shot_has_no_rate_and_no_shape_of_its_own() -> None:
    scene = Scene(id="SC010", title="T", shots=(shot(fps=25),))
    with pytest.raises(ManifestError, match="fps"):
        in_format(Path("SC010.yaml"), SCENE.encode(), scene, film(fps=25))


@pytest.mark.parametrize("written", ["2.39:1", "2.39", 2.39])
def test_scope_may_be_written_in_three_ways_and_is_made_in_16_to_9(written: object) -> None:
    assert (film(aspect=written).aspect, film(aspect=written).made_in) == ("2.39:1", "16:9")


@pytest.mark.parametrize("shown", SHAPES)
@pytest.mark.parametrize("resolution", ["480p", "720p", "1080p"])
def test_every_frame_has_even_sides_and_its_shape(shown: Shown, resolution: Resolution) -> None:
    width, height = frame_size(resolution, shown)
    assert width % 2 == height % 2 == 0
    assert width / height == pytest.approx(RATIOS[shown], rel=0.005)


@given(st.sampled_from(SHAPES), st.integers(1, 3), st.sampled_from(["wide", "full", "medium", "close_up"]))
def test_a_shot_without_marks_shows_every_head_in_every_shape(shown: Shown, people: int, size: str) -> None:
    cast = tuple(CastMember(character=f"p{n}", wardrobe="coat") for n in range(people))
    bare = shot(cast=cast, camera=Camera(size=size), aspect=made_in(shown))
    scene = blocked(Scene(id="SC010", title="T", shots=(bare,)), PEOPLE, shown)
    margin = (1 - lines_shown(shown)) / 2
    for placed in placements(scene.shots[0], 0.0):
        assert margin - 1e-3 <= placed.y - placed.scale <= 1 - margin
        assert 0 < placed.x < 1
    assert check_sizes(scene, PEOPLE, {}, shown).findings == ()


def test_a_plate_of_another_shape_is_cropped_at_its_middle_and_never_stretched() -> None:
    assert plate_part((1920, 1080), "16:9") == (0, 0, 1920, 1080)
    left, top, right, bottom = plate_part((1920, 1080), "9:16")
    assert (top, bottom) == (0, 1080)
    assert (right - left) / (bottom - top) == pytest.approx(9 / 16, abs=0.001)
    assert left == 1920 - right
    assert plate_part((1080, 1920), "1:1") == (0, 420, 1080, 1500)


def test_a_model_is_asked_for_no_shape_rate_or_length_that_it_does_not_sell() -> None:
    seedance = Capabilities((4, 15), ("720p",), 9, ("start_frame",), any_duration=True, aspects=("16:9", "9:16"))
    refuse_excluded("m", seedance, clip(read(5, aspect="9:16")))
    for of_film, why in (({"aspect": "1:1"}, "16:9 and 9:16"), ({"fps": 25}, "24 frames a second")):
        with pytest.raises(Invalid, match=why):
            refuse_excluded("m", seedance, clip(read(5, **of_film)))
    refuse_excluded("m", replace(seedance, rates=(24, 25)), clip(read(5, fps=25)))


@pytest.mark.parametrize("table", sorted(TABLES.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_table_says_frames_of_the_shape_that_they_are_for(table: Path) -> None:
    for row in table_of(table).models:
        for resolution, wide in row.sizes.items():
            for aspect in row.aspects:
                can = row.capabilities()
                width, height = can.frame_size(resolution, aspect)
                assert width / height == pytest.approx(RATIOS[aspect], rel=0.035), (row.id, resolution)
                request = clip(shot(aspect=aspect)).model_copy(update={"resolution": resolution})
                assert (row.size(request).width, row.size(request).height) == (width, height)
                assert ("x" in row.size(request).says) == ("x" in wide.says)
                least = frame_size(resolution, aspect)
                assert min(width - least[0], height - least[1]) >= -2 or resolution == "480p", (row.id, aspect)


def test_a_length_that_the_model_does_not_sell_names_those_that_do() -> None:
    request = clip(shot(duration_s=20), 20)
    models = models_of("byteplus", {})
    row = models.row("clip")
    with pytest.raises(Invalid, match=r"nearest it makes is 15 s.*dreamina-seedance-2-5-260628 \(up to 30 s\)"):
        refuse_excluded(row.id, row.capabilities(), request, models.selling(request))
    assert models.selling(clip(shot(duration_s=40), 40)) == ()
