"""Previz, the embedded provider: free, real, and here. It composes the locked pictures as the blocking says."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, get_args

from manifests.bible import nearest_view, plate_name, prop_name, view_name
from manifests.errors import GateError
from manifests.film import Aspect, Fps, frame_size
from manifests.spending.grant import Grant
from manifests.spending.price import PriceOf
from manifests.take import Operation, Request
from providers.capabilities import Capabilities, refuse_excluded
from providers.contract import Fetched, ImageModel, Job, JobStatus, LookupResult, LostCall, VideoModel
from providers.errors import Invalid
from providers.previz.flaws import Flaw, FlawScript, direct
from providers.spool import Spool, SpooledJob
from providers.surroundings import Surroundings

if TYPE_CHECKING:
    from providers.previz.drawing import Drawing

_MODELS: dict[Operation, str] = {"panel": "previz-panel-1", "clip": "previz-clip-1"}
_REFERENCES_MAX = 64
_CAN: dict[Operation, Capabilities] = {
    "panel": Capabilities((), ("480p", "720p", "1080p"), _REFERENCES_MAX, (), aspects=get_args(Aspect)),
    "clip": Capabilities(
        (1.0, 60.0),
        ("480p", "720p", "1080p"),
        _REFERENCES_MAX,
        ("start_frame", "start_end_frames", "references"),
        any_duration=True,
        audio=True,
        aspects=get_args(Aspect),
        rates=get_args(Fps),
    ),
}


class PrevizJob(SpooledJob):
    """A job, and the flaws that strike it."""

    schema_name: ClassVar[str] = "gate/previz-job/1"

    flaws: tuple[Flaw, ...]


def from_surroundings(around: Surroundings) -> Previz:
    """Make it for the registry."""
    flaws = FlawScript.load(around.flaws_file) if around.flaws_file else FlawScript(())
    return Previz(around.spool_dir, around.read_reference, around.price_of, flaws, around.canon, around.canon_names)


def no_canon(name: str) -> Path:
    """The canon of a previz that was given none. Raises Invalid."""
    raise Invalid(name, "it is not a reference of this request, and this previz knows no canon", "Give it one.")


class Previz(ImageModel, VideoModel):
    """Composes panels and clips from the references of a request.

    `spool_dir` is its own; two processes may share it. `read_reference` gives the file of a content hash, `price_of`
    the price book's word. `flaws` strike as scripted; for pictures that the request does not carry they ask `canon`.
    """

    name = "previz"
    embedded = True
    unseen_s: ClassVar[Mapping[str, float]] = {
        "panel": 20.0,
        "clip": 60.0,
    }  # 20 s were seen for a clip, on two busy cores
    operations = frozenset(_MODELS)

    def __init__(
        self,
        spool_dir: Path,
        read_reference: Callable[[str], Path],
        price_of: PriceOf,
        flaws: FlawScript,
        canon: Callable[[str], Path] = no_canon,
        canon_names: Callable[[], list[str]] = list,
    ) -> None:
        self._spool, self._price_of, self._flaws = Spool(spool_dir, PrevizJob, "pv_"), price_of, flaws
        self._read_reference, self._canon, self._canon_names = read_reference, canon, canon_names

    @cached_property
    def _drawing(self) -> Drawing:
        from providers.previz.drawing import Drawing  # noqa: PLC0415  # loads the pixel libraries

        return Drawing(self._read_reference, self._canon, self._canon_names)

    def model(self, operation: Operation) -> str:
        """previz-panel-1 or previz-clip-1. Raise the number when the same request would give another picture."""
        return _MODELS[operation]

    def capabilities(self, operation: Operation) -> Capabilities:
        """Any length from 1 to 60 s in whole frames, every shape and rate, three sizes."""
        return _CAN[operation]

    def build_payload(self, request: Request) -> dict[str, Any]:
        """The canonical payload.
        Raises Invalid for an excluded request, or one without a picture that its staging needs.
        """
        refuse_excluded(self.model(request.operation), self.capabilities(request.operation), request)
        held = {reference.name for reference in request.references}
        if request.edit is not None:
            _edited(request)  # what else it needs comes from the canon
        elif missing := next((name for name in _needed(request) if nearest_view(name, held) not in held), None):
            raise Invalid(
                f"{request.shot} {request.operation}", f"no reference shows {missing}", "Send its locked picture."
            )
        return request.payload()

    async def submit(self, grant: Grant, generation_key: str, request: Request) -> Job:
        """Keep the job. The same key is the same job, however often it is sent. Raises Invalid."""
        grant.redeem(generation_key)
        self.build_payload(request)
        job_id = self._spool.job_id_of(generation_key)
        known = self._spool.job(job_id)
        if known is None:
            bill = self.quote(request, self._price_of).likely_microusd
            flaws = self._flaws.of(request, self._canon_names)
            job = PrevizJob(
                job_id=job_id, generation_key=generation_key, request=request, flaws=flaws, bill_microusd=bill
            )
            await asyncio.to_thread(self._spool.add, job)
        elif known.request.without_words().payload() != request.without_words().payload():
            raise Invalid(
                f"{request.shot} {request.operation}",
                "its generation key names another request",
                "Make the key from this one.",
            )
        return Job(job_id)

    async def poll(self, job_id: str) -> JobStatus:
        """Make the job if nobody has, then say so. A process that was killed goes on with this alone."""
        job = self._spool.job(job_id)
        if job is None:
            return JobStatus("gone", None, "the spool has no such job")
        if (why := self._spool.failure(job_id)) is None and not self._spool.output(job).is_file():
            why = await asyncio.to_thread(self._make, job)
        if why is not None:
            return JobStatus("failed", 0, why)
        return JobStatus("done", job.bill_microusd, "")

    async def fetch(self, job_id: str, into: Path) -> Fetched:
        """Copy a made job's file into the folder `into`. Raises Gone where there is none."""
        job = self._spool.made(job_id)
        made = self._spool.output(job)
        path = await asyncio.to_thread(_copied, made, into)
        width, height = frame_size(job.request.resolution, job.request.aspect)
        if job.request.operation == "panel":
            return Fetched(path, "image/png", width, height, 1)
        return Fetched(path, "video/mp4", width, height, direct(job.request, job.flaws).frames)

    async def cancel(self, job_id: str) -> bool:
        """Stop a job that is not made yet: it fails, unbilled. False for one that is made or unknown."""
        return self._spool.cancel(job_id)

    async def find(self, sought: LostCall) -> LookupResult:
        """Look in the spool: a job is there or was never accepted, so its absence is proved."""
        return self._spool.find(sought.marker)

    async def credit(self) -> int | None:
        """None: there is no account."""
        return None

    def guide(self, request: Request) -> bytes:
        """The blocking guide of `request` as PNG bytes. Raises Invalid where a picture is missing."""
        self.build_payload(request)
        return self._drawing.guide(request)

    def layers(self, request: Request, size: tuple[int, int]) -> tuple[tuple[str, bytes], ...]:
        """The empty plate and the cut-outs of `request`, each by its name as PNG bytes.
        Raises Invalid where a picture is missing.
        """
        self.build_payload(request)
        return self._drawing.layers(request, size)

    def still(self, request: Request, size: tuple[int, int]) -> bytes:
        """The panel of `request`, which nobody has asked for yet, as JPEG bytes of `size`. Raises Invalid."""
        self.build_payload(request)
        return self._drawing.still(request, size)

    def moving(self, request: Request, size: tuple[int, int], into: Path) -> None:
        """Write the clip of `request`, which nobody has asked for yet, as a silent MP4 of `size`. Raises Invalid."""
        self.build_payload(request)
        self._drawing.moving(request, size, into)

    def bills(self) -> dict[str, int]:
        """The true bill of each job that was made, in micro-dollars by job id."""
        return self._spool.bills()

    def _make(self, job: PrevizJob) -> str | None:
        """Make the output; None, or why it cannot be made.
        An error that is not a refusal of ours is a bug and is raised.
        """
        draft, request = self._spool.draft(job), job.request
        try:
            if request.edit is not None:
                self._drawing.write_pass(request, _edited(request), job.flaws, draft)
            else:
                self._drawing.write(request, job.flaws, draft)
            self._spool.keep(draft, job)
        except GateError as error:
            self._spool.fail(job.job_id, str(error))
            return str(error)
        finally:
            draft.unlink(missing_ok=True)
        return self._spool.failure(job.job_id)


def _edited(request: Request) -> str:
    """The picture that a pass is over. Raises Invalid where none is given."""
    found = next((r.sha256 for r in request.references if r.role == "edited"), None)
    if found is None:
        raise Invalid(
            f"{request.shot} {request.operation}", "it is a pass over no picture", "Send the picture to change."
        )
    return found


def _needed(request: Request) -> Iterator[str]:
    """The canonical names of what the staging shows, the plate first."""
    shot = request.staging
    yield plate_name(shot.location)
    for member in shot.cast:
        for mark in filter(None, (member.start, member.end)):
            yield view_name(member.character, member.wardrobe, mark.facing)
    yield from (prop_name(placed.prop) for placed in shot.props)


def _copied(file: Path, into: Path) -> Path:
    into.mkdir(parents=True, exist_ok=True)
    return Path(shutil.copyfile(file, into / file.name))
