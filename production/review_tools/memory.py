"""The takes that this film has sent to a review tool: by content hash, in one file of its state.

Without the file a push reads the tool's own list, and writes it again. With it a version is known although somebody
renamed it there, and one that people deleted there is not sent again.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from manifests.reading.durable import write_durably

_SCHEMA = "gate/review-tool/1"
_BYTES_MAX = 8 << 20


@dataclass
class Memory:
    """Of one tool and one project there. `sent`: the tool's ID by shot and content hash, "SC010_SH0010 3f…".
    `begun`: how far an upload is, by the same name, in the tool's own terms.
    """

    path: Path
    project: str
    sent: dict[str, str] = field(default_factory=dict)
    begun: dict[str, dict[str, Any]] = field(default_factory=dict)

    @classmethod
    def of(cls, folder: Path, tool: str, project: str) -> Memory:
        """Read it; empty where there is none, where it is of another project, or where it cannot be read."""
        memory = cls(folder / f"{tool}.json", project)
        try:
            content = memory.path.read_bytes()
            told = json.loads(content) if len(content) <= _BYTES_MAX else {}
        except (OSError, ValueError):
            return memory
        if isinstance(told, dict) and (told.get("schema"), told.get("project")) == (_SCHEMA, project):
            memory.sent = {str(name): str(each) for name, each in _dict(told.get("sent")).items()}
            memory.begun = {
                str(name): each for name, each in _dict(told.get("begun")).items() if isinstance(each, dict)
            }
        return memory

    def remember(self, shot: str, sha256: str, remote: str) -> None:
        """Write down that a version is there in full."""
        self.sent[name_of(shot, sha256)] = remote
        self.begun.pop(name_of(shot, sha256), None)
        self.keep()

    def keep(self) -> None:
        """Write it; only its owner may read it, since an upload's address opens a door."""
        told = {"schema": _SCHEMA, "project": self.project, "sent": self.sent, "begun": self.begun}
        write_durably(self.path, [json.dumps(told, indent=1, sort_keys=True).encode()], mode=0o600)

    def known(self, remote: str) -> tuple[str, str]:
        """The shot and the content hash of what the tool calls so; both "" where this film does not remember."""
        name = next((name for name, each in self.sent.items() if each == remote), "")
        shot, _, sha256 = name.partition(" ")
        return shot, sha256


def name_of(shot: str, sha256: str) -> str:
    """A version's name in the memory."""
    return f"{shot} {sha256}"


def _dict(told: object) -> dict[Any, Any]:
    return told if isinstance(told, dict) else {}
