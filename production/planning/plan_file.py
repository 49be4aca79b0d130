"""Plans as files: written once, read with suspicion, and held against how things stand when a run is to keep to one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from pydantic import ValidationError

from governor.errors import PriceRefused
from manifests.film import Bought, TierName
from manifests.money import format_usd
from manifests.reading.whole_file import put_text
from manifests.scene import Scene
from manifests.spending.plan import PlanStep, ScenePlan
from manifests.spending.standing_order import Night
from production.planning.draft_approval import undecided
from production.planning.limits import headroom, plan_within_limits
from production.planning.roster import roster_refusal, roster_verdict
from production.planning.run_options import RunOptions
from production.planning.switching import switch_refusal
from providers.errors import Invalid
from wiring.errors import PlanRefused
from wiring.services import Services

_BYTES_MAX = 16 << 20
"""A plan of 400 shots has a megabyte."""

_SHOWN_MAX = 12


def start(services: Services, scene: Scene, options: RunOptions) -> tuple[ScenePlan | None, Night | None]:
    """What a run looks at before it buys anything. Gives the plan that it keeps to, and the night that it works in.

    Raises LedgerBehind where the ledger lacks calls that were paid for, RosterBlocked, NightOver for a night that no
    standing order opens, and as `keep` does.
    """
    services.ledger.refuse_behind()
    if blocked := roster_refusal(roster_verdict(services), scene.id):
        raise blocked
    kept = keep(services, scene, options.plan)
    return kept, services.ledger.open_night(scene.id, kept.hash if kept else None) if options.night else None


def keep(services: Services, scene: Scene, file: Path | None = None) -> ScenePlan | None:
    """The plan in the file, where it still fits how things stand; None where no file was named.

    Raises SwitchNotDecided, DraftsNotDecided, PriceRefused or Invalid for a step that nobody can price or make, and
    PlanRefused where the film, its prices or its caps have moved since the plan was made; takes made since do not
    count.
    """
    if refusal := switch_refusal(services, scene, services.ledger.of_scene(scene.id)):
        raise refusal
    now = plan_within_limits(services, scene).plan
    if dearer := undecided(services, (step for step in now.steps if step.block == "resolution")):
        raise dearer
    if file is None:
        _can_be_made(now)
        return None
    kept = read(file, film=services.folder.film.code, scene=scene.id)
    moved = list(moves(services, kept, now))
    if moved:
        more = f"; and {len(moved) - _SHOWN_MAX} more" if len(moved) > _SHOWN_MAX else ""
        cure = f"Look at it again: gate plan {scene.id} -o {file}"
        raise PlanRefused(str(file), f"what it was made from has moved: {'; '.join(moved[:_SHOWN_MAX])}{more}", cure)
    _can_be_made(now)
    return kept


def write(plan: ScenePlan, path: Path) -> None:
    """Keep the plan, whole or not at all, in a folder of our own. Raises OSError."""
    put_text(text_of(plan), path)


def text_of(plan: ScenePlan) -> str:
    """The plan as a file holds it."""
    return json.dumps(json.loads(plan.stored()), indent=1, ensure_ascii=False) + "\n"


def read(path: Path, *, film: str, scene: str) -> ScenePlan:
    """Read a plan of this scene. Raises PlanRefused for what is none, was changed, or is of another film or scene."""
    cure = f"Make one: gate plan {scene} -o {path}"
    elsewhere = f"Make one: gate plan {scene} -o {_unused(path)}"
    try:
        if path.exists() and (not path.is_file() or path.stat().st_size > _BYTES_MAX):
            raise PlanRefused(str(path), "it is far too large for a plan, or not an ordinary file", elsewhere)
        plan = ScenePlan.from_stored(path.read_bytes())
    except OSError as error:
        raise PlanRefused(str(path), f"it cannot be read ({error.strerror})", cure) from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise PlanRefused(str(path), first["msg"].removeprefix("Value error, "), cure) from error
    except (ValueError, RecursionError) as error:
        raise PlanRefused(str(path), f"it is not a plan ({error})", elsewhere) from error
    if not plan.hash:
        raise PlanRefused(str(path), "it carries no hash, so nobody can tell whether it was changed", cure)
    if (plan.film, plan.scene) != (film, scene):
        raise PlanRefused(str(path), f"it is for {plan.film} {plan.scene}, and this is {film} {scene}", cure)
    return plan


def _unused(path: Path) -> Path:
    """A name beside a file that is not a plan, and that `gate plan -o` therefore refuses to write over."""
    names = (path.with_name(f"{path.stem}_plan{number}.json") for number in ("", *range(2, 1000)))
    return next((name for name in names if not name.exists()), path.with_name("new_plan.json"))


def moves(services: Services, kept: ScenePlan, now: ScenePlan) -> Iterator[str]:
    """Each step with what moved since, then each cap that no longer holds what is left. `now`: the scene's whole plan.

    A step that was made or collected since, or failed and has attempts left, does not count as moved.
    """
    at = {step.place: step for step in now.steps}
    planned = {step.place for step in kept.steps}
    for was in kept.steps:
        if at.get((was.shot, "clip", "draft"), was).block in {"hold", "omit"}:
            continue  # what a person left out since is not bought, and what stays is as it was planned
        if was.place not in at:
            yield f"{was.name}: it is in the plan, and not in the scene"
        elif moved := _moved(was, at[was.place]):
            yield f"{was.name}: {', '.join(moved)}"
    yield from (
        f"{step.name}: it would be made, and is not in the plan" for step in now.running if not covers(kept, step.place)
    )
    records, film = services.ledger.of_scene(kept.scene), services.folder.film
    for cap in headroom(records, film, kept.scene, (at[place] for place in planned if place in at)):
        if not cap.fits:
            yield (
                f"{cap.scope}: ${format_usd(cap.left_microusd)} is left and the plan needs "
                f"${format_usd(cap.high_microusd)}"
            )


def covers(plan: ScenePlan, place: tuple[str, Bought, TierName]) -> bool:
    """Whether a run that keeps to the plan may buy there. A tier that the plan leaves out is bought on a person's
    approval alone.
    """
    tier = place[2]
    if tier != "draft" and plan.tier not in {"all", tier}:
        return True
    return any(step.place == place and (step.counts or step.does in {"cached", "collect"}) for step in plan.steps)


def refuse_unplanned(plan: ScenePlan | None, shot: str, stage: Bought, tier: TierName) -> None:
    """Raise PlanRefused where a run that keeps to `plan` would buy something outside of it."""
    if plan is not None and not covers(plan, (shot, stage, tier)):
        cause = "it is not in the plan that this run keeps to"
        raise PlanRefused(f"{shot} {tier} {stage}", cause, f"Plan again: gate plan {plan.scene} -o plan.json")


def _moved(was: PlanStep, now: PlanStep) -> list[str]:
    """The names of what moved between the two."""
    names = [
        name
        for name in ("prompt", "references", "shot")
        if getattr(was.made_from, name) != getattr(now.made_from, name)
    ]
    if was.made_from.model != now.made_from.model:
        names.append(f"model (it was {was.made_from.model}, and is {now.made_from.model})")
    if was.price and now.price and was.price != now.price:
        then, today = (step.unit_price or f"${format_usd(step.likely_microusd)}" for step in (was, now))
        names.append(
            f"price (it was {then}, and is {today})" if then != today else f"price (another row, still {then})"
        )
    if was.counts and now.block in {"price", "invalid"}:
        names.append(now.why)
    if not names and now.counts and was.does in {"cached", "collect"}:
        names.append("it was there, and would be bought again")
    if not names and now.counts and was.does == "blocked" and not was.counts:
        names.append("it was blocked, and would run now")
    if not names and was.does == now.does == "cached" and was.key != now.key:
        names.append("another take stands for it")
    return names


def _can_be_made(now: ScenePlan) -> None:
    """Where nothing else is to be made, what nobody can price, or make, is said before the run begins."""
    for step in () if now.running else now.steps:
        if step.block == "price":
            raise PriceRefused(step.name, step.why.rstrip("."), f"See all steps: gate plan {now.scene}")
        if step.block == "invalid":
            raise Invalid(step.name, step.why.rstrip("."), f"See all steps: gate plan {now.scene}")
