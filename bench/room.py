"""Whether a scene of 100 shots stays smooth in the review room: a trace of Chromium while somebody opens it and scrubs.

Previz draws the scene (about 70 CPU-s); `--film DIR` keeps it there, or uses one that is there. Prints one JSON line:
seconds to the first picture, requests for media, and the time between pictures while a pointer sweeps over the film
strip and while a key runs through the shots. `--trace FILE` writes Chromium's own trace. Ends with exit code 1 where
the first picture takes a second or more, or a sweep loads the clips that it passes. `new` is the room in the moment in
which it starts, with no small picture made yet; `again` is a browser that has never seen it, a few seconds later.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn
from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from bench.longscene.film import SCENE, drawn
from desk.room.app import room_app
from desk.room.sessions import Sessions
from wiring.opening import open_services
from wiring.ports import listening
from wiring.settings import read_settings

ROOT = Path(__file__).resolve().parent.parent
SHOTS, SCREEN = 100, {"width": 1440, "height": 900}
FIRST_PICTURE_S, SWEEP_MEDIA_MAX = 1.0, 3
_WATCH = """
window.clipAt = 0;
document.addEventListener("loadeddata", () => { window.clipAt = window.clipAt || performance.now(); }, true);
window.gaps = [];
window.watch = () => {
  let before = performance.now();
  window.gaps = [];
  window.watching = true;
  requestAnimationFrame(function next(now) {
    gaps.push(now - before);
    before = now;
    if (watching) requestAnimationFrame(next);
  });
};
"""
_DRAG = """(() => {
  const film = document.querySelector("#film"),
    box = film.getBoundingClientRect(),
    y = box.top + box.height / 2,
    at = (done, kind, to) =>
      to.dispatchEvent(
        new PointerEvent(kind, {clientX: box.left + 2 + (box.width - 4) * done, clientY: y, bubbles: true}),
      );
  let n = 0;
  at(0, "pointerdown", film);
  watch();
  requestAnimationFrame(function next() {
    n += 1;
    at(n <= 60 ? n / 60 : Math.max(0, 2 - n / 60), "pointermove", film);
    if (n < 120) requestAnimationFrame(next);
    else {
      at(0, "pointerup", film);
      watching = false;
    }
  });
})()"""
_TIMES = """(() => {
  const [at] = performance.getEntriesByType("navigation"),
    files = performance.getEntriesByType("resource"),
    poster = files.find((each) => each.name.endsWith(new URL(video().poster).pathname)),
    [painted] = performance.getEntriesByName("first-contentful-paint");
  return {
    answer: at.responseStart,
    picture: Math.max(poster.responseEnd, painted ? painted.startTime : 0),
    clip: clipAt,
    bytes: files.reduce((all, each) => all + each.transferSize, at.transferSize),
  };
})()"""
"""When the server answered, when the shot's small picture was there and the page painted, and when its clip was."""


