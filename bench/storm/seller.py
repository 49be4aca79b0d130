"""Whom a storm buys from: a class of the loopback provider, or a real adapter that talks to a rehearsal."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, Literal

import cv2
import numpy as np

from bench.storm import film
from bench.storm.adapter import CLASSES
from bench.storm.bill import TrueBill
from bench.storm.film import BOUND_PERCENT, IMAGE_MICROUSD, SECOND_MICROUSD, Wish
from governor.ledger import Ledger
from governor.prices.book import PriceBook
from manifests.bible import plate_name
from manifests.film import Resolution
from manifests.keys import hash_file
from manifests.take import Reference
from providers import registry
from providers.contract import Provider
from providers.over_http.provider import HttpProvider
from providers.over_http.transport import Transport
from providers.previz.adapter import Previz
from providers.surroundings import Surroundings
from rehearsal.records import Records

Way = Literal["list", "marker", "neither"]
"""How a seller helps to find a lost answer."""

WAYS: dict[str, Way] = {
    "openrouter": "neither",
    "replicate": "list",
    "byteplus": "marker",
    "fal": "list",
    "evolink": "neither",
    "gemini": "neither",
    "previz": "list",
}
"""Everybody who makes clips, and how a lost call is found there."""

SILENT = frozenset({"evolink"})
"""The providers that never tell a bill: the hold counts."""

BLIND = SILENT | {"replicate", "gemini", "previz"}
"""Whose bill is reckoned from the price list, so that one above it is seen by nobody."""

SUBMIT_S: dict[Way, float] = {"list": 1.0, "marker": 1.0, "neither": 3.0}
"""Short, since each proof of absence waits for longer than this;
a provider that proves nothing is given more time to answer.
"""

FREE_S, LAG_S, BUSY_S = 5.0, 0.05, 1.0
"""`LAG_S`: how far the loopback provider's list lies behind.
`BUSY_S`: how long a rehearsal's house may need to hear of a call.
"""

_TAKES = (1, 2, 3)
_PRICES = """\
schema: gate/prices/1
prices:
  - {provider: evolink, model: seedance-2.0-image-to-video, operation: clip, resolutions: [480p], audio: any, unit: \
token,
     usd: "7.41", source: the rehearsal's own price, as_of: 2026-11-01, fixed: true}
  - {provider: replicate, model: bytedance/seedance-2.0, operation: clip, resolutions: [480p], audio: any, unit: \
output_second,
     usd: "0.18", source: the rehearsal's own price, as_of: 2026-11-01, fixed: true}
  - {provider: previz, model: previz-clip-1, operation: clip, resolutions: [480p], audio: any, unit: output_second, \
usd: "0.10",
     bound_percent: 110, source: so that there is something to lose, as_of: 2026-11-01, fixed: true}
"""
"""Prices of models that our lists lack, as the rehearsal bills them; and a price for the animatic."""


@dataclass(frozen=True, slots=True)
class Billed:
    """One job on the true bill. `reference`: its generation key, or its prompt where the ledger knows of none."""

    reference: str
    microusd: int


@dataclass(frozen=True)
class Seller(ABC):
    """One of them, at `url`. `folder`: the storm's own. `prices`: what its films go by."""

    kind: str
    way: Way
    url: str
    folder: Path
    prices: PriceBook

    @property
    def tells(self) -> bool:
        """Whether what it billed can be heard of, sooner or later."""
        return self.kind not in SILENT

    @abstractmethod
    def provider(self, home: Path, account: str, client: type[Transport] = Transport) -> Provider:
        """Its adapter for one film; short of time, and outside of Prefect's lanes."""

    def patient(self, home: Path, account: str) -> Provider:
        """The same for what is asked when the storm is over: late bills too."""
        return self.provider(home, account)

    @abstractmethod
    def wishes(self, chance: Random) -> tuple[Wish, ...]:
        """More than the cap allows."""

    @abstractmethod
    def bills(self, home: Path, account: str, ledger: Ledger) -> list[Billed]:
        """The true bill of one film."""


class Loopback(Seller):
    """A class of the provider that answers at bench/storm/server.py."""

    def provider(self, home: Path, account: str, client: type[Transport] = Transport) -> Provider:  # noqa: ARG002
        """Its adapter."""
        return film.provider_of(
            self.kind, self.url, account, submit_s=SUBMIT_S[self.way], free_s=FREE_S, lag_s=LAG_S, client=client
        )

    def wishes(self, chance: Random) -> tuple[Wish, ...]:
        """Takes of ten clips, and pictures from dear to cheap to fill the cap with.

        A clip in doubt keeps its shot's other clips from being sent, so the pictures alone are worth a cap.
        """
        shots, takes = [shot.id for shot in film.scene_of().shots], (1, 2, 3, 4)
        sizes: tuple[Resolution, ...] = ("1080p", "720p", "480p")
        seconds = {shot: chance.randint(2, 5) for shot in shots}
        clips = [Wish(shot, "clip", number, "480p", seconds[shot]) for shot in shots for number in takes]
        panels = [Wish(shot, "panel", number, size) for shot in shots for size in sizes for number in takes]
        return tuple(replace(wish, bound_microusd=_loopback_bound(wish)) for wish in (*clips, *panels))

    def bills(self, home: Path, account: str, ledger: Ledger) -> list[Billed]:  # noqa: ARG002
        """The server's records."""
        bill = TrueBill(self.folder / "bill.sqlite")
        try:
            return [Billed(job.reference, job.microusd) for job in bill.jobs(account)]
        finally:
            bill.close()


class Rehearsed(Seller):
    """A real adapter. `url`: the rehearsal's, whose house lies in `folder`/house."""

    def provider(self, home: Path, account: str, client: type[Transport] = Transport) -> Provider:
        """The adapter itself, with a storm's deadlines, and a client that may be mortal."""
        factory = registry.factory(self.kind)
        assert isinstance(factory, type)
        return _in_a_hurry(factory, SUBMIT_S[self.way], client)(self._around(home, account))

    def patient(self, home: Path, account: str) -> Provider:
        """One that is not part of this process, so that it is asked about late bills."""
        provider = self.provider(home, account)
        provider.__class__.embedded = False
        return provider

    def wishes(self, chance: Random) -> tuple[Wish, ...]:
        """Takes of ten clips from a first frame, as short as they are sold."""
        shown = Reference(role="start_frame", name="first", sha256=hash_file(_plate(self.folder)))
        return _clips(self, chance, (shown,))

    def bills(self, home: Path, account: str, ledger: Ledger) -> list[Billed]:  # noqa: ARG002
        """The house's records for the film's own prompts, from any caller."""
        keys = {take.order.prompt: take.generation_key for take in ledger.takes(released_too=True)}
        records = Records(self.folder / "house" / "house.sqlite")
        try:
            jobs = [job for job in records.jobs(self.kind) if job.order.prompt.startswith(f"{account}: ")]
        finally:
            records.close()
        return [Billed(keys.get(job.order.prompt, job.order.prompt), job.bill_microusd) for job in jobs]

    def _around(self, home: Path, account: str) -> Surroundings:
        plate = _plate(self.folder)
        return Surroundings(
            spool_dir=home / "providers" / self.kind,
            read_reference=lambda _sha256: plate,
            price_of=self.prices.price_of,
            canon=lambda _name: plate,
            canon_names=list,
            key_of=lambda _provider: key_of(account),
            host=lambda url: url.replace("https:/", self.url, 1) if url.startswith("https://") else url,
            link_to=lambda sha256: f"https://vault.example.com/{sha256}",
        )


class Animatic(Seller):
    """previz as it is: its spool is its true bill."""

    def provider(self, home: Path, account: str, client: type[Transport] = Transport) -> Provider:  # noqa: ARG002
        """The adapter itself."""
        plate, spool = _plate(self.folder), home / "providers" / "previz"
        around = Surroundings(spool, lambda _sha256: plate, self.prices.price_of, lambda _name: plate, list)
        return registry.build("previz", around)

    def wishes(self, chance: Random) -> tuple[Wish, ...]:
        """Takes of ten clips of one second, over one plate."""
        shown = Reference(role="location", name=plate_name("quay"), sha256=hash_file(_plate(self.folder)))
        return _clips(self, chance, (shown,))

    def bills(self, home: Path, account: str, ledger: Ledger) -> list[Billed]:
        """The finished outputs, by their generation keys."""
        made = self.provider(home, account)
        assert isinstance(made, Previz)
        keys = [take.generation_key for take in ledger.takes(released_too=True)]
        known = {job_id: next((key for key in keys if key[:32] in job_id), job_id) for job_id in made.bills()}
        return [Billed(known[job_id], microusd) for job_id, microusd in made.bills().items()]


def loopbacks(folder: Path, url: str) -> tuple[Seller, ...]:
    """The three classes, in the order in which they take turns."""
    prices = film.price_book(folder)
    ways: tuple[Way, ...] = ("list", "marker", "neither")
    assert set(ways) == set(CLASSES)
    return tuple(Loopback(way, way, url, folder, prices) for way in ways)


def rehearsed(folder: Path, url: str, names: tuple[str, ...]) -> tuple[Seller, ...]:
    """Those of `WAYS` that are named. Their adapters are loaded now, once for all the processes to come."""
    for name in names:
        registry.factory(name)
    path = folder / "prices.yaml"
    path.write_text(_PRICES, encoding="utf-8")
    prices = PriceBook.load(path, today=datetime.now(UTC).date(), price_age_days=3650)
    plate = np.full((540, 960, 3), (90, 80, 70), np.uint8)
    assert cv2.imwrite(str(_plate(folder)), plate)
    kinds: dict[str, type[Seller]] = {"previz": Animatic}
    return tuple(kinds.get(name, Rehearsed)(name, WAYS[name], url, folder, prices) for name in names)


def key_of(account: str) -> str:
    """The key of a film's account at a rehearsal: not its name, which is in its prompts,
    and keys are struck from all answers.
    """
    return f"sk-test-{account}"


def _plate(folder: Path) -> Path:
    return folder / "plate.png"


def _clips(seller: Seller, chance: Random, shown: tuple[Reference, ...]) -> tuple[Wish, ...]:
    provider = seller.provider(seller.folder, "nobody at all")
    can = provider.capabilities("clip")
    size: Resolution = "480p" if "480p" in can.resolutions else can.resolutions[0]
    seconds = [1, 2] if can.any_duration else [round(each) for each in can.sold_s(size, "start_frame")[:2]]
    wishes = []
    for shot in film.scene_of().shots:
        lasts = chance.choice(seconds)
        for number in _TAKES:
            wish = Wish(shot.id, "clip", number, size, lasts, shown)
            quote = provider.quote(wish.request("nobody", number), seller.prices.price_of)
            wishes.append(replace(wish, bound_microusd=quote.high_microusd))
    return tuple(wishes)


def _loopback_bound(wish: Wish) -> int:
    listed = IMAGE_MICROUSD[wish.resolution] if wish.stage != "clip" else SECOND_MICROUSD * wish.seconds
    return listed * BOUND_PERCENT // 100


def _in_a_hurry(adapter: type[Any], submit_s: float, client: type[Transport]) -> Callable[[Surroundings], HttpProvider]:
    """The adapter with the deadlines of a storm: nothing of it is replaced but its clock,
    and the client it is given.
    """

    def transport_to(self: HttpProvider, base_url: str, **changes: Any) -> Transport:
        plain = adapter.transport_to(self, base_url, **changes)
        return client(**{each.name: getattr(plain, each.name) for each in fields(plain)})

    hurried = {
        "embedded": True,
        "submit_s": submit_s,
        "free_s": FREE_S,
        "lag_s": BUSY_S,
        "poll_s": (0.05, 0.5),
        "again_s": (0.0,),
        "listed_after": timedelta(0),
        "transport_to": transport_to,
    }
    made: type[HttpProvider] = type(adapter.__name__, (adapter,), hurried)
    return made
