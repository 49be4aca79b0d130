"""The composition board's acts, and the edits that it splices into a scene's file."""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter
from ruamel.yaml import YAML

from manifests.bible import Bible, Character, Location, Prop, Style
from manifests.scene import Scene
from production.board.applying import applied
from production.board.changes import changes_between, shot_entry
from production.board.composition import composition_of, shot_with
from production.board.errors import NotByProgram, NotComposable
from production.board.operations import Operation
from production.board.setting import BoardSetting
from production.board.splicing import spliced

TEXT = """\
# The first scene.
id: SC010
title: At the door   # working title
shots:
  - id: SC010_SH0010
    location: quay  # at night
    cast:
      # Ilse comes first.
      - character: ilse
        wardrobe: raincoat
        start: {x: 0.30, y: 0.92,  scale: 0.46, facing: side} # she waits
        # and then she walks
        end: {x: 0.46, y: 0.92, scale: 0.46, facing: side}
      - {character: otto, wardrobe: "vest", start: {x: 0.7, y: 0.86, scale: 0.5}}

    camera: {size: wide, lens: 28 mm, plate: {x: 0.5, y: 0.5, zoom: 1.0}}
    motion: She walks.
    duration_s: 4.0

  # The empty one.
  - id: SC010_SH0020
    location: quay
    camera:
      size: full
    motion: Nothing moves.
    duration_s: 3
"""
BIBLE = Bible(
    characters={
        name: Character(id=name, name=name, height_m=tall, wardrobes={dress: {"words": "x"} for dress in dresses})
        for name, tall, dresses in (
            ("ilse", 1.7, ("raincoat", "jumper")),
            ("otto", 1.8, ("vest",)),
            ("pia", 1.2, ("cape",)),
        )
    },
    locations={name: Location(id=name, name=name) for name in ("quay", "cafe")},
    props={"lantern": Prop(id="lantern", name="lantern")},
    style=Style(),
)
READ = TypeAdapter(Operation)


def scene_of(text: str) -> Scene:
    return Scene.model_validate(YAML(typ="safe", pure=True).load(text))


def do(text: str, shot_id: str, *acts: dict):
    """The composition before and after these acts, and the text with them."""
    scene = scene_of(text)
    shot = scene.shot(shot_id)
    before = composition_of(shot)
    after = applied(before, [READ.validate_python(act) for act in acts], BoardSetting.of(BIBLE, scene, shot))
    entry = shot_entry(YAML(typ="safe", pure=True).load(text), shot_id)
    return before, after, spliced(text, changes_between(entry, before, after))


def changed_lines(text: str) -> list[str]:
    lines = difflib.unified_diff(TEXT.splitlines(), text.splitlines(), n=0, lineterm="")
    return [line for line in lines if line[:1] in "+-" and line[:3] not in {"+++", "---"}]


def test_a_move_changes_one_number_of_one_line_and_leaves_the_comment_behind_it():
    _, _, text = do(TEXT, "SC010_SH0010", {"do": "move", "what": ["cast/ilse"], "dx": 0.1})
    assert changed_lines(text) == [
        "-        start: {x: 0.30, y: 0.92,  scale: 0.46, facing: side} # she waits",
        "+        start: {x: 0.4, y: 0.92,  scale: 0.46, facing: side} # she waits",
    ]


def test_somebody_who_is_placed_gets_one_line_after_the_others():
    _, _, text = do(TEXT, "SC010_SH0010", {"do": "place", "what": "cast/pia", "x": 0.5, "y": 0.9})
    (line,) = changed_lines(text)
    assert line.startswith("+      - {character: pia, wardrobe: cape, start: {x: 0.5, y: 0.9, scale: 0.")


def test_the_first_people_and_props_of_an_empty_shot_go_before_its_camera():
    _, _, text = do(
        TEXT, "SC010_SH0020", {"do": "place", "what": "cast/ilse", "x": 0.4}, {"do": "place", "what": "props/lantern"}
    )
    lines = [line[1:].split(":")[0] for line in changed_lines(text)]
    assert lines == ["    cast", "      - {character", "    props", "      - {prop"]
    assert text.index("props:") < text.index("camera:\n")


def test_a_layer_a_path_and_a_dress_are_written_where_they_belong_and_taken_out_again():
    acts = (
        {"do": "layer", "what": ["cast/otto"], "by": 1},
        {"do": "path", "what": ["cast/otto"], "on": True},
        {"do": "path", "what": ["cast/ilse"], "on": False},
        {"do": "dress", "what": "cast/ilse", "wardrobe": "jumper"},
    )
    before, after, text = do(TEXT, "SC010_SH0010", *acts)
    assert composition_of(scene_of(text).shot("SC010_SH0010")) == after
    assert '{character: otto, wardrobe: "vest", start: {x: 0.7, y: 0.86, scale: 0.5}, end: {x: 0.82' in text
    entry = shot_entry(YAML(typ="safe", pure=True).load(text), "SC010_SH0010")
    back = spliced(text, changes_between(entry, after, before))
    assert composition_of(scene_of(back).shot("SC010_SH0010")) == before


