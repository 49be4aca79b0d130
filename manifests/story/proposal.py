"""A proposal: a change that somebody would make to one of the film's files. It changes nothing until a person accepts
it.
"""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, JsonValue, StringConstraints, model_validator

from manifests.noun import Noun, Sha256, Text

ProposalState = Literal["open", "accepted", "rejected", "lapsed"]
FileName = Annotated[
    str,
    StringConstraints(
        strict=True,
        pattern=r"^(scenes/SC[0-9]{3,4}|bible/style|bible/(characters|locations|props)/[a-z][a-z0-9_]{0,39})\.yaml$",
    ),
]
"""The files that a proposal may change. film.yaml (caps, providers) and lock.yaml (approved pictures) are not among
them.
"""

PictureName = Annotated[
    str,
    StringConstraints(
        strict=True, max_length=200, pattern=r"^assets/(characters|locations|props)(/[a-z][a-z0-9_]{0,39}){1,3}\.png$"
    ),
]
"""The pictures that a proposal may bring: those that the bible asks for, under their canonical names."""

Place = Annotated[
    str, StringConstraints(strict=True, max_length=200, pattern=r"^[A-Za-z0-9_.~-]+(/[A-Za-z0-9_.~-]+){0,7}(/\+)?$")
]
"""A value's place in its file: `title`, `shots/SC010_SH0020/motion`, `shots/SC010_SH0020/cast/ada/wardrobe`. An entry
of a list goes by its id, character or prop, or by its number from 0; `+` at the end stands for a new last entry.
"""

SHORT = 12
"""So many characters of a proposal's id are shown, and are enough to name it."""


class FieldChange(Noun):
    """One value that changes. `remove`: the field or entry goes; `value` is empty then."""

    at: Place
    value: JsonValue = None
    remove: bool = False

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if self.remove and (self.value is not None or self.at.endswith("/+")):
            raise ValueError("a field that is removed has no value, and `+` names an entry that is not there yet")
        return self


class Proposal(Noun):
    """A change of one file, bound to the file as it was, and to the tool and the arguments that asked for it.

    `base`: the hash of the file that it was made on; `fields`: a short hash of each field of that file, so that a later
    difference can be named without keeping the file's words. `result`: the hash of the file that it makes. `key`: the
    fingerprint of the agent's key, "" for a person or a program of ours. After `lapses_at` nobody can accept it. One
    that brings a picture has the hash of the picture as its `result`, and of nothing as its `base`.
    """

    schema_name: ClassVar[str] = "gate/proposal/1"

    file: FileName | PictureName
    base: Sha256
    fields: dict[str, str] = Field(repr=False)
    result: Sha256
    changes: Annotated[tuple[FieldChange, ...], Field(min_length=1, max_length=50)]
    tool: Text
    arguments: Annotated[str, StringConstraints(strict=True, max_length=20_000)] = Field(repr=False)
    who: Text
    key: str = ""
    made_at: Text
    lapses_at: Text
    why: Text

    @property
    def id(self) -> str:
        """The hash of all of it: another tool, argument, base or result has another id."""
        return sha256(self.stored().encode()).hexdigest()

    @property
    def is_picture(self) -> bool:
        """Whether it brings a picture for the bible, and changes no text."""
        return self.file.startswith("assets/")

    @property
    def scope(self) -> str:
        """What it is about: the shot, where it changes only one; else the scene; the film for the bible ("")."""
        if not self.file.startswith("scenes/"):
            return ""
        shots = {change.at.split("/")[1] if change.at.startswith("shots/") else "" for change in self.changes}
        shot = shots.pop() if len(shots) == 1 else ""
        return f"shot:{shot}" if shot not in {"", "+"} else f"scene:{self.file[7:-5]}"

    def state(self, *, closed: str | None, base_now: str | None, now: datetime) -> ProposalState:
        """Where it stands. `closed`: the kind of the decision that closed it; `base_now`: the file's hash now."""
        if closed is not None:
            return "accepted" if closed == "accept_proposal" else "rejected"
        return "lapsed" if base_now != self.base or self.is_over(now) else "open"

    def is_over(self, now: datetime) -> bool:
        """Whether its time is up."""
        return now >= datetime.fromisoformat(self.lapses_at)
