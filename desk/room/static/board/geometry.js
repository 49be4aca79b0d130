"use strict";
// Where things are on the stage: the same figures that previz draws by, for the frames around its picture.
const RATIO = page.width / page.height;
const MOVES = ["static", "push_in", "pull_out", "pan_left", "pan_right", "tilt_up", "tilt_down"];
const SIZES = ["wide", "full", "medium", "medium_close_up", "close_up"];
const VIEW_WORDS = {front: "front", three_quarter: "three-quarter", side: "side", back: "back"};
const NEAREST = {
  front: ["three_quarter", "side", "back"],
  three_quarter: ["front", "side", "back"],
  side: ["three_quarter", "front", "back"],
  back: ["side", "three_quarter", "front"],
};

function cameraAt(camera, end) {
  const done = end ? camera.amount : 0;
  const still = {right: 0, down: 0, zoom: 1};
  if (camera.move === "push_in") return {...still, zoom: 1 + done};
  if (camera.move === "pull_out") return {...still, zoom: 1 + camera.amount - done};
  if (camera.move === "pan_right") return {...still, right: done};
  if (camera.move === "pan_left") return {...still, right: -done};
  if (camera.move === "tilt_down") return {...still, down: done};
  if (camera.move === "tilt_up") return {...still, down: -done};
  return still;
}
const moment = () => cameraAt(at.comp.camera, at.mark === "end");
const across = (x, state) => 0.5 + (x - 0.5 - state.right) * state.zoom;
const along = (y, state) => 0.5 + (y - 0.5 - state.down) * state.zoom;
const markOf = (one, which) => (which === "end" && one.end ? one.end : one.start);

function pictureOf(one, mark) {
  const shelf = shelfOf(one.kind, one.id);
  if (!shelf) return null;
  if (one.kind === "props") return shelf.picture;
  const views = shelf.wardrobes[one.wardrobe] || {};
  const found = [mark.facing, ...NEAREST[mark.facing]].find((view) => views[view]);
  return found ? views[found] : null;
}
// The box of somebody on the stage, in fractions of it.
function boxOf(one, which, state) {
  const mark = markOf(one, which),
    tall = mark.scale * state.zoom,
    wide = (tall * (pictureOf(one, mark)?.aspect || 0.4)) / RATIO,
    x = across(mark.x, state),
    y = along(mark.y, state);
  return {x, y, left: x - wide / 2, top: y - tall, wide, tall, mark};
}
function inWords(one) {
  const mark = markOf(one, at.mark),
    side = mark.x < 0.4 ? "left" : mark.x > 0.6 ? "right" : "middle";
  const looks = one.kind === "cast" ? `, ${VIEW_WORDS[mark.facing]} view${mark.mirrored ? " to the left" : ""}` : "";
  const dress = one.kind === "cast" ? ` in ${one.wardrobe.replaceAll("_", " ")}` : "";
  const walks = one.end ? ", walks" : "";
  const held = isLocked(one.name) ? ", locked" : "";
  return `${named(one)}${dress}${looks}, ${side}, ${Math.round(mark.scale * 100)} % of the frame high${walks}${held}`;
}
