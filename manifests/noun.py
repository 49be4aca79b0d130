"""The one base of every noun: frozen, strict about unknown fields, and stored with its schema's name and version."""

from __future__ import annotations

import json
from typing import Annotated, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from manifests.keys import canonical_json

_SCHEMA = "schema"

Id = Annotated[str, StringConstraints(strict=True, pattern=r"^[a-z][a-z0-9_]{0,39}$")]
"""A character, location, prop or wardrobe: lower case, digits and underscores; it becomes a folder name."""

SCENE_NAME = r"SC[0-9]{3,4}"
SceneId = Annotated[str, StringConstraints(strict=True, pattern=rf"^{SCENE_NAME}$")]
ShotId = Annotated[str, StringConstraints(strict=True, pattern=r"^SC[0-9]{3,4}_SH[0-9]{4}$")]
ViewShotId = Annotated[str, StringConstraints(strict=True, pattern=r"^BIBLE_[a-z0-9_.~]{1,18}$")]
"""The ledger's name for one reference view that is to be made: it belongs to the bible, and to no scene of the film."""

SubjectId = Annotated[
    str, StringConstraints(strict=True, pattern=r"^(SC[0-9]{3,4}(_SH[0-9]{4})?|BIBLE_[a-z0-9_.~]{1,18})$")
]
"""The ID that a take may belong to: a shot, a reference view shot of the bible,
or a scene that a writer was asked about.
"""

Sha256 = Annotated[str, StringConstraints(strict=True, pattern=r"^[0-9a-f]{64}$")]
Text = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=2000)]
Words = Annotated[str, StringConstraints(strict=True, max_length=2000)]
"""Words of the film that somebody may still have to write: `gate lint` names those that are empty."""

Fraction = Annotated[float, Field(ge=0.0, le=1.0, allow_inf_nan=False)]


class Noun(BaseModel):
    """A frozen value. `schema_name` is what its stored form is called; raise the number when its fields change."""

    # An error that shows its input would show a private shot's words; the reader of a file says where in the file it
    # is.
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, hide_input_in_errors=True)
    schema_name: ClassVar[str] = ""

    def stored(self) -> str:
        """The noun as it is kept: JSON that says which schema, and which version of it, it was written by."""
        return canonical_json({_SCHEMA: self.schema_name, **self.model_dump(mode="json")})

    @classmethod
    def from_stored(cls, text: str | bytes) -> Self:
        """Read what `stored` wrote. Raises ValueError for another schema, or another version of this one."""
        fields = json.loads(text)
        written = fields.pop(_SCHEMA, None) if isinstance(fields, dict) else None
        if written != cls.schema_name:
            raise ValueError(f"it is stored as {written}, and this program reads {cls.schema_name}")
        return cls.model_validate_json(json.dumps(fields))
