"""A film's shots by their prompts, and the places of its locked pictures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from manifests.bible import Bible
from manifests.prompt import clip_prompt, panel_prompt, view_prompt
from manifests.reading.film_folder import FilmFolder
from manifests.scene import Shot
from manifests.take import Operation
from manifests.view_shot import view_shots

Received = Callable[[str], Path | None]
"""The file of a picture that came with a call, by its name; None for one that was not seen."""

_LEAST_MATCH = 40
"""Characters: a shorter run of words is in every shot of a film."""


@dataclass(frozen=True, slots=True)
class KnownShot:
    """A shot whose prompt was recognised. `progress`: which moment a panel shows, 0 its first frame, 1 its last."""

    shot: Shot
    prompt: str
    progress: float = 0.0


@dataclass(frozen=True, slots=True)
class LockedPictures:
    """The film's locked pictures. `file` finds one by its canonical name; `names` are all of them."""

    file: Callable[[str], Path]
    names: tuple[str, ...]

    def somebody_else(self, view: str, bible: Bible) -> Path | None:
        """The picture of another character in the place of a locked view:
        one of the same kind, the nearest in height.
        """
        own, facing = view.split("/")[1], view.rsplit("/", 1)[1]
        views: dict[str, str] = {}
        for name in self.names:
            parts = name.split("/")
            if parts[0] == "characters" and parts[-1] == facing and parts[1] != own and parts[1] in bible.characters:
                views.setdefault(parts[1], name)
        who = bible.characters.get(own)
        kin = [name for name in views if who is None or bible.characters[name].kind == who.kind]
        nearest = min(kin, key=lambda n: abs(bible.characters[n].height_m - (who.height_m if who else 0)), default=None)
        return self.file(views[nearest]) if nearest else None


class Prompts:
    """A film's possible requests, by their words: its shots, and the views of its bible."""

    def __init__(self, film: FilmFolder) -> None:
        self._by_words: dict[Operation, dict[str, KnownShot]] = {"panel": {}, "clip": {}}
        for shot in (shot for scene in film.scenes.values() for shot in scene.shots):
            # A chained shot has no panel of its own, and only some shots have a last one: no words of others are taken.
            moments = [] if shot.chain else [0.0, 1.0] if shot.mode == "start_end_frames" else [0.0]
            for progress in moments:
                words = panel_prompt(shot, film.bible, at_end=progress == 1.0)
                self._by_words["panel"].setdefault(words, KnownShot(shot, words, progress))
            words = clip_prompt(shot, film.bible)
            self._by_words["clip"].setdefault(words, KnownShot(shot, words))
        for one in every.shots if (every := view_shots(film.bible)) else ():
            words = view_prompt(one, film.bible)
            self._by_words["panel"].setdefault(words, KnownShot(one, words))

    def find(self, operation: Operation, prompt: str) -> KnownShot | None:
        """The shot of a prompt: the very words, else the longest ones that the prompt holds, or that hold it."""
        known = self._by_words.get(operation, {})
        if prompt in known:
            return known[prompt]
        alike = [words for words in known if words in prompt or (len(prompt) >= _LEAST_MATCH and prompt in words)]
        return known[max(alike, key=len)] if alike else None
