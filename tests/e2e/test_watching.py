"""Runs that nobody works on any more are found, those that wait for a person are spared,
and what was taken for dead is put back.
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest

SILENCE_S = 10
"""Prefect's least: a person's automation waits for 90 s."""

WAIT_S = 90.0


@pytest.fixture(scope="module")
def watched(tmp_path_factory) -> Iterator[None]:
    """A server that looks after its runs, which the session's own does not."""
    from prefect.context import refresh_global_settings_context

    from wiring.prefect_server import film_server
    from wiring.settings import read_settings, settle_environment

    before = dict(os.environ)
    settings = read_settings(tmp_path_factory.mktemp("watched"))
    started = film_server.start(settings, _free_port())
    os.environ.update(PREFECT_FLOWS_HEARTBEAT_FREQUENCY="30")
    try:
        started.wait()
        settle_environment(settings, started.api_url, port=started.port, serving=True)
        refresh_global_settings_context()
        yield
    finally:
        started.stop()
        os.environ.clear()
        os.environ.update(before)
        refresh_global_settings_context()


async def test_a_run_that_gives_no_sign_is_crashed_with_words_and_one_that_waits_for_a_person_is_not(
    watched, monkeypatch
):
    from prefect.client.orchestration import get_client
    from prefect.events.clients import get_events_client
    from prefect.states import Running, Suspended

    from flows.serving import watching

    monkeypatch.setattr(watching, "SILENCE_S", SILENCE_S)
    await watching.watch()
    async with get_client() as client:
        known = await client.read_automations()
        await watching.watch()
        assert await client.read_automations() == known, "a second time changes nothing"
        assert len(known) == 3
        dead, waits = [await _run(client, Running()) for _ in range(2)]
        async with get_events_client() as events:
            for run in (dead, waits):
                await events.emit(_heartbeat(run))
        await asyncio.sleep(1)
        await client.set_flow_run_state(waits, Suspended(timeout_seconds=86_400), force=True)
        until = time.monotonic() + WAIT_S
        while (state := (await client.read_flow_run(dead)).state).name != "Crashed":
            assert time.monotonic() < until, "nobody noticed"
            await asyncio.sleep(0.5)
        assert "Nothing is lost" in state.message
        assert "Retry" in state.message
        assert (await client.read_flow_run(waits)).state.name == "Suspended"


async def test_a_run_that_waited_and_was_taken_for_dead_waits_again_as_it_did(watched, monkeypatch):
    from prefect.client.orchestration import get_client
    from prefect.states import Crashed, Running, Suspended

    from flows.serving import left_behind
    from flows.serving.watching import SILENT

    async with get_client() as client:
        waited, died = [await _run(client, Running()) for _ in range(2)]
        asked = Suspended(timeout_seconds=86_400, pause_key="finals-1")
        asked.state_details.run_input_keyset = {"schema": "s", "response": "r"}
        await client.set_flow_run_state(waited, asked, force=True)
        for run in (waited, died):
            await client.set_flow_run_state(run, Crashed(message=f"{SILENT}: gone"), force=True)
        monkeypatch.setattr(left_behind, "_SILENCE", timedelta(0))

        await left_behind.put_back_what_waits(client, await left_behind.lately_over(client))

        again = (await client.read_flow_run(waited)).state
        assert (again.name, again.state_details.pause_key) == ("Suspended", "finals-1")
        assert again.state_details.run_input_keyset == {"schema": "s", "response": "r"}
        assert (await client.read_flow_run(died)).state.name == "Crashed"

        monkeypatch.setattr(left_behind, "_SILENCE", timedelta(days=1))
        await left_behind.put_back_what_waits(client, await left_behind.lately_over(client))
        assert (await client.read_flow_run(died)).state.name == "Running", "it has come on since its last sign of life"


async def test_a_run_whose_process_is_gone_does_not_stay_running_nor_cancelling(watched, tmp_path):
    from prefect.client.orchestration import get_client
    from prefect.states import Cancelling, Running

    from flows.serving.left_behind import end_what_is_dead
    from wiring.alive import alive
    from wiring.settings import Settings

    settings = Settings(film=tmp_path, state=tmp_path / ".gate", who="Mia")
    async with get_client() as client:
        dead, cancelled, lives, elsewhere, retried = [await _run(client, Running()) for _ in range(5)]
        await client.set_flow_run_state(cancelled, Cancelling(), force=True)
        (settings.state / "alive").mkdir(parents=True)
        for run in (dead, cancelled):
            (settings.state / "alive" / str(run)).touch()  # what a killed process leaves: a file that nobody holds
        (settings.state / "alive" / str(retried)).touch()
        os.utime(settings.state / "alive" / str(retried), (1, 1))  # from before it was retried
        with alive(settings, str(lives)):
            ended = await end_what_is_dead(settings)
        runs = (dead, cancelled, lives, elsewhere, retried)
        states = {run: (await client.read_flow_run(run)).state for run in runs}
    assert [states[run].name for run in runs] == ["Crashed", "Cancelled", "Running", "Running", "Running"]
    assert "gate resume SC010" in states[dead].message
    assert len(ended) == 2


