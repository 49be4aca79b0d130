"use strict";
// Enlarging the picture: the whole of it, one of its pixels on one of the screen's, and by wheel anything between.
const ZOOM_MAX = 8;
const lens = {scale: 1, x: 0, y: 0};
const zoomed = () => lens.scale !== 1;
function placePlane() {
  const plane = $("#plane");
  if (!plane) return;
  plane.style.transform = zoomed() ? `translate(${lens.x}px, ${lens.y}px) scale(${lens.scale})` : "";
  $("#stage").classList.toggle("zoomed", zoomed());
}
function fit() {
  Object.assign(lens, {scale: 1, x: 0, y: 0});
  placePlane();
}
// `x` and `y`: the place of the stage that stays where it is, in pixels.
function zoom(scale, x, y) {
  const stage = $("#stage").getBoundingClientRect(),
    next = Math.min(ZOOM_MAX, Math.max(Math.min(1, oneToOne()), scale));
  const [px, py] = [x ?? stage.width / 2, y ?? stage.height / 2],
    grown = next / lens.scale;
  lens.x = px - (px - lens.x) * grown;
  lens.y = py - (py - lens.y) * grown;
  lens.scale = next;
  pan(0, 0);
  drawDeck();
}
// The picture's edges never leave the stage; a picture that is smaller than the stage is in its middle.
function pan(dx, dy) {
  const stage = $("#stage").getBoundingClientRect();
  const held = (at, side) => (lens.scale < 1 ? (side * (1 - lens.scale)) / 2 : Math.min(0, Math.max(side * (1 - lens.scale), at)));
  lens.x = held(lens.x + dx, stage.width);
  lens.y = held(lens.y + dy, stage.height);
  placePlane();
}
// How many times a pixel of the picture must grow to be one of the screen.
function oneToOne() {
  const shown = $("#stage video.b, #stage img.b, #stage .a"),
    wide = shown ? shown.videoWidth || shown.naturalWidth || 0 : 0;
  return wide ? wide / ($("#stage svg.boxes").getBoundingClientRect().width / lens.scale) / devicePixelRatio : 1;
}
function actualPixels() {
  if (zoomed()) {
    fit();
    drawDeck();
    say("The whole picture.");
    return;
  }
  const scale = oneToOne();
  zoom(Math.abs(scale - 1) < 0.01 ? 2 : scale);
  say(Math.abs(scale - 1) < 0.01 ? "Enlarged 2×. Drag to move it." : "1:1: one pixel of the picture is one of the screen.");
}
$("#stage").addEventListener(
  "wheel",
  (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const stage = $("#stage").getBoundingClientRect();
    zoom(lens.scale * Math.exp(-event.deltaY / 300), event.clientX - stage.left, event.clientY - stage.top);
  },
  {passive: false},
);
$("#stage").addEventListener("dblclick", () => {
  if (!boxing && !sketch.on) actualPixels();
});
addEventListener("resize", () => pan(0, 0));
