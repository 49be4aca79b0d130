"""Small films cut out of the harbour."""

from __future__ import annotations

import shutil
from pathlib import Path

from ruamel.yaml import YAML

from checks.continuity.judging import check_continuity
from manifests.reading.film_folder import read_film

HARBOUR = Path(__file__).parents[2] / "examples" / "harbour"
SCENE = "SC010"


def cut_out(root: Path, shots: tuple[str, ...], seconds: float = 1.0) -> Path:
    """Copy the harbour, keep these shots of it, and make each last `seconds`."""
    shutil.copytree(HARBOUR, root, ignore=shutil.ignore_patterns(".gate", "art", "__pycache__"))
    path, yaml = root / "scenes" / f"{SCENE}.yaml", YAML()
    scene = yaml.load(path)
    scene["shots"] = [shot for shot in scene["shots"] if shot["id"].removeprefix(f"{SCENE}_") in shots]
    for shot in scene["shots"]:
        shot["duration_s"] = seconds
        shot.pop("dialogue", None)
        shot.pop("transition", None)
    yaml.dump(scene, path)
    accept_changes(root)
    return root


def accept_changes(root: Path) -> None:
    """Accept every change of continuity that is open in the scene, each with a waiver in its shot: shots are missing
    between those that were cut out, and no shot with an open change is bought.
    """
    film, yaml, path = read_film(root), YAML(), root / "scenes" / f"{SCENE}.yaml"
    scene = yaml.load(path)
    told = {each.line.shot: each for each in check_continuity([film.scenes[SCENE]], film.bible)}
    for shot in scene["shots"]:
        waivers = [
            {"change": each.change, "why": "The shots between them are not in this film."}
            | ({"of": each.of[0]} if each.of else {})
            for each in told[shot["id"]].open
        ]
        if waivers:
            shot["continuity"] = waivers
    yaml.dump(scene, path)
