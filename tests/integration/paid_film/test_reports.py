"""What plan, doctor and a run's ending say: the useful reason in full, and nothing that is not so."""

from __future__ import annotations

import asyncio
import json

import pytest
from PIL import Image

from desk.cli.outcome import report
from flows.claiming import TAKEN_OVER, claim
from flows.outcome import SceneOutcome, ShotLine
from governor.errors import Fenced
from wiring.alive import alive

SHOT = "SC010_SH0010"


def test_a_plan_says_the_reason_of_a_blocked_step_in_full_once(paid, twin, gate):
    """Nobody has a price of the twin's."""
    paid.edit("film.yaml", lambda film: film.update(providers={"clip": "twin"}))
    paid.edit("scenes/SC010.yaml", lambda scene: [shot.update(duration_s=3) for shot in scene["shots"]])
    out = gate("plan", "SC010", "--tier", "draft", "--prices", "p.yaml")[1]
    whole = " ".join(out.split())
    reason = json.loads(gate("plan", "SC010", "--tier", "draft", "--prices", "p.yaml", "--json")[1])["steps"][1]["why"]
    named = ", ".join(f"SC010_SH{shot} draft {stage}" for shot in ("0010", "0020") for stage in ("panel", "clip"))
    assert f"{named}: {' '.join(reason.split())}" in whole
    assert whole.count(" ".join(reason.split())) == 1


@pytest.mark.parametrize(
    ("ending", "status", "draft", "says"),
    [
        ("waits for hands", "waits", None, "nothing was made in this run"),
        ("waits for approval", "blocked:approval", "a" * 64, "everything is there already"),
        ("finished", "done", "a" * 64, "everything is there already"),
    ],
)
def test_only_where_nothing_is_left_to_make_everything_is_there(ending, status, draft, says, capsys):
    line = ShotLine(shot=SHOT, status=status, draft=draft)
    report(
        SceneOutcome(
            scene="SC010",
            ending=ending,
            message="m",
            next=(),
            generated=0,
            settled_microusd=0,
            held_microusd=0,
            shots=(line,),
        )
    )
    assert says in capsys.readouterr().out


def test_doctor_names_providers_and_variables_has_prefect_and_passes_a_film_that_is_only_begun(paid, gate, monkeypatch):
    monkeypatch.setattr("wiring.keys.alias_of", lambda *_: None)
    monkeypatch.setattr("desk.cli.tools.doctor._eye", lambda _: None)
    for view in (paid.root / "assets").rglob("*.png"):
        Image.new("RGB", (3, 3)).save(view)
    code, out, _ = gate("doctor", "--json")
    rows = {row["name"]: row for row in json.loads(out)}
    assert (code, rows["film"]["ok"], rows["film"]["cure"]) == (0, False, "gate lint")
    assert "a run starts the film's server" in rows["prefect"]["says"]
    assert "fal FAL_KEY" in rows["keys"]["says"]


def test_a_run_that_takes_a_scene_over_says_so_and_the_first_ends_with_a_sentence(paid, monkeypatch):
    async def nothing(*_):
        return None

    for name in ("agree_on_budget", "_tag", "_open_lanes"):
        monkeypatch.setattr(f"flows.claiming.{name}", nothing)
    services = paid.services
    heard = []
    services.telemetry.listen(heard.append)
    paid.hold(SHOT, "panel")
    with alive(services.settings, "r1"):
        asyncio.run(claim(services, services.scene("SC010"), {}))
    assert [step.detail for step in heard] == [TAKEN_OVER]
    with pytest.raises(Fenced) as ended:
        paid.hold("SC010_SH0020", "panel")
    assert str(ended.value) == (
        "SC010: another run has taken the scene over, and goes on with it. "
        "This run bought nothing more. See where the other one is: gate status SC010"
    )
