"""The command line. Each command lives in its own file and is loaded when it is called, so that `--help` answers at once."""

from __future__ import annotations

import os
import signal
import sys
import threading
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

from desk.own_packages import shadowed
from desk.shipped import shipped

if TYPE_CHECKING:
    from desk.ending import Refusal

COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("desk.demo", "Make the harbour film, for nothing: nine shots, every gate, a yes, a cut."),
    "init": ("desk.init", "Begin a film in an empty folder."),
    "doctor": ("desk.doctor", "Look at this machine, the film, the store and the books; each fault with its cure."),
    "lint": ("desk.lint", "Read the film and say what is wrong. Spends nothing."),
    "lock": ("desk.lock", "Approve the pictures in assets/ as the ones that stay."),
    "turnaround": (
        "desk.turnaround",
        "Make the views that a character lacks, from the approved front; you look at them, and lock them.",
    ),
    "plan": ("desk.plan", "Say what would run, what is there already, and what it would cost. Spends nothing."),
    "provider": ("desk.provider", "Compare providers for a scene, and decide to change to one."),
    "run": ("desk.run", "Make a scene as far as it goes without a person's yes."),
    "resume": ("desk.run", "Go on with a scene where it was: after a yes, a stop, or a crash."),
    "rehearse": (
        "desk.rehearse",
        "Rehearse a scene with its real adapters, on this machine, at $0: what would it cost, what breaks?",
    ),
    "up": (
        "desk.up",
        "Start Prefect's page, everything that can be launched there, and the review room; Ctrl-C ends it.",
    ),
    "deploy": ("desk.deploy", "Offer the film on a studio's own Prefect server, as gate up does on its own."),
    "down": ("desk.down", "End gate up from anywhere; nothing is lost."),
    "status": ("desk.status", "Where every shot of a scene stands; without a scene, what is up and what its runs do."),
    "approve": (
        "desk.approve",
        "Approve finals, or drafts where the film asks for it, bound to what you saw and what it costs.",
    ),
    "explain": ("desk.explain", "Say in one line why a shot would cost money or not, and who says so."),
    "audit": ("desk.audit", "A scene's panels or clips as a table: identity, wardrobe, location, continuity."),
    "review": ("desk.review", "The review room: look at takes by keyboard, say what you think, approve finals."),
    "verdict": ("desk.verdict", "Say of a take that it is right or wrong; thresholds are learned from it."),
    "calibrate": ("desk.calibrate", "How often each rule is wrong by people's verdicts, and its cheapest threshold."),
    "fix": ("desk.fix", "The one line that would mend a shot that failed, by its diagnosis; a person accepts it."),
    "offers": ("desk.offers", "What can be done about a shot that moderation refused; a person takes one."),
    "cost": ("desk.cost", "What a scene has cost, what is held, and what is left under each cap."),
    "prices": ("desk.prices", "The price book: what each call costs, since when, and who says so."),
    "log": ("desk.log", "Every call: what was asked, of whom, at what price, and what came of it; other tools' too."),
    "cap": ("desk.cap", "Set a cap, with a name and a reason."),
    "drafts": ("desk.drafts", "Decide at which resolution drafts are made; above 480p they cost more."),
    "order": ("desk.order", "Leave a standing order for the night, look at it, or end it."),
    "night": ("desk.night", "Make tonight's drafts: every scene with a standing order, in turn; then the dailies."),
    "dailies": (
        "desk.dailies",
        "Write a scene's dailies: decisions, reel, checks, money, as a page that plays anywhere.",
    ),
    "notify": ("desk.notify", "Who is told when a person is needed; try the addresses; send what is due."),
    "retake": ("desk.retake", "Send a take back, with the one thing that changes."),
    "hold": ("desk.parking", "Put shots on hold: nothing is bought for them until that is taken back."),
    "omit": ("desk.parking", "Cut shots from the film: they are left out of it, and nothing is bought for them."),
    "undo": ("desk.undo", "Take back your newest word about a shot: a yes, a hold, a verdict, a retake, work by hand."),
    "comp": ("desk.comp", "A frame by hand: lay a kit out, take the composite in, polish it, say which counts."),
    "edit": ("desk.edit", "Change one part of a frame; or empty a part first, then fill it anew."),
    "handoff": ("desk.handoff", "What waits for a person's hands: the folder, the file to save, since when."),
    "reconcile": (
        "desk.reconcile",
        "Ask the providers about what is in doubt and about late bills; or decide yourself.",
    ),
    "vault": (
        "desk.vault",
        "Carry the media to a bucket or from it, and look whether all of them are there and sound.",
    ),
    "stop": ("desk.stop", "Refuse every further paid call; what is in flight is collected."),
    "go": ("desk.stop", "Lift a stop, with a name and a reason."),
    "score": ("desk.score", "Say how near any pictures are to their references: who, what they wear, where."),
    "guard": ("desk.guard", "Say whether an edit or a polish moved anything outside its mask, with a picture of it."),
    "rule": ("desk.rule", "Print what a rule measures, why, and where its threshold comes from."),
    "schema": ("desk.schema", "Write the JSON Schemas of what people edit."),
}

EXIT_CODES = """\b
Exit codes:
   0  done, or nothing to do             6  stopped, or the window closed
   1  some shots did not come through    7  lint errors
   2  usage, or the film's files         8  refused by a provider's moderation
   3  waits for a person                10  plan has something to spend
   4  budget refused                        (with --detailed-exitcode)
   5  provider credit or key           130  interrupted

\b
The pages that messages name, such as docs/prices.md, are in:
"""


class Lazy(click.Group):
    """A group that knows its commands by name and help line, and loads one only to run it."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        """The commands in the order of a film's life."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  click's signature
        """Load a command. None for an unknown name: click says what is near."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(COMMANDS[cmd_name][0]), cmd_name)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command. What a refusal tells to type is written as this user would type it."""
        try:
            return super().invoke(ctx)
        except Exception as error:
            from desk.options import retyped

            for name in ("cure", "message"):  # of our own refusals, and of click's
                if isinstance(words := getattr(error, name, None), str):
                    setattr(error, name, retyped(words))
            raise

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Their help lines, without loading them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.group(
    cls=Lazy,
    epilog=f"{EXIT_CODES}   {shipped('docs')}",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.version_option(package_name="check-the-gate", prog_name="gate")
def gate() -> None:
    """Check the Gate: a scene goes in as data, a finished film comes out. Nothing is paid for off an unchecked picture."""


def main() -> None:
    """Run the command and end with its exit code. A refusal, and a fault too, is a sentence on standard error, never a traceback."""
    from desk.ending import ends_by_signal, refusal_of

    # A service manager or a closing session sends SIGTERM: it means what Ctrl-C means.
    if threading.current_thread() is threading.main_thread():  # no other may set it
        signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    if theirs := shadowed():
        package, place = next(iter(theirs.items()))
        click.echo(
            f"gate: Python finds another package {package!r}, in {place}. Install this tool in an environment of its own, "
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
            click.echo("Stopped by you. Nothing is lost: gate resume goes on.", err=True)
            sys.exit(130)
        refusal = refusal_of(error) or _reported(error)
        click.echo(f"gate: {refusal.words}", err=True)
        _drop_what_cannot_be_written()
        sys.exit(refusal.code)
    sys.exit(code if isinstance(code, int) else 0)


def _reported(error: BaseException) -> Refusal:
    """A fault of the program: its traceback goes into a file, and a sentence names that."""
    from desk.fault_report import report_fault

    return report_fault(error)


def _drop_what_cannot_be_written() -> None:
    """Where standard output is a full disk, Python would try once more when it ends, and complain in its own words."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
