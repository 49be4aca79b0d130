"""Shots whose manifest names the wrong place: the pictures are right, and the diagnosis says so;
one line fixes each.
"""

from __future__ import annotations

import json

DRAWN, CHAINED = "SC010_SH0020", "SC010_SH0050"


def test_a_mislabelled_place_is_a_fault_of_the_manifest_and_its_line_is_changed_only_after_a_yes(film_of):
    film = film_of("SH0020", "SH0040", "SH0050")
    # The provider of the pictures shows the café's main room, take after take: the script calls for it, the manifest
    # does not.
    film.flaws({"shot": DRAWN, "flaw": "wrong_location", "location": "cafe_main"})
    # This one goes on from SH0040, in the main room, and its entry says it is at the door.
    film.edit_shot(CHAINED, location="cafe_door")
    scene = film.root / "scenes" / "SC010.yaml"
    scene.write_text(scene.read_text().replace("location: cafe_door", "location: cafe_door # where they come in", 1))

    outcome = film.run()

    assert {line.shot[-4:]: line.status for line in outcome.shots} == {
        "0020": "escalated",
        "0040": "done",
        "0050": "escalated",
    }
    shown = _assert_it_waits_for_a_person(film)
    _assert_every_page_tells_the_diagnosis(film)
    _assert_the_audit_tells_it(film)
    _assert_one_line_changes_after_a_yes(film, scene)

    film.forget()
    step = json.loads(film.say("plan", "SC010", "--json"))["steps"][0]
    assert (step["does"], step["why"]) == ("collect", "v001 is paid for, and waits for its gate")

    assert film.run().ending == "waits for approval"

    assert [take.generation_key for take in film.ledger.takes(shot=DRAWN, stage="panel")] == [shown.generation_key]
    (clip,) = film.ledger.takes(shot=DRAWN, stage="clip")
    assert shown.asset.sha256 in {reference.sha256 for reference in clip.order.references}
    step = json.loads(film.say("plan", "SC010", "--json"))["steps"][0]
    assert (step["does"], step["why"]) == ("cached", "v001 passed its gate")


def _assert_it_waits_for_a_person(film):
    """Return the one panel that was bought."""
    waits = {note.scope.rpartition(":")[2]: note.text for note in film.ledger.escalations("SC010")}
    for shot, evidence in ((DRAWN, "fair"), (CHAINED, "strong")):
        assert (
            f"diagnosis: manifest ({evidence} evidence): the manifest says cafe_door, the picture fits" in waits[shot]
        )
        assert f"gate fix {shot}" in waits[shot]
    assert "it is chained to SC010_SH0040, whose entry says cafe_main" in waits[CHAINED]
    assert not film.ledger.takes(shot=CHAINED)
    (shown,) = film.ledger.takes(shot=DRAWN)  # no second take was bought of a line that may be wrong
    assert "if the entry is right, ask for another take (gate retake SC010_SH0020 --change seed" in waits[DRAWN]
    step = json.loads(film.say("plan", "SC010", "--json"))["steps"][0]
    assert (step["does"], step["why"]) == (
        "blocked",
        "the manifest may be wrong (location: cafe_door → cafe_main): a person looks at it",
    )
    return shown


def _assert_every_page_tells_the_diagnosis(film):
    told = json.loads(film.say("explain", DRAWN, "--json"))["diagnosis"]
    assert (told["layer"], told["flaw"], told["stage"]) == ("manifest", "location:cafe_door", "panel")
    assert told["changes"] == [{"field": "location", "was": "cafe_door", "now": "cafe_main", "member": None}]
    rows = {row["shot"]: row for row in json.loads(film.say("status", "SC010", "--json"))["shots"]}
    assert rows[DRAWN]["diagnosis"] == told
    assert rows[CHAINED]["diagnosis"]["changes"] == told["changes"]
    assert rows["SC010_SH0040"]["diagnosis"] is None


def _assert_the_audit_tells_it(film):
    audited = json.loads(film.say("audit", "SC010", "--sheet", str(film.root / "audit.png"), "--json"))
    row = audited["rows"][0]
    assert (row["passed"], row["flaws"], audited["failed"], audited["not_judged"]) == (
        False,
        ["location:cafe_door"],
        1,
        1,
    )
    assert (row["axes"]["location"]["state"], row["axes"]["location"]["rule"]) == ("no", "V104")
    assert row["axes"]["continuity"]["state"] == "n/a"
    assert (film.root / "audit.png").read_bytes().startswith(b"\x89PNG")


def _assert_one_line_changes_after_a_yes(film, scene):
    before = scene.read_text()
    proposed = json.loads(film.say("fix", DRAWN, "--json"))["diff"]
    changed = [line for line in proposed if line.startswith(("-  ", "+  "))]
    assert changed == ["-  location: cafe_door # where they come in", "+  location: cafe_main # where they come in"]
    assert scene.read_text() == before

    film.say("fix", DRAWN, "--yes", "--why", "the script says so")
    film.say("fix", CHAINED, "--yes")

    assert scene.read_text() == before.replace("location: cafe_door", "location: cafe_main")
    decisions = {d.scope: d for d in film.ledger.of_scene("SC010").decisions if d.kind == "fix"}
    assert decisions.keys() == {f"shot:{DRAWN}", f"shot:{CHAINED}"}
    assert decisions[f"shot:{DRAWN}"].why == "the script says so"
    assert "is the manifest wrong?" in decisions[f"shot:{CHAINED}"].why
    assert "has no failure to fix" in film.say("fix", DRAWN)
    assert "has no failure to fix" in film.say("fix", CHAINED)
