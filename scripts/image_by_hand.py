"""Build the image without Docker: every line of deployments/Dockerfile,
run in a clean folder in the place of the image's root.

    python scripts/image_by_hand.py FOLDER [--packages-of VENV]

The first form does all of it, and installs every package (minutes). With --packages-of, the packages of that
environment stand in for an installation, and torch's test package is copied, so that the compile step meets real files
of another Python. What it cannot show: the base image's own programs and libraries; the programs here are this
machine's.
"""

from __future__ import annotations

import argparse
import fnmatch
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DOCKERFILE = ROOT / "deployments" / "Dockerfile"
KNOWN = ("ARG", "FROM", "WORKDIR", "COPY", "RUN", "ENV", "USER", "CMD")
_WHERE = (
    "import sys; from importlib.util import find_spec as f; print(*sys.path[1:], "
    "*f('torch').submodule_search_locations, sep='\\n')"
)
ABSOLUTE = re.compile(r"(?<![\w./-])/(app|state)(?![\w-])")
"""The image's own folders; anything else that is absolute belongs to the base image."""


def main() -> None:
    """Build into the folder, which must not exist, and say how long each line took."""
    options = argparse.ArgumentParser()
    options.add_argument("folder", type=Path)
    options.add_argument("--packages-of", type=Path, metavar="VENV")
    given = options.parse_args()
    if given.folder.exists():
        sys.exit(f"{given.folder} is there already; name a folder that is not.")
    for line, took_s in build(given.folder.resolve(), given.packages_of):
        print(f"  ✓ {took_s:6.1f} s  {line[:110]}", flush=True)


def build(into: Path, packages_of: Path | None = None) -> Iterator[tuple[str, float]]:
    """Do each instruction; gives it and the seconds it took. Raises CalledProcessError where a RUN fails."""
    stage, stages, here = into, dict[str, Path](), into
    for number, (word, rest) in enumerate(instructions(DOCKERFILE.read_text(encoding="utf-8"))):
        began = time.monotonic()
        if word == "FROM":
            name = rest.partition(" AS ")[2] or f"stage{number}"
            stage = here = stages[name] = into / name
            _make_root(stage)
        elif word == "WORKDIR":
            here = _inside(stage, rest)
            here.mkdir(parents=True, exist_ok=True)
        elif word == "COPY":
            _copy(rest, here, stage, stages)
            if packages_of and not rest.startswith("--from"):
                _borrow(packages_of, here)
        elif word == "RUN":
            _run(rest, here, stage)
        yield f"{word} {rest}", time.monotonic() - began


def instructions(text: str) -> Iterator[tuple[str, str]]:
    """Each instruction of a Dockerfile as its word and the rest in one line.
    Exits at one that this script cannot do.
    """
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    for line in re.sub(r"\\\n\s*", "", "\n".join(lines)).splitlines():
        word, _, rest = line.partition(" ")
        if word not in KNOWN or "<<" in rest:
            sys.exit(f"{DOCKERFILE.name}: {line!r} is not among what this script can do ({', '.join(KNOWN)})")
        yield word, rest.strip()


def _make_root(stage: Path) -> None:
    for name in ("etc/passwd", "etc/group", "etc/shadow", "etc/gshadow"):
        path = stage / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("root:x:0:0:root:/root:/bin/sh\n" if name == "etc/passwd" else "")


def _inside(stage: Path, path: str) -> Path:
    return stage / path.lstrip("/")


def _copy(rest: str, here: Path, stage: Path, stages: dict[str, Path]) -> None:
    words = rest.split()
    if words[0].startswith("--from="):
        source, target = stages[words[0].removeprefix("--from=")], _inside(stage, words[2])
        shutil.copytree(_inside(source, words[1]), target, symlinks=True, dirs_exist_ok=True)
        return
    for path in sorted(_context()):
        target = here / words[1] / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / path, target)


def _context() -> Iterator[Path]:
    """The files that .dockerignore lets into the build: the tracked files that its last matching line brings back."""
    rules = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")]
    listed = subprocess.run(
        ["git", "ls-files", "-z", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        parts = Path(name).parts
        prefixes = ["/".join(parts[: n + 1]) for n in range(len(parts))]
        kept = True
        for rule in rules:
            pattern = rule.removeprefix("!").removeprefix("**/")
            tried = parts if "**/" in rule else prefixes
            if any(fnmatch.fnmatchcase(part, pattern) and part.count("/") == pattern.count("/") for part in tried):
                kept = rule.startswith("!")
        if kept and (ROOT / name).is_file():
            yield Path(name)


def _borrow(venv: Path, here: Path) -> None:
    """An environment as set_up.sh leaves it, whose packages are another's; torch's test package is a copy."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", here / ".venv"], check=True)
    places = next((here / ".venv" / "lib").glob("python3*")) / "site-packages"
    theirs = subprocess.run(
        [venv / "bin" / "python", "-c", _WHERE],
        capture_output=True,
        text=True,
        check=True,
        cwd=here,
    ).stdout.split("\n")[:-1]
    paths = [path for path in theirs[:-1] if path.endswith("site-packages")]
    (places / "borrowed.pth").write_text("\n".join([str(here), *paths]) + "\n")
    shutil.copytree(Path(theirs[-1]) / "testing", places / "torch_tests" / "testing")
    gate = here / ".venv" / "bin" / "gate"
    gate.write_text(f"#!{here}/.venv/bin/python\nimport sys\nfrom desk.cli.main import main\nsys.exit(main())\n")
    gate.chmod(0o755)
    said = 'cd "$1" && { pwd; cat requirements*.lock pyproject.toml scripts/set_up.sh scripts/*_for_here.sh; } | cksum'
    done = subprocess.run(["bash", "-c", said, "bash", here], capture_output=True, check=True).stdout
    (here / ".venv" / "set-up.run").write_bytes(done)


def _run(line: str, here: Path, stage: Path) -> None:
    """One RUN line, by the shell that an image uses, with the image's folders inside the stage
    and its user files there, too.
    """
    said = ABSOLUTE.sub(lambda m: str(stage / m[1]), line)
    if said.startswith("useradd "):
        said = said.replace("useradd ", f"useradd --prefix {stage} ", 1)
    if os.geteuid() != 0:  # nobody but root gives a folder away
        said = re.sub(
            r"--(owner|group) 10001", lambda m: f"--{m[1]} {os.getuid() if m[1] == 'owner' else os.getgid()}", said
        )
    environment = {
        k: v for k, v in os.environ.items() if not k.startswith(("PREFECT_", "GATE_", "PYTHON", "VIRTUAL_ENV"))
    }
    subprocess.run(["/bin/sh", "-c", said], cwd=here, env=environment, check=True)


if __name__ == "__main__":
    main()
