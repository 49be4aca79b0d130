"""The continuity ledger: a pure function of the scenes, and one shot's end is the next one's beginning."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from checks.continuity.deriving import derive
from checks.continuity.judging import check_continuity
from manifests.scene import Scene, Shot
from manifests.story.continuity import ContinuityWaiver
from manifests.story.states import ContinuityFinding, ShotContinuity
from tests.unit.continuity_scenes import BIBLE, person, prop, scene, shot

X = st.floats(0.05, 0.95).map(lambda x: round(x, 2))
FACING = st.sampled_from(["front", "three_quarter", "side", "back"])
SIZE = st.sampled_from(["wide", "full", "medium", "medium_close_up", "close_up"])


@st.composite
def people(draw):
    names = draw(st.lists(st.sampled_from(["ada", "ben", "cat", "rex"]), max_size=3, unique=True))
    return [
        person(who, draw(X), draw(st.none() | X), facing=draw(FACING), mirrored=draw(st.booleans()))
        | {"wardrobe": draw(st.sampled_from(["coat", "dress"]))}
        for who in names
    ]


@st.composite
def shots(draw):
    held = st.none() | st.sampled_from(["ada", "ben"])
    goes = st.none() | st.sampled_from(["ada", "room", "off"])
    props = [
        prop(name, draw(X), **{k: v for k, v in {"held_by": draw(held), "passes_to": draw(goes)}.items() if v})
        for name in draw(st.lists(st.sampled_from(["suitcase", "lamp"]), max_size=2, unique=True))
    ]
    said = {
        "light": draw(st.none() | st.sampled_from([{"temperature": "warm"}, {"temperature": 5600}])),
        "time": draw(st.none() | st.sampled_from(["day", "noon", "night"])),
        "weather": draw(st.none() | st.sampled_from(["rain", "clear"])),
    }
    place = draw(st.sampled_from(["hall", "street"]))
    return shot(*draw(people()), size=draw(SIZE), props=props, location=place, **said)


FEW = settings(max_examples=20, deadline=None)
SCENES = st.lists(shots(), min_size=1, max_size=5).map(lambda them: scene(*them))


@FEW
@given(SCENES)
def test_the_ledger_is_derived_twice_the_same_and_reads_back(one):
    again = Scene.model_validate_json(one.model_dump_json())
    assert derive([one]) == derive([one])
    assert [line.shot for line in derive([one])] == [each.id for each in again.shots]
    found = check_continuity([one], BIBLE)
    assert found == check_continuity([one], BIBLE)
    assert [ShotContinuity.model_validate_json(each.model_dump_json()) for each in found] == list(found)


def _goes_on(last: Shot) -> Shot:
    """A chained shot in which everybody and everything is where the last one left them."""
    ends = {what.prop: what.passes_to or what.held_by for what in last.props}
    cast = tuple(who.model_copy(update={"start": who.end or who.start, "end": None}) for who in last.cast)
    props = tuple(
        what.model_copy(update={"held_by": None if (end := ends[what.prop]) == "room" else end, "passes_to": None})
        for what in last.props
        if ends[what.prop] != "off"
    )
    camera = last.camera.model_copy(update={"move": "static"})
    changes = {"id": "SC010_SH9990", "chain": True, "camera": camera, "cast": cast, "props": props}
    return last.model_copy(update=changes)


@FEW
@given(SCENES)
def test_a_shot_that_goes_on_from_the_last_one_opens_as_that_one_closed(one):
    *_, before, now = derive([one.model_copy(update={"shots": (*one.shots, _goes_on(one.shots[-1]))})])
    assert now.joined
    moves = {who.character: who.moves for who in before.closes.people}
    still = tuple(who.model_copy(update={"moves": moves[who.character]}) for who in now.opens.people)
    assert now.opens.model_copy(update={"people": still}) == before.closes


@FEW
@given(shots(), st.booleans())
def test_a_shot_repeated_raises_nothing_but_a_jump_cut(one, chain):
    stays = [person | {"end": None} for person in one["cast"]]
    still = one | {"cast": stays, "props": [what | {"passes_to": None} for what in one["props"]]}
    (found,) = [each.open for each in check_continuity([scene(still, still | {"chain": chain})], BIBLE)][1:]
    assert [each.finding.rule for each in found] == ([] if chain else ["C209"])


@FEW
@given(SCENES)
def test_what_each_open_finding_proposes_to_write_accepts_it(one):
    found = check_continuity([one], BIBLE)
    waived = tuple(
        shot.model_copy(update={"continuity": tuple(_waiver(each) for each in said.open)})
        for shot, said in zip(one.shots, found, strict=True)
    )
    after = check_continuity([one.model_copy(update={"shots": waived})], BIBLE)
    assert [each.findings for each in after] == [()] * len(after)
    assert [[a.found for a in each.accepted] for each in after] == [list(each.open) for each in found]


def _waiver(found: ContinuityFinding) -> ContinuityWaiver:
    """The line that the finding proposes, as a scene's file is read."""
    return ContinuityWaiver.model_validate(YAML(typ="safe").load(found.waive)["continuity"])


def test_a_prop_that_was_put_down_stays_in_its_room_until_somebody_takes_it():
    lines = derive(
        [
            scene(
                shot(person("ada", 0.3), props=[prop("lamp", held_by="ada", passes_to="room")]),
                shot(person("ada", 0.3), size="close_up"),
                shot(person("ben", 0.3), location="street"),
                shot(person("ada", 0.3), size="close_up"),
                shot(person("ada", 0.3), props=[prop("lamp", held_by="ada")]),
                shot(person("ada", 0.3), size="close_up"),
            )
        ]
    )
    assert [line.opens.room for line in lines] == [(), ("lamp",), (), ("lamp",), (), ()]
    assert [what.held_by for what in (*lines[0].opens.props, *lines[0].closes.props)] == ["ada", None]


def test_a_line_says_side_way_and_movement_as_the_camera_sees_them():
    first = shot(person("ada", 0.7, 0.4, facing="side", mirrored=True), time="night", beat="She arrives.")
    (line,) = derive([scene(first, weather="rain", light={"temperature": "cool"})])
    (opens,), (closes,) = line.opens.people, line.closes.people
    assert (opens.side, closes.side, opens.way, opens.moves) == ("right", "centre", "left", "left")
    assert (line.opens.time, line.opens.weather, line.opens.beat) == ("night", "rain", "She arrives.")
    assert line.opens.light is not None
    assert line.opens.light.temperature == "cool"
