"""Counts how many modules the code path of a clip, of a cent and of an approval enters, and how often it climbs.

    python scripts/paths.py [--list] [--source]

It films one shot of the example film with the embedded provider, at $0, in a temporary folder, then approves its final
in the review room, and records every call from one function of the product to another (`sys.setprofile`):

- *clip*: what `film_shot` calls until the shot is done; *cent*: what the first `Ledger.hold` calls; *approval*: what
  the room's answer to `POST /api/yes` calls.
- The path is the list of the modules whose functions are called, in the order of the calls; the same call from one
  function to another counts once, since a reader follows it once. A *visit* is a change of module along that list. A
  *climb* is a visit to a module on a higher floor than the one before (the floors are those of ARCHITECTURE.md): the
  reader has come back up, to go down elsewhere.
- Nested functions are read where they are written, so they are no step of their own. Libraries between two functions
  are skipped: what Prefect calls counts as called by whoever called Prefect. What a worker thread calls first counts as
  called by the newest function of the main thread.
- *Clip, by its argument* is read in the source, through every branch, and not recorded: the calls that are handed the
  shot, or what is made from it (see argument_path.py beside this).
- *In all* counts every module but the nouns (manifests). *Order of work* also leaves out the five folders above them,
  into which a path falls and from which it returns (providers, checks, governor, assembly, vault), except the folder in
  which the path begins.
"""

from __future__ import annotations

import ast
import asyncio
import contextlib
import importlib
import io
import os
import re
import shutil
import sys
import tempfile
import threading
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Set
from itertools import pairwise
from pathlib import Path
from types import CodeType, FrameType

from argument_path import Call, followed  # type: ignore[import-not-found]  # it lies beside this script

ROOT = Path.cwd()
SCENE, SHOT, PORT, KEY = "SC010", "SC010_SH0010", 8765, "m" * 40
BELOW = ("manifests", "providers", "checks", "governor", "assembly", "vault")
ENTRIES = {
    "clip": ("flows/shot.py", "film_shot", "ShotState"),
    "cent": ("governor/ledger.py", "Ledger.hold", "Grant"),
    "approval": ("desk/room/answers.py", "approve_offer", "Response"),
}
"""The file and the function in which each path begins, and the end of its result's class name."""

ARGUMENT = "clip, by its argument"


def main() -> None:
    """Run the film and print a table; with --source, what is read in the source alone."""
    modules = product_modules()
    paths = {ARGUMENT: followed(modules, ("flows.shot", "film_shot"), "shot")}
    if "--source" not in sys.argv:
        paths = recorded(modules) | paths
    print("| path | in all: modules | visits | climbs | order of work: modules | visits | climbs |")
    print("|---|---|---|---|---|---|---|")
    for name, calls in paths.items():
        left_out = set(BELOW) - {ENTRIES[name][0].partition("/")[0]} if name in ENTRIES else set(BELOW)
        print(f"| {name} | {counted(calls, {'manifests'})} | {counted(calls, left_out)} |")
    print(f"\n{sizes(modules)}")
    for name, calls in paths.items() if "--list" in sys.argv else ():
        print(f"\n{name}")
        for call in calls:
            print(f"  {call.by} {call.caller} → {call.to} {call.callee}")


def recorded(modules: dict[str, str]) -> dict[str, list[Call]]:
    """The calls of each path in ENTRIES, as the film's run makes them."""
    recorder = Recorder(modules)
    film = one_shot_film(Path(tempfile.mkdtemp(prefix="gate-paths-")))
    with recorder.recording(), contextlib.redirect_stdout(io.StringIO()):
        with contextlib.suppress(SystemExit):
            gate("run", SCENE, "--film", str(film))
        asyncio.run(approve(film))
    shutil.rmtree(film.parent, ignore_errors=True)
    return {name: list(calls) for name, calls in recorder.found.items()}


class Recorder:
    """Records the calls of each path in ENTRIES. `modules`: their names by file."""

    def __init__(self, modules: dict[str, str]) -> None:
        self._modules = modules
        self._entry = {(str(ROOT / file), name): path for path, (file, name, _) in ENTRIES.items()}
        self._open: set[str] = set()
        self._newest: CodeType | None = None
        self.found: dict[str, dict[Call, None]] = {path: {} for path in ENTRIES}
        self._over: set[str] = set()

    @contextlib.contextmanager
    def recording(self) -> Iterator[None]:
        """For the length of the block."""
        threading.setprofile(self._see)
        sys.setprofile(self._see)
        try:
            yield
        finally:
            sys.setprofile(None)
            threading.setprofile(None)

    def _see(self, frame: FrameType, event: str, arg: object) -> None:
        code = frame.f_code
        if code.co_filename not in self._modules or event not in {"call", "return"}:
            return
        path = self._entry.get((code.co_filename, code.co_qualname))
        if path is not None and path not in self._over:
            if event == "call":
                self._open.add(path)
            elif type(arg).__name__.endswith(ENTRIES[path][2]):
                self._open.discard(path)
                self._over.add(path)
            return
        if event == "call" and self._open and "<" not in code.co_qualname:
            self._note(frame, code)

    def _note(self, frame: FrameType, code: CodeType) -> None:
        caller, above = self._caller(frame)
        in_main = threading.current_thread() is threading.main_thread()
        if caller is not None:
            call = Call(
                self._modules[caller.co_filename],
                caller.co_qualname.partition(".<locals>")[0],
                self._modules[code.co_filename],
                code.co_qualname,
            )
            for path in self._open:
                if call not in self.found[path] and (not in_main or path in above()):
                    self.found[path][call] = None
        if in_main:
            self._newest = code

    def _caller(self, frame: FrameType) -> tuple[CodeType | None, Callable[[], set[str]]]:
        """The product's function that led to this frame, and the paths in whose entry all of it happens."""
        found = frame.f_back
        while found is not None and found.f_code.co_filename not in self._modules:
            found = found.f_back
        begin = found

        def above() -> set[str]:
            paths, at = set(), begin
            while at is not None:
                paths.add(self._entry.get((at.f_code.co_filename, at.f_code.co_qualname), ""))
                at = at.f_back
            return paths

        return (found.f_code if found is not None else self._newest), above


