"""The graph of the demo's runs, as Prefect recorded it for its page, against the journey of `ARCHITECTURE.md`."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from pathlib import Path

Graph = dict[str, list[str]]
"""Each task run of a run, by its name, with those that it comes after."""

SHOTS = tuple(f"SC010_SH00{number}" for number in range(10, 100, 10))
CHAINED = {"SC010_SH0050": "SC010_SH0040", "SC010_SH0060": "SC010_SH0050"}
WITH_END_PANEL = "SC010_SH0070"
DRIFT_EVERY = 5


def wrong_edges(database: Path) -> list[str]:
    """The faults in Prefect's database of a demo that ran twice:
    drafts, then finals after the approval, then nothing.
    """
    first, second, *others = recorded(database)
    wrong = [*_differences("drafts", first, drafts()), *_differences("finals", second, finals())]
    for again in others:
        wrong += [f"a start that had nothing to do ran {name}" for name in again.keys() - {"SC010 roster"}]
    return wrong


def recorded(database: Path) -> list[Graph]:
    """The graph of each flow run, oldest first.
    A task run with a name that another one has is marked as a second copy.
    """
    with contextlib.closing(sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)) as prefect:
        runs = [run for (run,) in prefect.execute("select id from flow_run order by start_time")]
        return [_graph(prefect, run) for run in runs]


def drafts() -> Graph:
    """Reference check → panel → panel gate → clip → clip gate → drift check → cut, chained shots linked,
    and nothing else.
    """
    graph: Graph = {"SC010 roster": []}
    for shot in SHOTS:
        graph[f"{shot} references"] = []
        graph[f"{shot} draft take 1"] = [f"{shot} panel gate"]
        graph[f"{shot} draft gate"] = [f"{shot} draft take 1"]
        if before := CHAINED.get(shot):
            checked = [f"{before} drift check"] if before in CHAINED else []
            graph[f"{shot} panel gate"] = [f"{before} draft gate", *checked, f"{shot} references"]
            graph[f"{shot} drift check"] = [f"{shot} draft gate"]
        else:
            graph |= _panel(shot, "panel")
    graph |= _panel(WITH_END_PANEL, "end_panel")
    graph[f"{WITH_END_PANEL} draft take 1"].insert(0, f"{WITH_END_PANEL} end_panel gate")
    earlier: list[str] = []
    for start in range(0, len(SHOTS), DRIFT_EVERY):
        new = SHOTS[start : start + DRIFT_EVERY]
        gates, chained = (
            [f"{shot} draft gate" for shot in new],
            [f"{shot} drift check" for shot in new if shot in CHAINED],
        )
        check = f"drift check of all up to {new[-1]}"
        graph[check], earlier = [*gates, *chained, *earlier], [check]
    graph["SC010_SH0040 colours"] = earlier
    graph["SC010 draft cut"] = graph["SC010 dailies reel"] = ["SC010_SH0040 colours", *earlier]
    return graph


def finals() -> Graph:
    """Clip → clip gate → cut: references, panels and drafts are read, and have no second copy.
    A chain opens on its own finals.
    """
    graph: Graph = {"SC010 roster": []}
    for shot in SHOTS:
        graph[f"{shot} final gate"] = [f"{shot} final take 1"]
        graph[f"{shot} final take 1"] = [f"{shot} panel gate"] if shot in CHAINED else []
    graph |= {f"{shot} panel gate": [f"{before} final gate"] for shot, before in CHAINED.items()}
    chain = ["SC010_SH0040", *CHAINED]
    graph["SC010_SH0040 colours"] = [f"{shot} final gate" for shot in chain]
    graph["SC010 final cut"] = [*(f"{shot} final gate" for shot in SHOTS), "SC010_SH0040 colours"]
    return graph


def _panel(shot: str, stage: str) -> Graph:
    take = f"{shot} {stage} take 1"
    return {take: [f"{shot} references"], f"{shot} {stage} gate": [take]}


def _graph(prefect: sqlite3.Connection, run: str) -> Graph:
    rows = prefect.execute("select id, name, task_inputs from task_run where flow_run_id = ?", (run,)).fetchall()
    names, graph = {task: name for task, name, _ in rows}, Graph()
    for _, name, inputs in rows:
        before = {names[each["id"]] for given in json.loads(inputs).values() for each in given if "id" in each}
        graph[f"{name}, a second copy" if name in graph else name] = sorted(before)
    return graph


def _differences(what: str, found: Graph, expected: Graph) -> list[str]:
    wrong = [f"{what}: {name} is not in the graph" for name in expected.keys() - found.keys()]
    wrong += [f"{what}: {name} is in the graph, and should not be" for name in found.keys() - expected.keys()]
    for name in found.keys() & expected.keys():
        if found[name] != sorted(expected[name]):
            wrong.append(f"{what}: {name} comes after {found[name]}, not after {sorted(expected[name])}")
    return sorted(wrong)
