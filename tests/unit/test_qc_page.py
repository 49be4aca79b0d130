"""docs/qc.md says what the rules say."""

from __future__ import annotations

from pathlib import Path

from checks.rules import catalogue
from checks.seeing import decode, pictures
from desk.cli.tools.rule import table_of
from manifests.reading import media_head
from providers.over_http import outputs

PAGE = Path(__file__).parents[2] / "docs" / "qc.md"


def test_the_table_of_clip_rules_is_the_one_that_gate_rule_prints() -> None:
    text = PAGE.read_text()
    held = text.partition("<!-- from gate rule Q --table -->")[2].partition("<!-- end -->")[0]

    assert held.strip().splitlines() == table_of("Q")
    assert len(table_of("q")) == 2 + sum(page.code.startswith("Q") for page in catalogue.pages())


def test_the_bounds_on_the_page_are_the_bounds_in_force() -> None:
    text = PAGE.read_text()

    assert pictures.BYTES_MAX == outputs.PICTURE_BYTES_MAX == 64 << 20
    assert pictures.PIXELS_MAX == outputs.PIXELS_MAX == 50_000_000
    assert decode.PIXELS_MAX == outputs.CLIP_PIXELS_MAX == 4096 * 2304
    assert decode.BYTES_MAX == outputs.CLIP_BYTES_MAX == 2 << 30
    assert (decode.SECONDS_MAX, decode.FRAMES_MAX, decode.SIDE_MAX_PX) == (60, 3600, 4096)
    assert (pictures.SIDE_PX_MAX, pictures.SCANS_MAX, pictures.PROFILE_BYTES_MAX) == (
        16_384,
        outputs.SCANS_MAX,
        4 << 20,
    )
    assert (media_head.SAMPLES_MAX, media_head.TABLES_BYTES_MAX) == (4_000_000, 64 << 20)
    for bound in ("64 MiB", "50 million", "16 384", "4096×2304", "2 GiB", "60 s", "3 600", "4 million", "64 scans"):
        assert bound in text
