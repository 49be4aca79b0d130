"""From an empty folder and a page of script to an animatic that one can look at, without a coordinate."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image, ImageDraw

from desk.cli import main
from tests.e2e.conftest import SmallFilm

PAGE = """\
Title: The last ferry

INT. WAITING ROOM - NIGHT

Lena turns the ticket over. Jonas shakes the rain off his cap.

JONAS
The last one left.

LENA
Then I'll wait.
"""
CLOTHES = {"lena": "#b0343c", "jonas": "#264268"}


@pytest.fixture
def film(tmp_path, api_url):
    """What `gate init` begins."""
    ended = CliRunner().invoke(main.gate, ["init", str(tmp_path / "ferry")])
    assert ended.exit_code == 0, ended.output
    (tmp_path / "page.fountain").write_text(PAGE)
    return SmallFilm(tmp_path / "ferry", api_url)


def drawn(assets: Path) -> None:
    """Two pictures of each character, and the room."""
    for who, clothes in CLOTHES.items():
        for view, turn in (("front", 0), ("three_quarter", 14)):
            picture = Image.new("RGBA", (280, 750))
            brush = ImageDraw.Draw(picture)
            brush.rectangle((95, 390, 185, 750), fill="#3c3c3e")
            brush.rounded_rectangle((58 + turn, 180, 222 - turn, 490), 35, fill=clothes)
            brush.ellipse((82 + turn, 20, 198 + turn, 190), fill="#e2b496", outline="#3c2418", width=14)
            brush.ellipse((110 + 2 * turn, 92, 124 + 2 * turn, 106), fill="#1e1e28")
            brush.ellipse((150 + 2 * turn, 92, 164 + 2 * turn, 106), fill="#1e1e28")
            path = assets / "characters" / who / "plain" / f"{view}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            picture.save(path)
    room = Image.new("RGB", (1920, 1080), "#46586a")
    brush = ImageDraw.Draw(room)
    brush.rectangle((0, 780, 1920, 1080), fill="#5c4a3a")
    for left in (180, 760, 1340):
        brush.rectangle((left, 140, left + 400, 560), fill="#121a30", outline="#d2c8b4", width=16)
    (assets / "locations").mkdir(parents=True)
    room.save(assets / "locations" / "waiting_room.png")


def test_a_page_of_script_and_two_pictures_of_each_character_become_an_animatic(film, tmp_path):
    film.say("import", str(tmp_path / "page.fountain"))
    drawn(film.root / "assets")
    film.say("lock", "--yes")
    assert "5 of 5 pictures locked" in film.say("phase")

    outcome = film.run()

    assert outcome.ending == "waits for approval", outcome.message
    assert outcome.generated == 2, "a panel and a clip"
    assert Path(outcome.draft).stat().st_size > 10_000
    assert "start" not in (film.root / "scenes" / "SC010.yaml").read_text()
    assert film.ledger.balance(f"film:{film.services.folder.film.code}").settled == 0
