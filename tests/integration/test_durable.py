from __future__ import annotations

import pytest

from manifests.reading.durable import write_durably


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path):
    write_durably(tmp_path / "a", (b"old",), mode=0o644)

    def broken():
        yield b"new"
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        write_durably(tmp_path / "a", broken(), mode=0o644)
    assert (tmp_path / "a").read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
