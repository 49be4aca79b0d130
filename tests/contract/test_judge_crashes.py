"""A process that dies between any two steps of a question to a judge:
the next one brings the answer home, and one is billed.

The real paid step, the real ledger, the real adapter, a rehearsal of its provider. A death is an exception that nobody
catches, at one place; then everything is opened again from what lies on the disk.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bench.storm import film
from governor.errors import AttemptsSpent, BudgetRefused, RefusedBefore
from governor.ledger import Ledger
from manifests.bible import Bible, Style
from manifests.film import Film, FilmBudget, Providers
from manifests.keys import hash_file
from manifests.lock import Lock
from manifests.question import Question, Shown
from manifests.reading.film_folder import FilmFolder
from manifests.reading.scenes import Scenes
from manifests.spending.grant import Grant
from production.journey.asking import asking
from production.journey.errors import GenerationFailed, InDoubt, InHand
from production.purchasing import generate as generate_module
from production.purchasing.generate import generate
from production.purchasing.reconcile import reconcile
from providers.errors import NoVerdict, Refused
from providers.gemini.adapter import Gemini
from providers.over_http.kept import Kept
from providers.over_http.transport import Transport
from rehearsal.faults import Fault, Script
from vault.canon import Canon
from vault.local import LocalVault
from wiring.services import Services
from wiring.settings import Settings

SHOT, OTHER = f"{film.SCENE}_SH0010", f"{film.SCENE}_SH0020"
SCHEMA = {
    "type": "object",
    "properties": {"score": {"type": "integer", "minimum": 0, "maximum": 10}},
    "required": ["score"],
    "additionalProperties": False,
}


class Died(BaseException):
    """The end of a process, as far as one can be had inside another."""


def dies(patch, where, name, *, first=False):
    """Let a method be the last thing that the process does, or, `first`, the first that it does not."""
    real = getattr(where, name)

    async def waited(*given, **named):
        if not first:
            await real(*given, **named)
        raise Died

    def done(*given, **named):
        if not first:
            real(*given, **named)
        raise Died

    patch.setattr(where, name, waited if asyncio.iscoroutinefunction(real) else done)


STEPS = {
    "before the hold": ((Ledger, "hold", True), "bought", 1),
    "after the hold": ((Ledger, "hold", False), "bought", 1),
    "after the grant was redeemed": ((Grant, "redeem", False), "doubt", 0),
    "before the answer was read": ((Transport, "through", False), "doubt", 1),
    "before the answer was kept": ((Kept, "keep", True), "doubt", 1),
    "before the job's id was written down": ((Ledger, "submitted", True), "home", 1),
    "after the job's id was written down": ((Ledger, "submitted", False), "home", 1),
    "before the answer was looked at": ((Gemini, "verdict", True), "home", 1),
    "before the answer was in the vault": ((Gemini, "verdict", False), "home", 1),
    "before the bill was settled": ((Ledger, "settle", True), "home", 1),
    "after the bill was settled": ((Ledger, "settle", False), "home", 1),
}


@pytest.fixture
def world(house, customer, tmp_path, monkeypatch):
    """Opens the film of a judge as a new process would; gives its services and its run."""
    key, opened = f"sk-test-{tmp_path.name}", []

    def enter(*faults, cap="10.00"):
        me = customer("gemini", key, tmp_path / "customer")
        if not opened or faults:
            house.tell(
                Script(pictures="plain", job_s=0, accounts=(me.account(),), faults=tuple(Fault(**f) for f in faults))
            )
        budget = FilmBudget(film_usd=cap, scene_usd="10.00", run_usd="10.00", shot_usd="10.00")
        about = Film(
            title="Judged",
            code="JUDGED",
            budget=budget,
            providers=Providers(panel="gemini", clip="gemini", judge="gemini"),
        )
        scene = film.scene_of(2)
        words = Bible(characters={}, locations={}, style=Style(words="fog"))
        data = FilmFolder(tmp_path, about, words, Scenes.of(scene), Lock(assets={}))
        settings = Settings(film=tmp_path, state=tmp_path, who="crash")
        ledger = Ledger.open(tmp_path / "ledger.sqlite", stop_file=settings.stop_file)
        vault, canon = LocalVault(tmp_path / "vault"), Canon(tmp_path / "vault")
        services = Services(settings, data, vault, canon, ledger, me.book, providers={"gemini": me.provider})
        opened.append(ledger)
        return World(me, services, film.run_of(services, film.declare(services, f"run {len(opened)}")))

    yield enter
    for ledger in opened:
        ledger.close()


class World:
    """One process of the film."""

    def __init__(self, me, services, run):
        self.me, self.services, self.run = me, services, run

    def question(self, words="How red is it, 0 to 10?"):
        shown = Shown(label="p1", role="judged", sha256=hash_file(self.me._plate))
        return Question(instruction=words, pictures=(shown,), answer=SCHEMA)

    async def ask(self, shot=SHOT, number=1, **about):
        attempt = asking(self.services, self.services.judge(), self.question(**about), number)
        return await generate(self.run, attempt, shot, "judge", "draft", ())

    @property
    def held_and_spent(self):
        balance = self.services.ledger.balance(f"film:{self.services.folder.film.code}")
        return balance.held, balance.settled


@pytest.mark.parametrize("order", ["gate resume", "gate reconcile"])
@pytest.mark.parametrize("step", STEPS)
def test_a_question_that_was_cut_off_is_answered_and_billed_once(world, step, order):
    (where, name, first), expected, jobs = STEPS[step]
    process = world()
    with pytest.MonkeyPatch.context() as patch:
        dies(patch, where, name, first=first)
        with pytest.raises(Died):
            asyncio.run(process.ask())

    if order == "gate reconcile":
        asyncio.run(reconcile(world().services))
    process = world()
    if expected == "doubt":
        with pytest.raises(InDoubt):
            asyncio.run(process.ask())
        assert process.held_and_spent[0] > 0
        assert process.held_and_spent[1] == 0
    else:
        first, again = asyncio.run(process.ask()), asyncio.run(world().ask())
        assert (first.asset, again.fresh) == (again.asset, False)
        assert process.services.vault.path(first.asset.sha256).read_text() == '{"score":5}'
        assert process.held_and_spent == (0, process.me.billed)
    assert len(process.me.jobs) == jobs
    assert process.services.ledger.audit() == []


def test_the_same_question_is_asked_once_across_runs_shots_and_tiers(world):
    first = asyncio.run(world().ask())
    process = world()
    again = asyncio.run(process.ask(OTHER))
    other = asyncio.run(process.ask(OTHER, words="How green is it?"))

    assert (again.take.shot, again.fresh, again.asset) == (SHOT, False, first.asset)
    assert other.take.shot == OTHER
    assert len(process.me.jobs) == 2
    rows = {(row.shot, row.stage): row.takes for row in process.services.ledger.costs(film.SCENE)}
    assert rows == {(SHOT, "judge"): 1, (OTHER, "judge"): 1}


@pytest.mark.parametrize(
    ("fault", "raised"), [("truncated", NoVerdict), ("corrupt", NoVerdict), ("no_url", GenerationFailed)]
)
def test_what_is_no_verdict_is_paid_for_and_asked_once_more_under_another_key(world, fault, raised):
    process = world({"fault": fault, "at": 1})
    with pytest.raises(raised):
        asyncio.run(process.ask())
    assert process.held_and_spent == (0, process.me.billed)

    with pytest.raises(GenerationFailed, match="brought nothing"):
        asyncio.run(process.ask())  # the first look is not bought again
    made = asyncio.run(process.ask(number=2))

    assert made.take.changed == "asked once more"
    assert len(process.me.jobs) == 2
    assert process.held_and_spent == (0, process.me.billed)
    with pytest.raises(AttemptsSpent):
        asyncio.run(process.ask(number=3))


def test_a_judge_whose_moderation_will_not_look_is_not_asked_the_same_again(world):
    process = world({"fault": "moderation_output", "at": 1})
    with pytest.raises(Refused):
        asyncio.run(process.ask())
    with pytest.raises(RefusedBefore):
        asyncio.run(process.ask(number=2))
    assert len(process.me.jobs) == 1


def test_what_another_scene_has_asked_and_not_brought_home_is_left_to_that_scene(world):
    process = world()
    ledger, judge = process.services.ledger, process.services.judge()
    epoch = ledger.begin_epoch("SC020", "another run")
    ledger.declare_caps(dict.fromkeys(("scene:SC020", "run:another run", "shot:SC020_SH0010"), 10_000_000))
    attempt = asking(process.services, judge, process.question(), 1)
    mine = generate_module._purchase(process.run, judge, attempt, SHOT, "judge", "draft", (), None)
    ledger.hold(replace(mine, scene="SC020", shot="SC020_SH0010", epoch=epoch))

    with pytest.raises(InHand, match="SC020_SH0010 asks the same"):
        asyncio.run(process.ask())
    assert process.me.posts == []


def test_a_cap_holds_a_question_like_any_other_call(world):
    process = world(cap="0.001")
    with pytest.raises(BudgetRefused):
        asyncio.run(process.ask())
    assert process.me.posts == []


def test_a_question_is_told_in_the_log_and_in_the_bills(world):
    process = world()
    made = asyncio.run(process.ask())
    ledger = process.services.ledger
    (line,), (bill,) = ledger.log(), ledger.bills()

    assert (line.stage, line.operation, line.outcome, line.prompt) == (
        "judge",
        "score",
        "settled",
        "How red is it, 0 to 10?",
    )
    assert [(shown.role, shown.name) for shown in line.references] == [("judged", "p1")]
    assert (bill.operation, bill.cost) == ("score", made.take.cost_microusd)
    assert ledger.take(made.take.generation_key).request == process.question()
    with pytest.raises(TypeError, match="a question"):
        _ = made.take.order
