"""A machine with FaceFusion on it: a stand-in that has its flags, its files and its words."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from manifests.bible import view_name
from manifests.keys import generation_key, hash_file
from manifests.scene import Camera, CastMember, Mark, Shot
from manifests.spending.grant import Grant
from manifests.spending.price import Quote
from manifests.take import Reference, Request
from providers.contract import Job, JobStatus
from providers.facefusion.adapter import FaceFusion
from providers.surroundings import Surroundings
from wiring.programs import program_of
from wiring.settings import read_settings

STAND_IN = Path(__file__).parents[2] / "stand_ins" / "facefusion.py"
FREE = Quote(low_microusd=0, likely_microusd=0, high_microusd=0, price="a" * 64)
FRAMES = 24
SIZE = (256, 144)
RED = (30, 30, 200)


class Studio:
    """A machine with FaceFusion on it, a clip and a still to be polished, and two people's locked views."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.home = folder, folder / "facefusion"
        self.home.mkdir()
        self.script = Path(shutil.copyfile(STAND_IN, self.home / "facefusion.py"))
        self.files = {
            name: _picture(folder / f"{name}.png", colour) for name, colour in (("ada", RED), ("bo", (200, 90, 20)))
        }
        self.files["still"] = _picture(folder / "still.png", (90, 90, 90), SIZE[::-1])
        self.files["clip"] = _clip(folder / "clip.bin")

    def behaves(self, *words: str) -> None:
        (self.home / "behave.txt").write_text("\n".join(words))

    def around(self, **changes) -> Surroundings:
        by_hash = {hash_file(file): file for file in self.files.values()}
        os.environ["GATE_FACEFUSION"] = f"{sys.executable} {self.script}"
        settings = read_settings(self.folder)
        return Surroundings(
            **{
                "spool_dir": self.folder / "spool",
                "read_reference": by_hash.__getitem__,
                "price_of": lambda usage: FREE,
                "canon": self.files.__getitem__,
                "canon_names": list,
                "program_of": lambda name: program_of(settings, name),
                **changes,
            }
        )

    def provider(self, **changes) -> FaceFusion:
        return FaceFusion(self.around(**changes))

    def request(
        self, operation="clip", *, who=("ada",), cast=("ada",), target=None, facing="front", **changes
    ) -> Request:
        marks = [Mark(x=(n + 1) / (len(cast) + 1), y=0.9, scale=0.6, facing=facing) for n in range(len(cast))]
        shot = Shot(
            id="SC010_SH0010",
            location="room",
            camera=Camera(size="wide"),
            motion="m",
            duration_s=FRAMES / 24,
            cast=tuple(CastMember(character=c, wardrobe="coat", start=m) for c, m in zip(cast, marks, strict=True)),
        )
        file = self.files[target or ("clip" if operation == "clip" else "still")]
        references = [Reference(role="draft", name=shot.id, sha256=hash_file(file))]
        references += [
            Reference(role="character", name=view_name(c, "coat", "front"), sha256=hash_file(self.files[c]))
            for c in who
        ]
        settings = {
            "operation": operation,
            "shot": shot.id,
            "staging": shot,
            "prompt": "p",
            "references": tuple(references),
            "resolution": "480p",
            "frames": FRAMES if operation == "clip" else 1,
            "seed": 1,
            **changes,
        }
        return Request(**settings)

    def calls(self) -> list[dict]:
        """What the program was called with, its version aside."""
        calls = [json.loads(line) for line in (self.home / "calls.jsonl").read_text().splitlines()]
        return [call for call in calls if "headless-run" in call["argv"]]

    def flag(self, name: str, call: int = -1) -> str:
        words = self.calls()[call]["argv"]
        return words[words.index(name) + 1]

    def key_of(self, provider, request) -> str:
        payload, model = provider.build_payload(request), provider.model(request.operation)
        return generation_key(provider.name, model, request.operation, payload, request.attempt)

    async def submit(self, provider, request) -> Job:
        key = self.key_of(provider, request)
        return await provider.submit(Grant.mint(key, 0), key, request)

    async def polish(self, provider, request) -> JobStatus:
        return await provider.poll((await self.submit(provider, request)).job_id)


def _picture(path, colour, size=(240, 120)):
    assert cv2.imwrite(str(path), np.full((*size, 3), colour, np.uint8))
    return path


def _clip(path):
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=24)
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        for number in range(FRAMES):
            frame = np.full((*SIZE[::-1], 3), 40 + 6 * number, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(stream.encode())
    return path


@pytest.fixture
def studio(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "environ", dict(os.environ))
    return Studio(tmp_path)
