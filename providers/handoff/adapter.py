"""By hand: a tool that has a web page and credits, and no public API. A person makes it, and a folder is the wire.

`submit` lays a folder out, whole and durable, with all that the tool asks for and the exact name to save under; the job
is done when that file is there and fits. What does not fit is said in a sentence and costs nothing: the person saves it
again. The credits are the person's own count, in credits.txt; without it, the price book's.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from manifests.names import scene_of_shot
from manifests.spending.grant import Grant
from manifests.take import Operation, Request
from providers.capabilities import Capabilities, refuse_excluded
from providers.contract import Fetched, ImageModel, Job, JobStatus, LookupResult, LostCall, VideoModel
from providers.errors import Gone, Refused, Unavailable
from providers.handoff.folder import CANCELLED, CREDITS, REFUSED, lay_out
from providers.handoff.job import HandJob
from providers.handoff.saved import ACCEPTED, Saved, accepted_in, copied, kind_of, lies, note_in, stray_in
from providers.models import ModelRow, models_of
from providers.over_http.outputs import CLIP_BYTES_MAX
from providers.surroundings import Surroundings

_SETTLED_S, _HURRIED_S = 1.0, 0.02
"""How long a file's size and time must stand still: a program that copies or downloads writes more often than that."""

_NAMES_MAX = 1000
_JOB = ".job.json"
_PART = ".part-"
_SUFFIXES: dict[Operation, str] = {"panel": ".png", "clip": ".mp4"}
_CREDITS = re.compile(r"(\d{1,9})(?:[.,](\d{1,6}))?\b", re.ASCII)


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
        if (why := note_in(folder / REFUSED)) is not None:
            cure = "Change the words or the references, or make it elsewhere."
            refused = Refused(
                f"{job.request.shot} {job.request.operation}", f"{job.tool} refused it, says a person", cure, why
            )
            return JobStatus("failed", credits_said or 0, why or "refused", refused)
        if (why := note_in(folder / CANCELLED)) is not None:
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
            raise Gone(
                job_id, "nothing is saved for it", f"See what it waits for: gate handoff {scene_of_shot(job_id)}"
            )
        made, wrong = await asyncio.to_thread(copied, self._folder / job_id / job.save_as, job, self._frame(job), into)
        if made is None:
            raise Unavailable(job_id, wrong, "Save it again.")
        return made

    async def cancel(self, job_id: str) -> bool:
        """Give a job up: True while nothing is saved and the person has written no credits down.
        Its folder says so then.
        """
        job = self._job(job_id)
        folder = self._folder / job_id
        if job is None or (folder / job.save_as).exists() or self._credits(folder, job) != (None, ""):
            return False
        (folder / CANCELLED).write_text("It was called off.\n")
        return True

    async def find(self, sought: LostCall) -> LookupResult:
        """The folders are the list: one that is not there was never laid out."""
        job_id = await asyncio.to_thread(self._with_key, sought.marker)
        if job_id is None:
            return LookupResult("absent", raw=f"no folder below {self._folder} is for this key")
        return LookupResult("found", job_id)

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
            generation_key=generation_key,
            request=request,
            tool=tool,
            save_as=f"{name}{_SUFFIXES[request.operation]}",
            bill_microusd=self.quote(request, self._around.price_of).likely_microusd,
            credit_microusd=self._around.credit_of(tool),
            laid_out_at=datetime.now(UTC).isoformat(timespec="seconds"),
        )
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
        """The person's credits in micro-dollars, None where they wrote none; or the fault in them."""
        said = note_in(folder / CREDITS)
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
        """The missing file, or the fault of the present one, in a sentence; empty once it is taken."""
        saved = folder / job.save_as
        before = lies(saved)
        if before is None:
            stray = stray_in(folder, job)
            there = f"; there is {stray} instead: call it {job.save_as}" if stray else ""
            return f"a person makes it: save {job.save_as} in {folder}{there}"
        if (known := accepted_in(folder)) is not None and (known.size_bytes, known.modified_ns) == before:
            return ""
        if not saved.is_file() or before[0] > CLIP_BYTES_MAX:
            return f"{saved} is not a file, or has more than {CLIP_BYTES_MAX} bytes: save the {kind_of(job)} itself"
        await asyncio.sleep(self._still_s)
        if lies(saved) != before:
            return f"{saved} is still being written"
        with tempfile.TemporaryDirectory(dir=self._folder, prefix=_PART) as look:
            made, wrong = await asyncio.to_thread(copied, saved, job, self._frame(job), Path(look))
        if made is None:
            return wrong
        taken = Saved(
            size_bytes=before[0], modified_ns=before[1], width=made.width, height=made.height, frames=made.frames
        )
        (folder / ACCEPTED).write_text(taken.stored())
        return ""

    def _frame(self, job: HandJob) -> tuple[int, int]:
        """Width and height in pixels of what is asked for."""
        return self.capabilities(job.request.operation).frame_size(job.request.resolution, job.request.aspect)


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
