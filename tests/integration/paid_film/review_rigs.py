"""Kitsu and Frame.io on loopback, each with the same few things that a test does to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from manifests.review.tools import FrameioTool, KitsuTool
from production.review_tools.contract import ReviewTool
from production.review_tools.frameio import Frameio
from production.review_tools.frameio_client import FrameioKey
from production.review_tools.kitsu import Kitsu
from production.review_tools.kitsu_client import KitsuKey
from providers.over_http.guarded_session import SessionLimits
from tests.stand_ins import frameio, kitsu

PATIENT_S = 30.0


@dataclass
class KitsuRig:
    """Kitsu's server, with a film's takes or without."""

    server: kitsu.KitsuServer
    command = "kitsu"
    name = "Kitsu"
    secrets = (kitsu.PASSWORD, kitsu.TOKEN)
    write = "POST /data/projects"
    read = "GET /data/projects"

    @property
    def environment(self) -> dict[str, str]:
        """What a machine that may use it has in its environment."""
        told = {"GATE_KITSU_EMAIL": kitsu.EMAIL, "GATE_KITSU_PASSWORD": kitsu.PASSWORD}
        return {"GATE_KITSU_URL": self.server.url, **told}

    def tool(self, patience_s: float = PATIENT_S, **config: Any) -> ReviewTool:
        """The tool. `patience_s`: how long it waits for one answer."""
        limits = SessionLimits(answer_s=patience_s, tries=2)
        key = KitsuKey(url=self.server.url, token=kitsu.TOKEN, limits=limits)
        return Kitsu(key, KitsuTool(**config), "Tea")

    def person(self, name: str) -> Any:
        """Somebody with an account."""
        return self.server.person(*name.split())

    def say(self, shot: str, text: str, who: Any, *, frame: int | None = None, word: str = "") -> Any:
        """Somebody says something of a shot's newest version, at a frame counted from 0, and sets a status."""
        shown = f"v{len(self._previews(shot))} 00:01.042 ({frame + 1:04d}) {text}" if frame is not None else text
        return self.server.say(shot.partition("_")[2], shown, word or "wfa", who)

    def reply(self, comment: Any, text: str, who: Any) -> None:
        """Somebody answers."""
        self.server.reply(comment, text, who)

    def delete(self, shot: str) -> None:
        """Somebody deletes a shot's newest version there."""
        preview = self._previews(shot)[-1]
        for comments in (self.server.rows["comments"],):
            for key, row in list(comments.items()):
                if preview in row["previews"]:
                    del comments[key]
        del self.server.rows["previews"][preview["id"]]

    def rename(self, shot: str) -> None:
        """Somebody changes how a shot's newest version is called there."""
        preview = self._previews(shot)[-1]
        preview["original_name"] = "the good one"
        for row in self.server.rows["comments"].values():
            if preview in row["previews"]:
                row["text"] = "the good one"

    def _previews(self, shot: str) -> list[dict[str, Any]]:
        short = shot.partition("_")[2]
        entity = next(row["id"] for row in self.server.rows["shots"].values() if row["name"] == short)
        tasks = {key for key, row in self.server.rows["tasks"].items() if row["entity_id"] == entity}
        return [row for row in self.server.rows["previews"].values() if row["task_id"] in tasks]


@dataclass
class FrameioRig:
    """Frame.io's server, with a film's takes or without."""

    server: frameio.FrameioServer
    command = "frameio"
    name = "Frame.io"
    secrets = (frameio.TOKEN,)
    write = "POST /v4/accounts"
    read = "GET /v4/accounts"

    @property
    def environment(self) -> dict[str, str]:
        """What a machine that may use it has in its environment."""
        return {"GATE_FRAMEIO_URL": self.server.url, "GATE_FRAMEIO_TOKEN": frameio.TOKEN}

    def tool(self, patience_s: float = PATIENT_S, **config: Any) -> ReviewTool:
        """The tool. `patience_s`: how long it waits for one answer."""
        key = FrameioKey(url=self.server.url, token=frameio.TOKEN, patience_s=patience_s)
        return Frameio(key, FrameioTool(**config), "Tea")

    def person(self, name: str) -> Any:
        """Somebody with an account."""
        return self.server.person(name)

    def say(self, shot: str, text: str, who: Any, *, frame: int | None = None, word: str = "") -> Any:
        """Somebody says something of a shot's newest version, at a frame counted from 0, and sets a status."""
        file = self._files(shot)[-1]
        if word:
            self.server.label(file, {"retake": "Needs Edit", "done": "Approved"}[word])
        return self.server.say(file, text, who, timestamp=frame) if text else None

    def reply(self, comment: Any, text: str, who: Any) -> None:
        """Somebody answers."""
        self.server.reply(comment, text, who)

    def delete(self, shot: str) -> None:
        """Somebody deletes a shot's newest version there."""
        del self.server.assets[self._files(shot)[-1]["id"]]

    def rename(self, shot: str) -> None:
        """Somebody changes how a shot's newest version is called there."""
        self._files(shot)[-1]["name"] = "the good one.mp4"

    def _files(self, shot: str) -> list[dict[str, Any]]:
        return [row for row in self.server.files() if shot in row["name"]]


RIGS = {"kitsu": (KitsuRig, kitsu.KitsuServer), "frameio": (FrameioRig, frameio.FrameioServer)}
