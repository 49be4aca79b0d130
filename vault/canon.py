"""The canonical assets: which content each name of the film stands for, and who approved it.

A name is a view, a plate or a prop (`characters/marit/apron/front`). Each link is one small JSON document under
`canon/`, so that the roster is enumerated from the store and never from memory.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar

from pydantic import ValidationError

from manifests.noun import Noun, Sha256, Text
from vault.beside import ShelfBeside
from vault.contract import Shelf
from vault.errors import Corrupt, Missing, NameRefused
from vault.shelves import FolderShelf

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}(/[a-z][a-z0-9_]{0,39}){1,3}")


class CanonLink(Noun):
    """One name and the content it stands for."""

    schema_name: ClassVar[str] = "gate/canon_link/1"

    name: Text
    sha256: Sha256
    approved_by: Text


class Canon:
    """The links on a shelf, or under `root`/canon. A link is replaced as a whole; its content is never touched."""

    def __init__(self, root: Path | Shelf) -> None:
        self._shelf: Shelf = FolderShelf(root / "canon") if isinstance(root, Path) else root
        self._parsed: dict[str, tuple[bytes, CanonLink]] = {}

    def beside(self, links: Iterable[CanonLink]) -> Canon:
        """A canon that also has these links, which stand before its own and are not written."""
        return Canon(ShelfBeside(self._shelf, {link.name: _document(link) for link in links}))

    def link(self, name: str, sha256: str, approved_by: str) -> CanonLink:
        """Let `name` stand for the content from now on. Raises NameRefused on a name, hash or person that is none."""
        _check(name)
        try:
            link = CanonLink(name=name, sha256=sha256, approved_by=approved_by)
        except ValidationError as error:
            field = ".".join(str(part) for part in error.errors()[0]["loc"])
            raise NameRefused(
                name, f"its {field} is not one", "Give the SHA-256 of the picture and who approved it."
            ) from error
        self._shelf.write(name, _document(link))
        return link

    def resolve(self, name: str) -> CanonLink:
        """The content that `name` stands for. Raises Missing, Corrupt, NameRefused."""
        _check(name)
        content = self._shelf.read(name)
        if content is None:
            raise Missing(name, "no canonical asset is linked under this name", "Lock it: gate lock")
        return self._link(name, content)

    def has(self, name: str) -> bool:
        """Whether `name` is linked. Raises NameRefused."""
        _check(name)
        return self._shelf.read(name) is not None

    def names(self) -> tuple[str, ...]:
        """Every linked name, sorted."""
        return tuple(sorted(filter(_NAME.fullmatch, self._shelf.names())))

    def links(self) -> tuple[CanonLink, ...]:
        """Every link, sorted by name. Raises Corrupt."""
        links, damaged = self.survey()
        if damaged:
            raise damaged[0]
        return links

    def survey(self) -> tuple[tuple[CanonLink, ...], tuple[Corrupt, ...]]:
        """Every link that can be read, and what is wrong with each that cannot; both sorted by name."""
        links, damaged = [], []
        for name, content in sorted(self._shelf.read_all()):
            if _NAME.fullmatch(name):
                try:
                    links.append(self._link(name, content))
                except Corrupt as error:
                    damaged.append(error)
        return tuple(links), tuple(damaged)

    def unlink(self, name: str) -> None:
        """Forget the name; its content stays in the vault. Raises Missing, NameRefused."""
        _check(name)
        if not self._shelf.remove(name):
            raise Missing(
                name, "no canonical asset is linked under this name", "See which names are linked: gate doctor"
            )

    def _link(self, name: str, content: bytes) -> CanonLink:
        """The document as a link; one that has not changed is not read again,
        for a run asks for all of them at each step.
        """
        if (kept := self._parsed.get(name)) is not None and kept[0] == content:
            return kept[1]
        try:
            link = CanonLink.model_validate_json(content)
        except ValidationError as error:
            raise self._damaged(name) from error
        if link.name != name:
            raise self._damaged(name)
        self._parsed[name] = (content, link)
        return link

    def _damaged(self, name: str) -> Corrupt:
        cure = "Put its picture into assets/ again, then: gate lock"
        return Corrupt(name, f"its link cannot be read ({self._shelf.where(name)})", cure)


def _document(link: CanonLink) -> bytes:
    return link.model_dump_json(indent=1).encode() + b"\n"


def _check(name: str) -> None:
    if not _NAME.fullmatch(name):
        raise NameRefused(
            repr(name[:80]),
            "it is not a canonical name",
            "Write folders of lower-case letters, digits and underscores: characters/marit/apron/front",
        )
