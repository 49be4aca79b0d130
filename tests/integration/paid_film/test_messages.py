"""What a command prints is said once, and a command that it prints can be typed as it stands."""

from __future__ import annotations

import shlex
from datetime import date
from types import SimpleNamespace

import pytest

from desk.cli.options import retyped
from flows.scene_run import Walls
from flows.shot_state import ShotState
from flows.summary import _told
from governor.errors import StalePrice
from governor.prices.book import PriceBook
from manifests.errors import ManifestError
from manifests.spending.price import Usage
from providers.contract import LookupResult
from providers.previz.adapter import Previz

SHOT = "SC010_SH0010"


@pytest.fixture
def apart(paid, tmp_path, monkeypatch):
    """The film and its prices in folders with a space in their names, named from elsewhere."""
    folder, prices = tmp_path / "my film", tmp_path / "my prices.yaml"
    paid.root.rename(folder)
    (folder / "p.yaml").rename(prices)
    monkeypatch.chdir(tmp_path)
    return "--film", str(folder), "--prices", str(prices)


def test_a_printed_command_repeats_the_film_and_the_prices_and_quotes_their_spaces(apart, gate):
    code, out, _ = gate("plan", "SC010", "-o", "a plan.json", *apart)
    command = next(line.strip() for line in out.splitlines() if line.strip().startswith("gate run"))
    assert (code, shlex.split(command)) == (0, ["gate", "run", "SC010", "--plan", "a plan.json", *apart])
    _, out, _ = gate("hold", SHOT, "--yes", *apart[:2])
    assert shlex.split(out.partition("Take it back: ")[2]) == ["gate", "undo", SHOT, "--excluded", *apart[:2]]


def test_a_refusals_command_can_be_typed_as_it_stands_too(apart, gate):
    code, _, err = gate("approve", SHOT, "--yes", *apart)
    assert code == 2
    command = err.partition("run it first: ")[2].strip()
    assert shlex.split(command) == ["gate", "run", "SC010", *apart]
    gate("stop", *apart[:2])
    said = gate("go", "--why", "well", "--yes", *apart[:2])[1]
    assert shlex.split(said.splitlines()[-1]) == ["gate", "resume", "SC010", *apart[:2]]
    code, _, err = gate("retake", SHOT, "--change", "seed", "--why", "w", "--yes", *apart)
    assert shlex.split(err.partition("Make it: ")[2]) == ["gate", "run", "SC010", *apart]


async def _speechless(self, sought):
    return LookupResult("unknown", raw="it lists nothing")


def test_what_reconcile_and_status_print_names_the_scene_and_repeats_film_and_prices(
    apart, gate, paid, tmp_path, monkeypatch
):
    monkeypatch.setattr(Previz, "find", _speechless)
    paid.root, paid.prices = tmp_path / "my film", tmp_path / "my prices.yaml"
    key = paid.hold(SHOT, "panel")
    paid.services.ledger.submitted(key, "pv_none")
    paid.services.ledger.doubt(key, "reset")
    out = gate("status", "SC010", *apart)[1]
    ask = next(line for line in out.splitlines() if "ask: " in line).partition("ask: ")[2]
    assert shlex.split(ask) == ["gate", "reconcile", "SC010", *apart]
    out = gate("reconcile", *apart)[1]
    said = [line.strip() for line in out.splitlines() if line.strip().startswith("gate reconcile --")]
    assert [shlex.split(line)[:4] for line in said] == [
        ["gate", "reconcile", "--write-off", SHOT],
        ["gate", "reconcile", "--release", SHOT],
    ]
    assert all(shlex.split(line)[4:] == ["--reason", "...", *apart] for line in said)


def test_a_command_in_a_sentence_gets_its_scene_and_its_options_and_prose_stays(apart, gate, monkeypatch):
    told = []

    def told_in(services, scene):
        told.append(
            retyped(
                'it is away; then: gate resume. Or give it up: gate reconcile --write-off X --reason "..."', scene=scene
            )
        )
        told.append(retyped("as it stands: gate resume asks again", scene=scene))
        return {}

    monkeypatch.setattr("production.media.media_lost.lost_of", told_in)
    gate("status", "SC010", *apart)
    then, _, give_up = told[0].removeprefix("it is away; then: ").partition(". Or give it up: ")
    assert shlex.split(then) == ["gate", "resume", "SC010", *apart]
    assert shlex.split(give_up) == ["gate", "reconcile", "--write-off", "X", "--reason", "...", *apart]
    assert told[1] == "as it stands: gate resume asks again"


def test_one_cause_is_one_line_with_the_shots_that_it_blocks(paid):
    scene = paid.services.scene("SC010")

    def held_up(number: int, cause: str) -> ShotState:
        shot = scene.shots[0].model_copy(update={"id": f"SC010_SH{number:04d}"})
        return ShotState(shot, "blocked", f"{shot.id} panel: {cause}. See: gate explain {shot.id}")

    states = [held_up(10, "it has no key"), held_up(20, "it has no key"), held_up(30, "it was sent back")]
    run = SimpleNamespace(scene=scene, walls=Walls())
    message, _ = _told(run, "incomplete", {s.shot.id: s for s in states}, None)
    assert message.splitlines() == [
        "0 of 3 shots are done.",
        "  SC010_SH0010, SC010_SH0020 blocked: panel: it has no key. See: gate explain SC010_SH0010",
        "  SC010_SH0030 blocked: panel: it was sent back. See: gate explain SC010_SH0030",
    ]


def test_status_keeps_its_columns_apart(paid, gate, monkeypatch):
    monkeypatch.setenv("GATE_PRICES", str(paid.prices))
    paid.make(SHOT, "panel")
    paid.hold(SHOT, "clip")
    lines = gate("status", "SC010")[1].splitlines()
    assert "draft in flight  final blocked" in lines[0] or "draft in flight  final to make" in lines[0]
    assert lines[0].index("final") == lines[1].index("final")


def test_status_shows_an_approval_that_lapsed(paid, gate, monkeypatch):
    monkeypatch.setenv("GATE_PRICES", str(paid.prices))
    paid.draft()
    assert gate("approve", "SC010", "--yes")[0] == 0
    assert "approved by" in gate("status", "SC010")[1]
    paid.prices.write_text(paid.prices.read_text().replace('"0.10"', '"0.11"'))
    assert "approval lapsed: price changed" in gate("status", "SC010")[1]


def test_a_clock_that_is_years_off_is_named_as_the_cause(paid):
    ahead = PriceBook.load(paid.prices, today=date(2036, 11, 22))
    with pytest.raises(StalePrice, match=r"clock says 2036-11-22, and the newest price of fal .*Set the clock"):
        ahead.price_of(Usage(provider="fal", model=_model(ahead), operation="clip", resolution="480p", output_ms=4000))
    with pytest.raises(ManifestError, match=r"has not come yet: this machine's clock says 2016-11-22\. Set the clock"):
        PriceBook.load(paid.prices, today=date(2016, 11, 22))


def _model(book: PriceBook) -> str:
    return next(row.model for row in book.rows() if row.provider == "fal" and row.operation == "clip" and not row.fixed)
