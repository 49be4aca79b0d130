"""What Gemini is sent, field by field, for each way to make a thing. Written again by: python THIS_FILE --write"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from manifests.question import Question, Shown
from manifests.scene import Camera, Shot
from manifests.take import Reference, Request
from providers import registry
from providers.surroundings import Surroundings

GOLDENS = Path(__file__).parents[2] / "goldens" / "payloads"
FIRST = {"role": "start_frame", "name": "SC010_SH0010"}
LAST = {"role": "end_frame", "name": "SC010_SH0010"}
PANEL = {"role": "panel", "name": "SC010_SH0010"}
GUIDE = {"role": "guide", "name": "SC010_SH0010"}
PLACE = {"role": "location", "name": "locations/quay"}
ADA = {"role": "character", "name": "characters/ada/oilskins/three_quarter"}
LAMP = {"role": "prop", "name": "props/lamp"}
CASES: dict[str, tuple[str, str, tuple[dict[str, str], ...], str, int]] = {
    "gemini-panel": ("panel", "start_frame", (), "720p", 0),
    "gemini-panel-references": ("panel", "start_frame", (PLACE, ADA, LAMP, GUIDE), "1080p", 0),
    "gemini-panel-edit": ("panel", "start_frame", (PANEL,), "480p", 0),
    "gemini-start_frame": ("clip", "start_frame", (FIRST,), "720p", 4),
    "gemini-start_end_frames": ("clip", "start_end_frames", (FIRST, LAST), "1080p", 8),
    "gemini-references": ("clip", "references", (PANEL, PLACE, ADA), "720p", 8),
    "gemini-text": ("clip", "text", (), "720p", 6),
}
QUESTION = Question(
    instruction="How like Ada is she, 0 to 10?",
    pictures=(
        Shown(label="The panel", role="judged", sha256="1" * 64),
        Shown(label="Ada", role="reference", sha256="2" * 64),
    ),
    answer={
        "type": "object",
        "properties": {"score": {"type": "integer", "minimum": 0, "maximum": 10}},
        "required": ["score"],
        "additionalProperties": False,
    },
)


def gemini() -> Any:
    """The adapter, with nothing around it."""
    nowhere = Path("/nonexistent")
    return registry.build("gemini", Surroundings(nowhere, lambda _: nowhere, lambda _: None, lambda _: nowhere, list))


def payload(name: str) -> dict[str, Any]:
    """What the adapter would send, with content hashes for pictures."""
    if name == "gemini-question":
        return gemini().question_payload(QUESTION)
    operation, mode, shown, resolution, seconds = CASES[name]
    shot = Shot(id="SC010_SH0010", location="quay", camera=Camera(size="wide"), motion="Rain.", duration_s=5, mode=mode)
    request = Request(
        operation=operation,
        shot=shot.id,
        staging=shot,
        prompt="A quay in the rain.",
        resolution=resolution,
        seed=7,
        references=tuple(Reference(sha256=f"{number}" * 64, **each) for number, each in enumerate(shown, 1)),
        frames=seconds * 24 or 1,
    )
    return gemini().build_payload(request)


@pytest.mark.parametrize("name", [*CASES, "gemini-question"])
def test_a_payload_is_what_it_was(name):
    assert payload(name) == json.loads((GOLDENS / f"{name}.json").read_text())


def test_every_golden_is_of_a_case():
    assert {path.stem for path in GOLDENS.glob("gemini-*.json")} == {*CASES, "gemini-question"}


if __name__ == "__main__" and "--write" in sys.argv:
    for case in [*CASES, "gemini-question"]:
        (GOLDENS / f"{case}.json").write_text(json.dumps(payload(case), indent=2, ensure_ascii=False) + "\n")
