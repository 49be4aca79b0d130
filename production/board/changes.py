"""What a composition changes in the shot's entry of its file: as few fields as can be. Pure.

The same list of changes is spliced into the file for a person, and proposed for an agent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from manifests.noun import Noun
from manifests.story.proposal import FieldChange
from production.board.composition import Composition, Item

Entry = Mapping[str, Any]
"""A mapping of the file, as plain values."""

_LISTS = (("cast", "character"), ("props", "prop"))


def changes_between(
    entry: Entry, before: Composition, after: Composition, *, coarse: bool = False
) -> tuple[FieldChange, ...]:
    """The fields that differ, in the order of the file. `entry`: the shot as it is written, whose id begins each place;
    a mark that is not written (the program gives one) is written whole when it changes. `coarse`: whole marks rather
    than numbers of marks, which makes fewer changes.
    """
    at = f"shots/{entry['id']}"
    found: list[FieldChange] = []
    if after.location != before.location:
        found.append(FieldChange(at=f"{at}/location", value=after.location))
    for field, key in _LISTS:
        found += _list_changes(f"{at}/{field}", entry, before, after, (field, key), coarse=coarse)
    found += _of_noun(f"{at}/camera", entry.get("camera", {}), before.camera, after.camera)
    if after.duration_s != before.duration_s:
        found.append(FieldChange(at=f"{at}/duration_s", value=_plain(after.duration_s)))
    return tuple(found)


def _list_changes(
    at: str, entry: Entry, before: Composition, after: Composition, names: tuple[str, str], *, coarse: bool
) -> Iterator[FieldChange]:
    field, key = names
    was = {item.name: item for item in before.items() if item.name.startswith(field)}
    now = {item.name: item for item in after.items() if item.name.startswith(field)}
    written = {each.get(key): each for each in entry.get(field) or ()}
    fixes = _arranged(before) != _arranged(after)
    if was and not now:
        yield FieldChange(at=at, remove=True)
        return
    new = [_entry_of(item) for name, item in now.items() if name not in was]
    if new and not entry.get(field):
        yield FieldChange(at=at, value=new)
    else:  # before any is taken out: a list is never left empty
        yield from (FieldChange(at=f"{at}/+", value=each) for each in new)
    for name, item in was.items():
        called = name.partition("/")[2]
        if name not in now:
            yield FieldChange(at=f"{at}/{called}", remove=True)
        elif item != now[name]:
            yield from _item_changes(f"{at}/{called}", written.get(called, {}), item, now[name], coarse=coarse)
        if fixes and name in now and now[name].start == item.start and "start" not in written.get(called, {}):
            yield FieldChange(at=f"{at}/{called}/start", value=_fields(item.start))


def _arranged(composition: Composition) -> object:
    """What the program looks at when it gives marks to those who have none: a change of it would move them."""
    return composition.location, composition.cast, composition.props, composition.camera


def _item_changes(at: str, written: Entry, was: Item, now: Item, *, coarse: bool) -> Iterator[FieldChange]:
    if (dress := getattr(now, "wardrobe", None)) != getattr(was, "wardrobe", None):
        yield FieldChange(at=f"{at}/wardrobe", value=dress)
    for which in ("start", "end"):
        old, new = getattr(was, which), getattr(now, which)
        if new == old:
            continue
        if new is None:
            yield FieldChange(at=f"{at}/{which}", remove=True)
        elif coarse or old is None or not isinstance(written.get(which), Mapping):
            yield FieldChange(at=f"{at}/{which}", value=_fields(new))
        else:
            yield from _of_noun(f"{at}/{which}", written[which], old, new)
    if now.layer != was.layer:
        yield _change(f"{at}/layer", now.layer, default=0, written="layer" in written)


def _of_noun(at: str, written: Any, was: Noun, now: Noun) -> Iterator[FieldChange]:
    """The fields of a mark or a camera that differ; one that goes back to its default is taken out."""
    for name, field in type(now).model_fields.items():
        old, new = getattr(was, name), getattr(now, name)
        if old == new:
            continue
        there = isinstance(written, Mapping) and name in written
        if isinstance(new, Noun) and there and isinstance(old, Noun):
            yield from _of_noun(f"{at}/{name}", written[name], old, new)
        elif isinstance(new, Noun):
            yield FieldChange(at=f"{at}/{name}", value=_fields(new))
        else:
            yield _change(f"{at}/{name}", new, default=field.default, written=there)


def _change(at: str, value: Any, *, default: Any, written: bool) -> FieldChange:
    gone = written and value == default and isinstance(value, bool | int) and not isinstance(value, float)
    return FieldChange(at=at, remove=True) if gone else FieldChange(at=at, value=_plain(value))


def _entry_of(item: Item) -> dict[str, Any]:
    """A new entry of the list as people write it."""
    told: dict[str, Any] = {
        name: getattr(item, name) for name in ("character", "prop", "wardrobe") if hasattr(item, name)
    }
    told["start"] = _fields(item.start)
    if item.end is not None:
        told["end"] = _fields(item.end)
    if item.layer:
        told["layer"] = item.layer
    return told


def _fields(noun: Noun) -> dict[str, Any]:
    """The fields of a mark without those that say what is said anyway."""
    fields = type(noun).model_fields
    said = {name: getattr(noun, name) for name in fields}
    return {
        name: _plain(value)
        for name, value in said.items()
        if fields[name].is_required() or value != fields[name].default
    }


def _plain(value: Any) -> Any:
    """A whole number without its point: people write 4, not 4.0."""
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) >= 1 else value


def shot_entry(document: Mapping[str, Any], shot: str) -> Entry | None:
    """The entry of a shot in a scene's file, as plain values."""
    shots: Sequence[Entry] = document.get("shots") or ()
    return next((each for each in shots if isinstance(each, Mapping) and each.get("id") == shot), None)
