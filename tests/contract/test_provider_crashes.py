"""A process that dies between any two steps of a paid call, at each adapter:
the next one brings it home, and buys nothing twice.

The real paid step, the real ledger, the real adapters, a rehearsal of their providers. A death is an exception that
nobody catches, at one place; then everything is opened again from what lies on the disk.
"""

from __future__ import annotations

import asyncio
import itertools
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import pytest
from PIL import Image

from bench.storm import film
from governor.ledger import Ledger
from manifests.bible import Bible, Style
from manifests.film import Film, FilmBudget, Limits, Providers
from manifests.keys import hash_file
from manifests.lock import Lock
from manifests.reading.film_folder import FilmFolder
from manifests.reading.scenes import Scenes
from manifests.scene import Camera, CastMember, Mark, Shot
from manifests.spending.grant import Grant
from manifests.spending.price import Quote
from manifests.take import Artefact, Reference, Request
from production.journey.errors import InDoubt
from production.journey.standing import attempt_at
from production.purchasing.generate import generate
from production.purchasing.reconcile import reconcile
from providers import registry
from providers.over_http.downloads import PartialDownload
from providers.over_http.kept import Kept
from providers.over_http.transport import Transport
from providers.surroundings import Program, Surroundings
from rehearsal.faults import AccountTerms, Fault, Script
from vault.canon import Canon
from vault.local import LocalVault
from wiring.services import Services
from wiring.settings import Settings

LOCAL = ("previz", "handoff", "facefusion")
LISTS, KEEPS, SILENT = {"replicate", "seedance", "fal", *LOCAL}, {"seedream", "gemini"}, {"evolink"}
"""Who lists what was asked, whose answers are kept on this disk, and who tells no bill."""

ORDERS = ("gate resume", "gate reconcile")
SEEDS = itertools.count(1)
"""Under another seed the faults of a script are counted again."""

MIDDLE = Mark(x=0.5, y=0.9, scale=0.6)
CAP_MICROUSD = 100_000_000


class Died(BaseException):
    """The end of a process, as far as one can be had inside another."""


def dies(patch, where, name, *, first=False, at=1):
    """Let a method be the last thing that the process does, or, `first`, the first that it does not;
    in its turn `at`.
    """
    real, turns = getattr(where, name), itertools.count(1)

    def now():
        if next(turns) == at:
            raise Died

    if asyncio.iscoroutinefunction(real):

        async def dying(*given, **named):
            if first:
                now()
            came = await real(*given, **named)
            now()
            return came
    else:

        def dying(*given, **named):
            if first:
                now()
            came = real(*given, **named)
            now()
            return came

    patch.setattr(where, name, dying)


STEPS = {
    "before the hold": lambda patch, _: dies(patch, Ledger, "hold", first=True),
    "after the hold": lambda patch, _: dies(patch, Ledger, "hold"),
    "after the grant was redeemed": lambda patch, _: dies(patch, Grant, "redeem"),
    "while the answer was on its way": None,
    "before the answer was read": lambda patch, _: (
        dies(patch, Transport, "submit"),
        dies(patch, Transport, "through"),
    ),
    "before the job's id was written down": lambda patch, _: dies(patch, Ledger, "submitted", first=True),
    "after the job's id was written down": lambda patch, _: dies(patch, Ledger, "submitted"),
    "between two polls": lambda patch, provider: dies(patch, provider, "poll"),
    "before the download": lambda patch, provider: dies(patch, provider, "fetch", first=True),
    "before the file was whole": lambda patch, _: (
        dies(patch, PartialDownload, "finish", first=True),
        dies(patch, Kept, "copy"),
    ),
    "before the file was in the vault": lambda patch, provider: dies(patch, provider, "fetch"),
    "before the bill was settled": lambda patch, _: dies(patch, Ledger, "settle", first=True),
    "after the bill was settled": lambda patch, _: dies(patch, Ledger, "settle"),
}
"""Where a process dies. On its way an answer is held back by the house, and the process ends while it waits."""

ON_THE_WIRE = {"while the answer was on its way", "before the answer was read", "before the file was whole"}
NOT_SENT = {"before the hold", "after the hold"}
LOST = {"while the answer was on its way", "before the answer was read"}
SHOTS = dict(zip(STEPS, (f"{film.SCENE}_SH{10 * number:04d}" for number in itertools.count(1)), strict=False))


