"""Signs a scene's finished film, last of all: after it every change of the file shows."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from assembly.errors import UnfitFilm
from assembly.provenance.credentials import Credentials
from assembly.provenance.reading import Provenance, read_provenance
from assembly.provenance.signing import SourceClip, sign
from production.wrap.history import SceneHistory, history_of
from production.wrap.provenance.making import making_of, source_type
from wiring.services import Services

PROGRAM = {"name": "check-the-gate", "version": version("check-the-gate")}


@dataclass(frozen=True, slots=True)
class Signed:
    """The signed film, the manifest beside it, and how both read back."""

    film: Path
    sidecar: Path
    read: Provenance


def sign_scene(services: Services, scene: str, credentials: Credentials, into: Path | None = None) -> Signed:
    """Sign `out/SC010/SC010_final.mp4` into `out/SC010/signed/`, or into the folder `into`. The master stays as it is.

    Its clips are the ingredients, with their content hashes. Raises NotAFilm, UnfitFilm where there is no master,
    NotSigned, VaultError, OSError.
    """
    told, out = history_of(services, scene), services.settings.out / scene
    master = out / f"{scene}_final.mp4"
    if not master.is_file():
        raise UnfitFilm(str(master), "there is no finished film of the scene", f"Make it: gate resume {scene}")
    folder = into or out / "signed"
    folder.mkdir(parents=True, exist_ok=True)
    clips = _clips(services, told)
    film = folder / master.name
    sidecar = sign(
        master,
        film,
        title=f"{services.folder.film.title}, {told.scene.title or scene}",
        source_type=source_type(services, told, clips),
        making=making_of(told, clips),
        clips=[SourceClip(services.vault.path(sha256), shot) for shot, sha256 in clips.items()],
        credentials=credentials,
        program=PROGRAM,
    )
    return Signed(film, sidecar, read_provenance(film))


def _clips(services: Services, told: SceneHistory) -> dict[str, str]:
    """The content hash of the final clip of each shot that has one, in story order."""
    clips: dict[str, str] = {}
    for step in told.plan.steps:
        if step.stage == "clip" and step.tier != "draft" and step.does == "cached" and step.key:
            take = services.ledger.take(step.key)
            if take.asset is not None:
                clips[step.shot] = take.asset.sha256
    return clips
