"""A film as a shot list, and cells back as a shot's fields."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pydantic import JsonValue

from manifests.keys import hash_json
from manifests.privacy import PRIVATE
from manifests.scene import Scene, Shot
from manifests.story.imported import Fields
from production.story.errors import Unplaceable
from production.story.formats.columns import COLUMNS, MOVES, SIZES, Row, meaning
from production.story.formats.write_csv import as_csv
from production.story.naming import slug
from production.story.speaking import LISTED_MAX_S, length_s, pieces, timed

_LINE = re.compile(
    r"(?P<who>[^:\n]{1,60}?)(?:\s+(?P<from>\d+(?:\.\d+)?)-(?P<to>\d+(?:\.\d+)?)\s*s?)?\s*:\s*(?P<text>.+)"
)
_LENGTH = re.compile(r"(?:(?P<minutes>\d+):)?(?P<seconds>\d+(?:[.,]\d+)?)\s*(?:s|sec|secs|seconds|\")?", re.IGNORECASE)


def write_list(scenes: Sequence[Scene], encoding: str) -> bytes:
    """All shots as CSV for a spreadsheet. Raises Unplaceable for a letter that the encoding lacks."""
    rows = ([row[column] for column in COLUMNS] for row in rows_of(scenes))
    return as_csv("the shot list", COLUMNS, rows, encoding)


def rows_of(scenes: Sequence[Scene]) -> Iterator[Row]:
    """One row for each shot."""
    for scene in scenes:
        for shot in scene.shots:
            yield row_of(scene, shot)


def row_of(scene: Scene, shot: Shot) -> Row:
    """A shot's row. Of a private shot no words are told."""
    lines = [f"{line.character} {line.from_s:g}-{line.to_s:g}: {' '.join(line.text.split())}" for line in shot.dialogue]
    row = {
        "Scene": scene.called or scene.id,
        "Shot": shot.id,
        "Name": shot.called or "",
        "Status": "proposed" if shot.proposed else "",
        "Place": shot.location,
        "Cast": ", ".join(f"{member.character}/{member.wardrobe}" for member in shot.cast),
        "Size": shot.camera.size.replace("_", " "),
        "Move": shot.camera.move.replace("_", " "),
        "Lens": PRIVATE if shot.private else shot.camera.lens,
        "Length": f"{shot.duration_s:g} s",
        "Action": PRIVATE if shot.private else _one_line(shot.motion),
        "Dialogue": PRIVATE if shot.private else "\n".join(lines),
        "Sound": PRIVATE if shot.private else _one_line(shot.sound),
    }
    return row | {"Check": hash_json(row)[:10]}


def fields_of(row: Row, worn: dict[str, str], place: str, people: dict[str, str]) -> Fields:
    """A new shot's fields. `worn`: the wardrobe of each character; `place`: where a row names none; `people`: takes the
    names of those who are new. Raises Unplaceable.
    """
    name = row.get("Name") or row.get("Shot", "")
    fields: Fields = {"called": name[:40]} if name else {}
    if row.get("Status", "").lower() == "proposed":
        fields["proposed"] = True
    fields["location"] = slug(row.get("Place") or place)
    cast = cell_value("Cast", row.get("Cast", ""), worn, people)
    if cast:
        fields["cast"] = cast
    camera: dict[str, JsonValue] = {"size": cell_value("Size", row.get("Size") or "wide", worn, people)}
    if row.get("Move"):
        camera["move"] = cell_value("Move", row["Move"], worn, people)
    if row.get("Lens"):
        camera["lens"] = row["Lens"]
    fields |= {"camera": camera, "motion": row.get("Action") or "The place as it is."}
    lines = cell_value("Dialogue", row.get("Dialogue", ""), worn, people)
    said = (
        [(str(line["character"]), str(line["text"])) for line in lines or [] if isinstance(line, dict)]
        if isinstance(lines, list)
        else []
    )
    if lines:
        fields["dialogue"] = lines
    if row.get("Sound"):
        fields["sound"] = row["Sound"]
    needs = length_s(str(fields["motion"]), said)
    fields["duration_s"] = cell_value("Length", row["Length"], worn, people) if row.get("Length") else needs
    return fields


def cell_value(column: str, cell: str, worn: dict[str, str], people: dict[str, str]) -> JsonValue:
    """What a cell says, as a shot's file holds it. Raises Unplaceable where it says nothing that we know."""
    match column:
        case "Size" | "Move":
            if (found := meaning(cell, SIZES if column == "Size" else MOVES)) is None:
                known = ", ".join(name.replace("_", " ") for name in (SIZES if column == "Size" else MOVES))
                raise Unplaceable(f"{column} {cell!r}", "no such word", f"Write one of: {known}.")
            return found
        case "Length":
            return _seconds(cell)
        case "Cast":
            return [_member(each, worn, people) for each in re.split(r"[,;\n+&]| and ", cell) if each.strip()]
        case "Dialogue":
            return list(_lines(cell, people))
        case "Place":
            return slug(cell)
        case _:
            return cell


def _seconds(cell: str) -> float:
    found = _LENGTH.fullmatch(cell.strip())
    seconds = 60 * float(found["minutes"] or 0) + float(found["seconds"].replace(",", ".")) if found else 0.0
    if not 1 <= seconds <= LISTED_MAX_S:
        raise Unplaceable(f"Length {cell!r}", f"a shot has 1 to {LISTED_MAX_S:g} seconds", "Write it as 4.5 s.")
    return seconds


def _member(cell: str, worn: dict[str, str], people: dict[str, str]) -> JsonValue:
    who, _, look = cell.strip().partition("/")
    people.setdefault(slug(who), who.strip())
    return {"character": slug(who), "wardrobe": slug(look) if look.strip() else worn.get(slug(who), "plain")}


def _lines(cell: str, people: dict[str, str]) -> Iterator[JsonValue]:
    """Lines, each "WHO: words" or "WHO 0.8-3.4: words"; those without times come one after the other."""
    said: list[tuple[str, str]] = []
    times: list[tuple[float, float] | None] = []
    for text in filter(str.strip, cell.split("\n")):
        found = _LINE.fullmatch(text.strip())
        if found is None:
            raise Unplaceable(f"Dialogue {text!r}", "it does not say who speaks", "Write it as ILSE: words.")
        people.setdefault(slug(found["who"]), found["who"].strip())
        given = (float(found["from"]), float(found["to"])) if found["from"] else None
        parts = [found["text"].strip()] if given else list(pieces(found["text"]))
        said += [(slug(found["who"]), part) for part in parts]
        times += [given] * len(parts)
    for line, given in zip(timed(said), times, strict=True):
        yield line | ({"from_s": given[0], "to_s": given[1]} if given else {})


def _one_line(text: str) -> str:
    return " ".join(text.split())
