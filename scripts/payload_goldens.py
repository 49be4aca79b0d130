"""Each adapter's payloads, one file a mode: `payload_goldens.py [--write] PROVIDER…`.

Without `--write` it says which of tests/goldens/payloads differ, and exits with 1 where any does.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from manifests.money import MICROUSD_PER_USD
from manifests.scene import Camera, Shot
from manifests.spending.price import Quote, Usage
from manifests.take import Operation, Reference, Request
from providers import registry
from providers.capabilities import Mode
from providers.contract import Provider
from providers.models import TABLES, table_of
from providers.surroundings import Surroundings

FOLDER = Path(__file__).parents[1] / "tests" / "goldens" / "payloads"
_NOWHERE = Path("/nowhere")
_FRAMES = (
    Reference(role="start_frame", name="SC010_SH0010", sha256="a" * 64),
    Reference(role="end_frame", name="SC010_SH0010", sha256="b" * 64),
)
_LOCKED = (
    Reference(role="location", name="locations/quay", sha256="c" * 64),
    Reference(role="character", name="characters/ada/coat/three_quarter", sha256="d" * 64),
    Reference(role="prop", name="props/lamp", sha256="e" * 64),
)
_ASKED: dict[str, tuple[Operation, Mode, tuple[Reference, ...]]] = {
    "first": ("clip", "start_frame", _FRAMES[:1]),
    "first-last": ("clip", "start_end_frames", _FRAMES),
    "references": ("clip", "references", (Reference(role="panel", name="SC010_SH0010", sha256="a" * 64), *_LOCKED)),
    "text": ("clip", "text", ()),
    "panel": ("panel", "start_frame", _LOCKED),
}


def main() -> int:
    """Compare, or write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--write", action="store_true", help="take what is built now as what is right")
    parser.add_argument("providers", nargs="+")
    told = parser.parse_args()
    differ = []
    for path, text in (each for name in told.providers for each in goldens(name)):
        if told.write:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        elif not path.is_file() or path.read_text(encoding="utf-8") != text:
            differ.append(path.name)
    if differ:
        print(f"{', '.join(differ)} differ; look at them, then: payload_goldens.py --write", file=sys.stderr)
    return 1 if differ else 0


def goldens(name: str) -> Iterator[tuple[Path, str]]:
    """The file and the text of each mode that some model of the provider makes."""
    for asked, (operation, mode, references) in _ASKED.items():
        if model := _model(name, operation, mode):
            request = _request(_built(name, {operation: model}), operation, mode, references)
            payload: dict[str, Any] = _built(name, {operation: model}).build_payload(request)
            yield FOLDER / f"{name}-{asked}.json", json.dumps(payload, indent=1, ensure_ascii=False) + "\n"


def _model(name: str, operation: Operation, mode: Mode) -> str | None:
    """The default, or the first in the table that has the mode."""
    rows = [row for row in table_of(TABLES / f"{name}.yaml").models if row.operation == operation]
    able = [row for row in rows if operation == "panel" or mode in row.modes]
    return min(able, key=lambda row: not row.default).id if able else None


def _built(name: str, models: dict[Operation, str]) -> Provider:
    return registry.build(
        name, Surroundings(_NOWHERE, lambda _sha: _NOWHERE, _price, lambda _name: _NOWHERE, list, models=models)
    )


def _price(_: Usage) -> Quote:
    return Quote(low_microusd=0, likely_microusd=0, high_microusd=MICROUSD_PER_USD, price="0" * 64)


def _request(provider: Provider, operation: Operation, mode: Mode, references: tuple[Reference, ...]) -> Request:
    can = provider.capabilities(operation)
    shot = Shot(
        id="SC010_SH0010", location="quay", camera=Camera(size="wide"), motion="Rain falls.", duration_s=5, mode=mode
    )
    return Request(
        operation=operation,
        shot=shot.id,
        staging=shot,
        prompt="A quay in the rain.",
        references=references,
        resolution="720p" if "720p" in can.resolutions else can.resolutions[0],
        seed=7,
        frames=round(can.covering_s(shot.duration_s) * 24) if operation == "clip" else 1,
    )


if __name__ == "__main__":
    sys.exit(main())
