"""What brings the chained clips of a scene to the colours of their chain's first, looked at once for the same clips."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from manifests.certificate import Certified
from manifests.cut import ColourShift
from manifests.keys import hash_json
from manifests.reading.whole_file import put_text
from manifests.scene import Scene
from wiring.services import Services

if TYPE_CHECKING:
    from checks.colour_match import ColourMatches

_METHOD = "1"
"""Raise it when the same clips would be measured otherwise."""


def chains_of(scene: Scene, clips: Mapping[str, Certified]) -> list[dict[str, Certified]]:
    """The clips of each chain of the scene that has more than one, in story order, from one that opens it."""
    chains: list[dict[str, Certified]] = []
    for shot in scene.shots:
        if not shot.chain:
            chains.append({})
        if chains and (clip := clips.get(shot.id)) is not None and (chains[-1] or not shot.chain):
            chains[-1][shot.id] = clip
    return [chain for chain in chains if len(chain) > 1]


def colours_key(services: Services, clips: Mapping[str, Certified]) -> str:
    """A hash of all that the measurement of a chain depends on."""
    shots = [[clip.sha256, services.shot(shot).model_dump(mode="json")] for shot, clip in clips.items()]
    return f"colours-{hash_json([_METHOD, shots, sorted(services.hashes().items()), services.rules()])}"


def look_at(services: Services, clips: Mapping[str, Certified]) -> ColourMatches:
    """Hold the clips of one chain, in story order, to its first."""
    from checks.colour_match import ColourMatches, match_colours  # noqa: PLC0415  # loads the pixel libraries

    chain = [(services.shot(shot), services.artefact_path(clip.artefact)) for shot, clip in clips.items()]
    found = match_colours(chain, services.references(), services.folder.film.thresholds)
    return ColourMatches(shots=tuple(found))


def shifts_of(services: Services, scene: Scene, clips: Mapping[str, Certified]) -> dict[str, ColourShift]:
    """The shift of each chained shot, by shot; none where the film wants none."""
    if not services.folder.film.finish.colour_match:
        return {}
    found = [_remembered(services, chain) for chain in chains_of(scene, clips)]
    return {match.shot: match.shift for matches in found for match in matches.shots if match.shift}


def _remembered(services: Services, chain: Mapping[str, Certified]) -> ColourMatches:
    file = services.settings.cache / "colours" / f"{colours_key(services, chain)}.json"
    if (known := _read(file)) is not None:
        return known
    found = look_at(services, chain)
    put_text(found.stored(), file)
    return found


def _read(file: Path) -> ColourMatches | None:
    from checks.colour_match import ColourMatches  # noqa: PLC0415  # loads the pixel libraries

    try:
        return ColourMatches.from_stored(file.read_bytes())
    except (OSError, ValueError):
        return None
