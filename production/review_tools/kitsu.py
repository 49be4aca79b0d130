"""Kitsu, through its own client gazu: a sequence for each scene, a task for each shot, a comment with a preview for
each take.

What its server (Zou 1.0) was seen to do, and what this rests on: a preview has the name of its file, without the
ending, as `original_name` once its bytes are there, and takes no second file; before that the name is null. Comments
come newest first, with their time in whole seconds of UTC. Each comment carries the task's status, whether it changed
it or not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import gazu

from manifests.names import scene_of_shot
from manifests.review.tools import KitsuTool, VerdictWord
from production.review_tools.contract import (
    MARK,
    SceneSheet,
    SentVersion,
    ShotSheet,
    Tell,
    ToolFacts,
    ToolVersion,
    ToolWord,
)
from production.review_tools.errors import ToolRefused, ToolUnready, reads_rows
from production.review_tools.kitsu_client import KITSU, KitsuKey, client_of
from production.review_tools.memory import Memory

_LINE = re.compile(rf"^gate:([0-9a-f]{{{MARK}}})$", re.MULTILINE)
_FILE = re.compile(rf"_([0-9a-f]{{{MARK}}})$")
_MOMENT = re.compile(r"\bv(\d{1,6}) \d{1,4}:\d{1,2}\.\d{1,4} \((\d{1,6})\)")
"""A moment as Kitsu's page writes it where somebody types @frame: revision, minutes, seconds, and the frame from 1."""

_MAIN = "main"
"""The name that Kitsu and gazu give a task. Others beside it are somebody else's."""

_NONE = SentVersion("", "", "")
_Row = dict[str, Any]


