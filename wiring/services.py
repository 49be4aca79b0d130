"""Everything one process needs for one film, built once: the film's data, the vault, the ledger, prices, providers, the eye."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from checks.eye_name import eye_name
from governor.ledger import Ledger
from governor.prices import PriceBook
from manifests.film import Stage
from manifests.keys import hash_json
from manifests.read_cache import ReadCache
from manifests.reading import FilmFolder, read_film
from manifests.roster import RosterGap, compare
from manifests.scene import Scene, Shot
from manifests.sitting import BIBLE, sittings
from manifests.take import Artefact, Operation, Pictured
from providers import registry
from providers.capabilities import Capabilities
from providers.contract import Provider, Surroundings, VisionJudge
from providers.errors import Invalid
from vault.canon import Canon
from vault.contract import Vault
from wiring.books import open_books
from wiring.errors import NotAFilm
from wiring.keys import key_of
from wiring.lanes import in_lanes
from wiring.live_prices import Told, live_book
from wiring.pictures import new_pictures
from wiring.programs import program_of
from wiring.settings import Settings
from wiring.stores import bring_out, open_store
from wiring.telemetry import Telemetry

if TYPE_CHECKING:
    from checks.eye import Eye
    from checks.masters import References
    from checks.picture_facts import Looked

_LINK_S = 6 * 3600
"""How long a provider may take until it looks at a reference: a queue is seldom that long, and a key is not given for ever."""

_PENDING = "nobody yet"
_SCENE_NAME = re.compile(r"SC\d{3,4}", re.ASCII)


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
        """Who makes this stage: the one that the shot names, else the film's."""
        operation = operation_of(stage)
        named = shot.providers.get(operation) if shot else None
        return _provider(self, named or getattr(self.folder.film.providers, operation))

    def provider_called(self, name: str) -> Provider:
        """The provider of that name, whether the film still names it or once did. Raises Invalid."""
        return _provider(self, name)

    def model(self, stage: Stage, shot: Shot | None = None) -> str:
        """The model that makes this stage."""
        return self.provider(stage, shot).model(operation_of(stage))

    def can(self, stage: Stage, shot: Shot | None = None) -> Capabilities:
        """What that model can make."""
        return self.provider(stage, shot).capabilities(operation_of(stage))

    def judge(self) -> VisionJudge | None:
        """Who looks at what was made beside the local eye; None where the film names nobody, or never asks. Raises Invalid."""
        film = self.folder.film
        if film.providers.judge is None or film.judge == "never":
            return None
        found = _provider(self, film.providers.judge)
        if not isinstance(found, VisionJudge):
            raise _no_judge(found)
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
        return _scene(self.folder, scene_id)

    def scene_in_books(self, name: str) -> Scene:
        """The scene of that name, or the bible where the books call something the bible's. Raises NotAFilm."""
        return _scene_in_books(self.folder, name)

    def refuse_unknown(self, kind: str, name: str) -> None:
        """Raise NotAFilm unless the film has a scene or a shot of that name, or its bible a view that the books call so."""
        refuse_unknown(self.folder, kind, name)

    def shot(self, shot_id: str) -> Shot:
        """The shot called `shot_id`. Raises NotAFilm."""
        return _shot(self.folder, shot_id)

    def hashes(self) -> dict[str, str]:
        """The content hash of every canonical picture in the store, by name."""
        return {link.name: link.sha256 for link in self.canon.links()}

    def references(self) -> References:
        """Every canonical picture, verified, for the gates."""
        from checks.masters import References  # noqa: PLC0415  # loads the pixel libraries

        hashes = self.hashes()
        return References({name: self.vault.path(sha256) for name, sha256 in hashes.items()}, hashes)

    def looked(self) -> Looked:
        """What is known of pictures by their content, for one command or step."""
        from checks.picture_facts import Looked  # noqa: PLC0415  # loads the pixel libraries

        return Looked(self.settings.cache / "pictures")

    def eye(self) -> Eye:
        """The embedding model of this process; it is loaded when it first looks."""
        from checks.eye import open_eye  # noqa: PLC0415  # loads the model's libraries

        store = self.settings.vault / "vectors"
        return open_eye(self.settings.clip_model, self.settings.clip_weights, store)

    def eye_name(self) -> str:
        """What that model and its weights are called."""
        return eye_name(self.settings.clip_model, self.settings.clip_weights)

    def warm_up(self) -> None:
        """Load the eye's weights now, while something else is waited for."""
        import numpy as np  # noqa: PLC0415  loads the pixel libraries

        self.eye().embed([np.full((8, 8, 3), 127, np.uint8)])

    def rules(self) -> str:
        """Which rules with which thresholds judge now; a certificate says which ones judged."""
        from checks import catalogue  # noqa: PLC0415  # loads the pixel libraries

        judged = f"+{self.folder.film.judge}:{name}" if (name := self.judge_name()) else ""
        film = self.folder.film
        own = [film.thresholds, film.ask_bands] if film.ask_bands else film.thresholds
        return f"{catalogue.RULES_VERSION}+{hash_json(own)[:12]}{judged}"

    def artefact_path(self, artefact: Artefact) -> Path:
        """The verified file of an artefact."""
        return self.vault.path(artefact.sha256)

    def roster(self) -> RosterGap:
        """Hold the bible against the names enumerated from the store."""
        return compare(self.folder.bible, frozenset(self.canon.names()))

    def last_frame(self, clip: Artefact, frames: int) -> Artefact:
        """The exact frame that a shot of `frames` ends on in its clip, as a picture in the vault; taken once for each."""
        if (found := self.noted_last_frame(clip, frames)) and self.vault.has(found.sha256):
            return found
        from checks.decode import last_frame  # noqa: PLC0415  # loads the pixel libraries

        note = self._last_frame_note(clip, frames)
        note.parent.mkdir(parents=True, exist_ok=True)
        picture = note.with_suffix(".png")
        last_frame(self.artefact_path(clip), picture, min(frames, clip.frames))
        artefact = self.store_picture(picture, clip.width, clip.height)
        picture.unlink(missing_ok=True)
        note.write_text(artefact.stored())
        return artefact

    def noted_last_frame(self, clip: Artefact, frames: int) -> Artefact | None:
        """The same, where it was taken before, whether the vault has either file now or not; None where it never was."""
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
    """What a provider is asked for at a stage."""
    return "clip" if stage == "clip" else "panel"


