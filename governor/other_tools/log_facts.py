"""A call of the generation log as facts for programs, in an order that stays: what `gate log` exports, and archives."""

from __future__ import annotations

import json
from typing import Any

from governor.other_tools.generation_log import LogLine
from manifests.money import MICROUSD_PER_USD
from manifests.redaction import redacted

SCHEMA = "gate/log/1"


def facts(line: LogLine) -> dict[str, Any]:
    """All that is known of one call, in an order that stays.
    Amounts stand there as dollars and as whole micro-dollars.
    """
    amounts = {"likely": line.likely, "held": line.held, "cost": line.cost, "late": line.late, "spent": line.spent}
    return {
        "schema": SCHEMA,
        "call": line.call,
        "source": line.source,
        "opened_at": line.opened_at,
        "sent_at": line.sent_at,
        "moved_at": line.moved_at,
        "scene": line.scene,
        "shot": line.shot,
        "stage": line.stage,
        "tier": line.tier,
        "take": line.take,
        "attempt": line.attempt,
        "provider": line.provider,
        "model": line.model,
        "outcome": line.outcome,
        "state": line.state,
        "sent": line.sent,
        "proof": line.proof,
        **_request_facts(line),
        "job_id": line.job_id,
        "epoch": line.epoch,
        "run": line.run,
        "scopes": list(line.scopes),
        "price": line.price,
        **{name: value for each, amount in amounts.items() for name, value in _amount(each, amount).items()},
        "assumed": line.assumed,
        "asset": line.asset,
        "raw": redacted(line.raw),
    }


def _request_facts(line: LogLine) -> dict[str, Any]:
    """The request to the provider."""
    return {
        "prompt": line.prompt,
        "references": [{"role": r.role, "name": r.name, "sha256": r.sha256} for r in line.references],
        "operation": line.operation,
        "mode": line.mode,
        "resolution": line.resolution,
        "frames": line.frames,
        "fps": line.fps,
        "seed": line.seed,
        "staging": line.staging,
        "changed": line.changed,
        "parent": line.parent,
        "generation_key": line.generation_key,
        "recipe": line.recipe,
    }


def exported(line: LogLine) -> str:
    """The facts as one line of JSON."""
    return json.dumps(facts(line), ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _amount(name: str, microusd: int | None) -> dict[str, float | int | None]:
    return {f"{name}_usd": None if microusd is None else microusd / MICROUSD_PER_USD, f"{name}_microusd": microusd}
