"""The film of two shots with prices, and a hand that files takes as if a run had made them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from governor.purchase import Purchase
from manifests.certificate import certificate_for
from manifests.decision import Decision
from manifests.finding import Finding, Verdict
from manifests.take import Artefact
from wiring.bindings import bindings_now
from wiring.planning import plan_scene
from wiring.requests import clip_request, panel_request
from wiring.services import Services, open_services
from wiring.settings import read_settings
from wiring.standing import attempt_at

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
                generation_key=attempt.key, recipe=attempt.recipe, film=film.code, scene=SCENE, shot=shot, stage=stage,
                tier=tier, attempt=number, attempts_max=3, provider=provider.name, model=services.model(stage),
                request=attempt.request, quote=provider.quote(attempt.request, services.prices.price_of),
                changed="first take", epoch=self._epoch, binding=binding,
            )
        )  # fmt: skip
        return attempt.key

    def make(self, shot: str, stage: str, tier: str = "draft", number: int = 1, flaw: str = "") -> str:
        """Buy one attempt and judge it: it passes, or has the `flaw`. Gives its key."""
        key, services = self.hold(shot, stage, tier, number), self.services
        services.ledger.submitted(key, key[:16])
        words = f"{shot} {stage} {tier} {number}".encode()
        kind = "video/mp4" if stage == "clip" else "image/png"
        asset = Artefact(sha256=services.vault.put_bytes(words), media_type=kind, size_bytes=len(words))
        services.ledger.settle(key, 10_000, asset)
        verdict = Verdict(scores=(), findings=(_finding(flaw),) if flaw else ())
        services.ledger.record_verdict(key, verdict)
        if not flaw:
            services.ledger.file_certificate(
                certificate_for(
                    asset, verdict, shot=shot, stage=stage, tier=tier, references=(), rules=services.rules(),
                    eye=services.eye_name(),
                )
            )  # fmt: skip
        return key

    def draft(self, shot: str = "SC010_SH0010") -> None:
        """Make its panel and its draft."""
        self.make(shot, "panel")
        self.make(shot, "clip")

    def decide(self, kind: str, scope: str, usd_cents: int = 0, **given: object) -> None:
        self.services.ledger.decide(
            Decision(
                kind=kind, scope=scope, who="Ada", made_at="2026-11-21T12:00:00Z", door="terminal", why="because",
                amount_microusd=usd_cents * 10_000, **given,
            )
        )  # fmt: skip

    def _attempt(self, shot_id: str, stage: str, tier: str, number: int):
        services = self.services
        shot, hashes = services.shot(shot_id), services.hashes()
        if stage != "clip":
            return attempt_at(
                services,
                stage,
                partial(panel_request, services.folder, hashes, shot, tier, stage=stage, can=services.can(stage)),
                number,
            )
        panel = self._panel(shot_id)
        return attempt_at(
            services,
            stage,
            partial(clip_request, services.folder, hashes, shot, tier, panel=panel, can=services.can("clip")),
            number,
        )

    def _panel(self, shot_id: str):
        from wiring.standing import Known, certified_asset

        known = Known.of(self.services, SCENE)
        take = known.books.newest(shot_id, "panel", "draft")
        return certified_asset(known, take.asset, shot_id, "panel")


def _finding(flaw: str) -> Finding:
    return Finding(rule="C101", severity="error", subject="ada", flaw=flaw, message="no", cure="yes")


@pytest.fixture
def paid(film: Path) -> PaidFilm:
    return PaidFilm(film)


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
def twin(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second provider, installed by another distribution: it draws as previz does, dearer, and no start and end frames."""
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
            f'  - {{provider: twin, model: twin-clip, operation: clip, resolutions: [480p, 720p], unit: output_second, usd: "{usd}", source: a test, as_of: 2026-11-01, fixed: true}}',
            '  - {provider: twin, model: twin-panel, operation: panel, resolutions: [720p], unit: image, usd: "0.05", source: a test, as_of: 2026-11-01, fixed: true}',
        ]
        paid.prices.write_text(PRICES + "\n".join(rows) + "\n")

    return price
