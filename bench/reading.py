"""The cost of reading a film: lint, plan, status and explain on 10, 100 and 1,000 shots, cold and warm.

Cold: nothing is remembered (FILM/.gate/cache is removed first). Warm: the same command once more. Figures are seconds
of process CPU (user and system, children too), less what `python -c pass` takes: imports count. Beside them stands a
plain pydantic read of the same scenes from JSON, in this process. Scenes have 100 shots at most. Prints one JSON line a
size, then the ratios.

    python bench/reading.py [SHOTS…]
"""

from __future__ import annotations

import copy
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from manifests.reading.film_folder import read_film
from manifests.scene import Scene

HARBOUR = Path(__file__).resolve().parent.parent / "examples" / "harbour"
SIZES = (10, 100, 1000)
SHOTS_A_SCENE = 100
COMMANDS = {
    "lint": ["lint"],
    "plan": ["plan", "SC010"],
    "status": ["status", "SC010"],
    "explain": ["explain", "SC010_SH0010"],
}
BARE = [sys.executable, "-c", "pass"]


def main() -> None:
    """Measure each size, and tell how the cost of one more shot moves between the last two."""
    sizes = [int(word) for word in sys.argv[1:]] or list(SIZES)
    told = {}
    for shots in sizes:
        with tempfile.TemporaryDirectory() as folder:
            told[shots] = measured(grown(Path(folder) / "film", shots))
        print(json.dumps({"shots": shots, **told[shots]}), flush=True)


def grown(root: Path, shots: int) -> Path:
    """The harbour's nine shots told again until there are `shots` of them, in scenes of a hundred."""
    shutil.copytree(HARBOUR, root, ignore=shutil.ignore_patterns(".gate", "out", "art", "__pycache__"))
    path, yaml = root / "scenes" / "SC010.yaml", YAML()
    scene = yaml.load(path)
    templates = scene["shots"]
    for first in range(0, shots, SHOTS_A_SCENE):
        name = f"SC{(first // SHOTS_A_SCENE + 1) * 10:03d}"
        one = copy.deepcopy(scene)
        one["id"] = name
        one["shots"] = [copy.deepcopy(templates[n % len(templates)]) for n in range(min(SHOTS_A_SCENE, shots - first))]
        for number, shot in enumerate(one["shots"], 1):
            shot["id"] = f"{name}_SH{number * 10:04d}"
        yaml.dump(one, path.with_name(f"{name}.yaml"))
    return root


def measured(film: Path) -> dict[str, Any]:
    """CPU-seconds a command, cold and warm, and of the plain read.
    The film's pictures are in the store before anything is timed.
    """
    cpu_s(["gate", "explain", "SC010_SH0010"], film)
    bare = min(cpu_s(None, film) for _ in range(3))
    found: dict[str, Any] = {"pydantic_s": round(plain_s(film), 3)}
    for name, words in COMMANDS.items():
        shutil.rmtree(film / ".gate" / "cache", ignore_errors=True)
        cold = cpu_s(["gate", *words], film) - bare
        warm = min(cpu_s(["gate", *words], film) for _ in range(2)) - bare
        found[name] = {"cold_s": round(cold, 2), "warm_s": round(warm, 2)}
    return found


def cpu_s(words: list[str] | None, film: Path) -> float:
    """The CPU-seconds of one process and its children; of the bare interpreter where no words are given."""
    command = BARE if words is None else [sys.executable, "-c", "from desk.cli.main import main; main()", *words[1:]]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {**os.environ, "GATE_FILM": str(film), "OMP_NUM_THREADS": "1"}
    subprocess.run(command, env=environment, check=False, capture_output=True, timeout=600)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def plain_s(film: Path) -> float:
    """The time that pydantic alone takes to read the film's scenes, strictly, from JSON that lies in memory."""
    stored = [scene.model_dump_json() for scene in read_film(film).scenes.values()]
    began = time.process_time()
    for text in stored:
        Scene.model_validate_json(text, strict=True)
    return time.process_time() - began


if __name__ == "__main__":
    main()
