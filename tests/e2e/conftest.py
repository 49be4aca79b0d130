"""Small films cut out of the harbour, one Prefect server for all of them, and a hand on their books."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme
from filelock import FileLock
from ruamel.yaml import YAML

from flows.outcome import SceneOutcome
from governor.database.sqlite import DRIVER
from governor.ledger import Ledger
from manifests.finding import Verdict
from production.planning.run_options import RunOptions
from production.review.thumbnails import thumbnail
from providers.previz.adapter import Previz
from tests.e2e.cutting import HARBOUR, SCENE, accept_changes, cut_out
from tests.e2e.remembered import Remembered, lend
from wiring.opening import open_services
from wiring.services import Services
from wiring.settings import Settings, read_settings, settle_environment
from wiring.telemetry import Listener

SMALL = ("SH0020", "SH0040", "SH0050", "SH0060")
"""Two people at the door; two in the café, and two shots chained to that one, the last with a line of dialogue."""

Edit = Callable[[dict[str, Any]], object]
_AS_EVER = RunOptions()


class SmallFilm:
    """A film in a folder of its own, run in this process on the session's server."""

    def __init__(self, root: Path, api_url: str) -> None:
        self.root, self._api_url = root, api_url
        self._prices: Path | None = None
        self._flaws: Path | None = None

    @property
    def state(self) -> Path:
        return self.root / ".gate"

    @property
    def services(self) -> Services:
        return open_services(self.settle())

    @property
    def ledger(self) -> Ledger:
        return self.services.ledger

    @property
    def previz(self) -> Previz:
        provider = self.services.provider("clip")
        assert isinstance(provider, Previz)
        return provider

    def settle(self) -> Settings:
        """Make this film the one that the environment, and Prefect, speak of."""
        _name_no_film()
        settings = read_settings(self.root, prices=self._prices, flaws=self._flaws)
        (settings.state / "prefect").mkdir(parents=True, exist_ok=True)
        settle_environment(settings, self._api_url)
        _let_prefect_read_it()
        return settings

    def run(self, listener: Listener | None = None, options: RunOptions = _AS_EVER) -> SceneOutcome:
        """`gate run` and `gate resume`, without a server of its own."""
        from desk.cli.making import run_flow

        services = self.services
        heard = services.telemetry._listeners
        heard[:] = [listener] if listener else []
        return run_flow(services.settings, SCENE, options)

    def say(self, *words: str) -> str:
        """A command of the desk, in this process; gives what it printed on standard output."""
        from desk.cli.main import gate

        self.settle()
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            gate.main([*words, "--film", str(self.root)], standalone_mode=False)
        return printed.getvalue()

    def forget(self) -> None:
        """Open the film anew, as the next process would."""
        from wiring import opening

        opening._open_once.cache_clear()

    def approve(self) -> None:
        self.say("approve", SCENE, "--yes")

    def edit(self, file: str, change: Edit) -> None:
        """Change one of the film's files, as a person would."""
        path, yaml = self.root / file, YAML()
        document = yaml.load(path)
        change(document)
        yaml.dump(document, path)

    def edit_shot(self, shot: str, **changes: object) -> None:
        self.edit(f"scenes/{SCENE}.yaml", lambda d: next(s for s in d["shots"] if s["id"] == shot).update(changes))

    def accept_changes(self) -> None:
        """Let every change between the shots be meant."""
        accept_changes(self.root)

    def prices(self, path: Path) -> None:
        self._prices = path

    def flaws(self, *entries: dict[str, Any]) -> None:
        """Script what previz does wrong."""
        self._flaws = self.root.parent / f"{self.root.name}.flaws.yaml"
        YAML(typ="safe").dump([{"stage": "panel", **entry} for entry in entries], self._flaws)

    def attempts(self) -> list[DRIVER.Row]:
        return attempts_of(self.root)

    def graph(self) -> dict[str, list[str]]:
        """The newest run as Prefect's page draws it: each task run with those that it comes after."""
        self.settle()
        return asyncio.run(_graph_of_newest_run())

    def verdicts(self, shot: str, stage: str) -> list[Verdict]:
        """What the gate said of each draft take, in order."""
        takes = self.ledger.takes(shot=shot, stage=stage, tier="draft")
        said = [self.ledger.verdict(take.generation_key) for take in takes]
        return [verdict for verdict in said if verdict is not None]

    def stale(self) -> set[str]:
        """The shots that a run would make anything of, up to the approval."""
        from production.planning.plan_scene import plan_scene

        steps = plan_scene(self.services, self.services.scene(SCENE)).steps
        return {s.shot for s in steps if s.does != "cached" and (s.stage != "clip" or s.tier == "draft")}


