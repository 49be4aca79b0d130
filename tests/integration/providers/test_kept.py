"""Answers of synchronous calls: durable before they are told, found again by any process."""

import errno
import os
import stat

import pytest

from providers.errors import Gone, Invalid, OutcomeUnknown, Refused
from providers.over_http.failures import FailureRow, FailureTable
from providers.over_http.kept import Kept, job_id_of

MARKER, OTHER = "a" * 64, "b" * 64
PICTURE = b"\x89PNG and so on"


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "spool" / "answers"


@pytest.fixture
def kept(folder):
    return Kept("somebody", folder)


def keep(kept, marker=MARKER, job_id="image-1", picture=PICTURE, bill=35_000):
    return kept.keep(marker, job_id, picture, bill_microusd=bill, raw='{"created":1}')


def test_another_process_finds_polls_and_fetches_what_was_kept(kept, folder, tmp_path):
    job = keep(kept)
    successor = Kept("somebody", folder)
    found = successor.find(MARKER)
    assert (found.state, found.job_id, found.others) == ("found", "image-1", ())
    status = successor.status(job.job_id)
    assert (status.state, status.bill_microusd, status.raw) == ("done", 35_000, '{"created":1}')
    copy = successor.copy(job.job_id, tmp_path / "into")
    assert (copy.parent, copy.read_bytes()) == (tmp_path / "into", PICTURE)


def test_a_bill_that_nobody_knows_stays_unknown(kept):
    assert kept.status(keep(kept, bill=None).job_id).bill_microusd is None


def test_what_was_never_kept_is_gone_and_not_proved_absent(kept, tmp_path):
    keep(kept)
    assert kept.find(OTHER).state == "unknown"
    assert kept.find("a" * 63).state == "unknown"
    for name in ("image-2", "mage-1", "1", "", "*", "../image-1", f"{MARKER}.image-1", "image-1.json", "x" * 300):
        assert kept.status(name).state == "gone"
        with pytest.raises(Gone, match="machine that made the call"):
            kept.copy(name, tmp_path)


def test_two_answers_to_one_call_are_both_found(kept):
    keep(kept, job_id="image-1")
    keep(kept, job_id="image-2", picture=b"another")
    found = kept.find(MARKER)
    assert (found.job_id, found.others) == ("image-1", ("image-2",))


@pytest.mark.parametrize("damage", ["cut", "lost"])
def test_a_damaged_picture_is_gone(kept, folder, tmp_path, damage):
    job = keep(kept)
    (picture,) = (path for path in folder.iterdir() if path.suffix != ".json")
    picture.write_bytes(PICTURE[:4]) if damage == "cut" else picture.unlink()
    with pytest.raises(Gone, match="lost or damaged"):
        kept.copy(job.job_id, tmp_path / "into")


def test_a_damaged_record_is_gone(kept, folder):
    job = keep(kept)
    (record,) = folder.glob("*.json")
    record.write_text("{}")
    with pytest.raises(Gone, match="record is damaged"):
        kept.status(job.job_id)


@pytest.mark.parametrize("writes", [0, 1])
def test_a_disk_that_fills_up_leaves_the_call_in_doubt_and_nothing_half_kept(kept, monkeypatch, writes):
    left, real = iter(range(writes)), os.fsync
    keep(kept, OTHER, "image-0", b"before")  # the folder is there

    def full(handle):
        if stat.S_ISDIR(os.fstat(handle).st_mode) or next(left, None) is not None:
            return real(handle)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutcomeUnknown, match="No space left"):
        keep(kept)
    assert kept.find(MARKER).state == "unknown"
    assert kept.status("image-1").state == "gone"


def test_a_folder_that_keeps_nothing_is_refused_before_money_moves(tmp_path):
    (tmp_path / "spool").write_text("a file where the folder should be")
    with pytest.raises(Invalid, match="could not be kept"):
        Kept("somebody", tmp_path / "spool").ready()
    Kept("somebody", tmp_path / "other").ready()


def test_a_job_is_named_by_its_trace_and_its_answer():
    first = job_id_of("image", "0217/88 25", b"answer")
    assert first.startswith("image-02178825-")
    assert job_id_of("image", "0217/88 25", b"other") != first
    assert job_id_of("image", "", b"answer").count("-") == 1


def test_an_answer_that_brought_nothing_has_failed_by_the_providers_own_code(folder):
    table = FailureTable("somebody", [FailureRow(Refused, "Change it.", code="HELD")], lambda reply: ("", ""))
    kept = Kept("somebody", folder, table)
    keep(kept, job_id="held-1", picture=b"", bill=24)
    kept.keep(OTHER, "held-2", b"", bill_microusd=24, raw='{"why":"HELD"}', failed="HELD")
    assert kept.status("held-1").state == "done"
    status = Kept("somebody", folder, table).status("held-2")
    assert (status.state, status.bill_microusd, type(status.failure)) == ("failed", 24, Refused)
    assert status.failure.raw == '{"why":"HELD"}'
    kept.keep("c" * 64, "held-3", b"", bill_microusd=None, raw="", failed="SOMETHING_NEW")
    assert (kept.status("held-3").state, kept.status("held-3").failure) == ("failed", None)
