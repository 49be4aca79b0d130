"""The adapters against the bodies that ModelArk and Evolink document:
what they send, word for word, and what they make of it.
"""

import base64
import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image

from manifests.spending.grant import Grant
from providers.contract import LostCall
from providers.errors import Refused

RECORDINGS = Path(__file__).parents[2] / "recordings"
NAMES = {"start_frame": "SC010_SH0010", "end_frame": "SC010_SH0010", "location": "locations/quay"}


class Played:
    """One recording, played to a buyer."""

    def __init__(self, told, canned, pictures, provider, recording):
        def link_to(sha256):
            return f"https://vault.example.com/{pictures.path(sha256).name}"

        self.me, self._canned, self._pictures = told(provider), canned, pictures
        self.provider = self.me.successor(link_to=link_to)
        self.exchanges = json.loads((RECORDINGS / provider / f"{recording}.json").read_text())

    def clip(self, **changes):
        frames = (self._shows("start_frame"), self._shows("end_frame"))
        return self.me.clip(*frames, mode="start_end_frames", seconds=5, resolution="720p", **changes)

    def panel(self):
        return self.me.panel(self._shows("location"))

    def play(self, marker, **also):
        known = {"<generation key>": marker, **also}
        self._canned.answers = [
            (each["answer"]["status"], _filled(each["answer"]["body"], known), each["answer"].get("headers", {}))
            for each in self.exchanges
        ]
        self._known = known

    def as_recorded(self):
        asked = [
            {"method": m, "path": path, **({"body": body} if body else {})} for m, path, body, _ in self._canned.asked
        ]
        return asked == [_filled(each["request"], self._known) for each in self.exchanges]

    def _shows(self, role):
        return self._pictures.reference(role, NAMES[role], colour="red" if role == "end_frame" else "grey")


def _filled(body, known):
    text = json.dumps(body)
    for name, value in known.items():
        text = text.replace(name, value)
    return json.loads(text)


@pytest.fixture
def played(told, canned, pictures):
    return lambda provider, recording: Played(told, canned, pictures, provider, recording)


async def submit(play, request, **also):
    marker = play.me.marker(request)
    play.play(marker, **also)
    return await play.provider.submit(Grant.mint(marker, 10_000_000), marker, request)


async def test_modelark_makes_a_clip(played):
    play = played("byteplus", "clip")
    job = await submit(play, play.clip())
    assert job.job_id == "cgt-20260521225953-zr48p"
    told = [await play.provider.poll(job.job_id) for _ in range(3)]
    assert [(status.state, status.bill_microusd) for status in told] == [
        ("running", None),
        ("running", None),
        ("done", 762_300),
    ]
    assert "Signature=" not in told[-1].raw
    assert play.as_recorded()


async def test_modelark_refuses_a_face(played):
    play = played("byteplus", "refused")
    with pytest.raises(Refused) as refused:
        await submit(play, play.clip())
    assert "InputImageSensitiveContentDetected.PrivacyInformation" in refused.value.raw
    assert play.as_recorded()


async def test_modelark_refuses_what_it_made(played):
    play = played("byteplus", "failed")
    play.play("f" * 64)
    status = await play.provider.poll("cgt-20260521225953-zr48p")
    assert (status.state, status.bill_microusd, type(status.failure)) == ("failed", 0, Refused)
    assert play.as_recorded()


async def test_modelarks_list_has_the_task_of_a_lost_answer(played):
    play = played("byteplus", "list")
    request = play.clip()
    play.play(play.me.marker(request))
    sent_at = datetime.now(UTC) - timedelta(minutes=1)
    found = await play.provider.find(LostCall(play.me.marker(request), play.provider.model("clip"), request, sent_at))
    assert (found.state, found.job_id) == ("found", "cgt-20260521225953-zr48p")
    assert play.as_recorded()


async def test_modelark_answers_with_a_panel(played, tmp_path):
    play = played("byteplus", "panel")
    file = io.BytesIO()
    Image.new("RGB", (2560, 1440), "grey").save(file, "PNG")
    job = await submit(play, play.panel(), **{"<picture>": base64.b64encode(file.getvalue()).decode()})
    assert job.job_id.startswith("image-021788253659696000000000000000000000000000000000000b2-")
    assert (await play.provider.poll(job.job_id)).bill_microusd == 35_000
    assert (await play.provider.fetch(job.job_id, tmp_path / "into")).path.read_bytes() == file.getvalue()
    assert play.as_recorded()


async def test_evolink_makes_a_clip(played):
    play = played("evolink", "clip")
    job = await submit(play, play.clip())
    assert job.job_id == "task-unified-1774857405-abc123"
    told = [await play.provider.poll(job.job_id) for _ in range(2)]
    assert [(status.state, status.bill_microusd) for status in told] == [("running", None), ("done", None)]
    assert play.as_recorded()


async def test_evolink_refuses(played):
    play = played("evolink", "refused")
    play.play("f" * 64)
    status = await play.provider.poll("task-unified-1774857405-abc123")
    assert (status.state, status.bill_microusd, type(status.failure)) == ("failed", None, Refused)
    assert play.as_recorded()


async def test_evolink_tells_its_credits(played):
    play = played("evolink", "credits")
    play.play("f" * 64)
    assert await play.provider.credit() == 16_108_817  # the user's 1,095.3996 credits, at 68 a dollar
    assert play.as_recorded()
