"""What every review tool can do for a film. A push and a pull are the same for all of them.

A version is found again by the mark in its name there: a film that has lost its own notes sends nothing twice.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from manifests.review.tools import VerdictWord
from production.review_tools.memory import Memory

MARK = 12
"""So many characters of a file's content hash mark it there: 48 bits tell the files of a film apart."""


@dataclass(frozen=True, slots=True)
class ShotSheet:
    """A shot as the tool shows it. `short`: its name within its scene, SH0010; `words`: empty of a private shot."""

    id: str
    short: str
    frames: int
    words: str


@dataclass(frozen=True, slots=True)
class SceneSheet:
    """A scene with the shots that may be sent, in story order. `fps`: frames a second; `aspect`: such as 16:9."""

    id: str
    title: str
    fps: int
    aspect: str
    shots: tuple[ShotSheet, ...]


@dataclass(frozen=True, slots=True)
class ToolVersion:
    """One take to be looked at. `name`: draft v002; `file`: its name there, without the mark; `line`: a line about it.
    `private`: whatever the tool answers about it is not repeated.
    """

    shot: ShotSheet
    name: str
    file: str
    sha256: str
    media_type: str
    size_bytes: int
    line: str
    private: bool = False

    @property
    def mark(self) -> str:
        """The part of the content hash by which the tool's copy is found again."""
        return self.sha256[:MARK]


@dataclass(frozen=True, slots=True)
class SentVersion:
    """A version as the tool has it. `id`: the tool's own; `shot` and `mark`: "" where somebody renamed it. `whole`: its
    bytes are there; else a push broke off. `broken`: the tool has the bytes and cannot show them.
    """

    id: str
    shot: str
    mark: str
    whole: bool = True
    broken: bool = False


@dataclass(frozen=True, slots=True)
class ToolWord:
    """What one person said there. `shot`: "" where only this film may know it. `version`: the ID of the version it is
    about, and `mark` the mark in its name; both "" where it is about the shot. `at`: ISO 8601 with its zone, or "".

    `who`: "" where the tool does not say. `program`: a bot's. `frame`, `to_frame`: counted from 0. `word`: the status
    that was set with it; `verdict`: what the film takes that for. `answers`: the ID of the comment that it answers;
    `resolved_by`: who closed it, or "".
    """

    id: str
    shot: str
    who: str
    version: str = ""
    mark: str = ""
    at: str = ""
    text: str = ""
    program: bool = False
    frame: int | None = None
    to_frame: int | None = None
    word: str = ""
    verdict: VerdictWord | None = None
    answers: str = ""
    resolved_by: str = ""


@dataclass(frozen=True, slots=True)
class ToolFacts:
    """What a check found: who we are there, the project ("" where a push would make it), and what else is of use."""

    tool: str
    address: str
    user: str
    project: str
    notes: tuple[str, ...] = ()


Tell = Callable[[int, int], None]
"""Told how many of how many bytes or things are done."""


class ReviewTool(Protocol):
    """A review tool over its API. Every call raises ToolUnready, ToolRefused or ToolDown, and nothing else of its own.

    Reading makes nothing there. `project` with `make` makes the project where there is none; else it gives "".
    """

    @property
    def name(self) -> str:
        """The tool's name for people."""
        ...

    def check(self) -> ToolFacts:
        """Ask who we are there, and whether everything that a push needs is there."""
        ...

    def project(self, *, make: bool) -> str:
        """The ID of the film's project there; "" where there is none and it is not made."""
        ...

    def lay_out(self, scene: SceneSheet) -> tuple[int, int]:
        """Make or update the scene and its shots there; gives how many were made, and how many updated."""
        ...

    def sent(self, scene: SceneSheet) -> Sequence[SentVersion]:
        """Every version that it has of these shots."""
        ...

    def send(self, version: ToolVersion, file: Path, begun: SentVersion | None, memory: Memory, tell: Tell) -> str:
        """Send one version and give its ID there. `file` has the ending of its kind. `begun`: what a push before left
        half. `memory`: where a long upload writes down how far it is.
        """
        ...

    def said(self, scene: SceneSheet) -> Sequence[ToolWord]:
        """Every comment and status on those versions, oldest first; an answer after what it answers."""
        ...
