"""By hand: a tool that has a web page and credits, and no public API. A person makes it, and a folder is the wire.

`submit` lays a folder out, whole and durable, with all that the tool asks for and the exact name to save under; the job is done
when that file is there and fits. What does not fit is said in a sentence and costs nothing: the person saves it again. The
credits are the person's word, in credits.txt; without it, the price book's.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

from PIL import Image
from pydantic import Field, ValidationError

from manifests.grant import Grant
from manifests.money import Microusd
from manifests.noun import Noun, Sha256, Text
from manifests.price import Usage
from manifests.take import Operation, Request
from providers.answers import printable
from providers.capabilities import Capabilities, refuse_excluded
from providers.contract import Fetched, Found, ImageModel, Job, JobStatus, Sought, Surroundings, VideoModel
from providers.errors import Gone, Refused, Unavailable, Undecodable
from providers.fitting import misfit, scaled_down
from providers.handoff_folder import CANCELLED, CREDITS, REFUSED, lay_out
from providers.models import ModelRow, models_of
from providers.outputs import CLIP_BYTES_MAX, accept

_JOB, _ACCEPTED = ".job.json", ".accepted.json"
_SETTLED_S, _HURRIED_S = 1.0, 0.02
"""How long a file's size and time must stand still: who copies or downloads writes more often than that."""

_SIZE_OFF_MAX_PX, _FRAMES_OFF_MAX = 8, 3
"""As far off as the clip gate allows (Q102, Q103): what it would refuse is not paid for, it is saved again."""

_NAMES_MAX = 1000
_PART = ".part-"
_SUFFIXES: dict[Operation, str] = {"panel": ".png", "clip": ".mp4"}
_MEDIA = frozenset({".png", ".jpg", ".jpeg", ".webp", ".mp4", ".mov", ".webm", ".mkv", ".avi", ".gif"})
_CREDITS = re.compile(r"(\d{1,9})(?:[.,](\d{1,6}))?\b", re.ASCII)


class HandJob(Noun):
    """A folder's own record. `bill_microusd`: what the price book says it costs; `credit_microusd`: one credit, if it says."""

    schema_name: ClassVar[str] = "gate/handoff-job/1"

    generation_key: Sha256
    request: Request
    tool: Text
    save_as: Text
    bill_microusd: Microusd
    credit_microusd: Microusd | None = None
    laid_out_at: Text


class Saved(Noun):
    """A file that was taken: what it is, and how it lay there."""

    size_bytes: int
    modified_ns: int
    width: int
    height: int
    frames: int = Field(ge=1)


