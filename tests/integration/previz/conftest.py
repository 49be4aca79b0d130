"""A film of two people, two rooms and a box, drawn here, and a previz that shoots it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from manifests.bible import VIEWS, plate_name, prop_name, view_name
from manifests.keys import generation_key, hash_file
from manifests.scene import Camera, CastMember, Mark, PropMark, PropPlacement, Shot
from manifests.spending.grant import Grant
from manifests.spending.price import Quote
from manifests.take import Reference, Request
from providers.previz.adapter import Previz
from providers.previz.flaws import Flaw, FlawScript

BLUE, RED, GREEN, YELLOW = (200, 60, 30), (40, 40, 210), (60, 180, 60), (40, 200, 220)
WEARS = {("ana", "blue"): BLUE, ("ana", "red"): RED, ("bo", "green"): GREEN}


@pytest.fixture(scope="session")
def canon(tmp_path_factory):
    root = tmp_path_factory.mktemp("canon")
    for (who, wardrobe), colour in WEARS.items():
        for view in VIEWS:
            _write(root / f"{view_name(who, wardrobe, view)}.png", _figure(colour))
    _write(root / f"{prop_name('box')}.png", _figure(YELLOW)[120:])
    _write(root / f"{plate_name('hall')}.png", _room((70, 90, 120)))
    _write(root / f"{plate_name('yard')}.png", _room((130, 110, 70)))
    return root


@pytest.fixture
def shoot(canon, tmp_path):
    """Makes a Previz over one spool; `flaws` are (name, details) of SC010_SH0010 clips unless they say otherwise."""

    def make(*flaws, likely=12_000, canon=canon):
        script = FlawScript(tuple(Flaw(**{"shot": "SC010_SH0010", "stage": "clip", **flaw}) for flaw in flaws))
        by_hash = {hash_file(path): path for root in (canon, tmp_path) for path in root.rglob("*.png")}
        price = Quote(low_microusd=likely, likely_microusd=likely, high_microusd=likely, price="0" * 64)
        return Previz(
            tmp_path / "spool",
            by_hash.__getitem__,
            lambda usage: price,
            script,
            lambda name: canon / f"{name}.png",
            lambda: sorted(str(p.relative_to(canon).with_suffix("")) for p in canon.rglob("*.png")),
        )

    return make


@pytest.fixture
def take(canon):
    """Makes a request; `shot` are changes to the shot, `frames_given` maps start_frame or end_frame to a picture."""

    def make(operation, *, shot=None, frames_given=None, **changes):
        staging = _shot(**(shot or {}))
        given = frames_given or {}
        references = tuple(_references(canon, staging)) + tuple(
            Reference(role=role, name=staging.id, sha256=hash_file(path)) for role, path in given.items()
        )
        settings = {
            "operation": operation,
            "shot": staging.id,
            "staging": staging,
            "prompt": "Two people in a hall.",
            "references": references,
            "resolution": "480p",
            "frames": staging.frames if operation == "clip" else 1,
            "seed": 3,
            **changes,
        }
        return Request(**settings)

    return make


@pytest.fixture
def develop(tmp_path):
    """Submits, polls and fetches one request; gives the file."""

    async def make(previz, request, folder="out"):
        key = key_of(previz, request)
        job = await previz.submit(Grant.mint(key, 1_000_000), key, request)
        status = await previz.poll(job.job_id)
        assert status.state == "done", status.raw
        return await previz.fetch(job.job_id, tmp_path / folder)

    return make


@pytest.fixture
def key():
    return key_of


def key_of(previz, request):
    model = previz.model(request.operation)
    return generation_key(previz.name, model, request.operation, request.payload(), request.attempt)


def _shot(**changes):
    ana = CastMember(character="ana", wardrobe="blue", start=Mark(x=0.3, y=0.92, scale=0.6))
    bo = CastMember(character="bo", wardrobe="green", start=Mark(x=0.7, y=0.92, scale=0.6))
    box = PropPlacement(prop="box", start=PropMark(x=0.5, y=0.95, scale=0.15))
    settings = {
        "id": "SC010_SH0010",
        "location": "hall",
        "cast": (ana, bo),
        "props": (box,),
        "camera": Camera(size="full"),
        "motion": "They stand.",
        "duration_s": 1.5,
        **changes,
    }
    return Shot(**settings)


def _references(canon, shot):
    names = [("location", plate_name(shot.location))]
    names += [("character", view_name(m.character, m.wardrobe, view)) for m in shot.cast for view in VIEWS]
    names += [("prop", prop_name(placed.prop)) for placed in shot.props]
    return [Reference(role=role, name=name, sha256=hash_file(canon / f"{name}.png")) for role, name in names]


def _figure(colour):
    picture = np.zeros((300, 110, 4), np.uint8)
    cv2.ellipse(picture, (55, 150), (52, 148), 0, 0, 360, (*colour, 255), -1, cv2.LINE_AA)
    cv2.circle(picture, (55, 50), 30, (150, 180, 220, 255), -1, cv2.LINE_AA)
    return picture


def _room(colour):
    chance = np.random.default_rng(sum(colour))
    boards = np.repeat(chance.integers(-25, 25, (12, 20, 1)), 3, axis=2)
    small = np.clip(np.array(colour) + boards, 0, 255).astype(np.uint8)
    return cv2.resize(small, (1920, 1080), interpolation=cv2.INTER_NEAREST)


def _write(path, picture):
    path.parent.mkdir(parents=True, exist_ok=True)
    assert cv2.imwrite(str(path), picture)
