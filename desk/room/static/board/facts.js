"use strict";
// Beside the stage: the numbers of whoever is selected, the camera, and what the rules say. Above it: what can be done.
function drawTop() {
  put("#board-shot", code(at.shot), h("span", {class: "muted"}, at.view.motion));
  const words = at.silent
    ? "● The room does not answer"
    : at.pend.length
      ? "…"
      : dirty()
        ? "● Not saved"
        : "✓ Saved";
  put("#state", words);
  $("#state").classList.toggle("warn", at.silent || dirty());
  const tools = [
    ["Ctrl Z", "Undo", undo, {disabled: !at.undo.length}],
    ["Ctrl Y", "Redo", redo, {disabled: !at.redo.length}],
    isAgent ? null : ["Ctrl S", "Save…", save, {class: dirty() ? "primary" : "", disabled: !dirty()}],
    ["?", "Keys", help, {}],
  ];
  put("#tools", tools.filter(Boolean).map(([key, name, does, more]) => button(key, name, does, more)));
}
function drawStrip() {
  const list = $("#board-shots ol");
  if (list.childElementCount !== page.shots.length) {
    put(list, page.shots.map((shot) => {
      const words = `${code(shot.id)}, ${shot.location.replaceAll("_", " ")}${shot.empty ? ", empty" : ""}`;
      const picture = h("img", {src: `${base}/board/frame/${shot.id}/first.jpg`, alt: "", loading: "lazy"});
      return h("li", {}, h("button", {type: "button", "data-shot": shot.id, "aria-label": words, onclick: () => open(shot.id)}, picture, h("b", {}, code(shot.id))));
    }));
  }
  for (const each of list.querySelectorAll("button")) {
    if (each.dataset.shot === at.shot) each.setAttribute("aria-current", "true");
    else each.removeAttribute("aria-current");
  }
}

const ACTS = [
  ["F", "Flip", () => onChosen({do: "flip", mark: at.mark})],
  ["V", "Turn", () => onChosen({do: "turn", by: 1, mark: at.mark})],
  ["[", "Smaller", () => onChosen({do: "scale", by: 0.95, mark: at.mark}, "scale")],
  ["]", "Larger", () => onChosen({do: "scale", by: 1.053, mark: at.mark}, "scale")],
  [",", "Back", () => onChosen({do: "layer", by: -1})],
  [".", "Forward", () => onChosen({do: "layer", by: 1})],
  ["M", "Mirror", () => onChosen({do: "mirror"})],
  ["P", "Path", path],
  ["L", "Lock", lock],
  ["Del", "Remove", remove],
];
function onChosen(op, merge) {
  const what = chosen();
  if (!what.length) return say("Select a figure or a prop first: click it, or press Tab.");
  if (what.every(isLocked) && op.do !== "lock") return say("Locked: L releases.");
  act({...op, what}, merge && `${merge} ${what}`);
}
function path() {
  const without = chosen().some((name) => !item(name).end);
  onChosen({do: "path", on: without});
  at.mark = without ? "end" : "start";
}
function lock() {
  onChosen({do: "lock", on: !chosen().every(isLocked)});
}
function remove() {
  const gone = chosen();
  onChosen({do: "remove"});
  at.sel = gone.filter(isLocked);
}
function drawActs() {
  const none = !chosen().length;
  const wanted = `${none} ${at.mode}`;
  if ($("#acts").dataset.for === wanted) return;
  $("#acts").dataset.for = wanted;
  put("#acts", ACTS.map(([key, words, does]) => button(key, words, does, {disabled: none || at.mode === "camera"})));
}

