"use strict";
// The stage: previz's own picture, and over it a frame for everybody that can be dragged, focused and read out.
const W = 1600,
  H = W / RATIO;
let drag = null,
  painting = false,
  again = false;
const fingers = new Map();

// The picture is drawn by previz, for the composition as it is right now, a drag under way included. One is asked for
// at a time; the newest wins.
async function paint() {
  if (painting) {
    again = true;
    return;
  }
  painting = true;
  do {
    again = false;
    const shot = at.shot,
      where = at.mode === "camera" ? "plate" : at.mark === "end" ? "last" : "first";
    const operations = [...at.pend.map((each) => each.op), ...(drag?.op ? [drag.op] : [])].slice(-200);
    try {
      const asked = {composition: at.comp, operations, at: where, full: !drag};
      const picture = await createImageBitmap(await ask("POST", `/api/board/try/${shot}/still`, asked));
      if (shot === at.shot) show(picture);
      heard();
    } catch (error) {
      if (error instanceof Silent) unheard(error);
      else wait(error.message);
    }
  } while (again);
  painting = false;
}
function show(picture) {
  const canvas = $("#picture");
  canvas.width = picture.width;
  canvas.height = picture.height;
  canvas.getContext("2d").drawImage(picture, 0, 0);
  canvas.dataset.drawn = String(Number(canvas.dataset.drawn || 0) + 1);
  wait("");
}
function wait(words) {
  $("#wait").hidden = !words;
  $("#wait").textContent = words;
}

function draw() {
  if (!at.view) return;
  document.body.classList.toggle("camera", at.mode === "camera");
  drawTop();
  drawStrip();
  drawItems();
  drawLines();
  drawGhosts();
  drawShelf();
  drawTime();
  drawActs();
  drawFacts();
}
function drawItems() {
  if (at.mode === "camera") return drawFrames();
  const comp = shown(drag?.op),
    state = moment(),
    list = items(comp).sort((a, b) => a.layer - b.layer || markOf(a, at.mark).y - markOf(b, at.mark).y);
  const there = new Map([...$("#items").children].map((each) => [each.dataset.name, each]));
  list.forEach((one, order) => {
    const known = there.get(one.name) || madeItem(one.name),
      box = boxOf(one, at.mark, state),
      isOn = at.sel.includes(one.name);
    there.delete(one.name);
    known.setAttribute("aria-label", inWords(one));
    known.setAttribute("aria-pressed", String(isOn));
    known.classList.toggle("locked", isLocked(one.name));
    known.classList.toggle("walks", Boolean(one.end));
    known.style.zIndex = String(order + 1 + (isOn ? 100 : 0));
    known.style.left = `${box.left * 100}%`;
    known.style.top = `${box.top * 100}%`;
    known.style.width = `${box.wide * 100}%`;
    known.style.height = `${box.tall * 100}%`;
    known.firstChild.textContent = `${isLocked(one.name) ? "🔒 " : ""}${named(one)}${one.layer ? ` · layer ${one.layer}` : ""}`;
    known.firstChild.style.top = `${Math.max(0, -box.top / box.tall) * 100}%`;
    if (!known.isConnected) $("#items").append(known);
  });
  for (const gone of there.values()) gone.remove();
}
function madeItem(name) {
  const made = h("button", {type: "button", class: "item", "data-name": name}, h("span", {class: "name"}));
  made.addEventListener("pointerdown", (event) => grab(event, name));
  made.addEventListener("focus", () => {
    if (!at.sel.includes(name) && made.matches(":focus-visible")) choose([name]);
  });
  made.addEventListener("click", (event) => {
    if (event.detail === 0) choose([name]); // by keyboard or a screen reader
  });
  return made;
}
function choose(names) {
  at.sel = names;
  draw();
}

