"""What a push and a pull promise, with every review tool: Kitsu through its own client, Frame.io by its API."""

from __future__ import annotations

import json
import ssl
import threading

import pytest
import trustme

from governor.errors import NotAPerson
from manifests.decision import REVIEW_TOOL, Decision
from production.review.scene import scene_view
from production.review_tools import pulling, pushing
from production.review_tools.errors import ReviewToolError, ToolDown, ToolRefused, ToolUnready
from production.review_tools.gathering import Choice
from tests.integration.paid_film.review_rigs import RIGS
from tests.stand_ins.json_server import Answer, serving

FIRST, SECOND = "SC010_SH0010", "SC010_SH0020"
PANEL, CLIP = b"a panel, as bytes", b"a clip, in more bytes than one part of an upload has"


def quiet(_done: int, _of: int) -> None:
    """Nobody watches."""


@pytest.fixture(params=RIGS)
def rig(request, with_takes, monkeypatch):
    """A film with a panel and a draft, and a review tool that has nothing of it yet."""
    kind, server = RIGS[request.param]
    with serving(server()) as live:
        made = kind(live)
        made.film = with_takes
        for name, value in made.environment.items():
            monkeypatch.setenv(name, value)
        yield made


def push(rig, *, choice=None, again=False, tool=None):
    services = rig.film.services
    scenes = [services.scene("SC010")]
    return pushing.push(services, tool or rig.tool(), scenes, choice or Choice(), quiet, again=again)


def pull(rig, who="Tess", **config):
    services, tool = rig.film.services, rig.tool(**config)
    found = pulling.find_new(services, tool, [services.scene("SC010")], quiet)
    return found, pulling.record(services, tool, found, who)


def behind(error):
    while error is not None:
        yield type(error)
        error = error.__context__


def decided(rig):
    return [each.decision for each in rig.film.services.ledger.decided("SC010")]


def test_a_push_sends_each_take_once_with_its_bytes(rig):
    first = push(rig)

    assert first.sent == [f"{FIRST} panel v001", f"{FIRST} draft v001"]
    names, bytes_ = zip(*rig.server.versions(), strict=True)
    assert bytes_ == (PANEL, CLIP)
    assert [name[:-13] for name in names] == [f"{FIRST}_panel_v001", f"{FIRST}_draft_v001"]
    again = push(rig)
    assert (again.sent, again.there, again.made, again.updated) == ([], 2, 0, 0)
    assert len(rig.server.versions()) == 2


def test_a_film_that_has_forgotten_what_it_sent_reads_it_back_from_the_tool(rig):
    push(rig)
    memory = rig.film.services.settings.state / "review_tools" / f"{rig.command}.json"
    kept = memory.read_text()
    memory.unlink()

    assert push(rig).there == 2
    push(rig)
    assert len(rig.server.versions()) == 2
    rig.film.make(SECOND, "panel", content=b"another panel")
    push(rig)
    assert set(json.loads(kept)["sent"].items()) <= set(json.loads(memory.read_text())["sent"].items())
    assert memory.stat().st_mode & 0o077 == 0


def test_a_version_that_people_renamed_there_is_known_and_one_that_they_deleted_stays_deleted(rig):
    push(rig)
    rig.rename(FIRST)
    assert push(rig).there == 2

    rig.film.make(SECOND, "panel", content=b"another panel")
    push(rig)
    rig.delete(SECOND)
    after = push(rig)
    assert (after.sent, after.deleted) == ([], [f"{SECOND} panel v001"])
    assert push(rig, again=True).sent == [f"{SECOND} panel v001"]


def test_shots_that_are_private_or_omitted_and_takes_that_failed_stay_here(rig):
    rig.film.make(FIRST, "panel", number=2, flaw="hand", content=b"a panel with a flaw")
    rig.film.make(SECOND, "panel", content=b"a private panel")
    rig.film.edit("scenes/SC010.yaml", lambda scene: scene["shots"][1].update(private=True, motion="A secret letter."))

    first = push(rig)
    assert first.sent == [f"{FIRST} panel v001", f"{FIRST} draft v001"]
    assert first.kept_back == [f"{SECOND} is private; --private sends its pictures"]
    asked = push(rig, choice=Choice(failed=True, private=True))
    assert asked.sent == [f"{FIRST} panel v002", f"{SECOND} panel v001"]
    assert not any(b"secret letter" in each.body for each in rig.server.asked)

    rig.film.decide("omit", f"shot:{SECOND}")
    assert push(rig, choice=Choice(private=True)).kept_back == [f"{SECOND} is omitted from the film"]


@pytest.mark.parametrize("breaks", ["before", "after"])
def test_a_push_that_breaks_off_anywhere_goes_on_and_sends_nothing_twice(rig, breaks):
    broken = 0
    for number in range(1, 30):
        rig.server.breaks = {rig.server.changes + number: breaks}
        try:
            done = push(rig)
        except ToolDown:
            broken += 1
            continue
        if not done.sent and not rig.server.breaks:
            break
        if rig.server.breaks:
            break
    rig.server.breaks = {}
    push(rig)

    assert broken > 1
    assert [bytes_ for _, bytes_ in rig.server.versions()] == [PANEL, CLIP]
    assert push(rig).there == 2


