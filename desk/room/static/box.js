"use strict";
// A box around a part of the picture, by keys and by pointer.
let boxing = false;
function dropBox() {
  boxing = false;
  at.box = null;
}
function beginBox() {
  halt();
  dropSketch();
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
// A pointer on the picture draws the box, a line, or the wipe; else it moves the picture where it is enlarged.
$("#stage").addEventListener("pointerdown", (event) => {
  if (event.button) return;
  if (sketch.on) beginMark(event);
  else if (boxing) drawBox(event);
  else if (at.mode === "wipe" && !zoomed()) drag(event, setWipe);
  else if (zoomed()) drag(event, (e) => pan(e.movementX, e.movementY));
});
function setWipe(event) {
  at.wipe = Math.round(spot(event)[0] * 100);
  drawOverlay();
  const range = $("#wipe");
  if (range) range.value = at.wipe;
}
function drawBox(event) {
  const [x, y] = spot(event);
  drag(
    event,
    (e) => {
      const [u, v] = spot(e);
      at.box = {x: Math.min(x, u), y: Math.min(y, v), w: Math.max(0.02, Math.abs(u - x)), h: Math.max(0.02, Math.abs(v - y))};
      at.box.x = Math.min(at.box.x, 1 - at.box.w);
      at.box.y = Math.min(at.box.y, 1 - at.box.h);
      drawOverlay();
    },
    false,
  );
}
function drag(event, moving, atOnce = true, done = () => {}) {
  event.preventDefault();
  if (atOnce && moving === setWipe) moving(event);
  const end = () => {
    removeEventListener("pointermove", moving);
    removeEventListener("pointerup", end);
    removeEventListener("pointercancel", end);
    done();
  };
  addEventListener("pointermove", moving);
  addEventListener("pointerup", end);
  addEventListener("pointercancel", end);
}
