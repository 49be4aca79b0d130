"""The step that a plan shows first is the step that a run takes, whatever has happened to a stage before.

The plan and the run are the real ones, over a real ledger. Only what a provider and a gate would do is told beforehand,
and the run ends at its first step.
"""

from __future__ import annotations

import asyncio
import itertools
import shutil
from dataclasses import dataclass
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, Phase, example, find, given, settings
from hypothesis import strategies as st

from checks.gates.reference_gate import check_references
from flows import shot as shot_flow
from flows.scene_run import SceneRun
from flows.step import Graph
from manifests.decision import Retake
from manifests.finding import Finding, Score, Verdict
from production.journey import next_step as journey
from production.journey import standing
from production.journey.readiness import unready
from production.matrix.model import matrix_of
from production.planning import readiness_facts
from production.planning.plan_scene import plan_scene

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


FAULTS = ("reference", "words", "continuity", "proposed", "invalid", "price", "key")
"""What may be wrong with a shot, one of each kind that the readiness gate knows."""


class Faulty:
    """The film with its clips from a paid provider, in any state of its files and its keys. It is one film, written
    anew for each state.
    """

    def __init__(self, film, dearer, monkeypatch) -> None:
        self.film, self.dearer, self.monkeypatch = film, dearer, monkeypatch
        self.good = {name: (film.root / name).read_text() for name in ("lock.yaml", "scenes/SC010.yaml")}
        film.edit("film.yaml", lambda manifest: manifest.update(providers={"panel": "previz", "clip": "twin"}))

    def becomes(self, faults: dict[str, set[str]], patch) -> None:
        """Each shot with its faults; a price or a key that is missing is missing for all."""
        for name, text in self.good.items():
            (self.film.root / name).write_text(text)
        every = set().union(*faults.values())
        self.dearer("0.20")
        if "price" in every:
            self.film.prices.write_text(self.film.prices.read_text().replace("twin-clip", "another"))
        patch.setenv("GATE_KEY_TWIN", "a key")
        if "key" in every:
            patch.delenv("GATE_KEY_TWIN")
        if "reference" in faults[SHOT]:  # the second shot shows the kitchen alone
            self.film.edit("lock.yaml", lambda lock: lock["assets"].pop("characters/ada/coat/side"))

        def write(scene) -> None:
            for shot in scene["shots"]:
                shot["duration_s"] = 5 if "invalid" in faults[shot["id"]] else 2
                if "proposed" in faults[shot["id"]]:
                    shot["proposed"] = True

        self.film.edit("scenes/SC010.yaml", write)
        broken_flow = {
            f.subject: SimpleNamespace(open=(SimpleNamespace(finding=f),)) for f in broken("continuity", faults)
        }
        patch.setattr(readiness_facts, "word_findings", lambda *_: broken("words", faults))
        patch.setattr(readiness_facts, "scene_continuity", lambda *_: broken_flow)

    def attempts(self, patch) -> dict[str, str]:
        """What a run does with each shot: "" where it makes something, else what it says."""
        services = self.film.services
        scene, epoch = services.scene("SC010"), services.ledger.begin_epoch("SC010", "next")
        facts = readiness_facts.facts_of_scene(services, scene)
        run = SceneRun(services, scene, epoch, graph=Graph(services.vault), facts=facts)
        for does in ("make", "collect"):
            patch.setitem(shot_flow._EXECUTE, does, reached)
        patch.setattr(shot_flow, "see_references", looked_at)
        return {shot.id: attempted(run, shot) for shot in scene.shots}


class Reached(Exception):
    """The run was about to make something."""


async def reached(*_: object) -> None:
    raise Reached


async def looked_at(run, shot) -> Verdict:
    services = run.services
    folder, references = services.folder, services.references()
    return check_references(shot, folder.bible, folder.lock, references, folder.film.thresholds, services.looked())


def attempted(run, shot) -> str:
    try:
        state = asyncio.run(shot_flow.film_shot(run, shot, "draft", None))
    except Reached:
        return ""
    assert run.walls.met is None, "a shot that is not ready holds up no other"
    return state.message


def broken(kind: str, faults: dict[str, set[str]]) -> list[Finding]:
    rule, severity = {"words": ("P101", "error"), "continuity": ("C201", "warning")}[kind]
    return [
        Finding(rule=rule, severity=severity, subject=name, flaw=kind, message=f"its {kind}", cure="Mend it")
        for name, kinds in faults.items()
        if kind in kinds
    ]


@pytest.fixture
def faulty(paid, dearer, twin, monkeypatch):
    return Faulty(paid, dearer, monkeypatch)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(one=st.sets(st.sampled_from(FAULTS)), other=st.sets(st.sampled_from(FAULTS[1:])))
@example(one=set(), other=set())
@example(one={"reference"}, other={"proposed"})
@example(one={"words"}, other={"invalid"})
@example(one={"continuity"}, other=set())
@example(one=set(), other={"price"})
@example(one={"key"}, other=set())
def test_a_shot_is_ready_if_and_only_if_a_plan_makes_it_and_a_run_attempts_it(faulty, one, other):
    faults = {SHOT: one, "SC010_SH0020": other}
    with pytest.MonkeyPatch.context() as patch:
        faulty.becomes(faults, patch)
        services = faulty.film.services
        facts = readiness_facts.facts_of_scene(services, services.scene("SC010"))
        plan = plan_scene(services, services.scene("SC010"))
        rows = {row.shot: row for row in matrix_of(services, ["SC010"])[0].rows}
        run = faulty.attempts(patch)

    for_all = set().union(*faults.values()) & {"price", "key"}
    for name, its_own in faults.items():
        obstacles, first = unready(facts[name], "draft"), plan.of(name)[0]
        assert {each.kind for each in obstacles} == its_own | for_all
        assert (first.does == "run") is (rows[name].standing == "ready") is (run[name] == "") is (not obstacles)
        if obstacles:
            assert first.block == obstacles[0].kind
            assert rows[name].obstacles == obstacles
            assert obstacles[0].why in run[name]
            assert obstacles[0].words in first.why
