from manifests.scene import CastMember, Mark, PropMark, PropPlacement
from providers.previz import motion

STANDING = CastMember(character="marit", wardrobe="apron", start=Mark(x=0.3, y=0.9, scale=0.5))
WALKING = STANDING.model_copy(update={"end": Mark(x=0.7, y=0.9, scale=0.5)})


def test_everybody_is_at_rest_at_second_zero():
    assert motion.pose(STANDING, 0.0, 0.0, seed=1) == motion.REST


def test_somebody_who_stands_breathes_with_both_feet_on_the_floor():
    poses = [motion.pose(STANDING, i / 95, i / 24, seed=1) for i in range(96)]
    assert all(pose.rise == 0 and pose.rock == 0 for pose in poses)
    assert max(p.stretch for p in poses) - min(p.stretch for p in poses) > motion.BREATH_STRETCH


def test_idle_life_never_moves_a_head_by_more_than_one_percent_of_the_body():
    poses = [motion.pose(STANDING, 0.5, i / 10, seed=3) for i in range(150)]
    assert all(abs(pose.lean) < 0.01 and abs(pose.stretch - 1) < 0.01 for pose in poses)


def test_two_people_do_not_breathe_in_step():
    other = STANDING.model_copy(update={"character": "otto"})
    assert motion.pose(STANDING, 0.5, 2.0, seed=1) != motion.pose(other, 0.5, 2.0, seed=1)


def test_another_seed_is_another_performance():
    assert motion.pose(STANDING, 0.5, 2.0, seed=1) != motion.pose(STANDING, 0.5, 2.0, seed=2)


def test_a_walk_bobs_between_its_ends_and_lands_with_feet_down():
    rises = [motion.pose(WALKING, i / 95, i / 24, seed=1).rise for i in range(96)]
    assert max(rises) > motion.STEP_BOB * 0.9
    assert abs(rises[-1]) < 1e-9


def test_a_longer_way_takes_more_steps():
    near, far = Mark(x=0.4, y=0.9, scale=0.5), Mark(x=0.9, y=0.9, scale=0.5)
    assert 0 < motion.steps(STANDING.start, near) < motion.steps(STANDING.start, far)


def test_a_shift_of_weight_is_no_step():
    assert motion.steps(STANDING.start, Mark(x=0.31, y=0.9, scale=0.5)) == 0


def test_a_prop_is_carried_by_whoever_goes_its_way():
    case = PropPlacement(prop="case", start=PropMark(x=0.25, y=0.9, scale=0.1), end=PropMark(x=0.65, y=0.9, scale=0.1))
    left_behind = case.model_copy(update={"end": None})
    assert motion.carries(WALKING, case)
    assert not motion.carries(WALKING, left_behind)
    assert not motion.carries(STANDING, case)
