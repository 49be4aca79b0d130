"""What each scripted failure comes to at each adapter, and why there. Nothing is ever sent twice, and no bill is made up."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass

import pytest

from providers.errors import Gone, Invalid, OutcomeUnknown, ProviderError, Refused
from providers.models import Size
from rehearsal.faults import FAULTS, Fault, Script

CASES = {
    **{name: {"fault": name} for name in FAULTS},
    "bill_percent": {"fault": "bill_percent", "percent": 150},
    "drift": {"fault": "drift", "of": "colour"},
    "late_bill": {"fault": "late_bill", "lasts": 2},
    "slow_body": {"fault": "slow_body", "seconds": 0.2},
    "server_error_free, 503": {"fault": "server_error_free", "status": 503},
    "server_error_after_accept, 500": {"fault": "server_error_after_accept", "status": 500},
    "server_error_after_accept, 503": {"fault": "server_error_after_accept", "status": 503},
    "lost_response, held": {"fault": "lost_response", "how": "held", "seconds": 20},
    "cost_null, absent": {"fault": "cost_null", "how": "absent"},
    "corrupt, once": {"fault": "corrupt", "lasts": 1},
    "expired_url, for good": {"fault": "expired_url", "lasts": 99},
}  # fmt: skip
"""Every fault that a script can have, and some in another form."""

WAITED_FOR = {"openrouter", "replicate", "seedance", "fal", "evolink", "veo", "flux"}
ALL, AT_ONCE = WAITED_FOR | {"seedream", "gemini"}, {"seedream", "gemini"}
SILENT = {"evolink"}
BY_THE_BOOK = {"replicate", "veo", "seedream"}
TOKEN_MICROUSD = 2
"""What a token of a Gemini prompt costs: its bill is told in tokens, and no finer."""

SUBMIT_S, POLLS, PATIENCE_S = 4.0, 4, 60.0
"""How long an answer is waited for that never comes, how often a job is asked about that never ends, and how long hundreds of calls may

