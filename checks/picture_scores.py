"""What `gate score` says of any pictures: its numbers and verdicts, as they are printed and stored."""

from __future__ import annotations

from manifests.noun import Noun, Text

CANNOT_TELL = "cannot tell"
WHOLE = "whole picture"


class ChannelScore(Noun):
    """One channel. `z`: standard deviations above what the references are to each other; None with fewer than three."""

    entity: Text
    axis: Text
    channel: Text
    unit: Text
    distance: float
    z: float | None


class FaceScore(Noun):
    """The face that is nearest to the references'. `distance`: up to `limit` it is the same person's, beyond 1.15 of it
    another's; the limit is up to a tenth laxer for small heads. `lines`: the head's, in the picture.
    """

    distance: float
    limit: float
    lines: float


class PictureScore(Noun):
    """One tested picture. `triage`: by axis, pass, ask, fail or CANNOT_TELL; without a baseline only the last, and what
    the WHOLE picture says. `overall`: z, or None. `likeness`: to the nearest reference, 0 to 1, higher is more alike;
    of the faces where there is a `face`, which then decides identity, else as a whole; None between cut-outs without
    one.

    `unknown`: why nothing can be said of the subject; "" where something can. `not_checked`: by axis, why it has no
    verdict. `differs`: how it differs as a whole from the reference that it is likest to, such as mirrored or darker;
    "" where it does not, or where that cannot be told. `no_face`: why no face says who it is; "" where one does, and
    where faces are not looked for.
    """

    name: Text
    differs: str = ""
    found: Text
    box: tuple[float, float, float, float]
    channels: tuple[ChannelScore, ...]
    axes: dict[str, float]
    triage: dict[str, str]
    overall: float | None
    likeness: float | None = None
    unknown: str = ""
    face: FaceScore | None = None
    no_face: str = ""
    not_checked: dict[str, str] = {}

    @property
    def about_face(self) -> str:
        """What the face says of who it is, in words; "" where no face was compared."""
        if self.face is None:
            return ""
        said = {"pass": "the same face", "ask": "perhaps the same face: look", "fail": "another face"}
        seen = f"{self.face.distance:.2f}, the same up to {self.face.limit:g}; a head of {self.face.lines:.0f} lines"
        return f"{said[self.triage['identity']]} ({seen})"


class Scored(Noun):
    """The scores of some pictures by the local eye. `references`: each with how its subject was found."""

    schema_name = "gate/score/1"

    eye: Text
    references: dict[str, Text]
    pictures: tuple[PictureScore, ...]
