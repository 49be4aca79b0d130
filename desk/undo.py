"""gate undo: a person takes the newest word about a shot back; the row stays, and a later one says that it no longer counts."""

from __future__ import annotations

from pathlib import Path

import click

from desk.asking import confirm, decides
from desk.options import film_option, json_option, open_film, print_json, typed


@click.command()
@click.argument("shot")
@click.option(
    "--parked", is_flag=True, help="Take back your own hold or omit instead, whatever was said or asked for since."
)
@click.option("--why", default="", help="In your own words; it is written down.")
@film_option
@decides
@json_option
def undo(shot: str, parked: bool, why: str, film: Path | None, as_json: bool) -> None:
    """Take back the newest word about SHOT: a retake or work by hand, whoever asked for it; of a yes, a hold, a verdict your own.

    What parks a shot is taken back with --parked: plain, it would take back what somebody asked for since.
    A yes can be taken back until money is committed for it. What was bought by then stays in the books.
    """
    from manifests.sitting import BIBLE
    from wiring.retaking import undo as take_back

    services = open_film(film, scopes=[f"shot:{shot}"])
    what = "your hold or omit" if parked else "the newest decision"
    door = confirm(f"Take back {what} about {shot}?")
    gone = take_back(services, shot, why=why, who=services.settings.who, door=door, parked=parked)
    said = gone.subject or gone.kind.replace("_", " ")
    scene = shot.partition("_")[0]
    following = typed("gate lock" if scene == BIBLE else f"gate resume {scene}", film)
    if as_json:
        print_json(
            {"shot": shot, "taken_back": said, "kind": gone.kind, "who": services.settings.who, "next": following}
        )
        return
    click.echo(f"{services.settings.who} took back of {shot}: {said}.\nNext:\n  {following}")
