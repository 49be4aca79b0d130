"use strict";
// The pencil layer: lines over the shot, kept beside the scenes as strokes. A model gets it only where the shot says so.
const INKS = ["graphite", "red", "blue", "white"];
const pencil = {on: false, shot: "", base: "", strokes: [], toModels: false, ink: "graphite", line: null, saving: null};

async function fetchSketch() {
  const shot = at.shot;
  if (pencil.shot === shot) return;
  Object.assign(pencil, {shot, base: "", strokes: []});
  drawPencil();
  try {
    const told = await ask("GET", `/api/board/${shot}/sketch`);
    if (pencil.shot !== shot) return;
    Object.assign(pencil, {base: told.base, strokes: told.sketch.strokes, toModels: told.to_models});
    drawPencil();
  } catch (error) {
    if (!(error instanceof Silent)) say(error.message, true);
  }
}
function drawPencil() {
  const svg = $("#pencil");
  svg.setAttribute("viewBox", `0 0 ${W} ${H}`);
  svg.classList.toggle("drawing", pencil.on);
  const lines = [...pencil.strokes, ...(pencil.line ? [pencil.line] : [])];
  put(svg, lines.map((stroke) =>
    h("path", {
      class: `ink ${stroke.ink}`,
      "stroke-width": (stroke.width / 1000) * W,
      d: `M${stroke.points.map(([x, y]) => `${x * W} ${y * H}`).join(" L")}${stroke.points.length === 1 ? " l0.1 0" : ""}`,
    }),
  ));
}
function togglePencil() {
  if (isAgent) return;
  pencil.on = !pencil.on;
  drawPencil();
  drawPencilBar();
  say(pencil.on ? "Pencil: draw on the frame. U erases the last line, I changes the colour, S puts the pencil away." : "The pencil is put away.");
}
function drawPencilBar() {
  const bar = $("#inks");
  bar.hidden = !pencil.on;
  put(
    bar,
    INKS.map((ink) => h("button", {type: "button", class: `ink-${ink}`, "aria-pressed": String(pencil.ink === ink), onclick: () => chooseInk(ink)}, ink)),
    button("U", "Erase the last line", rubOut, {disabled: !pencil.strokes.length}),
    button("", "Clear", () => keepSketch([]), {disabled: !pencil.strokes.length}),
    button("S", "Put away", togglePencil),
    pencil.toModels ? h("span", {class: "muted"}, "A model gets this sketch: another line makes the shot's panel stale.") : null,
  );
}
function chooseInk(ink) {
  pencil.ink = ink;
  drawPencilBar();
}
const nextInk = () => chooseInk(INKS[(INKS.indexOf(pencil.ink) + 1) % INKS.length]);
const rubOut = () => pencil.strokes.length && keepSketch(pencil.strokes.slice(0, -1));

// One save after the other, so that each knows the file that it draws over.
function keepSketch(strokes) {
  pencil.strokes = strokes;
  drawPencil();
  drawPencilBar();
  const shot = pencil.shot;
  pencil.saving = Promise.resolve(pencil.saving).then(async () => {
    if (pencil.shot !== shot) return;
    try {
      const told = await ask("POST", `/api/board/${shot}/sketch`, {base: pencil.base, sketch: {shot, strokes: pencil.strokes}});
      if (pencil.shot === shot) pencil.base = told.base;
    } catch (error) {
      if (error instanceof Silent) unheard(error);
      else say(error.message, true);
    }
  });
}
$("#pencil").addEventListener("pointerdown", (event) => {
  if (!pencil.on || event.button > 0) return;
  event.preventDefault();
  event.stopPropagation();
  $("#pencil").setPointerCapture(event.pointerId);
  pencil.line = {points: [spot(event)], ink: pencil.ink, width: pencil.ink === "white" ? 6 : 3};
  drawPencil();
});
$("#pencil").addEventListener("pointermove", (event) => {
  if (!pencil.line || pencil.line.points.length >= 2000) return;
  const [x, y] = pencil.line.points.at(-1),
    [toX, toY] = spot(event);
  if (Math.hypot(toX - x, toY - y) < 0.002) return;
  pencil.line.points.push([toX, toY]);
  drawPencil();
});
for (const ends of ["pointerup", "pointercancel"]) {
  $("#pencil").addEventListener(ends, () => {
    if (!pencil.line) return;
    const drawn = pencil.line;
    pencil.line = null;
    keepSketch([...pencil.strokes, drawn]);
  });
}
function spot(event) {
  const box = $("#board-stage").getBoundingClientRect(),
    part = (value) => Math.min(1.4, Math.max(-0.4, Math.round(value * 10000) / 10000));
  return [part((event.clientX - box.left) / box.width), part((event.clientY - box.top) / box.height)];
}
