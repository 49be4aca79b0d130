"""The command line.
Each command lives in its own file and is loaded when it is called, so that `--help` answers at once.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from importlib import import_module
from keyword import iskeyword
from typing import TYPE_CHECKING, Any

import click

from desk.cli.agent_scope import under_scope
from desk.cli.commands import COMMANDS, SECTIONS
from desk.cli.own_packages import shadowed
from desk.cli.shipped import shipped

if TYPE_CHECKING:
    from desk.cli.ending import CommandRefusal

EXIT_CODES = """\b
Exit codes:
  0  done, or nothing to do              6  stopped, or window closed
  1  some shots did not come through     7  lint errors
  2  usage, or the film's files          8  refused by moderation
  3  waits for a person                 10  the plan has something to spend
  4  refused by a cap                       (with --detailed-exitcode)
  5  provider credit or key            130  interrupted
Pages that messages name, such as docs/prices.md: {docs}"""


_UNTIL_A_LOOK_FOR_GARBAGE = 50_000
"""How many new objects. Python looks every 700, and a command that loads a hundred thousand of them, of which all stay,
spends a seventh of its start on that.
"""


class Lazy(click.Group):
    """A group that knows its commands by name and help line, and loads one only to run it."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        """The commands, section by section."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  click's signature
        """Load a command. None for an unknown name: click says what is near."""
        if cmd_name not in COMMANDS:
            return None
        name = f"{cmd_name}_" if iskeyword(cmd_name) else cmd_name
        command: click.Command = getattr(import_module(COMMANDS[cmd_name][0]), name)
        return under_scope(command, cmd_name)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command. Commands in a refusal are written as this user would type them."""
        try:
            return super().invoke(ctx)
        except Exception as error:
            from desk.cli.options import retyped

            for name in ("cure", "message"):  # of our own refusals, and of click's
                if isinstance(words := getattr(error, name, None), str):
                    setattr(error, name, retyped(words))
            raise

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands alone, so that all of the help fits on a screen; its usage line names the two options."""
        self.format_commands(ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The everyday commands with their help lines, and the names of the others; none of them is loaded."""
        (first, everyday), *others = SECTIONS.items()
        with formatter.section(first.capitalize()):
            formatter.write_dl([(name, line) for name, (_, line) in everyday.items()])
        with formatter.section("Other commands (gate help SECTION shows a line for each)"):
            formatter.write_dl([(section, ", ".join(commands)) for section, commands in others])


@click.group(
    cls=Lazy,
    epilog=EXIT_CODES.format(docs=shipped("docs")),
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    options_metavar="[--version] [-h | --help]",
)
@click.version_option(package_name="check-the-gate", prog_name="gate")
def gate() -> None:
    """Check the Gate: turn a scene, written as data, into a film."""


def _interrupt(*_: object) -> None:
    """Do what Ctrl-C does, also in a background job of a script: there a shell lets every command ignore SIGINT."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        raise KeyboardInterrupt
    signal.raise_signal(signal.SIGINT)


def main() -> None:
    """Run the command and end with its exit code.
    A refusal, and a fault too, is a sentence on standard error, never a traceback.
    """
    gc.set_threshold(_UNTIL_A_LOOK_FOR_GARBAGE, 10, 10)
    from desk.cli.ending import ends_by_signal, refusal_of

    # A service manager or a closing session sends SIGTERM: it means what Ctrl-C means.
    if threading.current_thread() is threading.main_thread():  # no other may set it
        signal.signal(signal.SIGTERM, _interrupt)
    if theirs := shadowed():
        package, place = next(iter(theirs.items()))
        click.echo(
            f"gate: Python finds another package {package!r}, in {place}. Install this tool in an environment "
            f"of its own, "
            "and take that folder out of PYTHONPATH.",
            err=True,
        )
        sys.exit(2)
    try:
        code = gate.main(prog_name="gate", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except BaseException as error:
        if isinstance(error, SystemExit):
            raise
        if isinstance(error, click.exceptions.Abort) or ends_by_signal(error):
            click.echo("Interrupted. Nothing is lost; gate resume continues.", err=True)
            sys.exit(130)
        refusal = refusal_of(error) or _reported(error)
        click.echo(f"gate: {refusal.words}", err=True)
        _drop_what_cannot_be_written()
        sys.exit(refusal.code)
    sys.exit(code if isinstance(code, int) else 0)


def _reported(error: BaseException) -> CommandRefusal:
    """A fault of the program: its traceback goes into a file, and a sentence names that."""
    from desk.cli.fault_report import report_fault

    return report_fault(error)


def _drop_what_cannot_be_written() -> None:
    """Where standard output is a full disk, Python would try once more when it ends, and complain in its own words."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
