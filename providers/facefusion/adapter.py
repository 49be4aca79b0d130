"""FaceFusion 3.8 and later 3.x, headless on this machine:
a character's locked face over a clip or panel that is made already.

A request carries what is to be polished as the reference of role `draft`, and views of one character. FaceFusion's exit
code proves nothing (it ends with 0 when it is interrupted, and with 1 for every reason): only a whole output that fits
its target is taken. Docs: its own program.py, core.py and content_analyser.py, version 3.8.1.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar, Literal

from manifests.keys import hash_file
from manifests.spending.grant import Grant
from manifests.take import Operation, Reference, Request
from providers.capabilities import Capabilities, refuse_excluded
from providers.contract import Fetched, ImageModel, Job, JobStatus, LookupResult, LostCall, VideoModel
from providers.errors import Gone, Invalid, Unavailable, Undecodable
from providers.facefusion.answers import (
    CURE_MODELS,
    NAME,
    NEEDS,
    checked_version,
    end_of,
    home_of,
    lacking,
    moderated,
    unable,
)
from providers.facefusion.command import flags, target_and_faces, which_face
from providers.models import models_of
from providers.over_http.outputs import accept
from providers.spool import Spool, SpooledJob
from providers.surroundings import Surroundings

_FIRST_S, _FRAME_S = 600.0, 20.0
"""How long a pass may take: to load its models, and for each frame on a slow processor."""

_RUN_PREFIX = ".run-"
_SUFFIXES = {"image/png": ".png", "image/jpeg": ".jpg", "video/mp4": ".mp4"}


class FaceJob(SpooledJob):
    """A pass over one target. `ends`: the ending of the target's file, which is the output's too."""

    schema_name: ClassVar[str] = "gate/facefusion-job/1"

    ends: Literal[".png", ".jpg", ".mp4"]

    @property
    def suffix(self) -> str:
        """As the target's."""
        return self.ends


