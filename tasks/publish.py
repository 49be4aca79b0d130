"""Publishes on Prefect's page: one markdown artefact a shot, one table of costs."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from uuid import UUID

from prefect.artifacts import (
    acreate_markdown_artifact,
    acreate_progress_artifact,
    acreate_table_artifact,
    aupdate_progress_artifact,
)

from manifests.money import format_usd
from tasks.budget import show_budget
from tasks.current import current
from wiring.diagnosing import filed_diagnosis

if TYPE_CHECKING:
    from collections.abc import Sequence

    from manifests.certificate import Certified
    from manifests.take import Take
    from tasks.show_views import Sheet
    from wiring.services import Services


async def publish_shot(shot: str, tier: str, status: str, message: str, clip: Certified | None) -> None:
    """Write what a shot has come to at a tier; Prefect keeps the versions under one key."""
    services = current().services
    lines = [f"## {shot} · {tier}", "", f"**{status}** {message}".rstrip(), ""]
    if clip is not None:
        lines += ["| check | of | score | threshold | |", "|---|---|---|---|---|"]
        for score in clip.certificate.scores:
            value = "n/a" if score.value is None else f"{score.value:.2f}"
            lines.append(f"| {score.rule} | {score.subject} | {value} | {score.threshold:g} | {_mark(score.passed)} |")
    if status == "escalated":
        lines += await asyncio.to_thread(_diagnosis, services, shot)
    lines += ["", *_takes(services, shot)]
    await acreate_markdown_artifact("\n".join(lines), key=f"{shot}-{tier}".lower().replace("_", "-"))


async def publish_shots(rows: Sequence[tuple[str, str, str, str, Certified | None]]) -> None:
    """Publish many, side by side."""
    await asyncio.gather(*(publish_shot(*row) for row in rows))


async def begin_progress(scene: str) -> UUID:
    """A progress bar on Prefect's page; its id is given to `show_progress`."""
    made = await acreate_progress_artifact(
        0.0, key=f"{scene}-progress".lower(), description=f"Shots of {scene} that are done"
    )
    return UUID(str(made))


async def show_progress(bar: UUID, done: int, of: int) -> None:
    """Move the bar to `done` of `of` shots."""
    await aupdate_progress_artifact(bar, progress=100.0 * done / max(1, of))


async def publish_costs(scene: str) -> None:
    """Write the cost table, and the Budget block's figures."""
    run = current()
    rows = [
        {
            "shot": row.shot, "stage": row.stage, "tier": row.tier, "takes": row.takes,
            "settled": f"${format_usd(row.settled)}", "held": f"${format_usd(row.held)}",
        }
        for row in run.services.ledger.costs(scene)
    ]  # fmt: skip
    if rows:
        await acreate_table_artifact(rows, key=f"{scene}-costs".lower(), description=f"What {scene} has cost")
    await show_budget(run.services, run.scene)


async def publish_views(sheets: Sequence[Sheet]) -> None:
    """Write how the views of each look stand, with the contact sheet where Prefect's page can see it."""
    for sheet in sheets:
        name = f"bible-{sheet.look[0]}-{sheet.look[1]}"
        lines = [
            f"## {sheet.look[0]}, {sheet.look[1]}",
            "",
            *([f"![The views side by side]({sheet.url})", ""] if sheet.url else []),
        ]
        lines += [f"- **{view}** {status}{f': {told}' if told else ''}" for view, status, told in sheet.rows]
        lines += [
            "",
            "What waits for you: look at it beside the front, then `gate lock`. Another take: launch it again, with *again*.",
        ]
        await acreate_markdown_artifact("\n".join(lines), key=name.lower().replace("_", "-"))


async def publish_reconciled(of: str, rows: Sequence[tuple[Take, Take, str]]) -> None:
    """Write what became of each open call: as it was, as it is, and what its provider said."""
    table = [
        {"shot": now.shot, "call": f"{now.tier} {now.stage}", "provider": now.provider, "was": was.state, "is": now.state, "said": words}
        for was, now, words in rows
    ]  # fmt: skip
    if table:
        await acreate_table_artifact(
            table, key=f"{of}-reconciled".lower(), description=f"What the providers said of {of}"
        )


def _diagnosis(services: Services, shot: str) -> list[str]:
    """Which layer is to blame, as the run has found it, with its evidence."""
    found = filed_diagnosis(services, shot)
    if found is None:
        return []
    fix = [f"- to mend it: {found.fix}"] if found.fix else []
    return [
        "",
        f"### Diagnosis: {found.layer}, {found.confidence} evidence",
        "",
        *(f"- {line}" for line in found.because),
        *fix,
    ]


def _takes(services: Services, shot: str) -> list[str]:
    lines = ["| take | provider | changed | cost | state |", "|---|---|---|---|---|"]
    for take in services.ledger.takes(shot=shot):
        cost = f"${format_usd(take.cost_microusd or 0)}"
        name = f"{take.stage} {take.tier} v{take.version:03d}"
        lines.append(f"| {name} | {take.provider} {take.model} | {take.changed} | {cost} | {take.state} |")
    return lines


def _mark(passed: bool) -> str:  # noqa: FBT001  a verdict is one word
    return "✓ passed" if passed else "✗ failed"
