"""Open a film: to read it, which writes nothing, or to work on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache, partial
from pathlib import Path

from governor.prices.book import PriceBook
from manifests.reading.film_folder import FilmFolder
from manifests.take import Operation
from providers import registry
from providers.contract import VisionJudge, Writer
from providers.surroundings import Surroundings
from vault.canon import Canon
from vault.contract import Vault
from wiring.film_files import fingerprint_of, read_once, refuse_unknown
from wiring.film_ledger import open_ledger, read_ledger
from wiring.lanes import in_lanes
from wiring.live_prices import PriceListStatus, live_book
from wiring.pictures import Picture, new_pictures
from wiring.services import Services
from wiring.settings import Settings
from wiring.stores import Store, beside, bring_out, open_store
from wiring.surroundings import no_judge, no_writer, surroundings_of
from wiring.telemetry import Telemetry

_PENDING = "nobody yet"


def open_services(
    settings: Settings, scopes: Iterable[str] = (), check: Callable[[FilmFolder], object] | None = None
) -> Services:
    """Open the film that `settings` names for work: what `read_services` gives, then its ledger is made where there is
    none, and new pictures of its assets folder are put into the vault, under their canonical names.

    `check` raises what else the film's files do not bear out; it is asked only while there is no ledger, so that a
    refusal leaves none behind. Raises what `read_services` does, and then nothing was written; LedgerTrouble.
    """
    fingerprint = fingerprint_of(settings)
    folder = _read_for(settings, fingerprint, scopes)
    if check and isinstance(settings.ledger, Path) and not settings.ledger.exists():
        check(folder)
    return _open_once(settings, fingerprint, "to work")


def read_services(settings: Settings, scopes: Iterable[str] = ()) -> Services:
    """Open the film that `settings` names for a command that only reads it. Opening writes nothing: new pictures of its
    assets folder are seen beside the vault, and a ledger that is not there yet is an empty one elsewhere.

    `scopes` must be the film's: film:HRB, scene:SC010, shot:SC010_SH0010. Everything a person wrote is read and judged.
    The providers are asked for the prices of today, once a day, when a price is first needed. The same object for the
    same film within a process. Raises ManifestError, NotAFilm, PictureRefused, PriceRefused, Invalid, VaultError,
    LedgerTrouble.
    """
    fingerprint = fingerprint_of(settings)
    _read_for(settings, fingerprint, scopes)
    there = not isinstance(settings.ledger, Path) or settings.ledger.exists()
    return _open_once(settings, fingerprint, "to read" if there else "to read without a ledger")


def _read_for(settings: Settings, fingerprint: str, scopes: Iterable[str]) -> FilmFolder:
    folder = read_once(settings, fingerprint)
    for scope in scopes:
        refuse_unknown(folder, *scope.split(":", 1))
    return folder


@lru_cache(maxsize=8)
def _open_once(settings: Settings, fingerprint: str, why: str) -> Services:
    """Open the film as its files are now: once in a process for each state of them, which `fingerprint` stands for."""
    film = _FilmNow.of(settings, fingerprint)
    return _opened_to_work(settings, film) if why == "to work" else _opened_to_read(settings, film)


def _opened_to_work(settings: Settings, film: _FilmNow) -> Services:
    folder, (vault, canon, receipts) = film.folder, film.store
    ledger = open_ledger(settings, folder.film.code, receipts)
    bring_out(settings)
    if folder.remembered is not None:
        folder.remembered.keep()
    for picture, approved_by in film.pictures:
        canon.link(picture.name, picture.put_into(vault), approved_by)
    return Services(settings, folder, vault, canon, ledger, film.prices, film.telemetry)


def _opened_to_read(settings: Settings, film: _FilmNow) -> Services:
    vault, canon = beside(film.store, film.pictures, settings.cache / "drawn")
    ledger = read_ledger(settings, film.folder.film.code, film.store.receipts)
    return Services(settings, film.folder, vault, canon, ledger, film.prices, film.telemetry)


@dataclass(frozen=True, slots=True)
class _FilmNow:
    """A film as it lies there, read and judged; nothing is written. `pictures`: the new ones, each with who approved
    it.
    """

    folder: FilmFolder
    store: Store
    prices: PriceBook
    telemetry: Telemetry
    pictures: tuple[tuple[Picture, str], ...]

    @classmethod
    def of(cls, settings: Settings, fingerprint: str) -> _FilmNow:
        """Read it. Raises what `read_services` does."""
        folder, telemetry = read_once(settings, fingerprint), Telemetry()
        prices, store = _ask_prices(settings, folder, telemetry), open_store(settings)
        pictures = _pictures_to_take_in(settings, folder, store.vault, store.canon)
        _refuse_unfit_providers(settings, folder, partial(surroundings_of, settings, store.vault, store.canon, prices))
        return cls(folder, store, prices, telemetry, tuple((each, _approver(folder, each)) for each in pictures))


def _ask_prices(settings: Settings, folder: FilmFolder, telemetry: Telemetry) -> PriceBook:
    """The prices of today, which the film's makers are asked for where nobody has asked them today."""
    return live_book(
        settings,
        folder.makers,
        today=datetime.now(UTC).date(),
        price_age_days=folder.film.limits.price_age_days,
        tell=partial(_say_prices, telemetry),
    )


def _pictures_to_take_in(settings: Settings, folder: FilmFolder, vault: Vault, canon: Canon) -> tuple[Picture, ...]:
    """The pictures in the film's assets folder that the store lacks under their names. Raises PictureRefused."""
    links, _ = canon.survey()  # a damaged link is written again from its picture, where that is in assets/
    there = in_lanes(lambda link: vault.has(link.sha256), links)
    known = {link.name: link.sha256 for link, found in zip(links, there, strict=True) if found}
    return new_pictures(folder.assets, known, settings.srgb_copies, folder.remembered)


def _approver(folder: FilmFolder, picture: Picture) -> str:
    """Who approved a new picture, by the film's lock."""
    locked = folder.lock.assets.get(picture.name)
    return locked.approved_by if locked and locked.sha256 == picture.sha256 else _PENDING


def _refuse_unfit_providers(
    settings: Settings, folder: FilmFolder, surroundings: Callable[[str, Mapping[Operation, str]], Surroundings]
) -> None:
    """Raise Invalid for a judge or writer that is none or lacks its model, or a script of flaws that is unreadable."""
    named = folder.film.providers
    for name in {named.panel, named.clip} if settings.flaws else ():
        registry.build(name, surroundings(name, {}))  # reads the script, or refuses it
    if (judge := named.judge) is not None:
        asked = registry.build(judge, surroundings(judge, named.models_of(judge)))
        if not isinstance(asked, VisionJudge):
            raise no_judge(asked)
        asked.model("score")  # raises where it has no such model
    if (writer := named.writer) is not None:
        writes = registry.build(writer, surroundings(writer, named.models_of(writer)))
        if not isinstance(writes, Writer):
            raise no_writer(writes)
        writes.model("write")  # as above


def _say_prices(telemetry: Telemetry, told: PriceListStatus) -> None:
    """Tell which prices have moved, which rows are not prices, and which providers could not be asked: the listener
    should know what a plan rests on.
    """
    by = f"; those of {told.listed.day} count" if told.listed else "; our own list counts"
    said = [*told.moved, *(f"refused, {words}" for words in (told.listed.refused if told.listed else ()))]
    for words in (*said, *((f"it did not say its prices ({told.why}){by}",) if told.why else ())):
        telemetry.say(told.provider, "prices", "works", words)
