"""Sends a film's scenes and takes to a review tool: what is there stays, what is new goes, and nothing goes twice.

A push that was killed goes on where it was: what the tool has in full is skipped, what it has half is finished.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from manifests.privacy import speaking_of
from manifests.scene import Scene
from production.review_tools.contract import ReviewTool, SentVersion, Tell, ToolVersion
from production.review_tools.errors import ToolRefused
from production.review_tools.gathering import Choice, SceneToSend, gathered
from production.review_tools.memory import Memory, name_of
from wiring.alive import lock
from wiring.scratch import scratch
from wiring.services import Services
from wiring.settings import make_state


@dataclass
class PushResult:
    """What a push did, or would do. `sent`: names of versions; `there`: how many the tool had already; `deleted`: those
    that people deleted there; `broken`: those that the tool cannot show; `kept_back`: shots that stay here, and why.
    """

    project: str = ""
    made: int = 0
    updated: int = 0
    there: int = 0
    sent: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    kept_back: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Open:
    """A version that is still to go, with what a push before left of it."""

    version: ToolVersion
    begun: SentVersion | None


def push(
    services: Services, tool: ReviewTool, scenes: Sequence[Scene], choice: Choice, tell: Tell, *, again: bool = False
) -> PushResult:
    """Send what is new of these scenes. `again`: what people deleted there goes once more; `tell`: how many bytes
    of how many are sent. Raises ReviewToolError, VaultError; what went before stays and is remembered.
    """
    found = [gathered(services, scene, choice) for scene in scenes]
    with alone(services, tool):
        result = PushResult(project=tool.project(make=True))
        memory = memory_of(services, tool, result.project)
        for each in found:
            made, updated = tool.lay_out(each.sheet)
            result.made, result.updated = result.made + made, result.updated + updated
        todo = [one for each in found for one in _to_send(each, tool.sent(each.sheet), memory, result, again=again)]
        whole, done = sum(one.version.size_bytes for one in todo), 0
        for one in todo:
            tell(done, whole)
            _send(services, tool, one, memory, _after(tell, done, whole))
            done += one.version.size_bytes
            result.sent.append(_named(one.version))
        memory.keep()
    return result


def planned(
    services: Services, tool: ReviewTool, scenes: Sequence[Scene], choice: Choice, *, again: bool = False
) -> PushResult:
    """What a push would send; nothing is made or written anywhere. Raises ReviewToolError."""
    result = PushResult(project=tool.project(make=False))
    memory = memory_of(services, tool, result.project)
    for scene in scenes:
        each = gathered(services, scene, choice)
        there = tool.sent(each.sheet) if result.project else ()
        todo = _to_send(each, there, memory, result, again=again)
        result.sent += [_named(one.version) for one in todo]
    return result


def _to_send(
    each: SceneToSend, there: Sequence[SentVersion], memory: Memory, result: PushResult, *, again: bool
) -> list[_Open]:
    """What is still to go, and into `result` what is not. What the tool has and the film forgot is remembered."""
    result.kept_back += each.kept_back
    by_mark = {(sent.shot, sent.mark): sent for sent in there if sent.mark}
    by_id = {sent.id: sent for sent in there}
    todo = []
    for version in each.versions:
        name = name_of(version.shot.id, version.sha256)
        remembered = memory.sent.get(name, "")
        found = by_id.get(remembered) or by_mark.get((version.shot.id, version.mark))
        if found is not None and (found.whole or remembered):
            result.there += 1
            result.broken += [_named(version)] if found.broken else []
            memory.sent[name] = found.id if found.whole else remembered
        elif found is None and remembered and not again:
            result.deleted.append(_named(version))
        else:
            todo.append(_Open(version, found))
    return todo


def _send(services: Services, tool: ReviewTool, one: _Open, memory: Memory, tell: Tell) -> None:
    version = one.version
    with speaking_of(private=version.private), _under_its_name(services, version) as file:
        remote = tool.send(version, file, one.begun, memory, tell)
    memory.remember(version.shot.id, version.sha256, remote)


def _after(tell: Tell, before: int, whole: int) -> Tell:
    """How far all of it is, by how far one file is. `before`: the bytes of those before it."""
    return lambda part, _of: tell(before + part, whole)


@contextmanager
def _under_its_name(services: Services, version: ToolVersion) -> Iterator[Path]:
    """The vault's file by a name with the ending of its kind, for a library that reads both from the path."""
    stem, _, ending = version.file.rpartition(".")
    stem = stem if version.shot.id in stem else f"{version.shot.id}_{stem}"  # some tools know the shot by it alone
    with scratch(services.settings) as folder:
        file = folder / f"{stem}_{version.mark}.{ending}"
        file.symlink_to(services.vault.path(version.sha256))
        yield file


@contextmanager
def alone(services: Services, tool: ReviewTool) -> Iterator[None]:
    """One push or pull of a tool at a time. Raises ToolRefused where another process is at it."""
    make_state(services.settings)
    folder = _folder(services)
    folder.mkdir(mode=0o700, exist_ok=True)
    held = lock(folder / f"{tool_key(tool)}.lock", alone=True)
    if held is None:
        raise ToolRefused(tool.name, "another push or pull of this film is under way", "Wait until it has ended.")
    try:
        yield
    finally:
        os.close(held)


def memory_of(services: Services, tool: ReviewTool, project: str) -> Memory:
    """What this film remembers of a project of the tool."""
    return Memory.of(_folder(services), tool_key(tool), project)


def _folder(services: Services) -> Path:
    return services.settings.state / "review_tools"


def tool_key(tool: ReviewTool) -> str:
    """The tool's name in names of files and commands."""
    return tool.name.lower().replace(".", "")


def _named(version: ToolVersion) -> str:
    return f"{version.shot.id} {version.name}"
