"""An edit of one scene, put into the film as it is now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from manifests.names import scene_of_shot
from production.post.conform.wanted import WantedEnd, WantedShot
from production.post.errors import OffTheCut
from production.post.layout import CutElement


def spliced(shown: Sequence[WantedShot], now: Sequence[CutElement], scene: str) -> list[WantedShot]:
    """The film with this scene as the edit shows it, ending as it does now; at the film's end, where the film does not
    show it yet. Raises OffTheCut where its shots stand in several places.
    """
    own = [at for at, each in enumerate(now) if each.shot and scene_of_shot(each.shot.id) == scene]
    start, stop = (own[0], own[-1] + 1) if own else (len(now), len(now))
    if stop - start != len(own):
        cause = "its shots stand in several places of the film, so an edit of it alone has no place"
        raise OffTheCut(scene, cause, "Import an edit of the whole film, without --scene")
    before, after = [_as_it_is(each) for each in now[:start]], [_as_it_is(each) for each in now[stop:]]
    ends = _end(now[stop - 1]) if after else None
    film = [*before, *shown[:-1], replace(shown[-1], ends=ends), *after]
    return [*film[:-1], replace(film[-1], ends=None)]


def _as_it_is(element: CutElement) -> WantedShot:
    take = element.entry.take if element.entry else None
    return WantedShot(
        element.frames,
        element.first,
        element.shot,
        take=take or "",
        standing=take is None,
        card=element.card or "",
        ends=_end(element),
    )


def _end(element: CutElement) -> WantedEnd:
    if not element.overlap:
        return WantedEnd(sound_s=element.ends.sound_s)
    return WantedEnd(element.ends.kind, element.overlap, element.ends.direction)