class Kitsu:
    """One film's project in Kitsu. `title`: what the project is called where film.yaml names none."""

    name = KITSU

    def __init__(self, key: KitsuKey, config: KitsuTool, title: str) -> None:
        self._key, self._config, self._title = key, config, config.project or title
        self._client = client_of(key)
        self._project: _Row | None = None
        self._shots: dict[str, dict[str, _Row]] = {}

    @reads_rows
    def check(self) -> ToolFacts:
        """Who we are there, and whether the task type and the status of a published version are there."""
        user = gazu.client.get_current_user(client=self._client)
        self._task_type()
        self._status()
        project = self.project(make=False)
        named = self._title if project else ""
        bot = ("The key is a bot's.",) if user.get("is_bot") else ()
        return ToolFacts(KITSU, self._key.url, str(user.get("full_name") or user.get("email") or ""), named, bot)

    @reads_rows
    def project(self, *, make: bool) -> str:
        """The production of that name."""
        if self._project is None:
            self._project = gazu.project.get_project_by_name(self._title, client=self._client)
        if self._project is None and make:
            self._project = gazu.project.new_project(self._title, production_type="short", client=self._client)
        return str(self._project["id"]) if self._project else ""

    @reads_rows
    def lay_out(self, scene: SceneSheet) -> tuple[int, int]:
        """Make or update production, sequence and shots."""
        self.project(make=True)
        assert self._project is not None  # it was just made
        wanted = {"fps": str(scene.fps), "ratio": scene.aspect}
        if any(self._project.get(name) != value for name, value in wanted.items()):
            told = {"id": self._project["id"], **wanted}
            self._project |= gazu.project.update_project(told, client=self._client)
        sequence = gazu.shot.new_sequence(self._project, scene.id, client=self._client)
        there = self._shots_of(sequence)
        made = updated = 0
        for shot in scene.shots:
            found = there.get(shot.short)
            if found is None:
                there[shot.short] = gazu.shot.new_shot(
                    self._project,
                    sequence,
                    shot.short,
                    nb_frames=shot.frames,
                    description=shot.words,
                    data={"fps": str(scene.fps)},
                    client=self._client,
                )
                made += 1
            elif changed := _changed(found, shot):
                there[shot.short] |= gazu.shot.update_shot({"id": found["id"], **changed}, client=self._client)
                updated += 1
        self._shots[scene.id] = there
        return made, updated

    @reads_rows
    def sent(self, scene: SceneSheet) -> Sequence[SentVersion]:
        """Every preview on the shots' tasks, and every comment of ours that still lacks one."""
        found = []
        for shot, comments in self._comments(scene):
            for comment in comments:
                mark, previews = _mark(comment), comment.get("previews") or []
                found += [_sent(shot, each, mark) for each in previews]
                if mark and not previews:
                    found.append(SentVersion(f"comment {comment['id']}", shot.id, mark, whole=False))
        return found

    @reads_rows
    def send(self, version: ToolVersion, file: Path, begun: SentVersion | None, memory: Memory, tell: Tell) -> str:  # noqa: ARG002
        """Publish it: the comment, its preview, and the file, each only where a push before did not get so far."""
        task = self._task(version.shot)
        comment = self._begun_comment(task, version) if begun else None
        if comment is None:
            words = f"{version.line}\ngate:{version.mark}"
            comment = gazu.task.add_comment(task, self._status(), words, client=self._client)
        previews = comment.get("previews") or []
        preview = previews[0] if previews else gazu.task.create_preview(task, comment, client=self._client)
        told = gazu.task.upload_preview_file(preview, str(file), client=self._client, progress_callback=tell)
        if not told.get("original_name"):
            raise ToolRefused(KITSU, f"it took {version.file} and did not keep it", "Look at the preview in Kitsu.")
        return str(preview["id"])

    @reads_rows
    def said(self, scene: SceneSheet) -> Sequence[ToolWord]:
        """Every comment but our own lines, and each status that was changed with one."""
        bots = {each["id"] for each in gazu.person.all_persons(client=self._client) if each.get("is_bot")}
        found: list[ToolWord] = []
        for shot, comments in self._comments(scene):
            revisions, newest, before = dict[int, SentVersion](), _NONE, ""
            for comment in comments:
                for preview in comment.get("previews") or []:
                    newest = _sent(shot, preview, _mark(comment))
                    revisions[int(preview.get("revision") or 0)] = newest
                word = str((comment.get("task_status") or {}).get("short_name") or "")
                if not _mark(comment):
                    changed = word if word != before else ""
                    found += self._said_in(shot, comment, changed, (newest, revisions), bots)
                before = word
        return found

    def _said_in(
        self,
        shot: ShotSheet,
        comment: _Row,
        word: str,
        about: tuple[SentVersion, Mapping[int, SentVersion]],
        bots: set[Any],
    ) -> Iterator[ToolWord]:
        """A comment and its replies. `word`: the status that it changed to. `about`: the newest preview at that moment,
        and the preview of each revision.
        """
        newest, revisions = about
        text = str(comment.get("text") or "")
        moment = _MOMENT.search(text)
        version = revisions.get(int(moment[1]), newest) if moment else newest
        yield ToolWord(
            id=str(comment["id"]),
            shot=shot.id,
            who=_who(comment),
            version=version.id,
            mark=version.mark,
            at=_at(comment.get("created_at")),
            text=text,
            program=comment.get("person_id") in bots,
            frame=max(0, int(moment[2]) - 1) if moment else None,
            word=word,
            verdict=self._verdict(word),
        )
        for reply in comment.get("replies") or []:
            yield ToolWord(
                id=str(reply["id"]),
                shot=shot.id,
                who=_who(reply),
                version=version.id,
                mark=version.mark,
                at=_at(reply.get("date")),
                text=str(reply.get("text") or ""),
                program=reply.get("person_id") in bots,
                answers=str(comment["id"]),
            )

    def _verdict(self, word: str) -> VerdictWord | None:
        return self._config.verdicts.get(word.casefold())

    def _comments(self, scene: SceneSheet) -> Iterator[tuple[ShotSheet, list[_Row]]]:
        """Of each shot that is there and has our task its comments, oldest first."""
        if not self.project(make=False):
            return
        kind = self._task_type()
        there = self._laid_out(scene)
        tasks = gazu.task.all_tasks_for_task_type(self._project, kind, client=self._client)
        by_shot = {task["entity_id"]: task for task in tasks if task.get("name") == _MAIN}
        for shot in scene.shots:
            task = by_shot.get(there.get(shot.short, {}).get("id"))
            if task is not None:
                newest_first = gazu.task.all_comments_for_task(task, client=self._client)
                oldest_first = reversed(newest_first)  # within a second, their order is all that tells
                yield shot, sorted(oldest_first, key=lambda each: str(each.get("created_at") or ""))

    def _laid_out(self, scene: SceneSheet) -> dict[str, _Row]:
        """The shots that are there, by their short names; nothing is made."""
        if scene.id not in self._shots:
            sequence = gazu.shot.get_sequence_by_name(self._project, scene.id, client=self._client)
            self._shots[scene.id] = self._shots_of(sequence) if sequence else {}
        return self._shots[scene.id]

    def _shots_of(self, sequence: _Row) -> dict[str, _Row]:
        rows = gazu.shot.all_shots_for_sequence(sequence, client=self._client)
        return {row["name"]: row for row in rows if not row.get("canceled")}

    def _task(self, shot: ShotSheet) -> _Row:
        entity = self._shots[scene_of_shot(shot.id)][shot.short]
        task: _Row = gazu.task.new_task(entity, self._task_type(), _MAIN, client=self._client)
        return task

    def _begun_comment(self, task: _Row, version: ToolVersion) -> _Row | None:
        comments = gazu.task.all_comments_for_task(task, client=self._client)
        return next((comment for comment in comments if _mark(comment) == version.mark), None)

    def _task_type(self) -> _Row:
        rows = gazu.task.all_task_types(client=self._client)
        fits = [row for row in rows if row.get("for_entity") in {"Shot", None, ""} and not row.get("archived")]
        return _named(fits, self._config.task_type, "name", "task type for shots", "task_type")

    def _status(self) -> _Row:
        rows = gazu.task.all_task_statuses(client=self._client)
        return _named(rows, self._config.publish, "short_name", "task status", "publish")


