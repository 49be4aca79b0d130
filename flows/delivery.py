"""Lays down what people look at: the cut, its timeline, the dailies reel, the contact sheet, the drift chart."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from prefect import runtime

from assembly import contact_sheet, inline
from checks.colour_match import ColourMatch
from checks.drift import DriftReport
from flows import steps
from flows.scene_run import SceneRun
from flows.shot_state import ShotState
from manifests.cut import Cut, CutItem
from manifests.film import Film, TierName
from manifests.money import rounded_usd
from manifests.scene import Scene
from production.media.lay_down import lay_down, lay_down_timeline
from production.post.colours import chains_of
from production.review.draw_drift import draw_drift
from production.review.slates import sheet_item
from wiring.services import Services
from wiring.telemetry import State
from wiring.up import read_up


@dataclass(frozen=True, slots=True)
class Delivery:
    """Where everything lies; None for what there is none of yet. `contact_sheet_url`: how Prefect's page can see it.

    `colours`: how the chained clips of the newest cut were matched, by shot.
    """

    draft: Path | None = None
    film: Path | None = None
    reel: Path | None = None
    contact_sheet: Path | None = None
    timeline: Path | None = None
    contact_sheet_url: str | None = None
    drift_chart: Path | None = None
    colours: Mapping[str, ColourMatch] = field(default_factory=dict)


async def deliver(
    run: SceneRun,
    states: Mapping[str, ShotState],
    tier: TierName,
    drift: DriftReport | None,
    earlier: Delivery | None = None,
) -> Delivery:
    """Cut what there is at `tier`. A draft cut plays even with shots missing; a final one is asked for only when
    whole.
    """
    so_far = earlier or Delivery()
    services, out = run.services, run.services.settings.out / run.scene.id
    if not any(state.done for state in states.values()):
        return so_far
    colours = await _colours(run, states, tier)
    cut = cut_of(services.folder.film, run.scene, states, tier, colours)
    say = services.telemetry.say
    say(run.scene.id, f"{tier} cut", "works")
    made_of = [shot for shot, state in states.items() if state.done]
    resolution = services.folder.film.tier(tier).resolution
    made, reel = await asyncio.gather(
        steps.cut(run, f"{run.scene.id} {tier}", cut, resolution, made_of),
        _reel(run, cut, so_far.reel, out / f"{run.scene.id}_dailies.mp4", made_of),
    )
    film = await asyncio.to_thread(lay_down, services, made, out / f"{run.scene.id}_{tier}.mp4")
    clips = await asyncio.to_thread(_lay_down_clips, services, states, cut, out)
    timeline = await asyncio.to_thread(_timeline, run, states, cut, clips, out / f"{run.scene.id}_{tier}.otio")
    sheet = await asyncio.to_thread(_contact_sheet, run, states, tier, clips, out / f"{run.scene.id}_contact_sheet.jpg")
    chart = so_far.drift_chart
    if drift is not None and drift.series and chart is None:
        chart = await asyncio.to_thread(
            draw_drift,
            run.scene,
            services.folder.film.thresholds,
            drift,
            run.re_anchored,
            out / f"{run.scene.id}_drift.png",
        )
    say(run.scene.id, f"{tier} cut", "done", str(film))
    draft, final = (film, so_far.film) if tier == "draft" else (so_far.draft, film)
    return Delivery(draft, final, reel, sheet, timeline, _url(services, sheet), chart, colours)


async def _colours(run: SceneRun, states: Mapping[str, ShotState], tier: TierName) -> dict[str, ColourMatch]:
    """What brings each chained clip to the colours of its chain's first shot, by shot; none where the film wants
    none.
    """
    if not run.services.folder.film.finish.colour_match:
        return {}
    clips = {shot: clip for shot, state in states.items() if (clip := state.clip) is not None}
    chains = chains_of(run.scene, clips)
    found = await asyncio.gather(*(steps.see_colours(run, tier, chain) for chain in chains))
    for match in (match for matches in found for match in matches.shots):
        state: State = "retake" if match.state == "refused" else "done"
        run.services.telemetry.say(match.shot, "colour", state, in_words(match))
    return {match.shot: match for matches in found for match in matches.shots}


def in_words(match: ColourMatch) -> str:
    """A colour match in a line."""
    apart = f"delta-E {match.before:.1f} from {match.to}"
    if match.state == "matched":
        return f"{apart}, {match.after:.1f} in the cut"
    return f"{apart}{': ' if match.why else ', nothing to do'}{match.why}"


async def _reel(run: SceneRun, cut: Cut, earlier: Path | None, into: Path, made_of: Sequence[str]) -> Path | None:
    """The dailies are of drafts: a final cut keeps the ones there are."""
    if cut.tier != "draft":
        return earlier
    return await asyncio.to_thread(lay_down, run.services, await steps.reel(run, cut.scene, cut, made_of), into)


def cut_of(
    film: Film, scene: Scene, states: Mapping[str, ShotState], tier: TierName, colours: Mapping[str, ColourMatch]
) -> Cut:
    """The scene in story order, without what people cut from it. A shot without its clip is stood in for by its panel
    and a sentence.

    What a private shot says is heard in the finished film, and in no draft of it.
    """
    items = []
    for shot in scene.shots:
        state = states[shot.id]
        if state.status == "omit":
            continue
        items.append(
            CutItem(
                shot=shot.id,
                frames=shot.frames,
                clip=state.clip.artefact if state.clip else None,
                panel=state.panel.artefact if state.panel else None,
                transition=shot.transition,
                grade=shot.grade,
                dialogue=() if shot.private and tier == "draft" else shot.dialogue,
                colour=colour.shift if (colour := colours.get(shot.id)) else None,
                take=f"v{state.version:03d}" if state.version else "",
                note="" if state.done else state.status,
            )
        )
    return Cut(scene=scene.id, title=scene.title, tier=tier, fps=film.fps, aspect=film.aspect, items=tuple(items))


def _lay_down_clips(services: Services, states: Mapping[str, ShotState], cut: Cut, out: Path) -> dict[str, Path]:
    """Every clip of the cut under the film's own name for it, by shot: editors and people find them there."""
    naming, laid = services.folder.film.naming, {}
    for shot, state in states.items():
        if state.clip:
            name = naming.format(scene=cut.scene, shot=shot, task=cut.tier, version=max(1, state.version))
            laid[shot] = lay_down(services, state.clip.artefact, out / "clips" / f"{name}.mp4")
    return laid


