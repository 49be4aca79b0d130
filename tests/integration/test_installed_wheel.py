"""The tool as it is installed for use: from a wheel, in an environment of its own, without the repository."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
Typed = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Typed:
    """`gate` in a new environment: the wheel is unpacked into it, and the locked packages are shared by a path file."""
    folder = tmp_path_factory.mktemp("installed")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True, timeout=120)
    venv.create(folder / "venv", with_pip=False)
    site = next((folder / "venv").glob("lib/python*/site-packages"))
    (wheel,) = folder.glob("*.whl")
    subprocess.run([sys.executable, "-m", "zipfile", "-e", str(wheel), str(site)], check=True, timeout=60)
    packages = {sysconfig.get_path("purelib"), *(p for p in sys.path if p.endswith("site-packages"))}
    # Only a path that a .pth file names is searched for .pth files no further: the repository's own stays out.
    (site / "shared.pth").write_text("\n".join(sorted(packages)) + "\n")
    python = folder / "venv" / "bin" / "python"

    def typed(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        code = "from desk.cli.main import main; main()"
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ} | variables
        return subprocess.run(
            [python, "-c", code, *words], cwd=folder, env=kept, capture_output=True, text=True, timeout=120, check=False
        )

    def run_code(code: str) -> str:
        done = subprocess.run([python, "-c", code], cwd=folder, capture_output=True, text=True, timeout=60, check=True)
        return done.stdout

    typed.code, typed.folder = run_code, folder
    return typed


def test_it_runs_without_the_repository(installed):
    *paths, desk = installed.code("import sys, desk; print(*sys.path, desk.__file__, sep='\\n')").splitlines()
    assert str(ROOT) not in paths
    assert Path(desk).is_relative_to(installed.folder)
    assert installed("--version").stdout == "gate, version 0.1.0\n"


def test_it_refuses_to_start_where_python_finds_another_package_of_the_same_name(installed, tmp_path):
    (tmp_path / "tasks").mkdir()
    (tmp_path / "tasks" / "__init__.py").touch()
    told = installed("--version", PYTHONPATH=str(tmp_path))
    assert (told.returncode, told.stdout) == (2, "")
    assert (
        f"another package 'tasks', in {tmp_path / 'tasks'}. Install this tool in an environment of its own"
        in told.stderr
    )


def test_doctor_names_the_distribution_whose_files_lie_among_ours(installed):
    site = next((installed.folder / "venv").glob("lib/python*/site-packages"))
    other = site / "todo_list-1.0.dist-info"
    other.mkdir()
    (other / "METADATA").write_text("Metadata-Version: 2.1\nName: todo-list\nVersion: 1.0\n")
    (other / "RECORD").write_text("tasks/__init__.py,,\n")
    try:
        told = installed("doctor")
    finally:
        shutil.rmtree(other)
    assert told.returncode == 1
    assert (
        "✗ python     the folder tasks is also in todo-list  → Install this tool in an environment of its own"
        in told.stdout
    )


def test_a_film_is_begun_and_read(installed):
    assert installed("init", "new").returncode == 0
    told = installed("lint", "--film", "new")
    assert (told.returncode, "0 errors, 1 warnings in 0 scenes" in told.stdout) == (0, True), told.stderr


def test_the_demo_lays_its_film_out_and_reads_it(installed):
    installed.code("from pathlib import Path; from desk.cli.tools.demo import lay_out; lay_out(Path('demo'))")
    told = installed("lint", "--film", "demo")
    assert (told.returncode, told.stderr) == (0, ""), told.stdout
    assert not (installed.folder / "demo" / "art").exists()


def test_every_page_that_a_message_names_comes_with_it(installed):
    docs = Path(installed("--help").stdout.rstrip().splitlines()[-1].rpartition(": ")[2])
    assert installed.folder in docs.parents
    sources = [
        file
        for folder in docs.parent.parent.glob("*/")
        if (folder / "__init__.py").exists()
        for file in folder.rglob("*.py")
    ]
    named = {word for file in sources for word in re.findall(r"docs/([a-z_-]+\.md)", file.read_text())}
    assert {"prices.md", "log.md"} <= named
    assert [name for name in sorted(named) if not (docs / name).is_file()] == []
