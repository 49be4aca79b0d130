"""What films of the same shots would work out again in every test: gates' verdicts, drift, baselines, previz's
pictures, cuts, reels, contact sheets and charts; and what models say of a picture.

Each is a function of its inputs' content alone, and the product's own code works it out once a session. What a test
replaces by something else is not remembered. A scripted flaw may need any picture of the canon, so that is content too.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import pickle
import shutil
from collections.abc import Callable, Mapping
from functools import wraps
from inspect import signature
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel

from assembly import contact_sheet, film, inline, reel
from checks.faces import models
from checks.faces.models import Looking
from checks.scorer import learning
from checks.seeing import eye, picture_facts
from checks.seeing.eye import OpenClipEye
from checks.seeing.masters import References
from flows import delivery
from manifests.take import Request
from production.gating import clip, drift, panel
from production.journey import diagnosing
from providers.previz.drawing import Drawing
from providers.previz.flaws import Flaw, direct
from wiring import pictures


class Remembered:
    """What is known, in a folder that all workers share: a file for each, by the content of what it was made from."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(exist_ok=True)

    def answers(self, judge: Callable[..., Any]) -> Callable[..., Any]:
        """The same function of the same content, which looks only where nobody has."""

        def look(*given: Any) -> Any:
            path = self._path([judge.__module__, judge.__name__, *given])
            if not path.exists():
                self._put(path, pickle.dumps(judge(*given)))
            return pickle.loads(path.read_bytes())

        return look

    def pictures(self, draw: Callable[..., None]) -> Callable[..., None]:
        """Drawing.write, which draws only what nobody has drawn."""

        def write(self: Drawing, request: Request, flaws: tuple[Flaw, ...], into: Path) -> None:
            canon = {name: self._canon(name) for name in self._canon_names()} if flaws else {}
            known = remembered._path(["drawn", request, direct(request, flaws), canon])
            if known.exists():
                for given in request.references:  # still read, and so still checked
                    (self._cutout if given.role in {"character", "prop"} else self._plate)(given.sha256)
                shutil.copyfile(known, into)
            else:
                draw(self, request, flaws, into)
                remembered._put(known, into.read_bytes())

        remembered = self
        return write

    def films(self, render: Callable[..., Path]) -> Callable[..., Path]:
        """film.render or reel.render, which encodes only what nobody has encoded of the same clips in the same
        order.
        """
        names = signature(render)

        @wraps(render)
        def encode(*given: Any, **named: Any) -> Path:
            asked = names.bind(*given, **named).arguments
            cut, into, finish = asked["cut"], asked["into"], asked.get("finish")
            known = self._path(
                [render.__module__, cut, finish, asked.get("slates"), asked.get("title"), asked.get("size")]
            )
            beside = finish is not None and (finish.subtitles == "srt" or finish.grade is not None)
            if beside or any(item.grade for item in cut.items):
                return render(*given, **named)
            if not known.exists():
                render(*given, **named)
                self._put(known, into.read_bytes())
                return into
            for item in cut.items:  # still found, and so still verified
                if (shown := item.clip or item.panel) is not None:
                    asked["media"](shown.sha256)
            shutil.copyfile(known, into)
            return into

        return encode

    def sheets(self, draw: Callable[..., Path]) -> Callable[..., Path]:
        """contact_sheet.render or draw_drift, which draws only what nobody has drawn of the same content."""
        names = signature(draw)

        @wraps(draw)
        def once(*given: Any, **named: Any) -> Path:
            told = names.bind(*given, **named).arguments
            into = told.pop("into")
            known = self._path([draw.__module__, told, into.suffix])
            if known.exists():
                into.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(known, into)
            else:
                draw(*given, **named)
                self._put(known, into.read_bytes())
            return into

        return once

    def store(self, open_one: Callable[..., Any]) -> Callable[..., Any]:
        """open_eye or open_faces, for which all films have one cache."""

        def opened(own: Any = None, store: Path | None = None) -> Any:
            return open_one(own, store and self._folder / store.name)

        return opened

    def _path(self, given: list[Any]) -> Path:
        return self._folder / hashlib.sha256(json.dumps(_told(given), sort_keys=True).encode()).hexdigest()

    def _put(self, path: Path, content: bytes) -> None:
        part = path.with_name(f"{path.name}.{os.getpid()}.{id(content)}")
        part.write_bytes(content)
        part.replace(path)


def lend(patch: Callable[[object, str, object], None], remembered: Remembered) -> None:
    """Let the gates, the drift check, previz and the cutting room of this process ask first what is remembered."""
    for module, name in (
        (panel, "look"),
        (clip, "look"),
        (drift, "measure"),
        (learning, "learn"),
        (diagnosing, "strangers"),
        (inline, "data_url"),
        (picture_facts, "_decoded"),
        (pictures, "_decodes"),
    ):
        patch(module, name, remembered.answers(getattr(module, name)))
    patch(Drawing, "write", remembered.pictures(Drawing.write))
    for room in (film, reel):
        patch(room, "render", remembered.films(room.render))
    for desk, name in ((contact_sheet, "render"), (delivery, "draw_drift")):
        patch(desk, name, remembered.sheets(getattr(desk, name)))
    for eyes, name in ((eye, "open_eye"), (models, "open_faces")):
        patch(eyes, name, remembered.store(getattr(eyes, name)))


def _told(value: Any) -> Any:
    """A value as JSON has it; files by their content, pictures of the bible by their hashes.
    Raises TypeError for what is not known.
    """
    if isinstance(value, Path):
        return hashlib.sha256(value.read_bytes()).hexdigest() if value.is_file() else str(value)
    if isinstance(value, References):
        return sorted(value.hashes.items())
    if isinstance(value, (OpenClipEye, Looking)):
        return [value.name, getattr(value, "limit", None)]
    if isinstance(value, BaseModel):
        return {name: _told(getattr(value, name)) for name in type(value).model_fields}
    if isinstance(value, np.ndarray):
        return [value.shape, str(value.dtype), hashlib.sha256(value.tobytes()).hexdigest()]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: _told(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return sorted([_told(key), _told(each)] for key, each in value.items())
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_told(each) for each in (sorted(value) if isinstance(value, (set, frozenset)) else value)]
    if value is None or isinstance(value, (str, int, float)):
        return value
    raise TypeError(f"a {type(value).__name__} has no content that is known here")
