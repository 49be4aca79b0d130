"""However a run is launched, it looks at keys, credit and the store before it buys anything,
and ends in the same words.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from wiring.errors import CannotPay

NO_KEY = "openrouter: there is no key for it"


@pytest.fixture
def film(film_of, monkeypatch):
    """Nobody has a key, and nothing is rehearsed."""
    for name in (
        "OPENROUTER_API_KEY",
        "GATE_KEY_OPENROUTER",
        "GEMINI_API_KEY",
        "GATE_KEY_GEMINI",
        "GATE_KEYS",
        "GATE_REHEARSAL",
    ):
        monkeypatch.delenv(name, raising=False)
    film = film_of("SH0020")
    film.edit("film.yaml", lambda d: d.update(providers={"panel": "previz", "clip": "openrouter"}))
    return film


def test_a_run_that_prefect_launches_ends_before_its_first_panel(film):
    with pytest.raises(CannotPay, match=NO_KEY):
        film.run()
    assert film.attempts() == []


def test_a_night_says_it_too(film):

    from flows.overnight import make_night

    opens, closes = (datetime.now(UTC) + timedelta(hours=hours) for hours in (-1, 2))
    window = ("--opens", f"{opens:%H:%M}", "--closes", f"{closes:%H:%M}", "--usd", "2")
    film.say("order", "SC010", *window, "--why", "dailies", "--yes")
    outcome = asyncio.run(make_night(film.services, ("SC010",)))
    assert NO_KEY in outcome.scenes[0].message
    assert film.attempts() == []


def test_a_turnaround_ends_before_its_first_view(film):
    from flows.turnaround import make_turnaround

    services = film.services
    character, bible = next(iter(services.folder.bible.characters.items()))
    wardrobe = next(iter(bible.wardrobes))
    (film.root / f"assets/characters/{character}/{wardrobe}/back.png").unlink()
    services.canon.unlink(f"characters/{character}/{wardrobe}/back")
    film.forget()
    film.settle()
    with pytest.raises(CannotPay, match="gemini: there is no key for it"):
        asyncio.run(make_turnaround(character, wardrobe, str(film.root), provider="gemini"))
    assert film.attempts() == []
