"""gate log as people and programs meet it: the table, its filters, JSON, the export, and other tools' logs."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from desk.cli.other_tools import other_tools_facts, other_tools_line
from governor.ledger import Ledger
from governor.other_tools.foreign_lines import call_of
from governor.purchase import Proof, Purchase
from manifests.keys import generation_key
from manifests.reading.film_folder import read
from manifests.scene import Camera, Shot
from manifests.spending.log_map import LogMap
from manifests.spending.price import Quote
from manifests.take import Artefact, Reference, Request

CENT = 10_000
DOCS = Path(__file__).parents[2] / "docs"
FLAT = '{"ts": "2026-10-02 09:14:07", "shot": "sc10-sh%d", "model": "m", "cost_usd": %s, "status": "ok"}\n'


@pytest.fixture
def ledger(film):
    ledger = Ledger.open(film / ".gate" / "ledger.sqlite", stop_file=film / ".gate" / "STOP", film="TEA")
    yield ledger
    ledger.close()


@pytest.fixture
def called(ledger):
    """The film has made two calls: a clip that was paid, and a panel that was refused with a key in its words."""
    caps = ("film:TEA", "scene:SC010", "run:r1", "shot:SC010_SH0010", "shot:SC010_SH0020")
    ledger.declare_caps(dict.fromkeys(caps, 100 * CENT))
    epoch = ledger.begin_epoch("SC010", "r1")
    paid, refused = (
        _purchase(epoch, shot, stage) for shot, stage in (("SC010_SH0010", "clip"), ("SC010_SH0020", "panel"))
    )
    ledger.hold(paid).redeem(paid.generation_key)
    ledger.submitted(paid.generation_key, "job-1")
    clip = Artefact(sha256="9" * 64, media_type="video/mp4", width=854, height=480, frames=96, size_bytes=10)
    ledger.settle(paid.generation_key, 39 * CENT, clip, "done")
    ledger.hold(refused).redeem(refused.generation_key)
    words = "422 moderation; Authorization: Bearer CANARY"
    ledger.release(refused.generation_key, Proof.not_billed(words, epoch))


def _purchase(epoch, shot, stage):
    operation = "clip" if stage == "clip" else "panel"
    request = Request(
        operation=operation,
        shot=shot,
        prompt="Fog drifts over the quay. " * 20,
        resolution="480p",
        frames=96,
        seed=7,
        references=(Reference(role="location", name="locations/kitchen", sha256="a" * 64),),
        staging=Shot(id=shot, location="kitchen", camera=Camera(size="wide"), motion="fog drifts", duration_s=4),
    )
    return Purchase(
        generation_key=generation_key("fal", "m-1", operation, request.payload(), 1),
        recipe=request.recipe("fal", "m-1"),
        film="TEA",
        scene="SC010",
        shot=shot,
        stage=stage,
        tier="draft",
        attempt=1,
        attempts_max=3,
        provider="fal",
        model="m-1",
        request=request,
        changed="first take",
        epoch=epoch,
        quote=Quote(low_microusd=30 * CENT, likely_microusd=39 * CENT, high_microusd=40 * CENT, price="0" * 64),
    )


def _shown(out):
    """The first lines of the calls: the ones that begin with a time."""
    return [line for line in out.splitlines() if re.match(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d ", line)]


def test_every_call_is_told_at_a_terminals_width(called, gate):
    code, out, err = gate("log")
    assert (code, err) == (0, "")
    assert [line for line in out.splitlines() if len(line) > 110] == []
    paid, refused = _shown(out)
    assert paid.endswith("$0.39  settled")
    assert refused.endswith("refused")
    assert "likely $0.39, held $0.40 · 1 reference · 480p · 4 s (96 frames) · seed 7 · Fog drifts" in out
    assert "said: 422 moderation" in out
    assert "CANARY" not in out
    assert out.endswith("2 calls, $0.39 spent, $0.00 held\n")


@pytest.mark.parametrize(
    ("words", "shots"),
    [
        (["SC010"], ["10", "20"]),
        (["SC010_SH0020"], ["20"]),
        (["show", "SC010_SH0020"], ["20"]),
        (["--stage", "clip"], ["10"]),
        (["--provider", "FAL"], ["10", "20"]),
        (["--provider", "kling"], []),
        (["--outcome", "refused"], ["20"]),
        (["--last", "1"], ["20"]),
        (["--since", "2020-01-01"], ["10", "20"]),
        (["--since", "2999-01-01T00:00:00+02:00"], []),
        (["SC010", "--stage", "panel", "--outcome", "settled"], []),
    ],
    ids=" ".join,
)
def test_the_log_can_be_narrowed(called, gate, words, shots):
    code, out, _ = gate("log", *words)
    assert code == 0
    assert [line.split()[2][-2:] for line in _shown(out)] == shots
    if not shots:
        assert out == "No call matches.\n"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["SC020"], "no such scene"),
        (["SC010_SH0099"], "no such shot"),
        (["harbour"], "neither a scene (SC010) nor a shot"),
        (["--since", "yesterday"], "is not a date; expected, for example, 2026-11-21"),
        (["--outcome", "fine"], "is not one of"),
        (["export", "SC020"], "no such scene"),
    ],
)
def test_what_is_no_part_of_the_film_is_refused(called, gate, words, told):
    code, out, err = gate("log", *words)
    assert (code, out) == (2, "")
    assert told in err


def test_facts_for_programs_have_all_that_is_known(called, gate):
    said = json.loads(gate("log", "SC010", "--json")[1])
    assert (said["own_calls"], said["spent_microusd"], said["other_calls"]) == (2, 390_000, 0)
    paid, refused = said["calls"]
    assert paid["prompt"] == "Fog drifts over the quay. " * 20
    assert paid["references"] == [{"role": "location", "name": "locations/kitchen", "sha256": "a" * 64}]
    assert (paid["cost_usd"], paid["cost_microusd"], paid["held_microusd"], paid["job_id"]) == (
        0.39,
        390_000,
        400_000,
        "job-1",
    )
    assert (paid["mode"], paid["frames"], paid["fps"], paid["seed"], paid["attempt"]) == ("start_frame", 96, 24, 7, 1)
    assert paid["opened_at"] <= paid["sent_at"] <= paid["moved_at"]
    assert (refused["outcome"], refused["state"], refused["cost_usd"]) == ("refused", "released", None)
    assert "CANARY" not in json.dumps(said)


def test_an_export_is_one_object_a_line_the_same_every_time_and_without_a_key(film, called, gate):
    assert gate("log", "export", "-o", "calls.jsonl")[1] == "Wrote 2 lines to calls.jsonl\n"
    written = (film / "calls.jsonl").read_text()
    assert gate("log", "export")[1] == gate("log", "export", "-o", "-")[1] == written
    assert [json.loads(line)["schema"] for line in written.splitlines()] == ["gate/log/1", "gate/log/1"]
    assert len({tuple(json.loads(line)) for line in written.splitlines()}) == 1
    assert "CANARY" not in written
    assert [path.name for path in film.iterdir() if path.name.endswith(".tmp")] == []


def test_an_export_into_a_folder_that_is_not_there_is_refused(called, gate):
    code, _, err = gate("log", "export", "-o", "nowhere/calls.jsonl")
    assert code == 1
    assert "No such file or directory" in err


def test_another_tools_log_counts_in_the_log_once_and_against_no_cap(film, called, ledger, gate):
    (film / "theirs.jsonl").write_text(FLAT % (10, "0.10") + FLAT % (10, "0.20"))
    asked = ("log", "import", "theirs.jsonl", "--map", str(DOCS / "log_maps" / "flat.yaml"))
    before = json.loads(gate("cost", "SC010", "--json")[1])
    assert gate(*asked, "--dry-run")[1] == "Would import from my-script: new calls 2, $0.30. No cap counts them.\n"
    assert gate(*asked)[1] == "Imported from my-script: new calls 2, $0.30. No cap counts them.\n"
    assert gate(*asked)[1] == "Imported from my-script: new calls 0, $0.00; counted before: 2. No cap counts them.\n"
    out = gate("log", "SC010_SH0010")[1]
    assert out.count("    from my-script") == 2
    assert out.endswith("1 call, $0.39 spent, $0.00 held; other tools: 2 calls, $0.30\n")
    assert len(gate("log", "export", "SC010")[1].splitlines()) == 4
    assert other_tools_line(ledger, "SC010") == "other tools (my-script): calls 2, $0.30"
    assert other_tools_line(ledger, "SC020") == ""
    assert other_tools_facts(ledger, "SC010")["cost_microusd"] == 300_000
    after = json.loads(gate("cost", "SC010", "--json")[1])
    assert after.pop("other_tools")["cost_microusd"] == 300_000
    assert before.pop("other_tools")["cost_microusd"] == 0
    assert after == before, "only the other tools' part of the report moves"


def test_one_bad_line_keeps_the_whole_log_out_unless_it_is_to_be_skipped(film, ledger, gate):
    (film / "theirs.jsonl").write_text(FLAT % (10, "0.10") + FLAT % (10, "NaN") + FLAT % (20, '"-1"'))
    asked = ("log", "import", "theirs.jsonl", "--map", str(DOCS / "log_maps" / "flat.yaml"))
    for options in ((), ("--dry-run",)):
        code, out, err = gate(*asked, *options)
        assert (code, out) == (2, "")
        assert "line 2: it holds NaN, which is not a number" in err
        assert "line 3: cost (cost_usd): it is '-1', which is below zero" in err
        assert "2 of its 3 lines cannot be counted, and nothing was imported" in err
    assert ledger.foreign_cost().calls == 0
    code, out, err = gate(*asked, "--skip-bad")
    assert (code, out) == (
        0,
        "Imported from my-script: new calls 1, $0.10; bad lines left out: 2. No cap counts them.\n",
    )
    assert "line 2" in err
    assert ledger.foreign_cost().cost_microusd == 100_000


def test_an_import_tells_programs_what_it_did(film, gate):
    (film / "theirs.jsonl").write_text(FLAT % (10, "0.10") + "x\n")
    asked = ("log", "import", "theirs.jsonl", "--map", str(DOCS / "log_maps" / "flat.yaml"), "--json")
    code, out, _ = gate(*asked)
    assert code == 2
    assert json.loads(out)["imported"] is False
    assert json.loads(out)["bad"] == [{"line": 2, "reason": "it is not JSON (column 1: Expecting value)"}]
    said = json.loads(gate(*asked, "--skip-bad")[1])
    assert (said["imported"], said["new"], said["cost_microusd"], len(said["bad"])) == (True, 1, 100_000, 1)


def test_a_scene_that_the_film_does_not_have_is_pointed_out(film, gate):
    (film / "theirs.jsonl").write_text(FLAT.replace("sc10", "sc77") % (10, "0.10"))
    code, _, err = gate("log", "import", "theirs.jsonl", "--map", str(DOCS / "log_maps" / "flat.yaml"))
    assert code == 0
    assert "This film has no scene SC077" in err


@pytest.mark.parametrize(
    ("change", "place", "told"),
    [
        (("unit: usd", "unit: eur"), "map.yaml:9:25 cost.unit", "'usd', 'cents', 'microusd' or 'credits'; it is 'eur'"),
        (("model:", "modle:"), "map.yaml:7:1 modle", "Did you mean model?"),
        (("zone: Europe/Berlin", "zone: Berlin"), "map.yaml:8:", "it is not a time zone"),
        (("unit: usd", "unit: credits, usd_per_credit: 0.014"), "map.yaml:9:", 'is written in quotes, as in "0.39"'),
        (("source: my-script", "source: [x"), "map.yaml:3:5", "expected"),
        (("source: my-script", "source: gate"), "map.yaml:2:1 source", "call the other one by another name"),
        (("{default: fal}", "{}"), "map.yaml:6:1 provider", "it needs a field, a default, or both"),
    ],
    ids=str,
)
def test_a_map_is_refused_with_file_line_column_and_cure(film, gate, change, place, told):
    (film / "map.yaml").write_text((DOCS / "log_maps" / "flat.yaml").read_text().replace(*change))
    (film / "theirs.jsonl").write_text("")
    code, out, err = gate("log", "import", "theirs.jsonl", "--map", "map.yaml")
    assert (code, out) == (2, "")
    assert place in err
    assert told in err
    assert "gate schema log_map" in err or "Did you mean" in err


def test_a_film_without_calls_says_so(film, gate):
    assert gate("log")[1] == "No call matches.\n"


@pytest.mark.parametrize("name", ["flat", "nested"])
def test_the_maps_on_the_page_are_the_ones_that_are_shipped_and_read_their_own_example(name):
    file = DOCS / "log_maps" / f"{name}.yaml"
    text = file.read_text()
    assert f"```yaml\n{text}```" in (DOCS / "log.md").read_text()
    example = "".join(line.removeprefix("#") for line in text.splitlines() if line.startswith("#"))
    call = call_of(example.encode(), read(file, LogMap))
    assert (call.shot, call.stage, call.outcome) == ("SC010_SH0040", "clip", "settled")
    assert call.cost_microusd == {"flat": 390_000, "nested": 175_000}[name]
