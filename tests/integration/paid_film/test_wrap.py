"""The wrap: dollars per accepted second, what the gates did, what mended each flaw, false alarms, and what may go."""

from __future__ import annotations

import csv
import json

import pytest

from manifests.decision import Label
from manifests.finding import Finding, Verdict
from production.planning.plan_scene import plan_scene
from production.wrap.gather import wrap_of
from production.wrap.lay_out import SHOTS, SPARE, lay_out

FIRST, SECOND, SCENE = "SC010_SH0010", "SC010_SH0020", "SC010"
EVIL = '"><script>alert(1)</script>'


def finding(flaw, rule="V102", severity="error"):
    return Finding(rule=rule, severity=severity, subject="ada", flaw=flaw, message="no", cure="yes")


def judged(*findings):
    return Verdict(scores=(), findings=findings)


def label(paid, key, *, good, rules=()):
    take = paid.services.ledger.take(key)
    paid.decide("verdict", f"shot:{take.shot}", label=Label(take=key, asset=take.asset.sha256, good=good, rules=rules))


@pytest.fixture
def wrapped(paid):
    return lambda: wrap_of(paid.services, [SCENE])


def test_all_that_was_spent_is_divided_by_the_seconds_that_have_a_final(paid, wrapped, gate):
    paid.draft(FIRST)
    paid.make(SECOND, "panel", flaw="missing:ada")
    gate("approve", FIRST, "--yes", "--prices", str(paid.prices))
    paid.make(FIRST, "clip", "final")
    report = wrapped().report
    assert [(shot.shot, shot.standing) for shot in report.shots] == [(FIRST, "final"), (SECOND, "open")]
    assert report.microusd == paid.services.ledger.balance(f"scene:{SCENE}").settled == 40_000
    seconds = paid.services.shot(FIRST).duration_s
    assert (report.per_shot, report.per_second) == (40_000, round(40_000 / seconds))
    assert report.takes_per_shot == 4
    first, second = report.shots
    assert (first.panel_microusd, first.draft_microusd, first.final_microusd) == (10_000, 10_000, 10_000)
    assert (second.panels, second.clips, second.failed, second.microusd) == (1, 0, 1, 10_000)
    assert [(s.stage, s.tier, s.calls) for s in report.stages] == [
        ("panel", "draft", 2),
        ("clip", "draft", 1),
        ("clip", "final", 1),
    ]


def test_a_film_without_a_final_counts_the_drafts_that_passed_and_says_so(paid, wrapped):
    assert wrapped().report.per_second is None
    paid.draft(FIRST)
    report = wrapped().report
    assert (report.accepted_as, report.per_shot) == ("drafts", 20_000)


def test_a_gate_is_credited_with_what_was_not_bought_from_refused_takes(paid, wrapped):
    paid.make(FIRST, "panel", flaw="missing:ada")
    paid.make(FIRST, "panel", number=2)
    paid.make(FIRST, "clip", flaw="cut")
    panel, clip = wrapped().report.gates
    plan = plan_scene(paid.services, paid.services.scene(SCENE))
    final = next(s for s in plan.of(FIRST) if s.stage == "clip" and s.tier != "draft")
    assert (panel.gate, panel.judged, panel.failed, panel.failed_microusd, panel.spared_microusd) == (
        "panel",
        2,
        1,
        10_000,
        200_000,  # four seconds at five cents
    )
    assert (clip.judged, clip.failed, clip.spared_microusd) == (1, 1, final.likely_microusd)


def test_a_flaw_is_told_with_what_was_changed_when_it_went_away_in_how_many_takes_and_for_how_much(paid, wrapped):
    paid.make(FIRST, "panel", verdict=judged(finding("missing:ada"), finding("hue", "V105")))
    paid.make(FIRST, "panel", number=2, verdict=judged(finding("missing:ada")))
    paid.make(FIRST, "panel", number=3)
    paid.make(SECOND, "panel", flaw="missing:ada")
    lessons = {lesson.flaw: lesson for lesson in wrapped().report.lessons}
    missing, hue = lessons["missing"], lessons["hue"]
    assert (missing.failed, missing.shots, missing.mended, missing.open) == (3, 2, 1, 1)
    assert (missing.takes, missing.microusd) == (2, 20_000)
    assert [(mend.changed, mend.times) for mend in missing.mends] == [("first take", 1)]
    assert missing.rules == ("C101", "V102")
    assert (hue.mended, hue.takes, hue.microusd, hue.open) == (1, 1, 10_000, 0)


