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
    "bible/style.yaml": (
        "style",
        '# The look of the whole film, in physical words; every prompt ends with them.\nwords: ""\n',
    ),
}
_TITLE_CHARS_MAX = 200
_PLAIN = {
    ".gitignore": ".gate/\nout/\neyes/\n.env\n*.mp4\n",
    ".env.example": "# Keys of paid providers go into .env, never into a .yaml file.\n",
}


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--title", default=None, help="The film's title. Default: from the folder's name.")
def init(folder: Path, title: str | None) -> None:
    """Create an empty film in FOLDER, with its budget, its style and JSON Schemas for your editor."""
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
        f"Created {name} in {folder}. It is empty: no scene, no character, no place.\n"
        f"Next, from a script:\n  gate import SCRIPT --film {folder}\n"
        f"or by hand:\n  gate new place --film {folder}\n"
        "The steps from here to the first animatic: docs/your-film.md"
    )
