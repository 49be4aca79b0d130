"""Before the first picture: the key, the provider, its credit and the vault are looked at,
and one sentence says what is missing.
"""

from __future__ import annotations

import json
import shutil
import socket

import pytest

from production.planning import preflight
from providers.byteplus.adapter import Byteplus
from providers.fal.adapter import Fal
from rehearsal.faults import AccountTerms, Script
from rehearsal.live import live
from wiring import opening

KEYS = (
    "OPENROUTER_API_KEY",
    "GATE_KEY_OPENROUTER",
    "REPLICATE_API_TOKEN",
    "GATE_KEY_REPLICATE",
    "GATE_KEYS",
    "GATE_REHEARSAL",
)


@pytest.fixture
def clips_by(film, monkeypatch):
    """The film, its clips bought from a provider; there is no key for it."""
    for name in KEYS:
        monkeypatch.delenv(name, raising=False)

    def choose(provider):
        path = film / "film.yaml"
        path.write_text(path.read_text() + f"providers: {{panel: previz, clip: {provider}}}\n")

    return choose


def refused(gate, command):
    """The words of a refused command, which made nothing and wrote nothing on standard output."""
    code, out, err = gate(command, "SC010")
    assert out == ""
    (words,) = [line for line in err.splitlines(keepends=True) if line.startswith("gate: ")]
    assert words == err.splitlines(keepends=True)[-1]
    return code, words


def test_without_a_key_run_ends_with_5_before_it_starts_a_server_and_plan_says_that_it_would(film, gate, clips_by):
    clips_by("openrouter")
    assert refused(gate, "run") == (
        5,
        "gate: openrouter: there is no key for it. Set OPENROUTER_API_KEY; then: gate doctor\n",
    )
    assert not (film / ".gate" / "server").exists()
    code, out, _ = gate("plan", "SC010")
    assert code == 5
    assert "A run would stop before it makes anything. openrouter: there is no key for it." in out
    code, out, _ = gate("plan", "SC010", "--json")
    assert code == 5
    assert json.loads(out)["would_stop"].startswith("openrouter: there is no key for it.")


def test_a_key_without_credit_for_one_step_ends_a_run_with_5(gate, clips_by, tmp_path, monkeypatch):
    clips_by("openrouter")
    broke = Script(accounts=(AccountTerms(provider="openrouter", limit_usd="0.01"),))
    with live(tmp_path / "house", broke) as house:
        monkeypatch.setenv("GATE_REHEARSAL", house.url)
        code, words = refused(gate, "run")
        assert house.records.jobs("openrouter") == []
        assert (code, gate("plan", "SC010")[0]) == (5, 5)
    assert "openrouter: $0.01 is left there, and the cheapest next step may cost $" in words


def test_a_key_that_is_refused_ends_a_run_with_5_where_no_credit_is_told(gate, clips_by, tmp_path, monkeypatch):
    clips_by("byteplus")
    monkeypatch.setattr(Byteplus, "headers", lambda self, key: {})
    with live(tmp_path / "house") as house:
        monkeypatch.setenv("GATE_REHEARSAL", house.url)
        code, words = refused(gate, "run")
    assert code == 5
    assert words.startswith("gate: byteplus: ")
    assert "key" in words


def test_offline_a_run_ends_at_once(gate, clips_by, monkeypatch):
    clips_by("openrouter")
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    monkeypatch.setenv("GATE_REHEARSAL", f"http://127.0.0.1:{port}")
    code, words = refused(gate, "run")
    assert code == 1
    assert "openrouter: it does not answer (ConnectError" in words
    assert gate("plan", "SC010")[0] == 0


def test_a_vault_without_room_or_that_cannot_be_written_ends_a_run(film, gate, monkeypatch):
    usage = shutil.disk_usage(film)
    monkeypatch.setattr(preflight.shutil, "disk_usage", lambda _: usage._replace(free=1_000))
    code, words = refused(gate, "run")
    assert code == 1
    assert f"gate: {film / '.gate' / 'vault'}: its disk has 0.00 GB free" in words


@pytest.mark.parametrize(("key", "stops"), [("Key nobody's", True), ("", False)], ids=["wrong", "not an admin's"])
def test_a_wrong_key_of_fals_ends_a_run_with_5_and_one_that_may_not_see_the_balance_does_not(
    gate, clips_by, tmp_path, monkeypatch, key, stops
):
    clips_by("fal")
    if key:
        monkeypatch.setattr(Fal, "headers", lambda self, _key: {"Authorization": key})
    terms = Script(accounts=(AccountTerms(provider="fal", management=False),))
    with live(tmp_path / "house", terms) as house:
        monkeypatch.setenv("GATE_REHEARSAL", house.url)
        told = json.loads(gate("plan", "SC010", "--json")[1])["would_stop"]
        if stops:
            code, words = refused(gate, "run")
            assert (code, words.startswith("gate: fal: ")) == (5, True)
            assert house.records.jobs("fal") == []
    assert (told is not None and told.startswith("fal: ")) is stops


def test_a_bucket_is_written_to_before_the_first_picture_and_nothing_stays(film, gate, s3, monkeypatch):
    monkeypatch.setenv("GATE_VAULT", f"s3://{s3.bucket}/preflight/{film.parent.name}")
    names = [each["Key"] for each in _listed(s3, film)]
    assert json.loads(gate("plan", "SC010", "--json")[1])["would_stop"] is None
    assert [name for name in (each["Key"] for each in _listed(s3, film)) if "tried" in name] == []
    assert names == []


def test_a_bucket_that_may_only_be_read_stops_a_run_before_it_makes_anything(film, gate, s3, monkeypatch):
    monkeypatch.setenv("GATE_VAULT", f"s3://{s3.bucket}/preflight/{film.parent.name}")
    assert gate("plan", "SC010")[0] == 0  # the pictures are in the bucket now
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", s3.reader)
    opening._open_once.cache_clear()
    assert "s3://" in json.loads(gate("plan", "SC010", "--json")[1])["would_stop"]
    code, words = refused(gate, "run")
    assert code != 0
    assert f"s3://{s3.bucket}/preflight" in words
    assert not (film / ".gate" / "server").exists()


def _listed(s3, film):
    return s3.client().list_objects_v2(Bucket=s3.bucket, Prefix=f"preflight/{film.parent.name}").get("Contents", [])
