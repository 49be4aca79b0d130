"""The film set on which the eyes are measured."""

from dataclasses import replace

import numpy as np
import pytest

from bench.eyesight.auc import auc, auc_of, recall_at
from bench.eyesight.chains import FALSE_ALARMS, alarm_over
from bench.filmset.cast_changes import CAST_CHANGES, recast
from bench.filmset.creep import ONSET, SHOTS, amount_at, crept
from bench.filmset.drifts import AXES, COLOUR_DELTA, PERSON_AXES, STRENGTHS, drifted
from bench.filmset.frame import HEIGHT, WIDTH, camera_of, draw, take
from bench.filmset.labelled import scene_of
from bench.filmset.scenes import shot

OF_PERSON = {
    "hair_colour": {"hair"},
    "hair_style": {"hair"},
    "build": {"build"},
    "face": {"face"},
    "wardrobe_colour": {"wardrobe"},
    "wardrobe": {"wardrobe"},
    "character_swap": {"face", "hair", "build", "wardrobe", "seed"},
}
PARTS = ("face", "hair", "build", "wardrobe", "seed")
DELTA_TOLERANCE = 0.5
SHARE_TOLERANCE = 0.01
CAST_CHANGE_SEEN = 0.01
KEY_FRAMES = 3


@pytest.fixture(scope="module")
def here():
    return scene_of(3, 1)[0]


def drift(here, axis, amount, way=4):
    return drifted(here, axis, amount, np.random.default_rng(way))


def test_one_seed_draws_one_picture_and_another_seed_another(here):
    def picture(seed):
        rng = np.random.default_rng(seed)
        return take(here, shot(here, rng), rng).picture

    first = picture(1)
    assert first.shape == (HEIGHT, WIDTH, 3)
    assert (first == picture(1)).all()
    assert (first != picture(2)).mean() > 0.5


def test_the_less_free_a_scene_is_the_less_camera_poses_and_light_change(here):
    def spread(freedom):
        rng = np.random.default_rng(7)
        taken = [shot(replace(here, freedom=freedom), rng) for _ in range(24)]
        told = [
            (t.pan, t.aim[0], t.away / 5, t.poses[0].yaw / 90, t.light.exposure, t.light.warm)
            for t in taken
            if t.framing == "wide"
        ]
        return np.std(told, axis=0)

    free, calm, still = spread(1.0), spread(0.35), spread(0.0)
    assert (calm < 0.7 * free).all()
    assert (still < calm).all()


@pytest.mark.parametrize("axis", AXES)
@pytest.mark.parametrize("amount", STRENGTHS.values())
def test_a_drift_changes_its_own_thing_and_nothing_else(here, axis, amount):
    other = drift(here, axis, amount)
    assert other.cast[1:] == here.cast[1:]
    assert other.marks == here.marks
    if axis in PERSON_AXES:
        assert other.room == here.room
        changed = {part for part in PARTS if getattr(other.cast[0], part) != getattr(here.cast[0], part)}
        assert changed
        assert changed <= OF_PERSON[axis]
        assert other.cast[0].name == here.cast[0].name
    else:
        assert other.cast == here.cast
        assert other.room != here.room
        assert other.room.name == here.room.name


@pytest.mark.parametrize("amount", STRENGTHS.values())
def test_colours_move_by_as_much_as_the_docs_say(here, amount):
    was, now = here.cast[0].wardrobe.main, drift(here, "wardrobe_colour", amount).cast[0].wardrobe.main
    assert np.linalg.norm(np.subtract(was, now)) == pytest.approx(COLOUR_DELTA * amount, abs=DELTA_TOLERANCE)


def test_rearranging_moves_things_and_brings_or_takes_none(here):
    other = drift(here, "set_rearranged", 1.0)
    assert sorted(p.seed for p in other.room.pieces) == sorted(p.seed for p in here.room.pieces)
    assert {(p.seed, p.x, p.z) for p in other.room.pieces} != {(p.seed, p.x, p.z) for p in here.room.pieces}


def test_blocking_knows_nothing_of_what_has_drifted(here):
    taken = shot(here, np.random.default_rng(1))
    plain, off = (
        take(scene, taken, np.random.default_rng(2), here) for scene in (here, drift(here, "character_swap", 1.0))
    )
    assert plain.placed == off.placed
    assert plain.window == off.window
    assert (plain.picture != off.picture).any()


def test_where_blocking_expects_somebody_somebody_is_drawn(here):
    taken = shot(here, np.random.default_rng(8), lead=0)
    frame = take(here, taken, np.random.default_rng(2))
    person = draw(here, taken, camera_of(here, taken), 1, room=False).max(2) > 0
    lead = next(p for p in frame.placed if p.entity == here.cast[0].name)
    assert person[lead.mask > 0.9].mean() > 0.6


def test_a_creep_begins_at_its_onset_and_only_grows():
    amounts = [amount_at(number) for number in range(1, SHOTS + 1)]
    assert amounts[: ONSET - 1] == [0.0] * (ONSET - 1)
    assert all(a < b for a, b in zip(amounts[ONSET - 2 :], amounts[ONSET - 1 :], strict=False) if b < 1)
    assert amounts[-1] == 1.0


def test_a_creep_goes_one_way(here):
    colours = [crept(here, "look", amount, 7).cast[0].hair.colour for amount in (0.0, 0.3, 0.6)]
    first, second = np.subtract(colours[1], colours[0]), np.subtract(colours[2], colours[1])
    assert first @ second == pytest.approx(np.linalg.norm(first) * np.linalg.norm(second))


def test_auc_counts_pairs_and_ties_as_half():
    assert auc_of([2, 3], [0, 1]) == 1.0
    assert auc_of([0, 1], [2, 3]) == 0.0
    assert auc_of([1, 1], [1]) == 0.5
    assert auc_of([1, 3], [2]) == 0.5
    found = auc([("a", 1.0), ("b", 3.0)], [("a", 0.0), ("b", 2.0)])
    assert found.value == 0.75
    assert found.low <= found.value <= found.high


def test_recall_is_counted_where_so_many_of_the_good_are_accused():
    good = list(range(100))
    assert recall_at(good, [-1, 2, 50, 90]) == 0.5


def test_a_threshold_from_a_few_chains_lets_about_as_many_others_alarm_as_meant():
    rng = np.random.default_rng(1)
    shares = [
        (rng.gumbel(5, 2, 200) > alarm_over([[0.0, top] for top in rng.gumbel(5, 2, 15)])).mean() for _ in range(200)
    ]
    assert np.mean(shares) == pytest.approx(FALSE_ALARMS, abs=SHARE_TOLERANCE)


@pytest.mark.parametrize("change", CAST_CHANGES)
def test_a_changed_cast_can_be_seen_and_blocking_knows_nothing_of_it(here, change):
    taken = recast(here, change, np.random.default_rng(5))
    assert (taken.changed > CAST_CHANGE_SEEN) == (taken.where is not None) == (change != "none")
    assert len(taken.frames) == KEY_FRAMES
    assert {p.entity for p in taken.frames[0].placed} <= {person.name for person in here.cast}
    assert (taken.entity == "") == (change in {"none", "extra"})
    assert (taken.frames[0].picture == recast(here, change, np.random.default_rng(5)).frames[0].picture).all()