def test_a_refused_take_that_a_person_called_good_is_a_false_alarm_and_no_open_flaw(paid, wrapped):
    key = paid.make(FIRST, "panel", verdict=judged(finding("wrong:ada")))
    other = paid.make(SECOND, "panel", verdict=judged(finding("wrong:ada"), finding("hue", "V105", "ask")))
    label(paid, key, good=True)
    label(paid, other, good=False, rules=("V102",))
    report = wrapped().report
    v102, v105 = (next(r for r in report.rules if r.rule == code) for code in ("V102", "V105"))
    assert (v102.failed, v102.false_alarms, v102.confirmed) == (2, 1, 1)
    assert (v105.failed, v105.asked, v105.asked_good, v105.asked_bad) == (0, 1, 0, 0)
    (wrong,) = [lesson for lesson in report.lessons if lesson.flaw == "wrong"]
    assert (wrong.accepted, wrong.open) == (1, 1)
    assert report.gates[0].overruled == 1


def test_the_words_that_a_failed_take_had_and_the_next_had_not_are_told_but_none_of_a_private_shot(paid, wrapped):
    def reword(shot, **changes):
        paid.edit(f"scenes/{SCENE}.yaml", lambda d: next(s for s in d["shots"] if s["id"] == shot).update(changes))

    paid.make(FIRST, "panel")
    paid.make(FIRST, "clip", flaw="frozen")
    reword(FIRST, motion="Ada slides the bolt back with both hands.")
    paid.make(FIRST, "clip", number=2)
    (told,) = wrapped().report.reworded
    assert (told.shot, told.stage, told.flaw) == (FIRST, "clip", "frozen")
    assert any("slides the bolt back" in phrase for phrase in told.came)
    assert told.gone
    reword(FIRST, private=True)
    assert wrapped().report.reworded == (), "it was public when it was made, and is private now"


def test_only_takes_that_nothing_stands_on_may_be_deleted_and_without_them_the_plan_is_the_same(paid, wrapped, gate):
    failed = paid.make(FIRST, "panel", flaw="missing:ada")
    paid.make(FIRST, "panel", number=2)
    paid.make(FIRST, "clip")
    orphan = paid.services.vault.put_bytes(b"nobody names me")
    steps = plan_scene(paid.services, paid.services.scene(SCENE)).steps
    spare = wrapped().spare
    asset = paid.services.ledger.take(failed).asset.sha256
    assert [(s.kind, s.sha256) for s in spare] == [("nothing names it", orphan), ("failed takes", asset)]
    assert spare[1].what == f"{FIRST} draft panel v001"
    for each in spare:
        paid.services.vault.path(each.sha256).unlink()
    assert plan_scene(paid.services, paid.services.scene(SCENE)).steps == steps
    assert wrapped().spare == ()


def test_the_folder_has_a_page_without_a_script_and_tables_that_a_spreadsheet_reads(paid, wrapped, tmp_path):
    paid.draft(FIRST)
    paid.make(SECOND, "panel", verdict=judged(finding(f"{EVIL}:ada")))
    page = lay_out(wrapped(), tmp_path / "wrap")
    text = page.read_text(encoding="utf-8")
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    with page.with_name(SHOTS).open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["shot"] for row in rows] == [FIRST, SECOND]
    assert rows[0]["usd"] == "0.02"
    with page.with_name(SPARE).open(newline="", encoding="utf-8") as file:
        assert [row["kind"] for row in csv.DictReader(file)] == ["failed takes"]


def test_gate_wrap_prints_the_page_and_for_programs_the_quotients(paid, gate):
    paid.draft(FIRST)
    code, said = gate("wrap")[:2]
    assert (code, "$0.02 per shot" in said) == (0, True)
    told = json.loads(gate("wrap", SCENE, "--json")[1])
    assert told["wrap"]["per_accepted_shot_microusd"] == 20_000
    assert gate("wrap", "SC099")[0] == 2
