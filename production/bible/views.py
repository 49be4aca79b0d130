"""The state of the bible's views: approved, waiting for a person, or to be made from the front.

It asks the store, the lock, the assets folder and the ledger each time, so that a run that was killed goes on where it
was, and an approved view is never made again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from governor.decisions.undoing import set_aside
from manifests.bible import VIEWS, View, view_name
from manifests.errors import GateError
from manifests.keys import hash_file
from manifests.lock import Lock
from manifests.prompt import view_prompt
from manifests.reading.film_folder import FilmFolder, read_lock
from manifests.spending.price import Quote
from manifests.take import HAND, Reference, Request, Take
from manifests.view_shot import FROM_FRONT, TIER, ViewShot, view_shot
from production.bible.cutouts import cutout_of
from production.journey.next_step import Tried, next_step
from production.journey.requests import NOT_MADE, panel_resolution
from production.journey.standing import Attempt, attempt_at
from providers import registry
from providers.capabilities import Capabilities
from providers.errors import Invalid
from wiring.errors import NotAFilm
from wiring.services import Services

_OPEN = frozenset({"held", "submitted", "in_doubt"})
EVERYBODY = "everybody"
EVERY_WARDROBE = "every wardrobe"

Does = Literal["approved", "waits", "collect", "lay", "make", "blocked"]
"""approved: nothing is to be done. waits: a person is to look at it, or to draw the front. collect: it is with its
provider. lay: it is bought, and is to be looked at and laid into assets/. make: it is to be bought. blocked: another
take would help nobody.
"""


@dataclass(frozen=True, slots=True)
class ViewState:
    """How far one view is. `why`: in words that follow its name; `cure`: what a person may do.
    `attempt`: what is asked for, or was.
    """

    view_shot: ViewShot
    does: Does
    why: str
    cure: str = ""
    attempt: Attempt | None = None


def wanted(
    services: Services, character: str, wardrobe: str, views: Iterable[View] = (), maker: str = ""
) -> tuple[ViewShot, ...]:
    """As `wanted_of`, of the film that is open."""
    return wanted_of(services.folder, character, wardrobe, views, maker)


def wanted_of(
    folder: FilmFolder, character: str, wardrobe: str, views: Iterable[View] = (), maker: str = ""
) -> tuple[ViewShot, ...]:
    """The view_shots for `views` (else all but the front) of one character or EVERYBODY,
    in one wardrobe or EVERY_WARDROBE.

    Raises NotAFilm for somebody, or something to wear, that the bible does not have, and Invalid for a front: it is
    what the others are made from.
    """
    people, chosen = folder.bible.characters, tuple(views) or FROM_FRONT
    if "front" in chosen:
        raise Invalid("front", "the other views are made from it, and it is a person's", "Draw it, then: gate lock")
    if character not in {EVERYBODY, *people}:
        raise NotAFilm(character, "the bible has no such character", f"It has {', '.join(sorted(people)) or 'none'}.")
    named = sorted(people) if character == EVERYBODY else [character]
    found = [
        view_shot(who, look, view, maker)
        for who in named
        for look in people[who].wardrobes
        if wardrobe in {EVERY_WARDROBE, look}
        for view in FROM_FRONT
        if view in chosen
    ]
    if not found:
        owned = sorted({look for who in named for look in people[who].wardrobes})
        raise NotAFilm(wardrobe, f"{character} has no such wardrobe", f"The bible has {', '.join(owned) or 'none'}.")
    return tuple(found)


def lock_now(services: Services) -> Lock:
    """The lock as it is on disk: a person may have approved something since this process read its film.
    Raises ManifestError.
    """
    root = services.folder.root
    file = root / "lock.yaml"
    if not file.exists():
        return Lock(assets={})
    at = file.stat()
    return _lock_of(root, (at.st_mtime_ns, at.st_ino, at.st_size))


@lru_cache(maxsize=2)
def _lock_of(root: Path, stamp: tuple[int, int, int]) -> Lock:  # noqa: ARG001  # another stamp is another lock
    return read_lock(root)


def approved_views(services: Services) -> dict[str, str]:
    """The content of every picture that the store has and the lock approves now, by canonical name."""
    lock = lock_now(services).assets
    return {
        link.name: link.sha256
        for link in services.canon.links()
        if link.name in lock and lock[link.name].sha256 == link.sha256 and lock[link.name].approved_by.strip()
    }


def approver(services: Services, name: str) -> str:
    """Who approved a view."""
    locked = lock_now(services).assets.get(name)
    return locked.approved_by if locked else "somebody who took it back just now"


def view_request(folder: FilmFolder, approved: dict[str, str], one: ViewShot, *, can: Capabilities) -> Request:
    """Ask for one view from the approved front, and from as many other approved views of the same look as
    the model looks at.
    """
    look = one.member
    names = [view_name(look.character, look.wardrobe, view) for view in VIEWS]
    shown = [Reference(role="character", name=name, sha256=approved[name]) for name in names if name in approved]
    return Request(
        operation="panel",
        shot=one.id,
        staging=one,
        prompt=view_prompt(one, folder.bible),
        references=tuple(shown[: can.references_max]),
        resolution=panel_resolution(folder, TIER),
        frames=1,
        seed=0,
    )


def state_of(services: Services, one: ViewShot) -> ViewState:
    """How far a view is, by the files that are there and by the ledger.
    Raises Invalid where its provider cannot make it.
    """
    approved, front = approved_views(services), view_name(one.member.character, one.member.wardrobe, "front")
    if one.name in approved:
        by = approver(services, one.name)
        return ViewState(one, "approved", f"approved by {by}; an approved view is never made again")
    if front not in approved:
        cure = f"Put it at assets/{front}.png, look at it, and approve it: gate lock"
        return ViewState(one, "waits", "its front view is not approved, and it would be made from that", cure)
    takes = services.ledger.takes(shot=one.id, stage="view")
    sent_back = set_aside(services.ledger.decided(one.id))
    path = path_of(services, one)
    if path.is_file() and not is_cut_from(services, path, (t for t in takes if t.generation_key in sent_back)):
        cure = f"Look at it, then: gate lock; or another: {command(one)} --again"
        return ViewState(one, "waits", f"it lies at {path}, and waits for your approval", cure)
    if under_way := next((take for take in takes if take.state in _OPEN), None):
        why = f"take {under_way.attempt} is with {under_way.provider}"
        return ViewState(one, "collect", why, attempt=_as_it_was(under_way))
    of_front = [take for take in takes if approved[front] in {r.sha256 for r in take.order.references}]
    return _bought(services, one, of_front, sent_back) or _next(services, one, approved, sent_back)


def quote_of(services: Services, state: ViewState) -> Quote | None:
    """The price of the take that is to be bought; None where none is. Raises PriceRefused."""
    if state.does != "make" or state.attempt is None:
        return None
    return services.provider("panel", state.view_shot).quote(state.attempt.request, services.prices.price_of)


def path_of(services: Services, one: ViewShot) -> Path:
    """Where the view lies, or is laid, for a person to look at and lock."""
    return services.folder.assets / f"{one.name}.png"


def command(one: ViewShot) -> str:
    """The command that makes this view."""
    look = one.member
    return f"gate turnaround {look.character} --wardrobe {look.wardrobe} --views {one.view}"


def makers_of_views(services: Services) -> list[str]:
    """The providers that can draw a view without a picture of it:
    the film's provider of panels first, then all others that are installed.
    """
    now = services.folder.film.providers.panel
    names = [now, *(name for name in registry.known() if name != now)]
    return [name for name in names if _refusal(services, name) is None]


def refuse_maker(services: Services, one: ViewShot) -> None:
    """Return where the view's provider can draw a view without a picture of it.
    Raises Invalid, which names the providers that can.
    """
    name = services.provider("panel", one).name
    if why := _refusal(services, name):
        others = ", ".join(makers_of_views(services)) or "none that is installed"
        raise Invalid(
            name,
            why,
            f"Name one that can ({others}): {command(one)} --provider NAME; or draw it at assets/{one.name}.png",
        )


def _refusal(services: Services, name: str) -> str | None:
    """Why a provider cannot make a view from the front, None where it can."""
    if name == HAND:
        return "it takes in what people made, and makes nothing"
    try:
        provider = services.provider_called(name)
        can = provider.capabilities("panel")
        if provider.embedded:
            return "it composes locked pictures, and cannot draw a view that does not exist"
        if can.references_max < 1:
            return "it makes pictures from words alone, and would not keep the face"
        someone = next(iter(services.folder.bible.characters.values()), None)
        if someone is not None:
            one = view_shot(someone.id, next(iter(someone.wardrobes)), "side", name)
            front = {view_name(someone.id, one.member.wardrobe, "front"): NOT_MADE}
            provider.build_payload(view_request(services.folder, front, one, can=can))
    except GateError as error:
        return getattr(error, "cause", str(error))
    return None


def _bought(services: Services, one: ViewShot, made: Sequence[Take], sent_back: frozenset[str]) -> ViewState | None:
    """The newest take that is bought, that nobody sent back and no gate refused."""
    for take in reversed(made):
        if take.state != "settled" or take.generation_key in sent_back:
            continue
        if take.asset is None:
            cure = f"Look at its words: gate log {one.id}; then another: {command(one)} --again"
            return ViewState(one, "blocked", f"take {take.attempt} was paid for and brought nothing", cure)
        said = services.ledger.verdict(take.generation_key)
        if said is None or said.passed:
            return ViewState(one, "lay", f"take {take.attempt} is bought", attempt=_as_it_was(take))
    return None


def _next(services: Services, one: ViewShot, approved: dict[str, str], sent_back: frozenset[str]) -> ViewState:
    """What comes next where no take is bought that could be laid: the take that is to be bought, or why none is."""
    refuse_maker(services, one)
    request = view_request(services.folder, approved, one, can=services.can("panel", one))
    limits = services.folder.film.limits
    attempts: list[Attempt] = []
    tried: list[Tried] = []
    while (step := next_step(tried, limits, limits.attempts)).number > len(attempts):
        attempt = attempt_at(services, "panel", request.again(step.number))
        said = services.ledger.verdict(attempt.key) if attempt.take else None
        attempts.append(attempt)
        tried.append(Tried(attempt.take, said, sent_back=attempt.key in sent_back, blames=""))
    if step.does == "make":
        return ViewState(one, "make", f"take {step.number} is to be made", attempt=attempts[step.number - 1])
    cure = f"Look at them: gate log {one.id}; then change its words in the bible, or draw it at assets/{one.name}.png"
    return ViewState(one, "blocked", step.why, cure)


def _as_it_was(take: Take) -> Attempt:
    """A take's own attempt, at the provider that has it, even where another one makes panels by now."""
    staging = take.order.staging.model_copy(update={"providers": {"panel": take.provider}})
    request = take.order.model_copy(update={"staging": staging})
    return Attempt(take.attempt, request, take.generation_key, take.recipe, take)


def is_cut_from(services: Services, path: Path, takes: Iterable[Take]) -> bool:
    """Whether the picture that lies at `path` is the cut-out of one of these takes."""
    lies = hash_file(path)
    found = (cutout_of(services, take.asset) for take in takes if take.asset is not None)
    return any(cutout is not None and cutout.sha256 == lies for cutout in found)
