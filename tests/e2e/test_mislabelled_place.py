"""A shot whose manifest names the wrong place: the pictures are right, and the diagnosis says so; one line mends it."""

from __future__ import annotations

import json

SHOT = "SC010_SH0040"


def test_a_mislabelled_place_is_a_fault_of_the_manifest_and_its_line_is_changed_only_after_a_yes(film_of):
    film = film_of("SH0040")
    # Whoever makes the pictures shows the café's door, take after take: the script called for it, and the manifest does not.
    film.flaws({"shot": SHOT, "flaw": "wrong_location", "location": "cafe_door"})
    scene = film.root / "scenes" / "SC010.yaml"
    scene.write_text(scene.read_text().replace("location: cafe_main", "location: cafe_main # where they eat"))

    outcome = film.run()

    assert outcome.ending == "incomplete"
    [waits] = film.ledger.escalations("SC010")
    assert (
        "diagnosis: manifest (strong evidence): the manifest says cafe_main, the picture fits cafe_door" in waits.text
    )
    assert f"gate fix {SHOT}" in waits.text

    film.settle()
    told = json.loads(film.say("explain", SHOT, "--json"))["diagnosis"]
    assert (told["layer"], told["flaw"], told["stage"]) == ("manifest", "location:cafe_main", "panel")
    assert told["changes"] == [{"field": "location", "was": "cafe_main", "now": "cafe_door", "member": None}]
    [row] = json.loads(film.say("status", "SC010", "--json"))["shots"]
    assert row["diagnosis"] == told

    audited = json.loads(film.say("audit", "SC010", "--sheet", str(film.root / "audit.png"), "--json"))
    [row] = audited["rows"]
    assert (row["passed"], row["flaws"], audited["failed"]) == (False, ["location:cafe_main"], 1)
    place = row["axes"]["location"]
    assert (place["state"], place["rule"]) == ("no", "V104")
    assert place["value"] < -0.25
    assert row["axes"]["continuity"]["state"] == "n/a"
    assert (film.root / "audit.png").read_bytes().startswith(b"\x89PNG")

    before = scene.read_text()
    shown = film.say("fix", SHOT)
    changed = [line for line in shown.splitlines() if line.startswith(("-  ", "+  "))]
    assert changed == ["-  location: cafe_main # where they eat", "+  location: cafe_door # where they eat"]
    assert scene.read_text() == before

    film.say("fix", SHOT, "--yes", "--why", "the script says so")

    assert scene.read_text() == before.replace("location: cafe_main #", "location: cafe_door #")
    decision = next(d for d in film.ledger.of_scene("SC010").decisions if d.kind == "fix")
    assert (decision.why, decision.subject) == ("the script says so", "location: cafe_main → cafe_door")
    assert "has failed" in film.say("fix", SHOT)

    film.forget()
    assert film.run().ending == "waits for approval"
