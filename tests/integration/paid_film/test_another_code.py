"""A film's code names its caps, and its books on a server: once something was bought it stays."""

from __future__ import annotations

import pytest

from wiring.errors import AnotherCode
from wiring.film_ledger import open_ledger
from wiring.stores import open_store

SHOT = "SC010_SH0010"


def renamed(paid, code):
    paid.edit("film.yaml", lambda film: film.update(code=code))


def test_a_code_is_free_to_change_until_something_is_bought(paid):
    assert paid.services.folder.film.code == "TEA"
    renamed(paid, "CHAI")
    paid.make(SHOT, "panel")
    assert paid.services.ledger.balance("film:CHAI").settled == 10_000


def test_after_that_it_is_refused_until_it_is_put_back(paid, gate):
    paid.make(SHOT, "panel")
    renamed(paid, "CHAI")
    code, _, err = gate("plan", "SC010", "--prices", "p.yaml")
    assert code == 2
    assert "film.yaml: its code is CHAI now, and 1 call was made here as TEA" in err
    assert "Write code: TEA again." in err
    renamed(paid, "TEA")
    assert paid.services.ledger.balance("film:TEA").settled == 10_000


def test_on_a_server_the_books_of_the_code_before_are_looked_at(paid, postgres_url, monkeypatch):
    monkeypatch.setenv("GATE_LEDGER", postgres_url)
    settings = paid.services.settings
    paid.make(SHOT, "panel")
    paid.services.ledger.close()
    with pytest.raises(AnotherCode, match="1 call was made here as TEA"):
        open_ledger(settings, "CHAI", open_store(settings).receipts)
    open_ledger(settings, "TEA", open_store(settings).receipts).close()
