"""gate schema: the JSON Schemas of what people edit."""

from __future__ import annotations

import json
from pathlib import Path

import click

from desk.options import film_option, print_json


@click.command()
@click.argument("name", required=False)
@film_option
def schema(name: str | None, film: Path | None) -> None:
    """Print the schema of one kind of file (film, scene, character, …), or write all into .gate/schema/ for the editor."""
    from manifests import schema as schemas
    from wiring.settings import read_settings

    if name is not None:
        if name not in schemas.EDITED:
            raise click.BadParameter(f"{name} is none of {', '.join(schemas.EDITED)}", param_hint="NAME")
        print_json(schemas.schema(name))
        return
    settings = read_settings(film)
    if not (settings.film / "film.yaml").exists():
        raise click.UsageError(f"{settings.film} holds no film.yaml to write schemas beside; name one kind to print it")
    click.echo(f"Wrote {write_schemas(settings.state / 'schema')}")


def write_schemas(folder: Path) -> Path:
    """Write every schema into `folder`."""
    from manifests import schema as schemas

    folder.mkdir(parents=True, exist_ok=True)
    for kind in schemas.EDITED:
        (folder / f"{kind}.json").write_text(json.dumps(schemas.schema(kind), indent=1, ensure_ascii=False) + "\n")
    return folder