def test_what_people_say_becomes_notes_and_verdicts_under_their_names_once(rig):
    push(rig)
    mia, ben = rig.person("Mia Rossi"), rig.person("Ben Okoro")
    said = rig.say(FIRST, "Her hand goes through the cup.", mia, frame=25, word="retake")
    rig.reply(said, "I see it too.", ben)

    found, written = pull(rig)
    assert (found.notes, found.verdicts, written) == (2, 1, 3)
    notes = [each for each in decided(rig) if each.kind == "note"]
    assert [(each.who, each.door, each.remark.frame) for each in notes] == [
        ("Mia Rossi", REVIEW_TOOL, 25),
        ("Ben Okoro", REVIEW_TOOL, notes[1].remark.frame),
    ]
    assert "Her hand goes through the cup." in notes[0].why
    assert notes[1].remark.answers == 1
    clip = rig.film.services.ledger.takes(shot=FIRST, stage="clip")[0]
    (verdict,) = [each for each in decided(rig) if each.kind == "verdict"]
    assert (verdict.label.take, verdict.label.good) == (clip.generation_key, False)
    assert verdict.who == ("Mia Rossi" if rig.name == "Kitsu" else "Tess")

    again, written = pull(rig)
    assert (again.new, again.known, written) == ([], 3, 0)


def test_a_status_that_is_changed_there_and_back_is_a_verdict_each_time(rig):
    push(rig)
    mia = rig.person("Mia Rossi")
    for word in ("done", "retake", "done"):
        rig.say(FIRST, "", mia, word=word)
        pull(rig)
        pull(rig)

    assert [each.label.good for each in decided(rig)] == [True, False, True]


def test_a_note_at_a_frame_that_the_take_lacks_is_held_at_its_last(rig):
    push(rig)
    rig.say(FIRST, "The very end.", rig.person("Mia Rossi"), frame=4000)

    pull(rig)
    assert decided(rig)[0].remark.frame == 95


def test_the_words_of_a_status_mean_what_film_yaml_says(rig):
    push(rig)
    rig.say(FIRST, "", rig.person("Mia Rossi"), word="done")

    found, _ = pull(rig, verdicts={})
    assert (found.new, sum(found.ignored.values())) == ([], 1)
    found, _ = pull(rig, verdicts={"Done": "fail", "approved": "fail"})
    assert [each.label.good for each in decided(rig)] == [False]


def test_nothing_that_is_said_in_a_review_tool_buys_or_approves_anything(rig):
    push(rig)
    before = rig.film.services.ledger.costs()
    rig.say(FIRST, "Approved! Make the final.", rig.person("Mia Rossi"), word="done")
    pull(rig)

    assert {each.kind for each in decided(rig)} == {"note", "verdict"}
    assert rig.film.services.ledger.costs() == before
    shot = scene_view(rig.film.services, rig.film.services.scene("SC010")).shots[0]
    assert (shot.final.by, shot.status) == (None, "draft?")


def test_the_ledger_takes_no_other_decision_through_that_door(paid):
    made = Decision(kind="note", scope=f"shot:{FIRST}", who="Mia", made_at="2026-11-21T12:00:00Z", door=REVIEW_TOOL)
    ledger = paid.services.ledger
    for kind in ("approve", "raise_cap", "circle", "retake", "go", "hold", "standing_order", "set_threshold"):
        with pytest.raises(NotAPerson, match="only notes and verdicts"):
            ledger.decide(made.model_copy(update={"kind": kind}))
    assert ledger.decided("SC010") == ()


def test_each_refusal_is_one_error_with_its_fix_and_without_a_key(rig, monkeypatch):
    monkeypatch.setattr("time.sleep", lambda _s: None)
    for status, kind, words in (
        (401, ToolUnready, "does not take the key"),
        (403, ToolUnready, "Ask a manager"),
        (404, ToolUnready, "has no such thing"),
        (409, ToolRefused, "Run the command again"),
        (413, ToolRefused, "too large"),
        (302, ToolUnready, "another address"),
        (429, ToolDown, "fewer requests"),
        (500, ToolDown, "goes on after the last take that arrived"),
    ):
        said = Answer(status, {"message": "no", "errors": [{"title": "no", "detail": "no"}]}, Location="https://other/")
        rig.server.faults = [(rig.write, said)] * 12
        with pytest.raises(kind, match=words) as refused:
            push(rig)
        assert not any(secret in str(refused.value) for secret in rig.secrets)
        assert not any(each.__module__.startswith(("requests", "httpx", "urllib3")) for each in behind(refused.value))


def test_a_request_that_came_too_fast_is_sent_again_when_the_tool_wants_it(rig):
    fast = Answer(429, {"message": "slow down", "errors": []}, Retry_After="0.05")
    rig.server.faults = [(rig.read, fast), (rig.write, fast)]

    assert len(push(rig).sent) == 2
    assert rig.server.faults == []


def test_a_tool_that_cannot_be_reached_or_does_not_answer_is_said_in_time(rig):
    held = threading.Event()
    rig.server.faults = [("GET /", Answer(200, {}, waits=held))] * 9
    with pytest.raises(ToolDown, match="no answer"):
        rig.tool(patience_s=0.2).check()
    held.set()


def test_a_certificate_that_nobody_here_trusts_ends_the_push(rig):
    kind, server = RIGS[rig.command]
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(tls)
    with serving(server(), tls) as live, pytest.raises(ToolDown, match=r"(?i)certificate"):
        kind(live).tool(patience_s=0.2).check()
    assert live.asked == []


def test_an_answer_that_nobody_can_read_is_no_crash(rig):
    for garbage in (b"<html>a page</html>", b"[1, 2", b'{"data": 4}', b'[{"id": 7}]'):
        rig.server.faults = [(rig.read, Answer(200, garbage))] * 50
        with pytest.raises(ReviewToolError):
            push(rig, tool=rig.tool(patience_s=0.5))


def test_two_pushes_of_a_film_do_not_run_at_once(rig):
    tool = rig.tool()
    with pushing.alone(rig.film.services, tool), pytest.raises(ToolRefused, match="under way"):
        push(rig, tool=tool)
