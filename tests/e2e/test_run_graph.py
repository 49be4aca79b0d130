"""What Prefect's page shows of a run: the graph of its steps, and its artefacts, each in its order,
and nothing else.
"""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import httpx

from flows.step import Graph, Step

DOOR, CAFE, NEXT, LAST = (f"SC010_SH00{number}" for number in (20, 40, 50, 60))


def test_each_step_comes_after_those_it_is_made_from_and_after_no_other_shot(drafted_folder: Path):
    graph = json.loads((drafted_folder.parent / "graph.json").read_text())

    expected: dict[str, list[str]] = {"SC010 roster": []}
    for shot in (DOOR, CAFE, NEXT, LAST):
        expected |= {
            f"{shot} references": [],
            f"{shot} draft take 1": [f"{shot} panel gate"],
            f"{shot} draft gate": [f"{shot} draft take 1"],
        }
    for shot in (DOOR, CAFE):
        expected |= {
            f"{shot} panel take 1": [f"{shot} references"],
            f"{shot} panel gate": [f"{shot} panel take 1"],
        }
    expected[f"{NEXT} panel gate"] = [f"{CAFE} draft gate", f"{NEXT} references"]
    expected[f"{LAST} panel gate"] = [f"{NEXT} draft gate", f"{NEXT} drift check", f"{LAST} references"]
    expected |= {f"{shot} drift check": [f"{shot} draft gate"] for shot in (NEXT, LAST)}
    every = f"drift check of all up to {LAST}"
    gates = [f"{shot} draft gate" for shot in (DOOR, CAFE, NEXT, LAST)]
    expected[every] = sorted([*gates, f"{NEXT} drift check", f"{LAST} drift check"])
    expected[f"{CAFE} colours"] = [every]
    expected["SC010 draft cut"] = expected["SC010 dailies reel"] = [f"{CAFE} colours", every]
    assert graph == expected


def listed(api_url: str) -> dict[str, str]:
    """The artefacts of the newest run in the order in which its page gets them: what each card says, by key."""

    def asked(path: str, body: str) -> list[dict[str, str]]:
        answer: list[dict[str, str]] = (
            httpx.post(f"{api_url}/{path}", content=body, timeout=60).raise_for_status().json()
        )
        return answer

    (newest,) = asked("flow_runs/filter", '{"sort":"START_TIME_DESC","limit":1}')
    its = f'{{"flow_run_id":{{"any_":["{newest["id"]}"]}},"type":{{"not_any_":["result"]}}}}'
    found = asked("artifacts/filter", f'{{"artifacts":{its},"sort":"ID_DESC","offset":0}}')
    assert len({each["key"] for each in found}) == len(found), "one under each key, however often it was written"
    return {each["key"]: each["description"] for each in found}


def test_a_start_that_reads_what_is_there_draws_no_second_copy_and_finals_come_after_the_chain(drafted, api_url):
    drafted.run()
    assert drafted.graph() == {"SC010 roster": []}
    cards = listed(api_url)
    assert cards["sc010"].startswith("4 finals wait for a person's approval: $0.00.")
    assert cards["sc010-sh0020"].startswith("SC010_SH0020, draft: passed its gates.")

    drafted.approve()
    drafted.run()
    cards = listed(api_url)
    shots = [f"sc010-sh00{number}" for number in (20, 40, 50, 60)]
    assert list(cards) == ["sc010", "sc010-costs", "sc010-progress", *shots]
    assert cards["sc010"].startswith("SC010 is finished: 4 shots passed every gate.")
    assert cards["sc010-progress"] == "4 of 4 finals of SC010 are done"
    assert cards["sc010-sh0020"].startswith("SC010_SH0020, final: passed its gates.")
    for key in ("sc010", *shots):
        assert "](data:image/jpeg;base64," in cards[key], f"{key} has a picture"

    expected: dict[str, list[str]] = {"SC010 roster": []}
    for shot in (DOOR, CAFE, NEXT, LAST):
        expected |= {f"{shot} final take 1": [], f"{shot} final gate": [f"{shot} final take 1"]}
    for shot, before in ((NEXT, CAFE), (LAST, NEXT)):
        expected |= {f"{shot} panel gate": [f"{before} final gate"], f"{shot} final take 1": [f"{shot} panel gate"]}
    gates = [f"{shot} final gate" for shot in (DOOR, CAFE, NEXT, LAST)]
    expected[f"{CAFE} colours"] = [f"{shot} final gate" for shot in (CAFE, NEXT, LAST)]
    expected["SC010 final cut"] = sorted([*gates, f"{CAFE} colours"])
    assert drafted.graph() == expected


def test_steps_that_return_one_and_the_same_object_are_not_linked_by_it(drafted):
    from prefect import flow, task
    from prefect.client.schemas.objects import StateType

    drafted.settle()

    @task(task_run_name="{name}")
    async def gives(name: str) -> StateType:
        return StateType.COMPLETED  # one object, which is part of every ended state, too

    @flow(name="three steps")
    async def three_steps() -> None:
        graph = Graph(drafted.services.vault)
        await graph.run(Step("first"), gives, "first")
        await graph.run(Step("second"), gives, "second")
        await graph.run(Step("third", ("first",)), gives, "third")

    asyncio.run(three_steps())
    assert drafted.graph() == {"first": [], "second": [], "third": ["first"]}
