"""The words of each message: the question, its price and the rest under the cap, where to look,
and what happens if you do nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from governor.purchase import Balance
from manifests.decision import Binding
from manifests.keys import hash_json
from manifests.money import format_usd, rounded_usd
from manifests.names import scene_of_shot
from manifests.notify import Event, Message
from manifests.redaction import redacted
from manifests.spending.night import SceneNight
from production.planning.bindings import bindings_now
from wiring.services import Services
from wiring.up import read_up, room_of

_NOTHING = "If you do nothing, nothing is spent."
_TITLE_MAX, _BODY_MAX = 200, 8000


@dataclass(frozen=True, slots=True)
class MessageText:
    """A message's words. `picture`: a file that goes along, "" for none."""

    title: str
    body: str
    picture: str = ""


def waiting(services: Services, scene: str, missing: Mapping[str, Binding]) -> Message:
    """Finals wait for an approval."""
    words = _waiting(services, scene, missing)
    return _message(services, "approval", f"scene:{scene}", [scene, *_hashes(missing)], words)


def waiting_now(services: Services, scene: str) -> MessageText | None:
    """The same as it stands now; None where nothing of the scene waits any more."""
    now = bindings_now(services, services.scene(scene))
    missing = services.ledger.refusals(now.values())
    return _waiting(services, scene, {shot: now[shot] for shot in missing}) if missing else None


def together(parts: Sequence[MessageText]) -> MessageText:
    """Several messages as one."""
    if len(parts) == 1:
        return parts[0]
    title = f"{parts[0].title} · and {len(parts) - 1} more scene{'' if len(parts) == 2 else 's'}"
    return MessageText(title, "\n\n".join(part.body for part in parts), parts[0].picture)


def lapsed(services: Services, scene: str, changed: Mapping[str, Sequence[str]], now: Mapping[str, Binding]) -> Message:
    """An approval stands no longer, and by what."""
    lines = [f"{shot}: {', '.join(names) or 'something'} changed since" for shot, names in sorted(changed.items())]
    total = sum(now[shot].price_microusd for shot in changed if shot in now)
    title = f"{scene}: the approval of {_counted(len(changed), 'final')} has lapsed"
    asks = [f"Look again at {_counted(len(changed), 'shot')} of {scene}.", *lines, _price(services, scene, total)]
    words = MessageText(
        title, _body([*asks, _look(services, scene, f"gate approve {scene}"), _NOTHING]), _sheet(services, scene)
    )
    told = {shot: now[shot] for shot in changed if shot in now}
    return _message(services, "lapsed", f"scene:{scene}", [scene, *_hashes(told)], words)


def credit_stop(services: Services, scene: str, provider: str, said: str) -> Message:
    """A provider's account or key ended the work of a scene. `said`: the refusal, with the provider's own words."""
    lines = [
        f"{provider} has no credit left for {scene}. This run sends nothing more to {provider}.",
        redacted(said),
        "Finished takes stay, and the money held for the shot is free again.",
        _look(services, scene, f"gate resume {scene}", "Add credit at the provider, then"),
        _NOTHING,
    ]
    about = [scene, provider, services.ledger.now().date().isoformat()]
    return _message(
        services, "credit", f"scene:{scene}", about, MessageText(f"{provider} has no credit left", _body(lines))
    )


def cap_reached(services: Services, balance: Balance, percent: int, refused: str = "") -> Message:
    """A cap is reached to 80 or to 100 %. `refused`: the ledger's words, where something no longer fitted."""
    kind, _, name = balance.scope.partition(":")
    cap = format_usd(balance.cap or 0)
    used = f"has reached its cap of ${cap}" if percent >= 100 else f"has used {percent} % of its cap of ${cap}"
    head = f"The {kind} {name} {used}"
    lines = [
        f"Spent ${format_usd(balance.settled)}, held ${format_usd(balance.held)}, left ${format_usd(balance.left)}.",
        *([refused] if refused else []),
        f'To raise it: gate cap {balance.scope} --usd AMOUNT --why "..."',
        "If you do nothing, no more than the cap is spent.",
    ]
    return _message(
        services, "cap", balance.scope, [balance.scope, balance.cap, percent], MessageText(head, _body(lines))
    )


