"""kill -9 at ten moments of the nine-shot demo, then one resume:
takes that were bought twice, made again or left behind.

Prints a line for each kill and one of JSON at the end: kills, takes settled, keys bought twice (0), settled takes that
a resume touched (0), what the provider billed and the ledger booked, faults of the ledger (none), the ending. Takes a
few minutes. Ends with 1 where anything was bought twice, lost or left behind.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from itertools import islice
from pathlib import Path

from governor.database.sqlite import DRIVER
from providers.previz.adapter import Previz
from wiring.opening import open_services
from wiring.settings import read_settings

HARBOUR = Path(__file__).resolve().parent.parent / "examples" / "harbour"
GATE = Path(sys.executable).with_name("gate")
SEED, KILLS = 20261121, 10
NEW_LINES_MAX = 7
"""A kill comes this many lines at most after the run has gone past what is there already: one line for each take."""

Settled = dict[str, tuple[str, str]]


def main() -> int:
    """Kill, resume, and compare the ledger with the provider's own bills."""
    with tempfile.TemporaryDirectory() as folder:
        film = Path(folder) / "film"
        shutil.copytree(HARBOUR, film, ignore=shutil.ignore_patterns(".gate"))
        touched = sum(_killed_once(film, number) for number in range(1, KILLS + 1))
        before = _settled(film)
        ended = _resume(film)
        touched += _touched(before, _settled(film))
        told = {"kills": KILLS, "settled_takes_touched": touched, "exit": ended, **_ledger(film), "left": _left(film)}
    print(json.dumps(told))
    sound = not (touched or ended or told["bought_twice"] or told["faults"] or told["left"])
    return 0 if sound and told["bills"] == told["settled"] else 1


def _killed_once(film: Path, number: int) -> int:
    """One demo, killed; gives how many settled takes it touched."""
    chance, before = random.Random(SEED + number), _settled(film)
    cached = len(before)
    line, pause_s = cached + chance.randint(1, NEW_LINES_MAX), chance.uniform(0, 1)
    process = _demo(film)
    assert process.stderr is not None
    progress = (words for words in process.stderr if words.startswith("  "))
    said = next(islice(progress, line - 1, None), "")
    time.sleep(pause_s)
    process.send_signal(signal.SIGKILL)
    code = process.wait()
    after = _settled(film)
    print(
        f"kill {number:>2}: after line {line} and {pause_s:.1f} s, exit {code}, {len(after)} settled: "
        f"{said.strip()[:60]}",
        flush=True,
    )
    return _touched(before, after)


def _demo(film: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [GATE, "demo", "--into", film, "--yes"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )


def _resume(film: Path) -> int:
    """`gate resume`, with the approval in between where no demo has come as far as to say it."""
    ended = _gate("resume", "SC010", "--film", film)
    if ended == 3:
        _gate("approve", "SC010", "--film", film, "--yes")
        ended = _gate("resume", "SC010", "--film", film)
    return ended


def _gate(*words: str | Path) -> int:
    return subprocess.run([GATE, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode


def _settled(film: Path) -> Settled:
    """The paid takes in the vault, with the moment of each booking, read without our own code."""
    ledger = film / ".gate" / "ledger.sqlite"
    if not ledger.exists():
        return {}
    with closing(DRIVER.connect(ledger)) as connection:
        rows = connection.execute("select generation_key, asset, moved_at from attempts where state = 'settled'")
        return {key: (asset, moved_at) for key, asset, moved_at in rows}


def _touched(before: Settled, after: Settled) -> int:
    return sum(after.get(key) != value for key, value in before.items())


def _ledger(film: Path) -> dict[str, object]:
    services = open_services(read_settings(film))
    provider = services.provider("clip")
    assert isinstance(provider, Previz)
    return {**_counted(film), "bills": len(provider.bills()), "faults": services.ledger.audit()}


def _counted(film: Path) -> dict[str, int]:
    with closing(DRIVER.connect(film / ".gate" / "ledger.sqlite")) as connection:
        keys = [row[0] for row in connection.execute("select generation_key from attempts where state <> 'released'")]
    return {"settled": len(_settled(film)), "bought_twice": len(keys) - len(set(keys))}


def _left(film: Path) -> int:
    """Processes of that film that are still there once a server has had its time to go."""
    until = time.monotonic() + 20
    while (left := _processes(film)) and time.monotonic() < until:
        time.sleep(0.2)
    return left


def _processes(film: Path) -> int:
    word, found = str(film).encode(), 0
    for process in Path("/proc").glob("[0-9]*"):
        try:
            found += int(process.name) != os.getpid() and word in (process / "environ").read_bytes()
        except OSError:
            continue  # it has just ended, or is somebody else's
    return found


if __name__ == "__main__":
    sys.exit(main())
