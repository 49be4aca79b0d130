"""Shots that have nothing to do with each other are made side by side, `limits.lanes` at once."""

from __future__ import annotations

import asyncio

from manifests.take import Take

FIRST, SECOND, THIRD = (f"SC010_SH00{n}" for n in (20, 30, 40))
A_MINUTE = [0.05] * 1200


def test_a_shot_does_not_wait_for_the_drift_check_of_the_ones_before_it(film_of, monkeypatch):
    from production.purchasing import collect

    film, until_done = film_of("SH0020", "SH0030", "SH0040", name="side"), collect._until_done
    asked, third_began, checked = list[str](), list[bool](), list[str]()
    film.edit("film.yaml", lambda told: told["limits"].update(lanes=2, drift_every=2))
    film.edit("scenes/SC010.yaml", lambda scene: [shot.pop("chain", None) for shot in scene["shots"]])

    async def first_is_slow(run, provider, take: Take, job_id: str, **said):
        if take.stage == "clip":
            asked.append(take.shot)
        for pause_s in A_MINUTE if (take.shot, take.stage) == (FIRST, "clip") else ():
            if THIRD in asked:
                break
            await asyncio.sleep(pause_s)
        if take.shot == FIRST:
            third_began.append(THIRD in asked)
        return await until_done(run, provider, take, job_id, **said)

    monkeypatch.setattr(collect, "_until_done", first_is_slow)

    outcome = film.run(lambda event: checked.append(event.subject) if event.stage == "drift check" else None)

    assert outcome.ending == "waits for approval", outcome.message
    assert third_began[-1], "the first one's clip was not there yet"
    assert checked == [SECOND, THIRD], "the checks came all the same, in story order"
