"""The one-line fix of a diagnosis: shown as it would stand in the file, and written after a person's approval."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from manifests.decision import Decision
from manifests.diagnosis import Change, Diagnosis
from production.planning.shot_file import rewritten, scene_file, with_shot
from wiring.services import Services

_SCALAR = re.compile(r"""^("[^"]*"|'[^']*'|[^\s,}\]#]+)""")
"""One value on one line: quoted, or plain up to what ends it in a list or a comment."""

_PLAIN = YAML(typ="safe", pure=True)


@dataclass(frozen=True, slots=True)
class LineFix:
    """A change of a scene's file. `before`: the file as it is; `text`: as it would be; `diff`: what changes, as unified
    diff lines.
    """

    path: Path
    before: str
    text: str
    diff: tuple[str, ...]


def propose(services: Services, diagnosis: Diagnosis) -> LineFix | None:
    """How the scene's file would look; None where no line of it would fix the shot. Writes nothing."""
    if not diagnosis.changes:
        return None
    path = scene_file(services.folder.root, diagnosis.shot)
    before = path.read_text(encoding="utf-8")
    text = _edited(path, diagnosis)
    name = str(path.relative_to(services.folder.root))
    diff = difflib.unified_diff(before.splitlines(), text.splitlines(), name, name, n=2, lineterm="")
    return LineFix(path, before, text, tuple(diff))


def accept(services: Services, proposal: LineFix, decision: Decision) -> None:
    """Write the change and who said so. Raises NotAPerson, ManifestError, and FileChanged where somebody changed the
    file meanwhile; then the file is as it was.
    """
    with rewritten(services.folder.root, proposal.path, proposal.text, before=proposal.before.encode()):
        services.ledger.decide(decision)


def _edited(path: Path, diagnosis: Diagnosis) -> str:
    """The file with only the changed values replaced, each where it stands; a field that is not there yet is put in."""
    before, tokens = path.read_text(encoding="utf-8"), list[tuple[int, int, str]]()
    lines = before.splitlines(keepends=True)

    def note(entry: Any) -> None:
        for change in diagnosis.changes:
            place = _place(entry, change)
            if change.field in place:
                tokens.append((*place.lc.value(change.field), change.now))
        for change in diagnosis.changes:
            place = _place(entry, change)
            value = _PLAIN.load(change.now) if change.field in {"seed", "chain"} else change.now
            place.update({change.field: value}) if change.field in place else place.insert(1, change.field, value)

    written_anew = with_shot(path, diagnosis.shot, note)
    for line, column, now in sorted(tokens, reverse=True):
        row = lines[line]
        lines[line] = row[:column] + now + _SCALAR.sub("", row[column:], count=1)
    in_place = "".join(lines)
    return in_place if _plain(in_place) == _plain(written_anew) else written_anew


def _place(entry: Any, change: Change) -> Any:
    return entry if change.member is None else next(m for m in entry["cast"] if m["character"] == change.member)


def _plain(text: str) -> object:
    try:
        return _PLAIN.load(text)
    except YAMLError:
        return None
