"""Judges the film as it would be with a proposal accepted, before anything is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from manifests.finding import Finding
from production.planning.film_lint import findings_of
from production.proposals.errors import AddsErrors
from wiring.film_files import read_with
from wiring.services import Services

_SHOWN = 3


def refuse_errors(services: Services, path: Path, text: str) -> None:
    """Raise what the film's reader raises where it would no longer read (ManifestError, Invalid, UnknownRule), and
    AddsErrors where lint would find an error that is not there now.
    """
    folder = read_with(services.settings, {path: text.encode()})
    one = path.parent.name == "scenes"
    scenes = [path.stem] if one else sorted(folder.scenes)
    for scene in folder.scenes:
        folder.scenes[scene]  # each is read when it is asked for, and refused then
    after = _errors(replace(services, folder=folder, providers={}), scenes, cast=not one)
    there = {_as_seen(finding) for finding in _errors(services, scenes, cast=not one)} if after else set()
    if new := [finding for finding in after if _as_seen(finding) not in there]:
        told = "; ".join(f"{each.rule} {each.subject}: {each.message}" for each in new[:_SHOWN])
        more = f" (and {len(new) - _SHOWN} more)" if len(new) > _SHOWN else ""
        raise AddsErrors(str(path.name), f"lint would find a new error: {told}{more}", new[0].cure)


def _errors(services: Services, scenes: Sequence[str], *, cast: bool) -> list[Finding]:
    """`cast`: whether the cast's pictures are compared too. No scene's file changes what they show."""
    return [finding for finding in findings_of(services, scenes, cast=cast) if finding.severity == "error"]


def _as_seen(finding: Finding) -> tuple[str, str, str]:
    return finding.rule, finding.subject, finding.message
