"""An image model of the user's own: brought from the hub, kept beside the film, tried, and named in film.yaml."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from checks.seeing.eye_name import CONFIGS, OwnEye, mark_of
from checks.seeing.hub_tags import HUB, TIMM_WEIGHTS, WEIGHTS, tagged_weights
from checks.seeing.own_towers import load_own
from manifests.eyes import Eyes, kept_in
from manifests.noun import Noun, Sha256, Text
from manifests.reading.film_folder import read_film
from production.planning.shot_file import rewritten, with_edit
from wiring import hub
from wiring.errors import NotOnHub

SOURCE = "source.json"
_REPO = re.compile(r"[\w.-]+/[\w.-]+")
_OPEN_CLIP = CONFIGS[0]

Tell = Callable[[str], None]


class ModelSource(Noun):
    """Where a film's model came from. `licence`: as its repository states it; "" where it states none."""

    schema_name: ClassVar[str] = "gate/eyes_source/1"

    model: Text
    tag: Text
    repo: Text
    commit: Text
    file: Text
    sha256: Sha256
    licence: str
    brought_at: Text


def bring_model(root: Path, named: str | None, tell: Tell) -> ModelSource:
    """Bring the model `named` (MODEL/TAG of open_clip, or hf-hub:ORG/REPO), load it once, and name it in film.yaml.

    Without a name: the one that film.yaml has, which must be the same to the byte where the film pins it. `tell` hears
    what is asked of whom. A step that was cut off goes on from where it is. Raises ManifestError, EyeError,
    NotOnHub, HubDown; then film.yaml is as it was.
    """
    eyes = read_film(root).film.eyes
    if named is None and not eyes.from_hub:
        cause = "film.yaml names no model of the hub"
        raise NotOnHub("gate eyes get", cause, "Name one: gate eyes get ViT-B-32/laion2b_s34b_b79k")
    model, tag = (eyes.model or "", eyes.weights or "") if named is None else _parts(named)
    pinned = eyes.sha256 if (model, tag) == (eyes.model, eyes.weights) else None
    source = _bring(root, model, tag, pinned, tell)
    if (eyes.model, eyes.weights, eyes.sha256) != (model, source.tag, source.sha256):
        _name_in_film(root, source)
    return source


def source_of(weights: Path) -> ModelSource | None:
    """Where the weights came from; None for a file that `gate eyes get` did not bring."""
    told = weights.with_name(SOURCE)
    return ModelSource.from_stored(told.read_bytes()) if told.is_file() else None


def _parts(named: str) -> tuple[str, str]:
    """The model and its tag; of a repository the commit, "" for its newest. Raises NotOnHub."""
    if named.startswith(HUB):
        repo, _, commit = named.removeprefix(HUB).partition("@")
        if _REPO.fullmatch(repo):
            return f"{HUB}{repo}", commit
    model, _, tag = named.rpartition("/")
    if not named.startswith(HUB) and model and tag:
        return model, tag
    cure = "Write MODEL/TAG, such as ViT-B-32/laion2b_s34b_b79k, or hf-hub:ORG/REPO."
    raise NotOnHub(named, "it is neither a model's tag nor a repository", cure)


def _bring(root: Path, model: str, tag: str, pinned: str | None, tell: Tell) -> ModelSource:
    if tag and (here := _here(root, model, tag)) and pinned in {None, here.sha256}:
        tell(f"{model} {tag} is here already.")
        return here
    if model.startswith(HUB):
        repo, config = model.removeprefix(HUB), None
        about = hub.look_up(repo, CONFIGS, tag or None)
        tag = about.commit
        _refuse_foreign(hub.bring(about, kept_in(root, model, tag)), repo)
        weights = hub.look_up(repo, WEIGHTS if about.name == _OPEN_CLIP else TIMM_WEIGHTS, tag)
    else:
        tagged = tagged_weights(model, tag)
        repo, config = tagged.repo, tagged.config
        weights = hub.look_up(repo, tagged.files)
    megabytes = f"{weights.size / 1e6:.0f} MB"
    tell(f"Bringing {weights.name} of {repo}, {megabytes}, from {hub.place()}. Nothing of the film is sent.")
    licence = hub.licence_of(repo)
    folder = kept_in(root, model, tag)
    path = hub.bring(weights, folder)
    if config is not None:
        (folder / _OPEN_CLIP).write_text(config, encoding="utf-8")
    mark_of.cache_clear()  # of what lay there before
    tower = load_own(OwnEye(model, path, pinned))
    tower.vectors(np.zeros((1, tower.size, tower.size, 3), np.uint8))
    source = ModelSource(
        model=model,
        tag=tag,
        repo=repo,
        commit=weights.commit,
        file=weights.name,
        sha256=mark_of(path),
        licence=licence,
        brought_at=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    (folder / SOURCE).write_text(source.stored(), encoding="utf-8")
    return source


def _here(root: Path, model: str, tag: str) -> ModelSource | None:
    """The source of a model that an earlier call brought, while its files are the same."""
    weights = Eyes(model=model, weights=tag).weights_file(root)
    source = source_of(weights) if weights.is_file() else None
    return source if source and source.sha256 == mark_of(weights) else None


def _refuse_foreign(config: Path, repo: str) -> None:
    """Raise NotOnHub for a config that is neither open_clip's nor timm's, such as that of transformers."""
    try:
        told = json.loads(config.read_text(encoding="utf-8"))
        known = "model_cfg" in told or {"architecture", "pretrained_cfg"} <= set(told)
    except (ValueError, TypeError):
        known = False
    if not known:
        config.unlink()
        cause = f"its {config.name} is neither open_clip's nor timm's"
        raise NotOnHub(repo, cause, "Name the same model in timm's form, such as hf-hub:timm/NAME.")


def _name_in_film(root: Path, source: ModelSource) -> None:
    """Name the model in film.yaml; comments, order and `face` stay."""

    def name(document: Any) -> None:
        eyes = document.setdefault("eyes", {})
        eyes |= {"model": source.model, "weights": source.tag, "sha256": source.sha256}

    path = root / "film.yaml"
    with rewritten(root, path, with_edit(path, name)):
        pass