def counted(calls: Iterable[Call], left_out: Set[str]) -> str:
    """Modules, visits and climbs of a path, as cells of a table. `left_out`: folders that do not count."""
    floors, path = floors_of(), list[str]()
    for call in calls:
        if call.to.partition(".")[0] not in left_out and path[-1:] != [call.to]:
            path.append(call.to)
    heights = [floors[name.partition(".")[0]] for name in path]
    climbs = sum(later > before for before, later in pairwise(heights))
    return f"{len(set(path))} | {len(path)} | {climbs}"


def floors_of() -> dict[str, int]:
    """The floor of each folder, by the drawing in ARCHITECTURE.md: the nouns are on floor 1."""
    drawing = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    rows = re.findall(r"^floor (\d+) +(.+?)  ", drawing, re.MULTILINE)
    return {folder: int(floor) for floor, folders in rows for folder in folders.split()}


def circles(modules: dict[str, str]) -> int:
    """How many groups of modules import one another; what is imported for types alone does not count."""
    names = set(modules.values())
    direct = {name: _imports(Path(file)) & names for file, name in modules.items()}
    below: dict[str, set[str]] = {}
    for name in direct:
        found, todo = set[str](), [name]
        while todo:
            todo += (new := direct[todo.pop()] - found)
            found |= new
        below[name] = found
    return len(
        {frozenset(other for other in below[name] if name in below[other]) for name in below if name in below[name]}
    )


def sizes(modules: dict[str, str]) -> str:
    """The product's sizes, a line each; `wc -l` counts lines."""
    lines = {name: Path(file).read_text(encoding="utf-8").count("\n") for file, name in modules.items()}
    functions = {
        f"{node.name} in {name}": (node.end_lineno or 0) - node.lineno + 1
        for file, name in modules.items()
        if "migrations" not in name
        for node in ast.walk(ast.parse(Path(file).read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    folders = Counter(name.rpartition(".")[0] for name in lines)
    tests = sum(file.read_text(encoding="utf-8").count("\n") for file in (ROOT / "tests").rglob("*.py"))
    most = {"longest file": lines, "longest function": functions, "fullest folder": folders}
    said = [f"{what}: {max(by, key=lambda name: by[name])}, {max(by.values())}" for what, by in most.items()]
    return "\n".join(
        [
            *said,
            f"circles of imports: {circles(modules)}",
            f"lines of the product: {sum(lines.values())}, of the tests: {tests}",
        ]
    )


def _imports(file: Path) -> set[str]:
    tree, found = ast.parse(file.read_text(encoding="utf-8")), set[str]()
    typing = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in typing:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def product_modules() -> dict[str, str]:
    """Every module of the product, by its file."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    folders = project["tool"]["importlinter"]["root_packages"]
    files = (file for folder in folders for file in (ROOT / folder).rglob("*.py") if file.name != "__init__.py")
    return {str(file): ".".join(file.relative_to(ROOT).with_suffix("").parts) for file in files}


def one_shot_film(into: Path) -> Path:
    """The example film with its first shot alone."""
    film = Path(shutil.copytree(ROOT / "examples" / "harbour", into / "film"))
    scene = film / "scenes" / f"{SCENE}.yaml"
    scene.write_text(scene.read_text(encoding="utf-8").partition("\n  - id: SC010_SH0020")[0] + "\n", encoding="utf-8")
    return film


def gate(*words: str) -> None:
    """One command, in this process."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    module, _, function = project["project"]["scripts"]["gate"].partition(":")
    before, sys.argv = sys.argv, ["gate", *words]
    try:
        getattr(importlib.import_module(module), function)()
    finally:
        sys.argv = before


async def approve(film: Path) -> None:
    """Approve the final in the review room, as its page does."""
    import httpx  # noqa: PLC0415  # the recorder must be on before the product is imported

    from desk.room.app import room_app  # noqa: PLC0415  # same
    from desk.room.sessions import Key, Sessions  # noqa: PLC0415  # same
    from wiring.opening import open_services  # noqa: PLC0415  # same
    from wiring.settings import read_settings  # noqa: PLC0415  # same

    async def nobody_waits(*_asked: object) -> int:
        return 0

    sessions = Sessions.on_loopback(PORT, who="Mia", log=film / ".gate" / "room.log", keys=(Key.of("Mia", KEY),))
    app = room_app(open_services(read_settings(film)), sessions, let_go_on=nobody_waits, grace_s=0.0)
    here = {"origin": f"http://127.0.0.1:{PORT}"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=here["origin"]) as client:
        await client.post("/enter", content=f"key={KEY}\r\n", headers=here)
        page = (await client.get(f"/r/{SCENE}")).text
        tray = (await client.get(f"/api/tray/{SCENE}")).json()
        said = {"nonce": tray["nonce"], "shots": {SHOT: tray["shots"][SHOT]["digest"]}}
        headers = here | {"x-gate-csrf": page.split('data-csrf="')[1].split('"')[0]}
        answer = await client.post("/api/yes", json=said, headers=headers)
        answer.raise_for_status()


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("GATE_WHO", "Mia")
    main()
