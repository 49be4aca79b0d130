"""The lock: each canonical picture with the hash that was approved.
lock.yaml is written by `gate lock`, read by all.
"""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from manifests.errors import LockError
from manifests.noun import Noun, Sha256, Text

CanonName = Annotated[
    str, StringConstraints(strict=True, pattern=r"^(characters|locations|props)(/[a-z][a-z0-9_]{0,39}){1,3}$")
]
"""`characters/<id>/<wardrobe>/<view>`, `locations/<id>` or `props/<id>`."""


class LockedAsset(Noun):
    """One approved picture: its content, its size in pixels, and who approved it."""

    sha256: Sha256
    width: Annotated[int, Field(strict=True, ge=1)]
    height: Annotated[int, Field(strict=True, ge=1)]
    approved_by: Text


class Lock(Noun):
    """All approved pictures by canonical name."""

    schema_name: ClassVar[str] = "gate/lock/1"

    assets: dict[CanonName, LockedAsset]

    def asset(self, name: str) -> LockedAsset:
        """The locked picture called `name`. Raises LockError where there is none."""
        if name not in self.assets:
            raise LockError(name, "the lock does not list it", "Look at the picture, then approve it: gate lock")
        return self.assets[name]
