"""Reads where a file comes from: its C2PA manifest, in the file or in a sidecar, and whether both still fit."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from c2pa import C2paError, Context, Reader, Settings

from assembly.provenance.errors import NoProvenance
from assembly.provenance.signing import MAKING, SIDECAR, VIDEO

State = Literal["trusted", "valid", "invalid"]
"""trusted: whole, and the signer's chain ends in a root that was named. valid: whole, and nobody vouches for the
signer. invalid: the file or the manifest was changed after it was signed.
"""

_UNTRUSTED = "signingCredential.untrusted"


@dataclass(frozen=True, slots=True)
class Provenance:
    """What a file says of itself. `problems`: C2PA's status codes, each with its words. `source_type`: the digital
    source type's last word. `sources`: what it is made from. `making`: our own assertion, empty in files of others.
    `sidecar`: the manifest was read beside the file, which has none.
    """

    state: State
    problems: tuple[tuple[str, str], ...]
    title: str
    program: str
    signer: str
    source_type: str
    sources: tuple[str, ...]
    making: dict[str, Any]
    sidecar: bool


def read_provenance(path: Path, roots: str = "") -> Provenance:
    """Read it with a fresh reader. `roots`: PEM certificates of the authorities that are trusted; with none, a whole
    file is valid and not trusted. Raises NoProvenance.
    """
    found, sidecar = _read(path, roots)
    told = json.loads(found.json())
    manifest = told.get("manifests", {}).get(told.get("active_manifest", ""), {})
    problems = tuple((s["code"], s.get("explanation", "")) for s in told.get("validation_status", ()))
    assertions = {each["label"]: each.get("data", {}) for each in manifest.get("assertions", ())}
    actions = assertions.get("c2pa.actions.v2", {}).get("actions", [{}])
    signer = manifest.get("signature_info", {})
    program = (manifest.get("claim_generator_info") or [{}])[0]
    return Provenance(
        state=_state(found.get_validation_state(), problems),
        problems=problems,
        title=manifest.get("title", ""),
        program=f"{program.get('name', '')} {program.get('version', '')}".strip(),
        signer=signer.get("common_name") or signer.get("issuer", ""),
        source_type=str(actions[0].get("digitalSourceType", "")).rpartition("/")[2],
        sources=tuple(each.get("title", "") for each in manifest.get("ingredients", ())),
        making=making if isinstance(making := assertions.get(MAKING), dict) else {},
        sidecar=sidecar,
    )


def _read(path: Path, roots: str) -> tuple[Reader, bool]:
    context = Context(Settings.from_dict({"verify": {"verify_trust": True}, **_trust(roots)}))
    try:
        return Reader(str(path), context=context), False
    except C2paError as refusal:
        beside = path.with_suffix(SIDECAR)
        if "ManifestNotFound" not in str(type(refusal).__name__) + str(refusal) or not beside.is_file():
            raise _none(path, refusal) from None
        try:
            with path.open("rb") as file:
                return Reader(VIDEO, file, beside.read_bytes(), context), True
        except C2paError as second:
            raise _none(path, second) from None


def _trust(roots: str) -> dict[str, Any]:
    return {"trust": {"trust_anchors": roots}} if roots else {}


def _none(path: Path, refusal: C2paError) -> NoProvenance:
    words = " ".join(str(refusal).split())[:300]
    return NoProvenance(
        str(path),
        f"no C2PA manifest can be read in it, and none lies beside it ({words})",
        f"A copy made with ffmpeg loses it: put the sidecar, {path.stem}{SIDECAR}, beside the file",
    )


def _state(said: str | None, problems: tuple[tuple[str, str], ...]) -> State:
    if said == "Trusted":
        return "trusted"
    return "valid" if said == "Valid" and all(code == _UNTRUSTED for code, _ in problems) else "invalid"