def outcome(maker, step):
    """What it is to come to, with so many jobs at the provider.

    "bought": nothing was sent, or that is proved, and it is bought now. "home": it was, and is found. "doubt": nobody
    knows.
    """
    if step in NOT_SENT:
        return "bought", 1
    if step == "after the grant was redeemed":
        return ("bought", 1) if maker in LISTS else ("doubt", 0)
    if step in LOST:
        return ("home" if maker in LISTS else "doubt"), 1
    if step == "before the job's id was written down":
        return ("home" if maker in LISTS | KEEPS else "doubt"), 1
    return "home", 1


@dataclass(frozen=True)
class Came:
    """What a call that was cut off came to. `sent`: calls that had reached the house; `asked`, `posts`: and later on.

    `booked`: the amounts held and spent for its shot, in micro-dollars; `hold`: its hold.
    """

    made: Artefact | None
    sent: int
    asked: int
    posts: int
    jobs: int
    billed: int
    hold: int
    booked: tuple[int, int]
    again: Artefact | None


class Story:
    """One film at one maker, a shot for each step; every process opens it again from what lies on the disk."""

    def __init__(self, house, enter, folder, steps):
        self._house, self._enter, self._folder, self._steps, self._opened = house, enter, folder, steps, []

    def process(self):
        """Services, provider and epoch of a new process."""
        self.me = self._enter(self._folder / "customer")
        name, models = self.me.name, {f"{self.me.operation}_model": self.me.provider.model(self.me.operation)}
        usd = f"{CAP_MICROUSD / 1e6:.2f}"
        about = Film(
            title="Crash",
            code="CRASH",
            budget=FilmBudget(film_usd=usd, scene_usd=usd, run_usd=usd, shot_usd=usd),
            limits=Limits(attempts=9, in_flight=64),
            providers=Providers(panel=name, clip=name, **models),
        )
        scene = film.scene_of(len(SHOTS))
        words = Bible(characters={}, locations={}, style=Style(words="fog"))
        data = FilmFolder(self._folder, about, words, Scenes.of(scene), Lock(assets={}))
        settings = Settings(film=self._folder, state=self._folder, who="crash")
        ledger = Ledger.open(self._folder / "ledger.sqlite", stop_file=settings.stop_file)
        vault, canon = LocalVault(self._folder / "vault"), Canon(self._folder / "vault")
        known = {" ".join((name, *models.values())): self.me.provider}
        self.services = Services(settings, data, vault, canon, ledger, self.me.book, providers=known)
        self._opened.append(ledger)
        self.run = film.run_of(self.services, film.declare(self.services, f"run {len(self._opened)}"))

    async def told(self, order):
        """Die at every step, then bring everything home; what each came to."""
        self.process()
        lost = Fault(fault="lost_response", how="held", seconds=60, times=1, prompt_contains=self._prompt(None))
        accounts = (self.me.account(),)
        self._house.tell(
            Script(seed=next(SEEDS), job_s=0, job_polls=2, pictures="plain", accounts=accounts, faults=(lost,))
        )
        for step in self._steps:
            await self._die(step)
        sent = {step: self._tally(step)[0] for step in self._steps}
        if order == "gate reconcile":
            self.process()
            await reconcile(self.services)
        asked = {step: self._tally(step)[0] for step in self._steps}
        self.process()
        made, again = [await asyncio.gather(*map(self._made, self._steps)) for _ in range(2)]
        assert self.services.ledger.audit() == []
        return {
            step: self._came(step, first, sent[step], asked[step], second)
            for step, first, second in zip(self._steps, made, again, strict=True)
        }

    async def _die(self, step):
        if STEPS[step]:
            with pytest.MonkeyPatch.context() as patch:
                STEPS[step](patch, self.me.provider)
                with pytest.raises(Died):
                    await self._buy(step)
            return
        before, buying = len(self.me.jobs), asyncio.create_task(self._buy(step))
        while len(self.me.jobs) == before:
            assert not buying.done()
            await asyncio.sleep(0.02)
        buying.cancel()
        with pytest.raises(asyncio.CancelledError):
            await buying

    async def _buy(self, step):
        """The paid step, once."""
        shot, stage = SHOTS[step], self.me.operation
        attempt = attempt_at(self.services, stage, self.me.request(self._prompt(step), shot))
        return (await generate(self.run, attempt, shot, stage, "draft", ())).asset

    async def _made(self, step):
        try:
            return await self._buy(step)
        except InDoubt:
            return None

    def _came(self, step, made, sent, asked, again):
        balance, me = self.services.ledger.balance(f"shot:{SHOTS[step]}"), self.me
        hold = me.provider.quote(me.request(self._prompt(step), SHOTS[step]), me.book.price_of).high_microusd
        return Came(made, sent, asked, *self._tally(step), hold, (balance.held, balance.settled), again)

    def _tally(self, step):
        return self.me.tally(self._prompt(step))

    @staticmethod
    def _prompt(step):
        return f"A room, {step or 'while the answer was on its way'}."

    def close(self):
        """Let the files go."""
        for ledger in self._opened:
            ledger.close()


