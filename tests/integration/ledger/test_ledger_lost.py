"""A ledger that was restored, lost, emptied or replaced buys nothing until what was bought is read back from beside it."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from governor import errors
from governor.ledger import Ledger
from governor.mark import Mark
from governor.outside import Outside
from governor.purchase import Proof
from governor.reconcile import Sighting, reconcile
from manifests.take import Artefact
from vault.shelves import FolderShelf

CENT = 10_000
SHOTS = ("SC010_SH0010", "SC010_SH0020", "SC010_SH0030")
ASSET = Artefact(sha256="a" * 64, media_type="image/png", size_bytes=3)
FILM_CAP = {"film:HRB": 1000 * CENT, "scene:SC010": 100 * CENT, "run:r1": 200 * CENT, "run:r2": 200 * CENT}
CAPS = {**FILM_CAP, **{f"shot:{shot}": 80 * CENT for shot in SHOTS}}


@pytest.fixture
def database():
    return "sqlite"


class Film:
    """A folder with a ledger, its mark and its receipts. `restore` puts the ledger back as `snapshot` found it."""

    def __init__(self, folder, make, template=None):
        self.folder, self.make, self.path = folder, make, folder / "ledger.sqlite"
        if template:
            shutil.copy(template, self.path)
        self.mark, self.shelf = folder / "ledger.mark", FolderShelf(folder / "vault" / "receipts")
        self.ledger = None
        self.again()

    def again(self):
        """Another process opens the ledger, and begins a run."""
        if self.ledger is not None:
            self.ledger.close()
        outside = Outside(Mark(self.mark), self.shelf)
        self.ledger = Ledger.open(self.path, stop_file=self.folder / "STOP", film="hrb", outside=outside)
        self.ledger.declare_caps(CAPS)
        self.epoch = self.ledger.begin_epoch("SC010", "r1")
        return self.ledger

    def wish(self, shot, **given):
        return self.make(self.epoch, shot=shot, stage="clip", attempts_max=9, **given)

    def send(self, shot, job=None):
        wish = self.wish(shot)
        self.ledger.hold(wish).redeem(wish.generation_key)
        if job:
            self.ledger.submitted(wish.generation_key, job)
        return wish.generation_key

    def buy(self, shot, cents=9):
        key = self.send(shot, f"job-{shot}")
        self.ledger.settle(key, cents * CENT, ASSET)
        return key

    def files(self):
        return [path for path in self.folder.glob("ledger.sqlite*") if path.suffix not in {".queue", ".turn"}]

    def snapshot(self):
        """A copy of the ledger as it is; the one that is open goes on."""
        self.ledger.close()
        kept = self.folder / "kept"
        shutil.rmtree(kept, ignore_errors=True)
        kept.mkdir()
        for path in self.files():
            shutil.copy(path, kept)
        self.again()

    def lose(self, how):
        self.ledger.close()
        for path in self.files():
            path.unlink()
        if how == "restored":
            for path in (self.folder / "kept").iterdir():
                shutil.copy(path, self.folder)
        elif how == "emptied":
            self.path.touch()

    def standing(self):
        balance = self.ledger.balance("film:HRB")
        assert self.ledger.audit() == []
        return balance.held // CENT, balance.settled // CENT


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """An empty ledger: making one takes longer than most of these tests."""
    path = tmp_path_factory.mktemp("template") / "ledger.sqlite"
    Ledger.open(path, stop_file=path.with_name("STOP")).close()
    return path


@pytest.fixture
def film(tmp_path, purchase, template):
    film = Film(tmp_path, purchase, template)
    yield film
    film.ledger.close()


@pytest.mark.parametrize("how", ["restored", "deleted", "emptied"])
def test_what_was_bought_is_not_bought_again(film, how):
    """Measured before there were receipts: 1, 3 and 3 of three clips were bought twice."""
    keys = [film.buy(SHOTS[0])]
    film.snapshot()
    keys += [film.buy(shot) for shot in SHOTS[1:]]
    assert film.standing() == (0, 27)

    film.lose(how)
    ledger = film.again()

    lack = ledger.behind()
    assert "gate reconcile" in lack.cure
    for shot in SHOTS:
        with pytest.raises((errors.LedgerBehind, errors.AlreadyBought)):
            film.send(shot)
    assert [take.generation_key for take in ledger.read_back()] == (keys[1:] if how == "restored" else keys)
    ledger.accept()
    assert ledger.behind() is None
    film.again()
    assert film.standing() == (0, 27), "every cent counts again"
    for shot, key in zip(SHOTS, keys, strict=True):
        with pytest.raises(errors.AlreadyBought):
            film.send(shot)
        take = film.ledger.take(key)
        assert (take.state, take.job_id, take.cost_microusd, take.asset) == ("settled", f"job-{shot}", 9 * CENT, ASSET)
    assert film.ledger.takes() == tuple(film.ledger.take(key) for key in keys)


@pytest.mark.parametrize("mark", [True, False], ids=["with its mark", "on another machine"])
def test_what_was_in_flight_is_in_flight_again(film, mark):
    film.buy(SHOTS[0])
    film.snapshot()
    lost, running = film.send(SHOTS[1]), film.send(SHOTS[2], "job-3")

    film.lose("restored")
    if not mark:
        film.mark.unlink()
    film.again()
    assert film.ledger.behind().count == 2
    film.ledger.read_back()
    film.ledger.accept()

    takes = {take.generation_key: take for take in film.ledger.marks_open()}
    assert (takes[lost].state, film.ledger.was_sent(lost)) == ("held", True), "to be looked for at its provider"
    assert (takes[running].state, takes[running].job_id) == ("submitted", "job-3")
    assert film.standing() == (20, 9)
    assert film.ledger.was_sent_at(lost) is not None


def test_a_ledger_that_lags_by_a_bill_takes_it_from_the_receipt(film):
    key = film.send(SHOTS[0], "job-1")
    film.snapshot()
    film.ledger.settle(key, 7 * CENT, ASSET)

    film.lose("restored")
    film.again()
    assert film.ledger.behind() is not None
    film.ledger.read_back()
    film.ledger.accept()

    assert film.standing() == (0, 7)
    assert film.ledger.take(key).asset == ASSET


def test_a_call_that_was_given_back_stays_given_back(film):
    key = film.send(SHOTS[0])
    film.ledger.release(key, Proof.not_billed("429", film.epoch))
    again = film.buy(SHOTS[0])
    assert again == key

    film.lose("deleted")
    film.again()
    film.ledger.read_back()
    film.ledger.accept()

    assert film.standing() == (0, 9)
    assert len(film.ledger.takes(released_too=True)) == 2


def test_a_receipt_that_still_says_sent_gives_way_to_the_next_hold(film):
    """A process may die after the ledger gave a hold back and before its receipt says so."""
    film.buy(SHOTS[2])
    key = film.send(SHOTS[0])
    (stale,) = (name for name in film.shelf.names() if name.startswith(key))
    kept = film.shelf.read(stale)
    film.ledger.release(key, Proof.not_billed("429", film.epoch))
    film.shelf.write(stale, kept)
    film.send(SHOTS[0], "job-2")

    film.lose("deleted")
    film.again()
    film.ledger.read_back()
    film.ledger.accept()

    assert [take.job_id for take in film.ledger.marks_open()] == ["job-2"]
    assert film.standing() == (10, 9)


def test_a_film_of_before_is_adopted_and_then_safe(film):
    keys = [film.buy(shot) for shot in SHOTS]
    film.mark.unlink()
    shutil.rmtree(film.folder / "vault")

    assert film.again().behind() is None
    assert len(list(film.shelf.names())) == 3
    film.lose("deleted")
    film.again()
    assert film.ledger.behind().count == 3
    assert sorted(take.generation_key for take in film.ledger.read_back()) == sorted(keys)


def test_a_receipt_that_cannot_be_read_stops_everything_until_a_person_has_looked(film, decision):
    film.buy(SHOTS[0])
    (name,) = film.shelf.names()
    film.shelf.write(name, b"{")
    film.lose("deleted")
    film.again()
    assert film.ledger.read_back() == ()
    film.ledger.accept()
    assert film.ledger.behind() is None
    with pytest.raises(errors.Stopped, match="its receipt"):
        film.send(SHOTS[1])
    film.ledger.go(decision("go"))
    film.buy(SHOTS[1])


def test_a_damaged_ledger_says_what_to_do_and_what_follows_buys_nothing(film):
    film.buy(SHOTS[0])
    film.ledger.close()
    with film.path.open("r+b") as file:
        file.truncate(film.path.stat().st_size // 2)
    for extra in film.files():
        if extra != film.path:
            extra.unlink()
    with pytest.raises(errors.LedgerDamaged, match=r"mv .*ledger\.sqlite .*gate reconcile"):
        film.again()
    film.path.rename(film.folder / "ledger.sqlite.damaged")
    film.again()
    with pytest.raises(errors.LedgerBehind, match="gate reconcile"):
        film.send(SHOTS[1])
    film.ledger.read_back()
    film.ledger.accept()
    film.again()
    film.send(SHOTS[1])


def test_the_ledger_of_another_film_is_not_mixed_with_this_one(film, tmp_path, purchase):
    film.buy(SHOTS[0])
    other = tmp_path / "other"
    other.mkdir()
    theirs = Film(other, lambda epoch, **given: purchase(epoch, film="XYZ", **given))
    theirs.ledger.declare_caps({"film:XYZ": 1000 * CENT})
    theirs.buy(SHOTS[1])
    theirs.ledger.close()
    film.lose("deleted")
    for path in theirs.files():
        shutil.copy(path, film.folder)
    film.again()
    with pytest.raises(errors.LedgerBehind):
        film.send(SHOTS[2])
    with pytest.raises(errors.LedgerBroken, match="belongs to XYZ"):
        film.ledger.read_back()


def test_a_cap_that_was_lowered_is_not_forgotten(film):
    film.buy(SHOTS[0])
    film.snapshot()
    film.ledger.lower_cap("scene:SC010", 20 * CENT)
    film.lose("restored")
    with pytest.raises(errors.LedgerBehind):
        film.again() and film.send(SHOTS[1])


def test_a_half_written_line_of_the_mark_costs_no_other_line(film):
    film.buy(SHOTS[0])
    with film.mark.open("ab") as file:
        file.write(b'\n{"row":99,"dig')
    film.snapshot()
    film.buy(SHOTS[1])
    shutil.rmtree(film.folder / "vault")
    film.lose("restored")
    film.again()
    assert film.ledger.behind() is not None


def test_nothing_is_sent_where_its_receipt_cannot_be_written(film, monkeypatch):
    def full(*_given):
        raise OSError(28, "No space left on device", "receipts")

    wish = film.wish(SHOTS[0])
    grant = film.ledger.hold(wish)
    monkeypatch.setattr(film.shelf, "write", full)
    with pytest.raises(OSError, match="No space"):
        grant.redeem(wish.generation_key)
    assert not film.ledger.was_sent(wish.generation_key)


def test_a_film_that_pays_nothing_keeps_neither_mark_nor_receipts(film):
    wish = film.wish(SHOTS[0], cents=0)
    film.ledger.hold(wish).redeem(wish.generation_key)
    film.ledger.submitted(wish.generation_key, "job-1")
    film.ledger.settle(wish.generation_key, 0, ASSET)
    assert not film.mark.exists()
    assert list(film.shelf.names()) == []
    assert film.ledger.behind() is None


class Died(BaseException):
    """The process is killed here."""


class Losses(RuleBasedStateMachine):
    """A provider with a true bill, and a ledger that is lost again and again. `jobs`: by key, in cents; it makes each call once."""

    make = template = None

    @initialize()
    def begin(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.film = Film(Path(self.temporary.name), type(self).make, type(self).template)
        self.jobs, self.calls, self.lost = {}, [], False
        self.film.snapshot()

    def teardown(self):
        if hasattr(self, "film"):
            self.film.ledger.close()
            self.temporary.cleanup()

    @contextlib.contextmanager
    def a_process(self, dies):
        """Whatever it is refused, and wherever it dies, the next process goes on from there."""
        outside = self.film.ledger._outside

        def die(_moved):
            raise Died

        if dies:
            setattr(outside, dies, die)
        try:
            with contextlib.suppress(errors.GovernorError):
                yield
        except Died:
            self.film.again()
        finally:
            outside.__dict__.pop(dies, None)

    deaths = st.sampled_from(["", "", "", "", "keep", "file"])

    @rule(shot=st.sampled_from(SHOTS[:2]), answered=st.booleans(), dies=deaths)
    def buy(self, shot, answered, dies):
        wish = self.film.wish(shot)
        key = wish.generation_key
        with self.a_process(dies):
            self.film.ledger.hold(wish).redeem(key)
            assert key not in self.jobs, "a second job of one generation is on its way"
            self.jobs[key] = 1 + len(self.jobs)
            if answered:
                self.film.ledger.submitted(key, f"job-{key[:8]}")

    @rule(dies=deaths)
    def collect(self, dies):
        for take in self.film.ledger.marks_open():
            if take.job_id:
                with self.a_process(dies):
                    self.film.ledger.settle(take.generation_key, self.jobs[take.generation_key] * CENT, ASSET)

    @rule()
    def snapshot(self):
        self.film.snapshot()

    @rule(how=st.sampled_from(["restored", "deleted", "emptied"]), forgets=st.booleans())
    def lose(self, how, forgets):
        """`forgets`: it goes on upon another machine, which has no mark."""
        self.film.lose(how)
        if forgets:
            self.film.mark.unlink(missing_ok=True)
        self.film.again()

    @rule()
    def reconcile(self):
        self.film.ledger.read_back()
        self.film.epoch = self.film.ledger.begin_epoch("SC010", "r2")
        for take in self.film.ledger.marks_open():
            key = take.generation_key
            found = Sighting("found", "in its list", f"job-{key[:8]}")
            absent = Sighting("absent", "not listed", attempt=self.film.ledger.attempt_under(key))
            reconcile(
                self.film.ledger, take, self.film.epoch, lambda _, f=found, a=absent, k=key: f if k in self.jobs else a
            )
        self.film.ledger.accept()
        assert self.film.ledger.behind() is None
        self.every_cent_is_counted()

    @invariant()
    def every_cent_is_counted(self):
        if not hasattr(self, "film") or self.film.ledger.behind():
            return
        takes = {take.generation_key: take for take in self.film.ledger.takes()}
        assert set(self.jobs) <= set(takes), "a job that nobody counts"
        held, settled = self.film.standing()
        assert settled == sum(self.jobs[key] for key, take in takes.items() if take.state == "settled")
        assert held == sum(take.held_microusd // CENT for take in takes.values() if take.state != "settled")


@pytest.fixture
def losses(purchase, template):
    return type("LossesUnderTest", (Losses,), {"make": staticmethod(purchase), "template": template})


def quick(examples):
    return settings(
        max_examples=examples, stateful_step_count=12, derandomize=True, database=None, deadline=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip


def test_no_loss_of_the_ledger_buys_twice_or_forgets_a_cent(losses):
    run_state_machine_as_test(losses, settings=quick(12))


PLANTED = {
    "a ledger that is behind buys": ("refuse", lambda outside, books, ledger: None),
    "no receipt before the call goes out": ("intend", lambda outside, receipt: None),
}


@pytest.mark.parametrize("bug", PLANTED)
def test_the_losses_find_a_planted_bug(losses, monkeypatch, bug):
    monkeypatch.setattr(Outside, *PLANTED[bug])
    tried = losses()
    tried.begin()
    tried.buy(SHOTS[0], answered=False, dies="")
    tried.lose("deleted", forgets=True)
    with pytest.raises(AssertionError, match="a second job"):
        tried.buy(SHOTS[0], answered=False, dies="")
    tried.teardown()
