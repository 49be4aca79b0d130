"""Frame.io's API V4 on loopback, strict about what its documents require, with the signed addresses that uploads go to.

It wants a bearer token, `data` around what is made, and of each part its own size, the media type that it announced and
`x-amz-acl: private`; parts are of equal size, for so the official client cuts a file. Lists come in pages, and the link
to the next one holds its place alone. Its rows have every field that the official client (frameio 4.0) asks for. A key
that is sent to a signed address is kept in `leaked`.
"""

from __future__ import annotations

import hashlib
import uuid
from dataclasses import dataclass, field
from typing import Any

from tests.stand_ins.json_server import Answer, Asked, JsonServer, route

TOKEN = "frameio-token-4711-0815"
ID = r"([0-9a-f-]{36})"
ACCOUNT = f"/v4/accounts/{ID}"
_AT = "2026-11-21T12:00:00.000000Z"
_KINDS = {"png": "image/png", "jpg": "image/jpeg", "mp4": "video/mp4"}


def _id() -> str:
    return str(uuid.uuid4())


@dataclass
class FrameioServer(JsonServer):
    """`part_bytes`: the most bytes of an upload's parts. `page`: the most rows of a page."""

    part_bytes: int = 16
    page: int = 3
    account: str = field(default_factory=_id)
    workspaces: list[dict[str, Any]] = field(default_factory=list)
    projects: dict[str, dict[str, Any]] = field(default_factory=dict)
    assets: dict[str, dict[str, Any]] = field(default_factory=dict)
    parts: dict[str, dict[int, bytes]] = field(default_factory=dict)
    comments: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    leaked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.user = self.person("Tess Dey")
        self.workspaces.append({"id": _id(), "name": "Films", "account_id": self.account} | _times())

    def person(self, name: str) -> dict[str, Any]:
        """Somebody with an account."""
        email = f"{name.partition(' ')[0].lower()}@studio.example"
        return {"id": _id(), "name": name, "email": email, "active": True, "avatar_url": None}

    def say(
        self,
        file: dict[str, Any],
        text: str,
        who: dict[str, Any],
        timestamp: object = None,
        duration: int | None = None,
    ) -> dict[str, Any]:
        """Somebody comments on a file."""
        made = {
            "id": _id(),
            "file_id": file["id"],
            "text": text,
            "timestamp": timestamp,
            "duration": duration,
            "owner": who,
            "replies": [],
            "links": [],
            "mentions": [],
            "completed_at": None,
            "completer_id": None,
        } | _times(len(self.comments.get(file["id"], [])))
        self.comments.setdefault(file["id"], []).append(made)
        return made

    def reply(self, comment: dict[str, Any], text: str, who: dict[str, Any]) -> None:
        """Somebody answers a comment."""
        answer = self.say({"id": comment["file_id"]}, text, who)
        self.comments[comment["file_id"]].remove(answer)
        comment["replies"].append(answer)

    def label(self, file: dict[str, Any], word: str) -> None:
        """Somebody sets a file's status."""
        definition = {"field_definition_id": _id(), "field_definition_name": "Status", "mutable": True}
        value = [{"id": _id(), "display_name": word}]
        file["metadata"] = [{**definition, "field_type": "select", "value": value}]

    def files(self) -> list[dict[str, Any]]:
        """Every file that is there, in the order in which they were made."""
        return [row for row in self.assets.values() if row["type"] == "file"]

    def versions(self) -> list[tuple[str, bytes]]:
        """Each file's name, without its ending, and the bytes that came."""
        return [(row["name"].rpartition(".")[0], self._bytes(row)) for row in self.files()]

    def admit(self, asked: Asked) -> None:
        """The token at the API, and nowhere else."""
        key = asked.headers.get("authorization", "")
        if asked.path.startswith("/s3/"):
            self.leaked += [key] if key else []
        elif key != f"Bearer {TOKEN}":
            raise _refusal(401, "Unauthorized", "The access token is invalid or has expired")
        elif asked.path.startswith("/v4/accounts/") and self.account not in asked.path:
            raise _refusal(404, "Not Found", "No such account")

    def unknown(self, asked: Asked) -> Answer:
        """As its documents say it."""
        return _refusal(404, "Not Found", f"{asked.path} was not found")

    @route("GET", "/v4/me")
    def _me(self, _: Asked) -> Any:
        return {"data": self.user}

    @route("GET", "/v4/accounts")
    def _accounts(self, asked: Asked) -> Any:
        row = {"id": self.account, "display_name": "Studio", "roles": ["admin"], "storage_usage": 0} | _times()
        return self._paged(asked, [row])

    @route("GET", f"{ACCOUNT}/workspaces")
    def _workspaces(self, asked: Asked, _: str) -> Any:
        return self._paged(asked, self.workspaces)

    @route("GET", f"{ACCOUNT}/projects")
    def _projects(self, asked: Asked, _: str) -> Any:
        return self._paged(asked, list(self.projects.values()))

    @route("GET", f"{ACCOUNT}/projects/{ID}")
    def _project(self, asked: Asked, _: str, project: str) -> Any:
        if project not in self.projects:
            return self.unknown(asked)
        return {"data": self.projects[project]}

    @route("POST", f"{ACCOUNT}/workspaces/{ID}/projects")
    def _new_project(self, asked: Asked, _: str, workspace: str) -> Any:
        if workspace not in {each["id"] for each in self.workspaces}:
            return self.unknown(asked)
        row = {"id": _id(), "name": _given(asked, name=str)["name"], "workspace_id": workspace} | _times()
        root = self._add("folder", "root", None, row["id"])
        self.projects[row["id"]] = row | {
            "root_folder_id": root["id"],
            "status": "active",
            "storage": 0,
            "view_url": "https://next.frame.io/project",
        }
        return Answer(201, {"data": self.projects[row["id"]]})

    @route("GET", f"{ACCOUNT}/(?:folders|version_stacks)/{ID}/(children|folders)")
    def _children(self, asked: Asked, _: str, folder: str, which: str) -> Any:
        if folder not in self.assets:
            return self.unknown(asked)
        rows = [row for row in self.assets.values() if row["parent_id"] == folder]
        rows = [row for row in rows if which == "children" or row["type"] == "folder"]
        if asked.query.get("include") != "metadata":
            rows = [{name: value for name, value in row.items() if name != "metadata"} for row in rows]
        return self._paged(asked, rows)

    @route("POST", f"{ACCOUNT}/folders/{ID}/folders")
    def _new_folder(self, asked: Asked, _: str, folder: str) -> Any:
        parent = self.assets[folder]
        return Answer(201, {"data": self._add("folder", _given(asked, name=str)["name"], folder, parent["project_id"])})

    @route("POST", f"{ACCOUNT}/folders/{ID}/files/local_upload")
    def _new_file(self, asked: Asked, _: str, folder: str) -> Any:
        given = _given(asked, name=str, file_size=int)
        kind = _KINDS.get(given["name"].rpartition(".")[2], "application/octet-stream")
        row = self._add("file", given["name"], folder, self.assets[folder]["project_id"])
        row |= {"file_size": given["file_size"], "media_type": kind, "status": "created"}
        sizes = self._sizes(given["file_size"])
        urls = [
            {"size": size, "url": f"{self.url}/s3/{row['id']}/{number}?X-Amz-Signature=s{number}"}
            for number, size in enumerate(sizes)
        ]
        return Answer(201, {"data": row | {"upload_urls": urls}})

    @route("PUT", f"/s3/{ID}/([0-9]+)")
    def _part(self, asked: Asked, file: str, number: str) -> Any:
        row = self.assets.get(file)
        signed = asked.query.get("X-Amz-Signature") == f"s{number}"
        if row is None or not signed:
            return Answer(403, b"<Error><Code>AccessDenied</Code></Error>", Content_Type="application/xml")
        told = (asked.headers.get("x-amz-acl"), asked.headers.get("content-type"))
        if told != ("private", row["media_type"]):
            return Answer(403, b"<Error><Code>SignatureDoesNotMatch</Code></Error>", Content_Type="application/xml")
        if len(asked.body) != self._sizes(row["file_size"])[int(number)]:
            return Answer(400, b"<Error><Code>IncompleteBody</Code></Error>", Content_Type="application/xml")
        self.parts.setdefault(file, {})[int(number)] = asked.body
        if len(self._bytes(row)) == row["file_size"]:
            row["status"] = "uploaded"
        return Answer(200, None, ETag=f'"{hashlib.md5(asked.body).hexdigest()}"')

    @route("GET", f"{ACCOUNT}/files/{ID}")
    def _file(self, asked: Asked, _: str, file: str) -> Any:
        return {"data": self.assets[file]} if file in self.assets else self.unknown(asked)

    @route("DELETE", f"{ACCOUNT}/files/{ID}")
    def _delete(self, asked: Asked, _: str, file: str) -> Any:
        return Answer(204) if self.assets.pop(file, None) else self.unknown(asked)

    @route("GET", f"{ACCOUNT}/files/{ID}/status")
    def _status(self, asked: Asked, _: str, file: str) -> Any:
        if file not in self.assets:
            return self.unknown(asked)
        complete = self.assets[file]["status"] != "created"
        kind = self.assets[file]["media_type"]
        return {"data": {"id": file, "filetype": kind, "upload_complete": complete, "upload_failed": False}}

    @route("GET", f"{ACCOUNT}/files/{ID}/comments")
    def _comments(self, asked: Asked, _: str, file: str) -> Any:
        return self._paged(asked, [_shown(row, asked) for row in self.comments.get(file, [])])

    @route("GET", f"{ACCOUNT}/comments/{ID}")
    def _comment(self, asked: Asked, _: str, comment: str) -> Any:
        every = [each for rows in self.comments.values() for row in rows for each in (row, *row["replies"])]
        return {"data": next(_shown(row, asked) for row in every if row["id"] == comment)}

    def _add(self, kind: str, name: str, parent: str | None, project: str) -> dict[str, Any]:
        row = {"id": _id(), "type": kind, "name": name, "parent_id": parent, "project_id": project}
        row |= {"view_url": "https://next.frame.io/view", "restricted": False, "metadata": []} | _times()
        self.assets[row["id"]] = row
        return row

    def _sizes(self, whole: int) -> list[int]:
        """The sizes of an upload's parts: as equal as the official client cuts them."""
        equal = -(-whole // -(-whole // self.part_bytes))
        return [min(equal, whole - at) for at in range(0, whole, equal)]

    def _bytes(self, row: dict[str, Any]) -> bytes:
        return b"".join(part for _, part in sorted(self.parts.get(row["id"], {}).items()))

    def _paged(self, asked: Asked, rows: list[dict[str, Any]]) -> dict[str, Any]:
        size = min(self.page, int(asked.query.get("page_size", 50)))
        start = int(asked.query.get("after", "p0")[1:])
        more = start + size < len(rows)
        link = f"{asked.path}?after=p{start + size}" if more else None
        return {"data": rows[start : start + size], "links": {"next": link}}


def _times(minute: int = 0) -> dict[str, str]:
    at = _AT.replace("12:00", f"12:{minute:02d}")
    return {"created_at": at, "updated_at": at}


def _shown(row: dict[str, Any], asked: Asked) -> dict[str, Any]:
    """A comment with what was asked to be included, and answers without their owners."""
    include = asked.query.get("include")
    told = {name: value for name, value in row.items() if name not in {"owner", "replies"}}
    if include == "owner":
        return told | {"owner": row["owner"]}
    if include == "replies":
        return told | {"replies": [_shown(each, Asked("GET", "", {}, {}, b"")) for each in row["replies"]]}
    return told


def _given(asked: Asked, **fields: type) -> dict[str, Any]:
    """What is to be made, in its wrapping. Raises Answer."""
    told = asked.json()
    data = told.get("data") if isinstance(told, dict) else None
    if not isinstance(data, dict):
        raise _refusal(422, "Invalid value", "Missing field: data")
    for name, kind in fields.items():
        if not isinstance(data.get(name), kind):
            raise _refusal(422, "Invalid value", f"Missing field: {name}")
    return data


def _refusal(status: int, title: str, detail: str) -> Answer:
    return Answer(status, {"errors": [{"title": title, "detail": detail, "source": {"pointer": "/data"}}]})
