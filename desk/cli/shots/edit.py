"""gate edit: one part of a frame, one change; or a part emptied first and filled again.
The next run buys it, guards it and gates it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from desk.cli.asking import confirm, decides
from desk.cli.options import film_option, json_option, money, open_film, prices_option, print_json, typed
from desk.cli.shots.retake import frame_of, price_facts, say_price, steps_of
from manifests.names import scene_of_shot

if TYPE_CHECKING:
    from manifests.bible import Region
    from production.hands.editing import Edits
    from wiring.services import Services


_PIXELS_MAX = 16_384
"""No frame is wider: a box beyond it is refused."""


@click.command()
@click.argument("shot")
@click.option(
    "--only", metavar="WORDS", help='The one part that may change: "Ilse\'s left hand", "the three-quarter view".'
)
@click.option("--say", metavar="WORDS", help='What it should become: "open, palm down".')
@click.option("--demolish", metavar="WORDS", help="With --rebuild: what to remove first.")
@click.option("--rebuild", metavar="WORDS", help="With --demolish: what to put in its place, in a second pass.")
@click.option("--box", metavar="X,Y,W,H", help="The region, in fractions of the frame (0.1,0.2,0.3,0.4) or in pixels.")
@click.option(
    "--mask",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The region, as a picture whose white parts may change.",
)
@click.option("--end", is_flag=True, help="The clip's last frame instead of its first.")
@click.option("--why", default="", help="The reason; it is recorded with your name.")
@film_option
@prices_option
@decides
@json_option
def edit(
    shot: str,
    only: str | None,
    say: str | None,
    demolish: str | None,
    rebuild: str | None,
    box: str | None,
    mask: Path | None,
    end: bool,
    why: str,
    film: Path | None,
    prices: Path | None,
    as_json: bool,
) -> None:
    """Change one part of SHOT's current frame (--only, --say),
    or remove something and put something else there (--demolish, --rebuild).

    Everything outside the part must stay as it was before. Without --box or --mask, the part is found by the name of a
    character, a prop or a view. Spends nothing: the command shows what the next run will spend.
    """
    from production.hands import editing

    if bool(only and say) == bool(demolish and rebuild) or bool(only or say) == bool(demolish or rebuild):
        raise click.UsageError("use --only with --say, or --demolish with --rebuild")
    if box:
        _box(shot, box, (_PIXELS_MAX, _PIXELS_MAX))  # refused for its form before the ledger is opened
    services = open_film(film, prices, scopes=[f"shot:{shot}"])
    where = editing.Where(_box(services.shot(shot).id, box, _size(services, shot)) if box else None, mask)
    door = confirm(f"Change {only or demolish} in the frame of {shot}? The next run buys it.")
    given = {"where": where, "stage": frame_of(end=end), "why": why, "who": services.settings.who, "door": door}
    if only and say:
        asked = editing.edit(services, shot, only=only, say=say, **given)  # type: ignore[arg-type]
    else:
        assert demolish
        assert rebuild
        words = {"demolish": demolish, "rebuild": rebuild}
        asked = editing.demolish_and_rebuild(services, shot, **words, **given)  # type: ignore[arg-type]
    _tell(services, shot, asked, film, found=not box, as_json=as_json)


def _tell(services: Services, shot: str, asked: Edits, film: Path | None, *, found: bool, as_json: bool) -> None:
    """The passes that the next run buys, with their price. `found`: the part was found by its name."""
    from manifests.money import rounded_usd

    likely, high = (sum(getattr(q, f"{name}_microusd") for q in asked.quotes) for name in ("likely", "high"))
    following, steps = typed(f"gate resume {scene_of_shot(shot)}", film), steps_of(services, shot)
    if as_json:
        part = asked.where.model_dump(mode="json") if asked.where else None
        works = [d.hands.work for d in asked.decisions if d.hands]
        print_json(
            {
                "shot": shot,
                "passes": works,
                "part": part,
                **money("likely", likely),
                **money("high", high),
                "coming": price_facts(steps),
                "next": following,
            }
        )
        return
    passes = "1 pass" if len(asked.quotes) == 1 else f"{len(asked.quotes)} passes, each guarded by itself"
    where = f" where it was found ({_words(asked.where)})" if asked.where and found else ""
    click.echo(f"{shot}: {passes}{where}, likely ${rounded_usd(likely)}, at most ${rounded_usd(high)}.")
    say_price(steps)
    click.echo(f"Next:\n  {following}\nOr take it back:\n  {typed(f'gate undo {shot}', film)}")


def _size(services: Services, shot: str) -> tuple[int, int]:
    from production.hands.passes import frame_size

    return frame_size(services, services.shot(shot))


def _box(shot: str, text: str, size: tuple[int, int]) -> Region:
    """Four numbers, in parts of the frame, or in pixels where one is above 1. Raises BadParameter."""
    from pydantic import ValidationError

    from manifests.bible import Region

    try:
        x, y, w, h = (float(part) for part in text.split(","))
        if max(x, y, w, h) > 1:
            x, y, w, h = x / size[0], y / size[1], w / size[0], h / size[1]
        return Region(x=x, y=y, w=w, h=h)
    except (ValueError, ValidationError):
        said = f"{text!r} is not a box of {shot}: write left, top, width and height, such as 0.1,0.2,0.3,0.4"
        raise click.BadParameter(said, param_hint="--box") from None


def _words(part: Region) -> str:
    return f"left {part.x:.2f}, top {part.y:.2f}, {part.w:.2f} wide, {part.h:.2f} high"
