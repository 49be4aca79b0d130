"""gate reconcile recovers each call that its provider can tell of; the others wait for a person."""

from __future__ import annotations

import json

import pytest

from governor.database.tables import attempts
from manifests.spending.grant import Grant
from production.purchasing import reconcile
from providers.contract import JobStatus, LookupResult
from providers.errors import Unavailable
from providers.previz.adapter import Previz

SHOT = "SC010_SH0010"
CENT = 10_000
PANEL = 4 * CENT


@pytest.fixture
def doubt(paid, monkeypatch):
    """A panel that was sent and never answered. `accepted`: the provider has taken it all the same."""
    grants = []
    minted = Grant.mint.__func__
    monkeypatch.setattr(Grant, "mint", classmethod(lambda *given: grants.append(minted(*given)) or grants[-1]))

    async def make(*, accepted):
        key = paid.hold(SHOT, "panel")
        services = paid.services
        if accepted:
            await services.provider("panel").submit(grants[-1], key, services.ledger.take(key).request)
        else:
            grants[-1].redeem(key)
        services.ledger.doubt(key, "the answer was lost")
        return key

    return make


@pytest.fixture
def speechless(monkeypatch):
    """A provider that lists nothing."""

    async def find(self, sought):
        return LookupResult("unknown", raw="it lists nothing")

    monkeypatch.setattr(Previz, "find", find)


def standing(paid):
    balance = paid.services.ledger.balance("scene:SC010")
    assert paid.services.ledger.audit() == []
    return balance.held, balance.settled


def typed(gate, paid, *words):
    code, out, err = gate("reconcile", *words, "--yes", "--film", str(paid.root))
    return code, out + err


async def test_a_job_that_the_provider_has_is_collected(paid, gate, doubt):
    key = await doubt(accepted=True)
    assert standing(paid) == (PANEL, 0)

    code, said = await _in_a_thread(typed, gate, paid, "SC010")

    assert code == 0
    assert "in doubt → settled" in said
    assert "Nothing is in doubt." in said
    take = paid.services.ledger.take(key)
    assert take.state == "settled"
    assert paid.services.vault.has(take.asset.sha256)


async def test_what_the_provider_proves_that_it_never_had_is_given_back(paid, gate, doubt):
    await doubt(accepted=False)
    code, said = await _in_a_thread(typed, gate, paid)
    assert (code, standing(paid)) == (0, (0, 0))
    assert "in doubt → released" in said


async def test_what_nobody_can_say_stays_held_named_and_priced(paid, gate, doubt, speechless):
    await doubt(accepted=True)

    code, said = await _in_a_thread(typed, gate, paid, "SC010")

    assert (code, standing(paid)) == (1, (PANEL, 0))
    assert "In doubt: 1, $0.04 held" in said
    assert f"gate reconcile --write-off {SHOT}" in said
    facts = json.loads((await _in_a_thread(gate, "reconcile", "--json", "--film", str(paid.root)))[1])
    assert facts["in_doubt"][0]["held_microusd"] == PANEL
    status = (await _in_a_thread(gate, "status", "SC010", "--film", str(paid.root)))[1]
    assert "in doubt at previz, $0.04 held, sent 20" in status


@pytest.mark.parametrize(
    ("words", "settled"),
    [((), PANEL), (("--usd", "0.03"), 3 * CENT), (("--usd", "0"), 0)],
    ids=["no bill", "a bill", "no fee"],
)
async def test_a_person_writes_it_off_with_a_reason(paid, gate, doubt, speechless, words, settled):
    key = await doubt(accepted=True)
    code, said = await _in_a_thread(typed, gate, paid, "--write-off", SHOT, *words)
    assert (code, standing(paid)) == (3, (PANEL, 0)), "a reason is asked for"
    assert "needs a reason" in said

    code, said = await _in_a_thread(typed, gate, paid, "--write-off", SHOT, "--reason", "not in their list", *words)

    assert (code, standing(paid)) == (0, (0, settled))
    assert paid.services.ledger.take(key).state == "written_off"


async def test_a_person_who_saw_that_it_was_not_billed_gives_it_back(paid, gate, doubt, speechless):
    await doubt(accepted=False)
    code, _ = await _in_a_thread(typed, gate, paid, "--release", SHOT, "--reason", "their page shows no job")
    assert (code, standing(paid)) == (0, (0, 0))
    decision = paid.services.ledger.of_scene("SC010").decisions[-1]
    assert (decision.kind, decision.why) == ("release", "their page shows no job")


def test_what_is_not_in_doubt_is_not_given_up(paid, gate):
    code, said = typed(gate, paid, "--write-off", SHOT, "--reason", "x")
    assert code == 1
    assert f"{SHOT} has no open call" in said
    assert typed(gate, paid, "--usd", "1")[0] == 2
    assert typed(gate, paid, "--write-off", SHOT, "--release", SHOT)[0] == 2


