"""The generation log on the real ledger: every call is a line, other tools' calls count once,
and no micro-dollar is lost.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from governor.errors import ForeignLogRefused
from governor.other_tools.foreign_lines import read_lines
from governor.other_tools.json_lines import FILE_BYTES_MAX, LINE_BYTES_MAX
from governor.other_tools.log_facts import exported
from governor.purchase import Proof
from manifests.reading.film_folder import read
from manifests.spending.log_map import LogMap
from manifests.spending.price import Quote
from manifests.take import Artefact

CENT = 10_000
CLIP = Artefact(sha256="9" * 64, media_type="video/mp4", width=854, height=480, frames=96, size_bytes=10)
MAPS = Path(__file__).parents[3] / "docs" / "log_maps"
IDENTITY = read(MAPS / "gate.yaml", LogMap)
FLAT = read(MAPS / "flat.yaml", LogMap)


@pytest.fixture
def buy(ledger, epoch, purchase, decision):
    """Buys one thing and brings it to the end that is named."""

    def doubted(key):
        ledger.doubt(key, "502 Bad Gateway")

    def settled(key, *, bill=7 * CENT, asset=CLIP):
        ledger.submitted(key, f"job-{key[:8]}")
        ledger.settle(key, bill, asset, "done")

    ends = {
        "sent": lambda key: None,
        "submitted": lambda key: ledger.submitted(key, "job-1"),
        "doubt": doubted,
        "written off": lambda key: (doubted(key), ledger.write_off(key, decision("write_off", "SC010_SH0010"))),
        "not billed": lambda key: ledger.release(key, Proof.not_billed("422 moderation", epoch)),
        "settled": settled,
        "assumed": lambda key: settled(key, bill=None),
        "fee": lambda key: settled(key, bill=CENT, asset=None),
        "late": lambda key: (settled(key), ledger.adjust(key, 8 * CENT, "the invoice")),
    }

    def bought(end, **asked):
        wanted = purchase(epoch, **asked)
        grant = ledger.hold(wanted)
        if end == "never sent":
            ledger.release(wanted.generation_key, Proof.never_sent(epoch))
        elif end != "held":
            grant.redeem(wanted.generation_key)
            ends[end](wanted.generation_key)
        return wanted

    return bought


@pytest.mark.parametrize(
    ("end", "outcome", "cost", "spent", "proof"),
    [
        ("held", "held", None, None, None),
        ("never sent", "released", None, 0, "never_sent"),
        ("sent", "sent", None, None, None),
        ("submitted", "in_flight", None, None, None),
        ("doubt", "in_doubt", None, None, None),
        ("written off", "written_off", 10 * CENT, 10 * CENT, None),
        ("not billed", "refused", None, 0, "not_billed"),
        ("fee", "refused", CENT, CENT, None),
        ("settled", "settled", 7 * CENT, 7 * CENT, None),
        ("assumed", "settled", 10 * CENT, 10 * CENT, None),
        ("late", "billed_late", 8 * CENT, 8 * CENT, None),
    ],
)
def test_every_end_of_a_call_is_told(ledger, buy, end, outcome, cost, spent, proof):
    asked = buy(end)
    (line,) = ledger.log("SC010")
    assert (line.outcome, line.cost, line.spent, line.proof) == (outcome, cost, spent, proof)
    assert line.assumed == (end in {"written off", "assumed"})
    assert line.take == (None if end in {"never sent", "not billed"} else 1)
    assert (line.prompt, line.seed, line.resolution, line.frames) == ("fog", 1, "480p", 96)
    assert (line.likely, line.held, line.price) == (10 * CENT, 10 * CENT, "0" * 64)
    assert (line.generation_key, line.recipe, line.run, line.epoch) == (asked.generation_key, asked.recipe, "r1", 1)
    assert line.scopes == asked.scopes


def test_a_bill_after_a_release_counts(ledger, buy):
    asked = buy("not billed")
    ledger.adjust(asked.generation_key, 3 * CENT, "the invoice")
    (line,) = ledger.log()
    assert (line.outcome, line.cost, line.late, line.spent) == ("billed_late", None, 3 * CENT, 3 * CENT)


def test_a_released_call_and_the_one_sent_after_it_are_two_lines_of_one_key(ledger, buy):
    buy("never sent")
    buy("settled")
    first, second = ledger.log()
    assert first.generation_key == second.generation_key
    assert first.call != second.call
    assert [first.outcome, second.outcome] == ["released", "settled"]


def test_a_scope_is_a_scene_or_a_shot(ledger, buy):
    buy("settled")
    buy("settled", shot="SC010_SH0020")
    assert [line.shot for line in ledger.log("SC010_SH0020")] == ["SC010_SH0020"]
    assert len(ledger.log("SC010")) == len(ledger.log()) == 2
    assert ledger.log("SC020") == ()


LINE = '{"ts": "2026-10-02 09:14:07", "shot": "sc10-sh%d", "model": "m", "cost_usd": %s, "status": "ok"}'


@pytest.fixture
def lines_of(tmp_path):
    """The good lines and the bad ones of a file."""

    def written(*lines, log_map=FLAT, end="\n"):
        path = tmp_path / "log.jsonl"
        path.write_bytes("".join(f"{line}{end}" for line in lines).encode())
        return read_lines(path, log_map)

    return written


def test_other_tools_calls_count_in_reports_and_against_no_cap(ledger, lines_of):
    before = ledger.balances()
    good, bad = lines_of(LINE % (40, "0.39"), LINE % (50, '"200.000001"'))
    assert bad == []
    done = ledger.import_calls(good)
    assert (done.added, done.known, done.cost_microusd) == (2, 0, 200_390_001)
    assert ledger.balances() == before
    assert ledger.costs("SC010") == ()
    spent = ledger.foreign_cost("SC010")
    assert (spent.sources, spent.calls, spent.unpriced, spent.cost_microusd) == (("my-script",), 2, 0, 200_390_001)
    assert [(line.source, line.shot, line.cost) for line in ledger.log("SC010_SH0040")] == [
        ("my-script", "SC010_SH0040", 390_000)
    ]
    assert ledger.foreign_cost("SC020").calls == 0
    assert ledger.audit() == []


def test_a_line_counts_once_however_often_it_comes(ledger, lines_of, open_ledger, tmp_path):
    once = LINE % (40, "0.39")
    assert ledger.import_calls(lines_of(once, "", once)[0]).added == 1
    again = open_ledger(tmp_path).import_calls(lines_of(once, end="\r\n")[0])
    assert (again.added, again.known, again.cost_microusd) == (0, 1, 0)
    assert ledger.foreign_cost().calls == 1


def test_a_dry_run_writes_nothing(ledger, lines_of):
    assert ledger.import_calls(lines_of(LINE % (40, "0.39"))[0], dry_run=True).added == 1
    assert ledger.foreign_cost().calls == 0


def test_a_call_that_comes_back_with_another_cost_is_not_counted_twice(ledger, lines_of):
    named = FLAT.model_copy(update={"call_id": IDENTITY.call_id})
    first, revised, other = (
        f'{(LINE % (40, cost))[:-1]}, "call": "{name}"}}'
        for cost, name in (("0.39", "g-1"), ("0.41", "g-1"), ("0.41", "g-2"))
    )
    assert ledger.import_calls(lines_of(first, log_map=named)[0]).added == 1
    good, _ = lines_of(revised, other, log_map=named)
    refused = ledger.import_calls(good)
    assert [line.number for line in refused.bad] == [1]
    assert ledger.foreign_cost().calls == 1
    assert ledger.import_calls(good, skip_bad=True).added == 1
    assert ledger.foreign_cost().cost_microusd == 800_000


def test_an_export_of_this_very_ledger_is_not_counted_again(ledger, buy, lines_of):
    buy("settled")
    good, bad = lines_of(*(exported(line) for line in ledger.log()), log_map=IDENTITY)
    assert bad == []
    assert "its own export" in ledger.import_calls(good).bad[0].reason
    assert ledger.foreign_cost().calls == 0


def test_the_lines_are_of_a_bounded_size(tmp_path):
    path = tmp_path / "log.jsonl"
    long = LINE[:-1] % (40, "0.39") + f', "x": "{"y" * LINE_BYTES_MAX}"}}'
    path.write_text(f"{long}\n{LINE % (40, '0.39')}\n{long}{long}{long}\n\n{LINE % (50, '0.39')}")
    good, bad = read_lines(path, FLAT)
    assert [line.number for line in good] == [2, 5]
    assert [(line.number, line.reason) for line in bad] == [
        (1, "it is longer than 1 MB"),
        (3, "it is longer than 1 MB"),
    ]
    with path.open("wb") as file:
        file.truncate(FILE_BYTES_MAX + 1)
    with pytest.raises(ForeignLogRefused, match="larger than 64 MB"):
        read_lines(path, FLAT)
    with pytest.raises(ForeignLogRefused, match="no such file"):
        read_lines(tmp_path, FLAT)


def test_a_file_of_windows_with_a_mark_at_its_start_is_read(tmp_path):
    path = tmp_path / "log.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + (LINE % (40, "0.39")).encode() + b"\r\n")
    good, bad = read_lines(path, FLAT)
    assert ([line.number for line in good], bad) == ([1], [])


_COSTS = st.lists(st.one_of(st.none(), st.integers(0, 9_999_999_999_999)), max_size=6)
_BILLS = st.lists(st.integers(0, 9_999_999_999), max_size=3)


@settings(
    max_examples=8, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture], derandomize=True
)
@given(bills=_BILLS, costs=_COSTS)
@example(bills=[4_503_599_627], costs=[9_007_199_254_741, None, 1])
def test_an_export_imported_elsewhere_keeps_every_micro_dollar(
    bills, costs, tmp_path, tmp_path_factory, open_ledger, purchase, decision
):
    """From a ledger's own calls and other tools', through JSON lines and the map that is shipped,
    into another ledger.
    """
    here, there = (open_ledger(_folder(tmp_path_factory.mktemp(name), tmp_path)) for name in ("here", "there"))
    for scope in ("film:HRB", "scene:SC010", "run:r1", "shot:SC010_SH0010"):
        here.decide(decision("raise_cap", scope, usd_cents=10_000_000))
    epoch = here.begin_epoch("SC010", "r1")
    for number, bill in enumerate(bills):
        quote = Quote(low_microusd=bill, likely_microusd=bill, high_microusd=bill, price="0" * 64)
        wanted = purchase(epoch, words=f"fog {number}", quote=quote, attempts_max=9)
        here.hold(wanted).redeem(wanted.generation_key)
        here.submitted(wanted.generation_key, f"job-{number}")
        here.settle(wanted.generation_key, bill, CLIP)
    _import_costs(here, costs, tmp_path / "theirs.jsonl")
    written = tmp_path / "export.jsonl"
    written.write_text("".join(f"{exported(line)}\n" for line in here.log()))
    good, bad = read_lines(written, IDENTITY)
    assert bad == []
    assert there.import_calls(good).added == len(here.log()) == len(bills) + len(costs)
    assert sorted(map(_told, there.log())) == sorted(map(_told, here.log()))
    assert there.foreign_cost().cost_microusd == sum(bills) + sum(cost or 0 for cost in costs)
    here.close()
    there.close()


def _folder(folder, like):
    """A folder whose ledger lies on the same kind of database."""
    if (like / "server").exists():
        (folder / "server").write_text((like / "server").read_text())
    return folder


def _told(line):
    return (
        line.opened_at,
        line.scene,
        line.shot,
        line.stage,
        line.outcome,
        line.prompt,
        line.spent is None,
        line.spent or 0,
    )


def _import_costs(ledger, costs, path):
    path.write_text(
        "".join(
            json.dumps(
                {"ts": f"2026-10-02T09:14:{n:02d}", "shot": f"sc10-sh{n}", "model": "m", "micro": cost, "status": "ok"}
            )
            + "\n"
            for n, cost in enumerate(costs)
        )
    )
    micro = FLAT.cost.model_copy(update={"field": "micro", "unit": "microusd", "optional": True})
    good, bad = read_lines(path, FLAT.model_copy(update={"cost": micro}))
    assert bad == []
    ledger.import_calls(good)
