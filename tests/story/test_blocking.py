"""Marks for everybody whom the manifest gives none: pure, the same each time, and within what the gates expect."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.gates.manifest_gate import check_sizes
from manifests.bible import Bible, Character, Location, Prop, Style, Wardrobe
from manifests.scene import Camera, CastMember, Mark, PropPlacement, Scene, Shot, Viewport
from manifests.staging import placements
from manifests.story.blocking import blocked, floor_line
from manifests.take import Reference, Request

SIZES = ("wide", "full", "medium", "medium_close_up", "close_up")


def bible(heights: list[float], floor: float = 0.92) -> Bible:
    coat = {"coat": Wardrobe()}
    people = {f"p{n}": Character(id=f"p{n}", name="P", height_m=h, wardrobes=coat) for n, h in enumerate(heights)}
    place = Location(id="room", name="Room", floor=floor)
    return Bible(characters=people, locations={"room": place}, props={"cup": Prop(id="cup", name="Cup")}, style=Style())


def scene(people: int, size: str, **more: object) -> Scene:
    cast = [CastMember(character=f"p{n}", wardrobe="coat") for n in range(people)]
    fields = {"id": "SC010_SH0010", "location": "room", "cast": cast, "motion": "They talk.", "duration_s": 4}
    shot = Shot(**fields | {"camera": Camera(size=size)} | more)
    return Scene(id="SC010", title="A", shots=(shot,))


def test_two_people_face_each_other_from_the_thirds_with_their_feet_on_the_plates_floor_line():
    shot = blocked(scene(2, "full"), bible([1.8, 1.6], floor=0.9)).shots[0]
    left, right = (member.start for member in shot.cast)
    assert (left.x, left.mirrored, right.x, right.mirrored) == (0.333, False, 0.667, True)
    assert left.facing == right.facing == "three_quarter"
    assert left.y == right.y == 0.9
    assert right.scale / left.scale == pytest.approx(1.6 / 1.8, rel=0.01)


def test_the_floor_line_goes_with_the_part_of_the_plate_that_is_seen():
    assert floor_line(Camera(size="full", plate=Viewport(y=0.5, zoom=2)), 0.7) == pytest.approx(0.9)
    assert floor_line(Camera(size="full", plate=Viewport(y=0.7, zoom=1)), 0.7) == pytest.approx(0.5)


@given(st.lists(st.floats(0.3, 2.2), min_size=1, max_size=12), st.sampled_from(SIZES))
def test_every_head_is_in_the_frame_and_every_size_is_what_it_says(heights, size):
    filled = blocked(scene(len(heights), size), people := bible(heights))
    for placed in placements(filled.shots[0], 0.0):
        assert 0 < placed.x < 1
        assert 0 <= placed.y - placed.scale <= 0.9
    assert check_sizes(filled, people, {}).findings == ()
    assert blocked(filled, people) == filled == blocked(scene(len(heights), size), people)


@pytest.mark.parametrize(
    ("size", "least", "most"),
    [
        ("wide", 1.0, 1.0),
        ("full", 1.0, 1.0),
        ("medium", 0.5, 0.6),  # an adult's waist and hip are at 0.4 to 0.53 of the height from the top of the head
        ("medium_close_up", 0.33, 0.42),
        ("close_up", 0.25, 0.32),
    ],
)
def test_a_size_shows_the_part_of_a_person_that_the_trade_means_by_the_word(size, least, most):
    mark = blocked(scene(1, size), bible([1.75])).shots[0].cast[0].start
    head = mark.y - mark.scale
    assert head >= 0.1
    assert least <= min(1.0, (1 - head) / mark.scale) <= most


def test_what_a_person_wrote_stays_and_a_chained_shot_goes_on_from_there():
    mark = Mark(x=0.2, y=0.95, scale=0.5)
    one = scene(2, "full").shots[0]
    staged = CastMember(character="p0", wardrobe="coat", start=mark, end=mark.model_copy(update={"x": 0.4}))
    first = one.model_copy(update={"cast": (staged, one.cast[1])})
    second = one.model_copy(update={"id": "SC010_SH0020", "chain": True})
    shots = blocked(Scene(id="SC010", title="A", shots=(first, second)), bible([1.8, 1.6])).shots
    assert shots[0].cast[0] == staged
    assert shots[1].cast[0].start.x == 0.4
    assert shots[1].cast[1].start == shots[0].cast[1].start


def test_people_keep_their_sides_in_a_place_and_whoever_is_alone_looks_where_they_looked():
    ask = {"location": "room", "camera": Camera(size="full"), "motion": "They talk.", "duration_s": 4}
    p0, p1, p2 = (CastMember(character=f"p{n}", wardrobe="coat") for n in range(3))
    casts = ((p0, p1), (p1,), (p1, p2, p0), (p2, p1))
    shots = tuple(Shot(id=f"SC010_SH00{n}0", cast=cast, **ask) for n, cast in enumerate(casts, 1))
    two, alone, three, last = blocked(Scene(id="SC010", title="A", shots=shots), bible([1.8, 1.6, 1.7])).shots

    def from_the_left(shot: Shot) -> list[tuple[str, bool]]:
        people = sorted(shot.cast, key=lambda who: who.start.x)
        return [(who.character, who.start.mirrored) for who in people]

    assert from_the_left(two) == [("p0", False), ("p1", True)]
    assert from_the_left(alone) == [("p1", True)]
    assert [who for who, _ in from_the_left(three)] == ["p0", "p1", "p2"]
    assert [who for who, _ in from_the_left(last)] == ["p1", "p2"]


def test_a_prop_lies_between_people_and_in_the_frame():
    shot = blocked(scene(2, "full", props=(PropPlacement(prop="cup"),)), bible([1.8, 1.6])).shots[0]
    assert (shot.props[0].start.x, shot.props[0].start.y) == (0.5, 0.92)


def test_the_writers_name_and_the_mark_of_a_proposal_change_no_key():
    plain = scene(1, "full").shots[0]
    named = plain.model_copy(update={"called": "4A", "proposed": True})

    def asked(shot: Shot) -> Request:
        shown = (Reference(role="location", name="locations/room", sha256="a" * 64),)
        return Request(
            operation="panel",
            shot=shot.id,
            staging=shot,
            prompt="x",
            references=shown,
            resolution="480p",
            frames=1,
            seed=0,
        )

    assert asked(named) == asked(plain)
    assert asked(named).stored() == asked(plain).stored()
    assert "called" not in asked(named).stored()