async def test_a_bill_that_came_late_is_booked_and_told(paid, gate, monkeypatch):
    key = paid.hold(SHOT, "panel")
    ledger = paid.services.ledger
    await _in_a_thread(ledger._mark_sent, 1)
    ledger.submitted(key, "job-1")
    ledger.settle(key, 1 * CENT, None, "failed")

    async def find(self, sought):
        return LookupResult("found", "job-1")

    async def poll(self, job_id):
        return JobStatus("done", 3 * CENT, '{"cost": 0.03}')

    monkeypatch.setattr(Previz, "find", find)
    monkeypatch.setattr(Previz, "poll", poll)
    monkeypatch.setattr(Previz, "embedded", False)

    code, said = await _in_a_thread(typed, gate, paid, "SC010")

    assert (code, standing(paid)) == (0, (0, 3 * CENT))
    assert "previz bills $0.03, and $0.01 was booked" in said
    assert "Nothing was open" in (await _in_a_thread(typed, gate, paid, "SC010"))[1], "once is enough"


def cut(paid, shot):
    """Take a shot out of the film's file, as its director does."""
    paid.edit("scenes/SC010.yaml", lambda scene: scene.update(shots=[s for s in scene["shots"] if s["id"] != shot]))


@pytest.mark.parametrize("word", ["--write-off", "--release"])
async def test_what_is_in_doubt_of_a_shot_that_was_cut_from_the_file_can_be_closed(paid, gate, doubt, speechless, word):
    await doubt(accepted=True)
    cut(paid, SHOT)
    code, said = await _in_a_thread(typed, gate, paid, "SC010")
    assert (code, f"gate reconcile {word} {SHOT}" in said) == (1, True)

    code, said = await _in_a_thread(typed, gate, paid, word, SHOT, "--reason", "the page shows it")

    assert code == 0, said
    assert standing(paid) == (0, PANEL if word == "--write-off" else 0)
    code, said = await _in_a_thread(typed, gate, paid, word, SHOT, "--reason", "once more")
    assert (code, "the scene has no such shot" in said) == (2, True), "nothing of it is open any more"


async def test_a_scene_that_was_deleted_is_reconciled_and_breaks_nobody_elses(paid, gate, doubt):
    key = await doubt(accepted=True)
    scenes = paid.root / "scenes"
    (scenes / "SC020.yaml").write_text((scenes / "SC010.yaml").read_text().replace("SC010", "SC020"))
    (scenes / "SC010.yaml").unlink()

    code, said = await _in_a_thread(typed, gate, paid)

    assert (code, "in doubt → settled" in said) == (0, True), said
    take = paid.services.ledger.take(key)
    assert (take.state, paid.services.vault.has(take.asset.sha256)) == ("settled", True)
    assert "the film has no such scene" in (await _in_a_thread(typed, gate, paid, "SC010"))[1]


async def test_a_deleted_scene_is_reconciled_by_its_name_while_something_of_it_is_open(paid, gate, doubt, speechless):
    await doubt(accepted=True)
    scenes = paid.root / "scenes"
    (scenes / "SC010.yaml").rename(scenes / "SC020.yaml")
    text = (scenes / "SC020.yaml").read_text()
    (scenes / "SC020.yaml").write_text(text.replace("SC010", "SC020"))
    code, said = await _in_a_thread(typed, gate, paid, "SC010")
    assert (code, "In doubt: 1, $0.04 held" in said) == (1, True), said
    code, said = await _in_a_thread(typed, gate, paid, "--release", SHOT, "--reason", "not on their page")
    assert (code, standing(paid)) == (0, (0, 0)), said


async def test_a_provider_that_is_installed_no_longer_keeps_no_other_call_from_coming_home(paid, gate, doubt):
    other = "SC010_SH0020"
    closed, lost, found = paid.make(other, "panel"), paid.hold(other, "panel", number=2), await doubt(accepted=True)
    gone = attempts.update().where(attempts.c.generation_key.in_((closed, lost))).values(provider="gone")
    paid.services.ledger._write(lambda books: books.connection.execute(gone))

    code, said = await _in_a_thread(typed, gate, paid)

    assert (code, "nobody of that name is installed" in said) == (0, True), said
    assert "settled → settled     whether gone bills more for it could not be asked: provider 'gone': nobody" in said
    assert [paid.services.ledger.take(key).state for key in (lost, found)] == ["released", "settled"]


async def test_a_provider_that_is_down_is_asked_about_one_late_bill_and_that_is_said_once(paid, gate, monkeypatch):
    asked = []

    async def find(self, sought):
        asked.append(sought.marker)
        raise Unavailable("previz", "it is being moved", "When it is back: gate resume")

    for number in (1, 2, 3):
        paid.make(SHOT, "panel", number=number)
    booked = standing(paid)
    monkeypatch.setattr(Previz, "find", find)
    monkeypatch.setattr(Previz, "embedded", False)
    monkeypatch.setattr(reconcile, "_LANES", 1)

    code, said = await _in_a_thread(typed, gate, paid, "SC010")

    assert (code, len(asked), said.count("it is being moved")) == (0, 1, 1), said
    assert "whether previz bills more for it and for 2 more of it could not be asked" in said
    assert standing(paid) == booked


async def _in_a_thread(work, *given):
    """The command runs an event loop of its own."""
    import asyncio

    return await asyncio.to_thread(work, *given)