async def test_a_run_that_was_cancelled_while_it_waited_does_not_call_for_a_person_any_more(watched, tmp_path):
    from prefect.client.orchestration import get_client
    from prefect.states import Cancelled, Suspended

    from flows.serving.left_behind import end_what_is_dead
    from flows.turn import named
    from wiring.settings import Settings

    settings = Settings(film=tmp_path, state=tmp_path / ".gate", who="Mia")
    async with get_client() as client:
        cancelled, waits = [await _run(client, Suspended(timeout_seconds=86_400)) for _ in range(2)]
        for run in (cancelled, waits):
            await client.set_flow_run_name(run, named("SC010 drafts · 23 Nov 17:18", "your turn: ⋮ → Resume"))
        await client.set_flow_run_state(cancelled, Cancelled(), force=True)

        await end_what_is_dead(settings)

        assert (await client.read_flow_run(cancelled)).name == "SC010 drafts · 23 Nov 17:18"
        assert "your turn" in (await client.read_flow_run(waits)).name


PREFECTS = (
    "Process exited with status code: -9. Process exited due to a SIGKILL signal. Typically caused by "
    "exceeding memory limits."
)


async def test_a_run_that_its_worker_called_crashed_says_in_our_words_what_happened_and_how_to_go_on(watched, tmp_path):
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import LogFilter, LogFilterFlowRunId
    from prefect.states import Crashed, Running

    from flows.serving.left_behind import end_what_is_dead
    from wiring.alive import alive
    from wiring.settings import Settings

    settings = Settings(film=tmp_path, state=tmp_path / ".gate", who="Mia")
    async with get_client() as client:
        killed, lives, others = [await _run(client, Running()) for _ in range(3)]
        await client.update_flow_run(others, tags=[])
        steps = {run: await _task_run(client, run) for run in (killed, lives)}
        for run in (killed, lives, others):
            await client.set_flow_run_state(run, Crashed(message=PREFECTS), force=True)
        with alive(settings, str(lives)):
            for _ in range(2):
                await end_what_is_dead(settings)
        said = (await client.read_flow_run(killed)).state.message
        assert said.startswith("Its process was killed: by somebody, or by the machine")
        assert "Nothing is lost, and what was paid for is not bought again. Go on: gate resume SC010." in said
        log = await client.read_logs(LogFilter(flow_run_id=LogFilterFlowRunId(any_=[killed])))
        assert [line.message for line in log] == [said], "a second look says nothing twice"
        assert (await client.read_task_run(steps[killed])).state.name == "Left behind"
        for run in (lives, others):
            assert (await client.read_flow_run(run)).state.message == PREFECTS
        assert (await client.read_task_run(steps[lives])).state.name == "Running"


@pytest.mark.parametrize(("code", "heard"), [(-9, False), (-15, True), (1, True), (127, True)])
def test_the_worker_does_not_guess_at_the_memory_of_a_killed_process_and_says_all_else(code, heard):
    from prefect._internal.infrastructure_exit_codes import get_infrastructure_exit_info

    from flows.serving.serve import guesses_nothing

    info = get_infrastructure_exit_info(code)
    for words in (f"Process exited with status code: {code}. {info.explanation}", info.resolution):
        record = logging.LogRecord("prefect.flow_runs.worker", logging.INFO, __file__, 1, words, (), None)
        assert guesses_nothing(record) is heard, words


async def test_a_step_that_a_dead_process_left_is_not_running_in_a_run_that_is_completed(
    watched, tmp_path, monkeypatch
):
    from prefect.client.orchestration import get_client
    from prefect.states import Completed, Running

    from flows.serving import last_words
    from flows.serving.left_behind import end_what_is_dead
    from wiring.alive import alive
    from wiring.settings import Settings

    settings = Settings(film=tmp_path, state=tmp_path / ".gate", who="Mia")
    async with get_client() as client:
        _over, works, others = runs = [await _run(client, Running()) for _ in range(3)]
        steps = [await _task_run(client, run) for run in runs]
        for run in runs:
            await client.set_flow_run_state(run, Completed(), force=True)
        await client.update_flow_run(others, tags=[])

        async def names_after(lag):
            monkeypatch.setattr(last_words, "_LAG", lag)
            with alive(settings, str(works)):
                await end_what_is_dead(settings)
            return [(await client.read_task_run(step)).state.name for step in steps]

        assert await names_after(timedelta(hours=1)) == ["Running"] * 3, "news of its end may be on its way"
        assert await names_after(timedelta(0)) == ["Left behind", "Running", "Running"]


async def _task_run(client, run):
    from prefect import task
    from prefect.states import Running

    made = await client.create_task_run(task(name="a step")(asyncio.sleep), run, dynamic_key="0", state=Running())
    return made.id


async def _run(client, state):
    from flows.scene import render_scene

    run = await client.create_flow_run(render_scene, parameters={"scene": "SC010"}, tags=["film:HRB"])
    await client.set_flow_run_state(run.id, state, force=True)
    return run.id


def _heartbeat(run):
    from prefect.events import Event, Resource

    resource = Resource({"prefect.resource.id": f"prefect.flow-run.{run}", "prefect.resource.name": "a run"})
    return Event(event="prefect.flow-run.heartbeat", resource=resource)


def _free_port() -> int:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    return port
