"""The storm's report on books and bills that are made up: each way in which they may differ is seen."""

from types import SimpleNamespace

import pytest

from bench.storm.bill import Made
from bench.storm.report import broken, cap_use, reckon, summary

CAP = 1_000_000


def take(key="k1", state="settled", cost=400_000, held=440_000):
    return SimpleNamespace(
        generation_key=key, state=state, cost_microusd=cost, held_microusd=held, shot="SC010_SH0010", stage="clip", attempt=1
    )  # fmt: skip


def job(key="k1", microusd=400_000):
    return Made("j", "list-1", key, 0.0, 0.0, microusd, {}, {})


def run(takes, jobs, *, kind="list", settled=0, held=0, faults=()):
    ledger = SimpleNamespace(
        takes=lambda scene: takes,
        audit=lambda: list(faults),
        balance=lambda scope: SimpleNamespace(settled=settled, held=held),
    )
    return reckon(ledger, jobs, kind=kind, cap=CAP, kills=3, fenced=0)


def test_books_that_agree_break_nothing():
    good = run([take(cost=990_000)], [job(microusd=990_000)])
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
        ([take(cost=1_000_001)], [job(microusd=1_000_001)], "over_cap"),
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


@pytest.mark.parametrize(("kind", "least"), [("list", 0.98), ("marker", 0.98), ("neither", 0.85)])
def test_a_cap_that_is_not_used_breaks_a_promise(kind, least):
    enough, short = (
        run([take(cost=cost)], [job(microusd=cost)], kind=kind) for cost in (round(CAP * least), round(CAP * least) - 1)
    )
    assert cap_use([enough], kind) == least
    assert broken([enough]) == []
    assert "is promised" in broken([short])[0]
