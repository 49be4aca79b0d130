"""The channels of the local eye: what each measures, for which axis, and where its noise begins."""

from __future__ import annotations

import math
from dataclasses import dataclass

from checks.scorer.subject import Axis, Similarity
from checks.seeing.eye_noise import BUILT_IN_NOISE, EyeNoise, Noise, Part


@dataclass(frozen=True, slots=True)
class Channel:
    """One measurement. `unit` of its distance (lower is better); `floor`: distances far below it are noise.

    `part`: of an embedding, what it is of; a model of the user's own is read by its noise there.
    `spread`: the deviation of -ln(distance + floor) that consistent pictures are taken to have until a film says
    otherwise. `strong`: alone enough to fail a picture; the others can only ask.
    """

    name: str
    axis: Axis
    unit: str
    floor: float
    spread: float
    strong: bool = True
    part: Part | None = None


_COSINE, _DELTA = "cosine distance, 0 to 2", "delta-E, lightness at half weight, 0 to 40"

CHANNELS: tuple[Channel, ...] = (
    Channel("figure_embedding", "identity", _COSINE, 0.02, 0.20, part="figure"),
    Channel("head_embedding", "identity", _COSINE, 0.02, 0.35, part="head"),
    Channel("figure_rival", "identity", "asked over best rival, as cosine distances, 0 to 10", 0.05, 0.20),
    Channel("head_colour", "identity", _DELTA, 0.003, 0.35),
    Channel("head_region", "identity", _DELTA, 1.0, 0.45),
    Channel("head_map", "identity", _DELTA, 1.0, 0.30),
    Channel("hair_shape", "identity", "share of the hair's area that is out of place, 0 upwards", 0.05, 0.40),
    Channel("torso_embedding", "wardrobe", _COSINE, 0.02, 0.25, part="figure"),
    Channel("torso_colour", "wardrobe", "1 - overlap of histograms, 0 to 1", 0.003, 0.40),
    Channel("legs_colour", "wardrobe", "1 - overlap of histograms, 0 to 1", 0.003, 0.40),
    Channel("torso_map", "wardrobe", _DELTA, 1.0, 0.30),
    Channel("place_embedding", "location", _COSINE, 0.02, 0.35, part="place"),
    Channel("place_colour", "location", "1 - overlap of histograms, 0 to 1", 0.003, 0.35),
    Channel("place_map", "location", _DELTA, 0.5, 0.30),
    Channel("place_tiles", "location", _DELTA, 0.5, 0.45),
    Channel("place_structure", "location", "1 - correlation, 0 to 2", 0.03, 0.45),
    Channel("place_points", "location", "local features for each one found on the plate, 1 upwards", 0.0, 0.35),
    Channel("place_ssim", "location", "1 - SSIM on a locked-off camera, 0 to 2", 0.02, 0.40, strong=False),
)

BY_NAME = {channel.name: channel for channel in CHANNELS}


def similarity(entity: str, name: str, distance: float, eye: str, noise: EyeNoise = BUILT_IN_NOISE) -> Similarity:
    """A channel's distance as a Similarity. `noise`: the model's, by which floor and spread fit its distances too."""
    channel = BY_NAME[name]
    known = Noise() if channel.part is None else noise.of(channel.part)
    value = -math.log(max(0.0, distance) / known.scale + channel.floor) / known.spread
    return Similarity(
        entity=entity, axis=channel.axis, channel=name, distance=round(distance, 5), value=round(value, 5), eye=eye
    )
