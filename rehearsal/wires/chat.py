"""Chat completions, as several wires speak them: the order in a call, and its answer with what was metered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rehearsal import writing
from rehearsal.house import House
from rehearsal.order import Order
from rehearsal.records import PlayedJob
from rehearsal.refusal import PlayedRefusal
from rehearsal.wire import RAW

Price = Callable[[int, int], int]
"""What so many tokens read and written cost, in micro-dollars."""


def words_order(house: House, provider: str, body: dict[str, Any], price_of: Callable[[str], Price]) -> Order:
    """The words that a call asks for. Raises PlayedRefusal for what is not rehearsed."""
    model, texts, shown = str(body["model"]), *_read(house, body)
    wanted = body.get("response_format") or {}
    schema = (wanted.get("json_schema") or {}).get("schema")
    if wanted.get("type") != "json_schema" or not isinstance(schema, dict) or not writing.is_writing(schema):
        raise PlayedRefusal("invalid", "Only the gate's own questions are rehearsed.", field="response_format")
    if body.get("stream"):
        raise PlayedRefusal("invalid", "Streams are not rehearsed.", field="stream")
    said, price = writing.answer(house.script.writer, schema, texts), price_of(model)
    order = Order(
        provider=provider,
        model=model,
        operation="write",
        prompt=" ".join(texts),
        width=16,
        height=16,
        references=shown,
        raw=body[RAW],
        said=said,
        price_microusd=0,
    )
    return order.model_copy(update={"price_microusd": price(*tokens(order))})


def tokens(order: Order) -> tuple[int, int]:
    """Tokens read and written."""
    return max(1, len(order.prompt) // 4), max(1, len(order.said) // 4)


def completion(job: PlayedJob, usage: dict[str, Any], *, withheld: bool = False) -> dict[str, Any]:
    """The answer of a job. `usage`: what its wire says beside the tokens; `withheld`: its words were filtered."""
    read, written = tokens(job.order)
    counted = {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}
    said = job.order.said
    said = (
        said[: len(said) // 2] if job.fault("truncated") else f"```json\n{said}\n```" if job.fault("corrupt") else said
    )
    end = "content_filter" if withheld else "length" if job.fault("truncated") else "stop"
    message = {"role": "assistant", "content": "" if withheld or job.fault("no_url") else said, "refusal": None}
    return {
        "id": job.id,
        "object": "chat.completion",
        "created": int(job.made_at),
        "model": job.order.model,
        "choices": [{"index": 0, "message": message, "finish_reason": end, "logprobs": None}],
        "usage": counted | usage,
    }


def spoilt_words(job: PlayedJob) -> str:
    """What the job says, as its faults have it."""
    said = job.order.said
    if job.fault("truncated"):
        return said[: len(said) // 2]
    return f"```json\n{said}\n```" if job.fault("corrupt") else said


def _read(house: House, body: dict[str, Any]) -> tuple[list[str], tuple[str, ...]]:
    """The words and the pictures of its messages."""
    texts: list[str] = []
    shown: list[str] = []
    for message in body["messages"]:
        content: Any = message["content"]
        parts: list[dict[str, Any]] = [{"type": "text", "text": content}] if isinstance(content, str) else content
        for part in parts:
            if part["type"] == "text":
                texts.append(part["text"])
            else:
                shown.append(house.picture(str(part["image_url"]["url"])))
    return texts, tuple(shown)
