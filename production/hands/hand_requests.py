"""What is asked for where people have a frame in hand: that a composite be taken as it is, or one pass of a model over
it.
"""

from __future__ import annotations

from collections.abc import Mapping

from manifests.bible import Bible
from manifests.film import TierName
from manifests.handwork import Handwork
from manifests.prompt import edit_prompt, polish_prompt
from manifests.reading.film_folder import FilmFolder
from manifests.scene import Shot
from manifests.take import HAND, Edit, Passes, Reference, Request
from production.journey.requests import locked_references, panel_resolution
from providers.capabilities import Capabilities

_AS_IT_IS = "Take the composite as it was saved."


def composite_request(folder: FilmFolder, shot: Shot, tier: TierName, work: Handwork) -> Request:
    """Take what a person saved as the frame. Whoever else makes the shot's panels, this one comes from hands."""
    assert work.asset is not None
    by_hand = shot.model_copy(update={"providers": {**shot.providers, "panel": HAND}})
    return Request(
        operation="panel",
        shot=shot.id,
        staging=by_hand,
        prompt=_AS_IT_IS,
        references=(Reference(role="composite", name=shot.id, sha256=work.asset.sha256),),
        resolution=panel_resolution(folder, tier),
        frames=1,
        fps=shot.fps,
        aspect=shot.aspect,
        progress=1.0 if work.stage == "end_panel" else 0.0,
        seed=shot.seed,
    )


def pass_request(
    folder: FilmFolder,
    hashes: Mapping[str, str],
    shot: Shot,
    tier: TierName,
    work: Handwork,
    *,
    on: str,
    parent: str,
    can: Capabilities,
) -> Request:
    """One pass over the picture `on`, which the take `parent` made: the same picture, with the one thing that is asked
    for.

    Its words are locked but for what the person said; whoever a pass is about comes with the pictures that are locked
    of them.
    """
    assert work.work in _PASSES
    edited = Reference(role="edited", name=shot.id, sha256=on)
    locked = () if work.work in {"polish", "demolish"} else _about(hashes, shot, folder.bible, work)
    return Request(
        operation="panel",
        shot=shot.id,
        staging=shot,
        prompt=polish_prompt() if work.work == "polish" else edit_prompt(work.work, work.only, work.say),
        references=(edited, *locked[: max(0, can.references_max - 1)]),
        resolution=panel_resolution(folder, tier),
        frames=1,
        fps=shot.fps,
        aspect=shot.aspect,
        progress=1.0 if work.stage == "end_panel" else 0.0,
        seed=shot.seed + work.number - 1,
        attempt=work.number,
        parent=parent,
        edit=Edit(work=_PASSES[work.work], part=work.part, mask=work.mask),
    )


_PASSES: dict[str, Passes] = {"polish": "polish", "edit": "edit", "demolish": "demolish", "rebuild": "rebuild"}


def _about(hashes: Mapping[str, str], shot: Shot, bible: Bible, work: Handwork) -> tuple[Reference, ...]:
    """The locked pictures of whoever, or whatever, the pass names."""
    said = f"{work.only} {work.say}".lower()
    names = {m.character: {m.character, bible.characters[m.character].name.lower()} for m in shot.cast}
    names |= {p.prop: {p.prop, p.prop.replace("_", " ")} for p in shot.props}
    meant = {entity for entity, called in names.items() if any(name in said for name in called)}
    return tuple(
        r for r in locked_references(hashes, shot) if r.role in {"character", "prop"} and r.name.split("/")[1] in meant
    )
