"""How a run under a deployment ends on Prefect's page: its name and its log say it in plain words."""

from __future__ import annotations


async def _run_of(flow, **parameters):
    """A run of a deployment, made in this process; gives it as the page has it then."""
    from prefect.client.orchestration import get_client
    from prefect.flow_engine import run_flow_async

    async with get_client() as client:
        made = await client.create_deployment(await client.create_flow(flow), "on the page")
        run = await client.create_flow_run_from_deployment(made, parameters=parameters)
        await run_flow_async(flow, flow_run=run, parameters=parameters, return_type="state")
        return await client.read_flow_run(run.id)


async def test_a_run_that_leaves_something_to_a_person_says_so_in_its_name_and_the_end_of_its_log(drafted, run_log):
    from flows.scene import render_scene

    drafted.settle()
    run = await _run_of(render_scene, scene="SC010", film=str(drafted.root), tier="draft")

    assert run.state.name == "Completed"
    assert run.name.startswith("SC010 drafts — waits for approval · ")
    assert "4 finals wait for a person's approval" in run_log[-2][1]
    assert "Next: gate approve SC010 · gate resume SC010" in run_log[-2][1]
    assert {level for level, _ in run_log} == {"INFO"}


async def test_a_refusal_is_one_red_sentence_in_the_log_and_no_traceback(drafted, run_log):
    from flows.scene import render_scene

    drafted.settle()
    run = await _run_of(render_scene, scene="SC010", film=str(drafted.root), tier="draft", cap_usd=40.0)

    assert run.state.name == "Failed"
    red = [words for level, words in run_log if level == "ERROR"]
    assert red[0].startswith("scene:SC010: its cap would rise from $15.00 to $40.00"), red
    assert "Traceback" not in "".join(red)


async def test_a_fault_of_the_program_keeps_its_traceback(drafted, run_log):
    from prefect import flow

    from flows.naming import say_in_log

    drafted.settle()
    services = drafted.services

    @flow(name="faulty")
    async def faulty():
        say_in_log(services)
        raise ZeroDivisionError("a fault")

    run = await _run_of(faulty)

    assert run.state.name == "Failed"
    assert any("Traceback" in words and "a fault" in words for level, words in run_log if level == "ERROR")
