"""What the studio makes: the film's own shot where the words are the film's, else what was sent, else a card."""

from __future__ import annotations

import asyncio
import io
from itertools import pairwise
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from manifests.keys import hash_bytes
from manifests.prompt import clip_prompt, panel_prompt
from manifests.reading.film_folder import read_film
from rehearsal.faults import Fault
from rehearsal.known import Prompts
from rehearsal.order import Order
from rehearsal.serve import locked_pictures
from rehearsal.studio import Studio

HARBOUR = Path(__file__).parents[3] / "examples" / "harbour"
SIZE = (432, 248)
ALIKE, OTHER = 14.0, 25.0
"""Mean difference in grey levels under which two pictures show the same, and above which they do not."""


@pytest.fixture(scope="module")
def film():
    return read_film(HARBOUR)


@pytest.fixture(scope="module")
def shot(film):
    return film.scenes["SC010"].shots[3]  # Ilse and Pia in the café


class Bench:
    def __init__(self, folder, film):
        self.folder, self.received = folder, {}
        self.studio = Studio(folder, film, locked_pictures(film.assets, folder / "vault"))

    def sent(self, picture):
        content = cv2.imencode(".png", picture)[1].tobytes()
        path = self.folder / hash_bytes(content)
        path.write_bytes(content)
        self.received[path.name] = path
        return path.name

    def make(self, order, *faults):
        asyncio.run(self.studio.make(order, faults, "job", self.received.get))
        return self.studio.output(order, faults, "job")


@pytest.fixture
def bench(tmp_path, film):
    bench = Bench(tmp_path, film)
    yield bench
    bench.studio.close()


def order(prompt, *, operation="panel", seconds=0.0, **changes):
    told = {"provider": "openrouter", "model": "m", "width": SIZE[0], "height": SIZE[1], "price_microusd": 0, "seed": 7}
    return Order(operation=operation, prompt=prompt, seconds=seconds, **{**told, **changes})


def frames(path):
    with av.open(str(path)) as file:
        return [frame.to_ndarray(format="bgr24") for frame in file.decode(video=0)]


def apart(one, other):
    return float(np.abs(one.astype(int) - other.astype(int)).mean())


def test_every_shot_of_a_film_is_known_by_its_words(film):
    prompts = Prompts(film)
    for shot in film.scenes["SC010"].shots:
        asked = [("clip", clip_prompt(shot, film.bible))]
        asked += [] if shot.chain else [("panel", panel_prompt(shot, film.bible))]
        for operation, words in asked:
            assert prompts.find(operation, words).shot == shot
            dressed = f"Image 1 is the place. {words} Keep the faces."
            assert prompts.find(operation, dressed).shot == shot
    chained = film.scenes["SC010"].shot("SC010_SH0060")  # opens on the shot before: no panel of it is ever asked for
    assert prompts.find("panel", panel_prompt(chained, film.bible)) is None
    assert prompts.find("clip", "A dog flies to the moon.") is None
    assert prompts.find("clip", "a") is None


def test_a_panel_shows_its_shot_at_the_size_that_was_ordered(bench, film, shot):
    picture = cv2.imread(str(bench.make(order(panel_prompt(shot, film.bible)))))
    assert picture.shape[1::-1] == SIZE
    elsewhere = cv2.imread(str(bench.make(order(panel_prompt(film.scenes["SC010"].shots[0], film.bible)))))
    assert apart(picture, elsewhere) > OTHER


def test_a_clip_opens_on_the_frame_that_was_sent(bench, film, shot):
    panel = cv2.imread(str(bench.make(order(panel_prompt(shot, film.bible)))))
    turned = cv2.flip(panel, 1)
    wish = order(clip_prompt(shot, film.bible), operation="clip", seconds=1, start_frame=bench.sent(turned))
    shown = frames(bench.make(wish))
    assert len(shown) == 24
    assert apart(shown[0], turned) < ALIKE < apart(shown[0], panel)
    assert apart(shown[-1], panel) < ALIKE < apart(shown[-1], turned)


def test_the_same_order_is_drawn_once_and_another_seed_is_another_picture(bench, film, shot):
    words = panel_prompt(shot, film.bible)
    first = bench.make(order(words))
    drawn_at = first.stat().st_mtime_ns
    assert bench.make(order(words, raw="other wire, same wish")) == first
    assert first.stat().st_mtime_ns == drawn_at
    assert bench.make(order(words, seed=8)).read_bytes() != first.read_bytes()


def test_sound_is_there_if_it_was_asked_for(bench, film, shot):
    for audio in (True, False):
        path = bench.make(order(clip_prompt(shot, film.bible), operation="clip", seconds=1, audio=audio))
        with av.open(str(path)) as file:
            assert bool(file.streams.audio) == audio


@pytest.mark.parametrize("what", ["identity", "wardrobe", "location", "presence", "swapped", "colour"])
def test_a_drift_can_be_seen(bench, film, shot, what):
    words = panel_prompt(shot, film.bible)
    sound = cv2.imread(str(bench.make(order(words))))
    drifted = cv2.imread(str(bench.make(order(words), Fault(fault="drift", of=what))))
    assert apart(sound, drifted) > 1.5


def test_the_strength_of_a_drift_says_how_far_it_goes(bench, film, shot):
    words = panel_prompt(shot, film.bible)
    sound = cv2.imread(str(bench.make(order(words))))
    for what in ("identity", "colour"):
        far = [
            apart(sound, cv2.imread(str(bench.make(order(words), Fault(fault="drift", of=what, strength=strength)))))
            for strength in (0.0, 0.3, 1.0)
        ]
        assert far[0] == 0 < far[1] < far[2]


def test_strange_words_move_over_the_first_picture_that_was_sent(bench):
    picture = np.random.default_rng(1).integers(0, 255, (31, 54, 3), np.uint8)
    picture = cv2.resize(picture, (640, 480))
    wish = order("A dog flies.", operation="clip", seconds=1, references=(bench.sent(picture),))
    shown = frames(bench.make(wish))
    assert len(shown) == 24
    middle = cv2.resize(picture[61:419], SIZE)
    assert apart(shown[0], middle) < ALIKE
    assert min(apart(a, b) for a, b in pairwise(shown)) > 0.05  # no frame stands still


def test_strange_words_without_a_picture_are_a_card(bench):
    one, other = (cv2.imread(str(bench.make(order(words)))) for words in ("A dog flies.", "A cat — très — swims."))
    assert one.shape[1::-1] == SIZE
    assert apart(one, other) > 0


def test_a_picture_that_nobody_can_decode_fails_the_job(bench):
    path = bench.folder / "noise"
    path.write_bytes(b"no picture")
    bench.received["noise"] = path
    with pytest.raises(Exception, match="does not decode"):
        bench.make(order("A dog flies.", references=("noise",)))
    assert not list(bench.folder.glob("tmp*"))


def test_a_missing_vault_is_no_loss_where_the_assets_lie(film, tmp_path):
    locked = locked_pictures(film.assets, tmp_path / "no vault")
    assert set(film.bible.assets()) <= set(locked.names)
    assert io.BytesIO(locked.file("locations/quay").read_bytes()).read(4) == b"\x89PNG"
