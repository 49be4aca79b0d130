"use strict";
// Keys, and the beginning. Everything that a pointer does, a key does too.
const KEYS = {
  c: toggleCamera,
  e: () => moment_((at.mode === "camera" ? aimed === "last" : at.mark === "end") ? "start" : "end"),
  d: nextDress,
  w: () => act({do: "camera", move: after(MOVES, pending("camera", "move") ?? at.comp.camera.move)}),
  b: () => aid("floor", "Perspective floor"),
  n: () => aid("snap", "Snap to lines"),
  k: () => aid("lines", "Lines and eyelines"),
  g: () => aid("before", "Previous shot's last frame"),
  G: () => aid("after", "Next shot's first frame"),
  V: () => onChosen({do: "turn", by: -1, mark: at.mark}),
  a: animatic,
  h: guide,
  s: togglePencil,
  q: () => location.assign(`${base}/r/${page.scene}#${code(at.shot)}`),
  "/": () => $("#shelf .asset")?.focus(),
  "?": help,
  "<": () => length(-0.5),
  ">": () => length(0.5),
  PageUp: () => neighbour(-1),
  PageDown: () => neighbour(1),
  Delete: remove,
  Backspace: remove,
  Escape: () => ($("#moving").hidden ? choose([]) : stopMoving()),
};
for (const [key, , does] of ACTS) KEYS[key.toLowerCase()] ??= does;
SIZES.forEach((size, index) => {
  KEYS[String(index + 1)] = () => act({do: "size", size});
});
const ARROWS = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]};

function arrow(event) {
  const [x, y] = ARROWS[event.key],
    by = event.shiftKey ? 0.05 : event.altKey ? 0.002 : 0.01;
  if (at.mode === "camera") return nudgeFrame(x * by, y * by);
  onChosen({do: "move", dx: x * by, dy: y * by, mark: at.mark, floor: at.floor}, "move");
}
const after = (all, one) => all[(all.indexOf(one) + 1) % all.length];
function length(by) {
  act({do: "length", seconds: (pending("length", "seconds") ?? at.comp.duration_s) + by}, "length");
}
function neighbour(by) {
  const ids = page.shots.map((shot) => shot.id),
    next = ids[ids.indexOf(at.shot) + by];
  if (next) open(next);
}
function nextDress() {
  for (const one of chosen().map((name) => item(name)).filter((each) => each.kind === "cast")) {
    const known = Object.keys(shelfOf("cast", one.id).wardrobes);
    act({do: "dress", what: one.name, wardrobe: after(known, pending("dress", "wardrobe", one.name) ?? one.wardrobe)});
  }
}
async function guide() {
  try {
    const asked = {composition: at.comp},
      picture = await createImageBitmap(await ask("POST", `/api/board/try/${at.shot}/guide`, asked));
    const canvas = h("canvas", {width: picture.width, height: picture.height, role: "img", "aria-label": "The blocking guide"});
    canvas.getContext("2d").drawImage(picture, 0, 0);
    dialog("The guide that the paid model gets, as it will be sent", canvas);
  } catch (error) {
    if (error instanceof Silent) unheard(error);
    else say(error.message, true);
  }
}

const HELP = [
  ["Select", [["Tab", "select the next"], ["⇧ click", "select several"], ["Ctrl A", "select all"], ["Esc", "deselect"], ["/", "go to the shelf; Enter places a card"]]],
  ["Arrange", [["← → ↑ ↓", "move 1 %; ⇧ 5 %, Alt 0.2 %"], ["[ ]", "smaller, larger (or the wheel, or two fingers)"], ["F", "flip"], ["V ⇧V", "turn through the views"], ["M", "mirror the arrangement"], [", .", "one layer back, forward"], ["D", "next wardrobe"], ["L", "lock, release"], ["P", "path: add an end mark, or remove it"], ["Del", "remove from the shot"]]],
  ["Camera and time", [["C", "plate view: arrows and [ ] move and zoom the camera's frame"], ["1 … 5", "wide, full, medium, medium close-up, close-up"], ["W", "next move"], ["E", "start or end"], ["< >", "half a second shorter, longer"], ["Space", "play the shot"], ["A", "play the scene from here"]]],
  ["Aids", [["B", "perspective floor"], ["N", "snap (Ctrl while dragging: not)"], ["K", "lines, eyelines, line of action"], ["G ⇧G", "onion skin: previous shot, next shot"], ["S", "pencil: a sketch over the shot"], ["H", "the blocking guide, as a paid model gets it"]]],
  ["File", [["Ctrl Z, Ctrl Y", "undo, redo"], ["Ctrl S", "save: the difference and the cost first"], ["PgUp PgDn", "shot before, after"], ["Q", "to the review room"]]],
];
function help() {
  const box = dialog("Keys", HELP.map(([title, keys]) =>
    h("section", {}, h("h3", {}, title), h("dl", {class: "keys"}, keys.map(([key, words]) => h("div", {}, h("dt", {}, h("kbd", {}, key)), h("dd", {}, words)))))),
    h("div", {class: "row end"}, button("Esc", "Close", () => box.close(), {autofocus: true})));
}

document.addEventListener("keydown", (event) => {
  const target = event.target,
    isTyping = target.matches("input:not([type=range]), select, textarea");
  if (!at.view || $("dialog[open]")) {
    if (event.key === "Enter" && $("dialog[open] .primary") && !target.matches("button")) $("dialog[open] .primary").click();
    return;
  }
  const control = event.ctrlKey || event.metaKey,
    key = event.key.toLowerCase();
  if (control) {
    const does = {z: event.shiftKey ? redo : undo, y: redo, s: save, a: () => choose(items(at.comp).map((one) => one.name))}[key];
    if (!does || (isTyping && key !== "s")) return;
    event.preventDefault();
    return does();
  }
  if (isTyping) return;
  if (event.key in ARROWS) {
    if (target.type === "range") return;
    event.preventDefault();
    return arrow(event);
  }
  if (event.key === " ") {
    if (target.matches("button:not(.item):not(.frame)")) return;
    event.preventDefault();
    return toggleMoving();
  }
  if (at.mode === "camera" && (event.key === "[" || event.key === "]")) return zoomFrame(event.key === "]" ? 1.05 : 0.95);
  if (pencil.on && (key === "u" || key === "i")) return key === "u" ? rubOut() : nextInk();
  const does = KEYS[event.key] || KEYS[key];
  if (!does || event.altKey) return;
  event.preventDefault();
  does();
});
addEventListener("hashchange", () => {
  const wanted = page.shots.find((shot) => code(shot.id) === location.hash.slice(1));
  if (wanted && wanted.id !== at.shot) open(wanted.id);
});
const asked = page.shots.find((shot) => code(shot.id) === (location.hash.slice(1) || page.open));
open((asked || page.shots.find((shot) => shot.empty) || page.shots[0]).id);
