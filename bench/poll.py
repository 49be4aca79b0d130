"""The cost of waiting for 500 video jobs in one process: CPU seconds a job-hour, memory, and whether one is missed.

    python -m bench.poll [--jobs 500] [--job-s 60]

The jobs are OpenRouter's, by the real adapter, at a rehearsal in another process that now and then answers a poll with
502 or a word that nobody knows. Waiting is the product's own (`production.purchasing.waiting.wait_for`). Beside it, for
a quarter of the time: the same jobs asked about once a second, each on a client that stays open, as scripts do. Prints
one JSON line.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from manifests.keys import hash_json
from manifests.scene import Camera, Shot
from manifests.spending.grant import Grant
from manifests.spending.price import Quote
from manifests.take import Request
from production.purchasing.waiting import wait_for
from providers import registry
from providers.contract import Provider
from providers.surroundings import Surroundings

ROOT = Path(__file__).resolve().parent.parent
KEY = "rehearsal-openrouter"
PRICE = Quote(low_microusd=1, likely_microusd=1, high_microusd=1_000_000, price="0" * 64)
_FAULTS = "[{fault: poll_5xx, chance: 0.1, status: 502}, {fault: unknown_status, chance: 0.1}]"
SUBMITS = 16
"""Calls on their way at once while the jobs are made; it is the waiting that is measured."""


def main() -> None:
    """Measure both ways and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=500)
    parser.add_argument("--job-s", type=float, default=60.0, help="how long a job takes")
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, house(Path(folder), told.job_s) as url:
        ours = asyncio.run(waited(Path(folder), url, told.jobs, told.job_s))
        naive = asyncio.run(asked_each_second(url, told.jobs, told.job_s / 4))
    ratio = round(naive["cpu_s_per_job_hour"] / ours["cpu_s_per_job_hour"], 2)
    print(json.dumps({"jobs": told.jobs, "job_s": told.job_s, "ours": ours, "each_second": naive, "ratio": ratio}))


@contextmanager
def house(folder: Path, job_s: float, faults: str = _FAULTS) -> Iterator[str]:
    """The rehearsal, in a process of its own so that its work is not counted."""
    script = folder / "script.yaml"
    script.write_text(f"job_s: {job_s}\npictures: plain\nfaults: {faults}\n")
    process = subprocess.Popen(
        [sys.executable, "-m", "rehearsal.serve", "--state", folder / "house", "--script", script],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.communicate()


async def waited(folder: Path, url: str, jobs: int, job_s: float) -> dict[str, float | int]:
    """Make the jobs, then wait for all of them as a run does."""
    around = Surroundings(
        folder / "spool",
        lambda _: folder,
        lambda _: PRICE,
        lambda _: folder,
        list,
        key_of=lambda _: KEY,
        host=lambda real: real.replace("https:/", url, 1),
    )
    provider = registry.build("openrouter", around)
    lanes = asyncio.Semaphore(SUBMITS)
    made = await asyncio.gather(*(submitted(provider, number, lanes) for number in range(jobs)))
    before, cpu, begun = rss_mib(), time.process_time(), time.monotonic()

    async def one(job_id: str) -> tuple[str, float]:
        status = await wait_for(provider, job_id, 10 * job_s + 600)
        return status.state, time.monotonic() - begun

    ended = await asyncio.gather(*(one(job_id) for job_id in made))
    spent, hours = time.process_time() - cpu, sum(after for _, after in ended) / 3600
    late = sorted(after for _, after in ended)
    return {
        "missed": sum(state != "done" for state, _ in ended),
        "cpu_s_per_job_hour": round(spent / hours, 3),
        "memory_mib": round(rss_mib() - before, 1),
        "half_known_after_s": round(late[len(late) // 2], 1),
        "all_known_after_s": round(late[-1], 1),
    }


async def submitted(provider: Provider, number: int, lanes: asyncio.Semaphore) -> str:
    """One job, by the adapter's own way."""
    shot = Shot(id="SC010_SH0010", location="quay", camera=Camera(size="wide"), motion="fog", duration_s=4, mode="text")
    request = Request(
        operation="clip",
        shot=shot.id,
        staging=shot,
        prompt=f"fog {number}",
        references=(),
        resolution="480p",
        frames=96,
        seed=number,
    )
    key = hash_json([number])
    async with lanes:
        return (await provider.submit(Grant.mint(key, PRICE.high_microusd), key, request)).job_id


async def asked_each_second(url: str, jobs: int, seconds: float) -> dict[str, float]:
    """The plain way: a loop a job with a pause of a second, and one client that keeps its connections."""
    address, headers = f"{url}/openrouter.ai/api/v1/key", {"Authorization": f"Bearer {KEY}"}
    cpu, begun = time.process_time(), time.monotonic()
    async with httpx.AsyncClient(trust_env=False, headers=headers, timeout=30) as client:

        async def one() -> None:
            while time.monotonic() - begun < seconds:
                await client.get(address)
                await asyncio.sleep(1)

        await asyncio.gather(*(one() for _ in range(jobs)))
    hours = jobs * (time.monotonic() - begun) / 3600
    return {"cpu_s_per_job_hour": round((time.process_time() - cpu) / hours, 3)}


def rss_mib() -> float:
    """The most memory that this process has held so far, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