let factsDrawn = "";
function drawFacts() {
  const one = chosen().length === 1 ? item(chosen()[0]) : null;
  const drawn = JSON.stringify([one, at.mark, at.sel, at.comp.camera, at.facts.warnings, at.floor, at.snap, at.lines, at.before, at.after, at.mode]);
  if (drawn === factsDrawn) return;
  factsDrawn = drawn;
  const label = document.activeElement?.getAttribute?.("aria-label");
  const inside = $("#board-facts").contains(document.activeElement);
  put("#board-facts", who(one), cameraFacts(), aids(), warned());
  if (inside && label) [...$("#board-facts").querySelectorAll("[aria-label]")].find((each) => each.getAttribute("aria-label") === label)?.focus();
}
function who(one) {
  if (!one) {
    const words = chosen().length ? `${chosen().length} selected: an action applies to all of them.` : "Nothing is selected. Click a figure or a prop in the frame, or drag a card from the shelf.";
    return h("section", {}, h("h3", {}, "Selection"), h("p", {class: "muted"}, words));
  }
  const mark = markOf(one, at.mark),
    which = one.end ? at.mark : "start",
    set = (name) => (event) => act({do: "set", what: one.name, mark: which, [name]: Number(event.target.value)});
  const number = (name, words, step) =>
    h("label", {}, words, h("input", {type: "number", step, value: round(mark[name]), "aria-label": `${words} of ${named(one)}`, onchange: set(name)}));
  const dresses = one.kind === "cast" ? Object.keys(shelfOf("cast", one.id)?.wardrobes || {}) : [];
  return h(
    "section",
    {},
    h("h3", {}, `${named(one)}${one.end ? ` · ${which} mark` : ""}`),
    h("div", {class: "numbers"}, number("x", "Across", 0.01), number("y", "Down", 0.01), number("scale", "Height", 0.01)),
    dresses.length ? choice("Wardrobe", dresses, one.wardrobe, (value) => act({do: "dress", what: one.name, wardrobe: value})) : null,
    one.kind === "cast" ? choice("View", Object.keys(VIEW_WORDS), mark.facing, (value) => act({do: "set", what: one.name, mark: which, facing: value})) : null,
    h("p", {class: "muted"}, `Layer ${one.layer}${isLocked(one.name) ? " · locked" : ""}${mark.mirrored ? " · looks left" : ""}`),
  );
}
function choice(words, values, now, does) {
  const made = h("select", {"aria-label": words, onchange: (event) => does(event.target.value)},
    values.map((value) => h("option", {value, selected: value === now}, value.replaceAll("_", " "))));
  return h("label", {class: "choice"}, words, made);
}
function cameraFacts() {
  const camera = at.comp.camera;
  return h(
    "section",
    {},
    h("h3", {}, "Camera"),
    choice("Size", SIZES, camera.size, (size) => act({do: "size", size})),
    choice("Move", MOVES, camera.move, (move) => act({do: "camera", move})),
    camera.move === "static" ? null : h("label", {class: "choice"}, "How far", h("input", {type: "number", min: 0, max: 0.6, step: 0.01, value: camera.amount, "aria-label": "How far the camera moves", onchange: (event) => act({do: "camera", amount: Number(event.target.value)})})),
    h("label", {class: "choice"}, "Lens", h("input", {type: "text", maxlength: 200, value: camera.lens, "aria-label": "Lens", onchange: (event) => event.target.value && act({do: "camera", lens: event.target.value})})),
    h("div", {class: "row"}, button("C", at.mode === "camera" ? "Camera view" : "Plate view", toggleCamera, {"aria-pressed": String(at.mode === "camera")})),
  );
}
const AIDS = [
  ["B", "Perspective floor", "floor"],
  ["N", "Snap to lines", "snap"],
  ["K", "Lines and eyelines", "lines"],
  ["G", "Previous shot's last frame", "before"],
  ["⇧G", "Next shot's first frame", "after"],
];
function aid(name, words) {
  at[name] = !at[name];
  draw();
  say(`${words}: ${at[name] ? "on" : "off"}.`);
}
function aids() {
  return h("section", {}, h("h3", {}, "Aids"), h("div", {class: "aids"}, AIDS.map(([key, words, name]) =>
    button(key, words, () => aid(name, words), {"aria-pressed": String(at[name]), "aria-label": words})),
    isAgent ? null : button("S", "Pencil", togglePencil, {"aria-label": "Pencil"})));
}
function warned() {
  const list = at.facts.warnings || [];
  return h(
    "section",
    {id: "warned", "aria-label": "Continuity"},
    h("h3", {}, "Continuity"),
    list.length
      ? h("ul", {}, list.map((each) => h("li", {}, h("b", {}, `⚠ ${each.rule}`), ` ${each.message}`, h("small", {class: "muted"}, each.cure))))
      : h("p", {class: "good"}, "✓ No problem with the shots before and after."),
  );
}
