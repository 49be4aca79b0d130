"""The command line as people and programs meet it: quick help, facts as JSON, one exit code each."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from desk.cli.commands import COMMANDS, SECTIONS

HEAVY = {"prefect", "torch", "numpy", "cv2", "sqlalchemy", "pydantic", "av", "PIL", "ruamel", "boto3", "botocore"}

_SHOW_LOADED = """
import sys
from desk.cli.main import gate
gate.main({words!r}, standalone_mode=False)
print("loaded:", *sorted(name.partition(".")[0] for name in sys.modules))
"""


@pytest.mark.parametrize("words", [["--help"], ["--version"], *([name, "--help"] for name in COMMANDS)], ids=" ".join)
def test_help_loads_nothing_heavy(words):
    ended = subprocess.run(
        [sys.executable, "-c", _SHOW_LOADED.format(words=words)], capture_output=True, text=True, timeout=60, check=True
    )
    told, _, loaded = ended.stdout.rpartition("loaded: ")
    assert told.strip()
    assert set(loaded.split()) & HEAVY == set()


@pytest.mark.parametrize("columns", [80, 110])
def test_help_fits_one_screen_and_names_every_command_and_every_exit_code(gate, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    code, out, _ = gate("--help")
    assert code == 0
    assert len(out.splitlines()) <= 40
    *lines, _where_the_pages_lie = out.splitlines()
    assert max(map(len, lines)) <= columns
    flat = " ".join(out.split())
    assert [name for name, (_, line) in SECTIONS["everyday"].items() if f"{name} {line}" not in flat] == []
    others = [(name, ", ".join(commands)) for name, commands in SECTIONS.items() if name != "everyday"]
    assert [name for name, commands in others if f"{name} {commands}" not in flat] == []
    assert [number for number in (0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 130) if f" {number} " not in flat] == []


def test_every_command_is_in_one_section():
    listed = [name for section in SECTIONS.values() for name in section]
    assert sorted(listed) == sorted(set(listed))
    assert listed == list(COMMANDS)


def test_gate_help_lists_every_command_with_its_line(gate, monkeypatch):
    monkeypatch.setenv("COLUMNS", "110")
    code, out, _ = gate("help")
    flat = " ".join(out.split())
    assert code == 0
    assert [name for name, (_, line) in COMMANDS.items() if f"{name} {line}" not in flat] == []
    assert "".join(gate("help", section)[1] for section in SECTIONS).split() == out.split()


@pytest.mark.parametrize(
    ("asked", "told"), [("plan", "plan is a command, not a section"), ("nix", "choose from everyday, story, shots,")]
)
def test_gate_help_refuses_what_is_not_a_section(asked, told, gate):
    code, _, err = gate("help", asked)
    assert (code, told in err) == (2, True)


@pytest.mark.parametrize(
    ("words", "fields"),
    [
        (["plan", "SC010"], {"scene", "steps", "cost", "cap_usd", "left_usd"}),
        (["status", "SC010"], {"scene", "shots", "in_flight", "settled_usd", "held_usd"}),
        (["cost", "SC010"], {"scene", "settled_usd", "held_usd", "cap_usd", "left_usd", "rows"}),
        (["explain", "SC010_SH0010"], {"shot", "state", "why", "waits_for", "takes", "steps", "diagnosis"}),
        (["audit", "SC010"], {"scene", "stage", "rows", "passed", "failed", "not_judged", "sheet"}),
        (["fix", "SC010_SH0010"], {"shot", "diagnosis", "file", "diff", "accepted", "who", "next"}),
        (["calibrate"], {"rules", "costs", "cost_unit", "labels", "unnamed", "unscored", "written"}),
        (["lint"], {"errors", "findings"}),
        (["vault", "check"], {"vault", "objects", "bytes", "names", "missing", "changed", "orphaned"}),
        (["lock", "--yes"], {"added", "changed", "retired", "missing"}),
        (["rule", "V102"], {"code", "name", "what", "why", "unit", "range", "direction", "threshold", "source"}),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_facts_for_programs_are_one_json_document_on_standard_output(words, fields, film, gate):
    code, out, err = gate(*words, "--json")
    assert code in {0, 7}
    assert fields <= set(json.loads(out))
    assert err == ""


def test_a_rules_page_says_where_the_rule_fails_a_films_pictures(film, gate):
    _, out, _ = gate("rule", "V102", "--film", ".")
    assert "it only asks: no shot is approved yet, and it takes 12 of one provider" in out
    assert "every picture: beyond 0.1" in gate("rule", "Q106", "--film", ".")[1]
    assert json.loads(gate("rule", "V102", "--film", ".", "--json")[1])["here"]


def test_a_film_that_costs_nothing_plans_nothing_to_spend(film, gate):
    code, out, _ = gate("plan", "SC010", "--detailed-exitcode")
    assert code == 0
    assert "Nothing has been spent." in out


def test_a_plan_with_something_to_spend_says_so_in_its_exit_code_and_names_the_cap_to_raise(film, gate):
    rows = "\n".join(
        f"  - {{provider: previz, model: previz-{op}-1, operation: {op}, resolutions: [480p, 720p, 1080p], unit: call, "
        f'usd: "1.00", source: a test, as_of: 2026-01-01}}'
        for op in ("panel", "clip")
    )
    (film / "p.yaml").write_text(f"schema: gate/prices/1\nprices:\n{rows}\n")
    code, out, _ = gate("plan", "SC010", "--prices", "p.yaml", "--detailed-exitcode")
    assert code == 10
    assert 'gate cap scene:SC010 --usd 6.00 --why "..."' in out


def test_lint_says_what_is_not_approved_until_it_is_locked(film, gate):
    (film / "lock.yaml").unlink()
    code, out, _ = gate("lint", "--json")
    assert code == 7
    rules = {finding["rule"] for finding in json.loads(out)["findings"]}
    assert gate("lock", "--yes")[0] == 7  # its views are one and the same picture, and the lock says so
    locked = {finding["rule"] for finding in json.loads(gate("lint", "--json")[1])["findings"]}
    assert "R103" in rules - locked


def test_lint_warns_of_a_chain_that_changes_its_place_and_of_no_other(film, gate):
    scene, garden = film / "scenes" / "SC010.yaml", film / "bible" / "locations" / "garden.yaml"
    chained = scene.read_text().replace("    camera: {size: wide}\n", "    camera: {size: wide}\n    chain: true\n")
    scene.write_text(chained)
    assert "C101" not in gate("lint")[1]

    garden.write_text((film / "bible/locations/kitchen.yaml").read_text().replace("id: kitchen", "id: garden"))
    scene.write_text("garden".join(chained.rsplit("kitchen", 1)))
    said = [f for f in json.loads(gate("lint", "--json")[1])["findings"] if f["rule"] == "C101"]
    assert [(f["severity"], f["subject"]) for f in said] == [("warning", "SC010_SH0020")]
    assert "Write location: kitchen, or drop chain." in said[0]["cure"]


def test_a_picture_that_is_not_there_is_named_with_its_place(film, gate):
    (film / "assets/locations/kitchen.png").unlink()
    code, out, _ = gate("plan", "SC010")
    assert code == 7
    assert "Put it at assets/locations/kitchen.png, then: gate lock" in " ".join(out.split())


def test_a_cap_that_is_lowered_and_raised_is_what_cost_tells(film, gate):
    assert gate("cap", "scene:SC010", "--usd", "7.5", "--why", "a good scene", "--yes")[0] == 0
    assert json.loads(gate("cost", "SC010", "--json")[1])["cap_microusd"] == 7_500_000


def test_the_brake_is_put_on_and_lifted(film, gate):
    code, out, _ = gate("stop", "--why", "the dog is ill")
    assert code == 0
    assert 'gate go --why "..."' in out
    assert (film / ".gate" / "STOP").exists()
    assert gate("go", "--why", "it is well again", "--yes")[0] == 0
    assert not (film / ".gate" / "STOP").exists()


def test_a_film_that_cannot_be_read_is_braked_all_the_same(film, gate):
    assert gate("stop")[0] == gate("go", "--why", "it is read again", "--yes")[0] == 0
    whole = (film / "film.yaml").read_text()
    (film / "film.yaml").write_text(whole + "half a li")
    code, _, err = gate("stop")
    assert (code, "film.yaml:" in err, "nothing new is submitted" in err) == (2, True, True)
    assert (film / ".gate" / "STOP").exists()
    (film / "film.yaml").write_text(whole)
    assert gate("go", "--why", "it is read again", "--yes")[0] == 0
    assert not (film / ".gate" / "STOP").exists()


def test_a_folder_that_never_was_a_film_is_not_braked(film, gate, tmp_path):
    (tmp_path / "empty").mkdir()
    assert gate("stop", "--film", str(tmp_path / "empty"))[0] == 2
    assert list((tmp_path / "empty").iterdir()) == []


def test_a_begun_film_can_be_read_at_once_whatever_its_title(film, gate):
    title = 'The "Red" House: {part} #2 – é'
    assert gate("init", "red_house", "--title", title)[0] == 0
    begun = film / "red_house"
    assert gate("lint", "--film", str(begun))[0] == 0
    assert json.loads(json.dumps(title, ensure_ascii=False)) in (begun / "film.yaml").read_text().replace('\\"', '"')
    assert (begun / ".gate" / "schema" / "film.json").is_file()


def test_a_yes_before_there_is_a_draft_is_refused_and_leads_to_one(film, gate):
    for name in ("SC010", "SC010_SH0010"):
        code, out, err = gate("approve", name, "--yes")
        assert (code, out) == (2, "")
        assert "run it first: gate run SC010" in err


def test_films_that_were_finished_into_the_state_come_to_where_people_look(film, gate):
    before = film / ".gate" / "out" / "SC010"
    before.mkdir(parents=True)
    (before / "SC010_final.mp4").write_bytes(b"a film")

    assert gate("plan", "SC010")[0] == 0
    assert before.exists(), "a command that only reads moves nothing"
    gate("lock", "--yes")

    assert (film / "out" / "SC010" / "SC010_final.mp4").read_bytes() == b"a film"
    assert not (film / ".gate" / "out").exists()


def test_a_film_that_is_begun_keeps_what_it_makes_out_of_its_repository(tmp_path, gate):
    gate("init", str(tmp_path / "new"))
    assert {".gate/", "out/"} <= set((tmp_path / "new" / ".gitignore").read_text().splitlines())
