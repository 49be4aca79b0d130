"""Signs the master of a scene or of the film, last of all: after it every change of the file shows."""

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


def sign_master(services: Services, scene: str | None, credentials: Credentials, into: Path | None = None) -> Signed:
    """Sign a scene's master, or, of None, the whole film's, into the folder `signed` beside it, or into `into`. The
    master stays as it is.

    Its clips are the ingredients, with their content hashes. Raises NotAFilm, UnfitFilm where there is no master,
    NotSigned, VaultError, OSError.
    """
    film, master = services.folder.film, _master(services, scene)
    told = [history_of(services, each) for each in ([scene] if scene else sorted(services.folder.scenes))]
    clips = {each.scene.id: _clips(services, each) for each in told}
    folder = into or master.parent / "signed"
    folder.mkdir(parents=True, exist_ok=True)
    signed = folder / master.name
    sidecar = sign(
        master,
        signed,
        title=f"{film.title}, {told[0].scene.title or scene}" if scene else film.title,
        source_type=source_type(services, told, [shot for of in clips.values() for shot in of]),
        making={"film": film.code, "scenes": [making_of(each, clips[each.scene.id]) for each in told]},
        clips=[SourceClip(services.vault.path(sha256), shot) for of in clips.values() for shot, sha256 in of.items()],
        credentials=credentials,
        program=PROGRAM,
    )
    return Signed(signed, sidecar, read_provenance(signed))


def _master(services: Services, scene: str | None) -> Path:
    out = services.settings.out
    if scene is None:
        path, cure = out / "film" / f"{services.folder.film.code}_final.mp4", "Make it: gate film"
    else:
        path, cure = out / scene / f"{scene}_final.mp4", f"Make it: gate resume {scene}"
    if not path.is_file():
        raise UnfitFilm(str(path), f"there is no finished film{' of the scene' if scene else ''}", cure)
    return path


def _clips(services: Services, told: SceneHistory) -> dict[str, str]:
    """The content hash of the final clip of each shot that has one, in story order."""
    clips: dict[str, str] = {}
    for step in told.plan.steps:
        if step.stage == "clip" and step.tier != "draft" and step.does == "cached" and step.key:
            take = services.ledger.take(step.key)
            if take.asset is not None:
                clips[step.shot] = take.asset.sha256
    return clips
