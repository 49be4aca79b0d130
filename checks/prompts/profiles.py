"""Which prompt guide each model follows, and which rules that guide lists: a rule is off for every other model."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from manifests.take import Operation

_WORDS = frozenset({"P101", "P102", "P103", "P104", "P105", "P107", "P108", "P110", "P131", "P163", "P166"})
"""Rules about any picture's words."""

_FACTS = frozenset({"P171", "P172", "P173", "P174", "P191"})
"""Rules about the film's own files, whatever the model."""

_PICTURE = _WORDS | _FACTS
_CLIP = _PICTURE | {"P106", "P111", "P112", "P113", "P121", "P122", "P125", "P133", "P161", "P162", "P181"}
_CLAUSES = frozenset({"P141", "P142"})


@dataclass(frozen=True, slots=True)
class Profile:
    """A guide for one family of models. `guide`: what it was written from, and when that was read.

    `rules`: the codes of the rules that are on. `free`: nothing is bought, so that no finding is above a warning.
    """

    name: str
    guide: str
    rules: frozenset[str]
    free: bool = False

    @property
    def words(self) -> str:
        """The profile for people: its name and what it follows."""
        return f"{self.name}: {self.guide}"


SEEDANCE_2 = Profile(
    "seedance-2.0",
    "Seedance 2.0, one take a call: the EvoLink and Emily2040 guides, and a production's post-mortem (2026-11-21)",
    _CLIP | _CLAUSES | {"P164"},
)
SEEDANCE_25 = Profile(
    "seedance-2.5",
    "Seedance 2.5: Volcengine 82379/2607689 by Emily2040 (2026-09); it reads whole seconds",
    _CLIP | _CLAUSES | {"P165"},
)
VEO = Profile(
    "veo-3.1",
    "Veo 3.1: ai.google.dev (2026-11-21); it takes what to avoid in a field of its own",
    _CLIP | {"P143", "P165"},
)
VIDEO = Profile(
    "any-video",
    "what the guides of all video models have in common; this model has no guide of its own here",
    _CLIP,
)
GEMINI_IMAGE = Profile("gemini-image", "Gemini's pictures: ai.google.dev, image generation (2026-11-21)", _PICTURE)
SEEDREAM = Profile("seedream", "Seedream 4 and 5: ByteDance's user guide (2026-11-21)", _PICTURE)
FLUX = Profile("flux-2", "FLUX.2: Black Forest Labs' prompting guide (2026-11-21); it takes no negation", _PICTURE)
PICTURE = Profile(
    "any-picture",
    "what the guides of all image models have in common; this model has no guide of its own here",
    _PICTURE,
)
FRAME_EDIT = Profile(
    "frame-edit",
    "edits of one frame: Black Forest Labs' image-to-image guide, and a production's post-mortem (2026-11-21)",
    frozenset({"P151", "P152", "P153"}),
)
ANIMATIC_CLIP = Profile(
    "animatic-clip",
    "none: the animatic is drawn from the marks and reads no words; they are checked for the model that comes later",
    _CLIP,
    free=True,
)
ANIMATIC_PICTURE = Profile(
    "animatic-picture",
    "none: the animatic is drawn from the marks and reads no words; they are checked for the model that comes later",
    _PICTURE,
    free=True,
)

PROFILES: tuple[Profile, ...] = (
    SEEDANCE_2,
    SEEDANCE_25,
    VEO,
    VIDEO,
    GEMINI_IMAGE,
    SEEDREAM,
    FLUX,
    PICTURE,
    FRAME_EDIT,
    ANIMATIC_CLIP,
    ANIMATIC_PICTURE,
)

_MODELS: tuple[tuple[Literal["clip", "panel"], re.Pattern[str], Profile], ...] = (
    ("clip", re.compile(r"seedance[-/ ]?2[-.]5"), SEEDANCE_25),
    ("clip", re.compile(r"seedance"), SEEDANCE_2),
    ("clip", re.compile(r"\bveo\b|veo-"), VEO),
    ("panel", re.compile(r"seedream"), SEEDREAM),
    ("panel", re.compile(r"gemini"), GEMINI_IMAGE),
    ("panel", re.compile(r"flux"), FLUX),
)


def profile_of(model: str, operation: Operation, *, free: bool = False) -> Profile:
    """The profile of the model that gets a prompt. `free`: it is drawn here, at no cost, from the marks alone."""
    if free:
        return ANIMATIC_CLIP if operation == "clip" else ANIMATIC_PICTURE
    for wanted, pattern, profile in _MODELS:
        if wanted == operation and pattern.search(model.lower()):
            return profile
    return VIDEO if operation == "clip" else PICTURE


def listing(code: str) -> tuple[str, ...]:
    """The names of the profiles that list a rule."""
    return tuple(profile.name for profile in PROFILES if code in profile.rules)
