"""The storyboard: every shot of every scene, printable, and with no words that are private."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from manifests.reading.film_folder import read_film
from production.story.board.sketch import SIZE, sketch

HARBOUR = Path(__file__).parents[2] / "examples/harbour"


@pytest.fixture
def harbour(tmp_path, monkeypatch):
    folder = tmp_path / "harbour"
    for part in ("bible", "scenes"):
        shutil.copytree(HARBOUR / part, folder / part)
    shutil.copy(HARBOUR / "film.yaml", folder)
    monkeypatch.chdir(folder)
    return folder


def test_every_shot_stands_on_the_board_with_its_words_camera_and_length(harbour, gate):
    scene = harbour / "scenes/SC010.yaml"
    named = scene.read_text().replace(
        "  - id: SC010_SH0050\n", "  - id: SC010_SH0050\n    called: 4A\n    private: true\n"
    )
    scene.write_text(named.replace("motion: Marit steps", "motion: <b>Marit</b> steps"))
    (harbour / "scenes/SC020.yaml").write_text(scene.read_text().replace("SC010", "SC020"))
    assert gate("export", "--storyboard", "-o", "board")[0] == 0

    page = (harbour / "board/storyboard.html").read_text()
    shots = [shot for scene in read_film(harbour).scenes.values() for shot in scene.shots]
    assert page.count("<article>") == len(shots) == 18
    assert all(f"{shot.duration_s:g} s" in page and shot.id in page for shot in shots)
    assert "Wide, pan left, 28 mm" in page
    assert "<b>Marit Solberg</b> In with you, before the sea comes too." in page
    assert "&lt;b&gt;Marit&lt;/b&gt; steps" in page
    assert "4A · SC010_SH0050" in page
    assert "holds out both hands" not in page, "a private shot's words stand nowhere else"
    assert not re.search(r"""(?:src|href)=["'](?!data:)""", page), "the page needs nothing beside it"

    printed = (harbour / "board/storyboard.pdf").read_bytes()
    assert printed.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) >= 4, "two pages for each scene"
    assert b"842.04 595.44" in printed, "A4 across"


def test_a_folder_that_holds_something_stays_as_it_is(harbour, gate):
    code, _, err = gate("export", "--storyboard", "-o", "bible")
    assert (code, "bible holds something" in err) == (2, True)


def test_a_sketch_shows_each_person_at_the_mark(harbour):
    film = read_film(harbour)
    drawn = sketch(film.scenes["SC010"].shots[1], film.bible)
    assert drawn.size == SIZE
    left, right, wall = (drawn.getpixel((round(x * SIZE[0]), round(0.7 * SIZE[1]))) for x in (0.36, 0.76, 0.56))
    assert len({left, right, wall}) == 3


def test_a_film_without_a_shot_is_told_to_begin_one(film, gate):
    code, _, err = gate("export", "--storyboard")
    assert (code, "gate new scene" in err) == (2, True), err
