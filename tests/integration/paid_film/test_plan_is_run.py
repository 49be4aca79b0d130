"""The step that a plan shows first is the step that a run takes, whatever has happened to a stage before.

The plan and the run are the real ones, over a real ledger. Only what a provider and a gate would do is told beforehand,
and the run ends at its first step.
"""

from __future__ import annotations

import itertools
import shutil
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, Phase, example, find, given, settings
from hypothesis import strategies as st

from manifests.decision import Retake
from manifests.finding import Finding, Score, Verdict
from production.journey import next_step as journey
from production.journey import standing

SHOT = "SC010_SH0010"
NEAR = st.sampled_from([0.1, 0.3, 0.5])
FLAWS = st.sampled_from(["wrong_wardrobe:ada", "wrong_location", "black"])
SHOWN = {"collect": {"gate", "diagnose"}, "run": {"make"}, "cached": {"keep"}, "blocked": {"stop"}}
"""What a plan shows for each step of the journey."""


@dataclass(frozen=True)
class Told:
    """What became of one take. `fits`: the picture fits this other line of the bible; `again`: a person sent it
    back.
    """

    kind: str
    flaw: str = "black"
    near: float = 0.1
    fits: str = ""
    again: bool = False

    @property
    def verdict(self) -> Verdict:
        severity = {"fails": "error", "disputed": "error", "asks": "ask"}.get(self.kind)
        if severity is None:
            return Verdict(scores=(), findings=())
        evidence = {"fits": self.fits} if self.fits else {}
        found = Finding(
            rule="V104",
            severity=severity,
            subject="ada",
            flaw=self.flaw,
            message="it is off",
            cure="look",
            evidence=evidence,
        )
        score = Score(rule="V104", subject="ada", value=self.near, threshold=1.0, passed=False)
        if self.kind != "disputed":
            return Verdict(scores=(score,), findings=(found,))
        against = found.model_copy(
            update={"severity": "info", "flaw": f"disagreement:{self.flaw}", "evidence": {"judge_says": "pass"}}
        )
        return Verdict(scores=(score,), findings=(found, against))


TAKES = st.lists(
    st.builds(
        Told,
        kind=st.sampled_from(["fails"] * 3 + ["passes"] * 2 + ["asks", "disputed", "not judged"]),
        flaw=FLAWS,
        near=NEAR,
        fits=st.sampled_from(["", "", "cafe_main"]),
        again=st.booleans(),
    ),
    max_size=5,
)
LIMITS = st.fixed_dictionaries(
    {"attempts": st.integers(1, 5), "same_flaw": st.integers(1, 3), "no_progress": st.integers(1, 3)}
)


@pytest.fixture
def films(paid, tmp_path):
    """A film for each example."""
    numbers = itertools.count()
    template = shutil.copytree(paid.root, tmp_path / "template")

    def another():
        return type(paid)(shutil.copytree(template, tmp_path / f"film{next(numbers)}"))

    return another


def filed(film, told: list[Told], limits: dict[str, int]):
    """The film after these takes."""
    film.edit("film.yaml", lambda manifest: manifest.setdefault("limits", {}).update(limits))
    for number, take in enumerate(told, 1):
        key = film.make(SHOT, "panel", number=number, verdict=take.verdict, judged=take.kind != "not judged")
        if take.again:
            film.decide("retake", f"shot:{SHOT}", retake=Retake(stage="panel", take=key, change="seed"))
    return film


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(told=TAKES, limits=LIMITS)
@example(
    told=[Told("fails", "wrong_location"), Told("fails", "wrong_wardrobe:ada"), Told("fails", "wrong_location")],
    limits={"attempts": 5, "same_flaw": 2, "no_progress": 2},
)
@example(told=[Told("passes", again=True)], limits={"attempts": 3, "same_flaw": 2, "no_progress": 2})
def test_the_first_step_of_a_plan_is_the_one_that_a_run_takes(films, first_step, told, limits):
    film = filed(films(), told, limits)
    planned = film.steps()["draft", "panel"]

    does, stop = first_step(film)
    why = stop.cause if stop else ""

    assert does in SHOWN[planned.does], (planned.does, planned.why, why)
    if does == "stop" and planned.block != "asked":
        assert why.startswith(planned.why.removesuffix(": a person looks at it")), "for the same reason"


def test_a_plan_that_would_decide_for_itself_is_found(films, first_step, monkeypatch):
    """The case that was: a run saw that nothing got nearer, and a plan did not look."""
    told = [Told("fails", "wrong_location"), Told("fails", "wrong_wardrobe:ada"), Told("fails", "wrong_location")]
    film = filed(films(), told, {"attempts": 5, "same_flaw": 2, "no_progress": 2})
    with monkeypatch.context() as patch:
        patch.setattr(journey.retries, "why_stuck", lambda *_: "")
        planned = film.steps()["draft", "panel"]

    assert (planned.does, first_step(film)[0]) == ("run", "stop")


PLANTED = {
    "why_stuck": (journey.retries, lambda *_: "", "fails"),
    "disputed": (journey, lambda _said: (), "disputed"),
    "overruled": (standing, lambda *_: frozenset(), "passes"),
}
"""What a plan does that decides for itself: it does not look for progress, it takes the judge's word against the local
eye, or it forgets what a person sent back. With each, of which kind the takes are.
"""


@pytest.mark.parametrize("planted", PLANTED)
def test_random_takes_find_a_plan_that_decides_for_itself(films, first_step, monkeypatch, planted):
    module, instead, kind = PLANTED[planted]
    limits = {"attempts": 5, "same_flaw": 2, "no_progress": 2}
    takes = st.lists(st.builds(Told, st.just(kind), FLAWS, NEAR, again=st.booleans()), min_size=1, max_size=3)

    def disagrees(told: list[Told]) -> bool:
        film = filed(films(), told, limits)
        with monkeypatch.context() as patch:
            patch.setattr(module, planted, instead)
            planned = film.steps()["draft", "panel"]
        return first_step(film)[0] not in SHOWN[planned.does]

    generated = settings(max_examples=100, database=None, derandomize=True, phases=[Phase.generate])
    assert find(takes, disagrees, settings=generated)
