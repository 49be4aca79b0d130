"""Waiting for a job, by a clock that only the waiting moves."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest

from production.purchasing import waiting
from production.purchasing.waiting import JobTimes, wait_for
from providers.contract import JobStatus


@dataclass
class House:
    """A provider whose job ends at `ends_s` on the clock, and when it was asked about it."""

    ends_s: float
    ends: str = "done"
    by_hand: bool = False
    poll_s: tuple[float, float] = (5.0, 20.0)
    now_s: float = 0.0
    asked_s: list[float] = field(default_factory=list)

    def time(self) -> float:
        return self.now_s

    async def poll(self, _job_id: str) -> JobStatus:
        self.asked_s.append(self.now_s)
        return JobStatus(self.ends if self.now_s >= self.ends_s else "running", None, "")


@pytest.fixture
def waited(monkeypatch):
    def wait(
        house: House,
        patience_s: float = 3600.0,
        times: JobTimes | None = None,
        kind: str = "clips",
        *,
        just_sent: bool = False,
    ) -> JobStatus:
        async def sleep(seconds: float) -> None:
            assert seconds > 0
            house.now_s += seconds

        monkeypatch.setattr(waiting, "asyncio", SimpleNamespace(get_running_loop=lambda: house, sleep=sleep))
        return asyncio.run(wait_for(house, "job", patience_s, times, kind, just_sent=just_sent))

    return wait


def test_a_job_is_left_alone_for_most_of_the_time_that_the_ones_before_it_took(waited):
    times, first, second = JobTimes(), House(ends_s=60), House(ends_s=60)
    assert waited(first, times=times).state == "done"
    assert waited(second, times=times).state == "done"
    assert len(first.asked_s) >= 6
    assert second.asked_s[0] == 0
    assert second.asked_s[1] == pytest.approx(0.8 * first.now_s)
    assert len(second.asked_s) < len(first.asked_s)
    assert second.now_s <= 60 + 20


def test_a_shorter_job_shortens_the_quiet_and_five_longer_ones_lengthen_it_again(waited):
    times = JobTimes()
    for ends_s in (100, 30):
        waited(House(ends_s=ends_s), times=times)
    assert times.quiet_s("clips") < 0.8 * 100
    for _ in range(5):
        waited(House(ends_s=200), times=times)
    assert times.quiet_s("clips") >= 0.8 * 200


def test_another_kind_a_failure_and_a_job_that_was_done_before_say_nothing_of_the_time(waited):
    times = JobTimes()
    waited(House(ends_s=60), times=times, kind="panels")
    waited(House(ends_s=60, ends="failed"), times=times)
    waited(House(ends_s=0), times=times)
    assert times.quiet_s("clips") == 0
    assert times.quiet_s("panels") > 0


def test_patience_ends_within_the_quiet_and_what_a_person_makes_is_looked_at_once(waited):
    times = JobTimes()
    times.took("clips", 600)
    house = House(ends_s=600)
    assert waited(house, patience_s=100, times=times).state == "running"
    assert house.asked_s == [0, 100]
    hand = House(ends_s=600, by_hand=True)
    assert waited(hand, times=times).state == "running"
    assert hand.asked_s == [0]


def test_jobs_that_took_nearly_the_same_leave_the_next_one_alone_until_it_should_end(waited):
    times = JobTimes()
    for seconds in (60.0, 61.0, 60.5):
        times.took("clips", seconds)
    assert times.quiet_s("clips") == 59.0
    times.took("clips", 90.0)
    assert times.quiet_s("clips") == 0.8 * 60.0


def test_a_job_that_was_just_sent_is_not_asked_about_before_it_can_have_ended(waited):
    times = JobTimes()
    times.took("clips", 60.0)
    sent, found = House(ends_s=60), House(ends_s=60)
    assert waited(sent, times=times, just_sent=True).state == "done"
    assert sent.asked_s[0] == pytest.approx(48.0)
    assert waited(found, times=times).state == "done"
    assert found.asked_s[0] == 0
    assert waited(House(ends_s=600), patience_s=10, times=times, just_sent=True).state == "running"
