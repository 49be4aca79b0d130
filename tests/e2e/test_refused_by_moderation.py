"""Words that one host refuses beside a picture: told in its own code, never sent again unchanged,
and a person's to go on with.
"""

from __future__ import annotations

import json

import pytest

from manifests.finding import Verdict
from production.gating import clip as gate_clip
from production.gating import panel as gate_panel
from rehearsal.faults import Fault, Script
from rehearsal.live import live

SHOT = "SC010_SH0020"
TRIGGER = "the bone of her ancestor"


@pytest.fixture
def house(tmp_path):
    """The host of the field report: with a picture it refuses the words, and without one it makes them."""
    fault = Fault(fault="moderation_output", prompt_contains="bone", with_reference=True)
    with live(tmp_path / "house", Script(pictures="plain", job_s=0, faults=(fault,))) as house:
        yield house


@pytest.fixture
def film(film_of, house, monkeypatch):
    """One shot, whose clip Replicate makes. Tiny pictures: no gate is tried here."""
    film = film_of("SH0020")
    monkeypatch.setenv("GATE_REHEARSAL", house.url)
    monkeypatch.setattr(gate_clip, "look", lambda case, eye, faces: Verdict(scores=(), findings=()))
    monkeypatch.setattr(gate_panel, "look", lambda case, eye, faces: Verdict(scores=(), findings=()))
    film.edit(
        "film.yaml",
        lambda d: d.update(
            providers={"panel": "previz", "clip": "replicate"},
            budget={"film_usd": "60.00", "scene_usd": "20.00", "run_usd": "20.00", "shot_usd": "8.00"},
        ),
    )
    film.say("drafts", "720p", "--why", "nobody has a price of 480p there", "--yes")
    film.edit_shot(SHOT, motion=f"Marit lays down {TRIGGER} and looks up.")
    return film


def posts(house):
    return len(house.records.posts("replicate"))


def offered(film):
    return json.loads(film.say("offers", SHOT, "--json"))


def test_trigger_words_beside_a_picture_are_told_offered_on_and_never_resent(film, house):
    refused = film.run()
    assert (refused.ending, refused.exit_code) == ("refused", 8)
    assert refused.shots[0].status == "blocked:moderation"
    assert "(E005)" in refused.shots[0].message
    assert refused.next[0] == f"gate offers {SHOT}"
    assert posts(house) == 1

    told = offered(film)
    assert (told["refused"]["provider"], told["refused"]["stage"]) == ("replicate", "clip")
    assert "(E005)" in told["refused"]["raw"]
    kinds = [offer["kind"] for offer in told["offers"]]
    assert {"provider", "text_only", "rewrite", "by_hand"} == set(kinds)
    others = [offer for offer in told["offers"] if offer["kind"] == "provider"]
    assert {"openrouter", "byteplus", "fal"} <= {offer["changes"]["providers"]["clip"] for offer in others}
    assert all(isinstance(offer["delta_microusd"], int) for offer in others)
    rewrite = next(offer for offer in told["offers"] if offer["kind"] == "rewrite")
    assert "pale branch-like object of her old relative" in rewrite["changes"]["motion"]
    assert "rest on words alone" in next(o for o in told["offers"] if o["kind"] == "text_only")["risk"]

    again = film.run()
    assert (again.ending, posts(house)) == ("refused", 1), "nothing takes itself, and nothing is sent again"

    film.say("offers", SHOT, "--take", str(1 + kinds.index("text_only")), "--why", "no face is seen", "--yes")
    taken = film.run()
    assert taken.ending == "waits for approval"
    assert posts(house) == 2
    assert house.records.jobs("replicate")[-1].order.with_reference is False
    assert film.ledger.audit() == []


def test_the_rewrite_that_a_person_takes_is_another_call(film, house):
    film.run()
    kinds = [offer["kind"] for offer in offered(film)["offers"]]
    film.say("offers", SHOT, "--take", str(1 + kinds.index("rewrite")), "--why", "it is a branch after all", "--yes")
    assert film.run().ending == "waits for approval"
    assert "pale branch-like object" in house.records.jobs("replicate")[-1].order.prompt