def test_nearer_is_larger_by_the_horizon_and_the_one_known_height():
    _, after, _ = do(TEXT, "SC010_SH0010", {"do": "move", "what": ["cast/otto"], "dy": 0.1})
    near = after.item("cast/otto").start
    assert near.scale > 0.5
    _, flat, _ = do(TEXT, "SC010_SH0010", {"do": "move", "what": ["cast/otto"], "dy": 0.1, "floor": False})
    assert flat.item("cast/otto").start.scale == 0.5
    _, placed, _ = do(TEXT, "SC010_SH0010", {"do": "place", "what": "cast/pia", "x": 0.5, "y": 0.86})
    assert placed.item("cast/pia").start.scale == pytest.approx(0.5 * 1.2 / 1.8, abs=0.002)


def test_lines_draw_who_comes_near_them_and_nobody_else():
    _, after, _ = do(TEXT, "SC010_SH0010", {"do": "move", "what": ["cast/ilse"], "dx": 0.02, "snap": ["thirds"]})
    assert after.item("cast/ilse").start.x == 0.333
    _, after, _ = do(TEXT, "SC010_SH0010", {"do": "move", "what": ["cast/ilse"], "dx": 0.1, "snap": ["thirds"]})
    assert after.item("cast/ilse").start.x == 0.4
    _, after, _ = do(TEXT, "SC010_SH0010", {"do": "move", "what": ["cast/otto"], "dy": 0.05, "snap": ["floor"]})
    assert after.item("cast/otto").start.y == 0.92


def test_views_turn_all_the_way_round_and_a_lock_keeps_from_every_act():
    turns = [{"do": "turn", "what": ["cast/otto"]}] * 6
    before, after, text = do(TEXT, "SC010_SH0010", *turns)
    assert (after, text) == (before, TEXT)
    lock = {"do": "lock", "what": ["cast/otto"], "on": True}
    _, after, _ = do(TEXT, "SC010_SH0010", lock, {"do": "remove", "what": ["cast/otto", "cast/ilse"]})
    assert [item.name for item in after.items()] == ["cast/otto"]


def test_a_reframed_camera_leaves_people_where_they_stand_in_the_room_and_names_its_size_and_lens():
    _, after, _ = do(TEXT, "SC010_SH0010", {"do": "reframe", "x": 0.6, "y": 0.6, "zoom": 2.0})
    otto = after.item("cast/otto").start
    assert (otto.x, otto.y, otto.scale) == (0.7, 1.02, 1.0)
    assert (after.camera.size, after.camera.lens) == ("full", "35 mm"), "from head to foot"
    _, nearer, _ = do(TEXT, "SC010_SH0010", {"do": "reframe", "x": 0.6, "y": 0.6, "zoom": 3.2})
    assert (nearer.camera.size, nearer.camera.lens) == ("medium", "50 mm"), "down to the waist"


@pytest.mark.parametrize(
    ("frame", "move", "amount"),
    [
        ({"zoom": 1.2}, "push_in", 0.2),
        ({"zoom": 0.8}, "pull_out", 0.25),
        ({"dx": 0.1}, "pan_right", 0.1),
        ({"dy": -0.3}, "tilt_up", 0.3),
        ({"dx": 0.01}, "static", 0.12),
    ],
)
def test_the_frame_that_is_drawn_at_the_end_names_the_move(frame, move, amount):
    _, after, _ = do(TEXT, "SC010_SH0010", {"do": "end_frame", **frame})
    assert (after.camera.move, after.camera.amount) == (move, amount)


def test_everybody_may_be_taken_out_and_somebody_else_put_in():
    out = {"do": "remove", "what": ["cast/ilse", "cast/otto"]}
    _, after, text = do(TEXT, "SC010_SH0010", out, {"do": "place", "what": "cast/pia"})
    assert composition_of(scene_of(text).shot("SC010_SH0010")) == after
    assert [line[:1] for line in changed_lines(text)].count("+") == 1


def test_a_length_is_a_whole_number_of_frames():
    _, after, text = do(TEXT, "SC010_SH0010", {"do": "length", "seconds": 5.02})
    assert after.duration_s == 5
    assert changed_lines(text) == ["-    duration_s: 4.0", "+    duration_s: 5"]


def test_what_the_bible_does_not_know_is_refused_by_name():
    with pytest.raises(NotComposable, match="the bible does not know it"):
        do(TEXT, "SC010_SH0010", {"do": "place", "what": "cast/nobody"})
    shot = scene_of(TEXT).shot("SC010_SH0010")
    elsewhere = composition_of(shot).model_copy(update={"location": "moon"})
    with pytest.raises(NotComposable, match="the bible does not know the location moon"):
        shot_with(shot, elsewhere, BIBLE)


