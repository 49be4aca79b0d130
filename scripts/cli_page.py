"""The page docs/cli.md, made from the commands themselves: `cli_page.py [--write]`.

Without `--write` it prints the page.
"""

from __future__ import annotations

import argparse
import inspect
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from desk.cli.commands import SECTIONS
from desk.cli.main import gate

FILE = Path(__file__).parents[1] / "docs" / "cli.md"

_HEAD = """\
# Command line reference

`scripts/cli_page.py --write` makes this page from the commands. Do not edit it: a test compares the two.

`gate --help` shows the everyday commands, `gate help SECTION` the commands of one section.

## Exit codes

| code | meaning | which commands |
|---|---|---|
| 0 | done, or nothing to do | all |
| 1 | some shots did not come through; a check failed; the ledger, a server or the disk is in trouble; a fault of the \
program | all |
| 2 | a mistake in the command line, or in the film's files | all |
| 3 | waits for a person | those that make takes; `film`, where shots are not made; those with `--yes`, \
where nobody can answer; `approve`, above its `--max` |
| 4 | refused by a cap | those that make takes |
| 5 | the provider has no key or no credit | those that make takes; `plan` |
| 6 | stopped (`gate stop`), or the night's window is closed | those that make takes |
| 7 | the film has errors that `gate lint` names | those that make takes; `lint`, `lock`, `plan` |
| 8 | refused by a provider's moderation | those that make takes |
| 10 | the plan has something to spend | `plan --detailed-exitcode` |
| 130 | interrupted by Ctrl-C or SIGTERM | all |

The commands that make takes are `run`, `resume`, `night`, `turnaround`, `rehearse` and `demo`. `rehearse` ends with 0 \
where a real run
would wait for a person. A command whose own codes mean something more says so below.
"""


def page() -> str:
    """The page, section by section in the order of `gate --help`."""
    context = click.Context(gate, info_name="gate")
    lines = [_HEAD]
    for section, names in SECTIONS.items():
        lines.append(f"## {section.capitalize()}\n")
        for name in names:
            command = gate.get_command(context, name)
            assert command is not None
            lines += _told(command, click.Context(command, info_name=name, parent=context))
    return "\n".join(lines).rstrip() + "\n"


def _told(command: click.Command, context: click.Context) -> Iterator[str]:
    """One command, and the commands inside it."""
    yield f"### {context.command_path}\n"
    usage = " ".join((context.command_path, *command.collect_usage_pieces(context)))
    yield f"```text\n{usage}\n\n{inspect.cleandoc(command.help or '')}\n```\n"
    records = [record for param in command.params if (record := param.get_help_record(context)) and record[1]]
    if records:
        yield "| option | meaning |\n|---|---|"
        yield from (f"| `{_cell(option)}` | {_cell(words)} |" for option, words in records)
        yield ""
    for name, inner in command.commands.items() if isinstance(command, click.Group) else ():
        yield from _told(inner, click.Context(inner, info_name=name, parent=context))


def _cell(words: str) -> str:
    """Words that keep to their cell of a table."""
    return words.replace("|", "\\|")


def main(words: list[str]) -> int:
    """Print the page, or write it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write docs/cli.md")
    if parser.parse_args(words).write:
        FILE.write_text(page(), encoding="utf-8")
    else:
        sys.stdout.write(page())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