function drawLines() {
  const comp = shown(drag?.op),
    parts = [];
  const svg = $("#lines");
  svg.setAttribute("viewBox", `0 0 ${W} ${H}`);
  if (at.mode === "camera") return put(svg);
  const state = moment();
  if (at.lines) {
    for (const third of [1 / 3, 2 / 3]) {
      parts.push(line("third", third * W, 0, third * W, H), line("third", 0, third * H, W, third * H));
    }
    parts.push(line("floor", 0, along(at.facts.floor, state) * H, W, along(at.facts.floor, state) * H));
    parts.push(line("horizon", 0, along(at.facts.horizon, state) * H, W, along(at.facts.horizon, state) * H));
    parts.push(...eyelines(comp, state), ...lineOfAction(comp, state));
  }
  for (const one of items(comp)) if (one.end) parts.push(...pathOf(one, state));
  put(svg, parts);
}
const line = (kind, x1, y1, x2, y2) => h("line", {class: kind, x1, y1, x2, y2});
// An arrow from the eyes of everybody, to where they look.
function eyelines(comp, state) {
  return items(comp)
    .filter((one) => one.kind === "cast")
    .flatMap((one) => {
      const {x, y, tall, mark} = boxOf(one, at.mark, state);
      if (mark.facing === "front" || mark.facing === "back") return [];
      const way = mark.mirrored ? -1 : 1,
        reach = (mark.facing === "side" ? 0.09 : 0.06) * way,
        [fromX, level] = [(x + 0.02 * way) * W, (y - tall * 0.93) * H],
        to = (x + 0.02 * way + reach) * W;
      return [
        line("eyes", fromX, level, to, level),
        h("path", {class: "eyes tip", d: `M${to} ${level} l${-12 * way} -8 v16 z`}),
      ];
    });
}
// The line between the two people who stand farthest apart: the camera stays on one side of it (the 180° rule).
function lineOfAction(comp, state) {
  const people = items(comp).filter((one) => one.kind === "cast").map((one) => boxOf(one, at.mark, state));
  if (people.length < 2) return [];
  people.sort((a, b) => a.x - b.x);
  const [a, b] = [people[0], people.at(-1)];
  return [line("action", a.x * W, a.y * H, b.x * W, b.y * H)];
}
function pathOf(one, state) {
  const [a, b] = ["start", "end"].map((which) => boxOf(one, which, state));
  const [x1, y1, x2, y2] = [a.x * W, a.y * H, b.x * W, b.y * H];
  return [
    line("path", x1, y1, x2, y2),
    h("circle", {class: "mark", cx: x1, cy: y1, r: 9}),
    h("rect", {class: "mark end", x: x2 - 9, y: y2 - 9, width: 18, height: 18}),
    h("text", {class: "mark", x: x1, y: y1 - 14}, "start"),
    h("text", {class: "mark", x: x2, y: y2 - 14}, "end"),
  ];
}
function drawGhosts() {
  for (const [which, id, frame] of [["before", at.view.before, "last"], ["after", at.view.after, "first"]]) {
    const picture = $(`#ghost-${which}`),
      source = id && at[which] && at.mode === "stage" ? `${base}/board/frame/${id}/${frame}.jpg` : "";
    picture.hidden = !source;
    if (source && picture.getAttribute("src") !== source) picture.src = source;
    picture.alt = source ? `${frame} frame of ${code(id)}` : "";
  }
}

// Dragging: mouse, pen and finger alike. Two fingers scale.
function grab(event, name) {
  if (event.button > 0) return;
  event.preventDefault();
  if (drag) return; // a second finger
  event.currentTarget.focus({focusVisible: false});
  if (event.shiftKey) return choose(at.sel.includes(name) ? at.sel.filter((each) => each !== name) : [...at.sel, name]);
  if (!at.sel.includes(name)) choose([name]);
  begin(event, (dx, dy, free) => ({
    do: "move",
    what: [name, ...chosen().filter((each) => each !== name)],
    dx: round(dx / moment().zoom),
    dy: round(dy / moment().zoom),
    mark: event.altKey ? "both" : at.mark,
    floor: at.floor,
    snap: at.snap && !free ? ["thirds", "eyeline", "floor"] : [],
  }));
}
function begin(event, make) {
  const stage = $("#board-stage").getBoundingClientRect();
  fingers.set(event.pointerId, [event.clientX, event.clientY]);
  drag = {id: event.pointerId, x: event.clientX, y: event.clientY, stage, make, op: null, kept: 0};
}
addEventListener("pointermove", (event) => {
  if (!drag) return;
  if (fingers.has(event.pointerId)) fingers.set(event.pointerId, [event.clientX, event.clientY]);
  if (drag.pinch) {
    drag.op = {do: "scale", what: chosen(), by: Math.min(10, Math.max(0.1, apart() / drag.pinch)), mark: at.mark};
  } else if (event.pointerId === drag.id) {
    const [dx, dy] = [event.clientX - drag.x, event.clientY - drag.y];
    if (!drag.op && Math.hypot(dx, dy) < 3) return;
    drag.op = drag.make(dx / drag.stage.width, dy / drag.stage.height, event.ctrlKey || event.metaKey);
  }
  if (Date.now() - drag.kept > 200) {
    drag.kept = Date.now();
    keepWork(drag.op);
  }
  drawItems();
  drawLines();
  paint();
});
const apart = () => {
  const [a, b] = [...fingers.values()];
  return a && b ? Math.max(1, Math.hypot(a[0] - b[0], a[1] - b[1])) : 1;
};
addEventListener("pointerdown", (event) => {
  if (!drag || drag.pinch || fingers.has(event.pointerId) || at.mode !== "stage" || event.pointerType !== "touch") return;
  fingers.set(event.pointerId, [event.clientX, event.clientY]);
  drag.pinch = apart();
  drag.op = null;
});
for (const ends of ["pointerup", "pointercancel"]) {
  addEventListener(ends, (event) => {
    fingers.delete(event.pointerId);
    if (!drag || (event.pointerId !== drag.id && !drag.pinch)) return;
    const {op, done} = drag;
    drag = null;
    fingers.clear();
    if (op && ends === "pointerup") act(op);
    else if (done) done();
    else draw();
  });
}
$("#board-stage").addEventListener("pointerdown", (event) => {
  if (drag || event.target.closest(".item, .frame")) return; // a second finger may land beside the figure
  if (!$("#moving").hidden) return stopMoving();
  choose([]);
});
$("#board-stage").addEventListener(
  "wheel",
  (event) => {
    event.preventDefault();
    const by = Math.exp(-Math.sign(event.deltaY) * (event.shiftKey ? 0.01 : 0.04));
    if (at.mode === "camera") zoomFrame(by);
    else if (chosen().length) act({do: "scale", what: chosen(), by: round(by), mark: at.mark}, "wheel");
  },
  {passive: false},
);
