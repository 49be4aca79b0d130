"""gate calibrate over files of labels: what it reads, what it refuses, and what it writes after an approval."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from desk.cli.options import open_film

GOOD = [0.31, 0.35, 0.4, 0.45, 0.5] * 5
BAD = [0.06, 0.1, 0.15, 0.2, 0.25] * 5
FILM_TAIL = "thresholds: {V104: 0.2}  # by eye\n"


def table(*rows: str, head: str = "file,rule,value,label") -> str:
    return "\n".join((head, *rows)) + "\n"


@pytest.fixture
def csv(film: Path) -> Path:
    path = film / "takes.csv"
    rows = [f"g{n}.png,V102,{v},pass" for n, v in enumerate(GOOD)] + [
        f"b{n}.png,V102,{v},FAIL" for n, v in enumerate(BAD)
    ]
    path.write_text(table(*rows, "h.png,v106,3,pass"))
    return path


def test_each_rule_is_told_with_its_figures(csv, gate):
    code, out, err = gate(
        "calibrate", "--labels", str(csv), "--json", "--false-reject-usd", "0.03", "--false-accept-usd", "0.39"
    )
    assert (code, err) == (0, "")
    told = json.loads(out)
    first, second = told["rules"]
    assert (first["rule"], first["good"], first["bad"], first["auc"], first["enough"]) == ("V102", 25, 25, 1.0, True)
    assert (first["now"]["recall"], first["now"]["cost"]) == (0.0, 195_000)
    assert (first["best"]["threshold"], first["best"]["recall"], first["best"]["cost"]) == (0.3, 1.0, 0)
    assert (second["rule"], second["auc"], second["proposed"]) == ("V106", None, False)
    assert told["cost_unit"] == "micro-dollars a take"


def test_a_free_film_counts_its_mistakes_and_few_labels_are_called_a_hint(film, gate):
    (film / "few.csv").write_text(table("a,V102,0.5,pass", "b,V102,0.1,fail"))
    _, out, _ = gate("calibrate", "--labels", "few.csv")
    assert "! fewer than 20 of each kind: a hint, no more" in out
    assert "0.500 mistakes a take" in out
    assert "the film's makers are free" in out


def test_mistakes_cost_what_the_price_book_says_of_the_films_makers(csv, film, gate):
    rows = "\n".join(
        f"  - {{provider: previz, model: previz-{op}-1, operation: {op}, resolutions: [480p, 720p, 1080p], unit: call, "
        f'usd: "{price}", source: a test, as_of: 2026-01-01}}'
        for op, price in (("panel", "0.04"), ("clip", "0.39"))
    )
    (film / "p.yaml").write_text(f"schema: gate/prices/1\nprices:\n{rows}\n")
    (film / "clips.csv").write_text(table("a,Q107,0.5,pass", "b,Q107,3,fail"))

    panels = json.loads(gate("calibrate", "--labels", str(csv), "--prices", "p.yaml", "--json")[1])
    clips = json.loads(gate("calibrate", "--labels", "clips.csv", "--prices", "p.yaml", "--json")[1])

    assert panels["costs"] == "the price book's means for previz"
    assert [panels["rules"][0][f"false_{kind}_usd"] for kind in ("reject", "accept")] == [0.04, 0.39]
    assert [clips["rules"][0][f"false_{kind}_usd"] for kind in ("reject", "accept")] == [0.39, 0.39]
    given = gate("calibrate", "--labels", "clips.csv", "--prices", "p.yaml", "--false-reject-usd", "1", "--json")[1]
    assert json.loads(given)["costs"] == "a false reject as given, the other by the price book's means for previz"


def test_nothing_is_written_without_a_yes_and_a_yes_keeps_every_comment(csv, film, gate):
    path = film / "film.yaml"
    path.write_text(f"# our film\n{path.read_text()}{FILM_TAIL}")
    before = path.read_text()

    assert gate("calibrate", "--labels", str(csv))[0] == 0
    assert path.read_text() == before

    code, out, _ = gate("calibrate", "--labels", str(csv), "--yes", "--why", "fifty takes of Ada's")
    assert code == 0
    assert "thresholds V102 0.3" in out
    assert path.read_text() == before.replace("{V104: 0.2}  #", "{V104: 0.2, V102: 0.3} #")
    services = open_film(film)
    assert services.folder.film.thresholds == {"V104": 0.2, "V102": 0.3}

    [decision] = _decisions(services, "set_threshold")
    assert (decision.scope, decision.why) == ("film:TEA", "fifty takes of Ada's")
    assert decision.subject.startswith("V102: 0.05 → 0.3 (25 good, 25 bad")


def test_a_film_without_thresholds_gets_them(csv, film, gate):
    before = (film / "film.yaml").read_text()
    assert gate("calibrate", "--labels", str(csv), "--yes", "--why", "so")[0] == 0
    assert (film / "film.yaml").read_text().startswith(before)
    assert open_film(film).folder.film.thresholds == {"V102": 0.3}


def test_a_yes_needs_a_reason(csv, gate):
    code, _, err = gate("calibrate", "--labels", str(csv), "--yes")
    assert code == 2
    assert "give a reason" in err


def test_only_the_rules_that_are_named_are_told(csv, gate):
    told = json.loads(gate("calibrate", "--labels", str(csv), "--rule", "v106", "--json")[1])
    assert [row["rule"] for row in told["rules"]] == ["V106"]


def test_the_curves_are_drawn(csv, film, gate):
    assert gate("calibrate", "--labels", str(csv), "--plot", "roc.png")[0] == 0
    assert (film / "roc.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (table("a.png,V102,0.5"), "is not a label"),
        (table("a.png,V102,0.5,maybe"), "labels.csv:2: 'maybe' is not a label. Write pass or fail."),
        (table("a.png,V102,nan,pass"), "'nan' is not a number"),
        (table("a.png,V102,0.4,pass", "a.png,V102,high,pass"), "labels.csv:3: 'high' is not a number"),
        (table("a.png,V999,0.5,pass"), "rule V999"),
        (table("gone.png,V102,,pass"), "names no file that is there"),
        (table(",V102,,pass"), "names no file that is there"),
        (table(f"{'0' * 64},V102,,pass", head="sha256,rule,value,label"), "no gate has filed a value of V102"),
        (table("V102,1", head="rule,value"), "it has no column label"),
        (table(), "it has 0 lines of labels"),
        ("\x00\x01", "labels.csv"),
        (b"\xff\xfe\x00", "cannot be read as CSV"),
    ],
)
def test_a_label_that_says_nothing_is_refused_with_its_line(film, gate, text, said):
    path = film / "labels.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    code, out, err = gate("calibrate", "--labels", "labels.csv", "--yes", "--why", "x")
    assert (code, out) == (2, "")
    assert said in err
    assert "Traceback" not in err


def test_a_picture_that_no_gate_has_seen_needs_its_value(film, gate):
    (film / "seen.png").write_bytes(b"a picture")
    (film / "labels.csv").write_text(table("seen.png,V102,,pass"))
    assert "no gate has filed a value of V102 for seen.png" in gate("calibrate", "--labels", "labels.csv")[2]
    assert len(hashlib.sha256(b"a picture").hexdigest()) == 64


def test_without_labels_it_says_how_to_give_one(film, gate):
    code, out, _ = gate("calibrate")
    assert code == 0
    assert "gate verdict SC010_SH0010 pass" in out


def test_a_verdict_on_what_was_never_made_is_refused(film, gate):
    code, _, err = gate("verdict", "SC010_SH0010", "pass", "--yes")
    assert code == 2
    assert "has no such take" in err


def _decisions(services, kind):
    with services.ledger._read() as transaction:
        from sqlalchemy import select

        from governor.database.tables import decisions
        from manifests.decision import Decision

        rows = transaction.connection.execute(select(decisions).where(decisions.c.kind == kind))
        return [Decision.from_stored(row.body) for row in rows]
