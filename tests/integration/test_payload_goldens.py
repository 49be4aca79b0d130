"""What an adapter would send, in each of its modes, is what somebody has looked at."""

import pytest

from scripts.payload_goldens import FOLDER, goldens

PROVIDERS = ("byteplus", "evolink", "openrouter", "replicate")


@pytest.mark.parametrize("name", PROVIDERS)
def test_a_payload_is_the_one_that_was_looked_at(name):
    built = dict(goldens(name))
    assert {path.name: path.read_text() for path in built} == {path.name: text for path, text in built.items()}
    assert sorted(FOLDER.glob(f"{name}-*.json")) == sorted(built)
