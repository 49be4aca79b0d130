"""Messages to people, through Apprise to a real receiver: what they say, to whom, once, and never in the quiet
hours.
"""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest
from PIL import Image

from governor.errors import BudgetRefused
from manifests.errors import ManifestError
from manifests.spending.night import SceneNight, ShotNight
from production.messages import messages, outbox
from production.messages.notifying import announce, deliver_due
from production.planning.bindings import bindings_now

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
SHOTS = ("SC010_SH0010", "SC010_SH0020")


@pytest.fixture
def told(paid, receiver, monkeypatch):
    """A film with two drafts that wait for an approval, somebody who is told of everything, and a clock at noon."""
    monkeypatch.setenv("GATE_NOTIFY_TEAM", receiver.url)
    notify = {name: ["team"] for name in ("approval", "digest", "money")} | {"quiet": "22:00-07:00", "zone": "UTC"}
    paid.edit("film.yaml", lambda d: d.update(notify=notify))
    for shot in SHOTS:
        paid.draft(shot)
    paid.clock = NOON
    paid.services.ledger._now = lambda: paid.clock
    return paid


def wait(paid, *shots):
    now = bindings_now(paid.services, paid.services.scene("SC010"))
    announce(paid.services, messages.waiting(paid.services, "SC010", {shot: now[shot] for shot in shots or SHOTS}))


def at(paid, hours=0, **more):
    paid.clock = NOON + timedelta(hours=hours, **more)
    return deliver_due(paid.services)


def test_a_message_says_what_is_asked_its_price_where_to_look_and_that_nothing_is_spent_with_the_picture(
    told, receiver
):
    sheet = told.services.settings.out / "SC010" / "SC010_contact_sheet.jpg"
    sheet.parent.mkdir(parents=True)
    Image.new("RGB", (64, 36), "#334455").save(sheet)
    wait(told)

    assert [one.ok for one in at(told)] == [True]

    (message,) = receiver.received
    assert message["title"] == "SC010: 2 finals for $0.60?"
    for part in (
        "2 finals of Tea SC010 wait for your approval: SH0010 720p, SH0020 720p.",
        "Price: up to $0.60.",
        "The scene's cap of $3.00 has $2.96 left; $2.36 then left.",
        f"Look: {sheet.parent}",
        "gate approve SC010 --film",
        "If you do nothing, nothing is spent.",
    ):
        assert part in message["message"]
    (attached,) = message["attachments"]
    assert base64.b64decode(attached["base64"]) == sheet.read_bytes()


def test_each_event_is_told_once_however_often_a_run_is_resumed(told, receiver):
    for _ in range(3):
        wait(told)
        at(told)
        told.services.ledger._database.engine.dispose()
    assert len(receiver.received) == 1
    at(told, hours=5)
    assert len(receiver.received) == 1


def test_scenes_that_begin_to_wait_within_ten_minutes_are_told_together(told, receiver):
    wait(told, SHOTS[0])
    at(told)
    wait(told)  # more of it waits: another event
    assert at(told, minutes=9) == ()
    assert [one.ok for one in at(told, minutes=10)] == [True]
    assert len(receiver.received) == 2


def test_quiet_hours_keep_it_for_the_morning_and_then_nobody_is_reminded(told, receiver):
    told.clock = NOON + timedelta(hours=11)
    wait(told)
    for hours in (11, 12, 18.9):
        assert at(told, hours=hours) == ()
    at(told, hours=19)
    assert receiver.titles == ["SC010: 2 finals for $0.60?"]
    for hours in range(20, 120, 7):
        at(told, hours=hours)
    assert len(receiver.received) == 1


def test_a_yes_that_is_still_waited_for_is_asked_for_once_more_in_the_morning_and_never_again(told, receiver):
    wait(told)
    for hours in range(120):
        at(told, hours=hours)
    assert receiver.titles == ["SC010: 2 finals for $0.60?", "Still waiting: SC010: 2 finals for $0.60?"]


def test_what_was_answered_meanwhile_is_not_asked_for(told, receiver, gate):
    told.clock = NOON + timedelta(hours=11)
    wait(told)
    gate("approve", "SC010", "--yes", "--prices", str(told.prices))
    assert at(told, hours=20) == ()
    assert receiver.received == []


def test_an_address_that_fails_is_said_without_the_address_and_ends_nothing_and_is_tried_three_times(told, receiver):
    receiver.status, said = 500, []
    told.services.telemetry.listen(said.append)
    wait(told)
    for minutes in range(6):
        at(told, minutes=minutes)
    (letter,) = outbox.read(told.services).values()
    assert len(letter.failed["team"]) == outbox.TRIES
    blocked = [step.detail for step in said if step.state == "blocked"]
    assert len(blocked) == outbox.TRIES
    assert "team was not told" in blocked[0]
    assert not any("4711" in text or "hook" in text for text in (*blocked, *letter.failed["team"]))


