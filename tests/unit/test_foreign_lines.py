"""Lines of other tools' logs: exact money, and a reason for each line that cannot be counted."""

from __future__ import annotations

import json
import re
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from governor.other_tools.foreign_lines import call_of, to_microusd
from manifests.spending.log_map import LogMap

FLAT = {
    "source": "my-script",
    "shot": {"field": "shot"},
    "stage": {"field": "stage", "words": {"i2v": "clip"}, "default": "clip"},
    "provider": {"default": "fal"},
    "model": {"field": "model"},
    "made_at": {"field": "ts", "zone": "UTC"},
    "cost": {"field": "cost", "unit": "usd"},
    "outcome": {"field": "status", "words": {"ok": "settled"}},
    "prompt": {"field": "in.prompt", "optional": True},
    "raw": {"field": "error", "optional": True},
}
LINE = '{"shot": "SC010_SH0040", "model": "m-1", "ts": "2026-10-02T09:14:07Z", "cost": 0.39, "status": "ok"%s}'


def a_map(**changed):
    return LogMap.model_validate_json(json.dumps({**FLAT, **changed}))


def read(line=LINE % "", **changed):
    return call_of(line.encode(), a_map(**changed))


def line_with(**changed):
    return json.dumps({**json.loads(LINE % ""), **changed})


@pytest.mark.parametrize(
    ("said", "unit", "microusd"),
    [
        (Decimal("0.39"), 1_000_000, 390_000),
        ("0.39", 1_000_000, 390_000),
        ("$0.39", 1_000_000, 390_000),
        (39, 10_000, 390_000),
        (Decimal("0.30000000000000004"), 1_000_000, 300_000),
        (Decimal("9007199254.740993"), 1, 9_007_199_255),
        (9_007_199_254_740_993 // 1000, 1, 9_007_199_254_740),
        ("1e-05", 1_000_000, 10),
        (Decimal("0.0000005"), 1_000_000, 1),
        (Decimal("0.0000004999"), 1_000_000, 0),
        (Decimal("12.5"), 14_000, 175_000),
        (0, 1_000_000, 0),
        ("9999999.999999", 1_000_000, 9_999_999_999_999),
    ],
)
def test_an_amount_is_read_to_the_micro_dollar(said, unit, microusd):
    assert to_microusd(said, unit) == microusd


@pytest.mark.parametrize(
    "said",
    [
        -1,
        "-0.01",
        Decimal("-0.5"),
        "NaN",
        "Infinity",
        Decimal("NaN"),
        Decimal("Infinity"),
        True,
        None,
        [1],
        {"usd": 1},
        "",
        "free",
        "1,50",
        "0,39",
        "1 000",
        "٣",
        "0x10",
        "1e999999999",
        10_000_000,
        "9" * 40,
        Decimal("1e25"),
        "$-1",
        "--1",
    ],
)
def test_what_is_no_amount_is_refused(said):
    with pytest.raises(ValueError, match="it is"):
        to_microusd(said, 1_000_000)


@given(st.integers(0, 9_999_999_999_999))
@example(4_503_599_627_370_497)
def test_no_amount_goes_through_a_float(microusd):
    microusd %= 10_000_000_000_000
    dollars = f"{microusd // 1_000_000}.{microusd % 1_000_000:06d}"
    for said in (f'"{dollars}"', dollars):
        line = f'{{"shot": "SC010_SH0040", "model": "m", "ts": "2026-10-02T09:14:07Z", "status": "ok", "cost": {said}}}'
        assert read(line).cost_microusd == microusd


def test_a_good_line_says_all_that_the_map_asks_for():
    call = read(LINE % ', "in": {"prompt": "Fog drifts."}, "stage": "i2v"')
    assert (call.scene, call.shot, call.stage, call.tier) == ("SC010", "SC010_SH0040", "clip", "other")
    assert (call.provider, call.model, call.prompt) == ("fal", "m-1", "Fog drifts.")
    assert (call.outcome, call.cost_microusd, call.made_at) == ("settled", 390_000, "2026-10-02T09:14:07.000+00:00")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "it is not JSON (column 2"),
        ("[1]", "it is not a JSON object"),
        ('"x"', "it is not a JSON object"),
        ('{"a": 1, "a": 2}', "its field 'a' stands there twice"),
        ('{"b": {"a": 1, "a": 1}}', "its field 'a' stands there twice"),
        (LINE.replace("0.39", "NaN") % "", "it holds NaN, which is not a number"),
        (LINE.replace("0.39", "-Infinity") % "", "it holds -Infinity, which is not a number"),
        (LINE % ', "elsewhere": NaN', "it holds NaN, which is not a number"),
        (LINE.replace("0.39", "9" * 5000) % "", "it holds a number of 5000 digits"),
        (LINE.replace("0.39", "1e99999999999999999999") % "", "it holds a number that nothing can count to"),
        (LINE.replace("0.39", "-0.39") % "", "cost (cost): it is -0.39, which is below zero"),
        (LINE.replace("0.39", '"free"') % "", "cost (cost): it is 'free', which is not a number"),
        (LINE.replace("0.39", "39000000") % "", "look at the unit"),
        (LINE.replace("0.39", "null") % "", "cost: it has no field cost"),
        (LINE.replace("SC010_SH0040", "shot 40") % "", "shot: 'shot 40' will not do"),
        (LINE.replace('"ok"', '"meh"') % "", "outcome: 'meh' will not do"),
        (LINE.replace('"m-1"', "null") % "", "model: it has no field model"),
        (LINE.replace('"m-1"', "[1]") % "", "model (model): it is [1], which is not text"),
        (LINE.replace('"m-1"', "true") % "", "model (model): it is True, which is not text"),
        (LINE.replace('"m-1"', r'"\ud800"') % "", "half a character"),
        (LINE.replace("2026-10-02T09:14:07Z", "yesterday") % "", "made_at (ts): 'yesterday' is not an ISO 8601 time"),
        (LINE.replace("2026-10-02T09:14:07Z", "0001-01-01T00:00:00+14:00") % "", "outside of all calendars"),
        ("[" * 100_000, "it nests too deep"),
    ],
    ids=lambda value: value[:40],
)
def test_a_bad_line_says_why(line, reason):
    with pytest.raises(ValueError, match=re.escape(reason)):
        read(line)


