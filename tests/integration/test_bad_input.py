"""Bad manifests, media and command lines: exit 2, one sentence that says where and what to do, and nothing written."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.bad_input_cases import MANIFESTS, MEDIA, SHOT, TYPED, swap


def tree(folder: Path) -> dict[str, object]:
    """Everything under a folder: where links lead, what files hold."""
    return {str(path): _content(path) for path in sorted(folder.rglob("*"))}


def _content(path: Path) -> object:
    if path.is_symlink():
        return path.readlink()
    return path.read_bytes() if path.is_file() else path.stat().st_mode


def test_the_good_film_is_good(film, gate):
    code, out, _ = gate("plan", "SC010", "--json")
    assert code == 0
    assert '"scene": "SC010"' in out


@pytest.mark.parametrize("case", [*MANIFESTS, *MEDIA, *TYPED], ids=lambda case: case.name.replace(" ", "_"))
def test_bad_input_ends_with_2_one_sentence_and_nothing_written(case, film, gate, tmp_path):
    case.spoil(film)
    before = tree(tmp_path)
    code, out, err = gate(*case.typed)
    assert (code, out) == (2, "")
    assert tree(tmp_path) == before
    said = [line for line in err.splitlines() if line and not re.match(r"(Usage|Try 'gate|\s+ *\[)", line)]
    assert len(said) == 1
    assert re.match(r"gate: .+: .+[.?] ?.*[\w.?)\"]$|Error: \S.+", said[0])
    assert [word for word in case.says if word not in said[0]] == []


@pytest.mark.parametrize("case", [MANIFESTS[0], MANIFESTS[11], MEDIA[4], TYPED[2]], ids=lambda case: case.name)
def test_the_installed_command_says_the_same(case, film, tmp_path):
    case.spoil(film)
    before = tree(tmp_path)
    command = [sys.executable, "-c", "from desk.cli.main import main; main()", *case.typed]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, cwd=film)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "Traceback" not in ended.stderr
    assert all(word in ended.stderr for word in case.says)
    assert tree(tmp_path) == before


def test_what_yaml_1_1_would_turn_into_numbers_stays_what_it_is(film, gate):
    swap("film.yaml", '"16:9"', "16:9")(film)
    swap("film.yaml", "Tea", "off")(film)
    swap(SHOT, "duration_s: 2", "duration_s: 2\n    chain: &yes true")(film)
    assert gate("plan", "SC010")[0] == 0


def test_the_command_that_a_copied_scene_is_told_makes_it_a_scene_of_its_own(film, gate):
    copy = film / "scenes" / "SC020.yaml"
    copy.write_bytes((film / SHOT).read_bytes())
    _, _, err = gate("plan", "SC020")
    command = err.partition("sed ")[1:]
    subprocess.run("".join(command), shell=True, check=True, timeout=60)

    assert gate("plan", "SC020")[0] == 0
    assert "SC010" not in copy.read_text()


def test_a_cap_of_nothing_is_a_cap(film, gate):
    code, _, err = gate("cap", "scene:SC010", "--usd", "0", "--why", "a dry run", "--yes")
    assert (code, err) == (0, "")
