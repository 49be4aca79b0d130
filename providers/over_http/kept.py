"""Answers of calls that bring the picture at once: kept on this disk before anybody is told of them.

Such a provider keeps no job, so this folder is the job: any process that has it can ask how the job stands, fetch it,
and find it by the key of its call. A process that dies between the answer and `keep` leaves the call in doubt, and it
is.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from pathlib import Path
from typing import ClassVar
from uuid import uuid4

from pydantic import ValidationError

from manifests.money import Microusd
from manifests.noun import Noun, Sha256, Text
from manifests.reading.durable import write_durably
from providers.contract import Job, JobStatus, LookupResult
from providers.errors import Gone, Invalid, OutcomeUnknown, Unavailable
from providers.over_http.failures import FailureTable

_SPELT = re.compile(r"[A-Za-z0-9_-]{1,120}", re.ASCII)
_ELSEWHERE = "no answer of that name is kept here; the machine that made the call has it"


class KeptAnswer(Noun):
    """A provider's kept answer: the picture by content, its cost, and the provider's own words without the picture.

    `failed`: its own code for why it brought nothing, "" where it brought something.
    """

    schema_name: ClassVar[str] = "gate/kept-answer/1"

    job_id: Text
    marker: Sha256
    picture: Sha256
    bill_microusd: Microusd | None
    raw: str
    failed: str = ""


class Kept:
    """The kept answers of one provider, in a folder that the first makes. Files appear whole or not at all, and stay.

    The folder may be cleared when no job of the provider is open: collected outputs are in the vault. `failures` says
    what the code of an answer that brought nothing means.
    """

    def __init__(self, provider: str, folder: Path, failures: FailureTable | None = None) -> None:
        self._provider, self._folder, self._failures = provider, folder, failures

    def keep(
        self, marker: str, job_id: str, picture: bytes, *, bill_microusd: int | None, raw: str, failed: str = ""
    ) -> Job:
        """Keep an answer for good: written, synced, then named. `marker`: the generation key of its call.

        `raw` holds neither the picture nor an address. `failed`: the provider's code where it brought nothing. Raises
        OutcomeUnknown where it cannot be kept: then it is paid for, and lost.
        """
        digest = hashlib.sha256(picture).hexdigest()
        answer = KeptAnswer(
            job_id=job_id, marker=marker, picture=digest, bill_microusd=bill_microusd, raw=raw, failed=failed
        )
        try:
            for name, content in ((digest, picture), (f"{marker}.{job_id}.json", answer.stored().encode())):
                write_durably(self._folder / name, (content,), mode=0o600)
        except OSError as error:
            raise OutcomeUnknown(
                self._provider,
                f"it answered, and its picture could not be kept in {self._folder} ({error.strerror})",
                "Make room there. The call is paid for, and its money stays held until a person says what it was.",
                raw,
            ) from error
        return Job(job_id, raw)

    def ready(self) -> None:
        """Return when an answer could be kept now; asked before money moves. Raises Invalid."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self._folder) as probe:
                probe.write(b"\0")
                probe.flush()
        except OSError as error:
            raise Invalid(
                self._provider,
                f"its answer could not be kept in {self._folder} ({error.strerror})",
                "Make that folder writable, with room for a picture.",
            ) from error

    def status(self, job_id: str) -> JobStatus:
        """Done, or failed by the provider's own code, with its bill, where its answer is kept; else gone.

        Raises Unavailable where the folder cannot be read.
        """
        answer = self._answer(job_id)
        if answer is None:
            return JobStatus("gone", None, _ELSEWHERE)
        if not answer.failed:
            return JobStatus("done", answer.bill_microusd, answer.raw)
        why = self._failures.of(answer.failed, "", answer.raw) if self._failures else None
        return JobStatus("failed", answer.bill_microusd, answer.raw, why)

    def copy(self, job_id: str, into: Path) -> Path:
        """Write the picture into the folder `into`. Raises what `content` does."""
        picture = self.content(job_id)
        into.mkdir(parents=True, exist_ok=True)
        path = into / uuid4().hex
        path.write_bytes(picture)
        return path

    def content(self, job_id: str) -> bytes:
        """The kept answer, verified. Raises Gone where it is not here or damaged, Unavailable as `status`."""
        answer = self._answer(job_id)
        if answer is None:
            raise Gone(job_id, _ELSEWHERE, f"Collect it there: {self._folder}")
        try:
            picture = (self._folder / answer.picture).read_bytes()
        except FileNotFoundError:
            picture = b""
        except OSError as error:
            raise self._unreadable(error) from error
        if hashlib.sha256(picture).hexdigest() != answer.picture:
            raise Gone(
                job_id, "its kept picture is lost or damaged", f"See {self._folder / answer.picture}.", answer.raw
            )
        return picture

    def find(self, marker: str, closed: frozenset[str] = frozenset()) -> LookupResult:
        """The answer to the call of that key, but those that are `closed`;
        unknown where none is kept, which proves nothing.

        Raises Unavailable.
        """
        kept = [name.split(".")[1] for name in self._names() if name.startswith(f"{marker}.")]
        jobs = [job_id for job_id in kept if job_id not in closed]
        if not jobs:
            return LookupResult(
                "unknown", raw=f"{self._provider} keeps no job of such a call, and no answer to it is kept here"
            )
        return LookupResult("found", jobs[0], tuple(jobs[1:]), raw="its answer was kept here")

    def _answer(self, job_id: str) -> KeptAnswer | None:
        if not _SPELT.fullmatch(job_id):
            return None
        name = next((name for name in self._names() if name.endswith(f".{job_id}.json")), None)
        if name is None:
            return None
        try:
            return KeptAnswer.from_stored((self._folder / name).read_bytes())
        except OSError as error:
            raise self._unreadable(error) from error
        except (ValidationError, ValueError) as error:
            raise Gone(job_id, "its record is damaged", f"See {self._folder / name}.", str(error)) from error

    def _names(self) -> list[str]:
        try:
            names = os.listdir(self._folder)  # noqa: PTH208  names are enough
        except FileNotFoundError:
            return []
        except OSError as error:
            raise self._unreadable(error) from error
        return sorted(name for name in names if name.endswith(".json"))

    def _unreadable(self, error: OSError) -> Unavailable:
        return Unavailable(
            self._provider, f"its answer cannot be read in {self._folder} ({error.strerror})", "Make it readable."
        )


def job_id_of(kind: str, request_id: str, answer: bytes) -> str:
    """A name for a job that its provider gives none: what the answer is, as the provider traces it,
    and its content's hash.
    """
    traced = re.sub(r"[^A-Za-z0-9_-]", "", request_id)[:60]
    return "-".join(part for part in (kind, traced, hashlib.sha256(answer).hexdigest()[:16]) if part)