_read_by_prefect: list[object] = []
"""The environment that Prefect's settings were last read from, and what they became."""


def _let_prefect_read_it() -> None:
    """Let Prefect read its settings again, which takes 30 ms, unless its environment is as it was then."""
    from prefect import context

    told = {name: value for name, value in os.environ.items() if name.startswith("PREFECT_")}
    if _read_by_prefect != [told, context.GLOBAL_SETTINGS_CONTEXT]:
        context.refresh_global_settings_context()
        _read_by_prefect[:] = told, context.GLOBAL_SETTINGS_CONTEXT


def _name_no_film() -> None:
    """What an earlier film settled in the environment would come before the next one's own folder."""
    for name in ("GATE_FILM", "GATE_STATE", "GATE_PRICES", "GATE_FLAWS"):
        os.environ.pop(name, None)


async def _graph_of_newest_run() -> dict[str, list[str]]:
    """Prefect's server learns of task runs from events, and is behind for a moment."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId
    from prefect.client.schemas.sorting import FlowRunSort

    async with get_client() as client:
        (newest,) = await client.read_flow_runs(sort=FlowRunSort.START_TIME_DESC, limit=1)
        its = FlowRunFilter(id=FlowRunFilterId(any_=[newest.id]))
        before = -1
        while True:
            runs = await client.read_task_runs(flow_run_filter=its, limit=200)
            if len(runs) == before and all(run.state is not None and run.state.is_final() for run in runs):
                break
            before = len(runs)
            await asyncio.sleep(2)
    names = {run.id: run.name for run in runs}
    assert len(set(names.values())) == len(names), sorted(names.values())
    return {
        run.name: sorted(
            {names[given.id] for inputs in run.task_inputs.values() for given in inputs if hasattr(given, "id")}
        )
        for run in runs
    }


def attempts_of(film: Path) -> list[DRIVER.Row]:
    """Every attempt in the film's ledger, read past our own code; none before there is a ledger."""
    if not (film / ".gate" / "ledger.sqlite").exists():
        return []
    with contextlib.closing(DRIVER.connect(film / ".gate" / "ledger.sqlite")) as books:
        books.row_factory = DRIVER.Row
        return books.execute("select * from attempts order by id").fetchall()


@pytest.fixture(scope="session")
def api_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One server for every film of the session. The environment is put back at once: a film settles its own."""
    from wiring.prefect_server import film_server

    before = dict(os.environ)
    settings = read_settings(tmp_path_factory.mktemp("server"))
    started = film_server.start(settings)
    os.environ.clear()
    os.environ.update(before)
    try:
        started.wait()
        yield started.api_url
    finally:
        started.stop()


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """Where the workers of a session put what one of them makes for all."""
    base = tmp_path_factory.getbasetemp()
    return base if worker_id == "master" else base.parent


@pytest.fixture(scope="session")
def remembered(shared_folder: Path) -> Remembered:
    """What gates and previz have worked out for any test of the session."""
    return Remembered(shared_folder / "remembered")


@pytest.fixture(autouse=True)
def _what_is_known_is_not_worked_out_again(remembered: Remembered, monkeypatch: pytest.MonkeyPatch) -> None:
    lend(monkeypatch.setattr, remembered)


@pytest.fixture(scope="session", autouse=True)
def _certificates_are_few(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """One authority for all clients, also in commands: our servers need none, and a client reads all of a file's."""
    file = tmp_path_factory.mktemp("authority") / "authority.pem"
    trustme.CA().cert_pem.write_to_path(str(file))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(file))
        patch.setenv("PREFECT_API_SSL_CERT_FILE", str(file))  # it may have read the other one already
        yield


