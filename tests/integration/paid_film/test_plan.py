"""What a plan says before any money moves: what runs, what is there, what stops it, and how much each cap has left."""

from __future__ import annotations

import dataclasses
import json

import pytest
from sqlalchemy import event

from governor.errors import NotApproved
from production.planning import plan_file
from production.planning.limits import plan_within_limits
from providers.previz import adapter
from wiring.errors import PlanRefused

SHOT, OTHER = "SC010_SH0010", "SC010_SH0020"


def planned(film, tier="all"):
    return plan_within_limits(film.services, film.services.scene("SC010"), tier)


def steps(film, shot=SHOT):
    return {(s.tier, s.stage): s for s in planned(film).plan.steps if s.shot == shot}


def test_a_new_film_runs_its_drafts_and_its_finals_wait(paid):
    plan = planned(paid).plan
    assert {s.place[1:] for s in plan.running} == {("panel", "draft"), ("clip", "draft")}
    assert {s.block for s in plan.steps if s.tier == "final"} == {"approval"}
    clip = steps(paid)["draft", "clip"]
    assert (clip.unit_price, clip.low_microusd, clip.likely_microusd, clip.high_microusd) == (
        "$0.05/s",
        200_000,
        200_000,
        240_000,
    )
    assert clip.worst_microusd == 3 * 240_000


@pytest.mark.parametrize(("made", "shots"), [(False, 0), (False, 20), (True, 0), (True, 20)])
def test_the_ledger_is_read_as_often_for_two_shots_as_for_many(made, shots, paid, grown):
    if made:
        paid.draft(SHOT)
        paid.draft(OTHER)
    grown(shots)
    services, begun = paid.services, []
    event.listen(services.ledger._database.engine, "begin", begun.append)
    plan = plan_within_limits(services, services.scene("SC010")).plan
    assert len(plan.steps) == 3 * (2 + shots)
    assert len(begun) == 3  # the scene, what people approved, and which shots they left out


def test_a_step_counts_its_takes_and_tells_the_ones_that_failed(paid):
    paid.make(SHOT, "panel", flaw="a")
    panel = steps(paid)["draft", "panel"]
    assert (panel.does, panel.why, panel.takes_left) == ("run", "1 take did not pass its gate", 2)


@pytest.mark.parametrize(
    ("attempts", "flaws", "block", "words"),
    [
        (3, "aa", "escalated", "the same flaw 2 times (a)"),
        (3, "aba", "escalated", "its last 2 takes brought it no nearer"),
        (2, "ab", "attempts", "2 of 2 takes failed"),
    ],
    ids=["the same flaw", "no progress", "every take"],
)
def test_a_stage_that_no_reroll_mends_is_blocked_and_so_is_what_it_feeds(attempts, flaws, block, words, paid):
    paid.edit("film.yaml", lambda film: film.setdefault("limits", {}).update(attempts=attempts))
    for number, flaw in enumerate(flaws, 1):
        paid.make(SHOT, "panel", number=number, flaw=flaw)
    found = steps(paid)
    assert (found["draft", "panel"].does, found["draft", "panel"].block) == ("blocked", block)
    assert words in found["draft", "panel"].why
    assert {found["draft", "clip"].block, found["final", "clip"].block} == {"upstream"}
    assert {s.does for s in steps(paid, OTHER).values() if s.tier == "draft"} == {"run"}


def test_what_is_in_flight_is_collected_and_what_is_in_doubt_is_blocked(paid):
    key = paid.hold(SHOT, "panel")
    assert steps(paid)["draft", "panel"].does == "collect"
    paid.services.ledger.doubt(key, "reset")
    found = steps(paid)
    assert (found["draft", "panel"].does, found["draft", "panel"].block) == ("blocked", "doubt")
    assert "$0.04 stays held" in found["draft", "panel"].why
    assert found["draft", "clip"].block == "upstream"


def test_a_draft_that_passed_is_cached_and_its_final_runs_on_a_yes_alone(paid, gate):
    paid.draft()
    found = steps(paid)
    assert {found["draft", "panel"].does, found["draft", "clip"].does} == {"cached"}
    assert found["final", "clip"].block == "approval"
    assert gate("approve", SHOT, "--yes", "--prices", "p.yaml")[0] == 0
    assert steps(paid)["final", "clip"].does == "run"
    paid.prices.write_text(paid.prices.read_text().replace("0.10", "0.11"))
    lapsed = steps(paid)["final", "clip"]
    assert (lapsed.block, "price" in lapsed.why) == ("approval", True)


