"""What a person sets in Prefect's page: the Budget block, and a provider's lane."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from manifests.money import parse_usd
from providers.previz.adapter import Previz

BLOCK = "hrb-sc010"


@pytest.fixture(autouse=True)
def own_block(drafted) -> Iterator[None]:
    """The films of the session share a server, and one name of a block: each test here begins and ends without it."""
    drafted.settle()
    asyncio.run(_delete())
    yield
    asyncio.run(_delete())


def test_a_cap_lowered_in_the_budget_block_is_a_decision_and_holds_from_the_next_run_on(drafted):
    drafted.run()
    asyncio.run(_write(scene_cap_usd="0.10"))

    drafted.run()

    assert drafted.ledger.balance("scene:SC010").cap == parse_usd("0.10")
    said = _decisions(drafted)[-1]
    assert (said.door, said.amount_microusd) == ("budget block", parse_usd("0.10"))


def test_a_cap_raised_in_the_budget_block_needs_a_name_and_a_reason(drafted):
    drafted.run()
    asyncio.run(_write(scene_cap_usd="900.00", who="Mia"))
    heard = []

    drafted.run(heard.append)

    assert drafted.ledger.balance("scene:SC010").cap == parse_usd("15.00")
    said = next(step.detail for step in heard if step.stage == "budget")
    assert "gate cap scene:SC010 --usd 900.00" in said
    assert asyncio.run(_read()).scene_cap_usd == "15.00"

    asyncio.run(_write(scene_cap_usd="20.00", film_cap_usd="70.00", who="Mia", why="the storm takes more takes"))
    drafted.run()

    assert drafted.ledger.balance("scene:SC010").cap == parse_usd("20.00")
    assert drafted.ledger.balance("film:HRB").cap == parse_usd("70.00")
    assert [(d.who, d.why) for d in _decisions(drafted)] == [("Mia", "the storm takes more takes")] * 2
    assert asyncio.run(_read()).who == "", "the next change wants a name of its own"


def test_a_cap_that_was_changed_elsewhere_is_no_edit_of_the_block(drafted):
    drafted.run()
    drafted.say("cap", "scene:SC010", "--usd", "30.00", "--why", "more rain", "--yes")

    drafted.run()

    assert drafted.ledger.balance("scene:SC010").cap == parse_usd("30.00")
    block = asyncio.run(_read())
    assert block.scene_cap_usd == "30.00"
    assert (block.settled_usd, block.held_usd, block.left_usd) == ("0.00", "0.00", "30.00")


def test_the_block_says_what_may_be_spent_in_dollars_and_one_of_an_earlier_version_still_counts(drafted):
    from flows.showing.budget import Budget, agree_on_budget

    services = drafted.services
    scene = services.scene("SC010")
    asyncio.run(agree_on_budget(services, scene))
    fields = Budget.model_json_schema()["properties"]
    assert {field["type"] for field in fields.values()} == {"string"}, "Prefect's page shows anything else as JSON"
    assert all(field["title"] and field["description"] for field in fields.values())

    asyncio.run(
        _store(
            {
                "scene": "SC010",
                "scene_cap_usd": "9.00",
                "film_cap_usd": "60.00",
                "who": "",
                "why": "",
                "settled_usd": "0.00",
                "held_usd": "0.00",
                "left_usd": "15.00",
                "caps": ["scene:SC010: $15.00; spent $0.00, held $0.00, left $15.00"],
                "shown": {"scene:SC010": "15.00", "film:HRB": "60.00"},
            }
        )
    )
    asyncio.run(agree_on_budget(services, scene))

    assert drafted.ledger.balance("scene:SC010").cap == parse_usd("9.00")
    assert [d.door for d in _decisions(drafted)] == ["budget block"]
    block = asyncio.run(_read())
    assert (block.left_usd, block.shown) == ("9.00", "scene:SC010 $9.00, film:HRB $60.00")


def test_a_provider_outside_our_process_takes_its_lanes_from_prefect(film_of, monkeypatch):
    monkeypatch.setattr(Previz, "embedded", False)
    film = film_of("SH0020", name="other")

    outcome = film.run()

    assert outcome.ending == "waits for approval", outcome.message
    assert asyncio.run(_slots("provider-previz")) == film.services.folder.film.limits.lanes


def test_no_paid_call_waits_because_prefects_database_was_busy_for_a_moment(film_of, monkeypatch):
    """Before the server made such a call again itself, nearly every slot was answered with 503,
    and its client slept for two seconds.
    """
    monkeypatch.setattr(Previz, "embedded", False)
    film, codes, send = film_of("SH0020", "SH0030", name="busy"), list[tuple[str, int]](), httpx.AsyncClient.send

    async def noted(client: httpx.AsyncClient, request: httpx.Request, **named: Any) -> httpx.Response:
        answer = await send(client, request, **named)
        codes.append((request.url.path.rpartition("/")[2], answer.status_code))
        return answer

    monkeypatch.setattr(httpx.AsyncClient, "send", noted)

    outcome = film.run()

    assert outcome.ending == "waits for approval", outcome.message
    assert [code for path, code in codes if path == "increment-with-lease"] == [200] * 4
    assert {code for _, code in codes} & {502, 503} == set()


def test_a_limit_that_a_person_set_to_zero_stays_there_however_many_limits_there_are(film_of, monkeypatch):
    film = film_of("SH0020", name="limits")
    services, name = film.services, uuid.uuid4().hex
    from flows.claiming import _open_lanes

    monkeypatch.setattr(Previz, "embedded", False)
    asyncio.run(_limit(f"provider-{name}", 0))
    for other in range(10):
        asyncio.run(_limit(f"a-{other}-{name}", 1))

    asyncio.run(_open_lanes(services, {name: services.provider("clip")}))

    assert asyncio.run(_slots(f"provider-{name}")) == 0


def test_a_run_that_is_overtaken_by_another_one_shows_its_block_all_the_same(drafted, monkeypatch):
    from prefect.client.orchestration import PrefectClient
    from prefect.exceptions import ObjectNotFound

    from flows.showing.budget import show_budget

    services, look = drafted.services, PrefectClient.read_block_type_by_slug
    scene, overtaken = services.scene("SC010"), []
    asyncio.run(show_budget(services, scene))

    async def too_early(client, slug):
        if not overtaken:
            overtaken.append(slug)
            raise ObjectNotFound(http_exc=LookupError("as it was before the other run made it"))
        return await look(client, slug)

    monkeypatch.setattr(PrefectClient, "read_block_type_by_slug", too_early)
    asyncio.run(show_budget(services, scene))
    assert overtaken == ["gate-budget"]
    assert asyncio.run(_read()).scene == "SC010"


def _decisions(film):
    return film.ledger.of_scene("SC010").decisions + film.ledger.of_scene("HRB").decisions


async def _write(**fields: str) -> None:
    from flows.showing.budget import Budget

    block = await Budget.aload(BLOCK)
    for name, value in fields.items():
        setattr(block, name, value)
    await block.asave(BLOCK, overwrite=True)


async def _store(data: dict[str, object]) -> None:
    """As an earlier version left it."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.actions import BlockDocumentUpdate

    async with get_client() as client:
        kept = next(each for each in await client.read_block_documents() if each.name == BLOCK)
        await client.update_block_document(kept.id, BlockDocumentUpdate(data=data, merge_existing_data=False))


async def _read():
    from flows.showing.budget import Budget

    return await Budget.aload(BLOCK)


async def _slots(name: str) -> int:
    from prefect.client.orchestration import get_client

    async with get_client() as client:
        return (await client.read_global_concurrency_limit_by_name(name)).limit


async def _limit(name: str, slots: int) -> None:
    from prefect.client.orchestration import get_client

    async with get_client() as client:
        await client.upsert_global_concurrency_limit_by_name(name, slots)


async def _delete() -> None:
    from prefect.client.orchestration import get_client

    async with get_client() as client:
        for document in await client.read_block_documents():
            if document.name == BLOCK:
                await client.delete_block_document(document.id)