def _no_judge(provider: Provider) -> Invalid:
    cause = "it makes pictures, and judges none"
    return Invalid(f"providers.judge: {provider.name}", cause, "Name one that does, such as gemini, or none.")


def open_services(
    settings: Settings, scopes: Iterable[str] = (), check: Callable[[FilmFolder], object] | None = None
) -> Services:
    """Build everything for the film that `settings` names; the same object for the same film within a process.

    `scopes` must be the film's: film:HRB, scene:SC010, shot:SC010_SH0010. `check` raises what else the film's files do not bear out; it is
    asked only while there are no books, so that a refusal leaves none behind. Everything a person wrote is read and judged
    before anything is made on disk. Raises ManifestError, NotAFilm, PictureRefused, PriceRefused, Invalid or VaultError, and then
    nothing was written; LedgerTrouble. Pictures that lie in the film's assets folder are taken into the vault, under their
    canonical names.
    """
    fingerprint = _fingerprint(settings)
    folder = _read(settings, fingerprint)
    for scope in scopes:
        refuse_unknown(folder, *scope.split(":", 1))
    if check and isinstance(settings.ledger, Path) and not settings.ledger.exists():
        check(folder)
    return _open(settings, fingerprint)


@lru_cache(maxsize=8)
def _read(settings: Settings, fingerprint: str) -> FilmFolder:  # noqa: ARG001  # an edited film is another film
    if not (settings.film / "film.yaml").exists():
        cure = "Name the film's folder with --film DIR, or begin one: gate init DIR"
        raise NotAFilm(str(settings.film), "there is no film.yaml in it", cure)
    folder = read_film(settings.film, ReadCache(settings.cache / "read"))
    for name in folder.makers - set(registry.known()):
        registry.factory(name)  # raises, naming the nearest; a known one is loaded only when it is needed
    _refuse_unknown_rules(folder)
    return folder


def _refuse_unknown_rules(folder: FilmFolder) -> None:
    """Raise UnknownRule for a threshold or an ask band of film.yaml that no rule would read."""
    if not (folder.film.thresholds or folder.film.ask_bands):
        return
    from checks import catalogue  # noqa: PLC0415  # loads the pixel libraries

    for code in folder.film.thresholds:
        catalogue.page(code)
    for code in folder.film.ask_bands:
        catalogue.asking_page(code)


@lru_cache(maxsize=8)
def _open(settings: Settings, fingerprint: str) -> Services:
    folder = _read(settings, fingerprint)
    today = datetime.now(UTC).date()
    telemetry = Telemetry()
    prices = live_book(
        settings, folder.makers, today=today, price_age_days=folder.film.limits.price_age_days,
        tell=partial(_say_prices, telemetry),
    )  # fmt: skip
    vault, canon, receipts = open_store(settings)
    links, _ = canon.survey()  # a damaged link is written anew from its picture, where that is in assets/
    there = in_lanes(lambda link: vault.has(link.sha256), links)
    known = {link.name: link.sha256 for link, found in zip(links, there, strict=True) if found}
    pictures = new_pictures(folder.assets, known, settings.srgb_copies)
    for name in {folder.film.providers.panel, folder.film.providers.clip} if settings.flaws else ():
        registry.build(name, _surroundings(settings, vault, canon, prices, name, {}))  # reads the script, or refuses it
    if (judge := folder.film.providers.judge) is not None:
        named = folder.film.providers.models_of(judge)
        asked = registry.build(judge, _surroundings(settings, vault, canon, prices, judge, named))
        if not isinstance(asked, VisionJudge):
            raise _no_judge(asked)
        asked.model("score")  # raises where it has no such model
    ledger = open_books(settings, folder.film.code, receipts)
    bring_out(settings)
    if folder.remembered is not None:
        folder.remembered.keep()
    for picture in pictures:
        locked = folder.lock.assets.get(picture.name)
        approved_by = locked.approved_by if locked and locked.sha256 == picture.sha256 else _PENDING
        canon.link(picture.name, picture.put_into(vault), approved_by)
    return Services(settings, folder, vault, canon, ledger, prices, telemetry)


