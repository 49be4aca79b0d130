"""gate board: the composition board of a scene, in the browser."""

from __future__ import annotations

from pathlib import Path

import click

from desk.cli.everyday.review import PORT, serve_page
from desk.cli.options import film_option, open_film, prices_option


@click.command()
@click.argument("scene", metavar="SCENE|SHOT")
@film_option
@prices_option
@click.option("--port", type=click.IntRange(1, 65_535), default=PORT, show_default=True, help="Or a free one.")
@click.option("--who", help="The name under everything that is decided through the link. Default: yours.")
@click.option("--open/--no-open", "browse", default=False, help="Open it in the browser.")
def board(scene: str, film: Path | None, prices: Path | None, port: int, who: str | None, browse: bool) -> None:
    """Compose shots by hand: drag the bible's people and props onto the plate, frame the camera, see it as previz draws
    it, and save it into the scene's file. A wheel and keys do it too; ? shows them.

    Only this machine can reach it, through a link that works once. The review room is behind the same link.
    """
    name, _, shot = scene.partition("_")
    services = open_film(film, prices, scopes=[f"shot:{scene}" if shot else f"scene:{name}"])
    serve_page(services, f"/board/{name}{f'/{shot}' if shot else ''}", port=port, who=who, browse=browse)