def _timeline(run: SceneRun, states: Mapping[str, ShotState], cut: Cut, clips: Mapping[str, Path], into: Path) -> Path:
    """The .otio that names those clips, with a marker wherever a chain was re-anchored."""
    by_hash = {state.clip.sha256: clips[shot] for shot, state in states.items() if state.clip}
    return lay_down_timeline(run.services, cut, into, by_hash, {shot: a.words for shot, a in run.re_anchored.items()})


def _contact_sheet(
    run: SceneRun, states: Mapping[str, ShotState], tier: TierName, clips: Mapping[str, Path], into: Path
) -> Path:
    services, scene = run.services, run.scene
    items = []
    for state in (states[shot.id] for shot in scene.shots):
        still = services.artefact_path(state.panel.artefact) if state.panel else None
        status = "passed its gates" if state.done else _EXCLUDED.get(state.status, state.status)
        items.append(sheet_item(services, state.shot, tier, state.clip, clips.get(state.shot.id, still), status))
    done, balance = sum(s.done for s in states.values()), services.ledger.balance(f"scene:{scene.id}")
    omitted = sum(s.status == "omit" for s in states.values())
    summary = [(f"{done} of {len(items) - omitted}", f"{tier}s passed"), (f"${rounded_usd(balance.settled)}", "spent")]
    summary += [(str(omitted), "omitted from the film")] if omitted else []
    title, subtitle = services.folder.film.title, f"{scene.id} · {scene.title}"
    return contact_sheet.render(
        items, into, title=title, subtitle=subtitle, summary=summary, shown=services.folder.film.aspect
    )


_EXCLUDED = {"hold": "on hold", "omit": "omitted from the film"}


def _url(services: Services, sheet: Path) -> str | None:
    """How Prefect's page sees the contact sheet: at the address where `gate up` serves it; in a studio, whose workers
    may be on any machine and whose pages ask who comes, as a small picture within the address itself. None where nobody
    is asked.
    """
    if up := read_up(services.settings):
        return f"{up.media_url}/{services.vault.put_file(sheet)}.jpg"
    return inline.data_url(sheet) if runtime.deployment.id is not None else None
