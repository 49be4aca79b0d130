"""What is missing is made once, paid for once, and laid for a person; what a person approved or drew stays as it is."""

from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image

from governor.ledger import Ledger
from manifests.bible import VIEWS
from manifests.keys import hash_bytes
from manifests.lock import Lock, LockedAsset
from manifests.reading.film_folder import read_lock
from manifests.spending.grant import Grant
from manifests.view_shot import BIBLE, FROM_FRONT
from production.bible import views
from production.bible.laying import send_back
from production.bible.views import wanted
from production.planning.rehearsing import lay_out
from production.wrap.history import views_of
from production.wrap.journal.entries import entries_of
from production.wrap.journal.lay_out import lay_out_journal
from providers.errors import Invalid
from rehearsal import standing
from wiring.errors import NotAFilm, RetakeRefused

NOBODY = {"fault": "drift", "of": "presence", "provider": "gemini"}
SENT_BACK = {"why": "too thin", "who": "Mia", "door": "command line"}


class Died(BaseException):
    """The end of a process, as far as one can be had inside another."""


def test_the_missing_views_are_made_laid_and_locked_and_the_bill_is_what_the_ledger_says(studio, gate):
    lines = studio.make(*FROM_FRONT)

    assert [line.status for line in lines] == ["waits"] * 3
    assert all(studio.path(view).is_file() for view in FROM_FRONT)
    balance = studio.services.ledger.balance(f"scene:{BIBLE}")
    assert (balance.settled, balance.held) == (studio.bill, 0)
    assert len(studio.jobs) == 3
    assert studio.services.ledger.audit() == []
    lock = studio.services.folder.lock.assets
    assert set(lock) == {"characters/ada/coat/front", "locations/kitchen"}, "no machine locks"
    with Image.open(studio.path("side")) as side:
        alpha = np.asarray(side.getchannel("A"))
    assert (alpha[0, 0], alpha[alpha.shape[0] // 2, alpha.shape[1] // 2]) == (0, 255), "it is cut out"

    studio.make(*FROM_FRONT)  # a second run
    assert len(studio.jobs) == 3

    locked = studio.lock()
    assert {name.rpartition("/")[2] for name in locked.added} == set(FROM_FRONT)
    assert [studio.state(view).does for view in FROM_FRONT] == ["approved"] * 3
    for view in FROM_FRONT:
        studio.path(view).unlink()  # the store has them, whatever lies in the folder
    assert [line.status for line in studio.make(*FROM_FRONT)] == ["done"] * 3
    assert len(studio.jobs) == 3


@pytest.mark.parametrize(
    ("where", "name", "first"),
    [
        (Grant, "redeem", True),
        (Grant, "redeem", False),
        (Ledger, "submitted", True),
        (Ledger, "settle", True),
        (Ledger, "settle", False),
        (Ledger, "record_verdict", True),
        (Ledger, "record_verdict", False),
    ],
)
def test_a_run_that_dies_anywhere_is_gone_on_with_and_buys_nothing_twice(studio, monkeypatch, where, name, first):
    real = getattr(where, name)

    def dying(*given, **named):
        if not first:
            real(*given, **named)
        raise Died

    with monkeypatch.context() as patch:
        patch.setattr(where, name, dying)
        with pytest.raises(Died):
            studio.make("side")
    studio.forget()
    assert not studio.path("side").exists()

    (line,) = studio.make("side")

    balance = studio.services.ledger.balance(f"scene:{BIBLE}")
    if line.status == "blocked:doubt":  # it was let go, and never sent; Gemini has no list in which that is seen
        assert (name, first, balance.held > 0, len(studio.jobs)) == ("redeem", False, True, 0)
        return
    assert (line.status, studio.path("side").is_file()) == ("waits", True)
    assert (len(studio.jobs), balance.settled, balance.held) == (1, studio.bill, 0)
    assert studio.services.ledger.audit() == []


def test_the_journal_tells_each_call_for_a_view_with_its_picture_and_what_the_gate_said(studio, tmp_path):
    studio.faults(NOBODY)
    studio.make("back")
    views = views_of(studio.services)
    entries = list(entries_of(views))
    assert [entry.title for entry in entries] == ["reference view v001", "reference view v002"]
    assert [entry.verdict for entry in entries] == ["failed", "failed"]
    assert sum(entry.cost for entry in entries) == studio.bill

    first = lay_out_journal(studio.services, [], views, tmp_path / "journal")
    page = (first.parent / f"{studio.one('back').id}.html").read_text(encoding="utf-8")
    assert page.count('<article class="entry"') == 2
    assert all(f'src="pictures/{entry.asset[:24]}.jpg"' in page for entry in entries)
    assert "Reference views, attempt by attempt" in first.read_text(encoding="utf-8")


def test_a_picture_of_nobody_is_bought_again_within_the_films_tries_and_then_a_person_is_asked(studio):
    studio.faults(NOBODY)
    (line,) = studio.make("back")

    assert line.status == "escalated"
    assert "the same flaw 2 times (nobody)" in line.message
    assert "draw it at assets/characters/ada/coat/back.png" in line.message
    assert (len(studio.jobs), studio.path("back").exists()) == (2, False)
    studio.make("back")
    assert len(studio.jobs) == 2


def test_a_person_sends_one_back_and_another_take_is_laid_in_its_place(studio):
    studio.make("side", "back")
    first, services = studio.path("side").read_bytes(), studio.services
    send_back(services, [studio.one("side"), studio.one("three_quarter")], **SENT_BACK)
    assert send_back(services, [studio.one("side")], **SENT_BACK) == (), "it was sent back already"
    assert studio.state("side").does == "make"
    assert studio.state("back").does == "waits"

    studio.make("side", "back")

    assert (len(studio.jobs), studio.path("side").read_bytes() == first) == (3, False)
    takes = studio.services.ledger.takes(shot=studio.one("side").id)
    assert [(take.version, take.attempt, take.changed) for take in takes] == [(1, 1, "first take"), (2, 2, "seed")]


def test_what_a_person_drew_or_approved_is_never_written_over_nor_sent_back(studio):
    own = Image.new("RGBA", (200, 800), (9, 9, 9, 255))
    own.save(studio.path("side"))
    before = studio.path("side").read_bytes()
    assert studio.make("side")[0].status == "waits"
    with pytest.raises(RetakeRefused, match="was not made here"):
        send_back(studio.services, [studio.one("side")], **SENT_BACK)
    studio.lock()
    with pytest.raises(RetakeRefused, match="it is approved"):
        send_back(studio.services, [studio.one("side")], **SENT_BACK)
    assert (studio.path("side").read_bytes(), studio.jobs) == (before, [])


def test_what_was_sent_back_is_not_approved_by_the_next_lock_unless_that_is_taken_back(studio, gate):
    studio.make("side")
    name, subject, film = "characters/ada/coat/side", studio.one("side").id, ("--film", str(studio.root))
    send_back(studio.services, [studio.one("side")], **SENT_BACK)

    code, out, _ = gate("lock", *film, "--yes")

    assert (code, f"left out {name}: it was rejected" in out) == (0, True), out
    assert "gate turnaround ada --wardrobe coat --views side" in out
    assert f"gate undo {subject}, then gate lock" in out
    assert (studio.state("side").does, name in read_lock(studio.root).assets) == ("make", False)

    code, out, err = gate("undo", subject, *film, "--yes")
    assert (code, "gate lock" in out) == (0, True), err
    assert (studio.lock().added, studio.state("side").does) == ((name,), "approved")


def test_a_view_that_is_approved_while_another_is_bought_is_not_written_over(studio, monkeypatch):
    studio.make("side")
    first = studio.path("side").read_bytes()
    services, one = studio.services, studio.one("side")
    real, shut = Ledger.settle, studio.root / "lock.yaml"

    def settle(*given, **named):
        before = read_lock(studio.root)
        picture = LockedAsset(sha256=hash_bytes(first), width=300, height=900, approved_by="Mia")
        shut.write_text(json.dumps(Lock(assets=before.assets | {one.name: picture}).model_dump(mode="json")))
        services.canon.link(one.name, services.vault.put_bytes(first), "Mia")
        return real(*given, **named)

    send_back(services, [one], **SENT_BACK)
    monkeypatch.setattr(Ledger, "settle", settle)
    (line,) = studio.make("side")

    assert studio.path("side").read_bytes() == first
    assert (line.status, studio.state("side").why) == (
        "done",
        "approved by Mia; an approved view is never made again",
    )
    assert len(studio.services.ledger.takes(shot=one.id)) == 2, "the other is kept"


def test_a_picture_that_a_person_lays_there_while_another_is_bought_stays(studio, monkeypatch):
    real = Ledger.settle

    def settle(*given, **named):
        Image.new("RGBA", (200, 800), (9, 9, 9, 255)).save(studio.path("side"))
        return real(*given, **named)

    monkeypatch.setattr(Ledger, "settle", settle)
    studio.make("side")
    with Image.open(studio.path("side")) as lies:
        assert lies.size == (200, 800)


def test_caps_a_stop_and_a_newer_run_hold_for_views_as_for_shots(studio):
    studio.services.ledger.declare_caps({f"scene:{BIBLE}": 3_000_000})
    studio.services.ledger.lower_cap(f"scene:{BIBLE}", 0)
    (poor,) = studio.make("side")
    assert (poor.status, "gate cap scene:BIBLE" in poor.message) == ("blocked:budget", True)

    studio.settings.stop_file.touch()
    assert studio.make("side")[0].status == "blocked:stop"
    studio.settings.stop_file.unlink()
    assert studio.jobs == []


def test_an_older_run_buys_nothing_more(studio):
    import asyncio

    from flows import turnaround

    async def overtaken():
        with studio.run() as run:
            studio.services.ledger.begin_epoch(BIBLE, "a newer one")
            assert run.epoch.number == 1
            return await turnaround._stand(run, studio.one("side"), asyncio.Semaphore(1))

    assert asyncio.run(overtaken()).status == "blocked:fenced"
    assert studio.jobs == []


def test_who_cannot_draw_what_does_not_exist_is_refused_with_a_cure_before_anything_is_held(studio):
    (one,) = wanted(studio.services, "ada", "coat", ("side",))
    with pytest.raises(
        Invalid, match=r"cannot draw a view that does not exist.*gemini.*--provider NAME; or draw it at"
    ):
        views.state_of(studio.services, one)
    assert views.makers_of_views(studio.services) == ["bfl", "byteplus", "gemini", "handoff"]


def test_without_an_approved_front_nothing_is_made(studio):
    studio.path("front").write_bytes(studio.path("front").read_bytes() + b"\0")
    assert studio.state("side").does == "waits"
    (line,) = studio.make("side")
    assert "its front view is not approved" in line.message
    assert studio.jobs == []


@pytest.mark.parametrize(
    ("character", "wardrobe", "asked", "words"),
    [
        ("bo", "coat", (), "the bible has no such character"),
        ("ada", "cape", (), "The bible has coat"),
        ("everybody", "every wardrobe", ("front",), "the other views are made from it"),
    ],
)
def test_who_is_not_in_the_bible_and_a_front_are_refused(studio, character, wardrobe, asked, words):
    with pytest.raises((NotAFilm, Invalid), match=words):
        wanted(studio.services, character, wardrobe, asked)


def test_a_rehearsal_lays_its_views_into_a_folder_of_its_own(studio):
    from datetime import datetime

    apart = lay_out(read_settings_of(studio), datetime(2026, 11, 21, 22, 0, 0), own_assets=True)
    front = apart.film / "assets" / "characters" / "ada" / "coat" / "front.png"
    assert front.read_bytes() == studio.path("front").read_bytes()
    (front.parent / "side.png").write_bytes(b"laid")
    assert not studio.path("side").exists()


def read_settings_of(studio):
    from wiring.settings import read_settings

    return read_settings(studio.root)


@pytest.mark.parametrize("view", ["side", "back"])
def test_a_front_that_comes_squeezed_or_mirrored_instead_of_another_view_is_not_laid(studio, monkeypatch, view):
    monkeypatch.setattr(standing, "_LEANS", dict.fromkeys(VIEWS, 0.0))

    (line,) = studio.make(view)

    name = f"characters/ada/coat/{view}"
    [*_, verdict] = [
        studio.services.ledger.verdict(take.generation_key) for take in studio.services.ledger.takes(stage="view")
    ]
    [found] = [finding for finding in verdict.findings if finding.severity == "error"]
    assert found.rule == "R112"
    assert found.message.startswith(f"{name} is the front view again (")
    assert (line.status, studio.path(view).exists()) == ("escalated", False)
    assert len(studio.jobs) == 2  # the same flaw twice: a person looks, and no third is bought
