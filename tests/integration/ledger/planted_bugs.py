"""Bugs that a ledger could have, one a function, for the model to find."""

from __future__ import annotations

from hypothesis import seed
from hypothesis.stateful import run_state_machine_as_test

from governor import accounts, takes, transitions
from governor.decisions import stop
from governor.reconcile import Sighting, reconcile


def unchecked_cap(transaction, names, need, foreseen=0):
    accounts._locked(transaction, names)
    accounts.move(transaction, names, held_delta=need, settled_delta=0)


def doubt_is_free(transaction, key, raw):
    row = takes.row_of(transaction, key)
    transitions._move(transaction, row, "release", state="released", values={"raw": raw}, held_delta=-row.held)


def settled_twice(transaction, key, bill, asset, raw, settle=transitions.settle):
    row = takes.row_of(transaction, key)
    if row.state == "settled":
        accounts.move(transaction, transitions.scopes_of(row), held_delta=0, settled_delta=bill or row.held)
    settle(transaction, key, bill, asset, raw)


def sent_though_fenced(transaction, number, stop_file):
    row = transaction.connection.execute(transitions._NUMBERED, {"number": number}).one()
    stop.check(transaction, stop_file)
    transitions._move(transaction, row, "sent", state="held", values={"sent": 1})


def breaker_stays_shut(transaction, name, why, raise_flag=stop.raise_flag):
    if name != stop.BREAKER:
        raise_flag(transaction, name, why)


def unknown_is_absent(ledger, take, epoch, look, reconcile=reconcile):
    seen, mine = look(take), ledger.attempt_under(take.generation_key)
    return reconcile(ledger, take, epoch, lambda _: seen if seen.job_id else Sighting("absent", seen.raw, attempt=mine))


def search(machine, settings):
    """Some short searches: one alone, however long, may get stuck with rules that meet no bug."""
    for number in range(8):
        run_state_machine_as_test(seed(number)(machine), settings=settings)
