"""The canonical assets: which content each name of the film stands for, and who approved it.

A name is a view, a plate or a prop (`characters/marit/apron/front`). Each link is one small JSON file under `canon/`, so
that the roster is enumerated from the store and never from memory.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import ClassVar

from pydantic import ValidationError

from manifests.noun import Noun, Sha256, Text
from vault.durable import remove_durably, write_durably
from vault.errors import Corrupt, Missing, NameRefused

_READABLE = 0o644
_SUFFIX = ".json"
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}(/[a-z][a-z0-9_]{0,39}){1,3}")


class CanonLink(Noun):
    """One name and the content it stands for."""

    schema_name: ClassVar[str] = "gate/canon_link/1"

    name: Text
    sha256: Sha256
    approved_by: Text


class Canon:
    """The links under `root`/canon. A link is replaced as a whole; its content is never touched."""

    def __init__(self, root: Path) -> None:
        self._folder = root / "canon"

    def link(self, name: str, sha256: str, approved_by: str) -> CanonLink:
        """Let `name` stand for the content from now on. Raises NameRefused on a name, hash or person that is none."""
        path = self._file(name)
        try:
            link = CanonLink(name=name, sha256=sha256, approved_by=approved_by)
        except ValidationError as error:
            field = ".".join(str(part) for part in error.errors()[0]["loc"])
            raise NameRefused(
                name, f"its {field} is not one", "Give the SHA-256 of the picture and who approved it."
            ) from error
        write_durably(path, (link.model_dump_json(indent=1).encode() + b"\n",), mode=_READABLE)
        return link

    def resolve(self, name: str) -> CanonLink:
        """What `name` stands for. Raises Missing, Corrupt, NameRefused."""
        path = self._file(name)
        try:
            link = CanonLink.model_validate_json(path.read_bytes())
        except FileNotFoundError:
            raise Missing(name, "no canonical asset is linked under this name", "Lock it: gate lock") from None
        except ValidationError as error:
            raise _damaged(name, path) from error
        if link.name != name:
            raise _damaged(name, path)
        return link

    def has(self, name: str) -> bool:
        """Whether `name` is linked. Raises NameRefused."""
        return self._file(name).is_file()

    def names(self) -> tuple[str, ...]:
        """Every linked name, sorted."""
        files = (path.relative_to(self._folder) for path in self._folder.rglob(f"*{_SUFFIX}"))
        return tuple(sorted(name for file in files if _NAME.fullmatch(name := file.with_suffix("").as_posix())))

    def unlink(self, name: str) -> None:
        """Forget the name; its content stays in the vault. Raises Missing, NameRefused."""
        try:
            remove_durably(self._file(name))
        except FileNotFoundError:
            raise Missing(name, "no canonical asset is linked under this name", "See what is: gate doctor") from None

    def _file(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise NameRefused(
                repr(name[:80]),
                "it is no canonical name",
                "Write folders of lower-case letters, digits and underscores: characters/marit/apron/front",
            )
        return (self._folder / name).with_suffix(_SUFFIX)


def _damaged(name: str, path: Path) -> Corrupt:
    return Corrupt(name, f"its link cannot be read ({path})", "Lock the film's assets again: gate lock")
