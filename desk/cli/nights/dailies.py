"""gate dailies: the morning's page of a scene, as a folder that plays from a disk."""

from __future__ import annotations

from pathlib import Path

import click

from desk.cli.options import film_option, json_option, open_film, prices_option, print_json


@click.command()
@click.argument("scene")
@film_option
@prices_option
@click.option("--night", metavar="DATE", default="", help="The night, by the date on which it began: 2026-11-21.")
@click.option("--open", "show", is_flag=True, help="Open the page in your browser.")
@json_option
def dailies(scene: str, film: Path | None, prices: Path | None, night: str, show: bool, as_json: bool) -> None:
    """Write the dailies of SCENE: decisions first, then the reel, every shot with its checks, the money,
    and providers' own words.

    Without --night: of the last night, or of today where something was made by day since. Spends nothing.
    """
    from production.dailies.lay_out import FACTS, TABLE, lay_out, read_back

    services = open_film(film, prices, scopes=[f"scene:{scene}"])
    page = lay_out(services, scene, night)
    told = read_back(page.parent)
    if as_json:
        facts = told.model_dump(mode="json") if told else None
        print_json(
            {"page": str(page), "csv": str(page.with_name(TABLE)), "json": str(page.with_name(FACTS)), "dailies": facts}
        )
    else:
        if told is not None:
            ready, waiting = told.counted("ready", "approved", "final"), len(told.waiting)
            click.echo(
                f"{scene}: {ready} of {len(told.shots)} drafts ready, {waiting} "
                f"thing{' waits' if waiting == 1 else 's wait'} for you"
            )
        click.echo(str(page))
    if show:
        import webbrowser

        if not webbrowser.open(page.as_uri()):
            click.echo("No browser could be started here; open the page by hand.", err=True)
