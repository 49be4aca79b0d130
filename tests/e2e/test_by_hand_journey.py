"""A film whose clips a person makes with a tool that has no API: the run waits without a process, and goes on."""

from __future__ import annotations

import asyncio
import json
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from governor.errors import PriceRefused
from manifests.grant import Grant
from manifests.price import Quote
from providers.handoff import HandJob
from providers.previz.adapter import Previz
from providers.previz.flaws import FlawScript

PRICES = Path(__file__).parents[2] / "docs" / "handoff.prices.yaml"
FIRST, SECOND = "SC010_SH0020_clip_t01", "SC010_SH0040_clip_t01"
FREE = Quote(low_microusd=0, likely_microusd=0, high_microusd=0, price="0" * 64)


@pytest.fixture
def film(film_of):
    small = film_of("SH0020", "SH0040", "SH0050")
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
    return [(row["shot"], row["state"], row["held"], row["cost"]) for row in film.attempts() if row["stage"] == "clip"]


def test_a_run_waits_for_hands_without_a_process_and_resume_picks_the_files_up(film):
    person = Person(film)
    outcome = film.run()
    assert (outcome.ending, outcome.exit_code) == ("waits for hands", 3)
    assert statuses(outcome) == dict.fromkeys(("SH0020", "SH0040", "SH0050"), "waits")
    assert f"save {FIRST}.mp4 in {person.folder / FIRST}" in outcome.message
    assert outcome.next == ("gate handoff SC010", "gate resume SC010")
    # Both that can be made are laid out, in one go; the chained one waits for what it opens on.
    assert sorted(p.name for p in person.folder.iterdir()) == [FIRST, SECOND]
    assert clips(film) == [("SC010_SH0020", "submitted", 75_000, None), ("SC010_SH0040", "submitted", 75_000, None)]

    # A damaged file is no loss: it is said, and nothing is laid out, held or paid twice.
    asyncio.run(person.save(FIRST, b"\0\0\0\x18ftypmp42 half a download"))
    damaged = film.run()
    assert (damaged.ending, damaged.generated) == ("waits for hands", 0)
    assert "is damaged or no clip" in damaged.message
    assert len(clips(film)) == 2

    # The credits are the person's word, or the price book's; what chains on them is laid out next.
    asyncio.run(person.save(FIRST))
    asyncio.run(person.save(SECOND))
    (person.folder / SECOND / "credits.txt").write_text("6")
    outcome = film.run()
    assert (statuses(outcome), outcome.ending) == (
        {"SH0020": "done", "SH0040": "done", "SH0050": "waits"},
        "waits for hands",
    )
    assert clips(film) == [
        ("SC010_SH0020", "settled", 75_000, 50_000), ("SC010_SH0040", "settled", 75_000, 60_000),
        ("SC010_SH0050", "submitted", 75_000, None),
    ]  # fmt: skip
    assert film.ledger.audit() == []


def test_what_waits_is_listed_with_folder_file_and_age(film, monkeypatch):
    film.run()
    person = Person(film)
    facts = json.loads(film.say("handoff", "SC010", "--json"))
    assert [job["shot"] for job in facts] == ["SC010_SH0020", "SC010_SH0040"]
    first = facts[0]
    assert first["folder"] == str(person.folder / FIRST)
    assert first["save"] == f"{first['folder']}/{FIRST}.mp4"
    assert (first["tool"], first["credits"], first["saved"]) == ("mitte", "5 credits ($0.05)", False)
    assert 0 <= first["age_s"] < 600

    listed = film.say("handoff")
    assert f"save {first['save']}" in listed
    assert listed.rstrip().endswith(f"gate resume SC010 --film {film.root}")
    asyncio.run(person.save(FIRST))
    assert f"there: {first['save']}" in film.say("handoff")

    from desk import doctor, handoff

    os.environ["GATE_PRICES"] = str(PRICES)
    assert doctor._hands(film.root).ok
    real = handoff._waiting

    async def old(provider, take):
        return replace(await real(provider, take), laid_out_at=datetime.now(UTC) - timedelta(days=4))

    monkeypatch.setattr(handoff, "_waiting", old)
    found = doctor._hands(film.root)
    assert (found.ok, found.cure) == (False, "gate handoff")
    assert found.says.endswith("for 4 days")


def test_what_a_tool_refuses_is_moderation_and_what_is_given_up_is_free(film):
    film.run()
    person = Person(film)
    (person.folder / FIRST / "REFUSED.txt").write_text("Our policies do not allow this.")
    (person.folder / SECOND / "CANCELLED.txt").write_text("no credits left")
    outcome = film.run()
    assert statuses(outcome) == {"SH0020": "blocked:moderation", "SH0040": "escalated", "SH0050": "waits"}
    assert (outcome.ending, outcome.exit_code) == ("refused", 8)
    assert "Our policies do not allow this." in outcome.message or "refused it, says a person" in outcome.message
    assert [state for _, state, _, _ in clips(film)] == ["released", "released"]
    assert outcome.held_microusd == 0


def test_a_tool_without_a_price_is_refused_before_a_folder_is_laid_out(film):
    film.edit("film.yaml", lambda d: d["providers"].update(clip_model="no-such-tool"))
    with pytest.raises(PriceRefused, match="Of handoff it has mitte"):
        film.run()
    assert not (film.state / "handoffs").exists()
