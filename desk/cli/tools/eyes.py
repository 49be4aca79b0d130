"""gate eyes: the image model that the local checks look with. show says which, get brings another, try compares."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from desk.cli.options import film_option, json_option, print_json, settings_for, typed
from wiring.settings import wants_colour

if TYPE_CHECKING:
    from checks.scorer.eye_trial import EyeTrial
    from checks.seeing.eye import OpenClipEye
    from manifests.reading.film_folder import FilmFolder
    from production.learning.own_model import ModelSource
    from wiring.settings import Settings

_TIMED = 5
_PARTS = {"figure": "people", "head": "heads", "place": "places"}


@click.group()
def eyes() -> None:
    """Show, bring or try the image model that the local checks look with."""


@eyes.command("show")
@film_option
@json_option
def show(film: Path | None, as_json: bool) -> None:
    """Say which model looks at this film: weights, hash, where they lie, licence, and its speed on this machine."""
    from wiring.own_eyes import own_eye

    settings, folder = _film(film)
    from checks.seeing.eye import OpenClipEye

    own = own_eye(folder)
    eye = OpenClipEye(own, _store(settings))
    told: dict[str, Any] = {"eye": eye.name, "model": own.model if own else "EfficientNet-Lite0, built in"}
    told |= _about_weights(folder) if own else {"licence": "apache-2.0"}
    told |= _about_faces(folder)
    told |= _speed(eye)
    if as_json:
        print_json(told)
        return
    for label, value in told.items():
        click.echo(f"  {label.replace('_', ' '):<16}{value}")


@eyes.command("get")
@click.argument("tag", required=False)
@film_option
@json_option
def get(tag: str | None, film: Path | None, as_json: bool) -> None:
    """Bring the weights of TAG, such as ViT-B-32/laion2b_s34b_b79k or hf-hub:ORG/REPO, and name them in film.yaml.

    Without TAG: those that film.yaml names. They come from the Hugging Face Hub, which is told their name and nothing
    of the film. Their hash is checked, they lie in eyes/ beside film.yaml, and a download that was cut off goes on.
    """
    from production.learning.own_model import bring_model

    settings, _ = _film(film)
    source = bring_model(settings.film, tag, lambda words: click.echo(words, err=True))
    following = typed("gate eyes try", film)
    if as_json:
        print_json({**source.model_dump(mode="json"), "next": following})
        return
    click.echo(f"{source.model} {source.tag}, licence {source.licence or 'not stated'}, sha256 {source.sha256[:12]}")
    click.echo("film.yaml names it. Pictures that another model judged are judged again, for nothing.")
    click.echo(f"Next:\n  {following}")


@eyes.command("try")
@film_option
@json_option
def try_(film: Path | None, as_json: bool) -> None:
    """Compare the film's model with the built-in one: how well does each tell this film's masters apart?"""
    from checks.scorer.eye_trial import try_eye
    from checks.scorer.framing import masters_of
    from checks.seeing.eye import OpenClipEye
    from wiring.own_eyes import masters_here, own_eye

    settings, folder = _film(film)
    masters, own = masters_of(folder.bible, masters_here(folder)), own_eye(folder)
    models = (own, None) if own else (None,)
    tried = [(eye, try_eye(eye, masters)) for eye in (OpenClipEye(model, _store(settings)) for model in models)]
    if as_json:
        print_json([{**trial.model_dump(mode="json"), **_speed(eye)} for eye, trial in tried])
        return
    _print([trial for _, trial in tried], [_speed(eye)["ms_per_picture"] for eye, _ in tried])
    if own is None:
        click.echo("This film names no model of its own. Bring one: gate eyes get ViT-B-32/laion2b_s34b_b79k")


def _film(film: Path | None) -> tuple[Settings, FilmFolder]:
    """The film's settings and files; its store and ledger are not opened. The model hub is not asked unless it is
    `get` that asks. Raises NotAFilm, ManifestError.
    """
    from wiring.film_files import fingerprint_of, read_once

    settings = settings_for(film)
    return settings, read_once(settings, fingerprint_of(settings))


def _store(settings: Settings) -> Path | None:
    """Where the film keeps vectors; None where nothing has run yet, and nothing is to be made for a look."""
    return settings.vault / "vectors" if settings.state.is_dir() else None


def _about_weights(folder: FilmFolder) -> dict[str, Any]:
    from checks.seeing.eye_name import mark_of
    from production.learning.own_model import source_of

    named = folder.film.eyes
    weights = named.weights_file(folder.root)
    source: ModelSource | None = source_of(weights)
    told: dict[str, Any] = {"weights": named.weights, "file": str(weights)}
    if not weights.is_file():
        return told | {"missing": "gate eyes get brings them" if named.from_hub else "there is no such file"}
    told |= {"size_mb": round(weights.stat().st_size / 1e6, 1), "sha256": mark_of(weights)}
    told |= {"pinned": "yes" if named.sha256 == mark_of(weights) else "no: other weights" if named.sha256 else "no"}
    return told | {"licence": (source.licence if source else "") or "not known"} | _origin(source)


def _about_faces(folder: FilmFolder) -> dict[str, Any]:
    """The model that faces are compared with, and its limit; or why they are not."""
    from checks.faces.faces import NOT_COMPARED
    from checks.faces.models import open_faces
    from wiring.own_eyes import own_faces

    own = own_faces(folder)
    if own is not None and not own.path.is_file():
        return {"faces": f"{own.path}: there is no such file"}
    model = open_faces(own)
    return {"faces": NOT_COMPARED} if model is None else {"faces": model.name, "face_limit": model.limit}


def _origin(source: ModelSource | None) -> dict[str, Any]:
    return {"from": source.repo, "commit": source.commit, "brought_at": source.brought_at} if source else {}


def _speed(eye: OpenClipEye) -> dict[str, float]:
    """Milliseconds a picture on this machine, one by one, the median of five; and how many numbers one gives."""
    import numpy as np

    tower = eye.tower()
    picture, spent = np.full((1, tower.size, tower.size, 3), 127, np.uint8), []
    numbers = tower.vectors(picture).shape[1]
    for _ in range(_TIMED):
        begun = time.perf_counter()
        tower.vectors(picture)
        spent.append(time.perf_counter() - begun)
    return {"ms_per_picture": round(1000 * float(np.median(spent)), 1), "numbers": numbers}


def _print(trials: list[EyeTrial], speeds: list[float]) -> None:
    heading = f"  {'masters':<9}{'AUC':>7}{'to copies':>11}{'to others':>11}{'mistaken':>12}"
    for trial, speed in zip(trials, speeds, strict=True):
        click.secho(f"{trial.eye}, {speed:.0f} ms a picture", bold=wants_colour())
        click.echo(heading)
        for part in trial.parts:
            auc, others = ("n/a" if value is None else f"{value:.3f}" for value in (part.auc, part.to_others))
            mistaken = f"{part.mistaken} of {part.copies}"
            line = f"  {_PARTS[part.part]:<9}{auc:>7}{part.to_copies:>11.3f}{others:>11}{mistaken:>12}"
            click.echo(f"{line}   {part.masters} masters")
    click.echo("AUC: how often a copy or another view of the same is nearer than somebody else's; 0.5 is chance.")
    click.echo("Mistaken: relit, coded, shifted or soft copies that are nearest to somebody else's master.")