def test_a_process_killed_while_it_sends_leaves_nobody_told_twice(told, receiver):
    wait(told)
    (letter,) = outbox.read(told.services).values()
    assert outbox.claim(told.services, letter, "team")
    assert not outbox.claim(told.services, letter, "team")
    assert at(told) == ()
    assert receiver.received == []


def test_a_rehearsal_tells_nobody_outside_this_machine(told, receiver, monkeypatch):
    monkeypatch.setenv("GATE_NOTIFY_TEAM", "json://example.org/secret")
    told.services.settings.house.mkdir(parents=True)
    wait(told)
    (one,) = at(told)
    assert (one.ok, one.why) == (False, "this is a rehearsal, and nothing leaves the machine")


def test_a_name_without_an_address_is_said_with_the_variable_to_set(told, monkeypatch, gate):
    monkeypatch.delenv("GATE_NOTIFY_TEAM")
    wait(told)
    (one,) = at(told)
    assert "set GATE_NOTIFY_TEAM" in one.why
    code, out, _ = gate("notify", "--test")
    assert (code, "GATE_NOTIFY_TEAM" in out) == (1, True)


def test_gate_notify_tries_every_address_and_prints_none(told, receiver, gate):
    code, out, err = gate("notify", "--test")
    assert (code, receiver.titles) == (0, ["Tea: a test of this address"])
    assert "4711" not in out + err
    code, out, _ = gate("notify", "--json")
    assert json.loads(out)["addresses"] == [
        {"name": "team", "variable": "GATE_NOTIFY_TEAM", "found": True, "where": "GATE_NOTIFY_TEAM"}
    ]


def test_an_address_may_lie_in_the_file_of_keys(told, receiver, monkeypatch, tmp_path, gate):
    monkeypatch.delenv("GATE_NOTIFY_TEAM")
    keys = tmp_path / "keys"
    keys.write_text(f"GATE_NOTIFY_TEAM={receiver.url}\n")
    keys.chmod(0o600)
    monkeypatch.setenv("GATE_KEYS", str(keys))
    assert gate("notify", "--test")[0] == 0
    assert len(receiver.received) == 1


def test_an_address_in_the_film_is_refused_where_it_stands_and_not_repeated(paid, gate):
    paid.edit("film.yaml", lambda d: d.update(notify={"approval": ["slack://T4711/B0815/s3cr3t"]}))
    code, _, err = gate("lint")
    assert code == 2
    assert "film.yaml:" in err
    assert "GATE_NOTIFY_TEAM" in err
    assert "4711" not in err
    with pytest.raises(ManifestError):
        paid.services  # noqa: B018  opening the film is what is refused


def test_a_cap_is_told_at_80_and_at_100_percent_and_a_higher_cap_anew(told, receiver):
    def reached(percent, refused=""):
        balance = told.services.ledger.balance("scene:SC010")
        announce(told.services, messages.cap_reached(told.services, balance, percent, refused))
        at(told)

    reached(80)
    reached(80)
    refusal = BudgetRefused("the scene SC010", "its cap of $3.00 has $0.10 left and this needs $0.39", "Raise it")
    reached(100, refusal.cause)
    assert receiver.titles == [
        "The scene SC010 has used 80 % of its cap of $3.00",
        "The scene SC010 has reached its cap of $3.00",
    ]
    assert "this needs $0.39" in receiver.received[1]["message"]
    assert 'gate cap scene:SC010 --usd AMOUNT --why "..."' in receiver.received[1]["message"]
    told.decide("raise_cap", "scene:SC010", 500)
    reached(80)
    assert len(receiver.received) == 3


def test_a_nights_digest_comes_at_its_windows_end_through_quiet_hours_with_the_newest_words(told, receiver):
    def report(ready):
        shots = tuple(ShotNight(shot=shot, status="done" if n < ready else "escalated") for n, shot in enumerate(SHOTS))
        return SceneNight(
            night="2026-11-21",
            scene="SC010",
            order=7,
            opens="2026-11-21T22:00:00+00:00",
            closes="2026-11-22T05:00:00+00:00",
            began_at="2026-11-21T22:00:00+00:00",
            ended_at="2026-11-21T23:00:00+00:00",
            ending="incomplete",
            shots=shots,
        )

    closes = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
    for ready in (1, 2):
        announce(told.services, messages.digest(told.services, [report(ready)], {"SC010": "/page.html"}, closes))
        assert at(told, hours=16) == ()
    at(told, hours=17)
    at(told, hours=30)
    (message,) = receiver.received
    assert message["title"].startswith("Tea: 2 drafts ready after the night of 2026-11-21")
    assert "SC010 dailies: 2 ready." in message["message"]
    assert "/page.html" in message["message"]
    assert "every shot that waits would cost $0.60 at today's prices" in message["message"]
