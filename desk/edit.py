"""gate edit: one part of a frame, one change; or a part emptied first and filled anew. The next run buys it, guards it and gates it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from desk.asking import confirm, decides
from desk.options import film_option, json_option, money, open_film, prices_option, print_json, typed
from desk.retake import frame_of, price_facts, say_price, steps_of

if TYPE_CHECKING:
    from manifests.bible import Region


_PIXELS_MAX = 16_384
"""No frame is wider: a box beyond it is none."""


@click.command()
@click.argument("shot")
@click.option(
    "--only", metavar="WORDS", help='The one part that may change: "Ilse\'s left hand", "the three-quarter view".'
)
@click.option("--say", metavar="WORDS", help='How it shall be: "open, palm down".')
@click.option("--demolish", metavar="WORDS", help="What is taken away first …")
@click.option("--rebuild", metavar="WORDS", help="… and what comes into its place, in a second pass.")
@click.option("--box", metavar="X,Y,W,H", help="Where, in parts of the frame (0.1,0.2,0.3,0.4) or in its pixels.")
@click.option(
    "--mask", type=click.Path(path_type=Path, dir_okay=False), help="Where, as a picture: what is white may change."
)
@click.option("--end", is_flag=True, help="The last frame of the clip, not the first.")
@click.option("--why", default="", help="The reason; it is written down with your name.")
@film_option
@prices_option
@decides
@json_option
def edit(
    shot: str, only: str | None, say: str | None, demolish: str | None, rebuild: str | None, box: str | None, mask: Path | None,
    end: bool, why: str, film: Path | None, prices: Path | None, as_json: bool,
) -> None:  # fmt: skip
    """Change one part of SHOT's frame as it stands (--only, --say), or empty a part and fill it anew (--demolish, --rebuild).

    All that lies outside of the part is held against the picture before. Without --box or --mask the part is found by the name of
    somebody of the cast, a prop, or a view. Spends nothing: it says what the next run will spend.
    """
    from manifests.money import rounded_usd
    from wiring import editing

    if bool(only and say) == bool(demolish and rebuild) or bool(only or say) == bool(demolish or rebuild):
        raise click.UsageError("say --only and --say, or --demolish and --rebuild")
    if box:
        _box(shot, box, (_PIXELS_MAX, _PIXELS_MAX))  # refused for its form before the books are opened
    services = open_film(film, prices, scopes=[f"shot:{shot}"])
    where = editing.Where(_box(services.shot(shot).id, box, _size(services, shot)) if box else None, mask)
    door = confirm(f"Change {only or demolish} in the frame of {shot}? The next run buys it.")
    given = {"where": where, "stage": frame_of(end=end), "why": why, "who": services.settings.who, "door": door}
    if only and say:
        asked = editing.edit(services, shot, only=only, say=say, **given)  # type: ignore[arg-type]
    else:
        assert demolish
        assert rebuild
        asked = editing.demolish_and_rebuild(services, shot, demolish=demolish, rebuild=rebuild, **given)  # type: ignore[arg-type]
    likely, high = (sum(getattr(q, f"{name}_microusd") for q in asked.quotes) for name in ("likely", "high"))
    following, steps = typed(f"gate resume {shot.partition('_')[0]}", film), steps_of(services, shot)
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
    found = f" where it was found ({_words(asked.where)})" if asked.where and not box else ""
    click.echo(f"{shot}: {passes}{found}, likely ${rounded_usd(likely)}, at most ${rounded_usd(high)}.")
    say_price(steps)
    click.echo(f"Next:\n  {following}\nOr not:\n  {typed(f'gate undo {shot}', film)}")


def _size(services: object, shot: str) -> tuple[int, int]:
    from wiring.compositing import frame_size
    from wiring.services import Services

    assert isinstance(services, Services)
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
        said = f"{text!r} is no box of {shot}: write left, top, width and height, such as 0.1,0.2,0.3,0.4"
        raise click.BadParameter(said, param_hint="--box") from None


def _words(part: Region) -> str:
    return f"left {part.x:.2f}, top {part.y:.2f}, {part.w:.2f} wide, {part.h:.2f} high"
