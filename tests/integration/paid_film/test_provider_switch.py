"""Another provider for a scene: what it would change, whose word it takes, and what a run refuses without it."""

from __future__ import annotations

import json

import pytest

from governor.errors import SwitchNotDecided
from production.planning import plan_file, switching
from production.planning.limits import plan_within_limits
from providers.errors import Invalid

SHOT, OTHER = "SC010_SH0010", "SC010_SH0020"


@pytest.fixture(autouse=True)
def _two_providers(twin, dearer):
    dearer("0.20")


def compared(film, stage="clip"):
    return switching.compare(film.services, film.services.scene("SC010"), "twin", stage)


def start(film):
    return plan_file.keep(film.services, film.services.scene("SC010"))


def test_the_delta_is_of_what_is_not_made_yet_and_of_what_is_bought_again(paid):
    before = compared(paid)
    shorter = 2 * (200_000 - 50_000) + 2 * (200_000 - 100_000)  # SH0020: 2 s of draft and 2 s of final
    panel = 40_000  # of SH0010, whose clip the twin cannot make: its panel is not bought either
    assert (before.coming_microusd, before.again_microusd) == (shorter - 4 * (50_000 + 100_000) - panel, 0)
    paid.draft(OTHER)
    after = compared(paid)
    assert after.again_microusd == 400_000  # two seconds of a draft that is there
    assert [c.shot for c in after.changes if c.again] == [OTHER]
    assert after.delta_microusd == after.coming_microusd + after.again_microusd


def test_what_it_cannot_make_is_said_in_its_own_words_and_costs_nothing(paid):
    assert [line for line in compared(paid).errors if "nearest it makes is 3 s" in line]
    assert {c.then_microusd for c in compared(paid).changes if c.shot == SHOT and c.stage == "clip"} == {0}
    assert set(compared(paid).lost) == {
        "lengths: only 1 to 3 s",
        "modes: no start_end_frames, references",
        "no audio",
    }


def test_another_panel_is_another_clip_too(paid):
    paid.draft(OTHER)
    again = {(c.shot, c.stage) for c in compared(paid, "panel").changes if c.again}
    assert again == {(OTHER, "panel"), (OTHER, "clip")}


def test_nobody_of_that_name_is_refused_with_the_nearest(paid):
    with pytest.raises(Invalid, match="Did you mean twin"):
        switching.compare(paid.services, paid.services.scene("SC010"), "twim", "clip")


def test_the_command_tells_programs_and_people_the_same(paid, gate):
    paid.draft(OTHER)
    facts = json.loads(gate("provider", "compare", "SC010", "--to", "twin", "--prices", "p.yaml", "--json")[1])
    assert (facts["now"], facts["to"], facts["again"]) == ("previz", "twin", 1)
    assert facts["delta_microusd"] == compared(paid).delta_microusd == round(facts["delta_usd"] * 1_000_000)
    code, out, _ = gate("provider", "compare", "SC010", "--to", "twin", "--prices", "p.yaml")
    assert code == 0
    assert "is made already, and is bought again" in out
    assert "Nothing has been spent." in out
    assert gate("provider", "compare", "SC010", "--to", "previz", "--prices", "p.yaml")[0] == 2


@pytest.fixture
def short(paid):
    """Both shots are of a length that both providers make, and one draft is there."""
    paid.edit("scenes/SC010.yaml", lambda d: d["shots"][0].update(duration_s=2, dialogue=[]))
    paid.draft(OTHER)
    return paid


def test_a_dear_switch_that_nobody_decided_is_refused_before_anything_is_bought(short, gate):
    short.edit("film.yaml", lambda d: d.update(providers={"clip": "twin", "panel": "previz"}))
    bought = len(short.services.ledger.takes())
    with pytest.raises(SwitchNotDecided, match="more than 15 %"):
        start(short)
    code, _, err = gate("run", "SC010", "--prices", "p.yaml")
    assert code == 3
    assert "gate provider switch SC010 --to twin" in err
    plan = plan_within_limits(short.services, short.services.scene("SC010")).plan
    assert plan.running == ()
    assert "switch" in {step.block for step in plan.steps}
    assert len(short.services.ledger.takes()) == bought


def test_a_decision_lets_the_scene_go_on_up_to_what_it_was_told(short, gate, dearer):
    assert (
        gate("provider", "switch", "SC010", "--to", "twin", "--why", "sharper", "--prices", "p.yaml", "--yes")[0] == 0
    )
    assert start(short) is None
    dearer("0.30")
    with pytest.raises(SwitchNotDecided, match=r"\$1.10 was decided"):
        start(short)


def test_a_decision_about_one_provider_is_none_about_another_stage(short, gate):
    assert (
        gate("provider", "switch", "SC010", "--to", "twin", "--why", "sharper", "--prices", "p.yaml", "--yes")[0] == 0
    )
    short.edit("film.yaml", lambda d: d.update(providers={"clip": "previz", "panel": "twin"}))
    short.edit("film.yaml", lambda d: d["budget"].update(scene_usd="0.90"))
    with pytest.raises(SwitchNotDecided, match="panels from twin"):
        start(short)


def test_a_switch_that_saves_or_adds_little_takes_no_word(short, dearer):
    short.edit("film.yaml", lambda d: d.update(providers={"clip": "twin", "panel": "previz"}))
    dearer("0.02")
    assert start(short) is None


def test_a_new_scene_begins_with_whatever_film_yaml_names(paid):
    paid.edit("scenes/SC010.yaml", lambda d: d["shots"][0].update(duration_s=2, dialogue=[]))
    paid.edit("film.yaml", lambda d: d.update(providers={"clip": "twin", "panel": "previz"}))
    assert start(paid) is None


def test_the_switch_changes_one_line_of_film_yaml_and_keeps_the_comments(short, gate):
    path = short.root / "film.yaml"
    path.write_text("# Ours.\n" + path.read_text() + "providers: {panel: previz, clip: previz}  # who makes what\n")
    before = _lines(path)
    code, out, _ = gate(
        "provider", "switch", "SC010", "--to", "twin", "--why", "sharper", "--prices", "p.yaml", "--yes"
    )
    assert code == 0
    changed = [(a, b) for a, b in zip(before, _lines(path), strict=True) if a != b]
    assert changed == [
        (
            "providers: {panel: previz, clip: previz} # who makes what",
            "providers: {panel: previz, clip: twin} # who makes what",
        )
    ]
    assert "it may add $1.10: sharper" in out


def _lines(path):
    """Without the room before a comment, which stays in its column."""
    return [" ".join(line.split()) for line in path.read_text().splitlines()]
