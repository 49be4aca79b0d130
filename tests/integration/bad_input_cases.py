"""What is done to a good film, or typed at it, and what the one sentence about it names."""

from __future__ import annotations

import os
import shutil
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

FRONT = "assets/characters/ada/coat/front.png"
SHOT = "scenes/SC010.yaml"
Spoil = Callable[[Path], object]
BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{b}: &{b} [{', '.join([f'*{a}'] * 10)}]\n" for a, b in zip("abcdefg", "bcdefgh", strict=True)
)
PRICES = """\
schema: gate/prices/1
prices:
  - {provider: previz, model: previz-clip-1, operation: clip, resolutions: [480p], unit: output_second, usd: "0.10", \
source: a test, as_of: 2026-01-01}
"""


@dataclass(frozen=True)
class Case:
    """What is done to a good film, what is typed, and what the sentence names."""

    name: str
    says: tuple[str, ...]
    spoil: Spoil = lambda film: None
    typed: tuple[str, ...] = ("plan", "SC010")


def put(file: str, content: bytes | str) -> Spoil:
    return lambda film: (film / file).write_bytes(content.encode() if isinstance(content, str) else content)


def swap(file: str, old: str, new: str) -> Spoil:
    def spoil(film: Path) -> None:
        text = (film / file).read_text()
        assert text.count(old) >= 1, f"{file} has no {old!r}"
        (film / file).write_text(text.replace(old, new, 1))

    return spoil


def gone(file: str) -> Spoil:
    return lambda film: (film / file).unlink()


def folder_for(file: str) -> Spoil:
    return lambda film: ((film / file).unlink(), (film / file).mkdir())


def link_to(file: str, target: str) -> Spoil:
    return lambda film: ((film / file).unlink(missing_ok=True), (film / file).symlink_to(target))


def pipe(file: str) -> Spoil:
    return lambda film: ((film / file).unlink(), os.mkfifo(film / file))