def digest(services: Services, scenes: Sequence[SceneNight], pages: Mapping[str, str], due: datetime) -> Message:
    """The one message about a night, for the end of its window. `pages`: where each scene's dailies lie."""
    film, night = services.folder.film, min(scene.night for scene in scenes)
    lines = [line for scene in scenes for line in _night_lines(scene, pages)]
    purses = [services.ledger.balance(f"night:{name}") for name in sorted({scene.night for scene in scenes})]
    spent = " · ".join(f"${rounded_usd(b.settled)} of ${rounded_usd(b.cap or 0)}" for b in purses)
    ready = sum(scene.counted("done") for scene in scenes)
    title = f"{film.title}: {_counted(ready, 'draft')} ready after the night of {night}, {spent}"
    asked = sum(binding.price_microusd for scene in scenes for binding in _asked(services, scene.scene).values())
    if asked:
        lines += ["", f"The finals of every shot that waits would cost ${rounded_usd(asked)} at today's prices."]
    words = MessageText(
        title, _body([*lines, "", _NOTHING]), next((p for s in scenes if (p := _sheet(services, s.scene))), "")
    )
    return _message(services, "digest", f"film:{film.code}", [film.code, night], words, due=due)


def mention(services: Services, shot: str, text: str, *, by: str, number: int, name: str) -> Message:
    """A note names a person. `text`: its words, "" for those of a private shot."""
    scene, own = scene_of_shot(shot), services.folder.film.notify.address_of(name)
    said = text.strip() or "The shot is private: read the note in the room."
    words = MessageText(
        f"{by} mentioned {name} on {shot}", _body([said, "", _look(services, scene, f"gate review {scene}")])
    )
    told = _message(services, "mention", f"shot:{shot}", [shot, number, name], words)
    return told.model_copy(update={"to": (own,) if own else ()})


def _night_lines(scene: SceneNight, pages: Mapping[str, str]) -> list[str]:
    told = ", ".join(
        f"{number} {word}" + (f" ({why})" if word == "blocked" and (why := scene.blocked_by()) else "")
        for number, word in scene.counts()
    )
    page = pages.get(scene.scene)
    return [
        f"{scene.scene} dailies: {told}.",
        *([f"  {redacted(scene.message)[:400]}"] if scene.left_over and scene.message else []),
        f"  {page}" if page else f"  gate dailies {scene.scene}",
    ]


def _asked(services: Services, scene: str) -> dict[str, Binding]:
    now = bindings_now(services, services.scene(scene))
    return {shot: now[shot] for shot in services.ledger.refusals(now.values())}


def _waiting(services: Services, scene: str, missing: Mapping[str, Binding]) -> MessageText:
    total = sum(binding.price_microusd for binding in missing.values())
    title = f"{scene}: {_counted(len(missing), 'final')} for ${rounded_usd(total)}?"
    shots = ", ".join(f"{shot.partition('_')[2]} {binding.resolution}" for shot, binding in missing.items())
    wait = "waits" if len(missing) == 1 else "wait"
    asks = (
        f"{_counted(len(missing), 'final')} of {services.folder.film.title} {scene} {wait} for your approval: {shots}."
    )
    lines = [asks, _price(services, scene, total), _look(services, scene, f"gate approve {scene}"), _NOTHING]
    return MessageText(title, _body(lines), _sheet(services, scene))


def _price(services: Services, scene: str, total: int) -> str:
    budget = services.folder.film.budget
    balance = services.ledger.balance(f"scene:{scene}")
    cap = balance.cap if balance.cap is not None else budget.scene_usd
    left = max(0, cap - balance.settled - balance.held)
    effect = (
        f"${format_usd(left - total)} then left" if total <= left else f"${format_usd(total - left)} more than is left"
    )
    return (
        f"Price: up to ${format_usd(total)}. The scene's cap of ${format_usd(cap)} has ${format_usd(left)} "
        f"left; {effect}."
    )


def _look(services: Services, scene: str, command: str, before: str = "Or") -> str:
    """Where it is looked at, and the same on a terminal."""
    up = read_up(services.settings)
    out = services.settings.out / scene
    room = room_of(services.settings)
    place = f"{room}/r/{scene}" if room else up.page_url if up else str(out) if out.is_dir() else ""
    film = services.settings.film
    return "\n".join([*([f"Look: {place}"] if place else []), f"{before}: {command} --film {film}"])


def _sheet(services: Services, scene: str) -> str:
    path = services.settings.out / scene / f"{scene}_contact_sheet.jpg"
    return str(path) if path.is_file() else ""


def _message(
    services: Services,
    event: Event,
    scope: str,
    about: Sequence[object],
    words: MessageText,
    due: datetime | None = None,
) -> Message:
    now = services.ledger.now().isoformat(timespec="seconds")
    return Message(
        event=event,
        key=hash_json([event, *about]),
        scope=scope,
        made_at=now,
        due=due.isoformat(timespec="seconds") if due else now,
        title=words.title[:_TITLE_MAX],
        body=words.body[:_BODY_MAX],
        picture=words.picture,
    )


def _hashes(bindings: Mapping[str, Binding]) -> list[str]:
    return [hash_json(bindings[shot].model_dump(mode="json")) for shot in sorted(bindings)]


def _body(lines: Sequence[str]) -> str:
    return "\n".join(lines)


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
