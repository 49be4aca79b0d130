"""Each reason for which a hold is refused, in the words a person reads, and that a refusal writes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from governor.errors import (
    AlreadyBought,
    ApprovalLapsed,
    AttemptsSpent,
    BudgetRefused,
    CapRaise,
    Fenced,
    NotAPerson,
    NotApproved,
    ScopeRefused,
    StillOpen,
    Stopped,
    UncertifiedInput,
)
from manifests.certificate import Certificate
from manifests.spending.grant import GrantRefused

CENT = 10_000


def buy(ledger, bought, *, bill=None):
    ledger.hold(bought).redeem(bought.generation_key)
    ledger.submitted(bought.generation_key, f"job-{bought.generation_key[:8]}")
    return ledger.settle(bought.generation_key, bought.quote.high_microusd if bill is None else bill, None, "paid")


def test_a_refusal_by_a_cap_names_the_cap_the_need_and_the_next_command(ledger, epoch, purchase):
    ledger.lower_cap("scene:SC010", 50 * CENT)
    buy(ledger, purchase(epoch, cents=39))
    with pytest.raises(BudgetRefused) as refused:
        ledger.hold(purchase(epoch, cents=39, words="rain", foreseen_microusd=312 * CENT))
    assert str(refused.value) == (
        "the scene SC010: its cap of $0.50 has $0.11 left and this needs $0.39. "
        'Raise it: gate cap scene:SC010 --usd 3.51 --why "..."'
    )
    assert len(ledger.takes()) == 1
    assert ledger.audit() == []


@pytest.mark.parametrize(
    "scope", ["film:HRB", "scene:SC010", "run:r1", "shot:SC010_SH0010", "night:2026-11-21", "key:fal"]
)
def test_each_kind_of_cap_refuses_by_itself(ledger, epoch, purchase, scope):
    extra = (scope,) if scope.startswith(("night", "key")) else ()
    ledger.declare_caps(dict.fromkeys(extra, 1000 * CENT))
    ledger.lower_cap(scope, 5 * CENT)
    with pytest.raises(BudgetRefused, match=scope.partition(":")[2]):
        ledger.hold(purchase(epoch, cents=6, also=extra))
    assert all(balance.held == 0 for balance in ledger.balances())


def test_without_a_cap_only_what_is_free_passes(ledger, epoch, purchase):
    with pytest.raises(BudgetRefused, match="has no cap yet"):
        ledger.hold(purchase(epoch, cents=1, also=("night:2026-11-21",)))
    ledger.hold(purchase(epoch, cents=0, also=("night:2026-11-21",)))


def test_what_was_bought_is_read_and_not_bought_again(ledger, epoch, purchase):
    buy(ledger, purchase(epoch))
    with pytest.raises(AlreadyBought):
        ledger.hold(purchase(epoch))


def test_what_is_in_flight_or_in_doubt_is_not_sent_again(ledger, epoch, purchase):
    ledger.hold(purchase(epoch))
    with pytest.raises(StillOpen, match="is held"):
        ledger.hold(purchase(epoch))
    ledger.doubt(purchase(epoch).generation_key, "reset by peer")
    with pytest.raises(StillOpen, match="nobody knows"):
        ledger.hold(purchase(epoch))


def test_one_video_of_a_shot_is_in_flight_at_a_time(ledger, epoch, purchase):
    ledger.hold(purchase(epoch, stage="clip"))
    with pytest.raises(StillOpen, match="another video"):
        ledger.hold(purchase(epoch, stage="clip", words="rain"))
    ledger.hold(purchase(epoch, stage="clip", shot="SC010_SH0020"))


def test_attempts_end_where_the_film_says(ledger, epoch, purchase):
    buy(ledger, purchase(epoch, attempts_max=1))
    with pytest.raises(AttemptsSpent, match="has had its 1 attempt"):
        ledger.hold(purchase(epoch, attempt=2, attempts_max=1))
    with pytest.raises(AttemptsSpent):
        ledger.hold(purchase(epoch, words="rain", attempt=2, attempts_max=1))


def test_an_older_run_is_fenced_at_its_next_hold_and_at_its_next_post(ledger, epoch, purchase):
    grant = ledger.hold(purchase(epoch))
    ledger.begin_epoch("SC010", "r2")
    with pytest.raises(Fenced, match="another run has taken the scene over"):
        ledger.hold(purchase(epoch, words="rain"))
    with pytest.raises(Fenced):
        grant.redeem(purchase(epoch).generation_key)


def test_a_touched_file_stops_the_next_hold_and_the_next_post(ledger, epoch, purchase, tmp_path: Path):
    grant = ledger.hold(purchase(epoch))
    (tmp_path / "STOP").touch()
    with pytest.raises(Stopped, match="stop file"):
        ledger.hold(purchase(epoch, words="rain"))
    with pytest.raises(Stopped):
        grant.redeem(purchase(epoch).generation_key)


def test_a_program_may_stop_and_only_a_person_lets_go(ledger, epoch, purchase, decision, tmp_path: Path):
    ledger.decide(decision("stop", door="program"))
    with pytest.raises(Stopped, match="Ada: because"):
        ledger.hold(purchase(epoch))
    with pytest.raises(NotAPerson):
        ledger.decide(decision("go", door="program"))
    ledger.decide(decision("go"))
    assert not (tmp_path / "STOP").exists()
    ledger.hold(purchase(epoch))


def test_a_call_made_from_something_no_gate_has_passed_is_refused(ledger, epoch, purchase):
    certificate = Certificate(
        asset="a" * 64,
        shot="SC010_SH0010",
        stage="panel",
        tier="draft",
        scores=(),
        references=(),
        rules="1",
        eye="none",
    )
    with pytest.raises(UncertifiedInput):
        ledger.hold(purchase(epoch, inputs=(certificate.sha256,)))
    assert ledger.file_certificate(certificate) == ledger.file_certificate(certificate)
    assert ledger.certificate("a" * 64, "SC010_SH0010", "panel") == certificate
    assert ledger.certificate("a" * 64, "SC010_SH0010", "clip") is None
    ledger.hold(purchase(epoch, inputs=(certificate.sha256,)))


def test_a_tier_above_draft_needs_a_yes_to_exactly_this(ledger, epoch, purchase, decision, binding):
    final = {"stage": "clip", "tier": "final"}
    with pytest.raises(NotApproved, match="does not say"):
        ledger.hold(purchase(epoch, **final))
    with pytest.raises(NotApproved, match="nobody has approved it"):
        ledger.hold(purchase(epoch, binding=binding, **final))
    ledger.decide(decision("approve", binding=binding))
    moved = binding.model_copy(update={"draft": "9" * 64, "prompt": "8" * 64})
    with pytest.raises(ApprovalLapsed, match="prompt, draft changed"):
        ledger.hold(purchase(epoch, binding=moved, **final))
    with pytest.raises(ApprovalLapsed, match="price changed"):
        ledger.hold(purchase(epoch, binding=binding, cents=11, **final))
    assert ledger.lapsed("SC010", [binding, moved]) == [("SC010_SH0010", ("prompt", "draft"))]
    ledger.hold(purchase(epoch, binding=binding, **final))


@pytest.mark.parametrize("scope", ["SC010", "SC010_SH0010", "scene:SC010"])
def test_a_later_no_takes_a_yes_back(ledger, decision, binding, scope):
    ledger.decide(decision("approve", binding=binding))
    assert ledger.approved(binding).who == "Ada"
    assert len(ledger.approvals("SC010")) == 1
    ledger.decide(decision("reject", scope))
    assert ledger.approvals("SC010") == ()
    with pytest.raises(NotApproved, match="nobody"):
        ledger.approved(binding)


def test_a_machine_approves_nothing_and_a_yes_is_bound_to_something(ledger, decision, binding):
    with pytest.raises(NotAPerson):
        ledger.decide(decision("approve", binding=binding, door="program"))
    with pytest.raises(NotApproved, match="bound to nothing"):
        ledger.decide(decision("approve"))
    hero = binding.model_copy(update={"tier": "hero"})
    with pytest.raises(NotApproved, match="reason"):
        ledger.decide(decision("approve", binding=hero, why=" "))


def test_a_cap_rises_only_by_a_persons_decision(ledger, decision):
    with pytest.raises(CapRaise, match=r"gate cap scene:SC010 --usd 4\.00"):
        ledger.declare_caps({"scene:SC010": 400 * CENT})
    with pytest.raises(NotAPerson):
        ledger.decide(decision("raise_cap", "scene:SC010", usd_cents=400, door="program"))
    ledger.decide(decision("raise_cap", "scene:SC010", usd_cents=400))
    ledger.declare_caps({"scene:SC010": 400 * CENT})
    assert ledger.balance("scene:SC010").cap == 400 * CENT


def test_a_cap_that_a_run_lowered_stays_when_the_film_declares_the_same_again(ledger):
    ledger.lower_cap("scene:SC010", 50 * CENT)
    ledger.declare_caps({"scene:SC010": 100 * CENT})
    assert ledger.balance("scene:SC010").cap == 50 * CENT
    with pytest.raises(CapRaise):
        ledger.lower_cap("scene:SC010", 51 * CENT)


def test_a_film_that_declares_less_lowers_what_a_person_had_raised(ledger, decision):
    ledger.decide(decision("raise_cap", "scene:SC010", usd_cents=400))
    ledger.declare_caps({"scene:SC010": 90 * CENT})
    assert ledger.balance("scene:SC010").cap == 90 * CENT
    assert ledger.audit() == []


@pytest.mark.parametrize("scope", ["SC010", "planet:mars", "scene:", "scene: x", "scene:a\nb"])
def test_a_scope_that_is_none_is_refused(ledger, scope):
    with pytest.raises(ScopeRefused):
        ledger.declare_caps({scope: 1})


def test_a_grant_is_good_once_and_for_its_own_key(ledger, epoch, purchase):
    grant = ledger.hold(purchase(epoch))
    with pytest.raises(GrantRefused, match="another"):
        grant.redeem("f" * 64)
    grant.redeem(purchase(epoch).generation_key)
    with pytest.raises(GrantRefused, match="used before"):
        grant.redeem(purchase(epoch).generation_key)
