"""What a provider's moderation refused is not sent to it again, whatever else of the call is changed."""

from __future__ import annotations

import pytest

from governor.errors import RefusedBefore
from governor.purchase import Proof
from manifests.take import Reference

RAW = "The input or output was flagged as sensitive. (E005)"


@pytest.fixture
def refused(ledger, epoch, purchase):
    """The same panel as a first attempt, which moderation refused free of charge."""
    first = purchase(epoch)
    ledger.hold(first).redeem(first.generation_key)
    ledger.moderated(ledger.take(first.generation_key), RAW)
    ledger.release(first.generation_key, Proof.not_billed(RAW, epoch))
    return first


def changed(bought, **changes):
    return bought.request.model_copy(update=changes)


def test_the_same_words_and_pictures_are_refused_with_the_providers_own_words(ledger, epoch, purchase, refused):
    with pytest.raises(RefusedBefore, match=r"previz refused just these words .*\(E005\).*gate offers SC010_SH0010"):
        ledger.hold(purchase(epoch, attempt=2))
    assert ledger.balance("scene:SC010").held == 0


@pytest.mark.parametrize(
    "change",
    [{"seed": 99}, {"attempt": 2}, {"resolution": "720p"}, {"chain_links": 3}],
    ids=lambda change: next(iter(change)),
)
def test_what_a_moderator_does_not_see_is_no_change(ledger, epoch, purchase, refused, change):
    with pytest.raises(RefusedBefore):
        ledger.hold(purchase(epoch, attempt=2, request=changed(refused, **change)))


def test_a_changed_word_a_picture_or_another_provider_may_be_tried(ledger, epoch, purchase, refused):
    picture = Reference(role="guide", name="SC010_SH0010", sha256="a" * 64)
    calls = (
        purchase(epoch, words="haze", attempt=2),
        purchase(epoch, attempt=3, request=changed(refused, references=(picture,))),
        purchase(epoch, attempt=2, provider="another", generation_key="b" * 64),
    )
    for call in calls:
        ledger.hold(call)
    assert len(ledger.marks_open()) == len(calls)


def test_a_plan_knows_what_was_refused(ledger, refused):
    assert ledger.of_scene("SC010").moderated == {refused.request.asked_of("previz", "previz-1"): RAW}
    assert ledger.of_scene("SC020").moderated == {}
