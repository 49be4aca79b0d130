from __future__ import annotations

import hashlib
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manifests.keys import canonical_json, generation_key, hash_bytes, hash_json, recipe_key
from manifests.take import Reference, Request

VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text()),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=5), inner, max_size=4)),
    max_leaves=12,
)
PAYLOAD = {"prompt": "Ada sets a cup down.", "frames": 96, "seed": 7}
GIVEN = ("previz", "previz-clip-1", "clip", PAYLOAD)


def _shuffled(value: object, seed: int) -> object:
    if isinstance(value, dict):
        items = [(key, _shuffled(item, seed)) for key, item in value.items()]
        random.Random(seed).shuffle(items)
        return dict(items)
    return [_shuffled(item, seed) for item in value] if isinstance(value, list) else value


@given(VALUES, st.integers())
def test_one_value_has_one_spelling_whatever_the_order_of_its_fields(value, seed):
    assert canonical_json(_shuffled(value, seed)) == canonical_json(value)


@given(VALUES, VALUES)
def test_the_same_name_means_the_same_spelling(one, other):
    assert (hash_json(one) == hash_json(other)) is (canonical_json(one) == canonical_json(other))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {"deep": [-float("inf")]}])
def test_what_is_no_number_has_no_name(value):
    with pytest.raises(ValueError, match="JSON compliant"):
        canonical_json(value)


def test_a_hash_is_sha_256():
    assert hash_bytes(b"abc") == hashlib.sha256(b"abc").hexdigest()
    assert hash_json({"b": 1, "a": "é"}) == hashlib.sha256('{"a":"é","b":1}'.encode()).hexdigest()


@pytest.mark.parametrize(
    "other",
    [
        ("seedance", "previz-clip-1", "clip", PAYLOAD, 1),
        ("previz", "previz-clip-2", "clip", PAYLOAD, 1),
        ("previz", "previz-clip-1", "panel", PAYLOAD, 1),
        ("previz", "previz-clip-1", "clip", PAYLOAD | {"prompt": "Ada sets a cup down!"}, 1),
        ("previz", "previz-clip-1", "clip", PAYLOAD | {"seed": 8}, 1),
        ("previz", "previz-clip-1", "clip", PAYLOAD, 2),
        ("previzprevi", "z-clip-1", "clip", PAYLOAD, 1),
    ],
)
def test_each_part_of_a_purchase_changes_its_key(other):
    assert generation_key(*GIVEN, 1) == generation_key(*GIVEN, 1)
    assert generation_key(*other) != generation_key(*GIVEN, 1)


@pytest.mark.parametrize("attempt", [0, -1])
def test_attempts_count_from_one(attempt):
    with pytest.raises(ValueError, match="count from 1"):
        generation_key(*GIVEN, attempt)


def test_another_seed_is_another_try_at_the_same_recipe():
    reseeded = PAYLOAD | {"seed": 8}
    assert recipe_key(*GIVEN) == recipe_key(*GIVEN[:3], reseeded)
    assert recipe_key(*GIVEN) != recipe_key(*GIVEN[:3], PAYLOAD | {"frames": 97})


def _request(shot, **changes):
    reference = Reference(role="location", name="locations/kitchen", sha256="a" * 64)
    fields = {
        "operation": "clip",
        "shot": shot.id,
        "staging": shot,
        "prompt": "p",
        "references": (reference,),
        "resolution": "480p",
        "frames": shot.frames,
        "seed": shot.seed,
    }
    return Request(**(fields | changes))


@pytest.mark.parametrize(
    "change",
    [
        {"dialogue": [{"character": "ada", "text": "Well.", "from_s": 0, "to_s": 1}]},
        {"sound": "rain"},
        {"transition": {"kind": "dissolve"}},
        {"tier": "hero"},
        {"seed": 5},
    ],
)
def test_what_no_picture_shows_changes_no_payload(change, tea_shot):
    assert _request(tea_shot(**change), seed=0).payload() == _request(tea_shot()).payload()


@pytest.mark.parametrize(
    "change",
    [
        {"location": "cellar"},
        {"cast": []},
        {"camera": {"size": "wide"}},
        {"mode": "start_end_frames"},
        {"props": [{"prop": "cup", "start": {"x": 0.5, "y": 0.9, "scale": 0.1}}]},
    ],
)
def test_what_the_picture_shows_changes_the_payload(change, tea_shot):
    assert _request(tea_shot(**change)).payload() != _request(tea_shot()).payload()


def test_attempts_of_one_request_share_a_recipe_and_a_changed_reference_leaves_it(tea_shot):
    one, two = _request(tea_shot()), _request(tea_shot(), seed=1, attempt=2)
    assert one.recipe("previz", "m") == two.recipe("previz", "m")
    repainted = Reference(role="location", name="locations/kitchen", sha256="b" * 64)
    assert one.recipe("previz", "m") != _request(tea_shot(), references=(repainted,)).recipe("previz", "m")
