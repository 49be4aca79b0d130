from __future__ import annotations

import pytest
from pydantic import ValidationError

from manifests.decision import Binding

SEEN = Binding(
    shot="SC010_SH0010",
    tier="final",
    resolution="720p",
    prompt="a" * 64,
    references="b" * 64,
    panel="c" * 64,
    draft="d" * 64,
    provider="previz previz-clip-1",
    price_microusd=390_000,
)


def test_a_yes_holds_while_nothing_changed():
    assert SEEN.differences(SEEN) == ()


@pytest.mark.parametrize(
    ("name", "now"),
    [
        ("tier", "hero"),
        ("resolution", "1080p"),
        ("prompt", "0" * 64),
        ("references", "0" * 64),
        ("panel", "0" * 64),
        ("draft", "0" * 64),
        ("provider", "seedance 2"),
    ],
)
def test_a_yes_lapses_by_the_name_of_what_changed(name, now):
    assert SEEN.differences(SEEN.model_copy(update={name: now})) == (name,)


@pytest.mark.parametrize(("now", "names"), [(390_000, ()), (389_999, ()), (0, ()), (390_001, ("price",))])
def test_a_yes_covers_its_price_and_less(now, names):
    assert SEEN.differences(SEEN.model_copy(update={"price_microusd": now})) == names


def test_all_that_changed_is_named():
    now = SEEN.model_copy(update={"prompt": "0" * 64, "draft": "0" * 64, "price_microusd": 500_000})
    assert SEEN.differences(now) == ("prompt", "draft", "price")


def test_every_field_but_the_shots_own_name_can_lapse():
    another = {"tier": "hero", "resolution": "1080p", "provider": "seedance 2", "price_microusd": 390_001}
    lapsing = {
        field
        for field in Binding.model_fields
        if SEEN.differences(SEEN.model_copy(update={field: another.get(field, "0" * 64)}))
    }
    assert lapsing == set(Binding.model_fields) - {"shot"}


@pytest.mark.parametrize("change", [{"price_microusd": -1}, {"prompt": "short"}, {"tier": "best"}, {"moon": 1}])
def test_a_binding_to_nothing_is_none(change):
    with pytest.raises(ValidationError):
        Binding.model_validate(SEEN.model_dump() | change)
