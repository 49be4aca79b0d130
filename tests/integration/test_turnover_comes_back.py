"""A turnover that nobody edited is imported from each of its files, and changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.integration.test_cut_import import edited_film, told  # noqa: F401
from tests.integration.test_film_cut import clip, voice

CUT = """\
order:
  - {card: Tea, seconds: 0.5, ends: {kind: fade, seconds: 0.25}}
  - scene: SC010
    ends: {kind: dissolve, seconds: 0.25}
    shots:
      - {shot: SC010_SH0010, ends: {kind: wipe, seconds: 0.25, direction: up}}
  - {shot: SC010_SH0010, take: v002, from_s: 0.25, ends: {kind: cut, sound_s: 0.1}}
  - scene: SC020
    grade: {cdl: {saturation: 0.5}}
    shots:
      - {shot: SC020_SH0010, to_s: 0.5, ends: {kind: cut, sound_s: 0.25}}
  - {card: The End, seconds: 1}
titles:
  - {text: The kitchen, at: SC010_SH0020, seconds: 0.5}
"""


@pytest.fixture(scope="session")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, ...]]:
    """A clip of a second with sound for each take."""
    folder = tmp_path_factory.mktemp("takes")
    takes = {"SC010_SH0010": (40, 60), "SC010_SH0020": (120,), "SC020_SH0010": (200,), "SC020_SH0020": (160,)}
    return {
        shot: tuple(clip(folder / f"{shot}_{grey}.mp4", grey, voice(grey, 1)) for grey in greys)
        for shot, greys in takes.items()
    }


@pytest.mark.parametrize("rate", [[], ["--rate", "23.976"]])
def test_nothing_changes(edited_film: Path, gate: Callable, tmp_path: Path, rate: list[str]) -> None:  # noqa: F811
    (edited_film / "assembly.yaml").write_text(CUT)
    told(gate, "turnover", "--into", str(tmp_path / "out"), *rate)
    files = [f for f in sorted((tmp_path / "out").iterdir()) if f.suffix in {".otio", ".edl", ".xml", ".fcpxml"}]
    assert len(files) == 4
    for file in files:
        found = told(gate, "cut", "import", str(file))
        assert (found["changed"], found["rest"]) == (False, []), file.name
        assert [each["by"] for each in found["matched"]] == ["content"] * 5, file.name
