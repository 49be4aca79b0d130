"""Ada, of whom only the front is approved; a played provider that draws the rest;
and one run after another, without Prefect.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw
from ruamel.yaml import YAML

from flows import turnaround
from flows.outcome import ShotLine
from flows.scene_run import SceneRun
from flows.step import Graph, Step
from manifests.bible import VIEWS
from manifests.view_shot import BIBLE, ViewShot, view_shot
from production.bible.locking import lock_assets
from production.bible.views import ViewState, state_of
from rehearsal.faults import Fault, Script
from rehearsal.live import Live, live
from rehearsal.records import PlayedJob
from wiring import opening
from wiring.opening import open_services
from wiring.services import Services
from wiring.settings import read_settings, rehearsed

MAKER = "gemini"


class Studio:
    """The film, and the house that draws what it asks for."""

    def __init__(self, root: Path, house: Live) -> None:
        self.root, self.house, self._runs = root, house, itertools.count(1)
        self.settings = rehearsed(read_settings(root), root, house.url)

    @property
    def services(self) -> Services:
        return open_services(self.settings)

    def forget(self) -> None:
        """Open the film again, as the next process would."""
        opening._open_once.cache_clear()

    @property
    def jobs(self) -> list[PlayedJob]:
        return self.house.records.jobs()

    @property
    def bill(self) -> int:
        """The true one."""
        return sum(job.bill_microusd for job in self.jobs)

    def one(self, view: str) -> ViewShot:
        return view_shot("ada", "coat", view, MAKER)  # type: ignore[arg-type]

    def state(self, view: str) -> ViewState:
        return state_of(self.services, self.one(view))

    def path(self, view: str) -> Path:
        return self.root / "assets" / "characters" / "ada" / "coat" / f"{view}.png"

    def lock(self) -> Any:
        return lock_assets(self.services, "Mia")

    def faults(self, *faults: dict[str, Any]) -> None:
        given = tuple(Fault.model_validate(each) for each in faults)
        self.house.tell(Script(job_s=0, faults=given))

    @contextmanager
    def run(self) -> Iterator[SceneRun]:
        """A run that has claimed the bible, as the flow's own does."""
        services, name = self.services, f"run {next(self._runs)}"
        budget, scene = services.folder.film.budget, services.scene_or_bible(BIBLE)
        epoch, graph = services.ledger.begin_epoch(BIBLE, name), Graph(services.vault)
        run = SceneRun(services, scene, epoch, patience_s=20, graph=graph)
        caps = {f"film:{services.folder.film.code}": budget.film_usd, f"scene:{BIBLE}": budget.scene_usd}
        caps |= {f"run:{name}": budget.run_usd} | {f"shot:{shot.id}": budget.shot_usd for shot in scene.shots}
        services.ledger.declare_caps(caps)
        yield run

    def make(self, *views: str) -> list[ShotLine]:
        """One run for these views, from its claim to where each stands."""

        async def made() -> list[ShotLine]:
            with self.run() as run:
                return [await turnaround._stand(run, self.one(view), asyncio.Semaphore(1)) for view in views]

        return asyncio.run(made())


async def _outside_of_prefect(_graph: Graph, _step: Step, task: Any, *given: Any) -> Any:
    return await task.fn(*given)


@pytest.fixture
def studio(film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Studio]:
    """Gemini's own adapter, and a house on this machine that speaks as Gemini does."""
    for view in VIEWS:
        (film / "assets" / "characters" / "ada" / "coat" / f"{view}.png").unlink()
    draw_ada(film / "assets" / "characters" / "ada" / "coat" / "front.png")
    path, yaml = film / "film.yaml", YAML()
    document = yaml.load(path)
    document["budget"]["shot_usd"] = "2.00"
    yaml.dump(document, path)
    monkeypatch.setattr(Graph, "run", _outside_of_prefect)
    with live(tmp_path / "house", Script(job_s=0), film=film, vault=film / ".gate" / "vault") as house:
        studio = Studio(film, house)
        studio.lock()
        yield studio


def draw_ada(path: Path, coat: str = "#7a3b30") -> None:
    """A figure, trimmed, with transparency around it."""
    picture = Image.new("RGBA", (300, 900), (0, 0, 0, 0))
    pen = ImageDraw.Draw(picture)
    pen.ellipse((75, 0, 225, 170), fill="#2b2320")
    pen.ellipse((95, 40, 205, 165), fill="#d9a98a")
    pen.polygon([(150, 150), (0, 600), (300, 600)], fill=coat)
    pen.rectangle((80, 600, 130, 899), fill="#3a2f2a")
    pen.rectangle((170, 600, 220, 899), fill="#3a2f2a")
    picture.save(path)
