"""BytePlus ModelArk, ByteDance's own service: clips by Seedance, panels by Seedream, on one account.

A clip's task echoes our generation key as its `safety_identifier`, and the list of the last seven days has it too: a
call whose answer was lost is found there, or proved absent.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import quote

from manifests.money import MICROUSD_PER_USD
from manifests.spending.grant import Grant
from manifests.take import Operation, Request
from providers.byteplus import seedream
from providers.byteplus.failures import TABLE
from providers.byteplus.search import Search
from providers.capabilities import FRAME_ROLES
from providers.contract import (
    Fetched,
    ImageModel,
    Job,
    JobStatus,
    LookupResult,
    LostCall,
    VideoModel,
    bill_of,
    twice_absent,
)
from providers.errors import Gone, Invalid, Unavailable, Undecodable
from providers.models import ModelRow
from providers.over_http.captions import captioned
from providers.over_http.kept import Kept
from providers.over_http.outputs import accept
from providers.over_http.provider import Addresses, HttpProvider
from providers.over_http.references import Travel
from providers.over_http.transport import Reply
from providers.surroundings import Surroundings

TASKS = "/contents/generations/tasks"
_ROLES = {"start_frame": "first_frame", "end_frame": "last_frame"}


class Byteplus(HttpProvider, ImageModel, VideoModel):
    """Clips are tasks that are polled; a panel comes with its answer, and is kept here."""

    name = "byteplus"
    operations = frozenset({"panel", "clip"})
    origin = "https://ark.ap-southeast.bytepluses.com"
    base = "/api/v3"
    key_path = "/contents/generations/tasks?page_num=1&page_size=1"
    failures = TABLE
    submit_s = 180.0
    answer_bytes_max = 96 << 20
    pictures_bytes_max = 63_000_000

    def __init__(self, around: Surroundings) -> None:
        super().__init__(around)
        self._kept = Kept(self.name, around.spool_dir / "answers")

    def headers(self, key: str) -> Mapping[str, str]:
        """A bearer's token."""
        return {"Authorization": f"Bearer {key}"}

    def travel(self) -> Travel:
        """Links where the vault gives them, data URLs else; a picture is under 30 MB,
        and the body of a call under 64.
        """
        return Travel(links=True, data_bytes_max=29_000_000, side_px_min=300, side_px_max=6000, ratio_max=2.5)

    def travel_for(self, operation: Operation) -> Travel:
        """Seedream takes slimmer pictures than Seedance, and lighter ones: 10 MB each."""
        return seedream.TRAVEL if operation == "panel" else self.travel()

    def body(self, request: Request, row: ModelRow, at: Addresses) -> dict[str, Any]:
        """A video task or a picture. Frames and references exclude one another; `refuse_excluded` has seen to it."""
        if request.operation == "panel":
            return seedream.body(request, row, dict(at))
        framed = any(reference.role in FRAME_ROLES for reference in request.references)
        prompt = request.prompt if framed else captioned(request.prompt, request.references, "[Image {}]")
        shown = [
            {"type": "image_url", "image_url": {"url": at[r.sha256]}, "role": _ROLES.get(r.role, "reference_image")}
            for r in request.references
        ]
        return {
            "model": row.id,
            "content": [{"type": "text", "text": prompt}, *shown],
            "resolution": row.size(request).says,
            "ratio": row.wire.get("ratio_with_frames", request.aspect) if framed else request.aspect,
            "duration": request.frames // request.fps,
            "seed": request.seed,
            "generate_audio": False,
            "watermark": False,
        }

    def marked(self, body: dict[str, Any], marker: str) -> dict[str, Any]:
        """A task echoes it; a picture has no place for it."""
        return {**body, "safety_identifier": marker} if "content" in body else body

    def submit_path(self, row: ModelRow) -> str:
        """Tasks and pictures have a place each."""
        return TASKS if row.operation == "clip" else seedream.PATH

    def job_in(self, reply: Reply) -> str | None:
        """The task's id."""
        found = (reply.data or {}).get("id")
        return found if isinstance(found, str) else None

    def poll_path(self, job_id: str) -> str:
        """The task's own address."""
        return f"{TASKS}/{quote(job_id, safe='')}"

    def status_in(self, reply: Reply) -> JobStatus:
        """Only what succeeded is billed: its tokens, at the price book's rate."""
        task = reply.data or {}
        match task.get("status"):
            case "succeeded":
                return JobStatus("done", self._bill(task), reply.raw)
            case "failed":
                error = task.get("error") or {}
                said = (
                    (str(error.get("code", "")), str(error.get("message", ""))) if isinstance(error, dict) else ("", "")
                )
                return JobStatus("failed", 0, reply.raw, self.failures.of(*said, reply.raw))
            case "cancelled":
                return JobStatus("failed", 0, reply.raw)
            case "expired":
                late = Unavailable(self.name, "it had no time for the task", "Try again later: gate resume", reply.raw)
                return JobStatus("failed", 0, reply.raw, late)
            case _:
                return JobStatus("running", None, reply.raw)

    def output_in(self, reply: Reply) -> str | None:
        """The signed address of a clip; it lives for 24 hours."""
        content = (reply.data or {}).get("content")
        url = content.get("video_url") if isinstance(content, dict) else None
        return url if isinstance(url, str) else None

    async def submit(self, grant: Grant, generation_key: str, request: Request) -> Job:
        """Make a task; or make a picture, and keep it before anybody is told."""
        if request.operation == "clip":
            return await super().submit(grant, generation_key, request)
        await asyncio.to_thread(self._kept.ready)
        reply = await self.sent(grant, generation_key, request)
        return await asyncio.to_thread(self._keep, generation_key, request, reply)

    async def poll(self, job_id: str) -> JobStatus:
        """Ask about a task, or look for a picture that was kept."""
        if self._is_kept(job_id):
            return await asyncio.to_thread(self._kept.status, job_id)
        return await super().poll(job_id)

    async def fetch(self, job_id: str, into: Path) -> Fetched:
        """Download a clip, or copy a picture."""
        if not self._is_kept(job_id):
            return await super().fetch(job_id, into)
        path = await asyncio.to_thread(self._kept.copy, job_id, into)
        try:
            return await asyncio.to_thread(accept, path, self.name)
        except Undecodable as error:
            raise Gone(self.name, f"it cannot be used: {error.cause}", error.cure, error.raw) from error

    async def cancel(self, job_id: str) -> bool:
        """Stop a task that is still queued.
        To delete one that has ended would only forget it, so it is looked at first.
        """
        if self._is_kept(job_id):
            return False
        try:
            if await self._word(job_id) != "queued":
                return False
            await self._transport.ask(self.poll_path(job_id), method="DELETE")
            return await self._word(job_id) == "cancelled"
        except (Gone, Invalid):
            return False

    async def find(self, sought: LostCall) -> LookupResult:
        """Look for a clip's task in the list, for a panel among what was kept here."""
        if sought.request.operation == "panel":
            return await asyncio.to_thread(self._kept.find, sought.marker, sought.closed)
        search = Search(self._transport, TASKS, sought, self.submit_s)
        return await twice_absent(search.look, self.grace_s)

    def _is_kept(self, job_id: str) -> bool:
        return job_id.startswith(f"{seedream.KIND}-")

    async def _word(self, job_id: str) -> object:
        return ((await self._transport.ask(self.poll_path(job_id))).data or {}).get("status")

    def _keep(self, generation_key: str, request: Request, reply: Reply) -> Job:
        answer = seedream.answer_in(reply)
        if answer is None:
            refused = seedream.refusal_in(reply)
            error = refused and self.failures.of(*refused, reply.raw)
            raise error or self._transport.unknown("its answer holds no picture", reply.raw)
        each = self.price_now(self.usage(request))
        bill = None if each is None or answer.images is None else each * answer.images
        raw = self._transport.safe(answer.raw)
        return self._kept.keep(generation_key, answer.job_id, answer.picture, bill_microusd=bill, raw=raw)

    def _bill(self, task: Mapping[str, Any]) -> int | None:
        """The tokens that it bills, at the rate that the price book has for such a clip."""
        row = next((row for row in self._models.table.models if row.id == task.get("model")), None)
        size = next((size for size in row.sizes.values() if size.says == task.get("resolution")), None) if row else None
        used, seconds = task.get("usage"), task.get("duration")
        tokens = used.get("total_tokens") if isinstance(used, dict) else None
        if row is None or size is None or type(tokens) is not int or type(seconds) is not int or not 0 < seconds <= 60:
            return None
        likely = self.price_now(row.clip_usage(self.name, size, seconds * 1000))
        expected = size.width * size.height * (24 * seconds + 1) // 1024
        if likely is None:
            return None
        return bill_of(Decimal(-(-likely * tokens // expected)) / MICROUSD_PER_USD)