take to leave: they are made at once.
"""


def rows(*told):
    """Each is what it comes to, why, and for whom."""
    found = {}
    for outcome, why, makers in told:
        for maker in makers.split() if isinstance(makers, str) else makers:
            assert maker not in found, f"{maker} stands twice"
            found[maker] = (outcome, why)
    return found


MADE = (("made, billed", "it has no bearing on the job", ALL - SILENT), ("made, no bill", "it tells no bill", SILENT))
UNKNOWN = rows(("OutcomeUnknown of a job", "it was taken, and nobody here can know", ALL))
UNTOLD = rows(
    ("made, no bill", "what is not told is not made up", ALL - {"veo"}),
    ("made, billed", "its operations tell no bill: the list price counts", "veo"),
)
HERE = "its picture came with the answer, and lies here: nobody asks, and nothing is downloaded"

TABLE = {
    "moderation_input": rows(
        ("Refused, free", "ByteDance's refusal is the answer to the call, with its code; it is not billed", "openrouter seedance seedream"),
        ("failed Refused, free", "(E005); no page says that a failed prediction is billed", "replicate"),
        ("failed Refused, free", "its reasons say that the attempt is not charged", "veo"),
        ("failed Refused, no bill", "a 422 may be charged, where a machine had begun with it", "fal"),
        ("failed Refused, no bill", "whether a failed task's credits come back, nobody says", "evolink"),
        ("failed Refused, billed otherwise", "whether it is billed nobody says: the price that the call was told counts", "flux"),
        ("failed Refused, billed", "the tokens that it read are metered", "gemini"),
    ),
    "moderation_output": rows(
        ("failed Refused, free", "a job that fails is not billed", "openrouter seedance"),
        ("failed Refused, free", "(E005); no page says that a failed prediction is billed", "replicate"),
        ("failed Refused, free", "its reasons say that the attempt is not charged", "veo"),
        ("failed Refused, no bill", "a 422 may be charged, where a machine had begun with it", "fal"),
        ("failed Refused, no bill", "whether a failed task's credits come back, nobody says", "evolink"),
        ("failed Refused, billed", "Content Moderated still costs its price", "flux"),
        ("failed Refused, billed", "the tokens that it read are metered", "gemini"),
        ("Refused, free", "the answer to the call is a 400 with the output's code; only what succeeds is billed", "seedream"),
    ),
    "key_limit": rows(
        ("KeyLimit", "403, and the prefix of its words", "openrouter"),
        ("KeyLimit", "SetLimitExceeded: the safe experience limit of the model", "seedance seedream"),
        ("KeyLimit", "the project's monthly spending cap", "veo gemini"),
        ("NoCredit", "its keys have no limit of their own: the account's end is told", "replicate fal flux evolink"),
    ),
    "no_credit": rows(
        ("NoCredit", "402", "openrouter replicate evolink flux"),
        ("NoCredit", "AccountOverdueError", "seedance seedream"),
        ("NoCredit", "User is locked: exhausted balance", "fal"),
        ("NoCredit", "prepayment credits are depleted", "veo gemini"),
    ),
    "forbidden": rows(("Invalid", "the key may not do this; it is no limit and no moderation", ALL)),
    "rate_limited": rows(("RateLimited", "a 429 is free", ALL)),
    "server_error_free": rows(("OutcomeUnknown of none", "a 500 does not say whether it was taken", ALL)),
    "server_error_free, 503": rows(
        ("OutcomeUnknown of none", "a 503 does not say whether it was taken", ALL - {"veo", "gemini"}),
        ("Unavailable", "Google's own words say that it had no room for the call", "veo gemini"),
    ),
    "server_error_after_accept": UNKNOWN, "server_error_after_accept, 500": UNKNOWN, "server_error_after_accept, 503": UNKNOWN,
    "lost_response": UNKNOWN, "lost_response, held": UNKNOWN,
    "stuck": rows(
        ("running, no bill", "patience ends it, and its money stays held", WAITED_FOR),
        ("OutcomeUnknown of a job", "whoever waits for the answer itself gives up at the deadline", AT_ONCE),
    ),
    "failed": rows(
        ("failed Unavailable, free", "a job that fails is not billed", "openrouter"),
        ("failed, free", "only what succeeds is billed; its code says nothing of a second try", "seedance"),
        ("failed Unavailable, free", "no page says that a failed prediction is billed", "replicate"),
        ("failed Unavailable, free", "a status of 500 and more is never charged", "fal"),
        ("failed Unavailable, no bill", "whether a failed task's credits come back, nobody says", "evolink"),
        ("failed Unavailable, no bill", "whether an operation that failed is billed, nobody says", "veo"),
        ("failed Unavailable, billed otherwise", "whether it is billed nobody says: the price that the call was told counts", "flux"),
        ("failed Unavailable, billed", "the tokens that it read are metered", "gemini"),
        ("OutcomeUnknown of a job", "the answer to the call is a 500, which proves nothing", "seedream"),
    ),
    "late_bill": rows(
        ("made, billed later", "it is told with the state, some polls later", "openrouter replicate seedance fal"),
        ("made, no bill", "it is told with the answer to the call, or never", "flux seedream gemini"),
        ("made, no bill", "it tells no bill", "evolink"),
        ("made, billed", "its operations tell no bill: the list price counts", "veo"),
    ),
    "bill_percent": rows(
        ("made, billed", "its bill is in its answer", "openrouter seedance fal flux gemini"),
        ("made, billed otherwise", "it tells what came out, and no price: the list price counts until its invoice comes", BY_THE_BOOK),
        ("made, no bill", "it tells no bill", "evolink"),
    ),
    "cost_null": UNTOLD, "cost_null, absent": UNTOLD,
    "wrong_duration": rows(
        ("made of another length, billed", "a gate judges it; it is paid for", WAITED_FOR - SILENT - {"flux"}),
        ("made of another length, no bill", "a gate judges it; it is paid for", SILENT),
        ("made, billed", "a still has no length", "flux seedream gemini"),
    ),
    "wrong_size": rows(
        ("made of another size, billed", "a gate judges it; it is paid for", ALL - SILENT),
        ("made of another size, no bill", "a gate judges it; it is paid for", SILENT),
    ),
    "drift": rows(*MADE),
    "truncated": rows(
        ("made, billed", "its host lets a download go on where it broke off", WAITED_FOR - SILENT),
        ("made, no bill", "its host lets a download go on where it broke off", SILENT),
        ("damaged, billed", "the picture was in the answer, which came whole: there is no other", AT_ONCE),
    ),
    "corrupt": rows(
        ("damaged, billed", "it is fetched twice, and is the same", ALL - SILENT),
        ("damaged, no bill", "it is fetched twice, and is the same", SILENT),
    ),
    "corrupt, once": rows(
        ("made, billed", "it is fetched twice", WAITED_FOR - SILENT),
        ("made, no bill", "it is fetched twice", SILENT),
        ("damaged, billed", "the picture was in the answer, which came whole: there is no other", AT_ONCE),
    ),
    "expired_url": rows(
        ("made, billed", "a new address is asked for by the job's id", WAITED_FOR - SILENT),
        ("made, no bill", "a new address is asked for by the job's id", SILENT),
        ("made, billed", HERE, AT_ONCE),
    ),
    "expired_url, for good": rows(
        ("lost, billed", "a new address is asked for once", WAITED_FOR - SILENT),
        ("lost, no bill", "a new address is asked for once", SILENT),
        ("made, billed", HERE, AT_ONCE),
    ),
    "no_url": rows(
        ("lost, billed", "it says that it is done, and names no output", WAITED_FOR - SILENT - {"veo"}),
        ("lost, no bill", "it says that it is done, and names no output", SILENT),
        ("failed, no bill", "an operation that is done and has no clip says nothing of why: neither moderation nor free", "veo"),
        ("failed Unavailable, billed", "words in the place of a picture are no moderation, and are metered", "gemini"),
        ("OutcomeUnknown of a job", "an answer without a picture or a reason proves nothing", "seedream"),
    ),
    "slow_body": rows(*MADE),
    "poll_404": rows(*MADE),
    "poll_5xx": rows(*MADE),
    "unknown_status": rows(*MADE),
    "data_removed": rows(
        ("lost, billed", "its job is known, and its file is gone", "openrouter replicate veo flux"),
        ("lost, no bill", "its job is known, and its file is gone", SILENT),
        ("gone, no bill", "its record is forgotten with the file: that says nothing about the bill", "seedance fal"),
        ("made, billed", HERE, AT_ONCE),
    ),
}  # fmt: skip
"""By fault and maker what it comes to, and the reason of that provider for it.

An error's name: the call was refused with it, "of a job" or "of none" where nobody can say. "failed": the job did. "made": it
came, "lost" and "damaged": it did not, though it is done. "billed", "free": the bill that is told is the true one; "billed
otherwise": it is not; "no bill": none is told, so that what is held counts.
"""

OWN_WORDS = {
    "moderation_input": {
        "openrouter": "SensitiveContentDetected", "replicate": "(E005)", "seedance": "SensitiveContentDetected",
        "seedream": "SensitiveContentDetected", "fal": "content_policy_violation", "evolink": "content_policy_violation",
        "veo": "raiMediaFilteredReasons", "flux": "Request Moderated", "gemini": "blockReason",
    },
    "moderation_output": {
        "openrouter": "the output video may contain sensitive information", "replicate": "(E005)",
        "seedance": "OutputVideoSensitiveContentDetected", "seedream": "OutputImageSensitiveContentDetected",
        "fal": "content_policy_violation", "evolink": "content_policy_violation", "veo": "raiMediaFilteredReasons",
        "flux": "Content Moderated", "gemini": "IMAGE_SAFETY",
    },
}  # fmt: skip
"""The code or the word by which each says that it was moderation, and of what."""


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
