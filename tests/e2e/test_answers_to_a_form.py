"""What is answered in the form of an approval, against Prefect's own rules:
taken once, and what cannot count holds up nobody.
"""

from __future__ import annotations

import contextlib
import json

import pytest

from flows.delivery import Delivery
from governor.errors import NotApproved
from production.planning.bindings import bindings_now
from production.review.approving import approve

FINALS = "1.56"
SHEET = "http://127.0.0.1:9/sheet.jpg"


class Asked:
    """A run under a deployment that asks for the finals of a film,
    and starts from the top as often as it is told to.
    """

    def __init__(self, film, client):
        self.services, self.client, self.heard = film.services, client, []
        self.scene = self.services.scene("SC010")
        every = bindings_now(self.services, self.scene)
        self.bindings = {shot: each.model_copy(update={"price_microusd": 390_000}) for shot, each in every.items()}
        self.services.telemetry.listen(self.heard.append)

    async def launch(self):
        from prefect import flow

        from flows.approval import wait_for_approval
        from flows.naming import run_name, say_in_log
        from flows.scene_run import SceneRun
        from flows.step import Graph

        @flow(name="asks", flow_run_name=run_name)
        async def asks():
            say_in_log(self.services)
            run = SceneRun(self.services, self.scene, None, graph=Graph(self.services.vault))
            if (yes := await wait_for_approval(run, self.bindings, Delivery(contact_sheet_url=SHEET))).missing:
                raise ValueError(f"{len(yes.missing)} wait")

        self.flow = asks
        made = await self.client.create_deployment(await self.client.create_flow(asks), "asks")
        self.run = (await self.client.create_flow_run_from_deployment(made)).id
        return await self.start()

    async def start(self):
        """A process takes the run from the top; gives the name of the state that it is left in."""
        from prefect.exceptions import Pause
        from prefect.flow_engine import run_flow_async

        now = await self.client.read_flow_run(self.run)
        with contextlib.suppress(Pause):
            await run_flow_async(self.flow, flow_run=now, return_type="state")
        return (await self.client.read_flow_run(self.run)).state.name

    async def answer(self, answer="make the finals", max_usd=FINALS, **signed):
        said = {"answer": answer, "max_usd": max_usd, **(signed or {"who": "Mia"})}
        told = await self.client.resume_flow_run(self.run, said)
        assert told.status == "ACCEPT", told

    async def retry(self):
        from prefect.states import AwaitingRetry

        await self.client.set_flow_run_state(self.run, AwaitingRetry())
        return await self.start()

    async def turn(self):
        """What the run's page says of whose turn it is."""
        from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterFlowRunId

        its = ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[self.run]))
        told = await self.client.read_artifacts(artifact_filter=its)
        return max(told, key=lambda artifact: artifact.created).description

    async def shown(self):
        """What the newest form shows above its fields."""
        keyset = (await self.client.read_flow_run(self.run)).state.state_details.run_input_keyset
        return json.loads(await self.client.read_flow_run_input(self.run, keyset["description"]))

    def said(self):
        return [(d.who, d.door) for d in self.services.ledger.approvals("SC010")]


@pytest.fixture
async def asked(drafted):
    from prefect.client.orchestration import get_client

    drafted.settle()
    async with get_client() as client:
        asked = Asked(drafted, client)
        assert await asked.launch() == "Suspended"
        yield asked


async def test_an_answer_below_the_price_is_said_and_retry_asks_anew_until_a_valid_yes_from_anywhere(asked):
    for times in (1, 2):
        await asked.answer(max_usd="1.00")
        assert await asked.start() == "Failed"
        told = [step.detail for step in asked.heard if step.state == "blocked"]
        assert len(told) == times
        assert "Mia's approval does not count" in told[-1]
        assert "$1.56, above the $1.00" in told[-1]
        if times == 1:
            assert await asked.retry() == "Suspended", "nobody has approved it, so it asks again"
    assert asked.said() == []

    approve(asked.services, asked.bindings.values(), who="Ben", door="command line", max_usd=FINALS)
    assert await asked.retry() == "Completed"
    assert asked.said() == [("Ben", "command line")] * 4


async def test_an_approval_without_a_name_is_said_in_words_and_retry_asks_anew(asked):
    await asked.answer(who=" ")
    assert await asked.start() == "Failed"
    assert [step.detail for step in asked.heard if step.state == "blocked"] == [
        "an approval needs a name, and this one has none: ⋮ → Retry asks again; fill in Your name"
    ]
    assert asked.said() == []
    assert await asked.retry() == "Suspended"
    keyset = (await asked.client.read_flow_run(asked.run)).state.state_details.run_input_keyset
    schema = json.loads(await asked.client.read_flow_run_input(asked.run, keyset["schema"]))
    assert schema["required"] == ["answer", "who"], "its page marks all other fields (Optional)"
    assert schema["properties"]["answer"]["default"] == "not yet", "and the answer that it begins with buys nothing"


async def test_a_run_that_waits_says_so_by_its_name_its_state_and_the_end_of_its_log_which_is_no_error(asked, run_log):
    await asked.answer("not yet")
    assert await asked.start() == "Failed"
    assert "your turn" not in (await asked.client.read_flow_run(asked.run)).name
    run_log.clear()
    assert await asked.retry() == "Suspended"

    now = await asked.client.read_flow_run(asked.run)
    assert now.name.startswith("asks — your turn: ⋮ → Resume · ")
    assert now.state.message.startswith("Your turn: 4 finals wait for your approval.")
    assert "⋮ → Resume, or in a terminal: gate approve SC010." in now.state.message
    assert ("INFO", now.state.message) in run_log
    assert {level for level, _ in run_log} == {"INFO"}
    assert run_log[-1][1].startswith("The run waits")


async def test_the_form_shows_the_pictures_before_the_prices_and_an_empty_sum_is_a_yes_to_exactly_those(asked):
    shown = await asked.shown()
    assert shown.startswith("### SC010: approve 4 finals, for at most $1.56")
    assert shown.index("gate review SC010") < shown.index(SHEET) < shown.index("costs at most")
    assert "**$1.56 at most for all of them.** $15.00 is left under the scene's cap." in shown
    await asked.answer(max_usd="")
    assert await asked.start() == "Completed"
    assert asked.said() == [("Mia", "prefect form")] * 4


async def test_an_answer_is_found_by_whichever_process_comes_next_and_taken_once(asked):
    from prefect.states import Crashed

    assert "4 finals of SC010 wait for your approval" in await asked.turn()
    await asked.answer()
    await asked.client.set_flow_run_state(asked.run, Crashed(), force=True)  # before it has read the answer
    assert await asked.retry() == "Completed"
    assert (await asked.turn()).startswith("Your answer was read.")
    assert await asked.retry() == "Completed"
    assert asked.said() == [("Mia", "prefect form")] * 4


async def test_not_yet_is_an_answer_and_retry_asks_again(asked):
    await asked.answer("not yet")
    assert await asked.start() == "Failed"
    assert await asked.retry() == "Suspended"
    await asked.answer()
    assert await asked.start() == "Completed"
    assert asked.said() == [("Mia", "prefect form")] * 4


def test_a_yes_of_which_one_shot_wants_a_reason_writes_nothing_for_the_others(drafted):
    services = drafted.services
    every = list(bindings_now(services, services.scene("SC010")).values())
    every[-1] = every[-1].model_copy(update={"tier": "hero", "resolution": "1080p"})
    with pytest.raises(NotApproved, match="needs a reason"):
        approve(services, every, who="Mia", door="prefect form")
    assert services.ledger.approvals("SC010") == ()