def test_a_stop_blocks_all_that_would_run_and_nothing_that_is_there(paid):
    paid.make(SHOT, "panel")
    paid.decide("stop", "film:TEA")
    found = planned(paid).plan
    assert found.running == ()
    assert {(s.does, s.block) for s in found.steps} == {("cached", None), ("blocked", "stopped")}
    assert "because" in next(s.why for s in found.steps if s.block == "stopped")


def test_the_first_cap_that_would_refuse_is_named_and_the_run_ends_there(paid):
    paid.edit("film.yaml", lambda d: d["budget"].update(shot_usd="0.10"))
    made = planned(paid)
    assert made.first_refused is not None
    assert (made.first_refused.scope, made.first_refused.step.name) == (f"shot:{SHOT}", f"{SHOT} draft clip")
    drafts = [s for s in made.plan.steps if s.tier == "draft"]
    assert [s.does for s in drafts] == ["run", "blocked", "blocked", "blocked"]
    assert "its cap of $0.10 has $0.06 left" in drafts[1].why
    assert f"shot:{SHOT} does not hold" in drafts[2].why


def test_a_plan_that_fits_at_the_likely_price_alone_runs_and_says_so(paid, gate):
    # All drafts: likely $0.38, at most $0.44. The last one holds $0.12 when $0.28 is likely to be spent, $0.32 at most.
    paid.edit("film.yaml", lambda d: d["budget"].update(scene_usd="0.42"))
    made = planned(paid, "draft")
    assert {s.does for s in made.plan.steps} == {"run"}
    assert (made.first_refused.scope, made.first_refused.step.name) == ("scene:SC010", f"{OTHER} draft clip")
    out = gate("plan", "SC010", "--prices", "p.yaml", "--tier", "draft")[1]
    assert "fits at the likely price, not at the highest" in out
    assert 'gate cap scene:SC010 --usd 0.44 --why "..."' in out


@pytest.mark.parametrize(
    ("scope", "counted"),
    [("night:2999-01-01", True), ("night:2001-01-01", False), ("key:previz", True), ("key:fal", False)],
)
def test_a_nights_and_a_keys_cap_count_where_they_are_set(scope, counted, paid):
    paid.services.ledger.declare_caps({scope: 10_000})
    assert (scope in {cap.scope for cap in planned(paid).plan.caps}) is counted


def test_headroom_is_what_is_left_after_what_was_spent_and_held(paid):
    paid.make(SHOT, "panel")
    paid.hold(SHOT, "clip")
    scene = next(cap for cap in planned(paid).plan.caps if cap.scope == "scene:SC010")
    assert (scene.settled_microusd, scene.held_microusd) == (10_000, 240_000)
    assert scene.left_microusd == 3_000_000 - 250_000
    other = 40_000 + 120_000 + 200_000  # the other shot's panel, draft and final; of this shot nothing runs now
    assert scene.high_microusd == other + 400_000


def test_a_cap_that_film_yaml_would_raise_blocks_the_run(paid):
    paid.make(SHOT, "panel")
    paid.edit("film.yaml", lambda d: d["budget"].update(scene_usd="5.00"))
    blocked = next(s for s in planned(paid).plan.steps if s.does == "blocked")
    assert (blocked.block, "only a person raises a cap" in blocked.why) == ("cap", True)


def test_a_step_without_a_price_is_blocked_and_no_run_begins(paid, gate):
    paid.prices.write_text(
        paid.prices.read_text().replace("[720p], unit: output_second", "[1080p], unit: output_second")
    )
    paid.prices.write_text(
        paid.prices.read_text().replace("fixed: true", "fixed: false").replace("2026-11-01", "2020-01-01")
    )
    assert {s.block for s in planned(paid).plan.steps if s.stage == "panel"} == {"price"}
    code, _, err = gate("run", "SC010", "--prices", "p.yaml")
    assert code == 2
    assert "days old" in err
    assert paid.services.ledger.takes() == ()


@pytest.mark.parametrize(
    ("tier", "tiers"), [("draft", {"draft"}), ("final", {"final"}), ("hero", set()), ("all", {"draft", "final"})]
)
def test_a_tier_plans_its_own_steps_alone(tier, tiers, paid):
    assert {s.tier for s in planned(paid, tier).plan.steps} == tiers


def test_the_table_fits_a_hundred_columns_and_ends_with_a_sentence_for_a_director(paid, gate):
    code, out, _ = gate("plan", "SC010", "--prices", "p.yaml")
    assert code == 0
    lines = out.splitlines()
    assert [line for line in lines[:-1] if len(line) > 100] == []
    assert lines[-1] == (
        "4 of 6 steps run: likely $0.38, worst $1.32; a take of each fits under every cap; 2 finals wait for your "
        "approval "
        "(likely $0.60, worst $0.60 more). Nothing has been spent."
    )


