"use strict";
// The camera: its frame on the whole plate, and the frame that its move ends on. Both are dragged, and resized at a corner.
let aimed = "first";

function framesOf(camera) {
  const {x, y, zoom} = camera.plate,
    size = 1 / zoom,
    end = cameraAt(camera, true),
    start = cameraAt(camera, false);
  const frame = (state) => ({
    x: x + state.right * size,
    y: y + state.down * size,
    size: size / state.zoom,
  });
  return {first: frame(start), last: frame(end)};
}
function drawFrames() {
  const frames = drag?.frames || framesOf(at.comp.camera),
    there = new Map([...$("#items").children].map((each) => [each.dataset.name, each]));
  for (const which of ["last", "first"]) {
    const frame = frames[which],
      known = there.get(which) || madeFrame(which);
    there.delete(which);
    known.setAttribute("aria-label", which === "first" ? `The camera's frame: ${cameraWords()}` : `The frame that the move ends on: ${moveWords()}`);
    known.setAttribute("aria-pressed", String(aimed === which));
    known.style.zIndex = aimed === which ? "2" : "1";
    known.style.left = `${(frame.x - frame.size / 2) * 100}%`;
    known.style.top = `${(frame.y - frame.size / 2) * 100}%`;
    known.style.width = known.style.height = `${frame.size * 100}%`;
    known.firstChild.textContent = which === "first" ? cameraWords() : `End · ${moveWords()}`;
    if (!known.isConnected) $("#items").append(known);
  }
  for (const gone of there.values()) gone.remove();
}
const cameraWords = () => `${at.comp.camera.size.replaceAll("_", " ")} · ${at.comp.camera.lens}`;
const moveWords = () =>
  at.comp.camera.move === "static" ? "static" : `${at.comp.camera.move.replaceAll("_", " ")} ${Math.round(at.comp.camera.amount * 100)} %`;
function madeFrame(which) {
  const corner = h("span", {class: "corner", "aria-hidden": "true"});
  const made = h("button", {type: "button", class: `frame ${which}`, "data-name": which}, h("span", {class: "name"}), corner);
  made.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    made.focus({focusVisible: false});
    aimed = which;
    draw();
    aim(event, which, event.target === corner);
  });
  made.addEventListener("focus", () => {
    aimed = which;
  });
  return made;
}
function aim(event, which, resizes) {
  const was = framesOf(at.comp.camera);
  begin(event, (dx, dy) => {
    const now = resizes
      ? {...was[which], size: Math.min(1.6, Math.max(0.05, was[which].size + 2 * Math.max(dx, dy)))}
      : {...was[which], x: was[which].x + dx, y: was[which].y + dy};
    drag.frames = which === "first" ? {first: clamped(now), last: was.last} : {...was, last: now};
    return frameAct(which, now, was);
  });
}
const clamped = (frame) => ({
  x: Math.min(1, Math.max(0, frame.x)),
  y: Math.min(1, Math.max(0, frame.y)),
  size: Math.min(1, Math.max(0.25, frame.size)),
});
function frameAct(which, frame, was) {
  const view = at.comp.camera.plate;
  if (which === "first") {
    const now = clamped(frame);
    // A pull-out opens nearer than the frame that its marks are written for.
    const start = cameraAt(at.comp.camera, false);
    return {do: "reframe", x: round(now.x), y: round(now.y), zoom: round(Math.min(4, Math.max(1, 1 / (now.size * start.zoom))))};
  }
  const size = 1 / view.zoom,
    opened = was.first;
  return {
    do: "end_frame",
    dx: round((frame.x - opened.x) / size),
    dy: round((frame.y - opened.y) / size),
    zoom: round(Math.min(4, Math.max(0.3, opened.size / frame.size))),
  };
}
function zoomFrame(by) {
  const was = framesOf(at.comp.camera),
    frame = {...was[aimed], size: was[aimed].size / by};
  act(frameAct(aimed, frame, was), `zoom ${aimed}`);
}
function nudgeFrame(dx, dy) {
  const was = framesOf(at.comp.camera),
    frame = {...was[aimed], x: was[aimed].x + dx, y: was[aimed].y + dy};
  act(frameAct(aimed, frame, was), `frame ${aimed}`);
}
function toggleCamera() {
  at.mode = at.mode === "camera" ? "stage" : "camera";
  aimed = "first";
  put("#items");
  draw();
  paint();
  if (at.mode === "camera") $("#items .first").focus();
  say(at.mode === "camera" ? "Plate view: drag the camera's frame. C goes back to the camera view." : "Camera view.");
}
