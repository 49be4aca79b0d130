import pytest

from manifests.scene import Camera, CastMember, Mark, Shot
from manifests.take import Request
from providers.errors import Invalid
from providers.previz.flaws import Flaw, FlawScript, direct

CANON = [
    "characters/marit/apron/front",
    "characters/marit/coat/front",
    "characters/otto/waistcoat/front",
    "locations/cafe_door",
    "locations/cafe_main",
]
MARIT = CastMember(character="marit", wardrobe="apron", start=Mark(x=0.3, y=0.9, scale=0.5))
OTTO = CastMember(character="otto", wardrobe="waistcoat", start=Mark(x=0.7, y=0.9, scale=0.6, facing="side"))


def request(cast=(MARIT, OTTO), **changes):
    shot = Shot(
        id="SC010_SH0010", location="cafe_main", cast=cast, camera=Camera(size="wide"), motion="stand", duration_s=4
    )
    settings = {
        "operation": "clip",
        "shot": shot.id,
        "staging": shot,
        "prompt": "p",
        "references": (),
        "resolution": "480p",
        "frames": 96,
        "seed": 1,
        **changes,
    }
    return Request(**settings)


def struck(flaw, a_request=None, **details):
    a_request = a_request or request()
    wanted = Flaw(shot="SC010_SH0010", stage=a_request.operation, flaw=flaw, **details)
    return direct(a_request, FlawScript((wanted,)).of(a_request, lambda: CANON))


def test_an_empty_script_directs_what_was_asked():
    asked = request()
    assert FlawScript(()).of(asked, lambda: CANON) == ()
    assert direct(asked, ()).shot == asked.staging


def test_a_wrong_wardrobe_is_the_first_other_one_in_the_canon():
    assert [m.wardrobe for m in struck("wrong_wardrobe").shot.cast] == ["coat", "waistcoat"]


def test_a_wrong_wardrobe_may_be_named():
    cast = struck("wrong_wardrobe", character="otto", wardrobe="nightshirt").shot.cast
    assert [m.wardrobe for m in cast] == ["apron", "nightshirt"]


def test_a_wrong_wardrobe_without_another_in_the_canon_is_refused():
    with pytest.raises(Invalid, match="nothing under characters/otto but waistcoat"):
        struck("wrong_wardrobe", character="otto")


def test_a_missing_character_is_gone_and_the_other_stays():
    assert [m.character for m in struck("missing_character", character="marit").shot.cast] == ["otto"]


def test_somebody_who_is_not_in_the_shot_cannot_be_missing():
    with pytest.raises(Invalid, match="pia is not in the shot's cast"):
        struck("missing_character", character="pia")


def test_a_wrong_location_is_another_of_the_canon():
    assert struck("wrong_location").shot.location == "cafe_door"


def test_swapped_sides_put_each_on_the_others_mark_at_their_own_height():
    marit, otto = struck("swapped_sides").shot.cast
    assert (marit.start.x, marit.start.scale, marit.start.facing) == (0.7, 0.5, "side")
    assert (otto.start.x, otto.start.scale, otto.start.facing) == (0.3, 0.6, "front")


def test_one_person_alone_has_no_sides_to_swap():
    with pytest.raises(Invalid, match="takes two characters"):
        struck("swapped_sides", request(cast=(MARIT,)))


@pytest.mark.parametrize(
    ("details", "links", "degrees"),
    [({"degrees": 12.0}, 3, 12.0), ({"degrees_per_link": 6.0}, 3, 18.0), ({"degrees_per_link": 6.0}, 0, 0.0)],
    ids=["fixed", "three links", "at the masters"],
)
def test_hue_drifts_by_a_fixed_turn_or_by_the_link(details, links, degrees):
    assert struck("drifted_hue", request(chain_links=links), **details).hue_degrees == degrees


def test_a_wrong_duration_is_three_fifths_of_the_frames():
    assert struck("wrong_duration").frames == 58


def test_a_cut_inside_jumps_to_another_place():
    direction = struck("cut_inside")
    assert direction.shot.location == "cafe_main"
    assert direction.cut_to.location == "cafe_door"


@pytest.mark.parametrize("flaw", ["frozen", "black"])
def test_a_frozen_or_black_clip_is_said_so(flaw):
    assert getattr(struck(flaw), flaw) is True


@pytest.mark.parametrize(
    ("narrowed", "changes", "strikes"),
    [
        ({"attempts": (1,)}, {"attempt": 1}, True),
        ({"attempts": (1,)}, {"attempt": 2}, False),
        ({"attempts": "all"}, {"attempt": 7}, True),
        ({"resolution": "720p"}, {}, False),
        ({"resolution": "480p"}, {}, True),
        ({"stage": "panel"}, {}, False),
        ({"shot": "SC010_SH0020"}, {}, False),
    ],
)
def test_a_flaw_strikes_only_the_takes_it_names(narrowed, changes, strikes):
    flaw = Flaw.model_validate({"shot": "SC010_SH0010", "stage": "clip", "flaw": "black", **narrowed})
    assert flaw.strikes(request(**changes)) is strikes


def test_two_flaws_strike_together():
    both = tuple(Flaw(shot="SC010_SH0010", stage="clip", flaw=name) for name in ("black", "wrong_duration"))
    direction = direct(request(), both)
    assert (direction.black, direction.frames) == (True, 58)