class Local:
    """A provider on this machine, which sells panels at a cent. What is laid out for a person is saved at once."""

    def __init__(self, name, folder):
        self.name, self.operation, self.key = name, "panel", ""
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        quote = Quote(low_microusd=9_000, likely_microusd=10_000, high_microusd=12_000, price="a" * 64)
        self.book = SimpleNamespace(price_of=lambda _usage: quote)
        around = Surroundings(
            folder / "spool",
            folder.joinpath,
            self.book.price_of,
            lambda _name: folder,
            list,
            hands_dir=folder / "hands",
            hurry=True,
            program_of=lambda _name: Program(("facefusion",), polish),
        )
        self.provider = registry.build(name, around)
        if name == "handoff":
            self._submit, self.provider.submit = self.provider.submit, self._submitted_and_saved

    def account(self):
        return AccountTerms(provider="previz")

    def request(self, prompt, shot_id):
        """A panel of an empty room; for FaceFusion, which is told no words, a panel of its own to polish."""
        polish = self.name == "facefusion"
        shown = (
            {"draft": shot_id, "character": "characters/ada/coat/front"} if polish else {"location": "locations/room"}
        )
        file = picture(self._folder / "plate.png", (90, 80, int(shot_id[-4:]) // 10))
        sha256 = hash_file(file)
        file.rename(self._folder / sha256)
        cast = (CastMember(character="ada", wardrobe="coat", start=MIDDLE),) if polish else ()
        camera = Camera(size="wide")
        return Request(
            operation="panel",
            shot=shot_id,
            prompt=prompt,
            seed=1,
            resolution="480p",
            frames=1,
            staging=Shot(id=shot_id, location="room", camera=camera, motion="Rain.", duration_s=4, cast=cast),
            references=tuple(Reference(role=role, name=name, sha256=sha256) for role, name in shown.items()),
        )

    def tally(self, words):
        records = [json.loads(file.read_bytes()) for file in self._folder.rglob("*.json")]
        jobs = [record for record in records if record.get("request", {}).get("prompt", "").endswith(words)]
        return len(jobs), len(jobs), sum(job["bill_microusd"] for job in jobs)

    async def _submitted_and_saved(self, grant, key, request):
        job = await self._submit(grant, key, request)
        folder, laid = self.provider.laid_out(job.job_id)
        picture(folder / laid.save_as, (40, 120, 60), (854, 480))
        return job


def picture(path, colour, size=(960, 540)):
    Image.new("RGB", size, colour).save(path)
    return path


async def polish(words, _folder, _timeout_s):
    """FaceFusion, as far as it is needed here."""
    if "--output-path" in words:
        picture(Path(words[words.index("--output-path") + 1]), (40, 120, 60))
    return 0, "FaceFusion 3.8.1"


@pytest.fixture(scope="module")
def story(house, customer, tmp_path_factory):
    """Tells each story once: story(maker, order) is what came of each step."""

    @cache
    def tell(maker, order):
        key, local = f"sk-test-{maker}-{order.split()[1]}", maker in LOCAL
        steps = [step for step in STEPS if not (local and step in ON_THE_WIRE)]
        told = Story(
            house,
            lambda folder: Local(maker, folder) if local else customer(maker, key, folder, words=True),
            tmp_path_factory.mktemp("film"),
            steps,
        )
        try:
            return asyncio.run(told.told(order))
        finally:
            told.close()

    return tell


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("step", STEPS)
def test_a_call_that_was_cut_off_is_brought_home_and_never_bought_twice(story, maker, step, order):
    held_against(maker, step, story(maker, order)[step])


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("step", [step for step in STEPS if step not in ON_THE_WIRE])
@pytest.mark.parametrize("local", LOCAL)
def test_what_this_machine_was_making_is_gone_on_with_and_never_bought_twice(story, local, step, order):
    held_against(local, step, story(local, order)[step])


def held_against(maker, step, came):
    expected, jobs = outcome(maker, step)
    assert (came.posts, came.jobs) == (jobs, jobs)
    assert came.asked == came.sent == (0 if expected == "bought" else jobs)
    if expected == "doubt":
        assert (came.made, came.booked) == (None, (came.hold, 0))
        assert came.billed <= came.hold
    else:
        assert came.made is not None
        assert came.booked == (0, came.hold if maker in SILENT else came.billed)
    assert came.again == came.made
