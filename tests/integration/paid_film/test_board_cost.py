"""Before a composition is saved, the board names what it makes stale, and the price of making that again."""

from __future__ import annotations

from manifests.keys import hash_bytes
from production.board import previewing
from production.board.costing import cost_of
from production.board.saving import drafted, on_board
from production.journey.requests import panel_of

SHOT = "SC010_SH0010"


def test_a_move_makes_the_panel_and_the_draft_stale_at_their_price_and_a_lock_makes_nothing_stale(paid):
    paid.draft()
    services = paid.services
    board = on_board(services, SHOT)
    (ada, *_) = board.composition.cast
    moved = ada.model_copy(update={"start": ada.start.model_copy(update={"x": 0.2})})
    cost = cost_of(services, drafted(services, SHOT, board.composition.with_item(moved), base=board.base))
    seconds = services.shot(SHOT).duration_s
    assert [step.name for step in cost.stale] == [f"{SHOT} draft panel", f"{SHOT} draft clip"]
    assert cost.stale[0].likely_microusd == 40_000
    assert cost.stale[1].likely_microusd == round(50_000 * seconds)
    assert cost.again_microusd == 40_000 + round(50_000 * seconds)

    locked = board.composition.model_copy(update={"locked": (ada.name,)})
    assert cost_of(services, drafted(services, SHOT, locked, base=board.base)).stale == ()


def test_the_guide_is_shown_byte_for_byte_as_it_is_sent(film, paid):
    with (film / "film.yaml").open("a") as about:
        about.write("providers: {panel: gemini}\n")
    services = paid.services
    shot = services.shot(SHOT)
    shown = previewing.guide(services, shot)
    sent = panel_of(services, services.hashes(), shot, "panel", "final").references
    assert hash_bytes(shown) == next(reference.sha256 for reference in sent if reference.role == "guide")
