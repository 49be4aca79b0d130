"""What each scripted failure comes to at each adapter, and why there.
Nothing is ever sent twice, and no bill is made up.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass

import pytest

from providers.errors import Gone, Invalid, OutcomeUnknown, ProviderError, Refused
from providers.models import Size
from rehearsal.faults import FAULTS, Fault, Script
from tests.contract.failure_table import CASES, OWN_WORDS, TABLE

TOKEN_MICROUSD = 2
"""What a token of a Gemini prompt costs: its bill is told in tokens, and no finer."""

SUBMIT_S, POLLS, PATIENCE_S = 4.0, 4, 60.0
"""How long an answer is waited for that never comes, how often a job is asked about that never ends,
and how long hundreds of calls may

take to leave: they are made at once.
"""


@dataclass(frozen=True)
class Came:
    """What a call came to, in the table's words, and in the provider's own."""

    outcome: str
    raw: str
    posts: int
    jobs: int
    billed: int


async def play(customer, case, prompt, into):
    """Buy one, wait for it, fetch it."""
    if case in {"stuck", "lost_response, held"}:
        customer.provider.submit_s = SUBMIT_S
    try:
        job = await customer.submit(request := customer.request(prompt))
    except OutcomeUnknown as error:
        return f"OutcomeUnknown of {'a job' if customer.jobs else 'none'}", error.raw
    except Refused as error:
        return f"Refused, {bill(error.bill_microusd, customer)}", error.raw
    except ProviderError as error:
        return type(error).__name__, error.raw
    status = await ended(customer, job.job_id, POLLS if case == "stuck" else 600)
    if status.state != "done":
        why = f" {type(status.failure).__name__}" if status.failure else ""
        return f"{status.state}{why}, {bill(status.bill_microusd, customer)}", status.failure.raw if why else status.raw
    outcome, raw = await fetched(customer, job.job_id, request, into)
    if status.bill_microusd is None:
        for _ in range(POLLS):
            status = await customer.provider.poll(job.job_id)
        later = " later" if status.bill_microusd is not None else ""
        return f"{outcome}, {bill(status.bill_microusd, customer)}{later}", raw
    return f"{outcome}, {bill(status.bill_microusd, customer)}", raw


async def ended(customer, job_id, polls):
    for _ in range(polls):
        status = await customer.provider.poll(job_id)
        if status.state != "running":
            break
        await asyncio.sleep(0.05)
    return status


async def fetched(customer, job_id, request, into):
    try:
        made = await customer.provider.fetch(job_id, into)
    except Gone as error:
        return "damaged" if "cannot be used" in error.cause else "lost", error.raw
    size = customer.provider.capabilities(customer.operation).frame_size(request.resolution)
    if (made.width, made.height) != size:
        return "made of another size", ""
    return "made" if made.frames == request.frames else "made of another length", ""


def bill(told, customer):
    if told is None:
        return "no bill"
    if abs(told - customer.billed) > TOKEN_MICROUSD:
        return "billed otherwise"
    return "billed" if told else "free"


@pytest.fixture(scope="module")
def night(house, customer, tmp_path_factory, request):
    """Every cell of the table that is asked for, all in one night beside one another: what each came to."""
    folder = tmp_path_factory.mktemp("customers")
    here = [item for item in request.session.items if item.path == request.path]
    asked = [item.callspec.params for item in here if "night" in item.fixturenames]
    cells = list(dict.fromkeys((each["maker"], each["case"]) for each in asked))
    customers = {cell: customer(cell[0], f"sk-test-customer-{n}", folder / str(n)) for n, cell in enumerate(cells)}
    for each in customers.values():
        each.provider.leave_s = PATIENCE_S
    faults = [Fault.model_validate({**CASES[case], "prompt_contains": _prompt(maker, case)}) for maker, case in cells]
    accounts = tuple(each.account() for each in customers.values())
    house.tell(Script(job_s=0, pictures="plain", accounts=accounts, faults=tuple(faults)))
    lanes = asyncio.Semaphore(16)

    async def one(cell):
        maker, case = cell
        async with lanes:
            try:
                outcome, raw = await play(customers[cell], case, _prompt(maker, case), folder / f"{maker} {case}")
            except Exception as error:  # noqa: BLE001  it is this cell's, and its test says so
                return error
        me = customers[cell]
        return Came(outcome, raw, len(me.posts), len(me.jobs), me.billed)

    async def everyone():
        return dict(zip(cells, await asyncio.gather(*map(one, cells)), strict=True))

    came = asyncio.run(everyone())
    assert (house.report().broken, house.report().leaks) == ((), ())
    return came


def _prompt(maker, case):
    return f"A room, for {maker}, on the night of [{case}]."


def test_every_fault_has_its_word_for_every_maker(makers):
    assert set(TABLE) == set(CASES) >= set(FAULTS)
    assert {case: sorted(set(makers) ^ set(row)) for case, row in TABLE.items() if set(row) != set(makers)} == {}


@pytest.mark.parametrize("case", CASES)
def test_a_failure_is_one_of_ours_and_nothing_is_sent_twice(night, maker, case):
    came = night[maker, case]
    if isinstance(came, Exception):
        raise came
    outcome, why = TABLE[case][maker]
    assert came.outcome == outcome, why
    assert came.posts == 1
    assert came.jobs <= 1
    if not re.search("bill|of a job", outcome):
        assert came.billed == 0, "what gives the money back is not billed"
    assert "sk-test" not in came.raw


@pytest.mark.parametrize("case", OWN_WORDS)
def test_a_moderation_keeps_the_providers_own_word_for_it(night, maker, case):
    assert OWN_WORDS[case][maker] in night[maker, case].raw


async def test_the_same_words_pass_without_the_picture_that_gave_offence(house, customer, maker, tmp_path):
    with_picture = customer(maker, f"sk-test-shown-{maker}", tmp_path)
    without = customer(maker, f"sk-test-words-{maker}", tmp_path, words=True)
    fault = Fault(fault="moderation_input", with_reference=True)
    accounts = (with_picture.account(), without.account())
    house.tell(Script(job_s=0, pictures="plain", accounts=accounts, faults=(fault,)))
    refused, _ = await play(with_picture, "", "They fight.", tmp_path / "into")
    made, _ = await play(without, "", "They fight.", tmp_path / "into")
    assert refused == TABLE["moderation_input"][maker][0]
    assert made.startswith("made, ")
    assert (len(with_picture.posts), len(without.posts)) == (1, 1)


class OddSizes(dict):
    """Every size, as no provider has it."""

    def __missing__(self, _name):
        return Size(says="9p", width=1001, height=721)


SPOILT = {"a model": lambda row: {"id": f"{row.id}-of-nobody"}, "a size": lambda _row: {"sizes": OddSizes()}}


@pytest.mark.parametrize("spoilt", SPOILT)
async def test_what_a_provider_does_not_have_is_invalid_and_makes_no_job(
    house, customer, maker, spoilt, tmp_path, monkeypatch
):
    me = customer(maker, f"sk-test-{tmp_path.name}", tmp_path)
    house.tell(Script(job_s=0, pictures="plain", accounts=(me.account(),)))
    request, row = me.request("A room."), me.provider.row(me.operation)
    spoilt_row = row.model_copy(update=SPOILT[spoilt](row))
    monkeypatch.setattr(me.provider, "row", lambda _operation: spoilt_row)
    monkeypatch.setattr(me.provider, "build_payload", lambda _request: {})  # our own table would refuse it
    with pytest.raises(Invalid) as raised:
        await me.submit(request)
    assert raised.value.raw
    assert (len(me.posts), me.jobs) == (1, [])


async def test_a_key_that_nobody_knows_is_invalid_and_is_not_told(house, customer, maker, tmp_path):
    house.tell(Script(job_s=0, pictures="plain", accounts=(customer(maker, "sk-test-of-another", tmp_path).account(),)))
    before = len(house.records.posts())
    me = customer(maker, "sk-test-of-nobody", tmp_path)
    with pytest.raises(Invalid) as raised:
        await me.submit(me.request("A room."))
    assert raised.value.raw
    assert "sk-test" not in f"{raised.value} {raised.value.raw}"
    assert [post.came_of for post in house.records.posts()[before:]] == ["refused: unauthorized"]
