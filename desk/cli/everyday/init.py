"""gate init: begin a film in an empty folder."""

from __future__ import annotations

import json
import re
from pathlib import Path

import click

from desk.cli.tools.schema import write_schemas

_FILES: dict[str, tuple[str, str]] = {
    "film.yaml": (
        "film",
        """\
title: {title}
code: {code}
fps: 24
aspect: "16:9"
# No more than this is ever spent or promised. Raise one with: gate cap scene:SC010 --usd 20.00 --why "..."
budget: {{film_usd: "60.00", scene_usd: "15.00", run_usd: "15.00", shot_usd: "4.00"}}
limits: {{attempts: 3, same_flaw: 2, lanes: 2, drift_every: 5}}
providers: {{panel: previz, clip: previz}}
""",
    ),
    "bible/style.yaml": ("style", "words: Soft evening light, clear silhouettes.\n"),
    "bible/characters/ada.yaml": (
        "character",
        """\
id: ada
name: Ada
height_m: 1.7
# Face, hair, age and build: locked words of every prompt. Never clothes.
identity: "Woman of 40, short dark hair, round glasses."
wardrobes:
  coat: {{words: "a long grey coat, black boots."}}
""",
    ),
    "bible/locations/kitchen.yaml": (
        "location",
        """\
id: kitchen
name: The kitchen
words: "a narrow kitchen with a blue table and one window."
light: "morning light from the window."
""",
    ),
    "scenes/SC010.yaml": (
        "scene",
        """\
id: SC010
title: First scene
intent: What the scene is for, in one line.
shots:
  - id: SC010_SH0010
    location: kitchen
    cast:
      # x, y: the point between the feet, in fractions of the frame; scale: the height in frame heights.
      - {{character: ada, wardrobe: coat, start: {{x: 0.4, y: 0.95, scale: 0.6, facing: three_quarter}}}}
    camera: {{size: full, move: push_in, amount: 0.1, lens: 35 mm}}
    motion: She sets a cup down on the table and looks up at the window.
    duration_s: 4
""",
    ),
}
_TOLD = re.compile(r"""(?:words|identity|light|intent|motion): (?:"([^"]+)"|([^"{}\n][^{}\n]*))""")
TEMPLATE_WORDS = frozenset(
    (quoted or plain).strip() for _, text in _FILES.values() for quoted, plain in _TOLD.findall(text)
)
"""The words that a new film begins with: `gate lint` warns of them until somebody writes the film's own."""

_TITLE_CHARS_MAX = 200
_PLAIN = {
    ".gitignore": ".gate/\nout/\neyes/\n.env\n*.mp4\n",
    ".env.example": "# Keys of paid providers go into .env, never into a .yaml file.\n",
}


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--title", default=None, help="The film's title. Default: from the folder's name.")
def init(folder: Path, title: str | None) -> None:
    """Create a film in FOLDER: one character, one location, one shot, and JSON Schemas for your editor."""
    if folder.exists() and any(folder.iterdir()):
        raise click.UsageError(f"{folder} is not empty; name a new folder")
    name = title or folder.resolve().name.replace("_", " ").replace("-", " ").title()
    if not name.strip() or not name.isprintable() or len(name) > _TITLE_CHARS_MAX:
        raise click.BadParameter(f"a title is one line of at most {_TITLE_CHARS_MAX} characters", param_hint="--title")
    code = (re.sub(r"[^A-Z0-9]", "", name.upper()).lstrip("0123456789") + "FILM")[:4]
    for path, (kind, text) in _FILES.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        schema = f"{'../' * path.count('/')}.gate/schema/{kind}.json"
        target.write_text(
            f"# yaml-language-server: $schema={schema}\n"
            + text.format(title=json.dumps(name, ensure_ascii=False), code=code)
        )
    for path, text in _PLAIN.items():
        (folder / path).write_text(text)
    write_schemas(folder / ".gate" / "schema")
    click.echo(
        f"Created {name} in {folder}.\nNext: add these pictures, each a PNG:\n"
        "  assets/characters/ada/coat/{front,three_quarter,side,back}.png   with transparency, feet on the "
        "bottom edge\n"
        "  assets/locations/kitchen.png                                     1920×1080\n"
        f"then:\n  gate lock --film {folder}\n  gate lint --film {folder}\n  gate run SC010 --film {folder}"
    )
