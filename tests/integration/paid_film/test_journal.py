"""The journal: every call with its words, price and verdict, what people said, and nothing of a private shot."""

from __future__ import annotations

import json

import pytest
from PIL import Image

from manifests.decision import Label, Remark
from manifests.finding import Finding, Verdict
from production.wrap.history import history_of
from production.wrap.journal.entries import days_of, entries_of, said_of_shot
from production.wrap.journal.lay_out import lay_out_journal

FIRST, SECOND, SCENE = "SC010_SH0010", "SC010_SH0020", "SC010"
EVIL = "</script><script>alert(1)</script>"


@pytest.fixture
def told(paid):
    return lambda: history_of(paid.services, SCENE)


def failed(message):
    return Verdict(
        scores=(),
        findings=(
            Finding(rule="V102", severity="error", subject="ada", flaw="missing:ada", message=message, cure="yes"),
        ),
    )


def size_of(path):
    with Image.open(path) as picture:
        return picture.size


def remark(paid, kind, key, why):
    take = paid.services.ledger.take(key)
    paid.decide(kind, f"shot:{take.shot}", remark=Remark(take=key, asset=take.asset.sha256))


def test_each_call_is_told_with_words_references_model_seed_price_and_verdict(paid, told):
    key = paid.make(FIRST, "panel", verdict=failed("nobody stands there"))
    paid.make(FIRST, "panel", number=2)
    first, second = entries_of(told())
    take = paid.services.ledger.take(key)
    assert (first.shot, first.title, first.verdict, first.spent) == (FIRST, "draft panel v001", "failed", 10_000)
    assert (first.prompt, first.seed) == (take.order.prompt, take.order.seed)
    assert [shown.name for shown in first.shown] == [reference.name for reference in take.order.references]
    assert (first.provider, first.model, first.format) == ("previz", "previz-panel-1", "720p")
    assert [(flag.rule, flag.message) for flag in first.found] == [("V102", "nobody stands there")]
    assert (second.verdict, second.asset != first.asset) == ("passed", True)


def test_what_people_said_stands_with_the_take_or_with_the_shot(paid, told):
    key = paid.make(FIRST, "panel", verdict=failed("no"))
    asset = paid.services.ledger.take(key).asset.sha256
    paid.decide("verdict", f"shot:{FIRST}", label=Label(take=key, asset=asset, good=True, rules=("V102",)))
    remark(paid, "circle", key, "because")
    paid.decide("hold", f"shot:{FIRST}")
    (entry,) = entries_of(told())
    assert [(said.who, said.what, said.why) for said in entry.said] == [
        ("Ada", "called it good (V102)", "because"),
        ("Ada", "circled it", "because"),
    ]
    assert [said.what for said in said_of_shot(told(), FIRST)] == ["put it on hold"]


def test_calls_are_sorted_by_their_days(paid, told):
    paid.make(FIRST, "panel")
    (entry,) = entries_of(told())
    assert days_of([entry]) == {entry.at[:10]: [entry]}


def test_the_site_has_a_page_a_day_and_a_shot_and_no_words_can_end_its_script(paid, told, tmp_path):
    paid.make(FIRST, "panel", verdict=failed(EVIL))
    first = lay_out_journal(paid.services, [told()], None, tmp_path / "journal")
    day = next(iter(days_of(entries_of(told()))))
    assert sorted(path.name for path in first.parent.glob("*.html")) == sorted(
        [f"{day}.html", f"{FIRST}.html", f"{SECOND}.html", "index.html"]
    )
    page = first.read_text(encoding="utf-8")
    assert EVIL not in page
    lines = page.split('id="lines">')[1].split("</script>")[0]
    assert EVIL in json.loads(lines)[0]["words"]
    pictures = list((first.parent / "pictures").glob("*.jpg"))
    assert {size_of(path) for path in pictures} == {(480, 270)}
    made = {path: path.stat().st_mtime_ns for path in pictures}
    lay_out_journal(paid.services, [told()], None, tmp_path / "journal")
    assert {path: path.stat().st_mtime_ns for path in pictures} == made, "small pictures are kept by content"


def test_a_private_shot_is_told_without_words_or_pictures(paid, told, tmp_path):
    paid.make(FIRST, "panel", verdict=failed("the zwirbelkauz is gone"))
    words = paid.services.shot(FIRST).camera.lens
    paid.edit(f"scenes/{SCENE}.yaml", lambda d: d["shots"][0].update(private=True))
    (entry,) = entries_of(told())
    assert (entry.private, entry.prompt, entry.asset, entry.shown, entry.found) == (True, "", "", (), ())
    first = lay_out_journal(paid.services, [told()], None, tmp_path / "journal")
    shown = "".join(path.read_text(encoding="utf-8") for path in first.parent.glob("*.html"))
    assert "zwirbelkauz" not in shown
    assert words not in shown
    assert list((first.parent / "pictures").iterdir()) == []
