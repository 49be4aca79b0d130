"""Long refusals in a line, and the sentence in a provider's answer."""

from __future__ import annotations

import json

import pytest

from production.dailies.words import brief, their_sentence

PARKED = (
    "SC010_SH0020 clip: the same flaw 2 times (missing:marit, hue): Q103 the clip has 57 frames, not 96; V101 "
    "nobody stands "
    "there; diagnosis: model (strong evidence): V101 is right at frame 10. Ask another: gate provider compare SC010"
)


@pytest.mark.parametrize(
    ("whole", "line"),
    [
        (PARKED, "the same flaw 2 times (missing:marit, hue); to blame: model (strong evidence)"),
        (
            "not begun: the night 2026-11-20: its cap of $1.50 has $0.08 left. Raise it: gate cap",
            "the night 2026-11-20: its cap of $1.50 has $0.08 left",
        ),
        ("it opens on SC010_SH0050, which is not done", "it opens on SC010_SH0050, which is not done"),
        ("x" * 400, "x" * 149 + "…"),
        ("", ""),
    ],
)
def test_a_refusal_in_a_line(whole, line):
    assert brief(whole) == line


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (
            json.dumps({"id": "gen-1", "status": "failed", "error": "The output may be sensitive."}),
            "The output may be sensitive.",
        ),
        (json.dumps({"error": {"code": 403, "message": "Key limit exceeded"}}), "Key limit exceeded"),
        (json.dumps({"errors": [{"detail": "no"}]}), "no"),
        (json.dumps({"code": 7}), '{"code": 7}'),
        ("content_policy_violation", "content_policy_violation"),
    ],
)
def test_a_providers_sentence_out_of_its_answer(raw, sentence):
    assert their_sentence(raw) == sentence
