"""Everything one process needs for one film, built once:
the film's data, the vault, the ledger, prices, providers, the eye.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from checks.seeing.eye_name import OwnEye, eye_name
from governor.ledger import Ledger
from governor.prices.book import PriceBook
from manifests.film import Stage
from manifests.keys import hash_json
from manifests.reading.film_folder import FilmFolder
from manifests.scene import Scene, Shot
from manifests.take import Artefact, Pictured
from providers import registry
from providers.capabilities import Capabilities
from providers.contract import Provider, VisionJudge, Writer
from vault.canon import Canon
from vault.contract import Vault
from wiring.film_files import refuse_unknown, scene_of, scene_or_bible, shot_of
from wiring.own_eyes import film_eye, film_faces, film_faces_name, own_eye
from wiring.settings import Settings
from wiring.surroundings import no_judge, no_writer, surroundings_of
from wiring.telemetry import Telemetry

if TYPE_CHECKING:
    from checks.faces.faces import FaceEye
    from checks.seeing.eye import Eye
    from checks.seeing.masters import References
    from checks.seeing.picture_facts import PictureFactsCache


@dataclass(frozen=True)
class Services:
    """One film, ready to work on."""

    settings: Settings
    folder: FilmFolder
    vault: Vault
    canon: Canon
    ledger: Ledger
    prices: PriceBook
    telemetry: Telemetry = field(default_factory=Telemetry)
    providers: dict[str, Provider] = field(default_factory=dict)

    def provider(self, stage: Stage, shot: Shot | None = None) -> Provider:
        """The provider that makes this stage: the one that the shot names, else the film's."""
        operation = operation_of(stage)
        named = shot.providers.get(operation) if shot else None
        return self.provider_called(named or getattr(self.folder.film.providers, operation))

    def provider_called(self, name: str) -> Provider:
        """The provider of that name, whether the film still names it or once did. Raises Invalid."""
        models = self.folder.film.providers.models_of(name)
        key = " ".join((name, *sorted(models.values())))
        if key not in self.providers:
            around = surroundings_of(self.settings, self.vault, self.canon, self.prices, name, models)
            self.providers[key] = registry.build(name, around)
        return self.providers[key]

    def model(self, stage: Stage, shot: Shot | None = None) -> str:
        """The model that makes this stage."""
        return self.provider(stage, shot).model(operation_of(stage))

    def can(self, stage: Stage, shot: Shot | None = None) -> Capabilities:
        """The capabilities of that model."""
        return self.provider(stage, shot).capabilities(operation_of(stage))

    def judge(self) -> VisionJudge | None:
        """The vision judge; None where the film names none, or never asks it. Raises Invalid."""
        film = self.folder.film
        if film.providers.judge is None or film.judge == "never":
            return None
        found = self.provider_called(film.providers.judge)
        if not isinstance(found, VisionJudge):
            raise no_judge(found)
        return found

    def writer(self) -> Writer | None:
        """The text model that proposes words; None where the film names none. Raises Invalid."""
        if (name := self.folder.film.providers.writer) is None:
            return None
        found = self.provider_called(name)
        if not isinstance(found, Writer):
            raise no_writer(found)
        return found

    def judge_name(self) -> str:
        """The judge and its model, "" where there is none."""
        judge = self.judge()
        return f"{judge.name} {judge.model('score')}" if judge else ""

    def makers(self, scene: Scene) -> dict[str, Provider]:
        """Everybody who makes something of the scene, and who judges it, by name."""
        stages: tuple[Stage, ...] = ("panel", "clip")
        made = {p.name: p for p in (self.provider(stage, shot) for stage in stages for shot in scene.shots)}
        judge = self.judge()
        return made | ({judge.name: judge} if judge else {})

    def key_scope(self, provider: Provider) -> str:
        """The cap of the provider's key, "" where neither film.yaml nor a person has set one."""
        scope = f"key:{provider.name}"
        capped = provider.name in self.folder.film.budget.keys or self.ledger.balance(scope).cap is not None
        return scope if capped else ""

    def scene(self, scene_id: str) -> Scene:
        """The scene called `scene_id`. Raises NotAFilm."""
        return scene_of(self.folder, scene_id)

    def scene_or_bible(self, name: str) -> Scene:
        """The scene of that name, or the reference views of the bible for BIBLE, under which the ledger keeps them.
        Raises NotAFilm.
        """
        return scene_or_bible(self.folder, name)

    def refuse_unknown(self, kind: str, name: str) -> None:
        """Raise NotAFilm unless the film has a scene or a shot of that name,
        or its bible a view that the ledger calls so.
        """
        refuse_unknown(self.folder, kind, name)

    def shot(self, shot_id: str) -> Shot:
        """The shot called `shot_id`. Raises NotAFilm."""
        return shot_of(self.folder, shot_id)

    def hashes(self) -> dict[str, str]:
        """The content hash of every canonical picture in the store, by name."""
        return {link.name: link.sha256 for link in self.canon.links()}

    def references(self) -> References:
        """Every canonical picture, verified, for the gates."""
        from checks.seeing.masters import References  # noqa: PLC0415  # loads the pixel libraries

        hashes = self.hashes()
        return References({name: self.vault.path(sha256) for name, sha256 in hashes.items()}, hashes)

    def looked(self) -> PictureFactsCache:
        """The known facts of pictures by their content, for one command or step."""
        from checks.seeing.picture_facts import PictureFactsCache  # noqa: PLC0415  # loads the pixel libraries

        return PictureFactsCache(self.settings.cache / "pictures")

    def eye(self) -> Eye:
        """The embedding model of this process; it is loaded when it first looks."""
        return film_eye(self.settings, self.folder, self.references)

    def faces(self) -> FaceEye | None:
        """The face model of this process; None where the extra `faces` is not installed."""
        return film_faces(self.settings, self.folder)

    def eye_name(self) -> str:
        """The name of that model and its weights."""
        return eye_name(self.own_eye())

    def own_eye(self) -> OwnEye | None:
        """The image model that film.yaml names; None for the built-in one."""
        return own_eye(self.folder)

    def warm_up(self) -> None:
        """Load the eye's weights now, while something else is waited for."""
        import numpy as np  # noqa: PLC0415  loads the pixel libraries

        self.eye().embed([np.full((8, 8, 3), 127, np.uint8)])

    def rules(self) -> str:
        """Which rules with which thresholds and face model judge now; a certificate says which ones judged."""
        from checks.rules import catalogue  # noqa: PLC0415  # loads the pixel libraries

        judged = f"+{self.folder.film.judge}:{name}" if (name := self.judge_name()) else ""
        film = self.folder.film
        own = [film.thresholds, film.ask_bands] if film.ask_bands else film.thresholds
        looked = f"+faces:{faces}" if (faces := film_faces_name(self.folder)) else ""
        return f"{catalogue.RULES_VERSION}+{hash_json(own)[:12]}{judged}{looked}"

    def artefact_path(self, artefact: Artefact) -> Path:
        """The verified file of an artefact."""
        return self.vault.path(artefact.sha256)

    def last_frame(self, clip: Artefact, frames: int) -> Artefact:
        """The exact frame that a shot of `frames` ends on in its clip, as a picture in the vault;
        taken once for each.
        """
        if (found := self.noted_last_frame(clip, frames)) and self.vault.has(found.sha256):
            return found
        from checks.seeing.decode import last_frame  # noqa: PLC0415  # loads the pixel libraries

        note = self._last_frame_note(clip, frames)
        note.parent.mkdir(parents=True, exist_ok=True)
        picture = note.with_suffix(".png")
        last_frame(self.artefact_path(clip), picture, min(frames, clip.frames))
        artefact = self.store_picture(picture, clip.width, clip.height)
        picture.unlink(missing_ok=True)
        note.write_text(artefact.stored())
        return artefact

    def noted_last_frame(self, clip: Artefact, frames: int) -> Artefact | None:
        """The same, where it was taken before, whether the vault has either file now or not;
        None where it never was.
        """
        note = self._last_frame_note(clip, frames)
        return Artefact.from_stored(note.read_bytes()) if note.exists() else None

    def _last_frame_note(self, clip: Artefact, frames: int) -> Path:
        last = min(frames, clip.frames)
        name = clip.sha256 if last == clip.frames else f"{clip.sha256}-{last}"
        return self.settings.vault / "last_frames" / f"{name}.json"

    def store_picture(self, path: Path, width: int, height: int) -> Artefact:
        """Put a PNG into the vault."""
        size = path.stat().st_size
        return Artefact(
            sha256=self.vault.put_file(path), media_type="image/png", width=width, height=height, size_bytes=size
        )


def operation_of(stage: Stage) -> Pictured:
    """The operation of a stage."""
    return "clip" if stage == "clip" else "panel"
