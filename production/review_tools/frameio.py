"""Frame.io, by its documented REST API V4: a folder for each scene, and in it a file for each take.

Routes, below /v4 (https://developer.frame.io/platform/api-reference): `me`, `accounts`, and below an account
`workspaces`, `projects`, `workspaces/{id}/projects`, `folders/{id}/folders`, `folders/{id}/children`,
`version_stacks/{id}/children`, `folders/{id}/files/local_upload`, `files/{id}`, `files/{id}/status`,
`files/{id}/comments`, `comments/{id}`.

Not verified against the service itself, which asks for an account: from which number the frames of comments count (the
documents of V2 say 0; film.yaml may say 1), how long the addresses of an upload last, and whether `status` stays
"created" for a while after the last part.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from manifests.review.tools import FrameioTool, VerdictWord
from production.review_tools.contract import MARK, SceneSheet, SentVersion, Tell, ToolFacts, ToolVersion, ToolWord
from production.review_tools.errors import ToolDown, ToolRefused, ToolUnready, reads_rows
from production.review_tools.frameio_client import FRAMEIO, FrameioClient, FrameioKey
from production.review_tools.memory import Memory, name_of

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_FILE = re.compile(rf"_([0-9a-f]{{{MARK}}})\.[a-z0-9]{{1,5}}$")
_TIMECODE = re.compile(r"(\d{1,2}):(\d{2}):(\d{2})[:;](\d{2})", re.ASCII)
_PARTS_MAX = 10_000
_AGAIN = 2
"""So often an upload is begun: once more where its addresses have expired."""

_Row = dict[str, Any]


class Frameio:
    """One film's project in Frame.io. `title`: what the project is called where film.yaml names none."""

    name = FRAMEIO

    def __init__(self, key: FrameioKey, config: FrameioTool, title: str) -> None:
        self._key, self._config, self._title = key, config, config.project or title
        self._client = FrameioClient(key)
        self._root = ""
        self._project: _Row | None = None
        self._folders: dict[str, str] = {}

    @reads_rows
    def check(self) -> ToolFacts:
        """Who we are there, in which account, and whether the project is there."""
        user = self._client.get("/me")
        self._account()
        project = self.project(make=False)
        name = str(self._project.get("name") or "") if project and self._project else ""
        return ToolFacts(FRAMEIO, self._key.url, str(user.get("name") or user.get("email") or ""), name)

    @reads_rows
    def project(self, *, make: bool) -> str:
        """The project of that name or ID."""
        if self._project is None:
            self._project = self._found_project()
        if self._project is None and make:
            path = f"{self._account()}/workspaces/{self._workspace()}/projects"
            self._project = self._client.create(path, {"name": self._title})
        return str(self._project["id"]) if self._project else ""

    @reads_rows
    def lay_out(self, scene: SceneSheet) -> tuple[int, int]:
        """Make the scene's folder. Frame.io has no shots: a file's name says which it is of."""
        self.project(make=True)
        if self._folder(scene):
            return 0, 0
        assert self._project is not None  # it was just made
        path = f"{self._account()}/folders/{self._project['root_folder_id']}/folders"
        self._folders[scene.id] = str(self._client.create(path, {"name": scene.id})["id"])
        return 1, 0

    @reads_rows
    def sent(self, scene: SceneSheet) -> Sequence[SentVersion]:
        """Every file of the scene's folder, those in version stacks too."""
        return [self._as_sent(scene, row) for row in self._files(scene)]

    @reads_rows
    def send(self, version: ToolVersion, file: Path, begun: SentVersion | None, memory: Memory, tell: Tell) -> str:
        """Make the file there and put its parts, from where a push before broke off."""
        name = name_of(version.shot.id, version.sha256)
        told = memory.begun.get(name)
        if begun is not None and (told is None or told.get("id") != begun.id):
            self._client.delete(f"{self._account()}/files/{begun.id}")  # half a file, whose addresses nobody has
            told = None
        if begun is None:
            told = None
        for _try in range(_AGAIN):
            if told is None:
                told = memory.begun[name] = self._begun(version, file)
                memory.keep()
            if self._put(version, file, told, memory, tell):
                self._refuse_failed(version, str(told["id"]))
                return str(told["id"])
            self._client.delete(f"{self._account()}/files/{told['id']}")
            told = None
        raise ToolDown(FRAMEIO, f"the addresses for {version.file} expire at once", "Look at this machine's clock.")

    @reads_rows
    def said(self, scene: SceneSheet) -> Sequence[ToolWord]:
        """Every comment and answer on the files, and each file's status, which names nobody."""
        found: list[ToolWord] = []
        for row in self._files(scene):
            sent = self._as_sent(scene, row)
            found += self._comments(scene, sent)
            if word := _status(row, self._config.status_field):
                found.append(
                    ToolWord(
                        id=f"{sent.id}.status",
                        shot=sent.shot,
                        who="",
                        version=sent.id,
                        mark=sent.mark,
                        word=word,
                        verdict=self._verdict(word),
                    )
                )
        return found

    def _comments(self, scene: SceneSheet, sent: SentVersion) -> Iterator[ToolWord]:
        path = f"{self._account()}/files/{sent.id}/comments"
        rows = sorted(self._client.every(path, {"include": "owner"}), key=_created)
        if not rows:
            return
        with_answers = self._client.every(path, {"include": "replies"})
        answers: dict[str, list[_Row]] = {str(row["id"]): row.get("replies") or [] for row in with_answers}
        people = {str(owner.get("id")): _who(row) for row in rows if (owner := row.get("owner"))}
        for row in rows:
            yield self._said(scene, sent, row, people=people)
            for answer in sorted(answers.get(str(row["id"]), []), key=_created):
                whole = self._client.get(f"{self._account()}/comments/{answer['id']}", {"include": "owner"})
                yield self._said(scene, sent, whole, answers=str(row["id"]), people=people)

    def _said(
        self, scene: SceneSheet, sent: SentVersion, row: _Row, *, people: dict[str, str], answers: str = ""
    ) -> ToolWord:
        frame = _frame(row.get("timestamp"), scene.fps, self._config.first_frame)
        length = row.get("duration")
        closed = people.get(str(row.get("completer_id")), "") if row.get("completed_at") else ""
        return ToolWord(
            id=str(row["id"]),
            shot=sent.shot,
            who=_who(row),
            version=sent.id,
            mark=sent.mark,
            at=_at(row.get("created_at")),
            text=str(row.get("text") or ""),
            frame=frame,
            to_frame=frame + length - 1 if frame is not None and isinstance(length, int) and length > 1 else None,
            answers=answers,
            resolved_by=closed,
        )

    def _verdict(self, word: str) -> VerdictWord | None:
        return self._config.verdicts.get(word.casefold())

    def _begun(self, version: ToolVersion, file: Path) -> _Row:
        """Make the file without its bytes. Gives its ID, and where its parts go."""
        path = f"{self._account()}/folders/{self._folders[version.shot.id.partition('_')[0]]}/files/local_upload"
        made = self._client.create(path, {"name": file.name, "file_size": version.size_bytes})
        parts = [(str(each.get("url")), int(each.get("size") or 0)) for each in made.get("upload_urls") or []]
        if not 0 < len(parts) <= _PARTS_MAX or sum(size for _, size in parts) != version.size_bytes:
            cause = f"it gave {len(parts)} addresses for {version.size_bytes} bytes of {version.file}"
            raise ToolDown(FRAMEIO, cause, "Run the command again.")
        return {"id": made["id"], "parts": parts, "media_type": made.get("media_type") or version.media_type, "done": 0}

    def _put(self, version: ToolVersion, file: Path, told: _Row, memory: Memory, tell: Tell) -> bool:
        """Put what is left of the parts, and write down each; False where their addresses have expired."""
        parts = [(str(url), int(size)) for url, size in told["parts"]]
        for number in range(int(told["done"]), len(parts)):
            url, size = parts[number]
            before = sum(each for _, each in parts[:number])
            if not self._client.put(url, file, (before, size), str(told["media_type"])):
                return False
            told["done"] = number + 1
            memory.keep()
            tell(before + size, version.size_bytes)
        return True

    def _refuse_failed(self, version: ToolVersion, file: str) -> None:
        if self._client.get(f"{self._account()}/files/{file}/status").get("upload_failed"):
            raise ToolRefused(FRAMEIO, f"it took {version.file} and could not keep it", "Run the command again.")

    def _as_sent(self, scene: SceneSheet, row: _Row) -> SentVersion:
        name = str(row.get("name") or "")
        found = _FILE.search(name)
        shot = next((shot.id for shot in scene.shots if shot.id in name), "")
        whole = row.get("status") != "created" or self._is_complete(str(row["id"]))
        return SentVersion(str(row["id"]), shot, found[1] if found else "", whole=whole)

    def _is_complete(self, file: str) -> bool:
        return bool(self._client.get(f"{self._account()}/files/{file}/status").get("upload_complete"))

    def _files(self, scene: SceneSheet) -> Iterator[_Row]:
        folder = self._folder(scene) if self.project(make=False) else ""
        if not folder:
            return
        for row in self._client.every(f"{self._account()}/folders/{folder}/children", {"include": "metadata"}):
            if row.get("type") == "file":
                yield row
            elif row.get("type") == "version_stack":
                path = f"{self._account()}/version_stacks/{row['id']}/children"
                yield from self._client.every(path, {"include": "metadata"})

    def _folder(self, scene: SceneSheet) -> str:
        """The ID of the scene's folder; "" where it is not made."""
        if scene.id not in self._folders and self._project is not None:
            path = f"{self._account()}/folders/{self._project['root_folder_id']}/folders"
            self._folders |= {str(row.get("name")): str(row["id"]) for row in self._client.every(path)}
        return self._folders.get(scene.id, "")

    def _found_project(self) -> _Row | None:
        if _UUID.fullmatch(self._title):
            found: _Row = self._client.get(f"{self._account()}/projects/{self._title}")
            return found
        rows = self._client.every(f"{self._account()}/projects")
        return next((row for row in rows if row.get("name") == self._title), None)

    def _account(self) -> str:
        """The path of the account."""
        if not self._root:
            account = self._key.account or _only(self._client.every("/accounts"), "account", "GATE_FRAMEIO_ACCOUNT")
            self._root = f"/accounts/{account}"
        return self._root

    def _workspace(self) -> str:
        rows = () if self._key.workspace else self._client.every(f"{self._account()}/workspaces")
        return self._key.workspace or _only(rows, "workspace", "GATE_FRAMEIO_WORKSPACE")


