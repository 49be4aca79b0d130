"""The cost of a run when everything is there already: the second `gate run` of the harbour scene against the first.

Prints one JSON line: seconds of both, their ratio (second to first, below 1), and what each generated (the second: 0).
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HARBOUR = Path(__file__).resolve().parent.parent / "examples" / "harbour"
GATE = Path(sys.executable).with_name("gate")


def main() -> None:
    """Run the scene twice in a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        film = Path(folder) / "film"
        shutil.copytree(HARBOUR, film, ignore=shutil.ignore_patterns(".gate"))
        (first_s, first), (second_s, second) = _run(film), _run(film)
    ratio = round(second_s / first_s, 3)
    told = {"first_s": round(first_s, 1), "second_s": round(second_s, 1), "ratio": ratio}
    print(json.dumps({**told, "generated_first": first, "generated_second": second}))


def _run(film: Path) -> tuple[float, int]:
    began = time.monotonic()
    done = subprocess.run([GATE, "run", "SC010", "--film", film, "--json"], capture_output=True, text=True, check=False)
    if done.returncode != 3:
        raise SystemExit(f"gate run ended with {done.returncode}: {done.stderr}")
    return time.monotonic() - began, int(json.loads(done.stdout)["generated"])


if __name__ == "__main__":
    main()
