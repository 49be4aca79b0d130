"""A ledger that was restored, lost, emptied or replaced buys nothing until what was bought is read back
from beside it.
"""

from __future__ import annotations

import shutil

import pytest

from governor import errors
from governor.purchase import Proof
from manifests.take import Artefact

CENT = 10_000
SHOTS = ("SC010_SH0010", "SC010_SH0020", "SC010_SH0030")
ASSET = Artefact(sha256="a" * 64, media_type="image/png", size_bytes=3)


@pytest.fixture
def database():
    return "sqlite"


@pytest.fixture(params=["lost_film", "lost_film_on_a_server"], ids=["sqlite", "postgresql"])
def film(request):
    return request.getfixturevalue(request.param)


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
    film.ledger.decide(decision("go"))
    film.buy(SHOTS[1])


def test_a_damaged_ledger_says_what_to_do_and_what_follows_buys_nothing(lost_film):
    lost_film.buy(SHOTS[0])
    lost_film.ledger.close()
    with lost_film.path.open("r+b") as file:
        file.truncate(lost_film.path.stat().st_size // 2)
    for extra in lost_film.files():
        if extra != lost_film.path:
            extra.unlink()
    with pytest.raises(errors.LedgerDamaged, match=r"mv .*ledger\.sqlite .*gate reconcile"):
        lost_film.again()
    lost_film.path.rename(lost_film.folder / "ledger.sqlite.damaged")
    lost_film.again()
    with pytest.raises(errors.LedgerBehind, match="gate reconcile"):
        lost_film.send(SHOTS[1])
    lost_film.ledger.read_back()
    lost_film.ledger.accept()
    lost_film.again()
    lost_film.send(SHOTS[1])


def test_the_ledger_of_another_film_is_not_mixed_with_this_one(lost_film, tmp_path, purchase):
    lost_film.buy(SHOTS[0])
    other = tmp_path / "other"
    other.mkdir()
    theirs = type(lost_film)(other, lambda epoch, **given: purchase(epoch, film="XYZ", **given))
    theirs.ledger.declare_caps({"film:XYZ": 1000 * CENT})
    theirs.buy(SHOTS[1])
    theirs.ledger.close()
    lost_film.lose("deleted")
    for path in theirs.files():
        shutil.copy(path, lost_film.folder)
    lost_film.again()
    with pytest.raises(errors.LedgerBehind):
        lost_film.send(SHOTS[2])
    with pytest.raises(errors.LedgerBroken, match="belongs to XYZ"):
        lost_film.ledger.read_back()


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
