"""The film of two shots with prices, and a hand that files takes as if a run had made them."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from flows import shot
from flows.scene_run import SceneRun
from flows.step import Graph
from governor.purchase import Purchase
from manifests.certificate import certificate_for
from manifests.decision import Decision
from manifests.errors import GateError
from manifests.finding import Finding, Verdict
from manifests.take import Artefact
from production.gating.result import GateResult
from production.journey.diagnosing import write_diagnosis
from production.journey.errors import Asked, Escalated
from production.journey.requests import clip_request, panel_request
from production.journey.shot import SoFar, Wanted
from production.journey.standing import attempt_at
from production.planning.bindings import bindings_now
from production.planning.plan_scene import plan_scene
from production.planning.readiness_facts import facts_of_scene
from production.purchasing.generate import Made
from wiring.opening import open_services
from wiring.services import Services
from wiring.settings import read_settings

SHOT = "SC010_SH0010"
SCENE = "SC010"
PRICES = """\
schema: gate/prices/1
prices:
  - {provider: previz, model: previz-panel-1, operation: panel, resolutions: [720p], unit: image, usd: "0.04", source: a test, as_of: 2026-11-01, fixed: true}
  - {provider: previz, model: previz-clip-1, operation: clip, resolutions: [480p], unit: output_second, usd: "0.05", bound_percent: 120, source: a test, as_of: 2026-11-01, fixed: true}
  - {provider: previz, model: previz-clip-1, operation: clip, resolutions: [720p], unit: output_second, usd: "0.10", source: a test, as_of: 2026-11-01, fixed: true}
"""


class PaidFilm:
    """A film whose calls cost money. What it files went through the ledger as a run's own would."""

    def __init__(self, root: Path) -> None:
        self.root, self.prices = root, root / "p.yaml"
        self.prices.write_text(PRICES)
        film = root / "film.yaml"
        film.write_text(film.read_text().replace('shot_usd: "1.00"', 'shot_usd: "2.00"'))
        self._epoch = None

    @property
    def services(self) -> Services:
        return open_services(read_settings(self.root, prices=self.prices))

    def edit(self, file: str, change: Callable[[dict], object]) -> None:
        path, yaml = self.root / file, YAML()
        document = yaml.load(path)
        change(document)
        yaml.dump(document, path)

    def steps(self, shot: str = "") -> dict[tuple[str, str], object]:
        """The journey's steps by tier and stage, of one shot."""
        plan = plan_scene(self.services, self.services.scene(SCENE))
        return {(s.tier, s.stage): s for s in plan.steps if s.shot == (shot or "SC010_SH0010")}

    def hold(self, shot: str, stage: str, tier: str = "draft", number: int = 1) -> str:
        """Hold one attempt, sent to the provider; gives its key."""
        services, attempt = self.services, self._attempt(shot, stage, tier, number)
        ledger, film = services.ledger, services.folder.film
        if self._epoch is None:
            self._epoch = ledger.begin_epoch(SCENE, "r1")
            budget = film.budget
            caps = {f"film:{film.code}": budget.film_usd, f"scene:{SCENE}": budget.scene_usd, "run:r1": budget.run_usd}
            ledger.declare_caps(caps | {f"shot:{s.id}": budget.shot_usd for s in services.scene(SCENE).shots})
        binding = bindings_now(services, services.scene(SCENE))[shot] if tier != "draft" else None
        provider = services.provider(stage)
        ledger.hold(
            Purchase(
                generation_key=attempt.key,
                recipe=attempt.recipe,
                film=film.code,
                scene=SCENE,
                shot=shot,
                stage=stage,
                tier=tier,
                attempt=number,
                attempts_max=max(3, number),
                provider=provider.name,
                model=services.model(stage),
                request=attempt.request,
                quote=provider.quote(attempt.request, services.prices.price_of),
                changed="first take",
                epoch=self._epoch,
                binding=binding,
            )
        )
        return attempt.key

    def make(
        self,
        shot: str,
        stage: str,
        tier: str = "draft",
        number: int = 1,
        flaw: str = "",
        verdict: Verdict | None = None,
        *,
        judged: bool = True,
        content: bytes = b"",
        frames: int = 1,
    ) -> str:
        """Buy one attempt and judge it, unless it is not `judged`: it passes, has the `flaw`, or gets the `verdict`.
        Gives its key. `content`: what comes back; else words that name it.
        """
        key, services = self.hold(shot, stage, tier, number), self.services
        services.ledger.submitted(key, key[:16])
        words = content or f"{shot} {stage} {tier} {number}".encode()
        kind = "video/mp4" if stage == "clip" else "image/png"
        sha256 = services.vault.put_bytes(words)
        asset = Artefact(sha256=sha256, media_type=kind, frames=frames, size_bytes=len(words))
        services.ledger.settle(key, 10_000, asset)
        if not judged:
            return key
        verdict = verdict or Verdict(scores=(), findings=(_finding(flaw),) if flaw else ())
        services.ledger.record_verdict(key, verdict)
        if verdict.passed:
            services.ledger.file_certificate(
                certificate_for(
                    asset,
                    verdict,
                    shot=shot,
                    stage=stage,
                    tier=tier,
                    references=(),
                    rules=services.rules(),
                    eye=services.eye_name(),
                )
            )
        return key

    def draft(self, shot: str = "SC010_SH0010") -> None:
        """Make its panel and its draft."""
        self.make(shot, "panel")
        self.make(shot, "clip")

    def decide(self, kind: str, scope: str, usd_cents: int = 0, **given: object) -> None:
        self.services.ledger.decide(
            Decision(
                kind=kind,
                scope=scope,
                who="Ada",
                made_at="2026-11-21T12:00:00Z",
                door="terminal",
                why="because",
                amount_microusd=usd_cents * 10_000,
                **given,
            )
        )

    def _attempt(self, shot_id: str, stage: str, tier: str, number: int):
        services = self.services
        shot, hashes = services.shot(shot_id), services.hashes()
        if stage != "clip":
            return attempt_at(
                services,
                stage,
                panel_request(services.folder, hashes, shot, tier, stage=stage, can=services.can(stage)).again(number),
            )
        panel = self._panel(shot_id)
        return attempt_at(
            services,
            stage,
            clip_request(services.folder, hashes, shot, tier, panel=panel, can=services.can("clip")).again(number),
        )

    def _panel(self, shot_id: str):
        from production.journey.standing import SceneKnown, certified_asset

        known = SceneKnown.of(self.services, SCENE)
        take = known.records.newest(shot_id, "panel", "draft")
        return certified_asset(known, take.asset, shot_id, "panel")


