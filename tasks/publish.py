"""Publishes on Prefect's page: one markdown artefact a shot, one table of costs."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from prefect.artifacts import (
    acreate_markdown_artifact,
    acreate_progress_artifact,
    acreate_table_artifact,
    aupdate_progress_artifact,
)

from checks import catalogue
from manifests.money import format_usd
from tasks.budget import show_budget
from tasks.current import current
from wiring.diagnosing import filed_diagnosis
from wiring.up import read_up, room_of

_DESCRIPTION_MAX = 500

if TYPE_CHECKING:
    from collections.abc import Sequence

    from manifests.certificate import Certified
    from manifests.take import Take
    from tasks.show_views import Sheet
    from wiring.services import Services


@dataclass(frozen=True, slots=True)
class ShotNews:
    """What a shot has come to at a tier. `message`: what a person should know; `clip`, `panel`: None where they are not made."""

    shot: str
    tier: str
    status: str
    message: str
    clip: Certified | None
    panel: Certified | None


async def publish_shots(told: Sequence[ShotNews]) -> None:
    """Write an artefact for each shot, one after the other: the page lists them in the order in which they were written."""
    services = current().services
    for news in told:
        lines = [*page_of(news, *_addresses(services, news))]
        if news.status == "escalated":
            lines += await asyncio.to_thread(_diagnosis, services, news.shot)
        lines += ["", *_takes(services, news.shot)]
        key = f"{news.shot}-{news.tier}".lower().replace("_", "-")
        description = f"{news.shot}, {news.tier}: {news.status}. {news.message}".strip()
        await acreate_markdown_artifact("\n".join(lines), key=key, description=description[:_DESCRIPTION_MAX])


def page_of(news: ShotNews, picture: str, room: str) -> list[str]:
    """The artefact's own words in Markdown: how the shot stands, what it looks like, and each check by its name.

    `picture`: the address of its opening frame, `room` that of its clip in the review room; "" where there is none.
    """
    lines = [f"## {news.shot} · {news.tier}", "", f"**{news.status}** {news.message}".rstrip(), ""]
    lines += [f"![Opening frame of {news.shot}]({picture})", ""] if picture else []
    lines += [f"[Look at it in the review room]({room})", ""] if room else []
    if news.clip is None:
        return lines
    judged = [score for score in news.clip.certificate.scores if score.applies and score.value is not None]
    lines += ["| check | of | score | threshold | |", "|---|---|---|---|---|"]
    for score in judged:
        name = f"{score.rule} {catalogue.page(score.rule).name}"
        lines.append(f"| {name} | {score.subject} | {score.value:.2f} | {score.threshold:g} | {_mark(score.passed)} |")
    others = sorted({score.rule for score in news.clip.certificate.scores} - {score.rule for score in judged})
    named = ", ".join(f"{code} {catalogue.page(code).name}" for code in others)
    return [*lines, "", f"Not judged, as there was nothing to judge: {named}."] if named else lines


def _addresses(services: Services, news: ShotNews) -> tuple[str, str]:
    """Where Prefect's page finds the shot's opening frame, and where a person opens its clip; "" where nobody serves them."""
    up, room = read_up(services.settings), room_of(services.settings)
    picture = f"{up.media_url}/{news.panel.sha256}.png" if up and news.panel else ""
    return picture, f"{room}/r/{news.shot.partition('_')[0]}" if room and news.clip else ""


async def publish_turn(finals: int, *, answered: bool) -> None:
    """Say on the page of a run that it is a person's turn, and where to answer; afterwards, that the answer was read."""
    run = current()
    scene, room = run.scene.id, room_of(run.services.settings)
    if answered:
        words = f"Your answer was read. {finals} finals still wait." if finals else "Your answer was read."
        lines = [f"## {words}"]
    else:
        words = f"Your turn: {finals} finals of {scene} wait for your approval."
        lines = [f"## {words}", "", "- On this page: ⋮ → **Resume**, fill in the form, and submit it."]
        lines += (
            [f"- In the [review room]({room}/r/{scene}): look at the drafts, and approve them there."] if room else []
        )
        lines += [f"- In a terminal: `gate approve {scene}`.", "", "Nothing is spent until you answer."]
    await acreate_markdown_artifact("\n".join(lines), key=f"{scene}-your-turn".lower(), description=words)


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
