#!/usr/bin/env bash
# Every test, with the words given. Their films and ledgers lie in memory where there is plenty: what is flushed to a
# disk thousands of times makes the tests wait, an eighth of their time.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

GIB=$((1024 * 1024)) # in KiB
free_in() { df --output=avail "$1" 2>/dev/null | tail -1; }

if [ -w /dev/shm ] && [ "$(free_in /dev/shm)" -gt $((8 * GIB)) ] &&
    [ "$(awk '/^MemAvailable/ {print $2}' /proc/meminfo)" -gt $((16 * GIB)) ]; then
    find /dev/shm -maxdepth 1 -name 'gate-tests.*' -user "$(id -u)" -mtime +0 -exec rm -rf {} + # of one that was killed
    TMPDIR=$(mktemp -d /dev/shm/gate-tests.XXXXXX)
    export TMPDIR
    trap 'rm -rf "$TMPDIR"' EXIT
fi
# glibc gives a picture's memory back to the kernel when the picture is done with, and the next one has every page of it
# cleared again: 7 % of the time of the tests that look at pictures. Here it keeps it, in large pages. Other C libraries
# do not read this.
GLIBC_TUNABLES=glibc.malloc.hugetlb=1:glibc.malloc.top_pad=67108864
GLIBC_TUNABLES+=:glibc.malloc.mmap_threshold=1073741824:glibc.malloc.trim_threshold=4294967296
export GLIBC_TUNABLES
# In the order they are collected: the long films first, so that no core waits for one of them at the end. Three at once
# on two cores: a film waits for its processes, and a page for its film. A fourth would load all libraries once more,
# and start one more Prefect.
.venv/bin/pytest --numprocesses 3 --dist loadfile --no-loadscope-reorder "$@"
