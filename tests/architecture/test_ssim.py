"""SSIM compares pixels, so it may be used only where the same pixels should be: docs/eyes-method.md says where."""

from __future__ import annotations

from checks.rules import panel_rules
from checks.scorer.channels import BY_NAME

USED_BY = {
    "checks/gates/clip_gate.py": {"agreement"},  # Q109, Q110 and V110: the same frame twice
    "checks/gates/frame_gate.py": {"ssim"},  # V108: reported
    "checks/scorer/background.py": {"ssim"},  # place_ssim: a locked-off camera, and it only asks
}


def test_ssim_is_used_in_the_places_that_the_page_lists_and_nowhere_else(product):
    found = {}
    for source in product:
        names = {name for name, _ in source.names_used}
        mine = {name.rpartition(".")[2] for name in names if name.startswith("checks.seeing.similarity.")}
        if mine & {"ssim", "agreement"}:
            found[source.path] = mine & {"ssim", "agreement"}
        assert not any(name.startswith("skimage.metrics") for name in names), source.path
    assert found == USED_BY


def test_where_ssim_is_not_of_the_same_frame_it_fails_nothing():
    assert panel_rules.COMPOSITION.severity == "info"
    assert not BY_NAME["place_ssim"].strong