def _finding(flaw: str) -> Finding:
    return Finding(rule="C101", severity="error", subject="ada", flaw=flaw, message="no", cure="yes")


@pytest.fixture
def paid(film: Path) -> PaidFilm:
    return PaidFilm(film)


@pytest.fixture(scope="session")
def kept_takes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the state of a film with a panel and a draft is kept, once a test has made it."""
    return tmp_path_factory.mktemp("takes") / "state"


@pytest.fixture
def with_takes(paid: PaidFilm, kept_takes: Path) -> PaidFilm:
    """The film with a panel of its first shot, and a draft of 96 frames: made once, and copied for each test."""
    if kept_takes.exists():
        shutil.copytree(kept_takes, paid.root / ".gate", dirs_exist_ok=True)
    else:
        paid.make(SHOT, "panel", content=b"a panel, as bytes")
        paid.make(SHOT, "clip", content=b"a clip, in more bytes than one part of an upload has", frames=96)
        shutil.copytree(paid.root / ".gate", kept_takes)
    return paid


@pytest.fixture
def grown(paid: PaidFilm) -> Callable[[int], None]:
    """Gives the scene so many shots more."""

    def grow(more: int) -> None:
        def change(scene: dict) -> None:
            for number in range(more):
                scene["shots"].append({**scene["shots"][1], "id": f"SC010_SH{300 + number * 10:04d}"})

        paid.edit("scenes/SC010.yaml", change)

    return grow


@pytest.fixture
def twin(film: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second provider, installed by another distribution: it draws as previz does, dearer, and no start and end
    frames. There is a key for it.
    """
    monkeypatch.setenv("GATE_KEY_TWIN", "a key")
    import dataclasses

    from providers import registry
    from providers.previz.adapter import Previz, from_surroundings

    class Twin(Previz):
        name = "twin"
        embedded = False

        def model(self, operation):
            return f"twin-{operation}"

        def capabilities(self, operation):
            can = super().capabilities(operation)
            return dataclasses.replace(
                can, modes=can.modes[:1], audio=False, durations_s=(1.0, 3.0) if can.durations_s else ()
            )

    def made(around):
        twin = from_surroundings(around)
        twin.__class__ = Twin
        return twin

    class Offered:
        name = "twin"

        @staticmethod
        def load():
            return made

    monkeypatch.setattr(registry, "entry_points", lambda group: [Offered] if group == registry.GROUP else [])


