"""Publishes on Prefect's page: what came of a run first, then its costs, then a page a shot in story order, each with
its picture.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assembly import inline
from assembly.errors import UnfitPicture
from checks.rules import catalogue
from flows.showing.artefacts import Page, publish
from flows.showing.budget import show_budget
from manifests.money import format_usd
from manifests.names import scene_of_shot
from production.journey.diagnosing import filed_diagnosis
from vault.errors import VaultError
from wiring.up import room_of

_WORDS_MAX = 500
_STILL_WIDTH = 400
"""Of a shot's picture, which lies in Prefect's database: some 15 kB."""

_STATUS = {
    "done": "passed its gates",
    "asks": "waits for your answer",
    "hold": "on hold",
    "omit": "omitted from the film",
}

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from manifests.certificate import Certified
    from manifests.finding import Score
    from manifests.scene import Scene
    from manifests.take import Take
    from production.bible.show_views import WardrobeSheet
    from wiring.services import Services


@dataclass(frozen=True, slots=True)
class ShotNews:
    """What a shot has come to at a tier. `message`: what a person should know; `clip`, `panel`: None where they are not
    made.
    """

    shot: str
    tier: str
    status: str
    message: str
    clip: Certified | None
    panel: Certified | None


async def publish_shots(services: Services, told: Sequence[ShotNews]) -> None:
    """Write a page for each shot: what it has come to, with its opening frame."""
    await publish(*await asyncio.gather(*(asyncio.to_thread(_page_of_shot, services, news) for news in told)))


def _page_of_shot(services: Services, news: ShotNews) -> Page:
    room = room_of(services.settings)
    lines = page_of(news, f"{room}/r/{scene_of_shot(news.shot)}" if room and news.clip else "")
    if news.status == "escalated":
        lines += _diagnosis(services, news.shot)
    lines += ["", *_takes(services, news.shot)]
    said = f"{news.shot}, {news.tier}: {_STATUS.get(news.status, news.status)}. {news.message}".strip()
    still = _still(services, news.panel) if news.panel else None
    return Page(news.shot, _with_picture(said, f"Opening frame of {news.shot}", still, _STILL_WIDTH), "\n".join(lines))


def _still(services: Services, panel: Certified) -> Path | None:
    """The panel's file; None where the vault cannot give it. What is made counts all the same, and gate status names
    what is lost.
    """
    try:
        return services.artefact_path(panel.artefact)
    except VaultError:
        return None


def _with_picture(said: str, name: str, picture: Path | None, width_max: int) -> str:
    """A sentence, and below it the picture itself: a card and a page show it wherever the file lies. A damaged one is
    left out.
    """
    words = said if len(said) <= _WORDS_MAX else f"{said[:_WORDS_MAX]}…"
    try:
        address = inline.data_url(picture, width_max) if picture else None
    except UnfitPicture:
        address = None
    return f"{words}\n\n![{name}]({address})" if address else words


def page_of(news: ShotNews, room: str) -> list[str]:
    """A shot's own words in Markdown: how it stands, and each check by its name. `room`: where its clip is seen, "" for
    nowhere.
    """
    lines = [f"**{_STATUS.get(news.status, news.status)}** {news.message}".rstrip(), ""]
    lines += [f"[Look at it in the review room]({room})", ""] if room else []
    if news.clip is None:
        return lines
    scores = news.clip.certificate.scores
    lines += ["| check | of | score | threshold | |", "|---|---|---|---|---|"]
    for score in scores:
        if score.applies and score.value is not None:
            verdict = "✓ passed" if score.passed else "✗ failed"
            lines.append(f"| {_rule(score)} | {score.subject} | {score.value:.2f} | {score.threshold:g} | {verdict} |")
    left: dict[str, list[str]] = {}
    for score in scores:
        if not score.applies or score.value is None:
            left.setdefault(score.why or "there was nothing to judge", []).append(f"{_rule(score)} of {score.subject}")
    return [
        *lines,
        *(["", "Not checked:", ""] if left else []),
        *(f"- {', '.join(of)}: {why}" for why, of in left.items()),
    ]


def _rule(score: Score) -> str:
    return f"{score.rule} {catalogue.page(score.rule).name.replace('_', ' ')}"


async def publish_outcome(services: Services, scene: Scene, message: str, following: Sequence[str]) -> None:
    """Write what came of the run under way: the sentence, the contact sheet, what to do next."""
    room = room_of(services.settings)
    lines = ["What comes next, in a terminal:", "", *(f"- `{command}`" for command in following)] if following else []
    lines += ["", f"[Look at it in the review room]({room}/r/{scene.id})"] if room else []
    await _publish_first(services, scene.id, message, [f"## {scene.id} · {scene.title}", "", *lines])


async def _publish_first(services: Services, scene: str, said: str, lines: Sequence[str]) -> None:
    """Write what the page of a run lists first, with the newest contact sheet of its scene."""
    sheet = services.settings.out / scene / f"{scene}_contact_sheet.jpg"
    there = sheet if sheet.is_file() else None
    said = await asyncio.to_thread(_with_picture, said, f"The shots of {scene}", there, inline.WIDTH_MAX)
    await publish(Page(scene, said, "\n".join(lines)))


async def publish_turn(services: Services, scene: str, finals: int, *, answered: bool) -> None:
    """Say on the page of a run that it is a person's turn, and where to answer; afterwards, that the answer was
    read.
    """
    room = room_of(services.settings)
    if answered:
        left = f"{finals} final still waits" if finals == 1 else f"{finals} finals still wait"
        words = f"Your answer was read. {left}." if finals else "Your answer was read."
        lines = [f"## {words}"]
    else:
        waits = f"{finals} final of {scene} waits" if finals == 1 else f"{finals} finals of {scene} wait"
        words = f"Your turn: {waits} for your approval."
        lines = [f"## {words}", "", "- On this page: ⋮ → **Resume**, fill in the form, and submit it."]
        lines += (
            [f"- In the [review room]({room}/r/{scene}): look at the drafts, and approve them there."] if room else []
        )
        lines += [f"- In a terminal: `gate approve {scene}`.", "", "Nothing is spent until you answer."]
    await _publish_first(services, scene, words, lines)


async def show_progress(scene: str, tier: str, done: int, of: int) -> None:
    """Show that `done` of `of` shots of the scene are done at this tier."""
    said = f"{done} of {of} {tier}s of {scene} are done"
    await publish(Page(f"{scene}-progress", said, 100.0 * done / max(1, of), "progress"))


async def publish_costs(services: Services, scene: Scene) -> None:
    """Write the cost table, and the Budget block's figures."""
    rows = [
        {
            "shot": row.shot,
            "stage": row.stage,
            "tier": row.tier,
            "takes": row.takes,
            "settled": f"${format_usd(row.settled)}",
            "held": f"${format_usd(row.held)}",
        }
        for row in services.ledger.costs(scene.id)
    ]
    if rows:
        cost = services.ledger.balance(f"scene:{scene.id}")
        said = f"{scene.id} has cost ${format_usd(cost.settled)}; ${format_usd(cost.left)} is left under its cap"
        await publish(Page(f"{scene.id}-costs", said, json.dumps(rows), "table"))
    await show_budget(services, scene)


