"""A rehearsal in a thread of this process, with its records at hand: for `gate rehearse`, for tests, for benchmarks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rehearsal.faults import Script
from rehearsal.house import House
from rehearsal.records import Records
from rehearsal.report import RehearsalReport, report
from rehearsal.serve import open_house, serving


@dataclass(frozen=True, slots=True)
class Live:
    """A running rehearsal. `url`: the origin below which every provider is served. `records`: what the house knows."""

    url: str
    house: House
    records: Records

    def host(self, real_origin: str) -> str:
        """The origin to call instead of a provider's real one: https://openrouter.ai is served at URL/openrouter.ai."""
        return f"{self.url}/{real_origin.partition('://')[2]}"

    def tell(self, script: Script) -> None:
        """Another script from now on: faults that were counted under the same list of faults stay counted."""
        self.house.script = script

    def report(self) -> RehearsalReport:
        """The result so far."""
        return report(self.records, self.house.script)


@contextmanager
def live(
    state: Path,
    script: Script | None = None,
    *,
    film: Path | None = None,
    vault: Path | None = None,
    certificate: Path | None = None,
) -> Iterator[Live]:
    """Serve a rehearsal in the folder `state` for as long as the block lasts; with a `certificate`, over TLS."""
    house = open_house(state, script or Script(), film=film, vault=vault)
    with serving(house, certificate) as url:
        records = Records(state / "house.sqlite")  # a connection of our own: the server closes its own when it ends
        try:
            yield Live(url, house, records)
        finally:
            records.close()
