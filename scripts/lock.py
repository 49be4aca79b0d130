"""Write requirements.lock and requirements-dev.lock from pyproject.toml: `make lock`.

Resolved by pip itself, in a throw-away environment and with the CPU build of PyTorch, so that no CUDA package is
pinned: which build a machine gets is for scripts/torch_for_here.sh to say. Names and versions only, so that the lock is
good with any mirror.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import tomllib
import venv
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_HEAD = "# Made by `make lock` from pyproject.toml. Do not edit.\n"


def main() -> None:
    """Resolve both locks and write them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    # The build back end is locked too, so that installing ourselves downloads nothing.
    film = [*project["project"]["dependencies"], *project["build-system"]["requires"]]
    extras = [wish for wishes in project["project"]["optional-dependencies"].values() for wish in wishes]
    only = dict(_conditions([*film, *extras]))
    # Pinned for every machine and Python, whichever of them this one is; the lock keeps the condition.
    film, extras = ([wish.partition(";")[0] for wish in wishes] for wishes in (film, extras))
    with tempfile.TemporaryDirectory() as scratch:
        venv.create(scratch, with_pip=True)
        python = Path(scratch, "bin", "python")
        run = _resolve(python, film)
        dev = _resolve(python, [*film, *extras, *(f"{name}=={version}" for name, version in run.items())])
    _write("requirements.lock", run, only)
    _write("requirements-dev.lock", {name: version for name, version in dev.items() if name not in run}, only)


def _resolve(python: Path, wishes: list[str]) -> dict[str, str]:
    torch = subprocess.run(
        ["bash", str(ROOT / "scripts" / "torch_for_here.sh"), str(python)],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout.split()
    if "cuda" in torch:
        sys.exit(
            "make lock: run it on a machine without an NVIDIA GPU, or CUDA's packages would be locked for everyone"
        )
    report = subprocess.run(
        [
            python,
            "-m",
            "pip",
            "--quiet",
            "--quiet",
            "install",
            "--dry-run",
            "--ignore-installed",
            "--report",
            "-",
            "--prefer-binary",
            *torch,
            *wishes,
        ],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout
    found = [package["metadata"] for package in json.loads(report)["install"]]
    # A local version (2.13.0+cpu) is one machine's build of the version that we mean.
    return {re.sub(r"[-_.]+", "-", each["name"]).lower(): each["version"].partition("+")[0] for each in found}


def _conditions(wishes: list[str]) -> Iterator[tuple[str, str]]:
    """The machines that a package is for, where pyproject.toml says so."""
    for wish in wishes:
        asked, _, condition = wish.partition(";")
        if condition:
            yield re.split(r"[<>=!~\[ ]", asked, maxsplit=1)[0].lower(), f"; {condition.strip()}"


def _write(file: str, pins: dict[str, str], only: dict[str, str]) -> None:
    lines = [f"{name}=={version}{only.get(name, '')}\n" for name, version in sorted(pins.items())]
    (ROOT / file).write_text(_HEAD + "".join(lines), encoding="utf-8")
    print(f"{file}: {len(lines)} packages")


if __name__ == "__main__":
    main()
