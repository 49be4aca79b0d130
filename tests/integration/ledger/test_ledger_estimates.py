"""What the ledger knows of estimates and bills, and what gate cost says of it."""

from __future__ import annotations

import json

from governor.ledger import Ledger
from governor.prices.estimates import Billed, compare
from manifests.spending.price import Quote

CENT = 10_000


def buy(ledger, bought, bill, job):
    ledger.hold(bought).redeem(bought.generation_key)
    ledger.submitted(bought.generation_key, job)
    ledger.settle(bought.generation_key, bill, None, "")


def quoted(likely, held):
    return Quote(low_microusd=likely * CENT, likely_microusd=likely * CENT, high_microusd=held * CENT, price="0" * 64)


def test_bills_are_what_was_thought_held_and_settled_and_say_which_are_assumed(ledger, epoch, purchase):
    buy(ledger, purchase(epoch, quote=quoted(10, 15)), 12 * CENT, "job-1")
    buy(ledger, purchase(epoch, quote=quoted(10, 15), words="rain"), None, "job-2")
    ledger.hold(purchase(epoch, words="snow"))  # nothing came of it yet
    made = {"provider": "previz", "model": "previz-1", "operation": "panel", "likely": 10 * CENT, "held": 15 * CENT}
    assert ledger.bills("SC010") == (Billed(**made, cost=12 * CENT), Billed(**made, cost=15 * CENT, assumed=True))
    assert ledger.bills() == ledger.bills("SC010")
    assert ledger.bills("SC020") == ()
    assert [line.calls for line in compare(ledger.bills())] == [1]


def test_gate_cost_shows_estimate_against_bill_and_raises_the_alarm(film, gate, purchase):
    assert gate("cost", "SC010")[1].splitlines()[-1].startswith("spent $0.00")
    ledger = Ledger.open(film / ".gate" / "ledger.sqlite", stop_file=film / ".gate" / "STOP")
    ledger.declare_caps(dict.fromkeys(("film:TEA", "scene:SC010", "run:r1", "shot:SC010_SH0010"), 100 * CENT))
    epoch = ledger.begin_epoch("SC010", "r1")
    buy(ledger, purchase(epoch, quote=quoted(10, 20), film="TEA"), 15 * CENT, "job-1")
    ledger.close()
    (line,) = json.loads(gate("cost", "SC010", "--json")[1])["estimates"]
    assert (line["model"], line["calls"], line["likely_usd"], line["billed_usd"]) == ("previz-1", 1, 0.1, 0.15)
    assert (line["ratio"], line["p95"], line["above_hold"], line["notice"]) == (1.5, 1.5, 0, None)
    table = gate("cost", "SC010")[1]
    assert "estimate against bill" in table
    assert "ALARM: previz previz-1 (panel) bills $0.15 where $0.10 was thought, 50 % more." in table
