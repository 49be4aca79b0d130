from __future__ import annotations

import sys
from pathlib import Path
from typing import get_args

import click
import pytest

from desk.cli import board, ending, main, options
from desk.cli.commands import COMMANDS
from flows.outcome import EXIT_CODES, Ending, SceneOutcome
from governor import errors as governor
from manifests.errors import GateError, LockError, ManifestError
from providers import errors as providers
from wiring import errors as wiring
from wiring.telemetry import StageChange, State


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (GateError, 2),
        (LockError, 2),
        (wiring.NotAFilm, 2),
        (wiring.PictureRefused, 2),
        (governor.UnknownPrice, 2),
        (governor.StalePrice, 2),
        (providers.Invalid, 2),
        (governor.NotApproved, 3),
        (governor.ApprovalLapsed, 3),
        (governor.BudgetRefused, 4),
        (governor.CapRaise, 4),
        (providers.NoCredit, 5),
        (providers.KeyLimit, 5),
        (governor.Stopped, 6),
        (providers.Refused, 8),
        (governor.NotAPerson, 1),
        (governor.LedgerBroken, 1),
        (governor.LedgerBusy, 1),
        (wiring.ServerDown, 1),
        (wiring.CannotPay, 5),
        (wiring.Unreachable, 1),
        (wiring.NoRoom, 1),
    ],
)
def test_each_refusal_ends_with_its_exit_code_and_its_own_words(kind, code):
    refusal = ending.refusal_of(kind("the thing", "the cause", "The cure."))
    assert refusal == ending.CommandRefusal("the thing: the cause. The cure.", code)


def test_a_fault_of_the_program_is_no_refusal():
    assert ending.refusal_of(ValueError("a bug")) is None
    assert ending.refusal_of(OSError("no file is named")) is None


def test_a_disk_that_refuses_is_told_with_the_file_and_a_cure():
    refusal = ending.refusal_of(PermissionError(13, "Permission denied", "/films/tea/lock.yaml"))
    assert refusal == ending.CommandRefusal(
        "/films/tea/lock.yaml: Permission denied. Check the folder's permissions and the free space on the disk.", 1
    )


def test_a_files_name_cannot_write_on_the_terminal():
    refusal = ending.refusal_of(ManifestError(Path("a\n\x1b[2Jb.yaml"), 1, 2, "title", "it is 'x'", "Fix it."))
    assert refusal is not None
    assert refusal.words == "a\\n\\x1b[2Jb.yaml:1:2 title: it is 'x'. Fix it."


def test_every_ending_of_a_scene_has_an_exit_code_that_the_help_tells():
    assert set(EXIT_CODES) == set(get_args(Ending))
    told = {int(word) for word in main.EXIT_CODES.split() if word.isdigit()}
    assert {*EXIT_CODES.values(), 2, 7, 10, 130} <= told


def test_an_outcome_ends_with_its_code():
    outcome = SceneOutcome(
        scene="SC010",
        ending="budget",
        message="halted",
        next=(),
        generated=1,
        settled_microusd=390_000,
        held_microusd=0,
        shots=(),
    )
    assert outcome.exit_code == 4


@pytest.mark.parametrize(("microusd", "dollars"), [(0, 0.0), (390_000, 0.39), (3_510_000, 3.51), (1, 0.000001)])
def test_money_stands_under_both_its_names(microusd, dollars):
    assert options.money("settled", microusd) == {"settled_usd": dollars, "settled_microusd": microusd}


@pytest.mark.parametrize("text", ["abc", "-1", "1e9999", "NaN", "", "$5", "١٠"])
def test_an_amount_that_is_none_names_its_option(text):
    with pytest.raises(click.BadParameter, match="is not an amount of US dollars") as refused:
        options.dollars(text, "--cap")
    assert refused.value.param_hint == "--cap"


def test_an_amount_is_read_in_micro_dollars():
    assert options.dollars("0.39", "--cap") == 390_000


def test_the_board_has_an_icon_and_a_word_for_every_state():
    assert set(board._ICONS) == set(get_args(State))
    assert len(set(board._ICONS.values())) == len(board._ICONS)


def test_a_line_of_the_board_says_shot_stage_state_and_detail(capsys):
    board.show(StageChange("SC010_SH0010", "panel", "done", "v001"))
    board.show(StageChange("SC010", "cut", "works"))
    out, err = capsys.readouterr()
    assert out == ""
    assert [line.split() for line in err.splitlines()] == [
        ["✓", "SC010_SH0010", "panel", "done", "v001"],
        [board._ICONS["works"], "SC010", "cut", "works"],
    ]


@pytest.mark.parametrize(
    ("terminal", "no_color", "colour"), [(True, "", "green"), (True, "1", None), (False, "", None), (False, "1", None)]
)
def test_colour_needs_a_terminal_and_leave(terminal, no_color, colour, monkeypatch):
    used: list[object] = []
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal)
    monkeypatch.setattr(click, "secho", lambda text, *, fg, err: used.append(fg))
    monkeypatch.setenv("NO_COLOR", no_color)
    board.show(StageChange("SC010_SH0010", "panel", "done"))
    assert used == [colour]


def test_the_group_knows_its_commands_without_loading_them():
    group = main.Lazy()
    context = click.Context(group)
    assert group.list_commands(context) == list(COMMANDS)
    assert group.get_command(context, "rum") is None


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_there_and_has_a_sentence_of_help(name):
    command = main.Lazy().get_command(click.Context(main.Lazy()), name)
    assert command is not None
    assert command.name == name
    assert command.help
    assert all(p.help for p in command.params if isinstance(p, click.Option) and "--help" not in p.opts)
