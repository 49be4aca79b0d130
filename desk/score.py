"""gate score: how near any pictures are to their references, by the local eye; no film, no key, no cost."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from desk.options import json_option, print_json, settings_for
from desk.output_file import Output
from wiring.settings import wants_colour

if TYPE_CHECKING:
    from checks.eye import Eye
    from checks.scorer.any_pictures import Given, PictureScore, Scored
    from manifests.staging import Box

_COLOURS = {"pass": "green", "ask": "yellow", "fail": "red"}
_PICTURES_MAX = 64
_SHEET = Output("--sheet", "a sheet of scores", ".png")
_FAILED, _ASKS = 1, 3


class _Lists(click.Command):
    """A command whose `--refs` and `--test` take every path up to the next option, as a shell's wildcard writes them."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Repeat the option's name before each of its paths: click takes one value an option."""
        out: list[str] = []
        listing = ""
        waits = False
        for arg in args:
            if arg.startswith("--"):
                name, said, _ = arg.partition("=")
                listing, waits = (name, not said) if name in {"--refs", "--test"} else ("", False)
                out.append(arg)
            elif listing and not waits:
                out += [listing, arg]
            else:
                out.append(arg)
                waits = False
        return super().parse_args(ctx, out)


@click.command(cls=_Lists)
@click.option(
    "--refs", "references", type=click.Path(path_type=Path, dir_okay=False), required=True, multiple=True,
    metavar="A [B C…]", help="Pictures of the subject, in its place; three or more give a calibrated verdict.",
)  # fmt: skip
@click.option(
    "--test", "tests", type=click.Path(path_type=Path, dir_okay=False), required=True, multiple=True, metavar="X [X2…]",
    help="Pictures that should show the same.",
)  # fmt: skip
@click.option(
    "--box", default=None, metavar="X,Y,W,H", help="Where the subject of the tests is, in fractions of the picture."
)
@click.option(
    "--sheet", type=click.Path(path_type=Path, dir_okay=False), default=None, metavar="OUT.png",
    help="Draw the references and the tests with their boxes and verdicts.",
)  # fmt: skip
@json_option
def score(
    references: tuple[Path, ...], tests: tuple[Path, ...], box: str | None, sheet: Path | None, as_json: bool
) -> int:
    """Say how near pictures are to references: who it is, what they wear, where. For instance:

    gate score --refs a.png b.png c.png --test x.png y.png --sheet out.png

    With three references or more each channel is calibrated on how near those are to each other, and every axis has a
    verdict: pass, ask (look at it), fail. The subject is found by its colours, or is what --box names, or, in a PNG with
    transparency, what is not transparent. Nothing is sent anywhere. Ends with exit 1 where an axis fails or the eye cannot
    tell, and with exit 3 where a person should look.
    """
    from checks.scorer.any_pictures import CANNOT_TELL, look_at, score_pictures
    from checks.scorer.sheet import draw_sheet

    if len(references) + len(tests) > _PICTURES_MAX:
        raise click.BadParameter(
            f"that is more than {_PICTURES_MAX} pictures; score them in parts", param_hint="--test"
        )
    if sheet is not None:
        _SHEET.check(sheet)
    where = None if box is None else _box(box)
    known, seen = look_at([_given(path, None) for path in references], [_given(path, where) for path in tests])
    scored = score_pictures(known, seen, _eye())
    if sheet is not None:
        _SHEET.draw(sheet, lambda into: draw_sheet(known, seen, scored, into))
    if as_json:
        print_json(scored.model_dump(mode="json"))
    else:
        _print(scored, sheet)
    verdicts = {verdict for picture in scored.pictures for verdict in picture.triage.values()}
    return _FAILED if verdicts & {"fail", CANNOT_TELL} else _ASKS if "ask" in verdicts else 0


def _given(path: Path, box: Box | None) -> Given:
    from checks.pictures import read_picture
    from checks.scorer.any_pictures import Given

    return Given(str(path), read_picture(path), box)


def _box(text: str) -> Box:
    from manifests.staging import Box

    try:
        x, y, w, h = (float(part) for part in text.split(","))
    except ValueError:
        raise click.BadParameter(f"{text!r} is no x,y,w,h; write 0.3,0.1,0.4,0.9", param_hint="--box") from None
    if not (0 <= x < 1 and 0 <= y < 1 and 0 < w <= 1 - x + 1e-6 and 0 < h <= 1 - y + 1e-6):
        raise click.BadParameter("it leaves the picture; all four are fractions, 0 to 1", param_hint="--box")
    return Box(x, y, x + w, y + h)


def _print(scored: Scored, sheet: Path | None) -> None:
    from checks.scorer.baseline import PICTURES_MIN

    click.echo(f"eye {scored.eye}, {len(scored.references)} references")
    for name, how in scored.references.items():
        click.echo(f"  {name}: subject {_found(how)}")
    for picture in scored.pictures:
        click.secho(f"\n{picture.name}", bold=wants_colour())
        _print_picture(picture)
    if len(scored.references) < PICTURES_MIN:
        click.echo("\nNo verdict: with fewer than three references nobody knows what is usual. Give three or more.")
    if sheet is not None:
        click.echo(f"\nSheet: {sheet}")


def _print_picture(picture: PictureScore) -> None:
    x, y, w, h = picture.box
    click.echo(f"  subject {_found(picture.found)}, at {x:.2f},{y:.2f},{w:.2f},{h:.2f}")
    click.echo(f"  {'channel':<18}{'axis':<11}{'distance':>10}{'z':>8}   unit")
    for channel in picture.channels:
        off = "n/a" if channel.z is None else f"{channel.z:+.2f}"
        click.echo(f"  {channel.channel:<18}{channel.axis:<11}{channel.distance:>10.4f}{off:>8}   {channel.unit}")
    for axis, z in sorted(picture.axes.items()):
        verdict = picture.triage[axis]
        words = {"pass": "as usual", "ask": "look at it", "fail": "not what the references show"}[verdict]
        click.secho(f"  {axis}: {verdict}, {words} ({z:+.2f})", fg=_COLOURS[verdict] if wants_colour() else None)
    reasons = {
        why: [axis for axis, other in picture.not_checked.items() if other == why]
        for why in picture.not_checked.values()
    }
    for why, axes_left in reasons.items():
        if why != picture.unknown:
            click.echo(f"  {' and '.join(axes_left)}: not checked; {why}")
    if picture.unknown:
        axes = " and ".join(axis for axis in sorted(picture.triage) if axis not in picture.axes)
        click.secho(f"  {axes}: cannot tell; {picture.unknown}", fg="yellow" if wants_colour() else None)


def _found(how: str) -> str:
    return {
        "cut out": "cut out already",
        "given": "where --box says",
        "the whole frame": "not found: the whole frame",
    }.get(how, f"found {how}")


def _eye() -> Eye:
    from checks.eye import open_eye

    settings = settings_for(None)
    return open_eye(settings.clip_model, settings.clip_weights)
