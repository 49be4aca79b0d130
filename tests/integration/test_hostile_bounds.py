"""No file from outside takes much memory, and none opens another."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import av

from bench.planting.hostile_clips import READ_CLIPS, REFUSED_CLIPS, clip, number_of
from bench.planting.hostile_pictures import PLAYLISTS, REFUSED_PICTURES, still

GROWTH_MB_MAX = 400
"""What one child may grow by over all bombs; one of them alone makes FFmpeg take 3.4 GB when it is let."""

CHILD = """
import json, sys
from pathlib import Path
from checks.seeing.decode import decode
from checks.errors import Unreadable
from checks.seeing.pictures import read_picture
from providers.errors import Undecodable
from providers.over_http.outputs import accept

def peak():  # of this program alone: what getrusage tells begins with its parent's
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith("VmHWM"))
def tried(door, path):
    try: seen = door(path)
    except (Unreadable, Undecodable) as refused: return refused.cause
    return getattr(seen, "broken", "") or "read"

warm, bombs = sorted(Path(sys.argv[1]).iterdir()), sorted(Path(sys.argv[2]).iterdir())
doors = (read_picture, decode, lambda path: accept(path, "acme"))
for path in warm:
    for door in doors: tried(door, path)
before = peak()
print(json.dumps({path.name: [*(tried(door, path) for door in doors), peak() - before] for path in bombs}))
"""


def test_no_bomb_takes_much_memory_and_no_file_opens_another(tmp_path):
    warm, bombs, pipe = tmp_path / "warm", tmp_path / "bombs", tmp_path / "canary"
    os.mkfifo(pipe)  # a process that opens it waits for a writer that never comes
    for folder in (warm, bombs):
        folder.mkdir()
    for name, content in {"clip": clip(), "webm": READ_CLIPS["WebM"](), "png": still(), "webp": still("WEBP")}.items():
        (warm / name).write_bytes(content)
    refused = {name: content for name, (content, _) in REFUSED_PICTURES.items()}
    refused |= {f"clip, {name}": content() for name, (content, _) in REFUSED_CLIPS.items() if name != "a picture"}
    for name, content in refused.items():
        (bombs / f"{name}.mp4").write_bytes(content.replace(b"%s", bytes(pipe)))

    ended = subprocess.run(
        [sys.executable, "-c", CHILD, warm, bombs],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        cwd=Path(__file__).parents[2],
    )

    assert ended.returncode == 0, ended.stderr
    told = json.loads(ended.stdout.splitlines()[-1])
    assert len(told) == len(refused)
    assert {name: doors for name, (*doors, _) in told.items() if "read" in doors} == {}
    assert max(growth for *_, growth in told.values()) < GROWTH_MB_MAX, told


def test_the_canary_of_a_playlist_is_one_that_ffmpeg_would_open(tmp_path):
    canary, path = tmp_path / "canary.mp4", tmp_path / "clip.mp4"
    canary.write_bytes(clip())
    content, _ = PLAYLISTS["a concat list"]
    path.write_bytes(content.replace(b"%s", bytes(canary)))

    with av.open(str(path), options={"safe": "0"}) as container:
        assert number_of(next(container.decode(video=0)).to_ndarray(format="rgb24")) == 0
