"""Counts what a film's phases have produced. Reads only, asks nobody outside and spends nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from pathlib import Path

from checks.gates.manifest_gate import check_words
from manifests.bible import VIEWS, Bible, plate_name, prop_name, view_name
from manifests.errors import GateError
from manifests.scene import Scene
from manifests.story.pitch import FilmProfile, Pitch
from production.phases.phases import FilmFacts, SceneFacts
from production.planning.plan_scene import plan_scene
from production.planning.readiness_facts import facts_of_scene
from production.planning.shot_standing import SAID, ShotStanding, standing_of
from wiring.services import Services


def facts_of(services: Services) -> FilmFacts:
    """The film now. A scene that cannot be planned says why. Raises ManifestError for a scene that cannot be read."""
    folder, ledger = services.folder, services.ledger
    film, bible, pitch = folder.film, folder.bible, folder.pitch or Pitch()
    wanted = needed_pictures(bible, folder.lock.assets)
    unlocked = [name for name in wanted if name not in folder.lock.assets]
    scenes = [services.scene(name) for name in sorted(folder.scenes)]
    words = check_words(bible, tuple(scenes)).findings
    return FilmFacts(
        title=film.title,
        code=film.code,
        cap_microusd=ledger.balance(f"film:{film.code}").cap or film.budget.film_usd,
        has_pitch=folder.pitch is not None,
        logline=bool(pitch.logline.strip()),
        treatment_words=len(pitch.treatment.split()),
        kind=pitch.kind or "",
        profile=pitch.profile != FilmProfile(),
        characters=len(bible.characters),
        places=len(bible.locations),
        props=len(bible.props),
        pictures=len(wanted),
        locked=len(wanted) - len(unlocked),
        unlocked=unlocked[0] if unlocked else "",
        views=len(set(bible.assets()) - set(wanted)),
        unwritten=tuple(dict.fromkeys(finding.subject for finding in words)),
        scenes=tuple(_scene(services, scene) for scene in scenes),
        takes=len(ledger.takes()),
        settled_microusd=ledger.balance(f"film:{film.code}").settled,
        open_calls=len(ledger.marks_open()),
    )


def needed_pictures(bible: Bible, locked: Collection[str]) -> list[str]:
    """The pictures without which there is no animatic, the first to make first: of each wardrobe the views that there
    are, or its front and one more.
    """
    named = [*map(plate_name, sorted(bible.locations)), *map(prop_name, sorted(bible.props))]
    for who, person in sorted(bible.characters.items()):
        for worn in person.wardrobes:
            there = [view for view in VIEWS[1:] if view_name(who, worn, view) in locked]
            named += [view_name(who, worn, view) for view in ("front", *(there or ["three_quarter"]))]
    return named


def _scene(services: Services, scene: Scene) -> SceneFacts:
    proposed = sum(shot.proposed for shot in scene.shots)
    out = services.settings.out / scene.id
    try:
        facts = facts_of_scene(services, scene)
        plan = plan_scene(services, scene, facts=facts)
    except GateError as refusal:
        return SceneFacts(scene.id, len(scene.shots), proposed, refused=str(refusal))
    each = [standing_of(plan.of(shot.id), facts[shot.id]) for shot in scene.shots]
    at = Counter(shot.standing for shot in each)
    held = [shot for shot in each if shot.standing == "not ready"]
    return SceneFacts(
        scene=scene.id,
        shots=len(scene.shots),
        proposed=proposed,
        left_out=at["left out"],
        ready=sum(shot.standing in {"ready", "waits"} and not shot.drafted for shot in each),
        unready=Counter(SAID[shot.obstacles[0].kind] for shot in held),
        first_fix=_first_fixes(held),
        drafts=sum(shot.drafted for shot in each),
        finals=at["final"],
        asked=sum(shot.standing == "waits" and not shot.drafted for shot in each),
        approved=len({d.binding.shot for d in services.ledger.approvals(scene.id) if d.binding}),
        cut=_there(services, out / f"{scene.id}_draft.mp4"),
        film=_there(services, out / f"{scene.id}_final.mp4"),
    )


def _first_fixes(held: list[ShotStanding]) -> dict[str, str]:
    fixes: dict[str, str] = {}
    for shot in held:
        fixes.setdefault(SAID[shot.obstacles[0].kind], shot.obstacles[0].cure.removesuffix("."))
    return fixes


def _there(services: Services, file: Path) -> str:
    """The file as people name it from the film's folder; "" where it is not there."""
    if not file.is_file():
        return ""
    film = services.settings.film
    return str(file.relative_to(film)) if file.is_relative_to(film) else str(file)
