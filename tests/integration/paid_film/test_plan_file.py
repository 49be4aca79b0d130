"""A plan as a file: a run keeps to it, or says by name what has moved since."""

from __future__ import annotations

import json

import pytest
from PIL import Image

from production.planning import plan_file
from wiring.errors import PlanRefused

SHOT, OTHER = "SC010_SH0010", "SC010_SH0020"


@pytest.fixture
def kept(paid, gate):
    """The plan of the new film, written."""
    path = paid.root / "plan.json"
    assert gate("plan", "SC010", "--prices", "p.yaml", "-o", str(path))[0] == 0
    return path


def start(film, path):
    return plan_file.keep(film.services, film.services.scene("SC010"), path)


def refused(film, path):
    with pytest.raises(PlanRefused) as told:
        start(film, path)
    return str(told.value)


def test_a_plan_of_what_has_not_moved_is_kept_to(paid, kept):
    assert start(paid, kept).hash == json.loads(kept.read_text())["hash"]
    assert start(paid, None) is None


def test_what_was_made_since_is_no_move_and_neither_is_another_take_within_the_attempts(paid, kept):
    paid.make(SHOT, "panel", flaw="a")
    assert start(paid, kept)
    paid.make(SHOT, "panel", number=2)
    paid.make(SHOT, "clip")
    paid.hold(OTHER, "panel")
    assert start(paid, kept)


@pytest.mark.parametrize(
    ("file", "change", "words"),
    [
        ("scenes/SC010.yaml", lambda d: d["shots"][0].update(motion="She sits down."), f"{SHOT} draft clip: prompt"),
        ("scenes/SC010.yaml", lambda d: d["shots"][0].update(duration_s=3), f"{SHOT} draft clip: shot"),
        ("scenes/SC010.yaml", lambda d: d["shots"][0]["cast"][0]["start"].update(x=0.5), f"{SHOT} draft panel: shot"),
        (
            "scenes/SC010.yaml",
            lambda d: d["shots"].pop(),
            f"{OTHER} draft panel: it is in the plan, and not in the scene",
        ),
        (
            "scenes/SC010.yaml",
            lambda d: d["shots"].append({**d["shots"][1], "id": "SC010_SH0030"}),
            "SC010_SH0030 draft panel: it would be made, and is not in the plan",
        ),
        (
            "film.yaml",
            lambda d: d["budget"].update(shot_usd="0.50"),
            f"shot:{SHOT}: $0.50 is left and the plan needs $0.68",
        ),
    ],
    ids=["words", "length", "a mark", "a shot less", "a shot more", "a cap"],
)
def test_what_moved_is_told_by_shot_and_name(file, change, words, paid, kept, gate):
    paid.edit(file, change)
    assert words in refused(paid, kept)
    code, out, err = gate("run", "SC010", "--prices", "p.yaml", "--plan", str(kept))
    assert (code, out) == (2, "")
    assert words in err
    assert paid.services.ledger.takes() == ()


def test_a_reference_drawn_anew_has_moved(paid, kept):
    Image.new("RGBA", (40, 120), (1, 2, 3, 255)).save(paid.root / "assets/locations/kitchen.png")
    told = refused(paid, kept)
    assert f"{SHOT} draft panel: references" in told
    assert f"{OTHER} final clip: references" in told


def test_a_price_that_moved_is_told_with_both(paid, kept):
    paid.prices.write_text(paid.prices.read_text().replace("0.05", "0.06"))
    told = refused(paid, kept)
    assert f"{SHOT} draft clip: price (it was $0.05/s, and is $0.06/s)" in told
    assert "panel" not in told


def test_a_price_of_what_is_made_already_may_move(paid, kept):
    paid.draft(SHOT)
    paid.draft(OTHER)
    paid.prices.write_text(paid.prices.read_text().replace("0.05", "0.06"))
    assert start(paid, kept)


def test_a_price_that_is_gone_is_told(paid, kept):
    paid.prices.write_text(
        paid.prices.read_text().replace("fixed: true", "fixed: false").replace("2026-11-01", "2020-01-01")
    )
    assert "days old" in refused(paid, kept)


def test_what_was_there_and_is_to_be_bought_anew_has_moved(paid, gate):
    paid.make(SHOT, "panel")
    path = paid.root / "plan.json"
    gate("plan", "SC010", "--prices", "p.yaml", "-o", str(path))
    paid.edit("film.yaml", lambda d: d.update(thresholds={"C101": 0.9}))
    paid.services.ledger.record_verdict(*failed(paid, SHOT))
    assert f"{SHOT} draft panel: it was there, and would be bought again" in refused(paid, path)


def failed(film, shot):
    from manifests.finding import Finding, Verdict

    take = film.services.ledger.takes(shot=shot, stage="panel")[0]
    finding = Finding(rule="C101", severity="error", subject="ada", flaw="a", message="no", cure="yes")
    return take.generation_key, Verdict(scores=(), findings=(finding,))


def test_a_final_is_no_business_of_a_plan_of_drafts(paid, gate):
    path = paid.root / "plan.json"
    gate("plan", "SC010", "--prices", "p.yaml", "--tier", "draft", "-o", str(path))
    paid.draft()
    gate("approve", SHOT, "--yes", "--prices", "p.yaml")
    assert start(paid, path)
    gate("plan", "SC010", "--prices", "p.yaml", "--tier", "final", "-o", str(path))
    assert f"{OTHER} draft panel: it would be made, and is not in the plan" in refused(paid, path)


def test_a_run_counts_what_is_left_of_the_plan_against_the_caps_of_now(paid, kept, gate):
    gate("cap", "scene:SC010", "--usd", "1.00", "--why", "less", "--yes")
    assert "scene:SC010: $1.00 is left and the plan needs $1.04" in refused(paid, kept)
    paid.make(SHOT, "panel")  # cost $0.01 of the $0.04 that were planned
    assert "scene:SC010: $0.99 is left and the plan needs $1.00" in refused(paid, kept)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda d: d["steps"][0].update(high_microusd=10**9), "its hash does not fit"),
        (lambda d: d.update(made_at="2026-01-01T00:00:00+00:00"), "its hash does not fit"),
        (lambda d: d.update(hash=""), "carries no hash"),
        (lambda d: d.update(hash="0" * 64), "its hash does not fit"),
        (lambda d: d.update(schema="gate/plan/1"), "it is stored as gate/plan/1"),
        (lambda d: d.update(moon=1), "Extra inputs"),
        (dict.clear, "it is stored as None"),
    ],
    ids=["a price", "a date", "no hash", "another hash", "another version", "another field", "nothing"],
)
def test_a_plan_that_somebody_changed_is_refused(change, words, paid, kept):
    document = json.loads(kept.read_text())
    change(document)
    kept.write_text(json.dumps(document))
    assert words in refused(paid, kept)


@pytest.mark.parametrize("content", [None, b"", b"[1]", b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_plan_is_refused_in_a_sentence(content, paid, gate):
    path = paid.root / "plan.json"
    if content is not None:
        path.write_bytes(content)
    code, _, err = gate("resume", "SC010", "--prices", "p.yaml", "--plan", str(path), "--json")
    assert code == 2
    assert "Traceback" not in err
    assert "plan.json" in err


def test_a_plan_of_another_film_or_scene_is_refused(paid, kept):
    paid.edit("film.yaml", lambda d: d.update(code="ELSE"))
    assert "it is for TEA SC010, and this is ELSE SC010" in refused(paid, kept)
