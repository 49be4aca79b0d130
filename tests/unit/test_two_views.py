"""Two pictures of each character are enough for an animatic; what needs a third one says so, and is not checked."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.gates.people import views_lacking
from checks.gates.reference_gate import needed
from checks.gates.roster_gate import check_roster
from checks.seeing.masters import References
from manifests.bible import VIEWS, Bible, Character, Location, Style, View, Wardrobe, nearest_view, views_shown
from manifests.scene import Camera, CastMember, Mark, Shot

LOOK = "characters/ada/coat"
BIBLE = Bible(
    characters={"ada": Character(id="ada", name="Ada", wardrobes={"coat": Wardrobe()})},
    locations={"room": Location(id="room", name="Room")},
    style=Style(),
)


def names(*views: View) -> frozenset[str]:
    return frozenset({"locations/room", *(f"{LOOK}/{view}" for view in views)})


def shot(facing: View) -> Shot:
    ada = CastMember(character="ada", wardrobe="coat", start=Mark(x=0.5, y=0.9, scale=0.6, facing=facing))
    return Shot(id="SC010_SH0010", location="room", cast=(ada,), camera=Camera(size="full"), motion="m", duration_s=4)


@given(st.sets(st.sampled_from(VIEWS)))
def test_the_roster_warns_of_a_missing_view_where_the_front_and_one_more_are_there_and_refuses_less(
    views: set[View],
) -> None:
    found = [f.severity for f in check_roster(BIBLE, names(*views)).findings]
    if len(views) == 4:
        assert found == []
    else:
        assert found == (["warning"] if "front" in views and len(views) > 1 else ["error"])


def test_the_warning_names_the_missing_views_and_how_to_make_them() -> None:
    (warning,) = check_roster(BIBLE, names("front", "side")).findings
    assert "no back, three_quarter" in warning.message
    assert "gate turnaround ada" in warning.cure


@given(st.sets(st.sampled_from(VIEWS)), st.sampled_from(VIEWS))
def test_a_view_that_is_there_is_shown_and_another_is_replaced_by_one_that_is(views: set[View], wanted: View) -> None:
    there = names(*views)
    shown = nearest_view(f"{LOOK}/{wanted}", there)
    assert (shown == f"{LOOK}/{wanted}") == (wanted in views or not views)
    assert not views or shown in there
    assert nearest_view("props/cup", there) == "props/cup"


def test_a_film_with_all_four_views_needs_all_four() -> None:
    assert views_shown("ada", "coat", names(*VIEWS)) == VIEWS
    assert needed(shot("front"), BIBLE, names(*VIEWS)) == needed(shot("front"), BIBLE)
    assert [n.rpartition("/")[2] for n in needed(shot("front"), BIBLE, names("front", "back"))] == [
        "back",
        "front",
        "room",
    ]


@pytest.mark.parametrize(("facing", "lacks"), [("back", True), ("front", False), ("side", False)])
def test_nobody_is_checked_by_a_view_that_the_film_lacks(facing: View, lacks: bool) -> None:
    references = References({name: Path(name) for name in names("front", "side")})
    found = views_lacking(shot(facing), references)
    assert bool(found) is lacks
    assert not lacks or found["ada"].startswith("not checked: the film lacks the back view of ada in coat (gate turnar")
