"""What a person sets in Prefect's page: the Budget block, and a provider's lane."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

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


def test_a_cap_lowered_in_the_budget_block_holds_from_the_next_run_on(drafted):
    drafted.run()
    asyncio.run(_write_cap("0.10"))

    drafted.run()

    assert drafted.ledger.balance("scene:SC010").cap == parse_usd("0.10")


def test_a_cap_raised_in_the_budget_block_changes_nothing_and_says_what_would(drafted):
    drafted.run()
    asyncio.run(_write_cap("900.00"))
    heard = []

    drafted.run(heard.append)

    assert drafted.ledger.balance("scene:SC010").cap == parse_usd("15.00")
    said = next(step.detail for step in heard if step.stage == "budget")
    assert "gate cap scene:SC010 --usd 900.00" in said
    assert asyncio.run(_read_cap()) == "15.00"


def test_a_provider_outside_our_process_takes_its_lanes_from_prefect(film_of, monkeypatch):
    monkeypatch.setattr(Previz, "embedded", False)
    film = film_of("SH0020", name="other")

    outcome = film.run()

    assert outcome.ending == "waits for approval", outcome.message
    assert asyncio.run(_slots("provider-previz")) == film.services.folder.film.limits.lanes


async def _write_cap(usd: str) -> None:
    from tasks.budget import Budget

    block = await Budget.aload(BLOCK)
    block.scene_cap_usd = usd
    await block.asave(BLOCK, overwrite=True)


async def _read_cap() -> str:
    from tasks.budget import Budget

    return str((await Budget.aload(BLOCK)).scene_cap_usd)


async def _slots(name: str) -> int:
    from prefect.client.orchestration import get_client

    async with get_client() as client:
        return (await client.read_global_concurrency_limit_by_name(name)).limit


async def _delete() -> None:
    from prefect.client.orchestration import get_client

    async with get_client() as client:
        for document in await client.read_block_documents():
            if document.name == BLOCK:
                await client.delete_block_document(document.id)