def _only(rows: Iterable[_Row], what: str, variable: str) -> str:
    found = {str(row["id"]): str(row.get("name") or row.get("display_name") or "") for row in rows}
    if len(found) != 1:
        known = ", ".join(f"{name} {key}" for key, name in found.items()) or "none"
        cure = f"Set {variable} to the ID of one: {known}."
        raise ToolUnready(FRAMEIO, f"the token reaches {len(found)} {what}s, and one is needed", cure)
    return next(iter(found))


def _status(row: _Row, name: str) -> str:
    """The file's status, by its name for people; "" where it has none."""
    for each in row.get("metadata") or []:
        if str(each.get("field_definition_name") or "").casefold() == name.casefold():
            value = each.get("value")
            options = value if isinstance(value, list) else [value]
            names = (one.get("display_name") if isinstance(one, dict) else one for one in options)
            return next((str(one) for one in names if one), "")
    return ""


def _frame(timestamp: object, fps: int, first: int) -> int | None:
    """The frame of a comment, counted from 0, from a number of frames or a timecode; None for one on the whole file."""
    if isinstance(timestamp, int) and not isinstance(timestamp, bool):
        return max(0, timestamp - first)
    if isinstance(timestamp, str):
        if timestamp.isdecimal() and timestamp.isascii():
            return max(0, int(timestamp) - first)
        if found := _TIMECODE.fullmatch(timestamp):
            hours, minutes, seconds, frames = map(int, found.groups())
            return ((hours * 60 + minutes) * 60 + seconds) * fps + frames
    return None


def _who(row: _Row) -> str:
    owner = row.get("owner") or {}
    return str(owner.get("name") or owner.get("email") or "")


def _at(time: object) -> str:
    try:
        return datetime.fromisoformat(str(time)).isoformat(timespec="seconds")
    except ValueError:
        return ""


def _created(row: _Row) -> str:
    return str(row.get("created_at") or "")
