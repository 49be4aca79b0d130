"""A scene of nine shots with nobody in them, `gate board` in a process of its own, and one browser a file."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from ruamel.yaml import YAML

from tests.e2e.chromium import chromium
from tests.e2e.conftest import HARBOUR, clean_environment

MIA = "m" * 40
HOSTILE = '"><img src=x onerror=hacked=1><script>hacked=1</script>'
"""What a page must show as text: the name of a prop, and words of the last shot."""
LONG_MS = 60_000
"""A bound, not a claim: a busy machine shows in seconds what an idle one shows at once."""


class Studio:
    """The film, and the process that serves its board."""

    def __init__(self, film: Path, port: int) -> None:
        self.film, self.port = film, port
        self.file = film / "scenes" / "SC010.yaml"
        self.empty = self.file.read_text()
        self._process: subprocess.Popen[str] | None = None
        self._cookies: dict[str, str] = {}

    @property
    def here(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def open(self) -> None:
        """Start `gate board`, and wait for the link that it prints."""
        words = ["board", "SC010", "--film", str(self.film), "--port", str(self.port), "--who", "Mia"]
        command = [str(Path(sys.executable).with_name("gate")), *words]
        self._cookies = {}
        env = clean_environment() | {"GATE_ROOM_TOKEN": MIA}
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env)
        assert self._process.stdout is not None
        assert "Review room of" in self._process.stdout.readline()

    def kill(self) -> None:
        """As a power cut would."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()

    def sign_in(self, context: BrowserContext) -> None:
        """Let a browser in. The key is tried once a process: the room takes ten tries a minute."""
        if not self._cookies:
            answer = httpx.post(f"{self.here}/enter", content=f"key={MIA}", headers={"origin": self.here})
            assert answer.status_code == 200, answer.text
            self._cookies = dict(answer.cookies)
        context.add_cookies([{"name": n, "value": v, "url": self.here} for n, v in self._cookies.items()])

    def shot(self, name: str) -> dict:
        document = YAML(typ="safe", pure=True).load(self.file)
        return next(shot for shot in document["shots"] if shot["id"] == f"SC010_{name}")

    def seat(self, name: str) -> None:
        """Put Ilse into a shot, as an editor would."""
        ilse = "[{character: ilse, wardrobe: raincoat, start: {x: 0.4, y: 0.92, scale: 0.62}}]"
        begins, text = f"- id: SC010_{name}\n", self.file.read_text()
        assert begins in text
        self.file.write_text(text.replace(begins, f"{begins}  cast: {ilse}\n"))


@pytest.fixture(scope="session")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    film = tmp_path_factory.mktemp("board") / "film"
    shutil.copytree(HARBOUR, film, ignore=shutil.ignore_patterns(".gate", "art", "__pycache__"))
    file, yaml = film / "scenes" / "SC010.yaml", YAML()
    yaml.width = 4096
    scene = yaml.load(file)
    for shot in scene["shots"]:
        for field in ("cast", "props", "dialogue", "transition"):
            shot.pop(field, None)
        shot["chain"], shot["mode"] = False, "start_frame"
        shot.yaml_add_eol_comment("as in the script", "location")
    scene["shots"][-1]["motion"] = f"She waits. {HOSTILE}"
    yaml.dump(scene, file)
    odd = {"id": "odd", "name": HOSTILE, "words": f"a card that says {HOSTILE}"}
    yaml.dump(odd, film / "bible" / "props" / "odd.yaml")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    made = Studio(film, port)
    made.open()
    yield made
    made.kill()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as of_this_file:
        yield of_this_file


@pytest.fixture(autouse=True)
def _begun_anew(studio: Studio) -> None:
    """Nobody is in any shot when a test begins, whatever others composed."""
    studio.file.write_text(studio.empty)


@pytest.fixture
def faults() -> list[str]:
    """What the pages' scripts stumbled over, and what their policy kept from running."""
    return []


@pytest.fixture
def desk(browser: Browser, studio: Studio, faults: list[str]) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    studio.sign_in(context)
    context.on("weberror", lambda error: faults.append(str(error.error)))
    context.on("console", lambda said: faults.append(said.text) if "Content Security Policy" in said.text else None)
    expect.set_options(timeout=LONG_MS)
    yield context
    context.close()
    assert faults == []


@pytest.fixture
def on_board(studio: Studio) -> Callable[[BrowserContext, str], Page]:
    """Opens the board of a shot, and gives its page once the first picture is drawn."""

    def opened(context: BrowserContext, shot: str) -> Page:
        page = context.new_page()
        page.set_default_timeout(LONG_MS)
        page.goto(f"{studio.here}/board/SC010/{shot}")
        page.wait_for_selector("#picture[data-drawn]", state="attached")
        return page

    return opened
