"""The storm's report on ledgers and bills that are made up: each way in which they may differ is seen."""

from types import SimpleNamespace

import pytest

from bench.storm.report import broken, cap_use, reckon, summary
from bench.storm.seller import Billed

CAP = 1_000_000


def take(key="k1", state="settled", cost=400_000, held=440_000, asset="a clip"):
    return SimpleNamespace(
        generation_key=key,
        state=state,
        cost_microusd=cost,
        held_microusd=held,
        asset=asset,
        shot="SC010_SH0010",
        stage="clip",
        attempt=1,
    )


def job(key="k1", microusd=400_000):
    return Billed(key, microusd)


def run(takes, jobs, *, kind="list", settled=0, held=0, faults=(), assumed=(), **known):
    ledger = SimpleNamespace(
        takes=lambda scene: takes,
        log=lambda scope: [SimpleNamespace(generation_key=key, assumed=True) for key in assumed],
        audit=lambda: list(faults),
        balance=lambda scope: SimpleNamespace(settled=settled, held=held),
    )
    return reckon(ledger, jobs, kind=kind, cap=CAP, kills=3, fenced=0, **known)


def test_a_ledger_that_agrees_breaks_nothing():
    good = run([take(cost=990_000, held=990_000)], [job(microusd=990_000)])
    assert (good.jobs_billed, good.double_billed, good.lost, good.over_cap, good.in_doubt) == (1, 0, 0, 0, 0)
    assert broken([good]) == []
    assert list(summary([good]))[:7] == [
        "runs",
        "kills",
        "jobs_billed",
        "double_billed",
        "lost",
        "over_cap_usd",
        "in_doubt",
    ]


def test_what_is_in_doubt_at_its_price_is_not_lost_and_is_named():
    doubt = run([take(state="in_doubt", cost=None)], [job()], kind="neither")
    assert (doubt.lost, doubt.in_doubt) == (0, 1)
    assert doubt.doubts == ("SC010_SH0010 clip take 1, $0.44 held",)


@pytest.mark.parametrize(
    ("takes", "jobs", "figure"),
    [
        ([take()], [job(), job()], "double_billed"),
        ([], [job()], "lost"),
        ([take(cost=399_999)], [job()], "lost"),
        ([take(state="in_doubt", cost=None, held=300_000)], [job()], "lost"),
        ([take(state="written_off", cost=440_000)], [job()], "lost"),
        ([take(cost=1_000_001, held=1_000_001)], [job(microusd=1_000_001)], "over_cap"),
    ],
)
def test_a_difference_is_seen(takes, jobs, figure):
    seen = run(takes, jobs)
    assert getattr(seen, figure) > 0
    assert broken([seen])


def test_what_breaks_a_promise_beside_the_figures_is_said():
    assert "nobody billed it" in run([take()], []).wrong[0]
    assert "is submitted at the end" in run([take(state="submitted", cost=None)], [job()]).wrong[0]
    assert run([], [], settled=CAP, held=1).wrong[0].startswith("$1.000001 stand against")
    assert run([], [], faults=("The epochs are wrong.",)).wrong == ("The epochs are wrong.",)


def test_an_output_that_was_paid_for_and_is_not_in_the_vault_is_lost():
    assert run([take()], [job()], kept=lambda _take: False).lost == 1


def test_the_hold_stands_for_a_bill_that_is_never_told_and_for_no_other():
    rows, bill = [take(cost=440_000)], [job()]
    assert run(rows, bill, assumed=["k1"], tells=False).lost == 0
    assert run(rows, bill, assumed=["k1"]).lost == 1
    assert run(rows, bill, tells=False).lost == 1
    assert run(rows, [job(microusd=440_001)], assumed=["k1"], tells=False).lost == 1


def test_a_failure_without_a_word_about_its_bill_may_count_and_a_picture_may_not():
    assert run([take(asset=None)], [], assumed=["k1"]).wrong == ()
    assert "nobody billed it" in run([take()], [], assumed=["k1"]).wrong[0]
    assert "nobody billed it" in run([take(asset=None)], []).wrong[0]


def test_a_bill_above_its_hold_may_pass_the_cap_by_that_much():
    rows, bill = [take(cost=1_100_000)], [job(microusd=1_100_000)]
    dear = run(rows, bill, settled=1_100_000, surprises=True)
    assert (dear.above, dear.over_cap, dear.wrong) == (660_000, 0, ())
    doubt = [take(state="in_doubt", cost=None)]
    assert (run(doubt, bill, surprises=True).lost, run(doubt, bill).lost) == (0, 1)
    assert "stand against" in run(rows, bill, settled=1_660_001, surprises=True).wrong[0]
    assert "above their holds" in run(rows, bill).wrong[0]


@pytest.mark.parametrize(("kind", "least"), [("list", 0.98), ("marker", 0.98), ("neither", 0.85)])
def test_a_cap_that_is_not_used_breaks_a_promise(kind, least):
    enough, short = (
        run([take(cost=cost, held=cost)], [job(microusd=cost)], kind=kind)
        for cost in (round(CAP * least), round(CAP * least) - 1)
    )
    assert cap_use([enough], kind) == least
    assert broken([enough]) == []
    assert "is promised" in broken([short])[0]


def test_a_real_adapters_cap_is_used_too():
    assert "of the caps of fal only" in broken([run([take()], [job()], kind="fal")])[0]
