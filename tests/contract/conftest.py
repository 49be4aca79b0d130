"""Every store of media there is, and every maker: a test that asks for `store` runs on each store,
one for `maker` on each maker.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

import rehearsal.records
from governor.prices.book import PriceBook
from manifests.keys import generation_key, hash_file
from manifests.scene import Camera, Shot
from manifests.spending.grant import Grant
from manifests.take import Reference, Request
from providers import registry
from providers.contract import Job, Provider
from providers.surroundings import Surroundings
from rehearsal.faults import AccountTerms, Script
from rehearsal.house import UPLOADS
from rehearsal.live import Live, live
from vault.bucket import Bucket
from vault.canon import Canon
from vault.contract import Vault
from vault.local import LocalVault
from vault.s3 import S3Vault
from vault.shelves import BucketShelf


@dataclass(frozen=True)
class Opened:
    """A store, opened again by each `again`; and how its insides are damaged behind its back."""

    vault: Vault
    canon: Canon
    again: Callable[[], Opened]
    spoil: Callable[[str, bytes], None]
    spoil_link: Callable[[str, bytes], None]
    everything: Callable[[], list[str]]


STORES = ("local", "s3")


@pytest.fixture(params=STORES)
def store(request, tmp_path) -> Opened:
    if request.param == "local":
        return _folder(tmp_path / "vault")
    s3 = request.getfixturevalue("s3")
    return _bucket(s3, f"contract/{tmp_path.name}", tmp_path / "copies")


def _folder(root: Path) -> Opened:
    def spoil(sha256: str, content: bytes) -> None:
        path = root / "objects" / sha256[:2] / sha256
        path.chmod(0o644)
        path.write_bytes(content)
        path.chmod(0o444)

    def spoil_link(name: str, content: bytes) -> None:
        (root / "canon" / f"{name}.json").write_bytes(content)

    def everything() -> list[str]:
        return [path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()]

    return Opened(LocalVault(root), Canon(root), lambda: _folder(root), spoil, spoil_link, everything)


def _bucket(s3, prefix: str, copies: Path) -> Opened:
    """`again` is another machine: it has no copies."""
    behind, bucket = s3.client(), Bucket(s3.bucket, prefix, endpoint=s3.endpoint)

    def put(key: str, content: bytes) -> None:
        behind.put_object(Bucket=s3.bucket, Key=f"{prefix}/{key}", Body=content)

    def spoil(sha256: str, content: bytes) -> None:
        put(f"objects/{sha256[:2]}/{sha256}", content)
        copy = copies / "objects" / sha256[:2] / sha256
        copy.unlink(missing_ok=True)

    def everything() -> list[str]:
        return [each.key for each in bucket.list_all("")]

    return Opened(
        S3Vault(bucket, LocalVault(copies)),
        Canon(BucketShelf(bucket)),
        lambda: _bucket(s3, prefix, copies.with_name(f"{copies.name}+")),
        spoil,
        lambda name, content: put(f"canon/{name}.json", content),
        everything,
    )


MAKERS = {
    "openrouter": ("openrouter", "clip"),
    "replicate": ("replicate", "clip"),
    "seedance": ("byteplus", "clip"),
    "fal": ("fal", "clip"),
    "evolink": ("evolink", "clip"),
    "veo": ("gemini", "clip"),
    "flux": ("bfl", "panel"),
    "seedream": ("byteplus", "panel"),
    "gemini": ("gemini", "panel"),
}
"""The real adapters, once for each kind of call; a new one adds itself.
The last two are answered with the picture itself.
"""

WRITERS = {name: (name, "write") for name in ("gemini", "openrouter", "openai")}
"""Those that write words; they have tests of their own."""

TEXT_MODELS = {"fal": "bytedance/seedance-2.0/text-to-video", "evolink": "seedance-2.0-mini-text-to-video"}
"""Where words alone are another model's. Evolink's is also the one that has a price."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "maker" in metafunc.fixturenames:
        metafunc.parametrize("maker", MAKERS)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """One rehearsal of all providers for a module; every caller has an account of its own."""
    with live(tmp_path_factory.mktemp("house"), Script(pictures="plain", job_s=0)) as running:
        yield running


