"""FaceFusion 3.8 and later 3.x, headless on this machine: a character's locked face over a clip or panel that is made already.

A request carries what is to be polished as the reference of role `draft`, and views of one character. FaceFusion's exit code
proves nothing (it ends with 0 when it is interrupted, and with 1 for every reason): only a whole output that fits its target is
taken. Docs: its own program.py, core.py and content_analyser.py, version 3.8.1.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar, Literal

from manifests.grant import Grant
from manifests.keys import hash_file
from manifests.price import Usage
from manifests.staging import placements
from manifests.take import Operation, Reference, Request
from providers.answers import printable
from providers.capabilities import Capabilities, refuse_excluded
from providers.contract import Fetched, Found, ImageModel, Job, JobStatus, Program, Sought, Surroundings, VideoModel
from providers.errors import Gone, Invalid, Refused, Unavailable, Undecodable
from providers.models import models_of
from providers.outputs import accept
from providers.spool import Spool, SpooledJob

_MAJOR, _MINOR_MIN = 3, 8
_NEEDS = ("curl", "ffmpeg", "ffprobe")
_CURE_MODELS = "Download them once, by hand: python facefusion.py force-download --download-scope full"
_VERSION_S = 60.0
"""It loads its libraries before it says its version; from a cold disk that takes many seconds."""

_FIRST_S, _FRAME_S = 600.0, 20.0
"""How long a pass may take: to load its models, and for each frame on a slow processor."""

_ANALYSED = re.compile(r"analys\w*.*?rate\s*=\s*(\d+(?:\.\d+)?)")
_RATE_MAX = 10.0
"""Its content analyser refuses a clip of which more than so many percent strike it; the progress bar is all that says so."""

_LINES_MAX, _CHARACTERS_MAX = 20, 3000
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

    name = "facefusion"
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
        """What decides the picture: the two pictures, the model, and which face. Raises Invalid."""
        model = self.model(request.operation)
        refuse_excluded(model, self.capabilities(request.operation), request)
        target, faces = _parts(request)
        return {
            "target": f"sha256:{target.sha256}", "sources": [f"sha256:{face.sha256}" for face in faces],
            "flags": [*_flags(model), *_which_face(request, faces[0])],
        }  # fmt: skip

    def usage(self, request: Request) -> Usage:
        """One image, or the clip's milliseconds."""
        still = request.operation == "panel"
        return Usage(
            provider=self.name, model=self.model(request.operation), operation=request.operation,
            resolution=request.resolution, images=1 if still else 0,
            output_ms=0 if still else round(request.frames * 1000 / request.fps),
        )  # fmt: skip

    async def submit(self, grant: Grant, generation_key: str, request: Request) -> Job:
        """Keep the job, once its target is seen to be one and FaceFusion to be there; a failed one is tried again."""
        self.build_payload(request)
        target = await asyncio.to_thread(self._target, request)
        if not self._version:
            self._version = await self._checked_version()
        grant.redeem(generation_key)
        job = FaceJob(
            job_id=self._spool.job_id_of(generation_key), generation_key=generation_key, request=request,
            bill_microusd=self.quote(request, self._around.price_of).likely_microusd, ends=target,
        )  # fmt: skip
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
            return JobStatus("failed", 0, why, _moderated(job, why))
        return JobStatus("done", job.bill_microusd, "")

    async def fetch(self, job_id: str, into: Path) -> Fetched:
        """Copy what was made into the folder `into`. Raises Gone where there is none."""
        job = self._spool.job(job_id)
        if job is None or self._spool.failure(job_id) is not None or not self._spool.output(job).is_file():
            raise Gone(job_id, "the spool holds nothing made for it", "Poll it first; submit it anew if it failed.")
        try:
            return await asyncio.to_thread(self._fetched, self._spool.output(job), into)
        except Undecodable as error:
            raise Gone(job_id, f"its output is damaged: {error.cause}", "Submit it anew.", error.raw) from error

    async def cancel(self, job_id: str) -> bool:
        """Stop a job that is not made yet: it fails, and costs nothing. False for one that is made or unknown."""
        job = self._spool.job(job_id)
        if job is None or self._spool.output(job).is_file():
            return False
        self._spool.fail(job_id, "cancelled")
        return True

    async def find(self, sought: Sought) -> Found:
        """Look in the spool: a job is there or was never accepted, so its absence is proved."""
        job = self._spool.job(self._spool.job_id_of(sought.marker))
        return Found("found", job.job_id) if job and job.generation_key == sought.marker else Found("absent")

    async def credit(self) -> int | None:
        """None: there is no account."""
        return None

    async def look(self) -> str:
        """Its version, where it can work. Raises Invalid or Unavailable, with the cure."""
        version = await self._checked_version()
        if missing := [name for name in _NEEDS if shutil.which(name) is None]:
            raise Unavailable(
                self.name, f"it needs {', '.join(missing)}", f"Install it: apt install {_packages(missing)}"
            )
        home, model = _home(self._around.program_of(self.name)), self.model("clip")
        if home is not None and not (home / ".assets" / "models" / f"{model}.onnx").is_file():
            raise Unavailable(
                self.name, f"the model {model} is not downloaded, and a run downloads nothing", _CURE_MODELS
            )
        return version

    def _fetched(self, made: Path, into: Path) -> Fetched:
        into.mkdir(parents=True, exist_ok=True)
        return accept(Path(shutil.copyfile(made, into / made.name)), self.name)

    def _closed(self, job: FaceJob) -> bool:
        return self._spool.failure(job.job_id) is not None or self._spool.output(job).is_file()

    def _target(self, request: Request) -> Literal[".png", ".jpg", ".mp4"]:
        """The ending of what is to be polished. Raises Invalid where that is no picture or clip as the request says."""
        what = f"{request.shot} {request.operation}"
        with tempfile.TemporaryDirectory() as folder:
            seen = self._seen(_parts(request)[0], Path(folder), what)
        still, ends = seen.media_type != "video/mp4", _SUFFIXES[seen.media_type]
        if still != (request.operation == "panel"):
            raise Invalid(what, f"its draft is {seen.media_type}", "Send a panel for a panel, and a clip for a clip.")
        if seen.frames != request.frames:
            raise Invalid(what, f"its draft has {seen.frames} frames, not {request.frames}", f"Ask for {seen.frames}.")
        return ".mp4" if ends == ".mp4" else ".png" if ends == ".png" else ".jpg"

    def _seen(self, reference: Reference, folder: Path, what: str) -> Fetched:
        """A reference decoded, from a copy: looking may write anew what it looks at."""
        copy = Path(shutil.copyfile(self._around.read_reference(reference.sha256), folder / reference.sha256))
        try:
            return accept(copy, self.name)
        except Undecodable as error:
            raise Invalid(
                what, f"its {reference.role} {reference.name} cannot be decoded ({error.raw})", "Make it anew."
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
            code, said = await program.start(words, _home(program) or run, _FIRST_S + _FRAME_S * job.request.frames)
            why = self._unable(code, said) or await asyncio.to_thread(self._flaw, job, run, output)
            if why is None:
                self._spool.keep(output, job)
            else:
                self._spool.fail(job.job_id, f"{why}: {_end_of(said)}" if said else why)
        except Invalid as error:
            self._spool.fail(job.job_id, str(error))
        finally:
            shutil.rmtree(run, ignore_errors=True)

    def _command(self, job: FaceJob, run: Path, output: Path) -> list[str]:
        """The words of `headless-run`, with the pictures under names that say what they are."""
        target, faces = _parts(job.request)
        shown = run / f"target{job.suffix}"
        shutil.copyfile(self._around.read_reference(target.sha256), shown)
        sources = []
        for number, face in enumerate(faces, 1):
            seen = self._seen(face, run, job.request.shot)
            sources.append(str(seen.path.rename(run / f"source{number}{_SUFFIXES[seen.media_type]}")))
        return [
            "headless-run", "--config-path", str(run / "none.ini"), "--jobs-path", str(run / "jobs"),
            "--temp-path", str(run / "temp"), "--source-paths", *sources, "--target-path", str(shown),
            "--output-path", str(output), *_flags(self.model(job.request.operation)), *_which_face(job.request, faces[0]),
            "--log-level", "info",
        ]  # fmt: skip

    def _unable(self, code: int | None, said: str) -> str | None:
        """Why there is nothing to look at. Raises Unavailable where the fault is this machine's, not the job's."""
        if code is None:
            return "it did not come to an end in time, and was stopped"
        if code < 0:
            return f"it was ended by signal {-code}"
        if missing := [name for name in _NEEDS if f"{name} is not installed" in said.lower()]:
            raise Unavailable(
                self.name, f"it needs {', '.join(missing)}", f"Install it: apt install {_packages(missing)}", said
            )
        if re.search(r"validating (hash|source) for \S+ failed", said):
            raise Unavailable(
                self.name, "its models are not downloaded, and a run downloads nothing", _CURE_MODELS, said
            )
        if code in {2, 126, 127}:
            raise Unavailable(self.name, f"it cannot be run ({_last_line(said)})", "Look at it: gate doctor", said)
        return None if code == 0 else f"it ended with {code}"

    def _flaw(self, job: FaceJob, run: Path, output: Path) -> str | None:
        """What is wrong with the output, whatever its exit code was; None where it is whole and fits its target."""
        if not output.is_file():
            return "it ended well and made nothing"
        try:
            made = accept(output, self.name)
        except Undecodable as error:
            return f"what it made cannot be decoded ({error.raw})"
        target = accept(run / f"target{job.suffix}", self.name)
        wanted = (target.media_type, target.width, target.height, target.frames)
        if (made.media_type, made.width, made.height, made.frames) != wanted:
            found = f"{made.width}×{made.height}, {made.frames} frames"
            return f"what it made is {found}, and its target {target.width}×{target.height}, {target.frames} frames"
        if hash_file(output) == hash_file(target.path):
            return "it gave its target back unchanged"
        return None

    async def _checked_version(self) -> str:
        """Raises Invalid for a version whose flags are not known here, Unavailable where it does not run."""
        program = self._around.program_of(self.name)
        with tempfile.TemporaryDirectory() as folder:
            code, said = await program.start(["--version"], _home(program) or Path(folder), _VERSION_S)
        found = re.search(r"FaceFusion v?(\d+)\.(\d+)\S*", said)
        if (why := self._unable(code, said)) or found is None:
            why = why or f"it does not say its version ({_last_line(said)})"
            raise Unavailable(self.name, why, "Look at it: gate doctor", said)
        major, minor = int(found[1]), int(found[2])
        if major != _MAJOR or minor < _MINOR_MIN:
            cause = f"this is {found[0]}, whose flags are others"
            raise Invalid(self.name, cause, f"Install FaceFusion {_MAJOR}.{_MINOR_MIN} or a later {_MAJOR}.x.", said)
        return found[0]


def _parts(request: Request) -> tuple[Reference, list[Reference]]:
    """What is to be polished, and the views of the one whose face it gets. Raises Invalid."""
    what = f"{request.shot} {request.operation}"
    targets = [r for r in request.references if r.role == "draft"]
    faces = [r for r in request.references if r.role == "character"]
    if len(targets) != 1:
        raise Invalid(
            what, "a face pass works on what is made already, and it is sent no draft", "Send the made clip or panel as draft."
        )  # fmt: skip
    if len({_character(face) for face in faces}) != 1:
        who = ", ".join(sorted({_character(face) for face in faces})) or "nobody"
        raise Invalid(what, f"a face pass is for one character, and it is sent {who}", "Send the front view of one.")
    if other := next((r for r in request.references if r.role not in {"draft", "character"}), None):
        raise Invalid(what, f"a face pass does not look at a {other.role}", "Send the draft and one character's views.")
    return targets[0], faces


def _character(face: Reference) -> str:
    """The character of a view's canonical name: characters/mara/coat/front."""
    return face.name.split("/")[1] if face.name.count("/") > 1 else face.name


def _which_face(request: Request, face: Reference) -> list[str]:
    """The flags that pick the character's face out of those that look at the camera, from left to right. Raises Invalid."""
    who, moment = _character(face), request.progress if request.operation == "panel" else 0.0
    seen = [
        p for p in placements(request.staging, moment) if p.wardrobe is not None and p.view != "back" and 0 <= p.x <= 1
    ]
    names = [placement.entity for placement in sorted(seen, key=lambda p: p.x)]
    if who not in names:
        shown = ", ".join(names) or "nobody's"
        raise Invalid(
            f"{request.shot} {request.operation}", f"{who} shows no face in its first frame", f"It shows {shown}."
        )
    if len(names) == 1:
        return ["--face-selector-mode", "one"]
    return [
        "--face-selector-mode", "reference", "--face-selector-order", "left-right",
        "--reference-face-position", str(names.index(who)), "--reference-frame-number", "0",
    ]  # fmt: skip


def _flags(model: str) -> list[str]:
    return ["--processors", "face_swapper", "face_enhancer", "--face-swapper-model", model]


def _moderated(job: FaceJob, why: str) -> Refused | None:
    """Its content analyser's refusal, where the log shows one. Of a still it says nothing, and then nobody knows."""
    rates = [float(found) for found in _ANALYSED.findall(why)]
    if not rates or rates[-1] <= _RATE_MAX:
        return None
    return Refused(
        f"{job.request.shot} {job.request.operation}",
        f"FaceFusion's content analyser takes {rates[-1]:g} % of its frames for nude", "Leave the face pass out.", why,
    )  # fmt: skip


def _home(program: Program) -> Path | None:
    """The folder of facefusion.py, which looks for its own parts from there."""
    script = next((Path(word) for word in program.command if word.endswith(".py")), None)
    return script.absolute().parent if script is not None and script.is_file() else None


def _packages(missing: list[str]) -> str:
    return " ".join(sorted({"ffmpeg" if name == "ffprobe" else name for name in missing}))


def _end_of(said: str) -> str:
    return printable("\n".join(said.splitlines()[-_LINES_MAX:])[-_CHARACTERS_MAX:])


def _last_line(said: str) -> str:
    return next((line.strip() for line in reversed(said.splitlines()) if line.strip()), "it says nothing")[:200]
