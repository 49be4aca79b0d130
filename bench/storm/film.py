"""A ten-clip scene that is nothing but words and prices, and everything the paid step needs to buy it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from bench.storm.adapter import CLASSES, Loopback
from governor.ledger import Ledger
from governor.mark import HighWaterMark
from governor.outside import Outside
from governor.prices.book import PriceBook
from governor.purchase import Epoch
from manifests.bible import Bible, Style
from manifests.decision import Decision
from manifests.film import Film, FilmBudget, Limits, Providers, Resolution, Stage
from manifests.lock import Lock
from manifests.reading.film_folder import FilmFolder
from manifests.reading.scenes import Scenes
from manifests.scene import Camera, Scene, Shot
from manifests.take import Reference, Request
from production.journey.standing import Attempt, attempt_at
from production.purchasing.run import Run
from providers.contract import Provider
from providers.over_http.transport import Transport
from vault.canon import Canon
from vault.local import LocalVault
from vault.shelves import FolderShelf
from wiring.services import Services
from wiring.settings import Settings

SCENE = "SC010"
SECOND_MICROUSD = 100_000
IMAGE_MICROUSD: dict[Resolution, int] = {"480p": 20_000, "720p": 50_000, "1080p": 120_000}
BOUND_PERCENT = 110
"""The hold, in percent of the list price; no bill of a sound provider is above it."""

_BOOK = """\
schema: gate/prices/1
prices:
"""
_ROW = """\
  - {{provider: loopback-{kind}, model: loopback-{operation}-1, operation: {operation}, resolutions: [{size}], unit: \
{unit},
     usd: "{usd}", bound_percent: {bound}, source: bench/storm/film.py, as_of: 2026-11-01, fixed: true}}
"""


@dataclass(frozen=True, slots=True)
class Wish:
    """One generation of one shot. `seconds`: of a clip. Attempts count from 1.
    `bound_microusd`: what is held for it.
    """

    shot: str
    stage: Stage
    number: int
    resolution: Resolution
    seconds: int = 0
    references: tuple[Reference, ...] = ()
    bound_microusd: int = 0

    def request(self, words: str, number: int) -> Request:
        """The request; `words` make it another film's, and with shot and number no two prompts are alike."""
        staging = Shot(id=self.shot, location="quay", camera=Camera(size="wide"), motion="fog drifts", duration_s=4)
        return Request(
            operation="clip" if self.stage == "clip" else "panel",
            shot=self.shot,
            staging=staging,
            prompt=f"{words}: {self.shot} {self.stage}, take {number}.",
            references=self.references,
            resolution=self.resolution,
            frames=24 * self.seconds or 1,
            seed=number,
            attempt=number,
        )


def price_book(folder: Path) -> PriceBook:
    """The prices of all three providers."""
    path, rows = folder / "prices.yaml", []
    for kind in CLASSES:
        row = partial(_ROW.format, kind=kind, bound=BOUND_PERCENT)
        rows.append(row(operation="clip", size="480p", unit="output_second", usd=f"{SECOND_MICROUSD / 1e6:.2f}"))
        rows += [row(operation="panel", size=s, unit="image", usd=f"{m / 1e6:.2f}") for s, m in IMAGE_MICROUSD.items()]
    path.write_text(_BOOK + "".join(rows), encoding="utf-8")
    return PriceBook.load(path, today=datetime.now(UTC).date())


def scene_of(shots: int = 10) -> Scene:
    """SC010 with that many shots."""
    listed = [
        Shot(id=f"{SCENE}_SH{10 * n:04d}", location="quay", camera=Camera(size="wide"), motion="fog", duration_s=4)
        for n in range(1, shots + 1)
    ]
    return Scene(id=SCENE, title="Storm", intent="To be paid for once.", shots=tuple(listed))


def services_of(
    folder: Path, prices: PriceBook, provider: Provider, *, ledger: type[Ledger] = Ledger, cap_microusd: int
) -> Services:
    """One process's services for the film in `folder`. Its caps are declared already, or by `declare`."""
    usd = f"{cap_microusd / 1e6:.6f}"
    film = Film(
        title="Storm",
        code="STORM",
        budget=FilmBudget(film_usd=usd, scene_usd=usd, run_usd=usd, shot_usd=usd),
        limits=Limits(attempts=9),
        providers=Providers(panel=provider.name, clip=provider.name),
    )
    scene = scene_of()
    data = FilmFolder(
        folder, film, Bible(characters={}, locations={}, style=Style(words="fog")), Scenes.of(scene), Lock(assets={})
    )
    settings = Settings(film=folder, state=folder, who="storm")
    outside = Outside(HighWaterMark(folder / "ledger.mark"), FolderShelf(folder / "vault" / "receipts"))
    opened = ledger.open(folder / "ledger.sqlite", stop_file=settings.stop_file, outside=outside)
    vault = LocalVault(folder / "vault")
    return Services(settings, data, vault, Canon(folder / "vault"), opened, prices, providers={provider.name: provider})


def declare(services: Services, run: str) -> Epoch:
    """Claim the scene for `run` and declare its caps, as the flow does; drafts of every size are decided."""
    film, scene = services.folder.film, services.scene(SCENE)
    if services.ledger.draft_resolution(film.code) != "1080p":
        services.ledger.decide(_every_size(film.code))
    epoch = services.ledger.begin_epoch(SCENE, run)
    caps = {
        f"film:{film.code}": film.budget.film_usd,
        f"scene:{SCENE}": film.budget.scene_usd,
        f"run:{run}": film.budget.run_usd,
    }
    services.ledger.declare_caps({**caps, **{f"shot:{shot.id}": film.budget.shot_usd for shot in scene.shots}})
    return epoch


def _every_size(film: str) -> Decision:
    """A person's decision for drafts above 480p: the storm buys them at what each provider sells."""
    return Decision(
        kind="draft_resolution",
        scope=f"film:{film}",
        who="Ada",
        made_at="2026-11-21T12:00:00Z",
        door="terminal",
        why="a storm",
        subject="1080p",
    )


def run_of(services: Services, epoch: Epoch, *, patience_s: float = 30.0) -> Run:
    """A run of the scene under an epoch that was taken before; processes of one run share it."""
    return Run(services, services.scene(SCENE), epoch, patience_s=patience_s)


def attempt_of(services: Services, wish: Wish, words: str) -> Attempt:
    """The wish as the paid step is asked for it, with the take that the ledger has of it."""
    return attempt_at(services, wish.stage, wish.request(words, wish.number))


def provider_of(
    kind: str,
    url: str,
    account: str,
    *,
    submit_s: float,
    free_s: float,
    lag_s: float,
    client: type[Transport] = Transport,
) -> Loopback:
    """The adapter of one class."""
    return CLASSES[kind](url, account, submit_s=submit_s, free_s=free_s, lag_s=lag_s, client=client)
