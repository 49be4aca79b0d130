"""A film whose clips a person makes with a tool that has no API: the run waits without a process, and goes on."""

from __future__ import annotations

import asyncio
import json
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from desk.cli.hands import handoff
from desk.cli.tools import doctor
from governor.errors import PriceRefused
from manifests.spending.grant import Grant
from manifests.spending.price import Quote
from providers.handoff.job import HandJob
from providers.previz.adapter import Previz
from providers.previz.flaws import FlawScript

PRICES = Path(__file__).parents[2] / "docs" / "handoff.prices.yaml"
FIRST, SECOND = "SC010_SH0020_clip_t01", "SC010_SH0040_clip_t01"
FREE = Quote(low_microusd=0, likely_microusd=0, high_microusd=0, price="0" * 64)


@pytest.fixture
def film(film_of):
    small = film_of("SH0020", "SH0040")
    small.prices(PRICES)
    small.edit("film.yaml", lambda d: d.update(providers={"panel": "previz", "clip": "handoff", "clip_model": "mitte"}))
    return small


class Person:
    """Makes what a folder asks for, as a tool of theirs would: with previz, from the folder's own request."""

    def __init__(self, film) -> None:
        self._film, self.folder = film, film.state / "handoffs"

    def job(self, name: str) -> HandJob:
        return HandJob.from_stored((self.folder / name / ".job.json").read_bytes())

    async def _draw(self, name: str) -> bytes:
        services, job = self._film.services, self.job(name)
        previz = Previz(self._film.state / "drawn", services.vault.path, services.prices.price_of, FlawScript(()))
        previz.quote = lambda request, price_of: FREE
        made = await previz.submit(Grant.mint(job.generation_key, 0), job.generation_key, job.request)
        assert (await previz.poll(made.job_id)).state == "done"
        return (await previz.fetch(made.job_id, self._film.state / "drawn" / "out")).path.read_bytes()

    async def save(self, name: str, content: bytes | None = None) -> None:
        (self.folder / name / self.job(name).save_as).write_bytes(content or await self._draw(name))


def statuses(outcome):
    return {line.shot.removeprefix("SC010_"): line.status for line in outcome.shots}


def clips(film):
    return [
        (row["shot"], row["state"], row["held"], row["cost"]) for row in film.attempts() if row["provider"] == "handoff"
    ]


def test_a_run_waits_for_hands_without_a_process_and_resume_picks_the_files_up(film):
    person = Person(film)
    film.edit_shot("SC010_SH0040", providers={"clip": "previz"})
    outcome = film.run()
    assert (outcome.ending, outcome.exit_code) == ("waits for hands", 3)
    assert statuses(outcome) == {"SH0020": "waits", "SH0040": "done"}  # the others go on
    assert f"save {FIRST}.mp4 in {person.folder / FIRST}" in outcome.message
    assert outcome.next == ("gate handoff SC010", "gate resume SC010")
    assert clips(film) == [("SC010_SH0020", "submitted", 75_000, None)]

    # A damaged file is not a loss: it is said, and nothing is laid out, held or paid twice.
    asyncio.run(person.save(FIRST, b"\0\0\0\x18ftypmp42 half a download"))
    damaged = film.run()
    assert (damaged.ending, damaged.generated) == ("waits for hands", 0)
    assert "is damaged or no clip" in damaged.message
    assert [p.name for p in person.folder.iterdir()] == [FIRST]

    # The credits are the person's word.
    asyncio.run(person.save(FIRST))
    (person.folder / FIRST / "credits.txt").write_text("6")
    outcome = film.run()
    assert (statuses(outcome), outcome.ending) == ({"SH0020": "done", "SH0040": "done"}, "waits for approval")
    assert clips(film) == [("SC010_SH0020", "settled", 75_000, 60_000)]
    assert film.ledger.audit() == []


def test_what_waits_is_listed_and_what_a_tool_refuses_or_a_person_gives_up_costs_nothing(film, monkeypatch):
    assert statuses(film.run()) == {"SH0020": "waits", "SH0040": "waits"}
    person = Person(film)
    facts = json.loads(film.say("handoff", "SC010", "--json"))
    laid_out = [job["laid_out_at"] for job in facts]
    assert laid_out == sorted(laid_out)  # the oldest first; which shot that is, two panels side by side decide
    first, second = sorted(facts, key=lambda job: job["shot"])
    assert (first["shot"], second["shot"]) == ("SC010_SH0020", "SC010_SH0040")
    assert (first["folder"], first["save"]) == (str(person.folder / FIRST), f"{person.folder / FIRST}/{FIRST}.mp4")
    assert (first["tool"], first["credits"], first["saved"]) == ("mitte", "5 credits ($0.05)", False)
    assert 0 <= first["age_s"] < 600
    listed = film.say("handoff")
    assert f"save {first['save']}" in listed
    assert listed.rstrip().endswith(f"gate resume SC010 --film {film.root}")
    found_waiting(film, monkeypatch)

    (person.folder / FIRST / "REFUSED.txt").write_text("Our policies do not allow this.")
    (person.folder / SECOND / "CANCELLED.txt").write_text("no credits left")
    outcome = film.run()
    assert statuses(outcome) == {"SH0020": "blocked:moderation", "SH0040": "escalated"}
    assert (outcome.ending, outcome.exit_code) == ("refused", 8)
    assert [state for _, state, _, _ in clips(film)] == ["released", "released"]
    assert outcome.held_microusd == 0
    assert film.say("handoff") == "Nothing waits to be made by hand.\n"


def found_waiting(film, monkeypatch):
    """gate doctor says what waits, and that it waits long."""
    os.environ["GATE_PRICES"] = str(PRICES)
    assert doctor._hands(film.root).ok
    real = handoff._waiting

    async def old(provider, take):
        return replace(await real(provider, take), laid_out_at=datetime.now(UTC) - timedelta(days=4))

    with monkeypatch.context() as patched:
        patched.setattr(handoff, "_waiting", old)
        found = doctor._hands(film.root)
    assert (found.ok, found.cure) == (False, "gate handoff")
    assert found.says.endswith("for 4 days")


def test_a_tool_without_a_price_is_refused_before_a_folder_is_laid_out(film):
    film.edit("film.yaml", lambda d: d["providers"].update(clip_model="no-such-tool"))
    with pytest.raises(PriceRefused, match="Of handoff it has by-hand, mitte"):
        film.run()
    assert not (film.state / "handoffs").exists()
