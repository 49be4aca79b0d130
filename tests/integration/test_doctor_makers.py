"""gate doctor on providers: whether there is a key, what is left, whether it answers, how old its prices are,
what retires.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from desk.cli.tools import doctor_makers
from providers.errors import Unavailable
from providers.over_http.provider import HttpProvider
from rehearsal.live import live
from wiring.opening import open_services
from wiring.settings import read_settings

SECRET = "sk-or-v1-canary-0123456789"


@pytest.fixture
def paid(film):
    """A film whose clips somebody is paid for."""
    path = film / "film.yaml"
    path.write_text(path.read_text() + "providers: {panel: previz, clip: openrouter}\n")
    return film


@pytest.fixture
def makers(paid):
    """The doctor's lines about providers, by name."""

    def look():
        return {line.name: line for line in doctor_makers.makers(open_services(read_settings(paid)))}

    return look


@pytest.fixture
def without_keys(monkeypatch):
    for name in ("OPENROUTER_API_KEY", "GATE_KEY_OPENROUTER", "GATE_KEYS"):
        monkeypatch.delenv(name, raising=False)


def test_a_provider_that_answers_is_told_with_its_key_by_name_its_answer_and_the_age_of_its_prices(
    makers, tmp_path, monkeypatch
):
    with live(tmp_path / "house") as house:
        monkeypatch.setenv("GATE_REHEARSAL", house.url)
        line = makers()["openrouter"]
    assert line.ok
    assert line.says.startswith("key a rehearsal's, tells no credit, answers in ")
    assert "days old" in line.says or "prices of today" in line.says


def test_a_film_whose_provider_has_no_key_is_told_which_variable_to_set(makers, without_keys):
    line = makers()["openrouter"]
    assert not line.ok
    assert (line.says, line.cure) == (
        "no key: OPENROUTER_API_KEY is not set",
        "Set OPENROUTER_API_KEY to a key of openrouter",
    )


def test_a_provider_that_nobody_named_and_nobody_has_a_key_for_is_no_line(makers, without_keys, monkeypatch):
    monkeypatch.delenv("FAL_KEY", raising=False)
    assert "fal" not in makers()


def test_one_that_does_not_answer_is_told_and_its_key_is_not(makers, monkeypatch):
    async def dead(self):
        raise Unavailable(self.name, "it does not answer", "When it is back: gate resume")

    monkeypatch.setattr(HttpProvider, "reach", dead)
    monkeypatch.setenv("OPENROUTER_API_KEY", SECRET)
    line = makers()["openrouter"]
    assert not line.ok
    assert line.says == "key OPENROUTER_API_KEY; it does not answer"
    assert SECRET not in repr(line)


@pytest.mark.parametrize(
    ("days", "soon", "words"),
    [(400, False, "retires on"), (29, True, "retires on"), (-1, True, "has retired on")],
)
def test_a_model_that_goes_within_a_month_is_a_fault(days, soon, words):
    when = date(2026, 11, 21) + timedelta(days=days)

    class Maker:
        operations = frozenset({"clip"})

        def model(self, operation):
            return "veo"

        def capabilities(self, operation):
            from providers.capabilities import Capabilities

            return replace(Capabilities((4.0,), ("480p",), 0, ()), retires_on=when)

    assert doctor_makers._retires(Maker(), date(2026, 11, 21)) == (soon, f"veo {words} {when}")
