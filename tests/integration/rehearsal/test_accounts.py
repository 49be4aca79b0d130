"""What an account may spend, and what is said of it: the credit, the key's limit, the true bill."""

from __future__ import annotations

import pytest

LIMIT = {
    "error": {
        "code": 403,
        "message": "Key limit exceeded (total limit). Manage it using https://openrouter.ai/settings/keys",
    }
}
ONE = 170_495


def test_a_key_runs_dry_at_its_limit_and_goes_on_when_it_is_raised(caller):
    me = caller(account={"limit_usd": "0.40"})
    assert [me.post().status_code for _ in range(3)] == [202, 202, 403]
    assert me.post().json() == LIMIT
    me.tell(account={"limit_usd": "0.60"})
    assert me.post().status_code == 202
    assert sum(job.bill_microusd for job in me.jobs) == 3 * ONE


@pytest.mark.parametrize("reset", ["total", "daily", "weekly", "monthly"])
def test_the_limits_word_says_when_it_is_reset(caller, reset):
    me = caller(account={"limit_usd": "0.10", "limit_reset": reset})
    assert me.post().json()["error"]["message"].startswith(f"Key limit exceeded ({reset} limit)")


def test_an_account_without_credit_is_told_so(caller):
    me = caller(account={"credit_usd": "0.20"})
    assert me.post().status_code == 202
    answer = me.post()
    assert answer.status_code == 402
    assert answer.json()["error"]["message"] == "Insufficient credits. Add more using https://openrouter.ai/credits"


def test_the_key_says_the_truth_about_itself(caller):
    me = caller(account={"limit_usd": "12.00", "limit_reset": "monthly"})
    me.make()
    told = me.http.get("/api/v1/key").json()["data"]
    assert (told["limit"], told["limit_remaining"], told["usage"]) == (12, 11.829505, 0.170495)
    assert told["limit_reset"] == "monthly"


def test_a_key_without_a_limit_says_null(caller):
    told = caller().http.get("/api/v1/key").json()["data"]
    assert (told["limit"], told["limit_remaining"], told["limit_reset"]) == (None, None, None)


def test_credits_are_for_management_keys(caller):
    me = caller()
    answer = me.http.get("/api/v1/credits")
    assert answer.status_code == 403
    assert answer.json()["error"]["message"] == "Only management keys can perform this operation"
    me.tell(account={"management": True, "credit_usd": "5.00"})
    me.make()
    assert me.http.get("/api/v1/credits").json() == {"data": {"total_credits": 5, "total_usage": 0.170495}}


def test_what_is_refused_or_fails_is_not_billed(caller):
    me = caller(faults=[{"fault": "moderation_output", "at": 1}, {"fault": "no_credit", "at": 2}])
    me.ended(me.make())
    assert me.post().status_code == 402
    assert [job.bill_microusd for job in me.jobs] == [0]
