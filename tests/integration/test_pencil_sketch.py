"""A shot's pencil sketch goes to people, and to the model of its first frame only where the shot says so."""

from __future__ import annotations

import httpx
import numpy as np
import pytest
from PIL import Image
from ruamel.yaml import YAML

from desk.cli.options import open_film
from desk.room.app import room_app
from desk.room.sessions import Key, Sessions
from manifests.errors import ManifestError
from manifests.reading.sketches import sketch_file
from manifests.story.sketch import ShotSketch
from production.board.sketching import keep_sketch, sketch_of
from production.hands import compositing
from production.journey.requests import panel_of
from production.planning.made import changed
from production.planning.plan_scene import plan_scene
from production.review.scene import scene_view
from production.story.board.board import write_board

HERE = "http://127.0.0.1:8765"
SHOT, OTHER = "SC010_SH0010", "SC010_SH0020"
AGENT = "a" * 40
KEY = Key.of("scout", AGENT, agent=True)
RED = (211, 51, 31)


@pytest.fixture(autouse=True)
def _a_key(monkeypatch):
    monkeypatch.setenv("GEMINI_API_KEY", "k" * 20)


def edit(film, file, change):
    yaml = YAML()
    document = yaml.load(film / file)
    change(document)
    yaml.dump(document, film / file)


def of_shot(film, **fields):
    edit(film, "scenes/SC010.yaml", lambda scene: scene["shots"][0].update(fields))


def panel_by(film, provider):
    edit(film, "film.yaml", lambda about: about.update(providers={"panel": provider}))


def draw(film, *points, shot=SHOT):
    services = open_film(film)
    stroke = {"points": points or [(0.25, 0.5), (0.75, 0.5)], "ink": "red", "width": 20}
    sketch = ShotSketch.model_validate({"shot": shot, "strokes": [stroke]})
    keep_sketch(services, sketch, base=sketch_of(services, shot).base)


def asked(film, shot=SHOT, stage="panel"):
    services = open_film(film)
    return panel_of(services, services.hashes(), services.shot(shot), stage, "draft")


def middle(picture):
    wide, tall = picture.size
    return np.asarray(picture.convert("RGB"))[tall // 2, wide // 2]


def panel_step(film):
    services = open_film(film)
    steps = plan_scene(services, services.scene("SC010")).steps
    return next(step for step in steps if step.place == (SHOT, "panel", "draft"))


@pytest.mark.parametrize("provider", ["previz", "gemini"])
def test_a_sketch_that_no_model_gets_changes_no_request(film, provider):
    panel_by(film, provider)
    before = asked(film)
    of_shot(film, sketch={"to_models": False})
    draw(film)
    assert asked(film) == before
    assert "sketch" not in before.model_dump(mode="json")["staging"]
    assert "sketch" not in panel_step(film).why


def test_a_sketch_for_models_is_a_reference_of_the_first_frame_and_another_sketch_is_another_request(film):
    panel_by(film, "gemini")
    of_shot(film, sketch={"to_models": True})
    plain = asked(film)
    assert "its sketch stays here: nobody drew one" in panel_step(film).why
    draw(film)
    request = asked(film)
    assert [r.role for r in request.references[:3]] == ["guide", "sketch", "location"]
    assert request.recipe("gemini", "m") != plain.recipe("gemini", "m")
    assert request.staging == plain.staging
    assert "its pencil sketch goes with it" in panel_step(film).why
    services = open_film(film)
    with Image.open(services.vault.path(request.references[1].sha256)) as sent:
        assert sent.size == (1280, 720)
        assert tuple(middle(sent)) == RED
    payload = services.provider_called("gemini").build_payload(request)
    assert "Image 2: a pencil sketch of the composition" in str(payload)
    assert asked(film) == request, "it is drawn once"
    draw(film, (0.1, 0.1), (0.2, 0.9))
    assert asked(film).references[1].sha256 != request.references[1].sha256
    assert [r.role for r in asked(film, stage="end_panel").references].count("sketch") == 0
    assert [r.role for r in asked(film, OTHER).references].count("sketch") == 0


def test_a_plan_says_that_the_sketch_changed_or_is_gone(film):
    class Made:
        provider, model = "gemini", "m"

        def __init__(self, order):
            self.order = order

    panel_by(film, "gemini")
    of_shot(film, sketch={"to_models": True})
    plain = asked(film)
    draw(film)
    first = asked(film)
    draw(film, (0.1, 0.1), (0.2, 0.9))
    assert changed(asked(film), Made(first)) == "changed: sketch"
    assert changed(plain, Made(first)) == "changed: sketch taken away"


def test_a_maker_that_composes_by_itself_gets_no_sketch_and_a_broken_file_is_named(film):
    of_shot(film, sketch={"to_models": True})
    draw(film)
    assert {r.role for r in asked(film).references} == {"location", "character"}
    assert "its sketch stays here: previz composes the shot itself" in panel_step(film).why
    sketch_file(film, SHOT).write_text("{}")
    with pytest.raises(ManifestError, match="cannot be read as a sketch"):
        asked(film)


def test_a_broken_sketch_that_no_model_gets_stops_no_request(film):
    plain = asked(film)
    draw(film)
    sketch_file(film, SHOT).write_text("{}")
    assert asked(film) == plain


async def test_people_find_the_sketch_in_the_kit_the_storyboard_and_the_room(film, tmp_path):
    draw(film)
    services = open_film(film)
    kit = compositing.export_kit(services, SHOT, who="mia", door="command line")
    with Image.open(kit.folder / "sketch.png") as layer:
        assert (layer.size, layer.mode) == (kit.size, "RGBA")
        assert layer.getpixel((0, 0))[3] == 0
        assert tuple(middle(layer)) == RED
    assert "sketch.png" in (kit.folder / "README.txt").read_text()
    other = compositing.export_kit(services, OTHER, who="mia", door="command line")
    assert not (other.folder / "sketch.png").exists()
    page, _ = write_board(services, ["SC010"], tmp_path)
    drawn = page.read_text()

    view = scene_view(services, services.scene("SC010"))
    assert [bool(shot.sketch) for shot in view.shots] == [True, False]
    sessions = Sessions.on_loopback(8765, who="mia", log=services.settings.state / "room.log", keys=(KEY,))
    at = f"/board/pencil/{SHOT}.png"
    async with httpx.AsyncClient(transport=httpx.ASGITransport(room_app(services, sessions)), base_url=HERE) as room:
        await room.get(sessions.link(HERE).removeprefix(HERE))
        assert (await room.get(at)).headers["content-type"] == "image/png"
        assert (await room.get(at.replace("SH0010", "SH0020"))).status_code == 404
        of_shot(film, private=True)
        services = open_film(film)
        assert scene_view(services, services.scene("SC010")).shots[0].sketch == ""
        assert (await room.get(at)).status_code == 404
        mine = {"authorization": f"Bearer {AGENT}"}
        room.cookies.clear()
        assert (await room.get(f"/api/board/{SHOT}/sketch", headers=mine)).status_code == 403
        assert (await room.get(f"/api/board/{OTHER}/sketch", headers=mine)).status_code == 200
    page, _ = write_board(services, ["SC010"], tmp_path)
    assert page.read_text() != drawn
    sketch_file(film, SHOT).unlink()
    without = page.read_text()
    assert write_board(services, ["SC010"], tmp_path)[0].read_text() == without, "a private sketch is on no board"