def test_a_value_that_an_alias_shares_is_left_to_a_person():
    shared = TEXT.replace("start: {x: 0.7", "start: &here {x: 0.7")
    with pytest.raises(NotByProgram, match="shares this value"):
        do(shared, "SC010_SH0010", {"do": "move", "what": ["cast/otto"], "dx": 0.1})


def test_line_ends_of_another_system_stay():
    text = do(TEXT.replace("\n", "\r\n"), "SC010_SH0010", {"do": "place", "what": "cast/pia"})[2]
    assert text.count("\n") == text.count("\r\n") == TEXT.count("\n") + 1


def test_a_field_and_an_entry_that_are_written_at_one_place_stand_in_their_order():
    acts = [{"do": "remove", "what": ["cast/ilse", "cast/otto"]}, {"do": "place", "what": "cast/ilse", "x": 0.0}]
    before, after, text = do(TEXT, "SC010_SH0010", *acts)
    entry = shot_entry(YAML(typ="safe", pure=True).load(text), "SC010_SH0010")
    back = spliced(text, changes_between(entry, after, before))
    assert composition_of(scene_of(back).shot("SC010_SH0010")).shows_as(before)


_ITEM = st.sampled_from(["cast/ilse", "cast/otto", "cast/pia", "props/lantern"])
_ITEMS = st.lists(_ITEM, min_size=1, max_size=3, unique=True)
_SHARE = st.floats(-0.6, 0.6).map(lambda value: round(value, 2))
_MARK = st.sampled_from(["start", "end", "both"])
_ACT = st.one_of(
    st.fixed_dictionaries({"do": st.just("place"), "what": _ITEM, "x": _SHARE}),
    st.fixed_dictionaries({"do": st.just("remove"), "what": _ITEMS}),
    st.fixed_dictionaries({"do": st.just("move"), "what": _ITEMS, "dx": _SHARE, "dy": _SHARE, "mark": _MARK}),
    st.fixed_dictionaries({"do": st.just("scale"), "what": _ITEMS, "by": st.floats(0.2, 4), "mark": _MARK}),
    st.fixed_dictionaries({"do": st.sampled_from(["turn", "flip", "mirror"]), "what": _ITEMS}),
    st.fixed_dictionaries({"do": st.just("layer"), "what": _ITEMS, "by": st.sampled_from([1, -1])}),
    st.fixed_dictionaries({"do": st.sampled_from(["lock", "path"]), "what": _ITEMS, "on": st.booleans()}),
    st.fixed_dictionaries({"do": st.just("plate"), "location": st.sampled_from(["quay", "cafe"])}),
    st.fixed_dictionaries(
        {"do": st.just("reframe"), "x": st.floats(0, 1), "y": st.floats(0, 1), "zoom": st.floats(1, 4)}
    ),
    st.fixed_dictionaries({"do": st.just("size"), "size": st.sampled_from(["wide", "medium", "close_up"])}),
    st.fixed_dictionaries({"do": st.just("end_frame"), "dx": _SHARE, "dy": _SHARE, "zoom": st.floats(0.5, 2)}),
    st.fixed_dictionaries({"do": st.just("length"), "seconds": st.floats(0, 70)}),
)


@given(acts=st.lists(_ACT, max_size=8), shot=st.sampled_from(["SC010_SH0010", "SC010_SH0020"]))
@settings(max_examples=40, deadline=None)
def test_any_acts_are_written_as_shown_touch_no_other_line_and_undo_to_the_same_bytes(acts, shot):
    before, after, text = do(TEXT, shot, *acts)
    written = composition_of(scene_of(text).shot(shot))
    assert written.shows_as(after)
    entry = shot_entry(YAML(typ="safe", pure=True).load(TEXT), shot)
    assert spliced(TEXT, changes_between(entry, before, before)) == TEXT
    mine, rest = _parts(TEXT, shot)
    assert _parts(text, shot)[1] == rest
    if mine.count("#") == 4 and "cast/ilse" in {item.name for item in after.items()} and after.cast:
        assert all(comment in text for comment in ("# at night", "# Ilse comes first.", "# she waits"))
    back = spliced(text, changes_between(shot_entry(YAML(typ="safe", pure=True).load(text), shot), written, before))
    assert composition_of(scene_of(back).shot(shot)).shows_as(before)


def _parts(text: str, shot: str) -> tuple[str, str]:
    """The lines of the shot, and all others."""
    head, _, tail = text.partition(f"  - id: {shot}\n")
    mine, mark, after = tail.partition("\n  # The empty one.")
    return (mine, head + mark + after) if shot.endswith("10") else (tail, head)


def test_the_harbour_opens_on_the_board_shot_by_shot():
    path = Path(__file__).parents[2] / "examples" / "harbour" / "scenes" / "SC010.yaml"
    text = path.read_text(encoding="utf-8")
    for shot in scene_of(text).shots:
        entry = shot_entry(YAML(typ="safe", pure=True).load(text), shot.id)
        assert changes_between(entry, composition_of(shot), composition_of(shot)) == ()
