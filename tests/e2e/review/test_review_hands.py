"""People's hands in the room: an edit, a composite, its polish and which counts are asked for there,
priced, and bought by the next run.
"""

from __future__ import annotations

import json

import pytest

HERE = "http://127.0.0.1:8765"
SHOT = "SC010_SH0020"


def frame(room):
    """The shot's first frame as the room shows it."""
    from production.review.scene import scene_view

    services = room.film.services
    shots = scene_view(services, services.scene("SC010")).shots
    return next(shot for shot in shots if shot.id == SHOT).hands[0]


def picture(film):
    """The shot's panel, which stands for what somebody composed."""
    services = film.services
    take = next(t for t in reversed(film.ledger.takes(shot=SHOT, stage="panel")) if t.asset)
    return services.artefact_path(take.asset).read_bytes()


async def test_a_frame_is_composed_polished_and_chosen_in_the_room(room):
    mia = await room.person()
    assert frame(room).says == ""
    assert frame(room).edit_microusd == 0  # previz draws it for nothing
    assert frame(room).polish_microusd is None
    refused = await mia.say("/api/hands", {"shot": SHOT, "work": "polish"})
    assert (refused.status_code, "no composite" in refused.text) == (409, True)

    kit = (await mia.say("/api/say", {"shot": SHOT, "say": "composite"})).json()
    assert frame(room).kit.endswith(f"{SHOT}_comp_v001")
    assert frame(room).save == f"{SHOT}_comp_v001.png"
    assert frame(room).edit_microusd is None
    assert len(kit["words"]) == 2

    headers = {"origin": HERE, "x-gate-csrf": mia.csrf}
    taken = await mia.client.post(f"/api/composite/{SHOT}", content=picture(room.film), headers=headers)
    assert taken.status_code == 200, taken.text
    assert frame(room).composite
    assert frame(room).kit == ""
    asked = (await mia.say("/api/hands", {"shot": SHOT, "work": "polish"})).json()
    assert asked["told"].startswith("1 polish pass, previz")
    assert frame(room).polish == "asked"
    early = await mia.say("/api/hands", {"shot": SHOT, "work": "use", "which": "polish"})
    assert (early.status_code, "not made yet" in early.text) == (409, True)

    back = await mia.say("/api/undo", {"words": asked["words"]})
    assert (back.json()["taken_back"], frame(room).polish) == (1, "")
    chosen = await mia.say("/api/hands", {"shot": SHOT, "work": "use", "which": "composite"})
    assert (chosen.status_code, frame(room).uses) == (200, "composite")
    assert {decided.decision.door for decided in room.film.ledger.decided(SHOT)} == {"review room"}


async def test_one_part_is_edited_or_emptied_first_and_both_are_taken_back_as_one(room):
    mia = await room.person()
    box = {"x": 0.1, "y": 0.1, "w": 0.2, "h": 0.2}
    lost = await mia.say("/api/hands", {"shot": SHOT, "work": "edit", "only": "the brass bell", "say": "gone"})
    assert (lost.status_code, "nobody can tell where" in lost.text) == (409, True)
    rebuilt = await mia.say(
        "/api/hands", {"shot": SHOT, "work": "rebuild", "only": "the bell", "say": "a lantern", "box": box}
    )
    assert rebuilt.json()["told"].startswith("2 passes, likely $0.00")
    works = [each.decision.hands.work for each in room.film.ledger.decided(SHOT)]
    assert works == ["demolish", "rebuild"]
    assert room.film.stale() >= {SHOT}

    await mia.say("/api/undo", {"words": rebuilt.json()["words"]})
    assert room.film.stale() == set()
    assert frame(room).says == ""


PASS, CLIP = 40_000, 390_000


@pytest.fixture
def costly(drafted):
    """The drafted film in which from now on each pass costs $0.04 and each draft clip $0.39."""
    text = (drafted.root / "halt.prices.yaml").read_text(encoding="utf-8")
    row = (
        text.partition("prices:\n")[2]
        .replace("previz-clip-1", "previz-panel-1")
        .replace("operation: clip", "operation: panel")
    )
    path = drafted.root / "costly.prices.yaml"
    path.write_text(text + row.replace("[480p]", "[480p, 720p, 1080p]").replace("0.39", "0.04"), encoding="utf-8")
    drafted.prices(path)
    assert planned(drafted) == 0  # every draft stands
    return drafted


def planned(film):
    """What the plan says of the scene's drafts."""
    from production.planning.plan_scene import plan_scene

    return plan_scene(film.services, film.services.scene("SC010")).cost.drafts.likely_microusd


async def test_whoever_hands_a_frame_in_is_told_what_the_clip_costs_that_follows(costly, room):
    mia = await room.person()
    shown = frame(room)
    assert (shown.edit_microusd, shown.clip_microusd) == (PASS, CLIP)
    headers = {"origin": HERE, "x-gate-csrf": mia.csrf}
    taken = await mia.client.post(f"/api/composite/{SHOT}", content=picture(costly), headers=headers)
    assert taken.json()["told"] == (
        "Taken in: the next run continues with it. The next run is likely to spend $0.39 on it (draft clip $0.39); "
        "nothing is spent yet."
    )
    assert planned(costly) == CLIP
    polish = (await mia.say("/api/hands", {"shot": SHOT, "work": "polish"})).json()
    assert "The next runs are likely to spend $0.43 on it (draft panel $0.04, draft clip $0.39)" in polish["told"]
    assert planned(costly) == PASS + CLIP
    chosen = await mia.say("/api/hands", {"shot": SHOT, "work": "use", "which": "composite"})
    assert "The next run is likely to spend $0.39 on it (draft clip $0.39)" in chosen.json()["told"]


def test_the_command_line_tells_the_same_sums_of_a_composite_a_polish_a_choice_and_an_edit(costly, tmp_path):
    path = tmp_path / "composed.png"
    path.write_bytes(picture(costly))
    edited = ("edit", SHOT, "--only", "the bell", "--say", "gone", "--box", "0.1,0.1,0.2,0.2")
    for words, likely in (
        (("comp", "import", SHOT, str(path)), "run is likely to spend $0.39 on it"),
        (("comp", "polish", SHOT), "runs are likely to spend $0.43 on it"),
        (("comp", "use", SHOT, "composite"), "run is likely to spend $0.39 on it"),
        (edited, "run is likely to spend $0.43 on it"),
    ):
        said = costly.say(*words, "--yes")
        if "polish" in words:
            costly.say("undo", SHOT, "--yes")
        assert likely in said
        assert f"{SHOT} draft clip" in said
    costly.say("undo", SHOT, "--yes")
    coming = json.loads(costly.say("comp", "use", SHOT, "composite", "--json", "--yes"))["coming"]
    assert (coming["likely_microusd"], [step["stage"] for step in coming["steps"]]) == (CLIP, ["clip"])


async def test_nonsense_about_hands_is_refused(room):
    mia = await room.person()
    for body in (
        {"shot": SHOT, "work": "use"},
        {"shot": SHOT, "work": "demolish"},
        {"shot": "../x", "work": "polish"},
        {"shot": SHOT, "work": "edit", "only": "x" * 401, "say": "y"},
        {"shot": SHOT, "work": "polish", "stage": "clip"},
    ):
        assert (await mia.say("/api/hands", body)).status_code == 400
    headers = {"origin": HERE, "x-gate-csrf": mia.csrf}
    answer = await mia.client.post(f"/api/composite/{SHOT}?stage=clip", content=b"x", headers=headers)
    assert answer.status_code == 400
    assert room.words == []
