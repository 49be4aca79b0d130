"""The one base of every noun: frozen, strict about unknown fields, and stored with its schema's name and version."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Id = Annotated[str, StringConstraints(strict=True, pattern=r"^[a-z][a-z0-9_]{0,39}$")]
"""A character, location, prop or wardrobe: lower case, digits and underscores; it becomes a folder name."""

SceneId = Annotated[str, StringConstraints(strict=True, pattern=r"^SC\d{3,4}$")]
ShotId = Annotated[str, StringConstraints(strict=True, pattern=r"^SC\d{3,4}_SH\d{4}$")]
Sha256 = Annotated[str, StringConstraints(strict=True, pattern=r"^[0-9a-f]{64}$")]
Text = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=2000)]
Fraction = Annotated[float, Field(ge=0.0, le=1.0, allow_inf_nan=False)]


class Noun(BaseModel):
    """A frozen value. `schema_name` is what its stored form is called; raise the number when its fields change."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)
    schema_name: ClassVar[str] = ""
