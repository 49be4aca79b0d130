"""Kitsu's server on loopback, as Zou 1.0.97 was seen to answer gazu 1.3.1: the routes of a push and a pull.

Its rows have the fields that were seen and that matter here. It refuses as that server did: a token that is none with
422, an ID that is none with 400, an ID that nobody has with 404, a second file for a preview with 400.
"""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field
from typing import Any

from tests.stand_ins.json_server import Answer, Asked, JsonServer, route

EMAIL, PASSWORD, TOKEN = "td@studio.example", "kitsu-pass-4711", "kitsu-token-0815.abc.def"
ID = r"([^/]+)"
_STATUSES = (("Todo", "todo"), ("Work In Progress", "wip"), ("Waiting For Approval", "wfa"))
_VERDICTS = (("Retake", "retake"), ("Done", "done"), ("Approved", "approved"), ("Rejected", "rejected"))
_FILE = re.compile(rb'name="file"; filename="([^"]*)"\r\n(?:[^\r\n]+\r\n)*\r\n')


def _id() -> str:
    return str(uuid.uuid4())


@dataclass
class KitsuServer(JsonServer):
    """`files`: the bytes of each preview, by its ID. `minute`: the time of the next comment."""

    rows: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    minute: int = 0

    def __post_init__(self) -> None:
        for name in ("Compositing", "Animation"):
            self._add("task-types", name=name, short_name="", for_entity="Shot", archived=False)
        for number, (name, short) in enumerate((*_STATUSES, *_VERDICTS)):
            self._add("task-status", name=name, short_name=short, is_default=number == 0, archived=False)
        self.user = self.person("Tess", "Dey")

    def person(self, first: str, last: str, *, bot: bool = False) -> dict[str, Any]:
        """Somebody with an account."""
        full = f"{first} {last}".strip()
        return self._add("persons", first_name=first, last_name=last, full_name=full, is_bot=bot, role="manager")

    def say(self, shot: str, text: str, word: str, who: dict[str, Any]) -> dict[str, Any]:
        """Somebody comments on the newest task of a shot, called SH0010, and sets a status, as Kitsu's page would."""
        entity = next(row for row in self.rows["shots"].values() if row["name"] == shot)
        task = next(row for row in self.rows["tasks"].values() if row["entity_id"] == entity["id"])
        status = next(row for row in self.rows["task-status"].values() if row["short_name"] == word)
        return self._comment(task, text, status, who)

    def reply(self, comment: dict[str, Any], text: str, who: dict[str, Any]) -> None:
        """Somebody answers a comment."""
        told = {"id": _id(), "date": comment["created_at"], "text": text, "person_id": who["id"], "person": who}
        comment["replies"].append(told)

    def versions(self) -> list[tuple[str, bytes]]:
        """Each preview's own name and bytes, in the order in which they were made."""
        return [(str(row["original_name"]), self.files.get(key, b"")) for key, row in self._all("previews").items()]

    def admit(self, asked: Asked) -> None:
        """A token, but for the way in."""
        if asked.path in {"/", "/auth/login"}:
            return
        token = asked.headers.get("authorization", "").removeprefix("Bearer ")
        if not token:
            raise Answer(401, {"msg": "Missing JWT in cookies or headers"})
        if token.count(".") != 2:
            raise Answer(422, {"msg": "Not enough segments"})
        if token != TOKEN:
            raise Answer(401, {"msg": "Signature verification failed"})

    def unknown(self, asked: Asked) -> Answer:
        """As Flask says it."""
        return Answer(404, {"error": True, "message": "404 Not Found: The requested URL was not found on the server."})

    @route("GET", "/")
    def _root(self, _: Asked) -> Any:
        return {"api": "Zou", "version": "1.0.97"}

    @route("POST", "/auth/login")
    def _login(self, asked: Asked) -> Any:
        given = asked.json()
        if (given.get("email"), given.get("password")) != (EMAIL, PASSWORD):
            return Answer(400, {"login": False, "message": "Wrong email or password."})
        return {"login": True, "user": self.user, "access_token": TOKEN, "refresh_token": TOKEN}

    @route("GET", "/auth/authenticated")
    def _authenticated(self, _: Asked) -> Any:
        return {"authenticated": True, "user": self.user}

    @route("GET", "/data/(projects|sequences|tasks|task-types|task-status|persons)")
    def _list(self, asked: Asked, kind: str) -> Any:
        return self._fitting(kind, asked.query)

    @route("POST", "/data/projects")
    def _new_project(self, asked: Asked) -> Any:
        given = asked.json()
        if self._fitting("projects", {"name": given["name"]}):
            return Answer(400, {"error": True, "message": "Project already exists."})
        return Answer(201, self._add("projects", fps="25", ratio="16:9", **given))

    @route("PUT", f"/data/projects/{ID}")
    def _change_project(self, asked: Asked, project: str) -> Any:
        return self._change("projects", project, asked.json())

    @route("POST", f"/data/projects/{ID}/sequences")
    def _new_sequence(self, asked: Asked, project: str) -> Any:
        self._one("projects", project)
        return Answer(201, self._add("sequences", project_id=project, name=asked.json()["name"]))

    @route("GET", f"/data/sequences/{ID}/shots")
    def _shots(self, _: Asked, sequence: str) -> Any:
        return self._fitting("shots", {"parent_id": self._one("sequences", sequence)["id"]})

    @route("GET", "/data/shots/all")
    def _all_shots(self, asked: Asked) -> Any:
        wanted = dict(asked.query)
        return self._fitting("shots", {"parent_id": wanted.pop("sequence_id"), **wanted})

    @route("POST", f"/data/projects/{ID}/shots")
    def _new_shot(self, asked: Asked, project: str) -> Any:
        given = {"nb_frames": None, "description": None, **asked.json()}
        sequence = self._one("sequences", given.pop("sequence_id"))
        row = self._add("shots", parent_id=sequence["id"], project_id=project, canceled=False, **given)
        return Answer(201, row)

    @route("PUT", f"/data/entities/{ID}")
    def _change_shot(self, asked: Asked, entity: str) -> Any:
        return self._change("shots", entity, asked.json())

    @route("POST", "/data/tasks")
    def _new_task(self, asked: Asked) -> Any:
        given = asked.json()
        self._one("shots", given["entity_id"])
        self._one("task-types", given["task_type_id"])
        return Answer(201, self._add("tasks", **given))

    @route("GET", f"/data/tasks/{ID}/comments")
    def _comments(self, _: Asked, task: str) -> Any:
        of_task = self._fitting("comments", {"object_id": self._one("tasks", task)["id"]})
        newest_first = list(reversed(of_task))
        return sorted(newest_first, key=lambda row: row["created_at"], reverse=True)

    @route("POST", f"/actions/tasks/{ID}/comment")
    def _new_comment(self, asked: Asked, task: str) -> Any:
        given = asked.json()
        status = self._one("task-status", given["task_status_id"])
        return Answer(201, self._comment(self._one("tasks", task), given["comment"], status, self.user))

    @route("POST", f"/actions/tasks/{ID}/comments/{ID}/add-preview")
    def _new_preview(self, _: Asked, task: str, comment: str) -> Any:
        row = self._one("comments", comment)
        revision = 1 + sum(each["task_id"] == task for each in self._all("previews").values())
        made = self._add("previews", task_id=task, revision=revision, original_name=None, status="processing")
        row["previews"].append(made)
        return Answer(201, made)

    @route("POST", f"/pictures/preview-files/{ID}")
    def _upload(self, asked: Asked, preview: str) -> Any:
        row, found = self._one("previews", preview), _FILE.search(asked.body)
        if row["original_name"]:
            return Answer(400, {"error": True, "message": "The server could not understand."})
        if found is None:
            return Answer(400, {"error": True, "message": "File not provided."})
        name, _, ending = found[1].decode().rpartition(".")
        if ending not in {"mp4", "png", "jpg"}:
            return Answer(400, {"error": True, "message": f"Wrong file format, extension: {ending}"})
        self.files[preview] = asked.body[found.end() : asked.body.rindex(b"\r\n--")]
        row |= {"original_name": name, "extension": ending, "status": "ready"}
        return Answer(201, row)

    def _comment(self, task: dict[str, Any], text: str, status: dict[str, Any], who: dict[str, Any]) -> dict[str, Any]:
        self.minute += 1
        return self._add(
            "comments",
            object_id=task["id"],
            text=text,
            replies=[],
            previews=[],
            task_status=status,
            person_id=who["id"],
            person=who,
            created_at=f"2026-11-21T{self.minute // 60:02d}:{self.minute % 60:02d}:00",
        )

    def _add(self, kind: str, **row: Any) -> dict[str, Any]:
        made = {"id": _id(), "type": kind, **row}
        self._all(kind)[made["id"]] = made
        return made

    def _all(self, kind: str) -> dict[str, dict[str, Any]]:
        return self.rows.setdefault(kind, {})

    def _one(self, kind: str, key: str) -> dict[str, Any]:
        try:
            uuid.UUID(key)
        except ValueError:
            raise Answer(400, {"error": True, "message": "Malformed ID.", "data": None}) from None
        if key not in self._all(kind):
            raise self.unknown(Asked("GET", key, {}, {}, b""))
        return self._all(kind)[key]

    def _change(self, kind: str, key: str, given: dict[str, Any]) -> dict[str, Any]:
        row = self._one(kind, key)
        row |= given
        return row

    def _fitting(self, kind: str, wanted: dict[str, str]) -> list[dict[str, Any]]:
        def is_it(row: dict[str, Any]) -> bool:
            return all(str(row.get(name)) == value for name, value in wanted.items())

        return [row for row in self._all(kind).values() if is_it(row)]