class Handoff(ImageModel, VideoModel):
    """Jobs are folders below `hands_dir`, one a job; its name is the job's id."""

    name = "handoff"
    by_hand = True
    operations = frozenset[Operation]({"panel", "clip"})

    def __init__(self, around: Surroundings) -> None:
        self._around, self._models = around, models_of(self.name, {})
        self._folder = around.hands_dir or around.spool_dir
        self._still_s = _HURRIED_S if around.hurry else _SETTLED_S

    def model(self, operation: Operation) -> str:
        """The tool that film.yaml names; "by-hand" where it names none."""
        return self._around.models.get(operation) or self._row(operation).id

    def capabilities(self, operation: Operation) -> Capabilities:
        """Whatever a film asks for: the person chooses a tool that can."""
        return self._row(operation).capabilities()

    def build_payload(self, request: Request) -> dict[str, Any]:
        """The request as it is. Raises Invalid."""
        refuse_excluded(self.model(request.operation), self.capabilities(request.operation), request)
        return request.payload()

    def usage(self, request: Request) -> Usage:
        """One image, or the clip's milliseconds."""
        still = request.operation == "panel"
        return Usage(
            provider=self.name, model=self.model(request.operation), operation=request.operation,
            resolution=request.resolution, images=1 if still else 0,
            output_ms=0 if still else round(request.frames * 1000 / request.fps),
        )  # fmt: skip

    async def submit(self, grant: Grant, generation_key: str, request: Request) -> Job:
        """Lay the folder out. The same key is the same folder, however often it is sent. Raises Invalid."""
        self.build_payload(request)
        if (known := await asyncio.to_thread(self._with_key, generation_key)) is not None:
            grant.redeem(generation_key)
            return Job(known)
        part, name = await asyncio.to_thread(self._prepared, generation_key, request)
        try:
            grant.redeem(generation_key)
            await asyncio.to_thread(_appear, part, self._folder / name)
        finally:
            shutil.rmtree(part, ignore_errors=True)
        return Job(name, f"it is laid out in {self._folder / name}")

    async def poll(self, job_id: str) -> JobStatus:
        """Look into the folder. While it runs, `raw` says what is waited for, or what is wrong with what is there."""
        job = self._job(job_id)
        if job is None:
            return JobStatus("gone", None, f"there is no folder {self._folder / Path(job_id).name}")
        folder = self._folder / job_id
        credits_said, wrong = self._credits(folder, job)
        if wrong:
            return JobStatus("running", None, wrong)
        if (why := _note(folder / REFUSED)) is not None:
            cure = "Change the words or the references, or make it elsewhere."
            refused = Refused(
                f"{job.request.shot} {job.request.operation}", f"{job.tool} refused it, says a person", cure, why
            )
            return JobStatus("failed", credits_said or 0, why or "refused", refused)
        if (why := _note(folder / CANCELLED)) is not None:
            return JobStatus("failed", credits_said or 0, f"given up by hand: {why}".rstrip(": "))
        if wrong := await self._not_yet(folder, job):
            return JobStatus("running", None, wrong)
        bill = job.bill_microusd if credits_said is None else credits_said
        whose = "by the price book" if credits_said is None else f"by {CREDITS}"
        return JobStatus("done", bill, f"{job.save_as} was saved by hand; its credits {whose}")

    async def fetch(self, job_id: str, into: Path) -> Fetched:
        """A copy of what was saved. Raises Gone without a folder, Unavailable while what is there does not fit."""
        job = self._job(job_id)
        if job is None or not (self._folder / job_id / job.save_as).is_file():
            raise Gone(job_id, "nothing is saved for it", f"See what it waits for: gate handoff {_scene_of(job_id)}")
        made, wrong = await asyncio.to_thread(self._copied, self._folder / job_id / job.save_as, job, into)
        if made is None:
            raise Unavailable(job_id, wrong, "Save it again.")
        return made

    async def cancel(self, job_id: str) -> bool:
        """Give a job up: True while nothing is saved and the person has written no credits down. Its folder says so then."""
        job = self._job(job_id)
        folder = self._folder / job_id
        if job is None or (folder / job.save_as).exists() or self._credits(folder, job) != (None, ""):
            return False
        (folder / CANCELLED).write_text("It was called off.\n")
        return True

    async def find(self, sought: Sought) -> Found:
        """The folders are the list: one that is not there was never laid out."""
        job_id = await asyncio.to_thread(self._with_key, sought.marker)
        if job_id is None:
            return Found("absent", raw=f"no folder below {self._folder} is for this key")
        return Found("found", job_id)

    async def credit(self) -> int | None:
        """None: nobody can be asked."""
        return None

    def laid_out(self, job_id: str) -> tuple[Path, HandJob] | None:
        """The folder of a job, and what is asked in it; None where there is none."""
        job = self._job(job_id)
        return (self._folder / job_id, job) if job else None

    def _row(self, operation: Operation) -> ModelRow:
        return self._models.row(operation)

    def _with_key(self, generation_key: str) -> str | None:
        for folder in self._folders():
            job = self._job(folder.name)
            if job is not None and job.generation_key == generation_key:
                return folder.name
        return None

    def _folders(self) -> Iterator[Path]:
        yield from sorted(path.parent for path in self._folder.glob(f"[!.]*/{_JOB}"))

    def _job(self, job_id: str) -> HandJob | None:
        """Raises Gone when the record is damaged."""
        record = self._folder / job_id / _JOB
        if Path(job_id).name != job_id:
            return None
        try:
            return HandJob.from_stored(record.read_bytes())
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (ValidationError, ValueError) as error:
            raise Gone(job_id, "its record is damaged", f"See {record}.", str(error)) from error

    def _prepared(self, generation_key: str, request: Request) -> tuple[Path, str]:
        """The whole folder beside its place, and its name. That tells people what it is; a number keeps names apart."""
        self._folder.mkdir(parents=True, exist_ok=True)
        stage = "end_panel" if request.operation == "panel" and request.progress == 1.0 else request.operation
        wish = f"{request.shot}_{stage}_t{request.attempt:02d}"
        names = (wish, *(f"{wish}_{number}" for number in range(2, _NAMES_MAX)))
        name = next(name for name in names if not (self._folder / name).exists())
        tool = self.model(request.operation)
        job = HandJob(
            generation_key=generation_key, request=request, tool=tool, save_as=f"{name}{_SUFFIXES[request.operation]}",
            bill_microusd=self.quote(request, self._around.price_of).likely_microusd,
            credit_microusd=self._around.credit_of(tool), laid_out_at=datetime.now(UTC).isoformat(timespec="seconds"),
        )  # fmt: skip
        size = self._frame(job)
        part = Path(tempfile.mkdtemp(prefix=_PART, dir=self._folder))
        try:
            lay_out(part, job, size, self._around.read_reference)
            (part / _JOB).write_text(job.stored(), encoding="utf-8")
            part.chmod(0o755)
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise
        return part, name

    def _credits(self, folder: Path, job: HandJob) -> tuple[int | None, str]:
        """What the person's credits come to in micro-dollars, None where they wrote none; or what is wrong with them."""
        said = _note(folder / CREDITS)
        if not said:
            return None, ""
        found = _CREDITS.match(said)
        rate = job.credit_microusd if job.credit_microusd is not None else self._around.credit_of(job.tool)
        if found is None:
            return None, f"{CREDITS} says {said[:40]!r}: write the number of credits alone, such as 40"
        if rate is None:
            return (
                None,
                f"{CREDITS} says {found[0]} credits, and the price book has no rate for {job.tool}: docs/handoff.md",
            )
        parts = int(found[1] + (found[2] or "").ljust(6, "0"))
        return -(-parts * rate // 1_000_000), ""

    async def _not_yet(self, folder: Path, job: HandJob) -> str:
        """What is still waited for, or wrong with what is there, in a sentence; empty once it is taken."""
        saved = folder / job.save_as
        before = _lies(saved)
        if before is None:
            stray = _stray(folder, job)
            there = f"; there is {stray} instead: call it {job.save_as}" if stray else ""
            return f"a person makes it: save {job.save_as} in {folder}{there}"
        if (known := _accepted(folder)) is not None and (known.size_bytes, known.modified_ns) == before:
            return ""
        if not saved.is_file() or before[0] > CLIP_BYTES_MAX:
            return f"{saved} is no file, or has more than {CLIP_BYTES_MAX} bytes: save the {_kind(job)} itself"
        await asyncio.sleep(self._still_s)
        if _lies(saved) != before:
            return f"{saved} is still being written"
        with tempfile.TemporaryDirectory(dir=self._folder, prefix=_PART) as look:
            made, wrong = await asyncio.to_thread(self._copied, saved, job, Path(look))
        if made is None:
            return wrong
        taken = Saved(
            size_bytes=before[0], modified_ns=before[1], width=made.width, height=made.height, frames=made.frames
        )
        (folder / _ACCEPTED).write_text(taken.stored())
        return ""

    def _frame(self, job: HandJob) -> tuple[int, int]:
        """Width and height in pixels of what is asked for."""
        return self.capabilities(job.request.operation).frame_size(job.request.resolution)

    def _copied(self, saved: Path, job: HandJob, into: Path) -> tuple[Fetched | None, str]:
        """A copy that fits, or what is wrong with it. Only copies are looked at: looking may write anew."""
        into.mkdir(parents=True, exist_ok=True)
        copy = Path(shutil.copyfile(saved, into / saved.name))
        try:
            made = accept(copy, self.name)
        except Undecodable as error:
            return None, f"{saved} is damaged or no {_kind(job)} ({error.raw}): save it again"
        if wrong := self._misfit(made, job):
            return None, f"{saved} {wrong}"
        return (_fitted(made, self._frame(job)) if _kind(job) == "picture" else made), ""

    def _misfit(self, made: Fetched, job: HandJob) -> str:
        request = job.request
        if (made.media_type == "video/mp4") != (request.operation == "clip"):
            return f"is {made.media_type}, and a {_kind(job)} is asked for: save that"
        width, height = self._frame(job)
        near = max(abs(made.width - width), abs(made.height - height)) <= _SIZE_OFF_MAX_PX
        if request.operation == "panel" and not near and (wrong := misfit((made.width, made.height), (width, height))):
            return f"is {wrong}: save it at {width}×{height}, or larger in that shape"
        if request.operation == "clip" and not near:
            return f"is {made.width}×{made.height}, and {width}×{height} is asked for: save it at that size"
        if request.operation == "clip" and abs(made.frames - request.frames) > _FRAMES_OFF_MAX:
            length = f"{request.frames / request.fps:g} s at {request.fps} frames a second"
            return f"has {made.frames} frames, and {request.frames} are asked for ({length}): trim it to that"
        return ""


def _fitted(made: Fetched, frame: tuple[int, int]) -> Fetched:
    """A picture that is larger than the frame, scaled down to it; one that is a few pixels off stays, as the gate lets it through."""
    if max(abs(made.width - frame[0]), abs(made.height - frame[1])) <= _SIZE_OFF_MAX_PX:
        return made
    with Image.open(made.path) as picture:
        small = scaled_down(picture, frame)
    small.save(made.path, "PNG")
    return replace(made, media_type="image/png", width=frame[0], height=frame[1])


def _kind(job: HandJob) -> str:
    return "clip" if job.request.operation == "clip" else "picture"


def _stray(folder: Path, job: HandJob) -> str:
    """A picture or clip under another name, which may be what is waited for."""
    names = sorted(path.name for path in folder.iterdir() if path.suffix.lower() in _MEDIA and path.name != job.save_as)
    return printable(next((name for name in names if not name.startswith(".")), ""))


def _note(file: Path) -> str | None:
    """What a person wrote into a note, bounded; None where there is none."""
    if not file.is_file():  # a pipe would keep us waiting
        return None
    try:
        with file.open("rb") as note:
            return printable(note.read(4000).decode("utf-8", errors="replace").strip())
    except (FileNotFoundError, IsADirectoryError):
        return None


def _lies(file: Path) -> tuple[int, int] | None:
    try:
        lies = file.stat()
    except FileNotFoundError:
        return None
    return lies.st_size, lies.st_mtime_ns


def _accepted(folder: Path) -> Saved | None:
    try:
        return Saved.from_stored((folder / _ACCEPTED).read_bytes())
    except (FileNotFoundError, ValueError):
        return None


def _scene_of(job_id: str) -> str:
    return job_id.partition("_")[0]


def _appear(part: Path, folder: Path) -> None:
    """Give a finished folder its name, for good."""
    for path in (*part.rglob("*"), part):
        _sync_one(path)
    part.rename(folder)
    _sync_one(folder.parent)


def _sync_one(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
