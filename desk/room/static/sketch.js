"use strict";
// Drawing on a frame: pen, arrow, box and text, kept as vectors with the note.
const TOOLS = {pen: "P", arrow: "A", box: "B", text: "T"},
  INKS = ["yellow", "red", "green", "blue", "white"],
  LINE_POINTS_MAX = 500,
  MARKS_MAX = 40,
  POINTS_MAX = 2000,
  APART = 0.003;
const sketch = {on: false, tool: "pen", ink: "yellow", marks: [], live: null, spot: null};
function dropSketch() {
  if (!sketch.on && !sketch.marks.length) return;
  Object.assign(sketch, {on: false, marks: [], live: null, spot: null});
  drawTools();
}
function beginSketch() {
  if (sketch.on) {
    endSketch();
    return;
  }
  if (isAgent || !B() || at.cut) {
    say("There is no picture here to draw on.");
    return;
  }
  halt();
  dropBox();
  sketch.on = true;
  drawTools();
  drawDeck();
  drawOverlay();
  $("#stage").focus();
  say("Draw on the frame, or with the arrows and Space. Enter writes the note, Backspace takes a mark back, Esc drops the drawing.");
}
// The drawing is done: the note gets its words.
function endSketch() {
  Object.assign(sketch, {on: false, live: null, spot: null});
  say("");
  drawTools();
  drawDeck();
  drawCounter();
  $("#note").focus();
}
function undoMark() {
  sketch.marks.pop();
  drawInk();
  drawTools();
}
function sketchKey(event) {
  const key = event.key.toLowerCase(),
    tool = Object.keys(TOOLS).find((each) => TOOLS[each].toLowerCase() === key);
  if (event.key === "Escape") {
    dropSketch();
    say("");
    drawDeck();
    drawCounter();
  } else if (event.key === "Enter") endSketch();
  else if (event.key === "Backspace") undoMark();
  else if (event.key.startsWith("Arrow")) moveSpot(event.key, event.shiftKey ? 0.1 : 0.01);
  else if (event.key === " " && !event.target.matches("button")) markAtSpot();
  else if (tool) {
    sketch.tool = tool;
    drawTools();
    if (tool === "text") $("#sketchtext").focus();
  } else if (INKS[Number(event.key) - 1]) {
    sketch.ink = INKS[Number(event.key) - 1];
    drawTools();
  } else return;
  event.preventDefault();
}
function drawTools() {
  const bar = $("#sketch");
  bar.hidden = !sketch.on;
  if (!sketch.on) {
    put(bar, h("span", {}));
    return;
  }
  const words = $("#sketchtext") ? $("#sketchtext").value : "";
  put(
    bar,
    Object.entries(TOOLS).map(([name, key]) =>
      button(name, () => ((sketch.tool = name), drawTools()), {"aria-pressed": String(sketch.tool === name)}, key),
    ),
    sketch.tool === "text"
      ? h("input", {id: "sketchtext", type: "text", maxlength: 120, placeholder: "Words, then click where they go", "aria-label": "Words on the frame", autocomplete: "off"})
      : null,
    h("span", {class: "gap"}),
    INKS.map((ink, n) =>
      h(
        "button",
        {class: `ink ${ink}`, "aria-pressed": String(sketch.ink === ink), onclick: () => ((sketch.ink = ink), drawTools())},
        h("kbd", {}, String(n + 1)),
        h("i", {"aria-hidden": "true"}),
        ink,
      ),
    ),
    h("span", {class: "gap"}),
    button("Take back", undoMark, {disabled: !sketch.marks.length}, "⌫"),
    button("Write the note", endSketch, {}, "Enter"),
  );
  if ($("#sketchtext")) $("#sketchtext").value = words;
}
const point = (event) => spot(event).map((side) => Number(side.toFixed(4)));
const pointsDrawn = () => sketch.marks.reduce((all, mark) => all + mark.points.length, 0);
function beginMark(event) {
  const at0 = point(event),
    {tool: kind, ink} = sketch;
  if (sketch.marks.length >= MARKS_MAX || pointsDrawn() >= POINTS_MAX) {
    say("The drawing is full. Write the note, and draw another one.");
    return;
  }
  sketch.spot = null;
  if (kind === "text") {
    event.preventDefault();
    placeWords(at0);
    return;
  }
  sketch.live = {kind, ink, points: [at0]};
  const most = Math.min(LINE_POINTS_MAX, POINTS_MAX - pointsDrawn());
  drag(
    event,
    (e) => {
      const here = point(e),
        before = sketch.live.points.at(-1);
      if (kind !== "pen") sketch.live.points = [at0, here];
      else if (Math.hypot(here[0] - before[0], here[1] - before[1]) > APART && sketch.live.points.length < most)
        sketch.live.points.push(here);
      drawInk();
    },
    false,
    finishMark,
  );
}
function finishMark() {
  if (sketch.live && sketch.live.points.length > 1) sketch.marks.push(sketch.live);
  sketch.live = null;
  drawTools();
  drawInk();
}
function placeWords(where) {
  const text = $("#sketchtext").value.trim();
  if (!text) {
    $("#sketchtext").focus();
    say("Type the words first, then click where they go, or press Enter.");
    return;
  }
  sketch.marks.push({kind: "text", ink: sketch.ink, points: [where], text});
  $("#sketchtext").value = "";
  drawTools();
  drawInk();
}
// By keyboard: the arrows move a cross over the frame, and Space begins a mark there and ends it.
const spotNow = () => (sketch.spot ||= [0.5, 0.5]);
function moveSpot(key, by) {
  const [dx, dy] = {ArrowLeft: [-by, 0], ArrowRight: [by, 0], ArrowUp: [0, -by], ArrowDown: [0, by]}[key],
    [x, y] = spotNow(),
    inside = (side) => Number(Math.min(1, Math.max(0, side)).toFixed(4));
  sketch.spot = [inside(x + dx), inside(y + dy)];
  if (sketch.live?.kind === "pen") {
    if (sketch.live.points.length < Math.min(LINE_POINTS_MAX, POINTS_MAX - pointsDrawn())) sketch.live.points.push(sketch.spot);
  } else if (sketch.live) sketch.live.points = [sketch.live.points[0], sketch.spot];
  drawInk();
}
function markAtSpot() {
  const {tool: kind, ink} = sketch;
  if (kind === "text") return placeWords(spotNow());
  if (sketch.live) return finishMark();
  if (sketch.marks.length >= MARKS_MAX || pointsDrawn() >= POINTS_MAX) return say("The drawing is full. Write the note, and draw another one.");
  sketch.live = {kind, ink, points: [spotNow()]};
  say(`The ${kind} begins here. The arrows draw it, Space ends it.`);
  drawInk();
}
// The marks on the frame that is seen: those being drawn, else those of its notes.
function inkNow() {
  if (sketch.on || sketch.marks.length) return [...sketch.marks, ...(sketch.live ? [sketch.live] : [])];
  if (at.cut || plays() || at.mode === "a") return [];
  const n = frame();
  return shot()
    .said.filter((word) => word.drawing?.length && word.key === at.b && (word.frame ?? 0) === (frames() > 1 ? n : (word.frame ?? 0)) && !closed(word))
    .flatMap((word) => word.drawing);
}
function drawInk() {
  const svg = $("#stage svg.ink");
  if (!svg) return;
  const marks = inkNow(),
    [x, y] = sketch.spot ? [sketch.spot[0] * 1000 * RATIO, sketch.spot[1] * 1000] : [];
  if (!marks.length && !svg.firstChild && !sketch.spot) return;
  const cross = sketch.spot ? h("g", {class: "ink white cross"}, ["under", "over"].map((side) => h("path", {class: side, d: `M${x - 28} ${y}h56M${x} ${y - 28}v56`}))) : null;
  put(svg, marks.map(inked), cross);
}
const inked = (mark) => {
  const [wide, high] = [1000 * RATIO, 1000],
    points = mark.points.map(([x, y]) => [x * wide, y * high]);
  if (mark.kind === "text") return h("text", {class: `ink ${mark.ink}`, x: points[0][0], y: points[0][1]}, mark.text);
  const d = pathOf(mark.kind, points);
  return h("g", {class: `ink ${mark.ink}`}, h("path", {class: "under", d}), h("path", {class: "over", d}));
};
function pathOf(kind, points) {
  const line = (list) => list.map(([x, y], n) => `${n ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
  const [[x0, y0], [x1, y1]] = [points[0], points.at(-1)];
  if (kind === "box") return `${line([[x0, y0], [x1, y0], [x1, y1], [x0, y1]])}Z`;
  if (kind !== "arrow") return line(points);
  const turn = Math.atan2(y1 - y0, x1 - x0),
    barb = (side) => [x1 - 35 * Math.cos(turn + side), y1 - 35 * Math.sin(turn + side)];
  return line(points) + line([barb(0.5), [x1, y1], barb(-0.5)]);
}
