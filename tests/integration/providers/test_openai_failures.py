"""Each failure that OpenAI documents, through its adapter as it is: one class of ours, one row of its table, and the
bill of an answer that counts for nothing.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from governor.prices.book import PriceBook
from manifests.keys import generation_key
from manifests.question import Question
from manifests.spending.grant import Grant
from production.writing.answer_schema import words_schema
from providers import errors
from providers.errors import ProviderError
from providers.over_http.failures import FailureTable

FILE = Path(__file__).parents[2] / "cases" / "failures" / "openai.yaml"
CASES = YAML(typ="safe").load(FILE)["cases"]
CHAT = "/api.openai.com/v1/chat/completions"
USAGE = {"prompt_tokens": 1000, "completion_tokens": 100}
BILL_MICROUSD = 1000 * 2 + 100 * 4
"""What those tokens cost at the film's own prices."""
PRICES = [
    {"provider": "openai", "model": "gpt-4o-mini", "operation": "write", "unit": unit, "usd": usd, "source": "a test"}
    | {"as_of": "2026-11-01"}
    for unit, usd in (("token_in", "2"), ("token_out", "4"))
]


@pytest.fixture
def writer(desk, replay, tmp_path):
    YAML().dump({"schema": "gate/prices/1", "prices": PRICES}, tmp_path / "own.prices.yaml")
    book = PriceBook.load(tmp_path / "own.prices.yaml", today=date(2026, 11, 21), price_age_days=3650)
    return desk("openai", replay.url, models={"write": "gpt-4o-mini"}, price_of=book.price_of)


async def outcome(writer, replay, case):
    """The error that a case comes to, the raw words that were kept, and the bill."""
    me = writer.provider
    me.leave_s = 60.0
    asked = Question(operation="write", instruction="Write better words.", pictures=(), answer=words_schema())
    key = generation_key("openai", me.model("write"), "write", asked.payload(), 1)
    if case["where"] == "door":
        replay.say("POST", CHAT, case["status"], case["body"])
        with pytest.raises(ProviderError) as caught:
            await me.ask(Grant.mint(key, 10_000_000), key, asked)
        return caught.value, caught.value.raw, getattr(caught.value, "bill_microusd", None)
    replay.say("POST", CHAT, 200, {"id": "chatcmpl-1", "usage": USAGE, **case["body"]})
    job = await me.ask(Grant.mint(key, 10_000_000), key, asked)
    status = await me.poll(job.job_id)
    assert status.state == "failed"
    return status.failure, status.raw, status.bill_microusd


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['where']} {case.get('status', '')} {case['code']}")
async def test_a_documented_failure_is_one_of_ours(writer, replay, case):
    failure, raw, bill = await outcome(writer, replay, case)
    assert type(failure) is getattr(errors, case["is"])
    assert case["code"] in raw
    assert failure.cure.startswith(case.get("row", ""))
    assert failure.cure
    assert bill == (BILL_MICROUSD if case["where"] == "answer" else None)
    assert len(replay.calls) == 1, "nothing is sent twice"


async def test_each_fits_one_row_and_no_row_is_there_for_nothing(writer, replay, monkeypatch):
    used, plain = [], FailureTable.fitting

    def fitting(table, status, code, words):
        rows = plain(table, status, code, words)
        assert len(rows) <= 1, (status, code, words, rows)
        used.extend(rows)
        return rows

    monkeypatch.setattr(FailureTable, "fitting", fitting)
    for case in CASES:
        replay.forget()
        await outcome(writer, replay, case)
    tables = (writer.provider.failures, writer.provider.kept_failures())
    assert [row for table in tables for row in table._failures if row not in used] == []
