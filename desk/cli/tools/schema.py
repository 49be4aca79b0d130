"""gate schema: the JSON Schemas of what people edit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from desk.cli.options import film_option, print_json
from desk.cli.output_file import Output

if TYPE_CHECKING:
    from manifests.noun import Noun

_SCHEMA = Output("", "a schema", ".json", schema="gate/")


@click.command()
@click.argument("name", required=False)
@film_option
def schema(name: str | None, film: Path | None) -> None:
    """Print the schema of one kind of file (film, scene, character, …),
    or write all of them into .gate/schema/ for your editor.
    """
    from manifests.reading import json_schema as schemas
    from wiring.settings import read_settings

    if name is not None:
        if name not in (kinds := _kinds()):
            raise click.BadParameter(f"{name} is not one of {', '.join(kinds)}", param_hint="NAME")
        print_json(schemas.schema_of(kinds[name]))
        return
    settings = read_settings(film)
    if not (settings.film / "film.yaml").exists():
        raise click.UsageError(f"{settings.film} holds no film.yaml to write schemas beside; name one kind to print it")
    click.echo(f"Wrote {write_schemas(settings.state / 'schema')}")


def write_schemas(folder: Path) -> Path:
    """Write every schema into `folder`."""
    from manifests.reading import json_schema as schemas

    folder.mkdir(parents=True, exist_ok=True)
    for kind, noun in _kinds().items():
        text = json.dumps(schemas.schema_of(noun), indent=1, ensure_ascii=False) + "\n"
        _SCHEMA.write_text(folder / f"{kind}.json", text)
    return folder


def _kinds() -> dict[str, type[Noun]]:
    """Everything that people edit: a film's files, and the script of a rehearsal."""
    from manifests.reading.json_schema import EDITED
    from rehearsal.faults import Script

    return {**EDITED, "rehearsal": Script}
