"""In a film that nothing was made of, a command that is refused opens no ledger."""

from __future__ import annotations

import pytest

from desk.cli.commands import COMMANDS

SHOT = "SC010_SH0010"
WHY = ("--why", "a test")
WINDOW = ("--opens", "22:00", "--closes", "07:00", "--usd", "1")
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
    ("rule", "V999", "--film", "."),
    ("cap", "scene:SC010", "--usd", "x", *WHY),
    ("plan", "SC010", "-o", "film.yaml"),
    ("rehearse", "SC010", "--script", "nothing.yaml"),
    ("hold", "SC010_SH9999", *WHY),
    ("turnaround", "nobody"),
    ("turnaround", "ada", "--wardrobe", "nothing"),
    ("turnaround", "ada", "--cap", "x"),
    ("turnaround", "ada", "--views", "front"),
    ("turnaround", "ada", "--again"),
    ("run", "SC999"),
    ("run", "SC010", "--cap", "x"),
    ("run", "SC010", "--plan", "nothing.json"),
    ("run", "SC010", "--plan", "film.yaml"),
    ("run", "SC010", "--prices", "nothing.yaml"),
    ("run", "SC010", "--flaws", "nothing.yaml"),
    ("resume", "SC999"),
    ("resume", "SC010", "--plan", "nothing.json"),
    ("rehearse", "SC010", "--provider", "nobody"),
    ("status", "SC999"),
    ("matrix", "SC999"),
    ("phase", "--prices", "nothing.yaml"),
    ("approve", "SC010_SH9999", "--yes"),
    ("approve", "SC010", "--max", "lots", "--yes"),
    ("explain", "SC010_SH9999"),
    ("audit", "SC999"),
    ("audit", "SC010", "--sheet", "film.yaml"),
    ("review", "--host", "0.0.0.0"),
    ("verdict", "SC010_SH9999", "pass"),
    ("calibrate", "--labels", "nothing.csv"),
    ("fix", "SC010_SH9999"),
    ("offers", "SC010_SH9999"),
    ("cost", "SC999"),
    ("log", "SC999"),
    ("log", "show", "SC999"),
    ("log", "export", "SC999"),
    ("cap", "bogus", "--usd", "1", *WHY, "--yes"),
    ("cap", "night:never", "--usd", "1", *WHY, "--yes"),
    ("cap", "scene:SC999", "--usd", "1", *WHY, "--yes"),
    ("drafts", "999p", *WHY, "--yes"),
    ("order", "SC010", "--opens", "25:00", "--closes", "07:00", "--usd", "1", *WHY, "--yes"),
    ("order", "SC010", "--opens", "22:00", *WHY, "--yes"),
    ("order", "SC010", *WINDOW, "--zone", "Nowhere/X", *WHY, "--yes"),
    ("order", "SC010", *WINDOW, "--plan", "nothing.json", *WHY, "--yes"),
    ("night", "SC999"),
    ("dailies", "SC999"),
    ("retake", SHOT, "--yes"),
    ("retake", SHOT, "--change", "seed", "--yes"),
    ("omit", "SC010_SH9999", *WHY),
    ("undo", "SC010_SH9999", "--yes"),
    ("comp", "export", "SC010_SH9999"),
    ("comp", "import", SHOT, "nothing.png", "--yes"),
    ("edit", SHOT, "--yes"),
    ("edit", SHOT, "--only", "a hand", "--say", "open", "--box", "1,2,3", *WHY, "--yes"),
    ("handoff", "SC999"),
    ("reconcile", "SC999"),
    ("reconcile", "--write-off", SHOT, "--usd", "x", "--reason", "a test", "--yes"),
    ("vault", "push", "--to", "nothing"),
    ("lint", "SC999"),
    ("continuity", "SC999"),
    ("coverage", "--film", "nowhere"),
    ("prompt", "SC999"),
    ("write", "SC999"),
    ("proposals", "--film", "nowhere"),
    ("mcp", "--film", "nowhere"),
    ("eyes", "get", "nothing"),
    ("import", "nothing.fountain"),
    ("export", "SC999", "--csv"),
    ("new", "shot", "SC999"),
    ("board", "SC999"),
    ("cut", "list", "--film", "nowhere"),
    ("film", "--film", "nowhere"),
    ("wrap", "SC999"),
    ("sign", "SC999"),
    ("journal", "SC999"),
    ("turnover", "SC999"),
    ("turnover", "--rate", "25"),
    ("kitsu", "push"),
    ("frameio", "pull", "SC999"),
)
UNREASONED = (
    ("cap", "scene:SC010", "--usd", "1", "--why", " ", "--yes"),
    ("drafts", "720p", "--why", " ", "--yes"),
    ("go", "--why", " ", "--yes"),
    ("order", "SC010", *WINDOW, "--yes"),
)


@pytest.mark.parametrize("typed", REFUSED, ids=" ".join)
def test_a_refused_command_leaves_no_ledger_behind(typed, film, gate):
    code, _, err = gate(*typed)

    assert (code, bool(err)) == (2, True)
    assert list(film.rglob("ledger.sqlite*")) == []


@pytest.mark.parametrize("typed", UNREASONED, ids=" ".join)
def test_a_decision_without_its_reason_leaves_no_ledger_behind(typed, film, gate):
    code, _, err = gate(*typed)

    assert (code, "needs a reason here" in err) == (3, True)
    assert list(film.rglob("ledger.sqlite*")) == []


def test_every_command_that_opens_a_film_is_tried_with_a_bad_argument():
    without = {
        "demo",
        "init",
        "prices",
        "score",
        "verify",
        "guard",
        "schema",
        "help",  # they open no film
        "doctor",
        "lock",
        "stop",
        "notify",
        "up",
        "deploy",
        "down",  # nothing that they are given can be wrong, but the film
    }
    tried = {typed[0] for typed in (*REFUSED, *UNREASONED)}
    assert tried | without == set(COMMANDS)
