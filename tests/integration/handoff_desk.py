"""A person's desk, with a provider that lays jobs out on it, and what they save there."""

from __future__ import annotations

from pathlib import Path

import av
import cv2
import numpy as np

from manifests.keys import generation_key, hash_file
from manifests.scene import Camera, Shot
from manifests.spending.grant import Grant
from manifests.spending.price import Quote
from manifests.take import Reference, Request
from providers.handoff.adapter import Handoff
from providers.surroundings import Surroundings

SIZE = (854, 480)
FRAMES = 24
CREDIT = 10_000
PRICE = Quote(low_microusd=400_000, likely_microusd=400_000, high_microusd=480_000, price="a" * 64)


class Desk:
    """A person's desk, with a provider that lays jobs out on it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.rate = folder, CREDIT
        self.pictures = {name: picture(folder / name, n) for n, name in enumerate(("room", "ada", "opening"))}

    @property
    def handoffs(self) -> Path:
        return self.folder / "handoffs"

    def provider(self, **changes) -> Handoff:
        by_hash = {hash_file(file): file for file in self.pictures.values()}
        around = {
            "spool_dir": self.folder / "spool",
            "read_reference": by_hash.__getitem__,
            "price_of": lambda usage: PRICE,
            "canon": self.pictures.__getitem__,
            "canon_names": list,
            "models": {"clip": "mitte", "panel": "mitte"},
            "hurry": True,
            "hands_dir": self.handoffs,
            "credit_of": lambda tool: self.rate if tool == "mitte" else None,
            **changes,
        }
        return Handoff(Surroundings(**around))

    def request(self, operation="clip", **changes) -> Request:
        shot = Shot(id="SC010_SH0010", location="room", camera=Camera(size="wide"), motion="m", duration_s=1)
        named = (
            ("location", "locations/room", "room"),
            ("character", "characters/ada/coat/front", "ada"),
            ("start_frame", shot.id, "opening"),
        )
        settings = {
            "operation": operation,
            "shot": shot.id,
            "staging": shot,
            "prompt": "Ada sets a cup down.",
            "references": tuple(Reference(role=r, name=n, sha256=hash_file(self.pictures[f])) for r, n, f in named),
            "resolution": "480p",
            "frames": FRAMES if operation == "clip" else 1,
            "seed": 7,
            **changes,
        }
        return Request(**settings)


def key_of(provider, request):
    model = provider.model(request.operation)
    return generation_key(provider.name, model, request.operation, provider.build_payload(request), request.attempt)


async def submit(provider, request):
    key = key_of(provider, request)
    return (await provider.submit(Grant.mint(key, PRICE.high_microusd), key, request)).job_id


async def laid_out(desk, operation="clip"):
    provider = desk.provider()
    job = await submit(provider, desk.request(operation))
    return provider, job, desk.handoffs / job


def save(folder, job, file):
    name = f"{job}{'.png' if '_panel_' in job else '.mp4'}"
    (folder / name).write_bytes(file.read_bytes())


def picture(path, number, size=SIZE):
    chance = np.random.default_rng(number)
    assert cv2.imwrite(f"{path}.png", chance.integers(0, 255, (*size[::-1], 3), np.uint8))
    return Path(f"{path}.png").rename(path)


def clip(path, size=SIZE, frames=FRAMES):
    with av.open(str(path), "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=24, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        for number in range(frames):
            frame = np.full((*size[::-1], 3), 40 + 4 * number, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(stream.encode())
    return path