async def publish_views(sheets: Sequence[WardrobeSheet]) -> None:
    """Write how the views of each look stand, with the contact sheet where Prefect's page can see it."""
    for sheet in sheets:
        lines = [f"- **{view}** {status}{f': {told}' if told else ''}" for view, status, told in sheet.rows]
        lines += [
            "",
            (
                "What waits for you: look at it beside the front, then `gate lock`. Another take: launch it again, "
                "with "
                "*again*."
            ),
        ]
        who = f"{sheet.look[0]}, {sheet.look[1]}"
        waits = sum(status == "waits for you" for _, status, _ in sheet.rows)
        said = f"{who}: {waits} views wait for you" if waits else f"{who}: the views that there are"
        said = await asyncio.to_thread(_with_picture, said, "The views side by side", sheet.path, inline.WIDTH_MAX)
        await publish(Page(f"bible-{sheet.look[0]}-{sheet.look[1]}", said, "\n".join(lines)))


async def publish_reconciled(of: str, rows: Sequence[tuple[Take, Take, str]]) -> None:
    """Write what became of each open call: as it was, as it is, and what its provider said."""
    table = [
        {
            "shot": now.shot,
            "call": f"{now.tier} {now.stage}",
            "provider": now.provider,
            "was": was.state,
            "is": now.state,
            "said": words,
        }
        for was, now, words in rows
    ]
    if table:
        await publish(Page(f"{of}-reconciled", f"What the providers said of {of}", json.dumps(table), "table"))


def _diagnosis(services: Services, shot: str) -> list[str]:
    """Which layer is to blame, as the run has found it, with its evidence."""
    found = filed_diagnosis(services, shot)
    if found is None:
        return []
    fix = [f"- to fix it: {found.fix}"] if found.fix else []
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
