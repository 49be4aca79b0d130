"""A film's scenes by name: the files are listed when the film is opened, and each is parsed when somebody asks for it.

A command about one scene of a long film parses that one. What is wrong in another is told by the commands about it, and
by gate lint.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Self

from manifests.scene import Scene


class Scenes(Mapping[str, Scene]):
    """Read-only. Reading a value raises ManifestError where its file is wrong; names and `in` parse nothing.

    `contents`: the bytes of each file as they were when the film was opened, so that an edit reaches a run whole or not
    at all.
    """

    def __init__(self, contents: Mapping[Path, bytes], parse: Callable[[Path, bytes], Scene]) -> None:
        self._contents = {path.stem: (path, content) for path, content in contents.items()}
        self._parse = parse
        self._parsed: dict[str, Scene] = {}

    @classmethod
    def of(cls, *scenes: Scene) -> Self:
        """Scenes that need no parsing."""
        found = cls({Path(scene.id): b"providers" for scene in scenes}, lambda path, _: known[path.stem])
        known = {scene.id: scene for scene in scenes}
        return found

    def __getitem__(self, name: str) -> Scene:
        """The scene of that name. Raises KeyError, ManifestError."""
        if name not in self._parsed:
            self._parsed[name] = self._parse(*self._contents[name])
        return self._parsed[name]

    def __contains__(self, name: object) -> bool:
        return name in self._contents

    def __iter__(self) -> Iterator[str]:
        return iter(self._contents)

    def __len__(self) -> int:
        return len(self._contents)

    def with_makers(self) -> Iterator[Scene]:
        """The scenes with a shot that names a provider of its own. Parses those that hold the field's name."""
        for name, (_, content) in self._contents.items():
            if b"providers" in content:
                yield self[name]

    def misnamed(self) -> Iterator[str]:
        """The names of files that do not hold their own name: copies in which nobody has changed the ids."""
        return (name for name, (_, content) in self._contents.items() if name.encode() not in content)
