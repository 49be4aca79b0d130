"""The composition board's own door in the review room: tried, drawn, judged, saved, proposed; on the little film."""

from __future__ import annotations

import io

import cv2
import httpx
import numpy as np
import pytest
from PIL import Image

from checks.seeing.similarity import ssim
from desk.cli.options import open_film
from desk.room.app import room_app
from desk.room.guard import POLICY
from desk.room.sessions import Key, Sessions
from manifests.keys import hash_bytes
from manifests.spending.grant import Grant
from production.board import previewing
from production.journey.requests import panel_request
from production.proposals import deciding
from production.proposals.inbox import inbox

HERE = "http://127.0.0.1:8765"
AGENT = "a" * 40
SHOT = "SC010_SH0010"
MOVE = {"do": "move", "what": ["cast/ada"], "dx": 0.1, "dy": 0.02}


class Board:
    def __init__(self, client: httpx.AsyncClient, headers: dict[str, str]) -> None:
        self.client, self.headers = client, headers

    async def state(self) -> dict:
        return (await self.client.get(f"/api/board/{SHOT}", headers=self.headers)).json()

    async def post(self, what: str, **body: object) -> httpx.Response:
        return await self.client.post(f"/api/board/{what}", json=body, headers=self.headers)

    async def tried(self, composition: dict, *acts: dict) -> dict:
        answer = await self.post(f"try/{SHOT}/apply", composition=composition, operations=list(acts))
        assert answer.status_code == 200, answer.text
        return answer.json()["composition"]


@pytest.fixture
async def boards(film):
    """A person's board, and an agent's."""
    services = open_film(film)
    log = services.settings.state / "room.log"
    sessions = Sessions.on_loopback(8765, who="mia", log=log, keys=(Key.of("scout", AGENT, agent=True),))
    app = room_app(services, sessions)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=HERE) as client:
        await client.get(sessions.link(HERE).removeprefix(HERE))
        page = await client.get("/board/SC010")
        assert page.headers["content-security-policy"] == POLICY
        csrf = page.text.split('data-csrf="')[1].split('"')[0]
        yield (
            Board(client, {"origin": HERE, "x-gate-csrf": csrf}),
            Board(client, {"authorization": f"Bearer {AGENT}"}),
        )


async def test_a_person_saves_what_was_tried_and_a_second_person_is_told_what_changed(film, boards):
    board, _ = boards
    begun = await board.state()
    now = await board.tried(begun["composition"], MOVE)
    judged = (await board.post(f"try/{SHOT}/judge", base=begun["base"], composition=now)).json()
    assert [line for line in judged["diff"] if line[:2] in {"- ", "+ "}], judged
    assert judged["again_microusd"] == 0
    before = (film / "scenes" / "SC010.yaml").read_text()
    saved = await board.post(f"{SHOT}/save", base=begun["base"], composition=now)
    assert saved.json()["changed"] >= 1
    assert (film / "scenes" / "SC010.yaml").read_text() != before

    late = await board.tried(begun["composition"], {"do": "length", "seconds": 9})
    refused = await board.post(f"{SHOT}/save", base=begun["base"], composition=late)
    assert refused.status_code == 409
    assert refused.json()["refused"]["kind"] == "MovedOn", "the page's script asks for it by this name"
    assert f"changed since are shots/{SHOT}/cast" in refused.json()["refused"]["cause"]
    fresh = await board.state()
    assert fresh["composition"] == now
    answer = await board.client.get(f"/api/board/{SHOT}?base={fresh['base']}", headers=board.headers)
    assert answer.status_code == 304


async def test_an_agent_proposes_a_composition_and_cannot_save_one(film, boards):
    _, agent = boards
    begun = await agent.state()
    now = await agent.tried(begun["composition"], MOVE)
    refused = await agent.post(f"{SHOT}/save", base=begun["base"], composition=now)
    assert refused.status_code == 403
    assert "only a person may save a composition" in refused.json()["refused"]["cause"]
    made = await agent.post(f"{SHOT}/propose", base=begun["base"], composition=now, why="nearer to the door")
    (waiting,) = inbox(open_film(film))
    assert (waiting.proposal.id, waiting.proposal.who) == (made.json()["proposal"], "scout")
    assert len(waiting.proposal.key) == 12
    deciding.accept(open_film(film), waiting.proposal.id, who="mia", door="command line", why="yes")
    assert (await agent.state())["composition"] == now


async def test_what_is_sent_is_bounded_and_a_still_has_no_other_door(boards):
    board, _ = boards
    begun = await board.state()
    many = await board.post(f"try/{SHOT}/apply", composition=begun["composition"], operations=[MOVE] * 201)
    assert many.status_code == 400
    odd = begun["composition"] | {"location": "../../etc"}
    assert (await board.post(f"try/{SHOT}/still", composition=odd)).status_code == 400
    nowhere = begun["composition"] | {"location": "moon"}
    unknown = await board.post(f"try/{SHOT}/still", composition=nowhere)
    assert "the bible does not know the location moon" in unknown.json()["refused"]["cause"]
    unsigned = await board.client.post(f"/api/board/try/{SHOT}/still", json={"composition": begun["composition"]})
    assert unsigned.status_code == 403
    for path in ("/board/clip/../../lock.mp4", f"/board/clip/{'0' * 64}.mp4", f"/board/thumb/{'0' * 64}.png"):
        assert (await board.client.get(path)).status_code == 404


