"""By hand: the folder that a person finds, and what becomes of what they save in it."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest
from PIL import Image
from ruamel.yaml import YAML

from manifests.keys import hash_file
from manifests.spending.grant import Grant, GrantRefused
from providers.contract import LostCall
from providers.errors import Gone, Invalid, Refused, Unavailable
from providers.fitting import scaled_down
from tests.integration.handoff_desk import CREDIT, FRAMES, SIZE, Desk, clip, key_of, laid_out, picture, save, submit


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path)


@pytest.fixture(scope="session")
def good_clip(tmp_path_factory):
    return clip(tmp_path_factory.mktemp("made") / "good.mp4")


async def test_a_person_finds_everything_in_one_folder(desk):
    _, job, folder = await laid_out(desk)
    assert job == "SC010_SH0010_clip_t01"
    assert sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file() and p.name != ".job.json") == [
        "README.txt",
        "prompt.txt",
        "references/01_start_frame_SC010_SH0010.png",
        "references/02_character_characters-ada-coat-front.png",
        "references/03_location_locations-room.png",
        "settings.yaml",
    ]
    assert (folder / "prompt.txt").read_text() == "Ada sets a cup down.\n"
    assert hash_file(folder / "references" / "03_location_locations-room.png") == hash_file(desk.pictures["room"])


async def test_the_readme_says_what_to_save_how_and_for_how_many_credits(desk):
    _, _, folder = await laid_out(desk)
    words = (folder / "README.txt").read_text()
    for said in (
        "SC010_SH0010_clip_t01.mp4",
        "854×480 pixels, 1 s: 24 frames at 24 a second",
        "40 credits ($0.40)",
        "mitte",
        "01_start_frame_SC010_SH0010.png    the first frame",
        "gate resume SC010",
        "credits.txt",
        "REFUSED.txt",
    ):
        assert said in words


async def test_the_settings_are_for_people_and_programs(desk):
    _, _, folder = await laid_out(desk)
    assert 'aspect: "16:9"' in (folder / "settings.yaml").read_text()  # YAML 1.1 would read 969
    settings = YAML(typ="safe").load(folder / "settings.yaml")
    assert (settings["tool"], settings["save_as"], settings["seed"]) == ("mitte", "SC010_SH0010_clip_t01.mp4", 7)
    assert (settings["seconds"], settings["width"], settings["audio"]) == (1.0, 854, False)
    assert settings["references"][0].startswith("01_start_frame")


async def test_without_a_rate_it_says_the_dollars_alone(desk):
    desk.rate = None
    _, _, folder = await laid_out(desk)
    assert "It takes $0.40," in (folder / "README.txt").read_text()


@pytest.mark.parametrize("operation", ["clip", "panel"])
async def test_a_saved_file_is_taken_at_the_price_books_word(desk, good_clip, operation, tmp_path):
    provider, job, folder = await laid_out(desk, operation)
    assert (await provider.poll(job)).state == "running"
    save(folder, job, good_clip if operation == "clip" else desk.pictures["opening"])
    status = await desk.provider().poll(job)
    assert (status.state, status.bill_microusd) == ("done", 400_000), status.raw
    made = await provider.fetch(job, tmp_path / "into")
    assert (made.width, made.height, made.frames) == (*SIZE, FRAMES if operation == "clip" else 1)
    assert made.path.parent == tmp_path / "into"


async def test_while_it_waits_it_says_which_folder_waits_for_which_file(desk):
    provider, job, folder = await laid_out(desk)
    status = await provider.poll(job)
    assert status.raw == f"a person makes it: save {job}.mp4 in {folder}"


@pytest.mark.parametrize(("said", "bill"), [("45", 450_000), ("38.5\n", 385_000), ("0", 0), ("12,25 credits", 122_500)])
async def test_the_credits_that_a_person_writes_down_are_the_bill(desk, good_clip, said, bill):
    provider, job, folder = await laid_out(desk)
    save(folder, job, good_clip)
    (folder / "credits.txt").write_text(said)
    status = await provider.poll(job)
    assert (status.state, status.bill_microusd) == ("done", bill)


@pytest.mark.parametrize(("said", "why"), [("many", "write the number of credits alone"), ("-3", "write the number")])
async def test_credits_that_are_no_number_are_asked_for_again(desk, good_clip, said, why):
    provider, job, folder = await laid_out(desk)
    save(folder, job, good_clip)
    (folder / "credits.txt").write_text(said)
    status = await provider.poll(job)
    assert status.state == "running"
    assert why in status.raw


async def test_credits_without_a_rate_are_no_bill(desk, good_clip):
    desk.rate = None
    provider, job, folder = await laid_out(desk)
    save(folder, job, good_clip)
    (folder / "credits.txt").write_text("45")
    status = await provider.poll(job)
    assert status.state == "running"
    assert "no rate for mitte" in status.raw
    desk.rate = CREDIT
    assert (await desk.provider().poll(job)).bill_microusd == 450_000


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"size": (1280, 720)}, "is 1280×720, and 854×480 is asked for: save it at that size"),
        ({"frames": 48}, "has 48 frames, and 24 are asked for (1 s at 24 frames a second): trim it to that"),
        ({"cut_to": 0.6}, "is damaged or no clip"),
        ({"picture": True}, "is image/png, and a clip is asked for"),
        ({"noise": True}, "is damaged or no clip"),
        ({"empty": True}, "is damaged or no clip"),
    ],
    ids=["size", "length", "truncated", "a picture", "noise", "empty"],
)
async def test_a_file_that_does_not_fit_is_no_loss_and_is_saved_again(desk, good_clip, changes, why, tmp_path):
    provider, job, folder = await laid_out(desk)
    saved = folder / f"{job}.mp4"
    if changes.get("picture"):
        saved.write_bytes(desk.pictures["room"].read_bytes())
    elif changes.get("noise") or changes.get("empty"):
        saved.write_bytes(b"" if changes.get("empty") else b"\0\0\0\x18ftypmp42" + bytes(2000))
    else:
        clip(saved, changes.get("size", SIZE), changes.get("frames", FRAMES))
        if part := changes.get("cut_to"):
            saved.write_bytes(saved.read_bytes()[: int(saved.stat().st_size * part)])
    before = saved.read_bytes()
    status = await provider.poll(job)
    assert status.state == "running"
    assert why in status.raw
    assert str(saved) in status.raw
    with pytest.raises(Unavailable):
        await provider.fetch(job, tmp_path / "into")
    assert saved.read_bytes() == before
    save(folder, job, good_clip)
    assert (await provider.poll(job)).state == "done"


async def test_a_larger_picture_of_the_frames_shape_is_scaled_down_and_the_saved_file_stays(desk, tmp_path):
    provider, job, folder = await laid_out(desk, "panel")
    save(folder, job, large := picture(desk.folder / "large", 9, (1920, 1080)))
    assert (await provider.poll(job)).state == "done"
    made = await provider.fetch(job, tmp_path / "into")
    assert (made.media_type, made.width, made.height) == ("image/png", *SIZE)
    with Image.open(made.path) as taken, Image.open(large) as drawn:
        assert np.array_equal(np.asarray(taken), np.asarray(scaled_down(drawn, SIZE)))
    assert hash_file(folder / f"{job}.png") == hash_file(large)


@pytest.mark.parametrize(("size", "why"), [((640, 360), "smaller than the frame"), ((1080, 1080), "another shape")])
async def test_a_picture_that_cannot_become_the_frame_is_saved_again(desk, size, why):
    provider, job, folder = await laid_out(desk, "panel")
    save(folder, job, picture(desk.folder / "wrong", 9, size))
    status = await provider.poll(job)
    assert status.state == "running"
    assert why in status.raw
    assert "save it at 854×480, or larger in that shape" in status.raw


async def test_a_few_frames_and_pixels_off_are_let_through_as_the_gate_does(desk):
    provider, job, folder = await laid_out(desk)
    clip(folder / f"{job}.mp4", (848, 480), FRAMES + 1)
    assert (await provider.poll(job)).state == "done"


async def test_a_file_under_another_name_is_named_with_the_right_one(desk, good_clip):
    provider, job, folder = await laid_out(desk)
    (folder / "download (1).mp4").write_bytes(good_clip.read_bytes())
    (folder / "notes.txt").write_text("mine")
    status = await provider.poll(job)
    assert status.raw.endswith(f"; there is download (1).mp4 instead: call it {job}.mp4")


async def test_a_file_that_is_still_written_is_waited_for(desk, good_clip):
    provider, job, folder = await laid_out(desk)
    provider._still_s = 0.2
    saved, content = folder / f"{job}.mp4", good_clip.read_bytes()
    saved.write_bytes(content[:1000])
    looking = asyncio.create_task(provider.poll(job))
    await asyncio.sleep(0.05)
    saved.write_bytes(content)
    status = await looking
    assert status.state == "running"
    assert "still being written" in status.raw
    assert (await provider.poll(job)).state == "done"


async def test_a_file_that_was_taken_is_not_decoded_again_until_it_changes(desk, good_clip, monkeypatch):
    provider, job, folder = await laid_out(desk)
    save(folder, job, good_clip)
    assert (await provider.poll(job)).state == "done"
    decoded = []
    monkeypatch.setattr("providers.handoff.saved.accept", lambda path, name: decoded.append(path) or 1 / 0)
    assert (await desk.provider().poll(job)).state == "done"
    assert decoded == []
    (folder / f"{job}.mp4").write_bytes(b"something else")
    with pytest.raises(ZeroDivisionError):
        await provider.poll(job)


async def test_the_same_key_is_one_folder_and_another_key_another(desk):
    provider, request = desk.provider(), desk.request()
    assert await submit(provider, request) == await submit(desk.provider(), request) == "SC010_SH0010_clip_t01"
    names = [await submit(provider, desk.request(**changes)) for changes in ({"prompt": "Others."}, {"attempt": 2})]
    assert names == ["SC010_SH0010_clip_t01_2", "SC010_SH0010_clip_t02"]
    assert (desk.handoffs / names[0] / "README.txt").read_text().count("SC010_SH0010_clip_t01_2.mp4") == 1
    assert await submit(provider, desk.request("panel", progress=1.0)) == "SC010_SH0010_end_panel_t01"


async def test_the_folders_are_the_list_of_what_was_laid_out(desk):
    provider, request = desk.provider(), desk.request()
    key = key_of(provider, request)
    assert (await provider.find(LostCall(key, "m", request))).state == "absent"
    job = await submit(provider, request)
    assert (await desk.provider().find(LostCall(key, "m", request))).job_id == job
    assert (await provider.find(LostCall("f" * 64, "m", request))).state == "absent"


async def test_a_process_that_dies_while_it_lays_out_leaves_no_half_a_folder(desk, monkeypatch):
    provider, request = desk.provider(), desk.request()

    def dies(part, folder):
        raise KeyboardInterrupt

    monkeypatch.setattr("providers.handoff.adapter._appear", dies)
    with pytest.raises(KeyboardInterrupt):
        await submit(provider, request)
    assert list(desk.handoffs.iterdir()) == []
    assert (await provider.find(LostCall(key_of(provider, request), "m", request))).state == "absent"


async def test_a_refused_grant_lays_nothing_out(desk):
    provider, request = desk.provider(), desk.request()
    with pytest.raises(GrantRefused):
        await provider.submit(Grant.mint("0" * 64, 1), key_of(provider, request), request)
    assert list(desk.handoffs.iterdir()) == []


async def test_what_the_tool_refused_is_its_moderation_in_its_own_words(desk):
    provider, job, folder = await laid_out(desk)
    (folder / "REFUSED.txt").write_text("This prompt may violate our policies.\n")
    status = await provider.poll(job)
    assert (status.state, status.bill_microusd) == ("failed", 0)
    assert isinstance(status.failure, Refused)
    assert status.failure.raw == "This prompt may violate our policies."
    (folder / "credits.txt").write_text("10")
    assert (await provider.poll(job)).bill_microusd == 100_000


async def test_what_a_person_gives_up_fails_and_is_free_unless_they_say_so(desk):
    provider, job, folder = await laid_out(desk)
    (folder / "CANCELLED.txt").write_text("We cut the shot.")
    status = await provider.poll(job)
    assert (status.state, status.bill_microusd, status.failure) == ("failed", 0, None)
    assert "We cut the shot." in status.raw


async def test_a_job_is_called_off_while_nothing_is_saved_and_no_credits_are_spent(desk, good_clip):
    provider, job, folder = await laid_out(desk)
    (folder / "credits.txt").write_text("10")
    assert not await provider.cancel(job)
    (folder / "credits.txt").unlink()
    assert await provider.cancel(job)
    assert (await provider.poll(job)).state == "failed"
    other = await submit(provider, desk.request(attempt=2))
    save(desk.handoffs / other, other, good_clip)
    assert not await provider.cancel(other)


async def test_a_folder_that_was_taken_away_is_gone_and_never_failed(desk, tmp_path):
    import shutil

    provider, job, folder = await laid_out(desk)
    shutil.rmtree(folder)
    assert (await provider.poll(job)).state == "gone"
    with pytest.raises(Gone):
        await provider.fetch(job, tmp_path)


async def test_a_job_id_cannot_reach_out_of_the_folder(desk, tmp_path):
    provider, job, _ = await laid_out(desk)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / ".job.json").write_bytes((desk.handoffs / job / ".job.json").read_bytes())
    assert (await provider.poll("../out")).state == "gone"
    assert not await provider.cancel("../out")


async def test_a_damaged_record_says_where_it_lies(desk):
    provider, job, folder = await laid_out(desk)
    (folder / ".job.json").write_text("{")
    with pytest.raises(Gone, match=r"\.job\.json"):
        await provider.poll(job)


def test_the_tool_is_the_model_and_any_may_be_named(desk):
    assert desk.provider().model("clip") == "mitte"
    assert desk.provider(models={}).model("clip") == "by-hand"
    assert desk.provider().usage(desk.request()).model == "mitte"
    one, other = (desk.provider(models={"clip": tool}) for tool in ("mitte", "flow"))
    assert key_of(one, desk.request()) != key_of(other, desk.request())


def test_what_no_film_asks_for_is_refused(desk):
    with pytest.raises(Invalid, match="nearest it makes is 60 s"):
        desk.provider().build_payload(desk.request(frames=9999))
