"""A film whose ledger was lost says so wherever a person looks, and gate reconcile brings back what was bought."""

from __future__ import annotations

import json

from wiring import opening

SHOT = "SC010_SH0010"


def test_every_command_names_gate_reconcile_and_it_helps(paid, gate):
    keys = [paid.make(SHOT, "panel"), paid.make(SHOT, "clip")]
    film = ("--film", str(paid.root), "--prices", str(paid.prices))
    ledger = paid.services.ledger
    spent = ledger.balance("scene:SC010").settled
    ledger.close()
    for path in (paid.root / ".gate").glob("ledger.sqlite*"):
        path.unlink()
    opening._open_once.cache_clear()

    for command in ("plan", "status"):
        code, out, _ = gate(command, "SC010", *(film if command == "plan" else film[:2]))
        assert code == 0
        assert "The ledger is behind: the records beside it are newer by 2 paid calls (SC010_SH0010), $0.02" in out
        assert "gate reconcile" in out
    assert "gate reconcile" in json.loads(gate("plan", "SC010", "--json", *film)[1])["ledger_behind"]
    for command in ("run", "resume"):
        code, _, err = gate(command, "SC010", *film)
        assert code == 6
        assert "gate reconcile" in err
    assert "gate reconcile" in gate("doctor", *film[:2])[1]

    code, out, err = gate("reconcile", *film[:2])

    assert code == 0, err
    assert out.count("read back from its receipt") == 2
    assert gate("plan", "SC010", "--json", *film)[0] == 0
    assert json.loads(gate("plan", "SC010", "--json", *film)[1])["ledger_behind"] is None
    books = paid.services.ledger
    assert books.balance("scene:SC010").settled == spent
    assert [take.generation_key for take in books.takes()] == keys
    assert books.audit() == []