async def test_a_still_is_the_panel_that_previz_delivers_and_a_clip_is_drawn_once(film, boards, tmp_path):
    board, _ = boards
    begun = await board.state()
    now = await board.tried(begun["composition"], MOVE, {"do": "turn", "what": ["cast/ada"]})
    await board.post(f"{SHOT}/save", base=begun["base"], composition=now)
    still = (await board.post(f"try/{SHOT}/still", composition=now, full=True)).content
    shown = np.asarray(Image.open(io.BytesIO(still)).convert("RGB"))

    services = open_film(film)
    previz, shot = services.provider_called("previz"), services.shot(SHOT)
    asked = panel_request(services.folder, services.hashes(), shot, "final", can=previz.capabilities("panel"))
    job = await previz.submit(Grant.mint("5" * 64, 0), "5" * 64, asked)
    assert (await previz.poll(job.job_id)).state == "done"
    delivered = cv2.cvtColor(cv2.imread(str((await previz.fetch(job.job_id, tmp_path)).path)), cv2.COLOR_BGR2RGB)
    assert shown.shape == delivered.shape
    assert ssim(shown, delivered) >= 0.99
    before = await board.post(f"try/{SHOT}/still", composition=begun["composition"], full=True)
    other = np.asarray(Image.open(io.BytesIO(before.content)))
    assert ssim(other, delivered) < 0.99

    first = (await board.post(f"try/{SHOT}/moving")).json()["name"]
    made = previewing.clip_file(services, first.partition(".")[0]).stat().st_ino
    assert (await board.post(f"try/{SHOT}/moving", composition=now)).json()["name"] == first
    assert previewing.clip_file(services, first.partition(".")[0]).stat().st_ino == made
    part = await board.client.get(f"/board/clip/{first}", headers={"range": "bytes=0-9"})
    assert (part.status_code, len(part.content)) == (206, 10), part.text


async def test_a_person_draws_on_a_shot_and_an_agent_only_looks(film, boards):
    board, agent = boards
    stroke = {"points": [[0.1, 0.2], [0.3, 0.4]], "ink": "red", "width": 3}
    sketch = {"shot": SHOT, "strokes": [stroke]}
    drawn = (await board.post(f"{SHOT}/sketch", base="", sketch=sketch)).json()
    seen = (await agent.client.get(f"/api/board/{SHOT}/sketch", headers=agent.headers)).json()
    assert (seen["base"], seen["sketch"]["strokes"], seen["to_models"]) == (drawn["base"], [stroke], False)
    assert (await agent.post(f"{SHOT}/sketch", base=drawn["base"], sketch=sketch)).status_code == 403
    late = await board.post(f"{SHOT}/sketch", base="", sketch=sketch)
    assert "somebody else drew on this shot meanwhile" in late.json()["refused"]["cause"]
    huge = {"shot": SHOT, "strokes": [stroke | {"points": [[0, 0]] * 2001}]}
    assert (await board.post(f"{SHOT}/sketch", base=drawn["base"], sketch=huge)).status_code == 400
    gone = await board.post(f"{SHOT}/sketch", base=drawn["base"], sketch={"shot": SHOT, "strokes": []})
    assert gone.json() == {"base": ""}
    assert not (film / "sketches" / f"{SHOT}.json").exists()


async def test_a_dropped_picture_is_cut_out_in_a_process_of_its_own_and_waits_as_a_proposal(film, boards):
    board, agent = boards
    (film / "bible" / "props").mkdir(exist_ok=True)
    (film / "bible" / "props" / "umbrella.yaml").write_text("id: umbrella\nname: Umbrella\nwords: a red umbrella\n")
    pixels = np.random.default_rng(1).integers(90, 110, (200, 300, 3), np.uint8)
    cv2.ellipse(pixels, (150, 100), (40, 70), 0, 0, 360, (220, 30, 30), -1)
    kept = io.BytesIO()
    Image.fromarray(pixels).save(kept, "PNG")
    around = "outline=[[0.3,0.1],[0.7,0.1],[0.7,0.9],[0.3,0.9]]"

    async def send(query: str, content: bytes, who: Board = board) -> httpx.Response:
        return await who.client.post(f"/api/board/cut?{query}", content=content, headers=who.headers)

    cutout = np.asarray(Image.open(io.BytesIO((await send(around, kept.getvalue())).content)))
    assert cutout.shape[2] == 4
    assert abs(cutout.shape[0] - 141) < 12, "the ellipse alone, not its outline"
    assert cutout[cutout[..., 3] > 200][:, 0].mean() > 200
    told = await send(f"{around}&name=props/umbrella", kept.getvalue())
    (waiting,) = inbox(open_film(film))
    assert (waiting.proposal.id, waiting.proposal.who) == (told.json()["proposal"], "mia")
    assert waiting.diff[0].startswith("+assets/props/umbrella.png: ")
    shown = await board.client.get(f"/proposals/{waiting.proposal.id}.png", headers=board.headers)
    assert hash_bytes(shown.content) == waiting.proposal.result
    assert waiting.proposal.id in (await board.client.get("/proposals", headers=board.headers)).text
    assert not (film / "assets" / "props" / "umbrella.png").exists()
    await send(f"{around}&name=props/umbrella", kept.getvalue())
    assert len(inbox(open_film(film))) == 1, "the same picture waits once"
    said = {"id": waiting.proposal.id, "accept": True, "why": "it is hers"}
    taken = await board.client.post("/api/proposal", json=said, headers=board.headers)
    assert "gate lock" in taken.json()["told"]
    assert (film / "assets" / "props" / "umbrella.png").read_bytes() == shown.content
    assert "props/umbrella" not in open_film(film).folder.lock.assets, "a person locks it"

    refused = await send(f"{around}&name=../../film", kept.getvalue())
    assert "the bible asks for no such picture" in refused.json()["refused"]["cause"]
    assert (await send("", b"GIF89a not a picture")).status_code == 409
    assert (await send("outline=[[2,2]]", kept.getvalue())).status_code == 400
    assert (await send(around, kept.getvalue(), agent)).status_code == 403
