"""The Dockerfile's lines run: in a clean folder, without Docker, and from the files that .dockerignore lets in."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def by_hand():
    spec = importlib.util.spec_from_file_location("image_by_hand", ROOT / "scripts" / "image_by_hand.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_line_of_the_dockerfile_runs_in_a_clean_folder(by_hand, tmp_path):
    """The compile step meets torch's own files, one of which is for Python 3.12 alone."""
    packages = Path(sys.executable).parent.parent
    done = [line for line, _ in by_hand.build(tmp_path / "image", packages)]
    text = by_hand.DOCKERFILE.read_text(encoding="utf-8")
    assert len([line for line in done if line.startswith("RUN ")]) == len(re.findall(r"^RUN ", text, re.MULTILINE)) > 4
    app = tmp_path / "image" / "built" / "app"
    assert list(app.glob(".venv/lib/python3*/site-packages/torch_tests/testing/_internal/py312_intrinsics.py"))
    assert list(app.glob("governor/__pycache__/ledger.*.pyc")), "ours is compiled"
    assert {path.name for path in app.iterdir()}.isdisjoint({".env", ".git", "tests", "examples", "docs"})
    assert "gate:x:10001:10001:" in next((tmp_path / "image").glob("stage*/etc/passwd")).read_text()
    assert (next((tmp_path / "image").glob("stage*/state")).stat().st_mode & 0o777) == 0o700


def test_a_line_of_ours_that_fails_ends_the_build_and_one_that_nobody_knows_is_refused(by_hand, tmp_path):
    (tmp_path / "here").mkdir()
    with pytest.raises(subprocess.CalledProcessError):
        by_hand._run("false && true", tmp_path / "here", tmp_path)
    with pytest.raises(SystemExit, match="HEALTHCHECK"):
        list(by_hand.instructions("FROM x\nHEALTHCHECK CMD true\n"))
