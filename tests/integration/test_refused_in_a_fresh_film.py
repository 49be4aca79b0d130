"""In a film that nothing was made of, a command that is refused opens no books."""

from __future__ import annotations

import pytest

SHOT = "SC010_SH0010"
WHY = ("--why", "a test")
REFUSED = (
    ("log", "import", "nothing.jsonl", "--map", "nothing.yaml"),
    ("log", "export", "--since", "never"),
    ("log", "show", "nobody"),
    ("log", "export", "-o", "film.yaml"),
    ("provider", "compare", "SC010", "--to", "nobody"),
    ("provider", "switch", "SC010", "--to", "nobody", *WHY),
    ("order", "SC010", "--usd", "x", *WHY),
    ("review", "--export", "page"),
    ("review", "--keys", "nothing.txt", "--host", "0.0.0.0"),
    ("reconcile", "SC010", "--write-off", *WHY),
    ("calibrate", "--rule", "V999"),
    ("cap", "scene:SC010", "--usd", "x", *WHY),
    ("plan", "SC010", "-o", "film.yaml"),
    ("rehearse", "SC010", "--script", "nothing.yaml"),
    ("hold", "SC010_SH9999", *WHY),
)


@pytest.mark.parametrize("typed", REFUSED, ids=" ".join)
def test_a_refused_command_leaves_no_books_behind(typed, film, gate):
    code, _, err = gate(*typed)

    assert (code, bool(err)) == (2, True)
    assert list(film.rglob("ledger.sqlite*")) == []
