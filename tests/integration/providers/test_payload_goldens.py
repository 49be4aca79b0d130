"""What fal and BFL are sent, field by field, for each way to make a thing. Written again by: python THIS_FILE
--write
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from manifests.scene import Camera, Shot
from manifests.take import Reference, Request
from providers import registry
from providers.surroundings import Surroundings

GOLDENS = Path(__file__).parents[2] / "goldens" / "payloads"
FIRST = {"role": "start_frame", "name": "SC010_SH0010"}
LAST = {"role": "end_frame", "name": "SC010_SH0010"}
PANEL = {"role": "panel", "name": "SC010_SH0010"}
PLACE = {"role": "location", "name": "locations/quay"}
ADA = {"role": "character", "name": "characters/ada/oilskins/three_quarter"}
LAMP = {"role": "prop", "name": "props/lamp"}
SEEDANCE = "bytedance/seedance-2.0"
CASES: dict[str, tuple[str, str, str, tuple[dict[str, str], ...], str]] = {
    "fal-start_frame": (f"{SEEDANCE}/image-to-video", "clip", "start_frame", (FIRST,), "720p"),
    "fal-start_end_frames": (f"{SEEDANCE}/fast/image-to-video", "clip", "start_end_frames", (FIRST, LAST), "480p"),
    "fal-references": (f"{SEEDANCE}/reference-to-video", "clip", "references", (PANEL, PLACE, ADA, LAMP), "1080p"),
    "fal-text": (f"{SEEDANCE}/fast/text-to-video", "clip", "text", (), "720p"),
    "bfl-panel": ("flux-2-pro", "panel", "start_frame", (), "720p"),
    "bfl-panel-references": ("flux-2-klein-4b", "panel", "start_frame", (PLACE, ADA, LAMP), "1080p"),
}


def payload(name: str) -> dict[str, Any]:
    """What the adapter would send, with content hashes for pictures."""
    model, operation, mode, shown, resolution = CASES[name]
    shot = Shot(id="SC010_SH0010", location="quay", camera=Camera(size="wide"), motion="Rain.", duration_s=5, mode=mode)
    request = Request(
        operation=operation,
        shot=shot.id,
        staging=shot,
        prompt="A quay in the rain.",
        resolution=resolution,
        seed=7,
        references=tuple(Reference(sha256=f"{number}" * 64, **each) for number, each in enumerate(shown, 1)),
        frames=120 if operation == "clip" else 1,
    )
    nowhere = Path("/nonexistent")
    around = Surroundings(
        nowhere, lambda _sha256: nowhere, lambda _usage: None, lambda _name: nowhere, list, models={operation: model}
    )
    return registry.build(name.partition("-")[0], around).build_payload(request)


@pytest.mark.parametrize("name", CASES)
def test_a_payload_is_what_it_was(name):
    assert payload(name) == json.loads((GOLDENS / f"{name}.json").read_text())


def test_every_golden_is_of_a_case():
    ours = {path.stem for path in GOLDENS.glob("*.json") if path.stem.startswith(("fal-", "bfl-"))}
    assert ours == set(CASES)


if __name__ == "__main__" and "--write" in sys.argv:
    GOLDENS.mkdir(parents=True, exist_ok=True)
    for case in CASES:
        (GOLDENS / f"{case}.json").write_text(json.dumps(payload(case), indent=2, ensure_ascii=False) + "\n")
