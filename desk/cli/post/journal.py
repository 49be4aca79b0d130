"""gate journal: how the film was made, as a static site."""

from __future__ import annotations

from pathlib import Path

import click

from desk.cli.options import film_option, json_option, print_json, read_film
from desk.cli.progress import counted_progress


@click.command()
@click.argument("scenes", nargs=-1, metavar="[SCENE]...")
@click.option(
    "--into", type=click.Path(path_type=Path, file_okay=False), help="The folder of the site. Default: out/journal."
)
@click.option("--open", "show", is_flag=True, help="Open the first page in your browser.")
@film_option
@json_option
def journal(scenes: tuple[str, ...], into: Path | None, film: Path | None, *, show: bool, as_json: bool) -> None:
    """Write how the film was made as a web site that plays from a disk: a page a day and a page a shot, every call with
    its prompt, references, model, seed, price and verdict, what people said, and a search. Spends nothing.

    Without SCENE: of the whole film. Of a private shot it shows that it was made, and no words or pictures.
    """
    from production.wrap.history import history_of, views_of
    from production.wrap.journal.lay_out import lay_out_journal

    services = read_film(film, scopes=[f"scene:{scene}" for scene in scenes])
    told = [history_of(services, scene) for scene in scenes or sorted(services.folder.scenes)]
    views = None if scenes else views_of(services)
    page = lay_out_journal(
        services, told, views, into or services.settings.out / "journal", counted_progress("small pictures")
    )
    if as_json:
        print_json({"page": str(page), "scenes": [each.scene.id for each in told]})
    else:
        click.echo(str(page))
    if show:
        import webbrowser

        if not webbrowser.open(page.as_uri()):
            click.echo("No browser could be started here; open the page by hand.", err=True)