def test_a_line_that_is_no_utf8_says_so():
    with pytest.raises(ValueError, match="it is not UTF-8"):
        call_of(b'{"shot": "\xff"}', a_map())


def test_a_time_without_a_zone_needs_one_in_the_map():
    line = line_with(ts="2026-07-02 09:14:07")
    assert read(line, made_at={"field": "ts", "zone": "Europe/Berlin"}).made_at == "2026-07-02T07:14:07.000+00:00"
    with pytest.raises(ValueError, match="names no time zone"):
        read(line, made_at={"field": "ts"})


@pytest.mark.parametrize(
    ("said", "written"), [(1790000000.25, "unix_s"), ("1790000000.25", "unix_s"), (1790000000250, "unix_ms")]
)
def test_a_unix_time_is_read_exactly(said, written):
    assert (
        read(line_with(ts=said), made_at={"field": "ts", "written": written}).made_at == "2026-09-21T14:13:20.250+00:00"
    )


@pytest.mark.parametrize("said", [-1, 1e300, "soon", True, 10**20])
def test_a_unix_time_that_is_none_is_refused(said):
    with pytest.raises(ValueError, match="made_at"):
        read(line_with(ts=said), made_at={"field": "ts", "written": "unix_s"})


def test_their_numbers_go_where_ours_stand():
    shot = {"field": "shot", "numbers": "SC000_SH0000", "words": {"the last one": "SC020_SH0990"}}
    assert read(line_with(shot="sc10-sh40"), shot=shot).shot == "SC010_SH0040"
    assert read(line_with(shot="the last one"), shot=shot).shot == "SC020_SH0990"
    assert read(line_with(shot=40), shot={"field": "shot", "numbers": "SC010_SH0000"}).shot == "SC010_SH0040"
    with pytest.raises(ValueError, match="has 1 numbers, and SC000_SH0000 has room for 2"):
        read(line_with(shot="40"), shot=shot)


def test_a_scene_and_a_shot_must_agree_and_one_is_enough():
    scene = {"field": "scene", "optional": True}
    assert read(line_with(scene="SC010"), scene=scene).scene == "SC010"
    with pytest.raises(ValueError, match="its shot is SC010_SH0040 and its scene SC020"):
        read(line_with(scene="SC020"), scene=scene)
    only_scene = {"scene": scene, "shot": {"field": "no", "optional": True}}
    assert read(line_with(scene="SC020"), **only_scene).shot is None
    with pytest.raises(ValueError, match="neither the scene nor the shot"):
        read(line_with(), **only_scene)


def test_a_path_leads_through_objects_lists_and_names_with_dots():
    line = line_with(usage={"parts": [{"usd": "0.10"}, {"usd": "0.20"}], "a.b": {"c": "0.30"}})
    paths = {"usage.parts.1.usd": 200_000, "usage.a.b.c": None, "usage.parts.7.usd": None, "cost.usd": None}
    for path, cost in paths.items():
        call = read(line, cost={"field": path, "unit": "usd", "optional": True})
        assert call.cost_microusd == cost, path
    assert read(line_with(**{"usage.usd": 1}), cost={"field": "usage.usd", "unit": "usd"}).cost_microusd == 1_000_000


def test_a_cost_in_credits_has_its_rate():
    cost = {"field": "cost", "unit": "credits", "usd_per_credit": "0.014"}
    assert read(line_with(cost="12.5"), cost=cost).cost_microusd == 175_000


def test_keys_do_not_get_into_the_ledger():
    call = read(LINE % ', "error": "401: Bearer CANARY", "in": {"prompt": "like https://x/p.png?sig=CANARY"}')
    assert "CANARY" not in call.stored()


@pytest.mark.parametrize(
    "changed",
    [
        {"source": "gate"},
        {"source": "My Script"},
        {"shot": None},
        {"model": {}},
        {"cost": {"field": "c", "unit": "eur"}},
        {"cost": {"field": "c", "unit": "credits"}},
        {"cost": {"field": "c", "unit": "usd", "usd_per_credit": "1.00"}},
        {"cost": {"field": "c", "unit": "credits", "usd_per_credit": 0.014}},
        {"made_at": {"field": "ts", "zone": "Mars/Olympus"}},
        {"made_at": {"field": "ts", "zone": "../../etc/passwd"}},
        {"outcome": {"field": "s", "words": {"ok": "fine"}}},
        {"stage": {"default": "upscale"}},
        {"shot": {"field": "shot", "numbers": "SH0000"}},
        {"colour": {"field": "x"}},
    ],
    ids=str,
)
def test_a_map_that_means_nothing_is_refused(changed):
    with pytest.raises(ValidationError):
        a_map(**changed)