def _named(rows: Iterable[_Row], name: str, field: str, what: str, setting: str) -> _Row:
    by_name = {str(row.get(field)): row for row in rows}
    found = next((row for each, row in by_name.items() if each.casefold() == name.casefold()), None)
    if found is None:
        known = ", ".join(sorted(by_name)) or "none"
        cure = f"Name one that it has ({known}) in film.yaml, under review_tools: kitsu: {setting}."
        raise ToolUnready(KITSU, f"it has no {what} called {name}", cure)
    return found


def _changed(found: _Row, shot: ShotSheet) -> _Row:
    wanted = {"nb_frames": shot.frames, "description": shot.words}
    return {name: value for name, value in wanted.items() if (found.get(name) or "") != (value or "")}


def _sent(shot: ShotSheet, preview: _Row, mark: str) -> SentVersion:
    """A preview; its own mark counts, and until its bytes are there the mark of its comment."""
    name = str(preview.get("original_name") or "")
    own = _FILE.search(name)
    broken = preview.get("status") == "broken"
    return SentVersion(str(preview["id"]), shot.id, own[1] if own else mark, whole=bool(name), broken=broken)


def _mark(comment: _Row) -> str:
    found = _LINE.search(str(comment.get("text") or ""))
    return found[1] if found else ""


def _who(row: _Row) -> str:
    person = row.get("person") or {}
    return str(person.get("full_name") or " ".join(str(person.get(n) or "") for n in ("first_name", "last_name")))


def _at(time: object) -> str:
    """A time of Kitsu's, which is in UTC and does not say so; "" where it is none."""
    try:
        return datetime.fromisoformat(str(time)).replace(tzinfo=UTC).isoformat(timespec="seconds")
    except ValueError:
        return ""
