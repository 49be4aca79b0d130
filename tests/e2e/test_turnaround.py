"""gate turnaround, rehearsed: through the flow, Gemini's own adapter and a played Gemini, to a person's lock."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image
from ruamel.yaml import YAML

LOOK = ("pia", "--wardrobe", "raincape")
MISSING = ("side",)


def picture(root: Path, view: str) -> Path:
    return root / "assets" / "characters" / "pia" / "raincape" / f"{view}.png"


@pytest.fixture
def film(film_of, rehearsed_here):
    """The harbour, without one of Pia's views."""
    made = film_of("SH0020")
    lock = YAML()
    path = made.root / "lock.yaml"
    document = lock.load(path)
    for view in MISSING:
        picture(made.root, view).unlink()
        del document["assets"][f"characters/pia/raincape/{view}"]
    lock.dump(document, path)
    return made


def test_a_turnaround_is_rehearsed_looked_at_and_locked_and_the_film_does_not_notice(film, tmp_path):
    script = tmp_path / "quick.yaml"
    YAML(typ="safe").dump({"job_s": 0}, script)

    told = json.loads(
        film.say("turnaround", *LOOK, "--provider", "gemini", "--rehearse", "--script", str(script), "--json")
    )

    (row,) = told["providers"]
    assert (row["jobs"], row["difference_microusd"], row["held_microusd"]) == (1, 0, 0)
    assert row["true_microusd"] == told["outcome"]["settled_microusd"] > 0
    assert told["outcome"]["ending"] == "waits for approval"
    assert "1 lies in assets/ and waits for your approval" in told["outcome"]["message"]
    assert told["outcome"]["next"][0] == "gate lock"
    copy = Path(told["copy"])
    with Image.open(told["outcome"]["contact_sheet"]) as sheet:
        assert sheet.width > sheet.height > 800
    assert all(picture(copy, view).is_file() for view in MISSING)
    assert not any(picture(film.root, view).exists() for view in MISSING), "the film does not notice"
    assert not (film.state / "ledger.sqlite").exists()

    film.root = copy  # what a person does next, in the copy
    said = json.loads(film.say("explain", "BIBLE_pia.raincape.side", "--json"))
    assert (said["does"], said["takes"][0]["state"]) == ("waits", "settled")
    assert "BIBLE_pia.raincape.side" in film.say("cost", "BIBLE")
    assert film.say("log", "BIBLE").count(" settled") == 1
    assert film.say("reconcile").startswith("Nothing was open")

    assert "1 added, 0 changed, 0 missing" in film.say("lock", "--yes")
    film.forget()
    assert film.say("turnaround", *LOOK, "--dry-run").count(" approved ") >= 3
    assert "no such scene" not in film.say("status", "BIBLE")
