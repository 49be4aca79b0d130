"""gate score: how near any pictures are to their references, by the local eye; no film, no key, no cost."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from desk.cli.options import json_option, print_json, settings_for
from desk.cli.output_file import Output
from wiring.settings import wants_colour

if TYPE_CHECKING:
    from checks.faces.faces import FaceEye
    from checks.picture_scores import PictureScore, Scored
    from checks.scorer.any_pictures import Given
    from checks.seeing.eye import Eye
    from manifests.staging import Box

_COLOURS = {"pass": "green", "ask": "yellow", "fail": "red"}
_PICTURES_MAX = 64
_SHEET = Output("--sheet", "a sheet of scores", ".png")
_FAILED, _ASKS = 1, 3
_EXITS = {"fail": _FAILED, "ask": _ASKS, "pass": 0}


class _Lists(click.Command):
    """A command whose `--refs` and `--test` take every path up to the next option,
    as a shell's wildcard writes them.
    """

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
    "--refs",
    "references",
    type=click.Path(path_type=Path, dir_okay=False),
    multiple=True,
    metavar="A [B C…]",
    help="Pictures of the subject, in its place; three or more give a calibrated verdict.",
)
@click.option(
    "--test",
    "tests",
    type=click.Path(path_type=Path, dir_okay=False),
    multiple=True,
    metavar="X [X2…]",
    help="Pictures that should show the same.",
)
@click.option(
    "--box", default=None, metavar="X,Y,W,H", help="Where the subject of the tests is, in fractions of the picture."
)
@click.option(
    "--sheet",
    type=click.Path(path_type=Path, dir_okay=False),
    default=None,
    metavar="OUT.png",
    help="Draw the references and the tests with their boxes and verdicts.",
)
@click.option(
    "--pairs",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    default=None,
    metavar="FILE.csv",
    help="Score each line of a file instead: references;test, such as a.png|b.png;x.png. Prints a line for each.",
)
@json_option
def score(
    references: tuple[Path, ...],
    tests: tuple[Path, ...],
    box: str | None,
    sheet: Path | None,
    pairs: Path | None,
    as_json: bool,
) -> int:
    """Score pictures against references: identity, clothes, place. For instance:

    gate score --refs a.png b.png c.png --test x.png y.png --sheet out.png

    Faces say who it is, with any number of references (pip install 'check-the-gate[faces]'). With three or more each
    channel is calibrated on how near those are to each other, and every axis has a verdict: pass, ask (look at it),
    fail. With one or two and no face, the picture as a whole is judged: fail or ask. The subject is found by its
    colours, or named by --box, or, in a PNG with transparency, it is the opaque part. Nothing is sent anywhere. Exit
    code 1: an axis fails or cannot be judged; 3: a person should look.
    """
    from checks.picture_scores import CANNOT_TELL
    from checks.scorer.any_pictures import look_at, score_pictures
    from checks.scorer.sheet import draw_sheet
    from desk.cli.tools.pairs import score_pairs

    if pairs is not None:
        if references or tests or box or sheet:
            raise click.BadParameter("the file names the pictures: give it alone, or with --json", param_hint="--pairs")
        return _EXITS[score_pairs(pairs, _eye(), _faces(), as_json=as_json)]
    if not references or not tests:
        raise click.UsageError("Name pictures with --refs and --test, or a file of them with --pairs.")
    if len(references) + len(tests) > _PICTURES_MAX:
        too_many = f"that is more than {_PICTURES_MAX} pictures; score them in parts"
        raise click.BadParameter(too_many, param_hint="--test")
    if sheet is not None:
        _SHEET.check(sheet)
    where = None if box is None else _box(box)
    known, seen = look_at([_given(path, None) for path in references], [_given(path, where) for path in tests])
    scored = score_pictures(known, seen, _eye(), _faces())
    if sheet is not None:
        _SHEET.draw(sheet, lambda into: draw_sheet(known, seen, scored, into))
    if as_json:
        print_json(scored.model_dump(mode="json"))
    else:
        _print(scored, sheet)
    verdicts = {verdict for picture in scored.pictures for verdict in picture.triage.values()}
    return _FAILED if verdicts & {"fail", CANNOT_TELL} else _ASKS if "ask" in verdicts else 0


def _given(path: Path, box: Box | None) -> Given:
    from checks.scorer.any_pictures import Given
    from checks.seeing.pictures import read_picture

    return Given(str(path), read_picture(path), box)


def _box(text: str) -> Box:
    from manifests.staging import Box

    try:
        x, y, w, h = (float(part) for part in text.split(","))
    except ValueError:
        raise click.BadParameter(
            f"{text!r} is not x,y,w,h; expected, for example, 0.3,0.1,0.4,0.9", param_hint="--box"
        ) from None
    if not (0 <= x < 1 and 0 <= y < 1 and 0 < w <= 1 - x + 1e-6 and 0 < h <= 1 - y + 1e-6):
        raise click.BadParameter("it extends beyond the picture; all four are fractions, 0 to 1", param_hint="--box")
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
        alone = "only the face, or the picture as a whole, is judged"
        click.echo(f"\nFewer than three references do not show the usual range: {alone}.")
    if sheet is not None:
        click.echo(f"\nSheet: {sheet}")


def _print_picture(picture: PictureScore) -> None:
    from checks.picture_scores import WHOLE

    x, y, w, h = picture.box
    click.echo(f"  subject {_found(picture.found)}, at {x:.2f},{y:.2f},{w:.2f},{h:.2f}")
    if picture.differs:
        click.echo(f"  {picture.differs}")
    click.echo(f"  {'channel':<18}{'axis':<11}{'distance':>10}{'z':>8}   unit")
    for channel in picture.channels:
        off = "n/a" if channel.z is None else f"{channel.z:+.2f}"
        click.echo(f"  {channel.channel:<18}{channel.axis:<11}{channel.distance:>10.4f}{off:>8}   {channel.unit}")
    if (whole := picture.triage.get(WHOLE)) is not None:
        words = {"ask": "look at it: a likeness does not prove who it is", "fail": "it shows something else"}[whole]
        colour = _COLOURS[whole] if wants_colour() else None
        click.secho(f"  {WHOLE}: {whole}, {words} (likeness {picture.likeness:.2f})", fg=colour)
    for axis, z in sorted(picture.axes.items()):
        verdict = picture.triage[axis]
        words = {"pass": "as usual", "ask": "look at it", "fail": "not what the references show"}[verdict]
        click.secho(f"  {axis}: {verdict}, {words} ({z:+.2f})", fg=_COLOURS[verdict] if wants_colour() else None)
    reasons = {
        why: [axis for axis, other in picture.not_checked.items() if other == why]
        for why in picture.not_checked.values()
    }
    for why, axes_left in reasons.items():
        if why != picture.unknown or picture.face is not None:
            click.echo(f"  {' and '.join(axes_left)}: not checked; {why}")
    if picture.face is not None:
        told = picture.triage["identity"]
        click.secho(f"  identity: {told}, {picture.about_face}", fg=_COLOURS[told] if wants_colour() else None)
    elif picture.no_face:
        click.echo(f"  face: not compared; {picture.no_face}")
    if picture.face is None and picture.unknown and WHOLE not in picture.triage:
        axes = " and ".join(axis for axis in sorted(picture.triage) if axis not in picture.axes)
        click.secho(f"  {axes}: cannot tell; {picture.unknown}", fg="yellow" if wants_colour() else None)


def _found(how: str) -> str:
    return {
        "cut out": "cut out already",
        "given": "where --box says",
        "the whole frame": "not found: the whole frame",
    }.get(how, f"found {how}")


def _faces() -> FaceEye | None:
    """The face model of the film here, where there is one; else the built-in one; None without the extra."""
    from wiring.own_eyes import faces_here

    return faces_here(settings_for(None))


def _eye() -> Eye:
    """The model of the film here, where there is one; else the built-in one."""
    from wiring.own_eyes import eye_here

    return eye_here(settings_for(None))
