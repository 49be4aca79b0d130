"""The dailies as data: what waits first, every shot with its checks, the money, what changed, and nothing that must not
be told.
"""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime, timedelta

import pytest

from governor.purchase import Proof
from manifests.finding import Finding, Score, Verdict
from manifests.spending.night import SceneNight, ShotNight
from manifests.spending.standing_order import StandingOrder
from production.dailies.lay_out import PAGE, TABLE, lay_out, read_back
from production.planning import nights
from wiring.errors import NoNight

FIRST, SECOND = "SC010_SH0010", "SC010_SH0020"
EVIL = '"><script>alert(1)</script><img src=x onerror=alert(2)>'
EVENING = datetime(2026, 11, 21, 21, 30, tzinfo=UTC)


@pytest.fixture
def clock(paid):
    """Sets the ledger's clock."""

    def set_to(now):
        paid.services.ledger._now = lambda: now

    set_to(EVENING)
    return set_to


@pytest.fixture
def lay(paid, clock):
    """Lays the dailies of a night out, and reads them back."""

    def laid(night=""):
        page = lay_out(paid.services, "SC010", night)
        return read_back(page.parent), page.read_text(encoding="utf-8")

    return laid


def spend_a_night(paid, night, ending="incomplete", **shots):
    """As the night's flow writes it down."""
    paid.services.ledger._now = lambda: datetime.fromisoformat(f"{night}T23:00:00+00:00")
    told = tuple(
        ShotNight(shot=f"SC010_{name}", status=status, message=f"why {name}") for name, status in shots.items()
    )
    times = {
        "opens": f"{night}T21:00:00+00:00",
        "closes": f"{night}T23:30:00+00:00",
        "began_at": f"{night}T21:00:00+00:00",
    }
    nights.record(
        paid.services,
        SceneNight(
            night=night,
            scene="SC010",
            order=3,
            ended_at=f"{night}T23:10:00+00:00",
            ending=ending,
            message="why it ended",
            foreseen_microusd=400_000,
            shots=told,
            **times,
        ),
    )


def judge(paid, key, *scores):
    paid.services.ledger.record_verdict(key, Verdict(scores=scores, findings=(_flaw("wrong_wardrobe"),)))


def _flaw(name):
    return Finding(rule="V103", severity="error", subject="ada", flaw=name, message="no", cure="yes")


def test_a_shot_that_stands_waits_for_a_yes_and_one_that_failed_says_by_which_check(paid, lay):
    paid.draft(FIRST)
    key = paid.make(SECOND, "panel", flaw="wrong_wardrobe:ada")
    judge(paid, key, Score(rule="V103", subject="ada", value=-0.02, threshold=0.05, passed=False))
    told, page = lay()
    ready, failed = told.shots
    assert (ready.standing, ready.clips, ready.panels, ready.shot_microusd) == ("ready", 1, 1, 20_000)
    (check,) = [check for check in failed.checks if check.word == "wardrobe"]
    assert (check.value, check.threshold, check.passed, check.at_most) == (-0.02, 0.05, False, False)
    assert told.waiting[0].what == "1 final waits for your approval, $0.40"
    assert told.waiting[0].next == ("gate approve SC010",)
    assert "Nothing is spent until you approve" in page
    assert told.money.bad_panels == 1
    assert (told.money.bad, told.money.saved) == (
        10_000,
        100_000,
    )  # a panel of a cent; two seconds at five cents unspent
    assert told.fired[0].rule == "V103"
    assert (told.money.finals_shots, told.money.finals) == (1, 400_000)


def test_a_yes_circles_the_shot_and_a_final_ends_it(paid, lay, gate):
    paid.draft(FIRST)
    gate("approve", FIRST, "--yes", "--prices", str(paid.prices))
    assert lay()[0].shots[0].standing == "approved"
    paid.make(FIRST, "clip", "final")
    told, page = lay()
    assert told.shots[0].standing == "final"
    assert "said yes" not in page


def test_what_the_night_says_of_a_shot_counts_until_it_is_made(paid, lay):
    spend_a_night(paid, "2026-11-20", ending="credit", SH0010="blocked:credit", SH0020="waits")
    told, _ = lay()
    assert (told.night, told.order, told.window) == ("2026-11-20", 3, "21:00 to 23:30 UTC")
    assert [(s.standing, s.kind) for s in told.shots] == [("blocked", "credit"), ("waits", "")]
    assert told.waiting[0].what == "A provider's credit has ended: 1 shot not made"
    assert (told.message, told.money.planned) == ("why it ended", 400_000)
    paid.draft(FIRST)
    assert lay("2026-11-20")[0].shots[0].standing == "ready"


def test_what_changed_is_told_against_the_dailies_before_and_an_old_night_keeps_its_page(paid, lay, clock):
    paid.draft(FIRST)
    spend_a_night(paid, "2026-11-20", SH0010="done")
    before, page = lay("2026-11-20")
    assert (before.since, before.changed) == ("", ())
    spend_a_night(paid, "2026-11-21", SH0010="done")
    paid.draft(SECOND)
    told, _ = lay("2026-11-21")
    assert (told.since, told.changed) == ("2026-11-20", ("SC010_SH0020: to make → ready (v001)",))
    assert lay("2026-11-20")[1] == page
    with pytest.raises(NoNight, match="it has 2026-11-20, 2026-11-21"):
        lay("2026-11-19")


