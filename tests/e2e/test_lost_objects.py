"""The vault has lost files: the plan prices nothing behind them, and a run brings every one back and buys nothing."""

from __future__ import annotations

import json
import shutil

import pytest


def planned(film):
    film.forget()
    return json.loads(film.say("plan", "SC010", "--json"))


@pytest.mark.parametrize("notes", ["kept", "lost"])
def test_every_lost_object_comes_back_and_nothing_is_priced_or_bought_again(notes, drafted):
    before, attempts, bills = planned(drafted), [tuple(row) for row in drafted.attempts()], drafted.previz.bills()
    vault = drafted.state / "vault"
    shutil.rmtree(vault / "objects")
    if notes == "lost":
        shutil.rmtree(vault / "last_frames")

    lost = planned(drafted)

    assert lost["media_lost"] is not None
    was = {(s["shot"], s["stage"], s["tier"]): s["does"] for s in before["steps"]}
    now = {(s["shot"], s["stage"], s["tier"]): s["does"] for s in lost["steps"]}
    assert {place: "collect" if does == "cached" else does for place, does in was.items()} == now
    assert {s["key"] for s in before["steps"] if s["tier"] == "draft"} == {
        s["key"] for s in lost["steps"] if s["tier"] == "draft"
    }
    assert lost["cost"]["drafts"]["steps"] == 0
    drafted.forget()
    outcome = drafted.run()
    assert (outcome.generated, outcome.ending) == (0, "waits for approval"), outcome.message
    assert [tuple(row) for row in drafted.attempts()] == attempts
    assert drafted.previz.bills() == bills
    again = planned(drafted)
    assert (again["media_lost"], [s["does"] for s in again["steps"]]) == (None, [s["does"] for s in before["steps"]])


def test_what_hangs_on_a_lost_picture_or_clip_still_counts_as_made(drafted):
    for stage in ("panel", "clip"):
        steps = planned(drafted)["steps"]
        key = next(s["key"] for s in steps if (s["shot"], s["stage"], s["tier"]) == ("SC010_SH0040", stage, "draft"))
        sha256 = drafted.ledger.take(key).asset.sha256
        (drafted.state / "vault" / "objects" / sha256[:2] / sha256).unlink()
        changed = {(s["shot"], s["stage"]): s["why"] for s in planned(drafted)["steps"] if s["does"] == "collect"}
        assert (
            set(changed) == {("SC010_SH0040", "panel"), ("SC010_SH0040", "clip")}
            if stage == "clip"
            else {("SC010_SH0040", "panel")}
        )
        assert all("its file is lost, and a run brings it back for $0" in why for why in changed.values())
