"""A question as Gemini's wire has it: the instruction, then each picture after its label;
the answer bound to a schema.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from manifests.question import Question
from providers.gemini.panels import inline
from providers.models import ModelRow
from providers.over_http.question_tokens import WORDS_MAX

PICTURE_TOKENS_MAX = 1120
PICTURE_TOKENS = {"low": 280, "medium": 560, "high": 1120}
"""The tokens of a picture at each detail, as Gemini 3's guide has it; the hold takes the most expensive one."""


def body(question: Question, row: ModelRow, at: Mapping[str, str]) -> dict[str, Any]:
    """The call's body. `at`: where each picture is, as a data URL or the name of its content."""
    parts: list[dict[str, Any]] = [{"text": question.instruction}]
    for shown in question.pictures:
        parts += [{"text": f"{shown.label} ({shown.role})"}, inline(at[shown.sha256])]
    config: dict[str, Any] = {
        "temperature": 0.0,
        "maxOutputTokens": WORDS_MAX,
        "responseMimeType": "application/json",
        "responseJsonSchema": question.answer,
        "mediaResolution": f"MEDIA_RESOLUTION_{question.detail.upper()}",
    }
    if budget := row.wire.get("thinking_budget"):
        config["thinkingConfig"] = {"thinkingBudget": int(budget)}
    return {"contents": [{"role": "user", "parts": parts}], "generationConfig": config}
