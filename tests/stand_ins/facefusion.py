"""Stands in for FaceFusion 3.8.1's `facefusion.py`: its flags, its files, its words, and its ways of going wrong.

Written from its sources, not from our adapter. `behave.txt` beside this file says what happens, a word a line:

    version=X          what --version says                 no_ffmpeg      a dependency is missing
    no_models          its models are not downloaded       nothing        ends with 0, and makes nothing
    fails              ends with 1 and a word              nsfw           its content analyser refuses the target
    hang               never ends, and starts a child      truncated      breaks off the file it makes
    short, small       loses frames, or size               copy           gives the target back
    interrupted        what Ctrl-C leaves: 0, no file      slow_start=S   sleeps before it begins
    stolen_job         another run took its job's name     crash          dies of a signal

What it is called with is kept in `calls.jsonl` beside it.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

HERE = Path(__file__).resolve().parent
BEHAVE = HERE / "behave.txt"
WORDS = BEHAVE.read_text().split() if BEHAVE.exists() else []
SAYS = dict(word.split("=", 1) for word in WORDS if "=" in word)
EXTENSIONS = {".png": "image", ".jpg": "image", ".jpeg": "image", ".webp": "image", ".mp4": "video", ".webm": "video"}


def log(level, message, scope="FACEFUSION.CORE"):
    print(f"[{scope}] {message}", file=sys.stderr, flush=True)


ORDERS = [
    *("left-right", "right-left", "top-bottom", "bottom-top"),
    *("small-large", "large-small", "best-worst", "worst-best"),
]
PROCESSORS = [
    *("face_swapper", "face_enhancer", "expression_restorer", "lip_syncer", "face_editor", "frame_enhancer"),
    *("frame_colorizer", "age_modifier", "background_remover", "deep_swapper", "face_debugger"),
]
SWAPPERS = [
    *("hyperswap_1a_256", "hyperswap_1b_256", "hyperswap_1c_256"),
    *("inswapper_128", "inswapper_128_fp16", "simswap_256"),
]


def parser():
    version = SAYS.get("version", "3.8.1")
    program = argparse.ArgumentParser(prog="facefusion.py")
    program.add_argument("-v", "--version", action="version", version=f"FaceFusion {version}")
    commands = program.add_subparsers(dest="command")
    run = commands.add_parser("headless-run")
    run.add_argument("--config-path", default="facefusion.ini")
    run.add_argument("--temp-path", default="/tmp")
    run.add_argument("--jobs-path", default=".jobs")
    run.add_argument("-s", "--source-paths", nargs="+")
    run.add_argument("-t", "--target-path")
    run.add_argument("-o", "--output-path")
    run.add_argument("--face-selector-mode", choices=["many", "one", "reference"], default="reference")
    run.add_argument("--face-selector-order", default="large-small", choices=ORDERS)
    run.add_argument("--reference-face-position", type=int, default=0)
    run.add_argument("--reference-face-distance", type=float, default=0.3)
    run.add_argument("--reference-frame-number", type=int, default=0)
    run.add_argument("--processors", nargs="+", default=["face_swapper"], choices=PROCESSORS)
    run.add_argument("--face-swapper-model", default="hyperswap_1a_256", choices=SWAPPERS)
    run.add_argument("--face-enhancer-model", default="gfpgan_1.4")
    run.add_argument("--output-video-quality", type=int, default=80)
    run.add_argument("--execution-providers", nargs="+", default=["cpu"])
    run.add_argument("--log-level", choices=["error", "warn", "info", "debug"], default="info")
    return program


def main():
    if "no_ffmpeg" in WORDS:
        log("error", "ffmpeg is not installed")
        sys.exit(2)
    asked = parser().parse_args()
    with (HERE / "calls.jsonl").open("a") as calls:
        calls.write(json.dumps({"argv": sys.argv[1:], "cwd": str(Path.cwd()), "environment": dict(os.environ)}) + "\n")
    if asked.command != "headless-run":
        sys.exit(2)
    time.sleep(float(SAYS.get("slow_start", 0)))
    sys.exit(0 if headless(asked) else 1)


def headless(asked):
    job = "headless-" + datetime.now().strftime("%Y-%m-%d-%H-%M-%S")
    jobs = Path(asked.jobs_path)
    for status in ("drafted", "queued", "completed", "failed"):
        (jobs / status).mkdir(parents=True, exist_ok=True)
    if "stolen_job" in WORDS or any(
        (jobs / status / f"{job}.json").exists() for status in ("drafted", "queued", "failed")
    ):
        log("error", f"job {job} not created")
        return False
    now = datetime.now().astimezone().isoformat()
    step = {"args": {"source_paths": asked.source_paths, "target_path": asked.target_path}, "status": "queued"}
    file = jobs / "queued" / f"{job}.json"
    file.write_text(json.dumps({"version": "1", "date_created": now, "date_updated": None, "steps": [step]}))
    log("info", "processing step 1 of 1")
    made = step_of(asked)
    file.rename(jobs / ("completed" if made else "failed") / file.name)
    return made


def step_of(asked):
    if "no_models" in WORDS:
        log("error", "validating hash for yoloface_8n failed", "FACEFUSION.DOWNLOAD")
        return False
    target, output = Path(asked.target_path), Path(asked.output_path)
    if target.suffix != output.suffix or target.suffix not in EXTENSIONS:
        log("error", "match the target and output extension")
        return False
    if "hang" in WORDS:
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        (HERE / "hangs.txt").write_text(f"{os.getpid()} {child.pid}")
        time.sleep(600)
    if "crash" in WORDS:
        os.kill(os.getpid(), 9)
    if "nsfw" in WORDS:  # of a still it says nothing at all; of a clip its progress bar shows a rate
        if EXTENSIONS[target.suffix] == "video":
            analyse(asked, "34.0")
        return False
    if EXTENSIONS[target.suffix] == "video":
        analyse(asked, "0.0")
    if "fails" in WORDS:
        log("error", "no source face detected", "FACEFUSION.FACE_SWAPPER")
        return False
    if {"nothing", "interrupted"} & set(WORDS):
        log("info", "processing stopped")
        sys.exit(0)
    Path(asked.temp_path, "facefusion", target.stem).mkdir(parents=True, exist_ok=True)
    make(asked, target, output)
    log("info", f"processing to {EXTENSIONS[target.suffix]} succeeded in 1.2 seconds")
    return True


def analyse(asked, rate):
    if asked.log_level in {"warn", "error"}:
        return
    for done in (0, 50, 100):
        sys.stderr.write(
            f"\ranalysing: {done:3d}%|=====     | 12/24 [00:00<00:00, 90.00frame/s, rate={rate if done else 0}]"
        )
    sys.stderr.write("\n")
    sys.stderr.flush()


def make(asked, target, output):
    if "copy" in WORDS:
        shutil.copyfile(target, output)
    elif EXTENSIONS[target.suffix] == "video":
        clip(asked, target, output)
    else:
        still(asked, target, output)
    if "truncated" in WORDS:
        os.truncate(output, output.stat().st_size * 2 // 3)


def painted(picture, asked):
    """The target with the source's colour where the chosen face would be."""
    import numpy as np
    from PIL import Image

    with Image.open(asked.source_paths[0]) as source:
        colour = np.asarray(source.convert("RGB"), np.float32).mean((0, 1))
    pixels = np.array(picture)
    height, width = pixels.shape[:2]
    left = width // 4 + asked.reference_face_position * width // 4
    pixels[height // 4 : height // 2, left : left + width // 8] = colour.astype(np.uint8)
    return pixels


def still(asked, target, output):
    from PIL import Image

    with Image.open(target) as picture:
        made = Image.fromarray(painted(picture.convert("RGB"), asked))
    if "small" in WORDS:
        made = made.resize((made.width // 2, made.height // 2))
    made.save(output)


def clip(asked, target, output):
    import av

    with av.open(str(target)) as source, av.open(str(output), "w") as made:
        frames = [frame.to_ndarray(format="rgb24") for frame in source.decode(video=0)]
        size = frames[0].shape[1::-1]
        if "short" in WORDS:
            frames = frames[:-2]
        if "small" in WORDS:
            size = (size[0] // 4 * 2, size[1] // 4 * 2)
        stream = made.add_stream("libx264", rate=24)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        for frame in frames:
            made.mux(stream.encode(av.VideoFrame.from_ndarray(painted(frame, asked), format="rgb24")))
        made.mux(stream.encode())


if __name__ == "__main__":
    main()