class FaceFusion(ImageModel, VideoModel):
    """Makes one pass at a time; its spool says what is asked, and any process goes on with what another left."""

    name = NAME
    embedded = True
    operations = frozenset[Operation]({"panel", "clip"})

    def __init__(self, around: Surroundings) -> None:
        self._around, self._models = around, models_of(self.name, dict(around.models))
        self._spool = Spool(around.spool_dir, FaceJob, "ff_")
        self._version = ""

    def model(self, operation: Operation) -> str:
        """The face swapper's model."""
        return self._models.row(operation).id

    def capabilities(self, operation: Operation) -> Capabilities:
        """The table's row."""
        return self._models.row(operation).capabilities()

    def build_payload(self, request: Request) -> dict[str, Any]:
        """The inputs that decide the picture: the two pictures, the model, and which face. Raises Invalid."""
        model = self.model(request.operation)
        refuse_excluded(model, self.capabilities(request.operation), request)
        target, faces = target_and_faces(request)
        return {
            "target": f"sha256:{target.sha256}",
            "sources": [f"sha256:{face.sha256}" for face in faces],
            "flags": [*flags(model), *which_face(request, faces[0])],
        }

    async def submit(self, grant: Grant, generation_key: str, request: Request) -> Job:
        """Keep the job, once its target is seen to be one and FaceFusion to be there; a failed one is tried again."""
        self.build_payload(request)
        target = await asyncio.to_thread(self._target, request)
        if not self._version:
            self._version = await checked_version(self._around.program_of(self.name))
        grant.redeem(generation_key)
        job = FaceJob(
            job_id=self._spool.job_id_of(generation_key),
            generation_key=generation_key,
            request=request,
            bill_microusd=self.quote(request, self._around.price_of).likely_microusd,
            ends=target,
        )
        await asyncio.to_thread(self._spool.add, job)
        self._spool.forget_failure(job.job_id)
        return Job(job.job_id)

    async def poll(self, job_id: str) -> JobStatus:
        """Make the pass if nobody has, then say so. Raises Unavailable where this machine cannot: the job stays."""
        job = self._spool.job(job_id)
        if job is None:
            return JobStatus("gone", None, "the spool has no such job")
        if not self._closed(job):
            with self._turn() as mine:
                if not mine:
                    return JobStatus("running", None, "another pass is under way")
                if not self._closed(job):
                    await self._make(job)
        if (why := self._spool.failure(job_id)) is not None:
            return JobStatus("failed", 0, why, moderated(job.request, why))
        return JobStatus("done", job.bill_microusd, "")

    async def fetch(self, job_id: str, into: Path) -> Fetched:
        """Copy what was made into the folder `into`. Raises Gone where there is none."""
        job = self._spool.made(job_id)
        try:
            return await asyncio.to_thread(self._fetched, self._spool.output(job), into)
        except Undecodable as error:
            raise Gone(job_id, f"its output is damaged: {error.cause}", "Submit it again.", error.raw) from error

    async def cancel(self, job_id: str) -> bool:
        """Stop a job that is not made yet: it fails, and costs nothing. False for one that is made or unknown."""
        return self._spool.cancel(job_id)

    async def find(self, sought: LostCall) -> LookupResult:
        """Look in the spool: a job is there or was never accepted, so its absence is proved."""
        return self._spool.find(sought.marker)

    async def credit(self) -> int | None:
        """None: there is no account."""
        return None

    async def look(self) -> str:
        """Its version, where it can work. Raises Invalid or Unavailable, with the fix."""
        version = await checked_version(self._around.program_of(self.name))
        if missing := [name for name in NEEDS if shutil.which(name) is None]:
            raise lacking(missing)
        home, model = home_of(self._around.program_of(self.name)), self.model("clip")
        if home is not None and not (home / ".assets" / "models" / f"{model}.onnx").is_file():
            raise Unavailable(
                self.name, f"the model {model} is not downloaded, and a run downloads nothing", CURE_MODELS
            )
        return version

    def _fetched(self, made: Path, into: Path) -> Fetched:
        into.mkdir(parents=True, exist_ok=True)
        return accept(Path(shutil.copyfile(made, into / made.name)), self.name)

    def _closed(self, job: FaceJob) -> bool:
        return self._spool.failure(job.job_id) is not None or self._spool.output(job).is_file()

    def _target(self, request: Request) -> Literal[".png", ".jpg", ".mp4"]:
        """The ending of what is to be polished.
        Raises Invalid where that is not a picture or clip as the request says.
        """
        what = f"{request.shot} {request.operation}"
        with tempfile.TemporaryDirectory() as folder:
            seen = self._seen(target_and_faces(request)[0], Path(folder), what)
        still, ends = seen.media_type != "video/mp4", _SUFFIXES[seen.media_type]
        if still != (request.operation == "panel"):
            raise Invalid(what, f"its draft is {seen.media_type}", "Send a panel for a panel, and a clip for a clip.")
        if seen.frames != request.frames:
            raise Invalid(what, f"its draft has {seen.frames} frames, not {request.frames}", f"Ask for {seen.frames}.")
        return ".mp4" if ends == ".mp4" else ".png" if ends == ".png" else ".jpg"

    def _seen(self, reference: Reference, folder: Path, what: str) -> Fetched:
        """A reference decoded, from a copy: examining a file may rewrite it."""
        copy = Path(shutil.copyfile(self._around.read_reference(reference.sha256), folder / reference.sha256))
        try:
            return accept(copy, self.name)
        except Undecodable as error:
            raise Invalid(
                what, f"its {reference.role} {reference.name} cannot be decoded ({error.raw})", "Make it again."
            ) from error

    @contextmanager
    def _turn(self) -> Iterator[bool]:
        """Whether it is ours: one pass at a time, since each fills a graphics card. The lock goes with its process."""
        self._spool.folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._spool.folder / ".turn", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
            for left in self._spool.folder.glob(f"{_RUN_PREFIX}*"):  # its process is dead: the lock is ours
                shutil.rmtree(left, ignore_errors=True)
            yield True
        finally:
            os.close(descriptor)

    async def _make(self, job: FaceJob) -> None:
        """One pass in a folder of its own: its job names have a second's resolution, and two in one folder collide."""
        run = Path(tempfile.mkdtemp(prefix=_RUN_PREFIX, dir=self._spool.folder))
        try:
            program = self._around.program_of(self.name)
            output = run / f"output{job.suffix}"
            words = await asyncio.to_thread(self._command, job, run, output)
            code, said = await program.start(words, home_of(program) or run, _FIRST_S + _FRAME_S * job.request.frames)
            why = unable(code, said) or await asyncio.to_thread(self._flaw, job, run, output)
            if why is None:
                self._spool.keep(output, job)
            else:
                self._spool.fail(job.job_id, f"{why}: {end_of(said)}" if said else why)
        except Invalid as error:
            self._spool.fail(job.job_id, str(error))
        finally:
            shutil.rmtree(run, ignore_errors=True)

    def _command(self, job: FaceJob, run: Path, output: Path) -> list[str]:
        """The words of `headless-run`, with the pictures under names that say what they are."""
        target, faces = target_and_faces(job.request)
        shown = run / f"target{job.suffix}"
        shutil.copyfile(self._around.read_reference(target.sha256), shown)
        sources = []
        for number, face in enumerate(faces, 1):
            seen = self._seen(face, run, job.request.shot)
            sources.append(str(seen.path.rename(run / f"source{number}{_SUFFIXES[seen.media_type]}")))
        return [
            "headless-run",
            "--config-path",
            str(run / "none.ini"),
            "--jobs-path",
            str(run / "jobs"),
            "--temp-path",
            str(run / "temp"),
            "--source-paths",
            *sources,
            "--target-path",
            str(shown),
            "--output-path",
            str(output),
            *flags(self.model(job.request.operation)),
            *which_face(job.request, faces[0]),
            "--log-level",
            "info",
        ]

    def _flaw(self, job: FaceJob, run: Path, output: Path) -> str | None:
        """The fault of the output, at any exit code; None where it is whole and fits its target."""
        if not output.is_file():
            return "it ended well and made nothing"
        try:
            made = accept(output, self.name)
        except Undecodable as error:
            return f"its output cannot be decoded ({error.raw})"
        target = accept(run / f"target{job.suffix}", self.name)
        wanted = (target.media_type, target.width, target.height, target.frames)
        if (made.media_type, made.width, made.height, made.frames) != wanted:
            found = f"{made.width}×{made.height}, {made.frames} frames"
            return f"its output is {found}, and its target {target.width}×{target.height}, {target.frames} frames"
        if hash_file(output) == hash_file(target.path):
            return "it gave its target back unchanged"
        return None
