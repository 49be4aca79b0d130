"""What gate rehearse refuses before anything is played, and what its copy of a film can never do."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from desk.cli.tools import rehearse, rehearse_report
from flows.outcome import SceneOutcome
from governor.other_tools.generation_log import LogLine
from manifests.errors import GateError
from manifests.spending.breakdown import Breakdown, CostPart
from production.planning import rehearsing
from production.planning.run_options import RunOptions
from providers.errors import Invalid
from rehearsal.application import rehearsed as played
from rehearsal.faults import read_script
from rehearsal.report import FaultLine, ProviderBill, RehearsalReport
from wiring import keys
from wiring.settings import read_settings, settle_environment
from wiring.stores import open_store

EXAMPLES = Path(__file__).parents[3] / "examples" / "harbour" / "faults"
LOST = "job-nobody-heard-of"


def play(folder, *names, script=None, scene="SC010"):
    return rehearse.play(read_settings(folder), scene, names, script, RunOptions())


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ((), "work on this machine already, and cost nothing"),
        (("openruoter",), "openrouter"),
        (("openrouter", "replicate"), "the others in --provider make all that it could"),
    ],
)
def test_who_cannot_be_rehearsed_is_refused_in_words(film, names, words):
    with pytest.raises(GateError, match=words):
        play(film, *names)
    assert not list((film / ".gate" / "rehearsals").iterdir())


@pytest.mark.parametrize(
    ("can", "makers"),
    [
        ({"gemini": ["clip", "panel"]}, {"clip": "gemini", "panel": "gemini"}),
        ({"gemini": ["clip", "panel"], "openrouter": ["clip"]}, {"clip": "openrouter", "panel": "gemini"}),
        ({"openrouter": ["clip"], "gemini": ["clip", "panel"]}, {"clip": "openrouter", "panel": "gemini"}),
        ({"gemini": ["clip", "panel"], "byteplus": ["clip", "panel"]}, {"clip": "gemini", "panel": "byteplus"}),
        ({"openrouter": ["clip"]}, {"clip": "openrouter"}),
    ],
)
def test_everybody_who_is_named_makes_something(can, makers):
    assert rehearsing.cast(can) == makers


def test_a_judge_is_no_maker():
    with pytest.raises(Invalid, match="neither panels nor clips"):
        rehearsing.cast({"openrouter": ["clip"], "judge": []})


def test_a_wrong_script_is_refused_before_anything_is_laid_out(film, tmp_path):
    script = tmp_path / "s.yaml"
    script.write_text("faults:\n  - {fault: storm}\n")
    with pytest.raises(GateError, match=r"s\.yaml:2:6"):
        play(film, "openrouter", script=script)
    assert not (film / ".gate" / "rehearsals").exists()


def test_a_scene_that_the_film_does_not_have_is_refused(film):
    with pytest.raises(GateError, match="no such scene"):
        play(film, "openrouter", scene="SC990")


def test_the_copy_has_a_ledger_of_its_own_and_never_a_key(film, monkeypatch):
    monkeypatch.setenv("GATE_LEDGER", "postgresql://studio.example/films")
    monkeypatch.setenv("GATE_KEYS", str(film / "keys"))
    monkeypatch.setenv("OPENROUTER_API_KEY", "sk-test-real")
    own = read_settings(film)
    apart = rehearsing.lay_out(own, datetime(2026, 11, 21, 22, 0, 0))
    assert apart.film == film / ".gate" / "rehearsals" / "2026-11-21-220000"
    assert apart.ledger == apart.film / ".gate" / "ledger.sqlite"

    settle_environment(apart)
    later = read_settings(apart.film)  # as the flow, or a person's next command, reads it
    assert later.ledger == apart.ledger
    assert later.keys is None
    with pytest.raises(Invalid, match="the copy that a rehearsal was played with"):
        keys.key_of(later, "openrouter")
    assert keys.alias_of(later, "openrouter") is None
    assert keys.key_of(replace(own, keys=None), "openrouter") == "sk-test-real"


def test_a_picture_that_lies_in_the_films_store_alone_comes_along(film):
    own = read_settings(film)
    picture = film / "assets" / "locations" / "kitchen.png"
    store = open_store(own)
    store.canon.link("locations/kitchen", store.vault.put_file(picture), "ada")
    content = picture.read_bytes()
    picture.unlink()
    theirs = open_store(rehearsing.lay_out(own, datetime(2026, 11, 21, 22, 0, 0)))
    link = theirs.canon.resolve("locations/kitchen")
    assert (link.approved_by, theirs.vault.path(link.sha256).read_bytes()) == ("ada", content)
    assert list(theirs.canon.names()) == ["locations/kitchen"]  # what lies in assets/ is taken in from there


def test_two_rehearsals_of_one_second_have_a_folder_each(film):
    now = datetime(2026, 11, 21, 22, 0, 0)
    first, second = (rehearsing.lay_out(read_settings(film), now).film.name for _ in range(2))
    assert (first, second) == ("2026-11-21-220000", "2026-11-21-220000-2")


def line(**told):
    given = {
        "call": "c",
        "source": "gate",
        "opened_at": "2026-11-21T22:00:00.000Z",
        "scene": "SC010",
        "shot": "SC010_SH0010",
        "stage": "clip",
        "tier": "draft",
        "provider": "openrouter",
        "model": "m",
        "outcome": "made",
        "prompt": "A quay.",
        "raw": "",
        "cost": None,
        "state": "settled",
        "generation_key": "k",
    }
    return LogLine(**{**given, **told})


def rehearsed(*lines, faults=(), flaws=None, bill=0, cost=None, **found):
    outcome = SceneOutcome(
        scene="SC010",
        ending="incomplete",
        message="Two shots did not come through.",
        next=(),
        generated=1,
        settled_microusd=0,
        held_microusd=0,
        shots=(),
    )
    bills = (ProviderBill(provider="openrouter", posts=2, jobs=2, refused=0, bill_microusd=bill),)
    house = RehearsalReport(providers=bills, faults=faults, **found)
    return rehearse_report.Rehearsed(
        outcome, house, lines, "copy", "bad.yaml", ("openrouter",), flaws=flaws or {}, cost=cost
    )


def fault(job="", prompt="A quay.", name="stuck"):
    return FaultLine(fault=f"{name} (at 1)", name=name, calls=(1,), jobs_of_calls=(job,), prompts=(prompt,))


@pytest.mark.parametrize(
    ("struck", "lines", "flaws", "words"),
    [
        (fault("j"), [line(job_id="j", cost=170_495)], {}, "call 1: SC010_SH0010 clip is settled at $0.170495"),
        (
            fault("op12"),
            [line(job_id="8s-720p/operations/op12", cost=1_600_000)],
            {},
            "call 1: SC010_SH0010 clip is settled at $1.60",
        ),
        (fault("j"), [line(job_id="j", cost=1)], {"k": frozenset({"cut"})}, "; refused by its gate: cut"),
        (fault("j"), [line(job_id="j", cost=1)], {"k": frozenset()}, "; it passed its gate"),
        (fault(LOST), [line(state="in_doubt", held=190_000)], {}, "is in doubt, $0.19 held"),
        (
            fault(),
            [line(job_id="j", cost=170_495)],
            {},
            "no job was made; SC010_SH0010 clip is settled at $0.170495",
        ),
        (
            fault(prompt="Image 1: the place. A quay."),
            [line(state="released")],
            {},
            "no job was made; SC010_SH0010 clip is released",
        ),
        (fault(prompt="A lamp."), [line()], {}, "call 1: nothing in our ledger"),
    ],
)
def test_each_fault_says_how_the_call_that_it_struck_ended(struck, lines, flaws, words):
    (ending,) = rehearse_report.endings(struck, rehearsed(*lines, flaws=flaws))
    assert words in ending


def test_the_true_bill_stands_beside_our_ledger_with_their_difference(capsys):
    lines = [
        line(job_id="a", cost=200_000),
        line(state="in_doubt", held=190_000),
        line(provider="previz", cost=7, assumed=True),
    ]
    lines[0] = line(job_id="a", cost=200_000, assumed=True)
    never = FaultLine(fault="drift (of colour)", name="drift")
    rehearse_report.report(
        rehearsed(
            *lines, faults=(never,), bill=370_000, leaks=("replicate.delivery: authorization",), broken=("j: no",)
        )
    )
    said = capsys.readouterr().out
    assert "would have cost $0.37; nothing was spent" in said
    assert " ".join(said.split("held\n")[1].split()[:8]) == "openrouter 2 2 0 $0.37 $0.20 -$0.17 $0.19"
    assert "a bill had not come when the night ended" in said
    assert "drift (of colour)\n      never happened" in said
    assert "ALARM: a key went to a file host, replicate.delivery: authorization" in said
    assert "ALARM: j: no" in said
    assert "It ended: Two shots did not come through." in said


def test_what_was_left_to_buy_before_it_began_stands_above_the_bills(capsys):
    cost = Breakdown(CostPart(1, 190_000, 570_000), CostPart(0, 0, 0))
    report = rehearsed(line(job_id="a", cost=190_000), bill=190_000, cost=cost)
    rehearse_report.report(report)
    before, _, bills = capsys.readouterr().out.partition("our ledger")
    assert before.split("left to buy")[1].split()[:6] == ["likely", "worst", "drafts", "$0.19", "$0.57", "finals"]
    assert "openrouter" in bills
    told = rehearse_report.facts(report)["cost"]["drafts"]
    assert (told["likely_microusd"], told["worst_microusd"]) == (190_000, 570_000)


def test_the_command_refuses_with_a_sentence(gate, film):
    code, _, said = gate("rehearse", "SC010", "--provider", "openruoter")
    assert code == 2
    assert "openrouter" in said
    assert "Traceback" not in said


def test_the_shipped_scripts_can_be_read_and_an_editor_knows_their_fields(gate, film):
    scripts = sorted(EXAMPLES.glob("*.yaml"))
    assert [path.stem for path in scripts] == ["bad-night", "dry-key", "quiet-night"]
    for path in scripts:
        assert read_script(path, played()).faults or path.stem == "dry-key"
    code, said, _ = gate("schema", "rehearsal")
    assert code == 0
    assert json.loads(said)["$defs"]["Fault"]["properties"]["prompt_contains"]
