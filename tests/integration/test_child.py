"""Another program never outlives its call, however that ends."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from assembly import child

SOON_S = 10.0
FAMILY = """
import subprocess, sys, time
own = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print(own.pid, flush=True)
open(sys.argv[1], "w").write(str(own.pid))
time.sleep(float(sys.argv[2]))
"""


async def run(tmp_path, code, *words, timeout_s=30.0, **more):
    return await child.run([sys.executable, "-c", code, *words], folder=tmp_path, timeout_s=timeout_s, **more)


async def test_a_program_ends_with_its_own_code_and_its_last_words(tmp_path):
    ended = await run(tmp_path, "import sys; print('to out'); print('to err', file=sys.stderr); sys.exit(7)")
    assert ended.code == 7
    assert {"to out", "to err"} <= set(ended.words.splitlines())


async def test_a_progress_bar_leaves_what_it_showed_last(tmp_path):
    ended = await run(tmp_path, r"import sys; sys.stderr.write('begins\n\r10 %\r50 %\r100 %\nends\n')")
    assert ended.words.splitlines() == ["begins", "100 %", "ends"]


async def test_a_program_has_no_terminal_to_wait_for(tmp_path):
    assert (await run(tmp_path, "import sys; print(repr(sys.stdin.read()))")).words == "''"


async def test_a_signal_is_told_as_a_code_below_zero(tmp_path):
    assert (await run(tmp_path, "import os; os.kill(os.getpid(), 15)")).code == -signal.SIGTERM


async def test_a_program_that_is_not_there_is_told_in_the_shells_words(tmp_path):
    ended = await child.run(["no-such-program"], folder=tmp_path, timeout_s=30)
    assert ended.code == 127
    assert "no-such-program" in ended.words


async def test_words_are_never_read_by_the_shell(tmp_path):
    word = "$(touch made); `touch made` ' \" * \n"
    ended = await run(tmp_path, "import sys; print(sys.argv[1:] == [sys.argv[1]], ascii(sys.argv[1]))", word)
    assert ended.words == f"True {word!a}"
    assert not (tmp_path / "made").exists()


async def test_it_gets_the_environment_that_is_given_and_no_more(tmp_path):
    code = "import os; print(os.environ.get('A'), 'HOME' in os.environ)"
    assert (await run(tmp_path, code, environment={"A": "1"})).words == "1 False"


async def test_one_that_is_late_is_killed_with_all_that_it_started(tmp_path):
    ended = await run(tmp_path, FAMILY, "pid", "60", timeout_s=1.0)
    assert ended.code is None
    await gone(tmp_path / "pid")


async def test_what_a_program_leaves_behind_ends_with_it(tmp_path):
    ended = await run(tmp_path, FAMILY, "pid", "0")
    assert ended.code == 0
    await gone(tmp_path / "pid")


async def test_a_cancelled_call_kills_it_with_all_that_it_started(tmp_path):
    calling = asyncio.create_task(run(tmp_path, FAMILY, "pid", "60"))
    await there(tmp_path / "pid")
    calling.cancel()
    with pytest.raises(asyncio.CancelledError):
        await calling
    await gone(tmp_path / "pid")


async def test_it_ends_when_we_are_killed_outright(tmp_path):
    ours = (
        "import asyncio, sys; from pathlib import Path; from assembly import child;"
        f"asyncio.run(child.run([sys.executable, '-c', {FAMILY!r}, 'pid', '60'], folder=Path('.'), timeout_s=60))"
    )
    root = Path(__file__).parents[2]
    with subprocess.Popen(  # noqa: ASYNC220  nothing else runs here
        [sys.executable, "-c", ours], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(root)}
    ) as us:
        await there(tmp_path / "pid")
        us.kill()
    await gone(tmp_path / "pid")


async def there(note: Path) -> None:
    await until(lambda: note.exists() and bool(note.read_text()))


async def gone(note: Path) -> None:
    """Wait until the process that the note names has ended; one that nobody has reaped yet has."""
    pid = int(note.read_bytes())  # noqa: ASYNC240  a few bytes that are there

    def ended() -> bool:
        try:
            return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
        except (FileNotFoundError, ProcessLookupError):
            return True

    await until(ended)


async def until(holds) -> None:
    end = time.monotonic() + SOON_S
    while not holds():
        assert time.monotonic() < end, "it did not come to pass"
        await asyncio.sleep(0.02)
