"""Errors between the clips and the film.

AssemblyError               the film, or a picture about it, was not made
├── UnfitClip               a clip is not what the cut takes it for; nothing was started
├── UnfitPicture            a still cannot be read
├── UnfitCut                the cut contradicts itself (a dissolve longer than its shot)
├── UnfitGrade              the LUT is not a LUT
├── UnfitSound              a sound file cannot be heard, or not as it is asked for
├── UnfitRate               a turnover cannot have this frame rate, or count in this way
├── UnreadableEdit          an edited timeline from outside cannot be read, or passes a bound
├── UnreadableText          no font at hand can draw the text
├── EncodeFailed            ffmpeg refused or died; its own words are kept
├── EncodeTimedOut          ffmpeg was stopped at its time limit
└── UnfitFilm               the finished file is not the film that was ordered
"""

from __future__ import annotations

from manifests.errors import GateError


class AssemblyError(GateError):
    """The film, or a picture about it, was not made. Nothing paid for is lost: clips are only read."""


class UnfitClip(AssemblyError):
    """A clip has the wrong size, rate, length or pixels, or is not a clip. Found before anything was started."""


class UnfitPicture(AssemblyError):
    """A panel or a thumbnail is not a picture, or one too large to be honest."""


class UnfitCut(AssemblyError):
    """The cut contradicts itself, such as two dissolves that share the same frames."""


class UnfitGrade(AssemblyError):
    """The grade is not a readable three-dimensional .cube file."""


class UnfitSound(AssemblyError):
    """A sound file cannot be read, or does not last as long as it should."""


class UnfitRate(AssemblyError):
    """The film's frames cannot be counted at this rate, or in this way."""


class UnreadableEdit(AssemblyError):
    """A timeline that came from an editing program is broken, hostile, or larger than any film's. `line`: in its file,
    from 1; 0 where it has no lines or the whole file is meant.
    """

    def __init__(self, file: str, cause: str, cure: str, line: int = 0) -> None:
        super().__init__(f"{file}:{line}" if line else file, cause, cure)
        self.line = line


class UnreadableText(AssemblyError):
    """A subtitle holds letters that no font at hand can draw; boxes would stand in the picture."""


class EncodeFailed(AssemblyError):
    """ffmpeg ended with an error. `log` is the end of what it said, whole lines."""

    def __init__(self, thing: str, cause: str, cure: str, log: str = "") -> None:
        super().__init__(thing, cause, cure)
        self.log = log


class EncodeTimedOut(AssemblyError):
    """ffmpeg did not end in time and was killed with all its children. The machine may only have been busy."""

    retry_helps = True


class UnfitFilm(AssemblyError):
    """The finished file was decoded, and is not what was ordered. It was not put in place."""