class Customer:
    """One adapter with an account of its own at the house: what it asks for, and what the house knows of that.

    `words`: no picture goes with its calls. `writes`: it is asked for words. What else is given is its surroundings'.
    """

    def __init__(
        self,
        house: Live,
        maker: str,
        key: str,
        folder: Path,
        *,
        words: bool = False,
        writes: bool = False,
        **around: Any,
    ) -> None:
        asked = WRITERS[maker] if writes else MAKERS[maker]
        (self.name, self.operation), self.key, self._house, self._words = asked, key, house, words
        folder.mkdir(parents=True, exist_ok=True)
        self._plate, self.book = folder / "plate.png", book()
        self._plate.write_bytes(plate())
        house.house.picture(plate())
        settings: dict[str, Any] = {
            "spool_dir": folder / "spool",
            "read_reference": lambda _sha256: self._plate,
            "price_of": self.book.price_of,
            "canon": lambda _name: self._plate,
            "canon_names": list,
            "key_of": lambda _provider: key,
            "host": self._host,
            "link_to": lambda sha256: self._host(f"https://vault.example.com/{UPLOADS}/{sha256}"),
            "hurry": True,
            "models": {self.operation: TEXT_MODELS[maker]} if words and maker in TEXT_MODELS else {},
            **around,
        }
        self.provider: Provider = registry.build(self.name, Surroundings(**settings))

    def account(self, **terms: Any) -> AccountTerms:
        """Its account, for a script."""
        return AccountTerms(provider=self.name, key=self.key, **terms)

    def request(self, prompt: str, shot_id: str = "SC010_SH0010", **changes: Any) -> Request:
        """The least that it sells and has a price for."""
        can = self.provider.capabilities(self.operation)
        resolution = "720p" if self.name == "replicate" else can.resolutions[0]
        mode = next((mode for mode in ("text", "references") if self._words and mode in can.modes), "start_frame")
        role = "start_frame" if self.operation == "clip" else "location"
        frames = round(can.covering_s(1, resolution, mode) * 24) if self.operation == "clip" else 1
        shot = Shot(id=shot_id, location="room", camera=Camera(size="wide"), motion="Rain.", duration_s=4, mode=mode)
        shown = Reference(role=role, name="locations/room", sha256=hash_file(self._plate))
        asked: dict[str, Any] = {
            "operation": self.operation,
            "shot": shot.id,
            "staging": shot,
            "prompt": prompt,
            "seed": 1,
            "references": () if self._words else (shown,),
            "resolution": resolution,
            "frames": frames,
            **changes,
        }
        return Request(**asked)

    async def submit(self, request: Request) -> Job:
        """Buy it."""
        model, payload = self.provider.model(self.operation), self.provider.build_payload(request)
        key = generation_key(self.name, model, self.operation, payload, request.attempt)
        return await self.provider.submit(Grant.mint(key, 100_000_000), key, request)

    @property
    def jobs(self) -> list[rehearsal.records.Job]:
        """What the house made of its calls."""
        return self._house.records.jobs(self.name, self._account)

    @property
    def posts(self) -> list[rehearsal.records.Post]:
        """The calls that came and might have made a job."""
        return [post for post in self._house.records.posts(self.name) if post.account == self._account]

    @property
    def billed(self) -> int:
        """Its true bill."""
        return sum(job.bill_microusd for job in self.jobs)

    def tally(self, words: str) -> tuple[int, int, int]:
        """The calls, the jobs and the true bill of what was asked with these words at the end of its prompt."""
        jobs = [job for job in self.jobs if job.order.prompt.endswith(words)]
        return (
            sum(post.prompt.endswith(words) for post in self.posts),
            len(jobs),
            sum(job.bill_microusd for job in jobs),
        )

    @property
    def _account(self) -> str:
        found = self._house.house.account(self.name, self.key)
        assert found is not None, "the script has no such account"
        return found.name

    def _host(self, url: str) -> str:
        return url.replace("https:/", self._house.url, 1) if url.startswith("https://") else url


@cache
def plate() -> bytes:
    """A picture of an empty room."""
    file = io.BytesIO()
    Image.new("RGB", (960, 540), (90, 80, 70)).save(file, "PNG")
    return file.getvalue()


@cache
def book() -> PriceBook:
    """Every list price, however old."""
    return PriceBook.load(today=datetime.now(UTC).date(), price_age_days=3650)


@pytest.fixture(scope="module")
def customer(house: Live) -> Callable[..., Customer]:
    """Makes a customer of the house: customer(maker, key, folder)."""
    return partial(Customer, house)


@pytest.fixture
def makers() -> tuple[str, ...]:
    """All of them."""
    return tuple(MAKERS)
