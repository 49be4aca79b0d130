"""What a film knows: which shot a prompt is for, and where the locked pictures lie."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from manifests.prompt import clip_prompt, panel_prompt
from manifests.reading import FilmFolder
from manifests.scene import Shot
from manifests.take import Operation

Received = Callable[[str], Path | None]
"""The file of a picture that came with a call, by its name; None for one that was not seen."""

_LEAST_MATCH = 40
"""Characters: a shorter run of words is in every shot of a film."""


@dataclass(frozen=True, slots=True)
class Known:
    """A shot whose prompt was recognised. `progress`: which moment a panel shows, 0 its first frame, 1 its last."""

    shot: Shot
    prompt: str
    progress: float = 0.0


@dataclass(frozen=True, slots=True)
class Locked:
    """The film's locked pictures. `file` finds one by its canonical name; `names` are all of them."""

    file: Callable[[str], Path]
    names: tuple[str, ...]


class Prompts:
    """What a film would ask for, by its words."""

    def __init__(self, film: FilmFolder) -> None:
        self._by_words: dict[Operation, dict[str, Known]] = {"panel": {}, "clip": {}}
        for shot in (shot for scene in film.scenes.values() for shot in scene.shots):
            for at_end in (False, True):
                words = panel_prompt(shot, film.bible, at_end=at_end)
                self._by_words["panel"].setdefault(words, Known(shot, words, 1.0 if at_end else 0.0))
            words = clip_prompt(shot, film.bible)
            self._by_words["clip"].setdefault(words, Known(shot, words))

    def find(self, operation: Operation, prompt: str) -> Known | None:
        """The shot of a prompt: the very words, else the longest ones that the prompt holds, or that hold it."""
        known = self._by_words[operation]
        if prompt in known:
            return known[prompt]
        alike = [words for words in known if words in prompt or (len(prompt) >= _LEAST_MATCH and prompt in words)]
        return known[max(alike, key=len)] if alike else None
