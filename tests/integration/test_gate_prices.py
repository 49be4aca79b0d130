"""gate prices, as people and programs meet it."""

from __future__ import annotations

import json

import pytest


@pytest.fixture
def nowhere(tmp_path, monkeypatch):
    """A folder that is not a film's, and no film named before."""
    monkeypatch.chdir(tmp_path)
    for name in ("GATE_FILM", "GATE_STATE", "GATE_PRICES"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def test_the_table_says_what_each_call_costs_since_when_and_who_says_so(nowhere, gate):
    code, out, err = gate("prices")
    assert (code, err) == (0, "")
    head, *lines, end = out.splitlines()
    assert head.split() == [
        "provider",
        "model",
        "operation",
        "size",
        "sound",
        "unit",
        "price",
        "as",
        "of",
        "age",
        "source",
    ]
    assert max(map(len, [head, *lines])) <= 120
    assert f"{len(lines)} prices; the oldest is " in end
    assert "stale at 365 days" in end
    assert {line[: len("openrouter")].strip() for line in lines} == {
        "bfl",
        "byteplus",
        "evolink",
        "facefusion",
        "fal",
        "gemini",
        "hand",
        "handoff",
        "openai",
        "openrouter",
        "previz",
        "replicate",
    }


def test_filters_leave_what_they_name(nowhere, gate):
    facts = json.loads(gate("prices", "--provider", "byteplus", "--model", "SEEDANCE-2-5", "--json")[1])
    assert {(row["provider"], row["model"]) for row in facts["prices"]} == {
        ("byteplus", "dreamina-seedance-2-5-260628")
    }
    assert facts["rows"] == len(facts["prices"]) == 3
    assert gate("prices", "--provider", "nobody")[:2] == (0, "No price matches.\n")


def test_facts_carry_the_whole_source_and_the_exact_price(nowhere, gate):
    facts = json.loads(gate("prices", "--provider", "replicate", "--model", "kling-v3-video-pro", "--json")[1])
    row = facts["prices"][0]
    assert row["source"] == "replicate.com, the model's page, as a third party read it"
    assert (row["price_usd"], row["price_microusd"], row["as_of"]) == (0.336, 336_000, "2026-10-06")
    assert row["age_days"] > 0


def test_a_films_own_limit_says_what_is_stale_and_its_file_goes_first(film, gate):
    (film / "film.yaml").write_text((film / "film.yaml").read_text() + "limits: {price_age_days: 5}\n")
    (film / "own.yaml").write_text(
        "schema: gate/prices/1\nprovider: bfl\nsource: a letter\nas_of: 2026-01-01\nprices:\n"
        '  - {model: flux-2-pro, operation: panel, unit: image, usd: "0.5"}\n'
    )
    facts = json.loads(gate("prices", "--provider", "bfl", "--prices", "own.yaml", "--stale", "--json")[1])
    assert facts["price_age_days"] == 5
    assert [row["price_usd"] for row in facts["prices"] if row["model"] == "flux-2-pro"] == [0.5]
    assert all("and the film takes 5" in row["stale"] for row in facts["prices"])
    table = gate("prices", "--prices", "own.yaml", "--stale")[1]
    assert "d! a letter" in table
    assert "previz" not in table  # what cannot move does not grow stale


def test_a_folder_that_is_named_and_holds_no_film_is_refused(nowhere, gate):
    code, out, err = gate("prices", "--film", str(nowhere))
    assert (code, out) == (2, "")
    assert "gate init" in err
