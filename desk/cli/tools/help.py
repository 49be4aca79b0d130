"""gate help: the commands of a section, with a line each."""

from __future__ import annotations

import click

from desk.cli.commands import COMMANDS, SECTIONS

_ALL = "all"


@click.command()
@click.argument("section", default=_ALL, metavar=f"[{'|'.join((*SECTIONS, _ALL))}]")
@click.pass_context
def help(ctx: click.Context, section: str) -> None:  # noqa: A001  the command's name
    """List the commands of a section with a line each; without a section, all of them.
    `gate COMMAND --help` has one command's options.
    """
    if section in COMMANDS:
        raise click.BadParameter(f"{section} is a command, not a section; type it with --help to see its options", ctx)
    if section not in {*SECTIONS, _ALL}:
        raise click.BadParameter(f"{section} is not a section; choose from {', '.join((*SECTIONS, _ALL))}", ctx)
    formatter = ctx.make_formatter()
    for name, commands in SECTIONS.items():
        if section in {name, _ALL}:
            with formatter.section(name.capitalize()):
                formatter.write_dl([(command, line) for command, (_, line) in commands.items()])
    click.echo(formatter.getvalue().strip())