@pytest.fixture
def dearer(paid: PaidFilm) -> Callable[[str], None]:
    """Writes the twin's price of a second into the price file."""

    def price(usd: str) -> None:
        rows = [
            (
                f"  - {{provider: twin, model: twin-clip, operation: clip, resolutions: [480p, 720p], unit: "
                f'output_second, usd: "{usd}", source: a test, as_of: 2026-11-01, fixed: true}}'
            ),
            (
                "  - {provider: twin, model: twin-panel, operation: panel, resolutions: [720p], unit: image, usd: "
                '"0.05", source: a test, as_of: 2026-11-01, fixed: true}'
            ),
        ]
        paid.prices.write_text(PRICES + "\n".join(rows) + "\n")

    return price


class Ended(Exception):
    """The run was about to take its first step."""


class FirstStep:
    """A run of the shot's panel that ends where it would do something. What its gate says is what is on record."""

    def __init__(self, film: PaidFilm) -> None:
        self.services, self.ledger = film.services, film.services.ledger
        scene, epoch = self.services.scene("SC010"), self.ledger.begin_epoch("SC010", "next")
        graph, facts = Graph(self.services.vault), facts_of_scene(self.services, scene)
        self.run = SceneRun(self.services, scene, epoch, graph=graph, facts=facts)

    async def judge(self, _run, _shot, _stage, _tier, made: Made) -> GateResult:
        verdict = self.ledger.verdict(made.take.generation_key)
        if verdict is None:
            raise Ended("gate")
        found = self.ledger.certificate(made.asset.sha256, SHOT, "panel")
        return GateResult(asset=made.asset, verdict=verdict, certificate=found.sha256 if found else None)

    async def find_cause(self, _run, shot, _stage):
        return write_diagnosis(self.services, shot.id)

    async def references(self, _run, _shot) -> Verdict:
        return Verdict(scores=(), findings=())

    def taken_now(self) -> tuple[str, GateError | None]:
        """What it does, and what it tells people where it stops."""
        wanted = Wanted(self.services.shot(SHOT), "draft")
        try:
            asyncio.run(shot._journey(shot.Journey(self.run, wanted, None, SoFar())))
        except Ended as ended:
            return str(ended), None
        except (Asked, Escalated) as stop:
            return "stop", stop
        raise AssertionError("nothing ended it")


def ended(does: str) -> Callable[..., Awaitable[None]]:
    async def step(*_: object) -> None:
        raise Ended(does)

    return step


@pytest.fixture
def first_step(monkeypatch: pytest.MonkeyPatch) -> Callable[[PaidFilm], tuple[str, GateError | None]]:
    """The first step of a run of the shot's panel."""

    def step(film: PaidFilm) -> tuple[str, GateError | None]:
        run = FirstStep(film)
        with monkeypatch.context() as patch:
            for does in ("make", "collect", "diagnose", "keep"):
                patch.setitem(shot._EXECUTE, does, ended("make" if does == "collect" else does))
            patch.setattr(shot, "judge_panel", run.judge)
            patch.setattr(shot, "find_cause", run.find_cause)
            patch.setattr(shot, "see_references", run.references)
            return run.taken_now()

    return step


@pytest.fixture
def copy_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[PaidFilm, str], PaidFilm]:
    """Another film, the same up to now; we stand in it."""

    def copied(film: PaidFilm, name: str) -> PaidFilm:
        root = shutil.copytree(film.root, tmp_path / name.replace(" ", "-"))
        monkeypatch.chdir(root)
        return PaidFilm(root)

    return copied
