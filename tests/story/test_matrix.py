"""gate matrix, gate phase and the pitch, from the command line, over a real film."""

from __future__ import annotations

import json

from manifests.reading.film_folder import read_film

PITCH = ("pitch", "--logline", "A woman comes in out of the storm.", "--kind", "short", "--length", "42")


def test_a_pitch_is_begun_by_flags_read_back_and_shown_by_its_phase(film, gate):
    assert read_film(film).pitch is None
    assert gate("new", *PITCH)[0] == 0

    pitch = read_film(film).pitch
    assert (pitch.kind, pitch.profile.length_s) == ("short", 42)
    assert (film / "pitch.yaml").read_text().startswith("# yaml-language-server: $schema=.gate/schema/pitch.json\n")
    assert json.loads(gate("schema", "pitch")[1])["$id"] == "gate/pitch/1"
    assert gate("new", *PITCH)[0] != 0
    phases = json.loads(gate("phase", "--json")[1])["phases"]
    assert phases[1]["produced"] == ["pitch.yaml: logline, short, profile"]
    (film / "pitch.yaml").write_text("logline: x\nkind: blockbuster\n")
    code, _, err = gate("phase")
    assert (code, "pitch.yaml:2:1 kind" in err) == (2, True)


def test_every_output_of_the_matrix_shows_the_same_shots_and_reasons(film, gate):
    for kind, words in (("place", ("--words", "a wet quay", "--light", "a lamp")), ("prop", ("--words", "red"))):
        assert gate("new", kind, "--name", "Quay", *words)[0] == 0
    shot = ("--place", "Quay", "--action", "Rain falls.")
    assert gate("new", "scene", "--title", "Arrival", *shot)[0] == 0

    scene = json.loads(gate("matrix", "SC010", "--json")[1])["scenes"][0]
    (row,) = scene["shots"]
    assert (row["shot"], row["ready"], row["standing"]) == ("SC010_SH0010", False, "not ready")
    assert {each["kind"] for each in row["obstacles"]} == {"reference"}
    assert "gate lock" in row["obstacles"][0]["fix"]
    assert "not ready: reference" in " ".join(gate("matrix", "SC010")[1].split())
    assert gate("matrix", "--html", "-o", "m.html")[0] == gate("matrix", "--html", "-o", "m.html")[0] == 0
    assert gate("matrix", "--csv", "-o", "m.csv")[0] == 0
    assert gate("matrix", "--csv", "-o", "m.csv")[0] == 2, "somebody may have changed the list"
    for file in ("m.html", "m.csv"):
        assert row["obstacles"][0]["why"] in (film / file).read_text(encoding="utf-8-sig")
    needs = json.loads(gate("phase", "--json")[1])["phases"][4]["needs"]
    assert needs[0]["what"] == "SC010: 1 shot not ready (reference)"
