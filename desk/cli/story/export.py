"""gate export: the film as a script."""

from __future__ import annotations

from pathlib import Path

import click

from desk.cli.options import film_option, settings_for


@click.command()
@click.option("--fountain", is_flag=True, help="The script, in Fountain.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="A new file. Default: the terminal."
)
@film_option
def export(film: Path | None, output: Path | None, *, fountain: bool) -> None:
    """Write the film for other programs.

    Words that nobody changed since their import are the writer's own; import the file again and nothing changes.
    """
    if not fountain:
        raise click.UsageError("say what to write: --fountain")
    from manifests.reading.film_folder import read_film
    from production.story.exporting import export_script
    from production.story.formats.write_fountain import write_fountain

    text = write_fountain(export_script(read_film(settings_for(film).film)))
    if output is None:
        click.echo(text, nl=False)
    elif output.exists():
        raise click.BadParameter(f"{output} is there already; name a new file", param_hint="-o")
    else:
        output.write_text(text, encoding="utf-8")
        click.echo(f"Wrote {output}.")