def _say_prices(telemetry: Telemetry, told: Told) -> None:
    """What has moved, what is no price, and who could not be asked: whoever listens should know what a plan rests on."""
    by = f"; those of {told.listed.day} count" if told.listed else "; our own list counts"
    said = [*told.moved, *(f"refused, {words}" for words in (told.listed.refused if told.listed else ()))]
    for words in (*said, *((f"it did not say its prices ({told.why}){by}",) if told.why else ())):
        telemetry.say(told.provider, "prices", "works", words)


def refuse_unknown(folder: FilmFolder, kind: str, name: str) -> None:
    """Raises NotAFilm unless the film has it, or is it. `kind`: film, scene or shot."""
    if kind == "shot" and name.startswith(f"{BIBLE}_"):
        if name not in {one.id for one in _scene_in_books(folder, BIBLE).shots}:
            raise NotAFilm(name, "the bible asks for no such view", f"See what was made: gate log {BIBLE}")
    elif kind == "shot":
        _shot(folder, name)
    elif kind == "scene":
        _scene_in_books(folder, name)
    elif name != folder.film.code:
        raise NotAFilm(name, f"this film is {folder.film.code}", f"Write film:{folder.film.code}.")


def _scene(folder: FilmFolder, scene_id: str) -> Scene:
    scene = folder.scenes.get(scene_id)
    if scene is None:
        known = ", ".join(sorted(folder.scenes)) or "none"
        cure = (
            f"Write scenes/{scene_id}.yaml first."
            if _SCENE_NAME.fullmatch(scene_id)
            else "Scenes are called like SC010."
        )
        raise NotAFilm(scene_id, f"the film has no such scene; it has {known}", cure)
    return scene


def _scene_in_books(folder: FilmFolder, name: str) -> Scene:
    if name != BIBLE:
        return _scene(folder, name)
    if (found := sittings(folder.bible)) is None:
        raise NotAFilm(BIBLE, "the bible has no characters", "Write one: bible/characters/ada.yaml")
    return found


def _shot(folder: FilmFolder, shot_id: str) -> Shot:
    scene = _scene(folder, shot_id.partition("_")[0])
    found = next((shot for shot in scene.shots if shot.id == shot_id), None)
    if found is None:
        raise NotAFilm(shot_id, "the scene has no such shot", f"It has {', '.join(s.id for s in scene.shots)}.")
    return found


def _fingerprint(settings: Settings) -> str:
    files = [settings.film / "film.yaml", settings.film / "lock.yaml", settings.prices]
    files += [*settings.film.glob("bible/**/*.yaml"), *settings.film.glob("scenes/*.yaml")]
    files += sorted(settings.film.glob("assets/**/*.png"))
    stats = [[str(p), p.stat().st_mtime_ns, p.stat().st_size] for p in files if p and p.exists()]
    return hash_json(sorted(stats))


def _provider(services: Services, name: str) -> Provider:
    models = services.folder.film.providers.models_of(name)
    key = " ".join((name, *sorted(models.values())))
    if key not in services.providers:
        around = _surroundings(services.settings, services.vault, services.canon, services.prices, name, models)
        services.providers[key] = registry.build(name, around)
    return services.providers[key]


def _surroundings(
    settings: Settings, vault: Vault, canon: Canon, prices: PriceBook, name: str, models: Mapping[Operation, str]
) -> Surroundings:
    return Surroundings(
        spool_dir=settings.state / "providers" / name,
        read_reference=vault.path,
        price_of=prices.price_of,
        canon=lambda canonical: vault.path(canon.resolve(canonical).sha256),
        canon_names=lambda: list(canon.names()),
        flaws_file=settings.flaws,
        key_of=partial(key_of, settings),
        host=settings.host,
        models=models,
        link_to=partial(vault.link, seconds=_LINK_S),
        hurry=settings.rehearsal is not None,
        program_of=partial(program_of, settings),
        hands_dir=settings.handoffs,
        credit_of=partial(prices.credit_microusd, name),
    )
