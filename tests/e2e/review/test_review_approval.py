"""An approval in the review room: to what was on the screen, once, by whom it was shown to; and beside another's."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest

from desk.room import going_on
from manifests.decision import Binding
from manifests.keys import hash_json
from production.planning.bindings import bindings_now
from production.planning.draft_approval import drafts_that_wait
from production.review.approving import answered_before, approve

BEN = "b" * 40
DRAFTED, OTHER = "SC010_SH0020", "SC010_SH0040"


def yes_to(tray, *shots, **changes):
    digests = {shot: tray["shots"][shot]["digest"] for shot in shots or tray["shots"]}
    return {"nonce": tray["nonce"], "shots": digests, **changes}


def approved(room):
    return sorted((d.binding.shot, d.who, d.door) for d in room.film.ledger.approvals("SC010"))


async def until(look):
    for _ in range(200):
        if look():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it did not come")


async def test_a_yes_writes_the_row_that_every_door_writes_and_lets_the_run_go_on(room):
    mia = await room.person()
    answer = await mia.say("/api/yes", yes_to(await mia.tray()))

    assert answer.status_code == 200
    assert [who for _, who, _ in approved(room)] == ["Mia"] * 4
    assert {door for _, _, door in approved(room)} == {"review room"}
    now = bindings_now(room.film.services, room.film.services.scene("SC010"))
    assert {d.binding.shot: d.binding for d in room.film.ledger.approvals("SC010")} == now
    await until(lambda: room.went_on == ["SC010"])
    assert (await mia.client.get("/api/going/SC010")).json()["outcome"] == "went on"


async def test_a_forged_a_replayed_and_anothers_yes_are_refused_and_written_down(room):
    mia, ben = await room.person(), await room.person(BEN)
    tray = await mia.tray()
    real = next(iter(bindings_now(room.film.services, room.film.services.scene("SC010")).values()))
    cheaper = real.model_copy(update={"price_microusd": 1, "draft": "0" * 64})
    forged = hash_json(Binding.model_validate(cheaper.model_dump()).model_dump(mode="json"))

    refused = [
        await ben.say("/api/yes", yes_to(tray)),  # shown to Mia; and now it is used up
        await mia.say("/api/yes", yes_to(tray)),
        await mia.say("/api/yes", yes_to(await mia.tray(), shots={real.shot: forged})),
        await mia.say("/api/yes", yes_to(await mia.tray(), shots={"SC010_SH9990": forged})),
        await mia.say("/api/yes", yes_to(await mia.tray(), nonce="guess")),
        await mia.say("/api/yes", yes_to(await mia.tray(), shots={})),
    ]

    assert [answer.status_code for answer in refused] == [403, 409, 409, 409, 409, 409]
    assert approved(room) == []
    assert [line["who"] for line in room.refusals] == ["Ben", *["Mia"] * 5]
    good = yes_to(await mia.tray(), DRAFTED)
    assert (await mia.say("/api/yes", good)).status_code == 200
    assert (await mia.say("/api/yes", good)).status_code == 409, "replayed"
    assert len(room.words) == 1


async def test_a_yes_to_what_has_changed_since_the_tray_was_opened_lapses_by_name(room):
    mia = await room.person()
    tray = await mia.tray()
    room.film.edit_shot(DRAFTED, motion="Marit stays where she is.")

    answer = await mia.say("/api/yes", yes_to(tray))

    assert answer.status_code == 409
    assert f"{DRAFTED}: draft changed" in answer.json()["refused"]["cause"]
    assert approved(room) == []


async def test_1080p_asks_for_a_reason_from_a_list_and_nothing_is_written_without(room):
    room.film.edit_shot(DRAFTED, tier="hero")
    mia = await room.person()
    for given in ({}, {"reason": "because"}, {"reason": "other"}):
        answer = await mia.say("/api/yes", yes_to(await mia.tray(), **given))
        assert answer.status_code == 409
        assert "critical close-up" in answer.json()["refused"]["cure"]
    assert room.words == []

    assert (
        await mia.say("/api/yes", yes_to(await mia.tray(), reason="critical close-up", words="his eyes"))
    ).status_code == 200
    assert {d.why for d in room.film.ledger.approvals("SC010")} == {"critical close-up: his eyes"}


async def test_two_people_who_say_yes_at_once_are_both_recorded_and_the_later_is_told(room):
    people = [await room.person(), await room.person(BEN)]
    trays = [await each.tray() for each in people]

    answers = await asyncio.gather(*(p.say("/api/yes", yes_to(t)) for p, t in zip(people, trays, strict=True)))

    assert [answer.status_code for answer in answers] == [200, 200]
    assert sorted(room.words) == [("approve", who) for who in ("Ben", "Mia") for _ in range(4)]
    told = " ".join(words for answer in answers for words in answer.json()["told"])
    assert told.count(" approved SC010_SH") >= 1
    assert "yours is recorded beside it" in told
    for binding in bindings_now(room.film.services, room.film.services.scene("SC010")).values():
        rows = [d.decision for d in room.film.ledger.decided("SC010") if d.decision.binding == binding]
        assert room.film.ledger.approved(binding) == rows[0]


async def test_a_yes_beside_one_from_the_command_line_is_told_of_it_through_each_door(room):
    room.film.say("approve", "SC010", "--yes")
    mia = await room.person()
    tray = await mia.tray()
    told = (await mia.say("/api/yes", yes_to(tray, DRAFTED))).json()["told"][0]
    assert f" approved {DRAFTED} at " in told
    assert told.endswith("; yours is recorded beside it.")
    services = room.film.services
    binding = bindings_now(services, services.scene("SC010"))[DRAFTED]
    form = approve(services, [binding], who="Zoe", door="prefect form")
    assert "yours is recorded beside it" in answered_before(services, form)[0]


async def test_a_yes_is_taken_back_in_its_ten_seconds_and_the_run_does_not_go_on(room, monkeypatch):
    over = asyncio.Event()
    seconds = SimpleNamespace(sleep=lambda _s: over.wait(), get_running_loop=asyncio.get_running_loop)
    monkeypatch.setattr(going_on, "asyncio", seconds)
    mia = await room.person()
    answer = await mia.say("/api/yes", yes_to(await mia.tray()))
    undone = await mia.say("/api/undo", {"words": answer.json()["words"]})

    assert undone.json() == {"kept": [], "taken_back": 4}
    assert approved(room) == []
    assert (await mia.client.get("/api/going/SC010")).json()["outcome"] == "counting"
    over.set()
    for _ in range(1000):
        if (outcome := (await mia.client.get("/api/going/SC010")).json()["outcome"]) != "counting":
            break
        await asyncio.sleep(0.01)
    assert (outcome, room.went_on) == ("taken back", [])


async def test_what_somebody_holds_is_not_in_the_tray_and_cannot_be_said_yes_to(room):
    mia, ben = await room.person(), await room.person(BEN)
    tray = await mia.tray()
    assert (await ben.say("/api/say", {"shot": DRAFTED, "say": "hold"})).status_code == 200
    refused = await mia.say("/api/yes", yes_to(tray))
    assert refused.status_code == 409
    assert "Ben put it on hold" in refused.json()["refused"]["cause"]
    assert DRAFTED not in (await mia.tray())["shots"]
    assert OTHER in (await mia.tray())["shots"]


@pytest.mark.parametrize("kind", ["circle", "post_fix", "edit_layer", "hold", "omit"])
async def test_two_verdicts_stand_side_by_side_with_who_said_which(room, kind):
    mia, ben = await room.person(), await room.person(BEN)
    take = room.film.ledger.takes(shot=DRAFTED, stage="clip")[-1]
    on = {"shot": DRAFTED, "take": take.generation_key, "asset": take.asset.sha256}
    status = {"circle": "circled", "post_fix": "circled", "edit_layer": "retake", "hold": "hold", "omit": "omit"}
    await mia.say("/api/say", {**on, "say": kind})
    assert await shot_of(mia) == (status[kind], "")
    other = "circle" if kind != "circle" else "edit_layer"
    await ben.say("/api/say", {**on, "say": other})
    stands, disagree = await shot_of(mia)
    assert stands in {"draft?", "hold"}
    assert disagree == f"Mia says {kind.replace('_', ' ')}; Ben says {other.replace('_', ' ')}"
    wrong = await mia.say("/api/say", {**on, "asset": "0" * 64, "say": "circle"})
    assert wrong.status_code == 409


async def shot_of(person):
    scene = (await person.client.get("/api/scene/SC010")).json()
    shot = next(each for each in scene["shots"] if each["id"] == DRAFTED)
    return shot["status"], shot["disagree"]


async def test_a_paid_draft_waits_in_the_tray_with_its_picture_its_words_and_its_price(asking, room):
    mia = await room.person()
    tray = await mia.tray()
    (panel,) = (take for take in asking.ledger.takes(shot=DRAFTED, stage="panel") if take.asset)
    told = tray["shots"][DRAFTED]
    assert (told["tier"], told["resolution"], told["picture"]) == ("draft", "480p", panel.asset.sha256)
    assert "Marit steps back from the door." in told["words"]
    assert told["price_microusd"] > 0

    answer = await mia.say("/api/yes", yes_to(tray, DRAFTED))

    assert answer.status_code == 200, answer.text
    waits = drafts_that_wait(asking.services, asking.services.scene("SC010"))
    assert waits == {}
    (decision,) = asking.ledger.approvals("SC010")
    assert (decision.binding.shot, decision.binding.tier, decision.who) == (DRAFTED, "draft", "Mia")
    assert DRAFTED not in (await mia.tray())["shots"]


async def test_a_yes_to_a_draft_whose_words_changed_since_lapses_by_name(asking, room):
    mia = await room.person()
    tray = await mia.tray()
    asking.edit_shot(DRAFTED, motion="Marit runs.")

    answer = await mia.say("/api/yes", yes_to(tray, DRAFTED))

    assert answer.status_code == 409
    assert f"{DRAFTED}: prompt, take changed" in answer.json()["refused"]["cause"]
    assert asking.ledger.approvals("SC010") == ()
