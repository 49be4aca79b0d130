"""The records of a provider that works on this machine: every job it accepted, with its output and its bill.

A job is durable before its id is given out, and any process that has the folder can go on with it.
"""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import ValidationError

from manifests.money import Microusd
from manifests.noun import Noun, Sha256, Text
from manifests.reading.durable import write_durably
from manifests.reading.whole_file import put_in_place
from manifests.take import Request
from providers.contract import LookupResult
from providers.errors import Gone


class SpooledJob(Noun):
    """One accepted job: what was asked, and what it costs when it is made. `suffix`: of the file that is made."""

    job_id: Text
    generation_key: Sha256
    request: Request
    bill_microusd: Microusd

    @property
    def suffix(self) -> str:
        """The ending of the file that is made."""
        return ".png" if self.request.operation == "panel" else ".mp4"


J = TypeVar("J", bound=SpooledJob)


class Spool(Generic[J]):
    """Jobs of one `kind` in a folder, which the first one makes. Each file appears whole or not at all.

    `prefix` begins every job id, so that a provider knows its own.
    """

    def __init__(self, folder: Path, kind: type[J], prefix: str) -> None:
        self._folder, self._kind, self._prefix = folder, kind, prefix

    @property
    def folder(self) -> Path:
        """Where everything lies."""
        return self._folder

    def job_id_of(self, generation_key: str) -> str:
        """The job's id: the same key is always the same job."""
        return self._prefix + generation_key[:32]

    def add(self, job: J) -> None:
        """Keep a job for good: written, synced, then named."""
        write_durably(self._record(job.job_id), (job.model_dump_json().encode(),), mode=0o600)

    def job(self, job_id: str) -> J | None:
        """The job of that id, or None where there is none. Raises Gone when its record is damaged."""
        record = self._record(job_id)
        if not record.is_file():
            return None
        try:
            return self._kind.model_validate_json(record.read_bytes())
        except ValidationError as error:
            raise Gone(
                job_id, "its record in the spool is damaged", f"Submit it again; see {record}.", str(error)
            ) from error

    def output(self, job: J) -> Path:
        """Where the job's picture or clip is, or will be."""
        return self._folder / f"{job.job_id}{job.suffix}"

    def draft(self, job: J) -> Path:
        """A fresh file to make the output in; `keep` names it."""
        self._folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{job.job_id}.", suffix=job.suffix, dir=self._folder)
        os.close(handle)
        return Path(name)

    def keep(self, draft: Path, job: J) -> None:
        """Make a finished draft the job's output, in one step."""
        put_in_place(draft, self.output(job))

    def fail(self, job_id: str, why: str) -> None:
        """Say for good that this job failed and is not billed."""
        write_durably(self._failure(job_id), (json.dumps({"why": why}).encode(),), mode=0o600)

    def failure(self, job_id: str) -> str | None:
        """Why the job failed, or None."""
        note = self._failure(job_id)
        return str(json.loads(note.read_bytes())["why"]) if note.is_file() else None

    def made(self, job_id: str) -> J:
        """The job whose output lies here. Raises Gone where there is none."""
        job = self.job(job_id)
        if job is None or self.failure(job_id) is not None or not self.output(job).is_file():
            raise Gone(job_id, "the spool holds nothing made for it", "Poll it first; submit it again if it failed.")
        return job

    def cancel(self, job_id: str) -> bool:
        """Stop a job that is not made yet: it fails, and costs nothing. False for one that is made or unknown."""
        job = self.job(job_id)
        if job is None or self.output(job).is_file():
            return False
        self.fail(job_id, "cancelled")
        return True

    def find(self, marker: str) -> LookupResult:
        """Look for a generation key: a job is here or was never accepted, so its absence is proved."""
        job = self.job(self.job_id_of(marker))
        return LookupResult("found", job.job_id) if job and job.generation_key == marker else LookupResult("absent")

    def forget_failure(self, job_id: str) -> None:
        """Take a failed job up again."""
        self._failure(job_id).unlink(missing_ok=True)

    def bills(self) -> dict[str, int]:
        """The cost of each finished job, in micro-dollars, by job id: the true bill."""
        jobs = [self.job(path.stem) for path in sorted(self._folder.glob(f"{self._prefix}*.json"))]
        made = [job for job in jobs if job and self.failure(job.job_id) is None and self.output(job).is_file()]
        return {job.job_id: job.bill_microusd for job in made}

    def _record(self, job_id: str) -> Path:
        return self._folder / f"{Path(job_id).name}.json"

    def _failure(self, job_id: str) -> Path:
        return self._folder / f"{Path(job_id).name}.failed"
