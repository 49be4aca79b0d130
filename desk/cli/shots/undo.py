"""gate undo: takes back the newest decision about a shot;
the row stays, and a later one says that it no longer counts.
"""

from __future__ import annotations

from pathlib import Path

import click

from desk.cli.asking import confirm, decides
from desk.cli.options import film_option, json_option, open_film, print_json, typed
from manifests.names import scene_of_shot


@click.command()
@click.argument("shot")
@click.option(
    "--excluded",
    "--parked",
    is_flag=True,
    help="Take back your own hold or omit instead, whatever was decided since.",
)
@click.option("--why", default="", help="The reason, in your own words; it is recorded.")
@film_option
@decides
@json_option
def undo(shot: str, excluded: bool, why: str, film: Path | None, as_json: bool) -> None:
    """Take back the newest decision about SHOT: a retake or manual work that anybody asked for;
    or your own approval, hold or verdict.

    A hold or an omit is taken back with --excluded; without it, the command takes back a newer request.
    An approval can be taken back until money is committed for it. Purchases up to then stay in the ledger.
    """
    from manifests.view_shot import BIBLE
    from production.journey.retaking import undo as take_back

    services = open_film(film, scopes=[f"shot:{shot}"])
    what = "your hold or omit" if excluded else "the newest decision"
    door = confirm(f"Take back {what} about {shot}?")
    gone = take_back(services, shot, why=why, who=services.settings.who, door=door, excluded=excluded)
    said = gone.subject or gone.kind.replace("_", " ")
    scene = scene_of_shot(shot)
    following = typed("gate lock" if scene == BIBLE else f"gate resume {scene}", film)
    if as_json:
        print_json(
            {"shot": shot, "taken_back": said, "kind": gone.kind, "who": services.settings.who, "next": following}
        )
        return
    click.echo(f"{services.settings.who} took back of {shot}: {said}.\nNext:\n  {following}")
