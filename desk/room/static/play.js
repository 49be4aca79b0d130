"use strict";
// Playing, comparing, and drawing a box.
function seek(n) {
  const v = video();
  if (!v) return;
  v.pause();
  reverse(0);
  v.currentTime = (Math.min(frames() - 1, Math.max(0, n)) + 0.5) / FPS;
  tick();
}
const step = (by) => seek(frame() + by);
let backwards = 0,
  speed = 1;
function reverse(rate) {
  clearInterval(backwards);
  backwards = 0;
  if (rate)
    backwards = setInterval(() => {
      const v = video();
      if (!v || v.currentTime <= 0) {
        reverse(0);
        drawCounter();
      } else {
        v.currentTime = Math.max(0, v.currentTime - rate / FPS);
        tick();
      }
    }, 1000 / FPS);
}
const plays = () => Boolean(backwards) || !(video() || {paused: true}).paused;
function halt() {
  const v = video();
  if (v) v.pause();
  reverse(0);
  drawCounter();
}
function toggle() {
  const v = video();
  if (!v) return;
  if (plays()) {
    halt();
    return;
  }
  speed = 1;
  v.playbackRate = 1;
  if (v.ended) v.currentTime = 0;
  v.play().catch(() => {});
}
function forwards() {
  const v = video();
  if (!v) return;
  reverse(0);
  speed = v.paused ? 1 : Math.min(4, speed * 2);
  v.playbackRate = speed;
  v.play().catch(() => {});
}
function rewind() {
  const v = video();
  if (!v) return;
  v.pause();
  speed = backwards ? Math.min(4, speed * 2) : 1;
  reverse(speed);
  drawCounter();
}
function compare(mode) {
  if (!A()) {
    say("There is no other version to compare with.");
    return;
  }
  at.mode = at.mode === mode ? "b" : mode;
  at.wipe = 50;
  draw();
}
function only(which) {
  if (which === "a" && !A()) {
    say("There is no A: no version before this one.");
    return;
  }
  at.mode = which;
  draw();
  say(`${which.toUpperCase()}: ${(which === "a" ? A() : B()).name}`);
}
function ghost() {
  if (scene.shots[0].id === at.shot) {
    say("The first shot has none before it.");
    return;
  }
  at.ghost = !at.ghost;
  draw();
}
function fullscreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else
    $("#look")
      .requestFullscreen()
      .catch(() => {});
}

// Boxes, by keys and by pointer.
let boxing = false;
function dropBox() {
  boxing = false;
  at.box = null;
}
function beginBox() {
  const v = video();
  if (v) v.pause();
  reverse(0);
  boxing = true;
  at.box = at.box || {x: 0.35, y: 0.3, w: 0.3, h: 0.4};
  drawOverlay();
  $("#stage").focus();
  say("Box: arrows move it, Shift and arrows size it, Enter writes the note, E edits what is in it, Esc drops it.", true);
}
function boxKey(event) {
  const by = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]}[event.key];
  if (event.key === "Escape") {
    dropBox();
    say("");
    drawOverlay();
  } else if (event.key === "Enter") {
    boxing = false;
    say("");
    $("#note").focus();
    drawCounter();
  } else if (event.key.toLowerCase() === "e" && !isAgent) {
    boxing = false;
    say("");
    Promise.resolve(editLayer()).catch(() => {});
  } else if (by) {
    const b = at.box,
      clamp = (value, low, high) => Math.min(high, Math.max(low, value));
    if (event.shiftKey) {
      b.w = clamp(b.w + by[0] * 0.02, 0.02, 1 - b.x);
      b.h = clamp(b.h + by[1] * 0.02, 0.02, 1 - b.y);
    } else {
      b.x = clamp(b.x + by[0] * 0.02, 0, 1 - b.w);
      b.y = clamp(b.y + by[1] * 0.02, 0, 1 - b.h);
    }
    drawOverlay();
  } else return;
  event.preventDefault();
}
$("#stage").addEventListener("pointerdown", (event) => {
  const stage = $("#stage").getBoundingClientRect(),
    place = (e) => [
      Math.min(1, Math.max(0, (e.clientX - stage.left) / stage.width)),
      Math.min(1, Math.max(0, (e.clientY - stage.top) / stage.height)),
    ];
  if (!boxing) {
    if (at.mode !== "wipe") return;
    const wipe = (e) => {
      at.wipe = Math.round(place(e)[0] * 100);
      drawOverlay();
      const range = $("#wipe");
      if (range) range.value = at.wipe;
    };
    wipe(event);
    drag(wipe);
    return;
  }
  const [x, y] = place(event);
  drag((e) => {
    const [u, v] = place(e);
    at.box = {
      x: Math.min(x, u),
      y: Math.min(y, v),
      w: Math.max(0.02, Math.abs(u - x)),
      h: Math.max(0.02, Math.abs(v - y)),
    };
    at.box.x = Math.min(at.box.x, 1 - at.box.w);
    at.box.y = Math.min(at.box.y, 1 - at.box.h);
    drawOverlay();
  });
});
function drag(moving) {
  const end = () => {
    removeEventListener("pointermove", moving);
    removeEventListener("pointerup", end);
  };
  addEventListener("pointermove", moving);
  addEventListener("pointerup", end);
}