def png_claiming(width: int, height: int) -> bytes:
    """A PNG of a few bytes whose header claims any size."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def bible_in_a_ring(film: Path) -> None:
    shutil.rmtree(film / "bible")
    (film / "bible").symlink_to("bible")


def as_utf_16(film: Path) -> None:
    (film / "film.yaml").write_text((film / "film.yaml").read_text(), encoding="utf-16")


def cut_short(film: Path) -> None:
    Image.effect_noise((64, 64), 90).save(film / FRONT)
    (film / FRONT).write_bytes((film / FRONT).read_bytes()[:-700])


def that_moves(film: Path) -> None:
    frames = [Image.new("RGBA", (40, 120), colour) for colour in ("red", "green")]
    frames[0].save(film / FRONT, save_all=True, append_images=frames[1:])


MANIFESTS = [
    Case("no film there", ("there is no film.yaml", "gate init DIR"), gone("film.yaml")),
    Case("a folder called film.yaml", ("film.yaml", "not an ordinary file"), folder_for("film.yaml")),
    Case("a pipe called ada.yaml", ("ada.yaml", "not an ordinary file"), pipe("bible/characters/ada.yaml")),
    Case("an empty film.yaml", ("film.yaml:1:1", "holds no fields"), put("film.yaml", "")),
    Case(
        "a threshold that no rule reads",
        ("rule P109", "none of this code", "gate rule lists all"),
        lambda film: put("film.yaml", (film / "film.yaml").read_text() + "thresholds: {P109: 0.5}\n")(film),
    ),
    Case("a list for a film", ("film.yaml:1:1", "holds no fields"), put("film.yaml", "- title: Tea\n")),
    Case("no YAML at all", ("film.yaml:1:", "Fix the YAML"), put("film.yaml", "{{{ title")),
    Case("another YAML", ("film.yaml:1:1", "16:9 is 969"), swap("film.yaml", "title", "%YAML 1.1\n---\ntitle")),
    Case("two documents", ("film.yaml:2:1", "another document"), swap("film.yaml", "code", "---\ncode")),
    Case("a bible that links to itself", ("style.yaml", "symbolic links"), bible_in_a_ring),
    Case("tabs", ("SC010.yaml:11:", "'\\t'"), swap(SHOT, "    camera", "\tcamera")),
    Case("a field twice", ("film.yaml:6:3", "duplicate key", "film_usd"), swap("film.yaml", "scene_usd", "film_usd")),
    Case("UTF-16", ("film.yaml:1:1", "not UTF-8", "Save it as UTF-8"), as_utf_16),
    Case("Latin-1", ("ada.yaml:2:1", "not UTF-8"), put("bible/characters/ada.yaml", b"id: ada\nname: Ad\xe9\n")),
    Case("three megabytes", ("film.yaml", "3000000 bytes", "at most 2000000"), put("film.yaml", b"#" * 3_000_000)),
    Case("an alias bomb", ("film.yaml", "more than 50000 values"), put("film.yaml", BOMB)),
    Case(
        "an alias of itself",
        ("film.yaml:4:9", "refers to itself"),
        swap("film.yaml", "budget:", "budget: &b\n  again: *b"),
    ),
    Case("a thousand levels", ("film.yaml", "nests"), put("film.yaml", "title: " + "[" * 1000 + "]" * 1000)),
    Case(
        "ten thousand levels",
        ("film.yaml:1:28", "deeper than 20 levels"),
        put("film.yaml", "title: " + "[" * 10_000 + "]" * 10_000),
    ),
    Case(
        "a thousand levels of indentation",
        ("film.yaml:22:", "deeper than 20 levels"),
        put("film.yaml", "".join(f"{' ' * n}a:\n" for n in range(1000))),
    ),
    Case(
        "many levels in what is not YAML 1.1",
        ("film.yaml:2:", "deeper than 20 levels"),
        put("film.yaml", 'title: {a: 1,"b":c}\ncode: ' + "[" * 10_000),
    ),
    Case("a shot in Arabic digits", ("SC010.yaml:5:5 shots.0.id", "SC٠١٠"), swap(SHOT, "SC010_SH0010", "SC٠١٠_SH٠٠١٠")),
    Case("a rule in Arabic digits", ("thresholds", "V١٠٢"), swap("film.yaml", "code", "thresholds: {V١٠٢: 0.5}\ncode")),
    Case(
        "hours in Arabic digits",
        ("film.yaml", "notify"),
        swap("film.yaml", "code", 'notify: [{to: "json://h", quiet: "٢٢:00-06:00"}]\ncode'),
    ),
    Case(
        "a tag that would run code", ("film.yaml:1:1 title", "tag"), swap("film.yaml", "Tea", "!!python/name:os.system")
    ),
    Case("a NUL in a text", ("film.yaml:1:1 title", "'\\x00'"), swap("film.yaml", "Tea", '"T\\0a"')),
    Case(
        "a missing field", ("film.yaml:4:1 budget.shot_usd", "missing"), swap("film.yaml", '  shot_usd: "1.00"\n', "")
    ),
    Case("an unknown field", ("film.yaml:1:1 fbs", "no such field"), swap("film.yaml", "title", "fbs: 24\ntitle")),
    Case("a misspelt field", ("SC010.yaml:9:9", "wardobe", "wardrobe?"), swap(SHOT, "wardrobe", "wardobe")),
    Case(
        "an amount without quotes", ("film.yaml:6:3 budget.scene_usd", "in quotes"), swap("film.yaml", '"3.00"', "3.00")
    ),
    Case("an amount of NaN", ("film.yaml:5:3", "'NaN'"), swap("film.yaml", '"9.00"', '"NaN"')),
    Case("a bare infinity", ("film.yaml:5:3", "in quotes"), swap("film.yaml", '"9.00"', ".inf")),
    Case("a negative amount", ("film.yaml:5:3", "'-1'"), swap("film.yaml", '"9.00"', '"-1"')),
    Case("an amount of 1e400", ("film.yaml:5:3", "'1e400'"), swap("film.yaml", '"9.00"', '"1e400"')),
    Case("an amount in Arabic digits", ("film.yaml:5:3", "in quotes"), swap("film.yaml", '"9.00"', '"١٠"')),
    Case("an amount with an underscore", ("film.yaml:5:3", "'1_0'"), swap("film.yaml", '"9.00"', '"1_0"')),
    Case("more than six decimals", ("film.yaml:5:3", "0.1234567"), swap("film.yaml", '"9.00"', '"0.1234567"')),
    Case(
        "a shot called 0010", ("SC010.yaml:5:5 shots.0.id", "it is 10", "in quotes"), swap(SHOT, "SC010_SH0010", "0010")
    ),
    Case(
        "a truth called no",
        ("SC010.yaml:5:5 shots.0.chain", "'no'", "true or false"),
        swap(SHOT, "- id", "- chain: no\n    id"),
    ),
    Case("an aspect that is a time", ("film.yaml:3:1 aspect", "16:9"), swap("film.yaml", '"16:9"', "12:30")),
    Case("a number in quotes", ("SC010.yaml:15:5", "duration_s"), swap(SHOT, "duration_s: 4", 'duration_s: "4"')),
    Case("a date for a title", ("film.yaml:1:1 title", "in quotes"), swap("film.yaml", "Tea", "2026-11-21")),
    Case("an endless shot", ("SC010.yaml:15:5", "duration_s"), swap(SHOT, "duration_s: 4", "duration_s: .inf")),
    Case("half a frame", ("SC010.yaml:5:5 shots.0", "whole number of frames"), swap(SHOT, "_s: 4", "_s: 4.02")),
    Case(
        "an unknown character",
        ("SC010.yaml:8:9", "no character eve", "ada"),
        swap(SHOT, "character: ada", "character: eve"),
    ),
    Case("an unknown wardrobe", ("SC010.yaml:9:9", "no wardrobe hat", "coat"), swap(SHOT, "coat", "hat")),
    Case("an unknown location", ("SC010.yaml:6:5", "no location moon", "kitchen"), swap(SHOT, "kitchen", "moon")),
    Case(
        "an unknown prop",
        ("SC010.yaml", "no prop cup"),
        swap(SHOT, "camera", "props: [{prop: cup, start: {x: 1, y: 1, scale: 1}}]\n    camera"),
    ),
    Case("a shot twice", ("SC010.yaml:4:1 shots", "each once"), swap(SHOT, "SH0020", "SH0010")),
    Case("shots out of order", ("SC010.yaml:4:1 shots", "SH0005 stands after"), swap(SHOT, "SH0020", "SH0005")),
    Case(
        "a chain to nothing",
        ("SC010.yaml:4:1 shots", "drop chain"),
        swap(SHOT, "duration_s: 4", "duration_s: 4\n    chain: true"),
    ),
    Case("a line after the end", ("SC010.yaml:5:5", "ends at 9.0 s"), swap(SHOT, "to_s: 2", "to_s: 9")),
    Case(
        "a shot of another scene", ("SC010.yaml:4:1", "not a shot of SC010"), swap(SHOT, "SC010_SH0020", "SC020_SH0020")
    ),
    Case(
        "a scene in a file of another name",
        ("SC011.yaml:1:1 id", "Change id to SC011", "in its shots too", "sed -i.bak"),
        lambda film: (film / "scenes/SC011.yaml").write_bytes((film / SHOT).read_bytes()),
    ),
    Case(
        "a scene in a file of any name",
        ("copy.yaml:1:1 id", "like SC020.yaml"),
        lambda film: (film / "scenes/copy.yaml").write_bytes((film / SHOT).read_bytes()),
    ),
    Case(
        "a copied character",
        ("eve.yaml:1:1 id", "Change id to eve."),
        lambda film: (film / "bible/characters/eve.yaml").write_bytes(
            (film / "bible/characters/ada.yaml").read_bytes()
        ),
    ),
    Case(
        "a scene without shots",
        ("SC010.yaml:4:1 shots", "the scene has no shots", "first shot below `shots:`"),
        put(SHOT, "id: SC010\ntitle: Tea\nintent: She waits.\nshots: []\n"),
    ),
    Case(
        "a scene whose shots are nothing",
        ("SC010.yaml:4:1 shots", "a list should stand", "a dash"),
        put(SHOT, "id: SC010\ntitle: Tea\nintent: She waits.\nshots:\n"),
    ),
    Case(
        "a path for an id", ("ada.yaml:1:1 id", "'../ada'"), swap("bible/characters/ada.yaml", "id: ada", "id: ../ada")
    ),
    Case(
        "a provider nobody knows", ("'prewiz'", "previz?"), swap("film.yaml", "code", "providers: {clip: prewiz}\ncode")
    ),
    Case(
        "a grade that is not there",
        ("film.yaml:2:10 finish.grade", "look.cube"),
        swap("film.yaml", "code", "finish: {grade: look.cube}\ncode"),
    ),
    Case(
        "a shot's grade that is not there",
        ("SC010.yaml:16:5 shots.0.grade", "dusk.cube"),
        swap(SHOT, "duration_s: 4", "duration_s: 4\n    grade: dusk.cube"),
    ),
    Case(
        "a grade from elsewhere",
        ("finish.grade", "in the film's folder"),
        swap("film.yaml", "code", "finish: {grade: looks/../../x.cube}\ncode"),
    ),
    Case(
        "a name that reaches for attributes",
        ("film.yaml:2:1 naming", "may use"),
        swap("film.yaml", "code", 'naming: "{shot.secret}"\ncode'),
    ),
    Case(
        "a lock with half a hash",
        ("lock.yaml:2:15", "sha256"),
        put("lock.yaml", "assets:\n  props/cup: {sha256: abc, width: 1, height: 1, approved_by: me}\n"),
    ),
]
MEDIA = [
    Case("a text for a picture", (FRONT, "not a PNG"), put(FRONT, "not a picture")),
    Case("a picture of no bytes", (FRONT, "not a PNG"), put(FRONT, b"")),
    Case("an SVG for a picture", (FRONT, "not a PNG"), put(FRONT, "<svg xmlns='http://www.w3.org/2000/svg'/>")),
    Case("a playlist for a picture", (FRONT, "not a PNG"), put(FRONT, "#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n")),
    Case("a picture that claims 3600 megapixels", (FRONT, "pixels", "8192"), put(FRONT, png_claiming(60_000, 60_000))),
    Case("a picture that claims 100 megapixels", (FRONT, "pixels", "8192"), put(FRONT, png_claiming(10_000, 10_000))),
    Case("a picture too wide", (FRONT, "9000x2 pixels"), put(FRONT, png_claiming(9000, 2))),
    Case("a picture of 49 megapixels", (FRONT, "7000x7000 pixels"), put(FRONT, png_claiming(7000, 7000))),
    Case("a picture cut short", (FRONT, "damaged"), cut_short, ("lock", "--yes")),
    Case("a picture that moves", (FRONT, "moves"), that_moves, ("lock", "--yes")),
    Case("a picture that links to itself", (FRONT, "to itself"), link_to(FRONT, "front.png")),
    Case("a picture from elsewhere", (FRONT, "out of the film's assets"), link_to(FRONT, "/etc/hostname")),
    Case("a pipe for a picture", (FRONT, "not a file"), pipe(FRONT), ("run", "SC010")),
    Case(
        "a picture without a canonical name",
        ("Front View.png", "VIEW.png"),
        put("assets/Front View.png", b""),
        ("lock", "--yes"),
    ),
]
TYPED = [
    Case("an unknown command", ("No such command 'rum'",), typed=("rum", "SC010")),
    Case("an unknown option", ("--capp", "--cap"), typed=("run", "SC010", "--capp", "1")),
    Case("a cap of letters", ("--cap", "'abc'"), typed=("run", "SC010", "--cap", "abc")),
    Case("a negative cap", ("--cap", "'-1'"), typed=("run", "SC010", "--cap", "-1")),
    Case("a cap of 1e9999", ("--cap", "'1e9999'"), typed=("run", "SC010", "--cap", "1e9999")),
    Case("an unknown scene", ("SC999", "it has SC010", "scenes/SC999.yaml"), typed=("run", "SC999")),
    Case("a scene with a path in it", ("no such scene", "like SC010"), typed=("plan", "../../etc")),
    Case("a scene with a newline in it", ("SC010\\n", "no such scene"), typed=("status", "SC010\nrm")),
    Case("a shot for a scene", ("SC010_SH0010", "like SC010"), typed=("plan", "SC010_SH0010")),
    Case("an unknown shot", ("SC010_SH9999", "SC010_SH0020"), typed=("explain", "SC010_SH9999")),
    Case("a scene for a shot", ("SC010 is not a shot ID",), typed=("explain", "SC010")),
    Case("an approval of an unknown shot", ("SC010_SH9999",), typed=("approve", "SC010_SH9999", "--yes")),
    Case("an approval up to a bad amount", ("--max", "'lots'"), typed=("approve", "SC010", "--max", "lots", "--yes")),
    Case(
        "a cap of nothing known",
        ("'bogus'", "scene:SC010"),
        typed=("cap", "bogus", "--usd", "1", "--why", "w", "--yes"),
    ),
    Case(
        "a cap of an unknown scene",
        ("SC999", "it has SC010"),
        typed=("cap", "scene:SC999", "--usd", "1", "--why", "w", "--yes"),
    ),
    Case("a cap without a reason", ("--why",), typed=("cap", "scene:SC010", "--usd", "1", "--yes")),
    Case("an unknown rule", ("V999", "Did you mean"), typed=("rule", "V999")),
    Case("an unknown schema", ("filn",), typed=("schema", "filn")),
    Case("a price file that is not there", ("p.yaml", "cannot be read"), typed=("plan", "SC010", "--prices", "p.yaml")),
    Case(
        "a price file without an end",
        ("/dev/zero", "not an ordinary file"),
        typed=("plan", "SC010", "--prices", "/dev/zero"),
    ),
    Case(
        "a flaw script without an end",
        ("/dev/zero", "not an ordinary file"),
        typed=("run", "SC010", "--flaws", "/dev/zero"),
    ),
    Case("keys without an end", ("/dev/zero",), typed=("review", "--keys", "/dev/zero", "--host", "0.0.0.0")),
    Case(
        "a log without an end",
        ("/dev/zero",),
        put("m.yaml", "source: x\n"),
        ("log", "import", "/dev/zero", "--map", "/dev/zero"),
    ),
    Case("a rehearsal without an end", ("/dev/zero",), typed=("rehearse", "SC010", "--script", "/dev/zero")),
    Case(
        "a price file that is not YAML",
        ("p.yaml:1:", "not YAML"),
        put("p.yaml", "{{{ x"),
        ("plan", "SC010", "--prices", "p.yaml"),
    ),
    Case(
        "a price by an unknown unit",
        ("p.yaml:3:", "unit"),
        put("p.yaml", PRICES.replace("output_second", "gpu_second")),
        ("run", "SC010", "--prices", "p.yaml"),
    ),
    Case(
        "a price as a bare number",
        ("p.yaml:3:", "usd"),
        put("p.yaml", PRICES.replace('"0.10"', "0.10")),
        ("run", "SC010", "--prices", "p.yaml"),
    ),
    Case(
        "an unknown flaw",
        ("f.yaml", "there is no flaw 'frosen'", "frozen?"),
        put("f.yaml", "- {shot: SC010_SH0010, stage: clip, flaw: frosen}\n"),
        ("run", "SC010", "--flaws", "f.yaml"),
    ),
    Case(
        "a flaw script that is not YAML",
        ("f.yaml:1:", "cannot be read"),
        put("f.yaml", "{{{ x"),
        ("run", "SC010", "--flaws", "f.yaml"),
    ),
    Case("a film begun where one is", ("is not empty",), typed=("init", ".")),
    Case("a title of two lines", ("--title",), typed=("init", "new", "--title", "a\nb")),
    Case(
        "a demo where something else is",
        ("holds something else", "--into DIR"),
        gone("film.yaml"),
        ("demo", "--into", "."),
    ),
    Case(
        "a demo where another film is", ("no such scene",), lambda film: (film / SHOT).unlink(), ("demo", "--into", ".")
    ),
    Case("schemas where no film is", ("film.yaml",), gone("film.yaml"), ("schema",)),
]
