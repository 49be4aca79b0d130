"""Signs a film with a C2PA manifest, inside the file and as a sidecar beside it, and reads it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from c2pa import Builder, C2paError, C2paSignerInfo, Signer

from assembly.provenance.credentials import Credentials
from assembly.provenance.errors import NotSigned
from manifests.reading.whole_file import put_bytes, whole_file

VIDEO = "video/mp4"
SIDECAR = ".c2pa"
MAKING = "org.check-the-gate.making"
"""The label of the assertion that says which models made what, and who approved it."""

SourceType = Literal["trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia", "algorithmicMedia"]
"""IPTC's words for where pictures come from: trained models; trained models and people's own work; a program that was
not trained on anything.
"""

_SOURCE_TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"


@dataclass(frozen=True, slots=True)
class SourceClip:
    """A clip that the film is made from: its file, and the name of its shot."""

    path: Path
    title: str


def sign(
    film: Path,
    into: Path,
    *,
    title: str,
    source_type: SourceType,
    making: Mapping[str, Any],
    clips: Sequence[SourceClip],
    credentials: Credentials,
    program: Mapping[str, str],
) -> Path:
    """Write the signed film to `into` and the manifest alone beside it; gives the sidecar. The film stays as it is.

    `making`: what our assertion says. `program`: name and version of this one. Both files get their names only when
    they are whole. Raises NotSigned, OSError.
    """
    sidecar, manifest = into.with_suffix(SIDECAR), _manifest(title, source_type, making, clips, program)
    info = C2paSignerInfo(
        credentials.algorithm.encode(), credentials.chain.encode(), credentials.key.encode(), None
    )  # no time stamp: that would be a call to a server
    try:
        with (
            whole_file(into, suffixed=True) as part,  # the library goes by the ending
            Signer.from_info(info) as signer,
            Builder(manifest) as builder,
        ):
            for number, clip in enumerate(clips):
                with clip.path.open("rb") as file:
                    builder.add_ingredient(_ingredient(clip, number), VIDEO, file)
            put_bytes(builder.sign_file(film, part, signer), sidecar)
    except C2paError as refusal:
        cure = "Check the key and the chain (docs/provenance.md), or try it: --test-certificate"
        raise NotSigned(str(film), f"the C2PA library says: {' '.join(str(refusal).split())}", cure) from None
    return sidecar


def _manifest(
    title: str,
    source_type: SourceType,
    making: Mapping[str, Any],
    clips: Sequence[SourceClip],
    program: Mapping[str, str],
) -> dict[str, Any]:
    created = {
        "action": "c2pa.created",
        "digitalSourceType": f"{_SOURCE_TYPES}{source_type}",
        "softwareAgent": dict(program),
    }
    placed = [
        {"action": "c2pa.placed", "parameters": {"ingredientIds": [_label(number)]}} for number in range(len(clips))
    ]
    return {
        "claim_generator_info": [dict(program)],
        "title": title,
        "assertions": [
            {"label": "c2pa.actions.v2", "data": {"actions": [created, *placed]}},
            {"label": MAKING, "data": dict(making)},
        ],
    }


def _ingredient(clip: SourceClip, number: int) -> dict[str, Any]:
    return {"title": clip.title, "relationship": "componentOf", "label": _label(number), "instance_id": _label(number)}


def _label(number: int) -> str:
    return f"clip-{number + 1}"
