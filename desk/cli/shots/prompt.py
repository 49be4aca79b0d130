"""gate prompt: the whole prompt of a shot as a provider gets it, the guide that it follows, and the findings on it."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from desk.cli.options import film_option, json_option, print_json, read_film
from manifests.names import scene_of_shot

if TYPE_CHECKING:
    from manifests.finding import Finding
    from manifests.scene import Shot
    from production.prompts.assembling import Assembled
    from wiring.services import Services

_WIDTH = 100


@click.command()
@click.argument("shot")
@click.option("--stage", type=click.Choice(["panel", "clip"]), help="Only the prompt of this stage. Default: both.")
@click.option("--provider", metavar="NAME", help="As this provider would get it. Default: whoever makes the stage.")
@film_option
@json_option
def prompt(
    shot: str, stage: Literal["panel", "clip"] | None, provider: str | None, film: Path | None, as_json: bool
) -> None:
    """Print SHOT's prompts word for word as they go out, the guide of each model, and what the prompt rules find.

    Sends nothing, spends nothing. The words of a private shot are not printed.
    """
    from production.prompts.assembling import assembled
    from production.prompts.linting import findings_at

    if "_" not in shot:
        raise click.BadParameter(f"{shot} is not a shot ID; expected, for example, SC010_SH0040", param_hint="SHOT")
    services = read_film(film, scopes=[f"shot:{shot}"])
    here, scene = services.shot(shot), services.scene(scene_of_shot(shot))
    told = []
    for each in _stages(services, here, stage, provider):
        made = assembled(services, here, each, provider)
        _, findings = findings_at(services, scene, here, each, made.profile)
        told.append(_facts(made, findings, private=here.private))
        if not as_json:
            _tell(made, findings, private=here.private)
    if as_json:
        print_json({"shot": shot, "private": here.private, "prompts": told})


def _stages(
    services: Services, shot: Shot, stage: Literal["panel", "clip"] | None, provider: str | None
) -> tuple[Literal["panel", "clip"], ...]:
    """The stages to show: without --stage, those that the provider makes."""
    if stage is not None:
        return (stage,)
    stages: tuple[Literal["panel", "clip"], ...] = ("panel", "clip")
    makers = {
        each: services.provider_called(provider) if provider else services.provider(each, shot) for each in stages
    }
    return tuple(each for each in stages if each in makers[each].operations) or stages


def _facts(made: Assembled, findings: list[Finding], *, private: bool) -> dict[str, object]:
    return {
        "stage": made.stage,
        "provider": made.provider,
        "model": made.model,
        "profile": made.profile.name,
        "guide": made.profile.guide,
        "as_sent": made.as_sent,
        "why": made.why,
        "prompt": None if private else made.prompt,
        "findings": [finding.model_dump(mode="json") for finding in findings],
    }


def _tell(made: Assembled, findings: list[Finding], *, private: bool) -> None:
    from desk.cli.everyday.lint_report import told

    click.echo(f"{made.stage} · {made.provider} {made.model}")
    click.echo(f"  guide    {made.profile.words}")
    if not made.as_sent:
        click.echo(f"  not as it is sent: {made.why}")
    words = "[the shot is private: its words go to the provider and are shown nowhere]" if private else made.prompt
    click.echo(textwrap.fill(words, _WIDTH, initial_indent="    ", subsequent_indent="    "))
    for finding in findings:
        for line in told(finding):
            click.echo(line)
    if not findings:
        click.echo("  No rule of this guide finds anything in it.")