def test_every_amount_of_the_json_stands_in_dollars_and_in_micro_dollars(paid, gate):
    facts = json.loads(gate("plan", "SC010", "--prices", "p.yaml", "--json")[1])

    def amounts(value):
        if isinstance(value, dict):
            yield from ((key, value) for key in value if key.endswith("_usd"))
        for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            yield from amounts(inner)

    found = list(amounts(facts))
    assert len(found) > 60
    assert all(round(place[key] * 1_000_000) == place[key.replace("_usd", "_microusd")] for key, place in found)
    amounts_of = {
        name: (part["steps"], part["likely_microusd"], part["worst_microusd"])
        for name, part in facts["cost"].items()
        if name != "bought_longer"
    }
    assert amounts_of == {
        "drafts": (4, 380_000, 1_320_000),
        "finals": (2, 600_000, 600_000),
        "total": (6, 980_000, 1_920_000),
    }
    assert len(facts["hash"]) == 64


def test_a_run_that_keeps_to_a_plan_buys_nothing_outside_of_it(paid):
    drafts = planned(paid, "draft").plan
    plan_file.refuse_unplanned(drafts, SHOT, "clip", "draft")
    plan_file.refuse_unplanned(drafts, SHOT, "clip", "final")  # the ledger asks for a person's approval
    plan_file.refuse_unplanned(None, SHOT, "end_panel", "draft")
    with pytest.raises(PlanRefused, match="not in the plan"):
        plan_file.refuse_unplanned(drafts, SHOT, "end_panel", "draft")


def test_a_final_is_refused_by_the_ledger_whatever_the_plan_says(paid):
    paid.draft()
    with pytest.raises(NotApproved):
        paid.hold(SHOT, "clip", "final")


@pytest.fixture
def sold_by_the_three(monkeypatch):
    """Clips of 3 and 4 s are sold; the second shot plays 2 s."""
    can = adapter._CAN["clip"]
    monkeypatch.setitem(adapter._CAN, "clip", dataclasses.replace(can, durations_s=(3.0, 4.0), any_duration=False))


def test_a_shot_that_is_bought_longer_than_it_plays_says_so_in_its_line_and_once_in_the_total(
    paid, gate, sold_by_the_three
):
    draft, final = (steps(paid, OTHER)[tier, "clip"] for tier in ("draft", "final"))
    assert {(s.plays_ms, s.bought_ms) for s in (draft, final)} == {(2000, 3000)}
    assert (draft.longer_microusd, final.longer_microusd) == (50_000, 100_000)
    assert steps(paid)["draft", "clip"].longer_microusd == 0
    out = gate("plan", "SC010", "--prices", "p.yaml")[1]
    assert "2 s as 3 s; after its panel" in next(line for line in out.splitlines() if f"{OTHER} draft clip" in line)
    assert out.count("1 shot is bought longer than it plays: 2 s as 3 s, $0.15") == 1
    facts = json.loads(gate("plan", "SC010", "--prices", "p.yaml", "--json")[1])["cost"]["bought_longer"]
    assert (facts["shots"], facts["lengths"], facts["likely_microusd"]) == (
        1,
        [{"plays_s": 2.0, "bought_s": 3.0}],
        150_000,
    )


def test_seconds_that_are_sold_at_their_own_price_count_by_what_they_add(paid, sold_by_the_three):
    row = (
        "  - {provider: previz, model: previz-clip-1, operation: clip, resolutions: [480p], unit: clip, seconds: "
        '3, usd: "0.30", source: a test, as_of: 2026-11-01, fixed: true}\n'
    )
    paid.prices.write_text(paid.prices.read_text().replace("resolutions: [480p]", "resolutions: [1080p]") + row)
    draft = steps(paid, OTHER)["draft", "clip"]
    assert (draft.likely_microusd, draft.longer_microusd) == (300_000, 100_000)  # 2 s have no price: a third of it


def test_compare_states_both_sides_in_the_plans_own_breakdown(paid, gate, twin, dearer):
    dearer("0.20")
    paid.draft(OTHER)
    told = json.loads(gate("provider", "compare", "SC010", "--to", "twin", "--prices", "p.yaml", "--json")[1])
    plan = json.loads(gate("plan", "SC010", "--prices", "p.yaml", "--json")[1])
    assert told["cost"]["now"] == plan["cost"]
    likely = {side: told["cost"][side]["total"]["likely_microusd"] for side in ("now", "then")}
    assert likely["then"] - likely["now"] == told["delta_microusd"]
    out = gate("provider", "compare", "SC010", "--to", "twin", "--prices", "p.yaml")[1]
    assert "left to buy" in out
