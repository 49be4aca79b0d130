"""Kits, composites and their polish, without a run around them:
what is laid out, what is taken in, what is bought and what is refused.
"""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from bench.planting.hostile_pictures import profile
from checks.errors import Unreadable
from governor.errors import AttemptsSpent, BudgetRefused, NotAPerson
from manifests.decision import Decision
from production.hands import compositing
from production.hands.compositing_picture import brought_in
from production.hands.hand_requests import composite_request, pass_request
from production.journey.handwork import hands_of
from production.journey.standing import attempt_at
from production.purchasing.run import Run
from rehearsal.faults import Fault, Script
from rehearsal.live import live
from tasks.guard_edit import guard_edit
from tasks.make_pass import make_pass
from tasks.take_composite import take_composite
from wiring.errors import HandsRefused
from wiring.opening import open_services
from wiring.settings import read_settings, rehearsed

SHOT, FRAME = "SC010_SH0010", (1280, 720)
ADA = {"who": "ada", "door": "terminal"}


def drawn(path: Path, size: tuple[int, int], mode: str = "RGB", **saved: object) -> Path:
    """A picture with something in it that could move."""
    picture = Image.new(mode, size, (70, 80, 90, 255)[: len(mode)])
    pen = ImageDraw.Draw(picture)
    for step in range(0, size[0], size[0] // 16):
        pen.rectangle(
            (step, size[1] // 3, step + size[0] // 40, size[1] * 2 // 3),
            fill=(200, step * 200 // size[0], 40, 255)[: len(mode)],
        )
    picture.save(path, **saved)
    return path


@pytest.fixture
def services(film):
    from wiring import opening

    opening._open_once.cache_clear()
    return open_services(read_settings(film))


@pytest.fixture
def painted(film, monkeypatch):
    """The film whose panels Gemini makes, played on loopback, with nothing of Prefect around;
    and a run that is under way.
    """
    from wiring import opening

    with (film / "film.yaml").open("a") as about:
        about.write("providers: {panel: gemini}\n")
    opening._open_once.cache_clear()
    with live(film / "house", Script(job_s=0), film=film) as house:
        opened = open_services(rehearsed(read_settings(film), film, house.url))
        budget, epoch = opened.folder.film.budget, opened.ledger.begin_epoch("SC010", "r")
        caps = {
            "film:TEA": budget.film_usd,
            "scene:SC010": budget.scene_usd,
            "run:r": budget.run_usd,
            f"shot:{SHOT}": budget.shot_usd,
        }
        opened.ledger.declare_caps(caps)
        yield Run(opened, opened.scene("SC010"), epoch), house


def test_a_kit_holds_the_layers_the_guides_the_brief_and_the_name_to_save(services):
    kit = compositing.export_kit(services, SHOT, **ADA)
    files = {str(path.relative_to(kit.folder)) for path in kit.folder.rglob("*") if path.is_file()}

    assert files == {
        "README.txt",
        "template.png",
        "guide.png",
        "layers/00_plate_kitchen.png",
        "layers/01_ada_coat_front.png",
    }
    assert kit.save == kit.folder / f"{SHOT}_comp_v001.png"
    for name, mode in (
        ("template.png", "RGBA"),
        ("layers/00_plate_kitchen.png", "RGB"),
        ("layers/01_ada_coat_front.png", "RGBA"),
    ):
        with Image.open(kit.folder / name) as picture:
            assert (picture.size, picture.mode) == (FRAME, mode)
    with Image.open(kit.folder / "layers/01_ada_coat_front.png") as layer:
        left, top, right, bottom = layer.getchannel("A").point(lambda a: 255 * (a > 127)).getbbox()
    assert (left + right) / 2 / FRAME[0] == pytest.approx(0.4, abs=0.01)
    assert (top / FRAME[1], bottom / FRAME[1]) == (pytest.approx(0.35, abs=0.01), pytest.approx(0.95, abs=0.01))
    brief = (kit.folder / "README.txt").read_text()
    assert f"  {SHOT}_comp_v001.png\n  1280×720 pixels" in brief
    assert "She sets a cup down." in brief
    assert hands_of(services.ledger.decided(SHOT)).kit is not None
    assert compositing.export_kit(services, SHOT, **ADA).folder.name == f"{SHOT}_comp_v002"


def test_the_layers_of_a_kit_make_the_panel_when_they_are_laid_over_one_another(services):
    kit = compositing.export_kit(services, SHOT, **ADA)
    picture = Image.open(kit.folder / "layers/00_plate_kitchen.png").convert("RGBA")
    with Image.open(kit.folder / "layers/01_ada_coat_front.png") as layer:
        picture.alpha_composite(layer)
    picture.convert("RGB").save(kit.save)

    taken = compositing.take_in(services, SHOT, minutes=9, **ADA)

    hands = hands_of(services.ledger.decided(SHOT))
    assert (hands.composite.asset, hands.composite.minutes, hands.kit) == (taken.asset, 9, None)
    assert services.vault.has(taken.asset.sha256)
    assert (taken.asset.width, taken.asset.height, taken.done) == (*FRAME, ())


def test_a_picture_is_brought_to_the_frames_form_and_every_step_is_said(tmp_path):
    note = Image.Exif()
    note[0x0112] = 6
    into = tmp_path / "in.png"

    assert brought_in(drawn(tmp_path / "a.png", FRAME), into, FRAME) == ()
    assert brought_in(drawn(tmp_path / "b.png", (2560, 1440)), into, FRAME) == ("scaled down from 2560×1440",)
    assert brought_in(drawn(tmp_path / "c.jpg", (720, 1280), exif=note), into, FRAME) == (
        "stood upright, as its Exif says",
    )
    (turned,) = brought_in(drawn(tmp_path / "p3.png", FRAME, icc_profile=profile("Display P3")), into, FRAME)
    assert turned == "turned into sRGB (it is in the colour space 'Display P3', not in sRGB)"
    assert brought_in(drawn(tmp_path / "d.png", FRAME, "RGBA"), into, FRAME) == ()
    with Image.open(into) as taken:
        assert (taken.size, taken.mode, taken.info.get("exif")) == (FRAME, "RGB", None)


@pytest.mark.parametrize(
    ("size", "why"),
    [((1024, 576), "smaller than the frame"), ((1280, 800), "another shape"), ((720, 1280), "another shape")],
)
def test_a_picture_that_is_too_small_or_of_another_shape_is_refused_with_the_size_to_save(tmp_path, size, why):
    with pytest.raises(HandsRefused, match=rf"{why}.*1280×720"):
        brought_in(drawn(tmp_path / "a.png", size), tmp_path / "in.png", FRAME)


def test_what_can_be_seen_through_is_refused_or_laid_onto_the_plate(services, tmp_path):
    cut = tmp_path / "cut.png"
    picture = Image.new("RGBA", FRAME, (0, 0, 0, 0))
    picture.paste((200, 30, 30, 255), (0, 0, 640, 720))
    picture.save(cut)
    with pytest.raises(HandsRefused, match=r"50% of it can be seen through.*--flatten"):
        compositing.take_in(services, SHOT, cut, **ADA)
    assert not services.ledger.decided(SHOT)

    taken = compositing.take_in(services, SHOT, cut, flatten=True, **ADA)
    assert taken.done == ("laid onto the empty plate where it could be seen through (50%)",)
    with Image.open(services.artefact_path(taken.asset)) as laid:
        assert laid.mode == "RGB"
        assert laid.getpixel((10, 10)) == (200, 30, 30)
        assert laid.getpixel((1200, 10)) != (0, 0, 0)


def test_no_program_lays_kits_out_or_hands_composites_in(services, tmp_path):
    for act in (
        lambda: compositing.export_kit(services, SHOT, who="bot", door="program"),
        lambda: compositing.take_in(services, SHOT, drawn(tmp_path / "a.png", FRAME), who="bot", door="program"),
    ):
        with pytest.raises(NotAPerson):
            act()
    assert not services.ledger.decided(SHOT)


def test_what_is_no_picture_no_end_frame_and_no_composite_is_refused_in_a_sentence(services, tmp_path):
    web_page = tmp_path / "page.png"
    web_page.write_text("<!doctype html>")
    with pytest.raises(Unreadable, match="it is a web page"):
        compositing.take_in(services, SHOT, web_page, **ADA)
    with pytest.raises(HandsRefused, match="looks at no last frame"):
        compositing.export_kit(services, SHOT, stage="end_panel", **ADA)
    with pytest.raises(HandsRefused, match="no composite to polish"):
        compositing.polish(services, SHOT, **ADA)
    with pytest.raises(HandsRefused, match="no kit is out"):
        compositing.take_in(services, SHOT, **ADA)
    compositing.export_kit(services, SHOT, **ADA)
    with pytest.raises(HandsRefused, match="nothing is saved yet"):
        compositing.take_in(services, SHOT, **ADA)


def test_a_polish_is_bought_under_the_ledger_from_the_films_image_model_and_guarded(painted, tmp_path):
    (run, house), services = painted, painted[0].services
    size = compositing.frame_size(services, services.shot(SHOT))
    taken = compositing.take_in(services, SHOT, drawn(tmp_path / "a.png", size), **ADA)
    asked = compositing.polish(services, SHOT, **ADA)
    assert asked.plan_line.startswith("1 polish pass, gemini gemini-3-pro-image, likely $0.14")
    assert services.ledger.balance("film:TEA").settled == 0

    composite, polished, guarded = asyncio.run(one_pass(run))

    assert (composite.take.provider, composite.take.cost_microusd, composite.asset) == ("hand", 0, taken.asset)
    (job,) = house.records.jobs("gemini")
    assert polished.take.parent == composite.take.generation_key
    assert polished.take.cost_microusd == job.bill_microusd == services.ledger.balance("film:TEA").settled > 0
    assert "Only three things change" in job.order.prompt
    assert guarded.verdict.passed
    assert guarded.heat is None
    assert asyncio.run(one_pass(run))[1].take == polished.take
    assert len(house.records.jobs("gemini")) == 1


def test_a_composite_is_no_switch_of_provider_that_somebody_must_decide(painted, tmp_path):
    run, services = painted[0], painted[0].services
    size = compositing.frame_size(services, services.shot(SHOT))
    compositing.take_in(services, SHOT, drawn(tmp_path / "a.png", size), **ADA)
    hands = hands_of(services.ledger.decided(SHOT))
    asyncio.run(composed(run, hands))
    records = services.ledger.of_scene("SC010")

    assert records.newest(SHOT, "panel", "draft").provider == "hand"
    assert records.last_provider("panel") is None


def test_a_polish_that_moves_a_hand_is_rejected_and_the_heat_map_is_kept(painted, tmp_path):
    (run, house), services = painted, painted[0].services
    house.tell(Script(job_s=0, faults=(Fault(fault="drift", of="moved", operation="panel", at=1),)))
    size = compositing.frame_size(services, services.shot(SHOT))
    compositing.take_in(services, SHOT, drawn(tmp_path / "a.png", size), **ADA)
    compositing.polish(services, SHOT, **ADA)
    *_, polished, guarded = asyncio.run(one_pass(run))

    (finding,) = guarded.verdict.findings
    assert (finding.rule, finding.flaw) == ("V114", "moved")
    assert finding.evidence["heat"] == guarded.heat.sha256
    with Image.open(services.vault.path(guarded.heat.sha256)) as heat:
        assert heat.height == 720 + 64
    services.ledger.record_verdict(polished.take.generation_key, guarded.verdict)
    with pytest.raises(HandsRefused, match=r"the polish was rejected.*gate comp use"):
        compositing.use(services, SHOT, "polish", **ADA)
    compositing.use(services, SHOT, "composite", **ADA)

    compositing.polish(services, SHOT, **ADA)
    *_, again, once_more = asyncio.run(one_pass(run))
    assert (again.take.attempt, once_more.verdict.passed) == (2, True)
    services.ledger.record_verdict(again.take.generation_key, once_more.verdict)
    assert compositing.use(services, SHOT, "polish", **ADA).hands.asset == again.asset


def test_a_polish_passes_no_cap_and_no_more_tries_than_the_film_allows(painted, tmp_path):
    (run, house), services = painted, painted[0].services
    size = compositing.frame_size(services, services.shot(SHOT))
    compositing.take_in(services, SHOT, drawn(tmp_path / "a.png", size), **ADA)
    services.ledger.lower_cap("scene:SC010", 1)
    compositing.polish(services, SHOT, **ADA)
    with pytest.raises(BudgetRefused):
        asyncio.run(one_pass(run))
    assert house.records.jobs("gemini") == []

    taken_back = [compositing.polish(services, SHOT, **ADA).decision.hands.number for _ in range(3)]
    assert taken_back == [1, 1, 1], "what was never bought is not a try"
    services.ledger.decide(
        Decision(
            kind="raise_cap",
            scope="scene:SC010",
            who="ada",
            made_at="2026-11-21",
            door="terminal",
            why="x",
            amount_microusd=3_000_000,
        )
    )
    for _ in range(services.folder.film.limits.attempts):
        asyncio.run(one_pass(run))
        compositing.polish(services, SHOT, **ADA)
    with pytest.raises(AttemptsSpent):
        asyncio.run(one_pass(run))
    assert len(house.records.jobs("gemini")) == services.folder.film.limits.attempts


async def one_pass(run):
    """What a run does with the frame: the composite, its polish, and the guard over it."""
    hands = hands_of(run.services.ledger.decided(SHOT))
    composite, work = await composed(run, hands), hands.passes[0]
    services, on, parent = run.services, composite.asset.sha256, composite.take.generation_key
    shot = services.shot(SHOT)
    can, hashes = services.can("panel", shot), services.hashes()
    request = pass_request(services.folder, hashes, shot, "draft", work, on=on, parent=parent, can=can)
    polished = await make_pass.fn(run, SHOT, "draft", work, attempt_at(services, work.stage, request))
    return composite, polished, await guard_edit.fn(services, SHOT, composite.asset, polished, work)


async def composed(run, hands):
    """The composite, as a run takes it in."""
    services, work = run.services, hands.composite
    request = composite_request(services.folder, services.shot(SHOT), "draft", work)
    return await take_composite.fn(run, SHOT, "draft", work, attempt_at(services, work.stage, request))


def test_the_commands_say_the_price_before_and_what_comes_next(gate, film, tmp_path):
    code, printed, _ = gate("comp", "export", SHOT, "--json", "--yes")
    told = json.loads(printed)
    assert (code, told["width"], told["height"]) == (0, *FRAME)
    code, printed, _ = gate("handoff")
    assert f"then: gate comp import {SHOT}" in printed
    drawn(Path(told["save"]), FRAME)
    assert "there: " in gate("handoff")[1]

    assert "human-approved geometry" in gate("comp", "import", SHOT, "--yes")[1]
    code, printed, _ = gate("comp", "polish", SHOT, "--yes")
    assert "1 polish pass, previz previz-panel-1, likely $0" in printed
    assert "Nothing waits" in gate("handoff")[1]
    code, _, said = gate("comp", "use", SHOT, "polish", "--yes")
    assert (code, "its polish is not made yet" in said) == (2, True)
    plan = json.loads(gate("plan", "SC010", "--json")[1])
    step = next(s for s in plan["steps"] if (s["shot"], s["stage"]) == (SHOT, "panel"))
    assert (step["does"], step["why"]) == ("run", "1 polish pass over v000, the composite")
