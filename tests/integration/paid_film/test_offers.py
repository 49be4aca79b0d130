"""What a person can do about a shot that moderation refused: listed with its price, taken only by a person's word."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from governor.errors import RefusedBefore
from governor.purchase import Proof
from providers.previz import adapter

SHOT = "SC010_SH0020"
RAW = "The input or output was flagged as sensitive. (E005)"


@pytest.fixture(autouse=True)
def _another_provider(twin, dearer):
    dearer("0.20")


@pytest.fixture
def from_words(monkeypatch):
    """The provider makes clips from words alone too, as paid ones do."""
    can = adapter._CAN["clip"]
    monkeypatch.setitem(adapter._CAN, "clip", replace(can, modes=(*can.modes, "text")))
    monkeypatch.setattr(adapter, "_needed", lambda request: ())


@pytest.fixture
def refused(paid):
    """A clip of two seconds, as its provider's moderation left it."""
    paid.make(SHOT, "panel")
    key = paid.hold(SHOT, "clip")
    ledger = paid.services.ledger
    ledger.moderated(ledger.take(key), RAW)
    ledger.release(key, Proof.not_billed(RAW, paid._epoch))
    return paid


@pytest.fixture
def offers(refused, gate):
    def typed(*words):
        return gate("offers", SHOT, *words, "--yes", "--film", str(refused.root), "--prices", str(refused.prices))

    return typed


def listed(offers):
    """The offers by their kind, and of other providers the twin's; each with its number."""
    told = enumerate(json.loads(offers("--json")[1])["offers"], 1)
    return {
        offer["kind"]: {**offer, "number": str(number)}
        for number, offer in told
        if offer["kind"] != "provider" or offer["changes"]["providers"]["clip"] == "twin"
    }


def test_the_refusal_is_told_in_the_providers_own_words(offers):
    code, said, _ = offers()
    assert code == 0
    assert said.startswith(f"previz refused its clip: {RAW}\nNothing is sent again unchanged.")


def test_a_shot_that_nothing_refused_has_no_offers(paid, gate):
    assert gate("offers", SHOT, "--film", str(paid.root))[1] == f"Moderation has not refused {SHOT}.\n"


def test_another_provider_is_offered_with_what_it_adds_and_what_it_lacks(offers, monkeypatch):
    monkeypatch.delenv("GATE_KEY_TWIN")
    other = listed(offers)["provider"]
    assert other["delta_microusd"] == 2 * (200_000 - 50_000)
    assert other["words"] == "make this clip with twin (twin-clip), $0.40. It has no key yet: set GATE_KEY_TWIN."
    assert other["changes"] == {"providers": {"clip": "twin"}}


def test_words_alone_are_offered_with_what_is_no_longer_held(from_words, offers):
    alone = listed(offers)["text_only"]
    assert alone["changes"] == {"mode": "text"}
    assert alone["risk"].startswith("the kitchen rest on words alone")


def test_a_rewrite_is_shown_whole_before_anybody_takes_it(offers, refused):
    refused.edit("scenes/SC010.yaml", lambda scene: scene["shots"][1].update(motion="She hits the bell in the cave."))
    # other words are another call: nothing was refused any more
    assert listed(offers) == {}


def test_of_a_private_shot_no_word_is_offered_told_or_written_into_the_books(offers, refused):
    motion = "She hits the quaddel in the cave."
    refused.edit("scenes/SC010.yaml", lambda scene: scene["shots"][1].update(motion=motion, private=True))
    key = refused.hold(SHOT, "clip")
    ledger = refused.services.ledger
    ledger.moderated(ledger.take(key), RAW)
    ledger.release(key, Proof.not_billed(RAW, refused._epoch))

    number = listed(offers)["rewrite"]["number"]
    for words in ((), ("--json",), ("--take", number, "--why", "plainer")):
        code, said, error = offers(*words)
        assert code == 0
        assert "quaddel" not in said + error
    assert refused.services.shot(SHOT).motion == "She meets the quaddel in the dark stone tunnel."
    assert [note.text for note in ledger.notes(kind="change") if "quaddel" in note.text] == []
    assert "[private]" in ledger.notes(kind="change")[-1].text


def test_nothing_is_taken_by_listing(offers, refused):
    before = (refused.root / "scenes" / "SC010.yaml").read_bytes()
    offers()
    assert (refused.root / "scenes" / "SC010.yaml").read_bytes() == before
    with pytest.raises(RefusedBefore):
        refused.hold(SHOT, "clip", number=2)


@pytest.mark.parametrize(
    ("taken", "said"), [(("--take", "1"), "give a reason"), (("--take", "99", "--why", "x"), "there are")]
)
def test_an_offer_is_taken_by_its_number_and_with_a_reason(offers, taken, said):
    code, _, error = offers(*taken)
    assert code == 2
    assert said in error


def test_taking_another_provider_is_a_decision_and_one_line_of_the_scene(offers, refused):
    code, said, _ = offers("--take", listed(offers)["provider"]["number"], "--why", "the bell matters")
    assert code == 0
    assert "Decided by" in said
    services = refused.services
    assert services.provider("clip", services.shot(SHOT)).name == "twin"
    decided = [d for d in services.ledger.of_scene("SC010").decisions if d.kind == "switch_provider"]
    assert [(d.scope, d.subject, d.amount_microusd) for d in decided] == [(f"shot:{SHOT}", "clip: twin", 300_000)]
    assert refused.steps(SHOT)["draft", "clip"].provider == "twin"
    assert refused.steps(SHOT)["draft", "clip"].does == "run"


def test_taking_words_alone_sends_no_picture(from_words, offers, refused):
    offers("--take", listed(offers)["text_only"]["number"], "--why", "no face is seen")
    assert refused.services.shot(SHOT).mode == "text"
    refused.hold(SHOT, "clip")
    take = refused.services.ledger.takes(shot=SHOT, stage="clip")[-1]
    assert take.request.references == ()


def test_a_rewrite_in_ones_own_words_may_be_tried(offers, refused):
    number = listed(offers)["rewrite"]["number"]
    assert offers("--take", number, "--why", "x")[0] == 2, "it has no words of its own"
    offers("--take", number, "--motion", "She lifts the cup to her lips.", "--why", "plainer")
    assert refused.services.shot(SHOT).motion == "She lifts the cup to her lips."
    assert refused.steps(SHOT)["draft", "clip"].does == "run"


def test_a_change_that_would_spoil_the_film_leaves_its_file_as_it_was(refused):
    from manifests.errors import ManifestError
    from production.planning.shot_file import change_shot

    path = refused.root / "scenes" / "SC010.yaml"
    before = path.read_bytes()
    with pytest.raises(ManifestError):
        change_shot(refused.root, SHOT, {"mode": "nonsense"})
    assert path.read_bytes() == before