def main() -> int:
    """Measure, print, and judge."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--film", type=Path, help="a folder for the film")
    asked.add_argument("--trace", type=Path, help="a file for Chromium's trace")
    asked.add_argument("--shots", type=int, default=SHOTS)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        film = given.film or Path(folder) / "film"
        if not (film / "film.yaml").exists():
            drawn(film, given.shots)
        shutil.rmtree(film / ".gate" / "vault" / "thumbnails", ignore_errors=True)
        told = _measured(film, given.trace)
    print(json.dumps(told))
    slow = told["again"]["first_picture_s"] >= FIRST_PICTURE_S
    return 1 if slow or told["sweep"]["clips_loaded"] > SWEEP_MEDIA_MAX else 0


def _measured(film: Path, trace: Path | None) -> dict[str, Any]:
    named = ROOT / ".venv" / "browser"
    path = named.read_text().strip() if named.exists() else shutil.which("chromium")
    with sync_playwright() as playwright, _served(film) as room:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        told: dict[str, Any] = {"new": _opened(browser, room)[1]}
        _small_pictures_are_made(film)
        page, told["again"] = _opened(browser, room)
        if trace:
            browser.start_tracing(page=page, path=str(trace))
        processes = browser.new_browser_cdp_session()
        told["sweep"] = _sweep(page, processes)
        told["run_through"] = _run_through(page, processes)
        if trace:
            browser.stop_tracing()
        browser.close()
    return told


@contextmanager
def _served(film: Path) -> Iterator[Sessions]:
    services = open_services(read_settings(film))
    with listening(0) as here:
        port = here.getsockname()[1]
        sessions = Sessions.on_loopback(port, who="the bench", log=services.settings.state / "room.log")
        serving = uvicorn.Server(uvicorn.Config(room_app(services, sessions), log_level="critical"))
        thread = threading.Thread(target=serving.run, args=([here],))
        thread.start()
        try:
            yield sessions
        finally:
            serving.should_exit = True
            thread.join()


def _opened(browser: Browser, sessions: Sessions) -> tuple[Page, dict[str, Any]]:
    """A browser that has never seen the room opens the scene's page."""
    context = browser.new_context(viewport=SCREEN)  # type: ignore[arg-type]
    page, asked = context.new_page(), list[str]()
    page.add_init_script(_WATCH)
    address = f"http://{next(iter(sorted(sessions.hosts)))}"
    page.goto(sessions.link(address, "/proposals"))  # signs in, on a page that shows no picture
    page.wait_for_url(f"{address}/proposals")
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}/r/{SCENE}", wait_until="commit")
    _until(page, "window.clipAt > 0")
    page.wait_for_timeout(1500)
    times = page.evaluate(_TIMES)
    return page, {
        "first_picture_s": round(times["picture"] / 1000, 3),
        "clip_ready_s": round(times["clip"] / 1000, 3),
        "answer_s": round(times["answer"] / 1000, 3),
        "shots": page.evaluate("scene.shots.length"),
        "small_pictures_asked": sum("/small/" in url for url in asked),
        "clips_asked": len({url for url in asked if url.endswith(".mp4")}),
        "loaded_mb": round(times["bytes"] / 1e6, 2),
    }


def _small_pictures_are_made(film: Path) -> None:
    """Wait until the room has made all of them: what it does in its first minute with a film, and never again."""
    made = film / ".gate" / "vault" / "thumbnails"
    count = -1
    while count != (count := sum(1 for _ in made.glob("*.jpg"))):
        threading.Event().wait(2)


def _sweep(page: Page, processes: CDPSession) -> dict[str, Any]:
    """A drag over the whole film strip, there and back in two seconds: one move of the pointer a picture."""
    asked = list[str]()
    page.on("request", lambda request: asked.append(request.url))
    before = _renderer_s(processes)
    page.evaluate(_DRAG)
    _until(page, "!window.watching")
    spent, gaps, during = _renderer_s(processes) - before, page.evaluate("gaps"), list(asked)
    page.wait_for_timeout(1500)
    return {**_smooth(gaps, spent), "clips_loaded": len({url for url in during if url.endswith(".mp4")})}


def _run_through(page: Page, processes: CDPSession) -> dict[str, Any]:
    """A key that is pressed forty times, as fast as somebody can."""
    page.evaluate("choose(scene.shots[0].id)")
    page.wait_for_timeout(1500)
    before = _renderer_s(processes)
    page.evaluate("watch()")
    for _ in range(40):
        page.keyboard.press("]")
        page.wait_for_timeout(60)
    gaps = page.evaluate("(() => { watching = false; return gaps; })()")
    assert page.evaluate("scene.shots.indexOf(shot())") == 40
    return {**_smooth(gaps, _renderer_s(processes) - before), "shots_passed": 40}


def _renderer_s(processes: CDPSession) -> float:
    """Processor time of the pages' processes until now: a busy machine does not change it."""
    told = processes.send("SystemInfo.getProcessInfo")["processInfo"]
    return float(sum(each["cpuTime"] for each in told if each["type"] == "renderer"))


def _smooth(gaps: list[float], cpu_s: float) -> dict[str, Any]:
    ordered = sorted(gaps[2:])
    p50, p95 = (round(ordered[min(len(ordered) - 1, int(len(ordered) * part))], 1) for part in (0.5, 0.95))
    return {
        "pictures": len(ordered),
        "cpu_ms_a_picture": round(1000 * cpu_s / len(ordered), 1),
        "p50_ms": p50,
        "p95_ms": p95,
        "worst_ms": round(ordered[-1], 1),
    }


def _until(page: Page, true: str) -> None:
    for _ in range(2400):
        if page.evaluate(true):
            return
        page.wait_for_timeout(25)
    raise AssertionError(true)


if __name__ == "__main__":
    sys.exit(main())