@pytest.fixture
def rehearsed_here(api_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is rehearsed runs on the session's server, and starts none of its own."""
    from desk.cli import making

    @contextlib.contextmanager
    def here(services: Services) -> Iterator[None]:
        from prefect.context import refresh_global_settings_context

        (services.settings.state / "prefect").mkdir(parents=True, exist_ok=True)
        settle_environment(services.settings, api_url)
        refresh_global_settings_context()
        yield

    monkeypatch.setattr(making, "server_for", here)


@pytest.fixture(scope="session", name="cut_out")
def _cut_out() -> Callable[..., Path]:
    return cut_out


@pytest.fixture(scope="session", name="attempts_of")
def _attempts_of() -> Callable[[Path], list[DRIVER.Row]]:
    return attempts_of


@pytest.fixture(scope="session", name="gate_command")
def _gate_command() -> Callable[..., list[str]]:
    return gate_command


@pytest.fixture
def open_books() -> Callable[[Path], tuple[Ledger, Previz]]:
    """The ledger of a film that ran in other processes, and the provider with its own bills."""

    def read(root: Path) -> tuple[Ledger, Previz]:
        _name_no_film()
        services = open_services(read_settings(root))
        provider = services.provider("clip")
        assert isinstance(provider, Previz)
        return services.ledger, provider

    return read


@pytest.fixture
def film_of(tmp_path: Path, api_url: str) -> Callable[..., SmallFilm]:
    """Makes a film of some of the harbour's shots."""

    def make(*shots: str, seconds: float = 1.0, name: str = "film") -> SmallFilm:
        return SmallFilm(cut_out(tmp_path / name, shots, seconds), api_url)

    return make


@pytest.fixture(scope="session")
def drafted_folder(shared_folder: Path, api_url: str) -> Path:
    """A four-shot film whose drafts are made; tests copy it. The first worker that wants it makes it for all."""
    folder, made = shared_folder / "drafted", shared_folder / "drafted" / "made"
    folder.mkdir(exist_ok=True)
    with FileLock(folder / "lock"):
        if not made.exists():
            shutil.rmtree(folder / "film", ignore_errors=True)  # what a worker that failed at it has left
            _draft(folder / "film", api_url)
            made.touch()
    return folder / "film"


def _draft(root: Path, api_url: str) -> None:
    before = dict(os.environ)
    film = SmallFilm(cut_out(root, SMALL), api_url)
    outcome = film.run()
    assert outcome.ending == "waits for approval", outcome.message
    assert outcome.generated == 6  # two panels, four clips
    for take in film.ledger.takes(scene=SCENE):
        assert take.asset is not None
        thumbnail(film.services, take.asset.sha256)  # else each room over a copy of it would decode every clip anew
    (root.parent / "graph.json").write_text(json.dumps(film.graph()))
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture
def drafted(drafted_folder: Path, tmp_path: Path, api_url: str) -> SmallFilm:
    """A copy of the film whose drafts are made, with its vault and its books."""
    shutil.copytree(drafted_folder, tmp_path / "film")
    return SmallFilm(tmp_path / "film", api_url)


Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run_log(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[str, str]]]:
    """What goes into the log of a run on Prefect's page: the level and the words of each line, with its traceback."""
    lines: list[tuple[str, str]] = []
    logger, handler = logging.getLogger("prefect.flow_runs"), logging.Handler()
    monkeypatch.setattr(handler, "emit", lambda record: lines.append((record.levelname, handler.format(record))))
    monkeypatch.setattr(logger, "level", logging.INFO)
    monkeypatch.setattr(logger, "_cache", {})
    logger.addHandler(handler)
    yield lines
    logger.removeHandler(handler)


@pytest.fixture(scope="session")
def harbour_folder() -> Path:
    return HARBOUR


@pytest.fixture
def gate() -> Command:
    """Runs the command itself, in a process of its own; gives its exit code and what it printed."""

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            gate_command(*words), capture_output=True, text=True, timeout=300, check=False, env=clean_environment()
        )

    return run


def gate_command(*words: str) -> list[str]:
    return [str(Path(sys.executable).with_name("gate")), *words]


def clean_environment() -> dict[str, str]:
    """The environment as a user has it: nothing in it that a film of ours has settled."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("GATE_", "PREFECT_"))}
