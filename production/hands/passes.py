"""The passes over a frame that people have in hand: which take is theirs, how often it was tried, and what is asked
for.
"""

from __future__ import annotations

from manifests.film import Resolution
from manifests.handwork import Handwork
from manifests.prompt import edit_prompt
from manifests.scene import Shot
from manifests.take import Request, Take
from production.hands.hand_requests import pass_request
from production.journey.requests import panel_resolution
from wiring.services import Services


def frame_size(services: Services, shot: Shot) -> tuple[int, int]:
    """Width and height in pixels of the shot's panels, as its image model makes them."""
    return services.can("panel", shot).frame_size(resolution(services), shot.aspect)


def resolution(services: Services) -> Resolution:
    """What panels are made at."""
    return panel_resolution(services.folder, "draft")


def request_of_pass(services: Services, shot: Shot, work: Handwork, on: str) -> Request:
    """The pass over the picture `on`, as it is asked of the shot's image model."""
    parent = take_of(services, shot.id, on)
    return pass_request(
        services.folder,
        services.hashes(),
        shot,
        "draft",
        work,
        on=on,
        parent=parent.generation_key if parent else on,
        can=services.can("panel", shot),
    )


def take_of(services: Services, shot: str, asset: str) -> Take | None:
    """The shot's newest take that brought these bytes."""
    made = services.ledger.takes(shot=shot)
    return next((t for t in reversed(made) if t.asset is not None and t.asset.sha256 == asset), None)


def tries(services: Services, shot: str, work: Handwork) -> int:
    """How often just this pass was bought: the next is another try, with another seed. One that was taken back does
    not count.
    """
    return sum(_is_same(take, work) for take in services.ledger.takes(shot=shot, stage=work.stage))


def made_by(services: Services, shot: str, work: Handwork) -> Take | None:
    """The take of a pass, where it brought a picture."""
    takes = services.ledger.takes(shot=shot, stage=work.stage)
    return next((t for t in reversed(takes) if t.asset is not None and _is_pass(t, work)), None)


def _is_pass(take: Take, work: Handwork) -> bool:
    return take.attempt == work.number and _is_same(take, work)


def _is_same(take: Take, work: Handwork) -> bool:
    """Whether a take is a try of this pass: the same work over the same picture in the same words."""
    if not take.handwork or take.origin == "human":
        return False
    asked = take.order
    over = next((r.sha256 for r in asked.references if r.role == "edited"), None)
    same_words = work.work == "polish" or asked.prompt == edit_prompt(work.work, work.only, work.say)
    return asked.edit is not None and asked.edit.work == work.work and work.on in {None, over} and same_words