def test_without_a_night_they_are_of_the_last_one_unless_something_was_made_by_day_since(paid, lay, clock):
    spend_a_night(paid, "2026-11-20", SH0010="waits")
    clock(EVENING)
    assert lay()[0].night == "2026-11-20"
    clock(EVENING + timedelta(minutes=1))
    paid.draft(FIRST)
    told, _ = lay()
    assert told.night == EVENING.astimezone().date().isoformat()
    assert (told.window, told.money.actual) == ("", 20_000)


def test_whatever_anybody_wrote_anywhere_is_text_on_the_page(paid, lay):
    paid.edit("film.yaml", lambda d: d.update(title=EVIL))
    paid.edit("scenes/SC010.yaml", lambda d: d.update(title=EVIL))
    paid.draft(FIRST)
    key = paid.hold(SECOND, "panel")
    ledger = paid.services.ledger
    ledger.release(key, Proof.not_billed(EVIL, ledger.current_epoch("SC010")))
    ledger.note("reanchor", f"shot:{FIRST}", EVIL)
    ledger.note("drift", "scene:SC010", EVIL)
    spend_a_night(paid, "2026-11-20", ending="stopped", SH0010="done", SH0020="blocked:provider")
    paid.services.ledger._now = lambda: datetime(2026, 11, 22, tzinfo=UTC)
    told, page = lay("2026-11-20")
    assert told.title == EVIL
    assert told.drift == (f"{FIRST} was {EVIL}", EVIL)
    assert page.count("<script") == 0
    assert page.count("onerror=alert") == page.count("&lt;img src=x onerror=alert") > 3
    assert "default-src &#39;none&#39;" in page


def test_a_spreadsheet_finds_no_formula_in_the_table(paid, lay):
    spend_a_night(paid, "2026-11-20", SH0010="blocked:credit")
    ledger = paid.services.ledger
    report = nights.last_night(paid.services, "SC010")
    shots = (ShotNight(shot=FIRST, status="blocked:credit", message="=cmd|' /C calc'!A0"),)
    nights.record(paid.services, report.model_copy(update={"shots": shots}))
    lay()
    file = paid.services.settings.out / "SC010" / "dailies" / "2026-11-20" / TABLE
    rows = list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))
    assert [row["shot"] for row in rows] == [FIRST, SECOND]
    assert rows[0]["why"] == "'=cmd|' /C calc'!A0"
    assert ledger.audit() == []


def test_providers_words_are_told_raw_with_time_and_job_but_no_key_and_nothing_of_a_private_shot(paid, lay, clock):
    for shot in (FIRST, SECOND):
        key = paid.hold(shot, "panel")
        ledger = paid.services.ledger
        ledger.submitted(key, f"job-{shot}")
        ledger.settle(
            key, 0, None, f'{{"error": "not allowed", "api_key": "sk-verysecret0123456789", "shot": "{shot}"}}'
        )
    told, page = lay()
    assert [said.job for said in told.said] == [f"job-{FIRST}", f"job-{SECOND}"]
    assert "not allowed" in told.said[0].words
    assert "verysecret" not in page
    assert told.money.refused_calls == 2

    paid.edit("scenes/SC010.yaml", lambda d: d["shots"][1].update(private=True))
    clock(EVENING)
    told, page = lay()
    assert [said.shot for said in told.said] == [FIRST]
    assert f"job-{SECOND}" not in page


def test_the_command_says_where_the_page_is_and_gives_its_facts(paid, gate, clock):
    paid.draft(FIRST)
    code, out, _ = gate("dailies", "SC010", "--prices", str(paid.prices))
    assert (code, out.splitlines()[0]) == (0, "SC010: 1 of 2 drafts ready, 1 thing waits for you")
    assert out.splitlines()[1].endswith(f"/{PAGE}")
    code, out, _ = gate("dailies", "SC010", "--json", "--prices", str(paid.prices))
    told = json.loads(out)
    assert told["dailies"]["shots"][0]["standing"] == "ready"
    assert told["csv"].endswith(TABLE)


def test_a_night_takes_what_was_left_over_first_and_then_by_priority(paid, clock):
    def order(scene, priority):
        given = {"opens": "22:00", "closes": "07:00", "zone": "UTC", "night_usd": "5.00", "priority": priority}
        paid.decide("standing_order", scene, order=StandingOrder(scene=scene, **given))

    def copy(name):
        text = (paid.root / "scenes" / "SC010.yaml").read_text().replace("SC010", name)
        (paid.root / "scenes" / f"{name}.yaml").write_text(text)

    for scene, priority in (("SC020", 9), ("SC030", 1), ("SC010", 1)):
        if scene != "SC010":
            copy(scene)
        order(scene, priority)
    assert [turn.scene for turn in nights.turns(paid.services)] == ["SC010", "SC030", "SC020"]
    times = {name: (EVENING + timedelta(hours=1)).isoformat() for name in ("opens", "closes", "began_at", "ended_at")}
    nights.record(paid.services, SceneNight(night="2026-11-21", scene="SC020", order=1, ending="budget", **times))
    assert next((turn.scene, turn.left_over) for turn in nights.turns(paid.services)) == ("SC020", True)
    assert [turn.scene for turn in nights.turns(paid.services, ["SC010"])] == ["SC010"]
