"use strict";
// Saving: first the difference and its cost, then the file. A file that changed is never overwritten; the board follows it.
async function save() {
  if (isAgent) return;
  if (at.pend.length) return say("Wait until the room has answered.", Boolean(at.silent));
  if (!dirty()) return say("Nothing has changed.");
  let told;
  try {
    told = await ask("POST", `/api/board/try/${at.shot}/judge`, {base: at.view.base, composition: at.comp});
  } catch (error) {
    return refusedSave(error);
  }
  const box = dialog(
    `Save ${code(at.shot)}?`,
    cost(told),
    told.warnings.length ? h("ul", {class: "warned"}, told.warnings.map((each) => h("li", {}, `⚠ ${each}`))) : null,
    h("pre", {class: "diff", tabindex: "0", "aria-label": "What changes in the file"}, told.diff.map(diffLine)),
    h("div", {class: "row end"},
      button("Esc", "Go back", () => box.close()),
      button("Enter", "Save", () => write(box), {class: "primary", autofocus: true})),
  );
}
function diffLine(text) {
  const isHead = /^(---|\+\+\+|@@)/.test(text),
    kind = isHead ? "span" : text.startsWith("+") ? "ins" : text.startsWith("-") ? "del" : "span";
  return h(kind, {class: isHead ? "line head" : "line"}, `${text}\n`);
}
function cost(told) {
  if (!told.stale.length) return h("p", {}, "Saving makes no existing take stale, and costs nothing.");
  const made = told.stale.map(([name, price]) => `${name.replace(`${at.shot} `, "")} ${price ? usd(price) : "free"}`).join(", ");
  return h("p", {class: "cost"}, h("b", {}, `${usd(told.again_microusd)} to make the shot again`), `: ${made}. Saving itself costs nothing.`);
}
async function write(box) {
  try {
    const told = await ask("POST", `/api/board/${at.shot}/save`, {base: at.view.base, composition: at.comp});
    box.close();
    await reread();
    say(`${told.file} is saved: ${told.changed} ${told.changed === 1 ? "field" : "fields"} changed.`);
  } catch (error) {
    box.close();
    refusedSave(error);
  }
}
function refusedSave(error) {
  if (error instanceof Silent) return unheard(error);
  if (error.told?.kind === "MovedOn") return conflict(error.told.cause);
  say(error.message, true);
}
// Somebody else wrote the file. Neither side is lost: theirs is in the file, mine stays on the board until I decide.
function conflict(cause) {
  at.stale = cause;
  notice(`Not saved: ${cause}.`, [
    ["Apply my changes to the new file", mineOnTop],
    ["Load the new file", theirs],
  ]);
}
// What I changed since `old` as I left it, and all else as the file says now. Where both changed one person, mine counts.
function together(old, mine, theirs) {
  const pick = (was, my, their) => (JSON.stringify(my) === JSON.stringify(was) ? their : my);
  const list = (field, key) => {
    const of = (comp, id) => comp[field].find((each) => each[key] === id);
    const ids = new Set([...theirs[field], ...mine[field]].map((each) => each[key]));
    return [...ids].map((id) => pick(of(old, id), of(mine, id), of(theirs, id))).filter(Boolean);
  };
  const camera = Object.fromEntries(Object.keys(mine.camera).map((name) => [name, pick(old.camera[name], mine.camera[name], theirs.camera[name])]));
  return {
    ...mine,
    location: pick(old.location, mine.location, theirs.location),
    duration_s: pick(old.duration_s, mine.duration_s, theirs.duration_s),
    cast: list("cast", "character"),
    props: list("props", "prop"),
    camera,
  };
}
async function mineOnTop() {
  const view = await ask("GET", `/api/board/${at.shot}`);
  at.undo.push(at.comp);
  at.comp = together(at.view.composition, at.comp, view.composition);
  at.view = view;
  at.stale = "";
  notice();
  settle("Your changes are applied to the new file. Look, then save.");
}
async function theirs() {
  const view = await ask("GET", `/api/board/${at.shot}`);
  at.undo.push(at.comp);
  at.view = view;
  at.comp = view.composition;
  at.stale = "";
  notice();
  settle("The new file is loaded. Undo brings your changes back.");
}
async function reread() {
  const view = await ask("GET", `/api/board/${at.shot}`);
  const locked = at.comp.locked;
  Object.assign(at, {view, facts: view, comp: {...view.composition, locked}, stale: ""});
  const strip = $(`#board-shots [data-shot="${at.shot}"] img`);
  if (strip) strip.src = `${base}/board/frame/${at.shot}/first.jpg?${view.base.slice(0, 12)}`;
  notice();
  keepWork();
  draw();
  paint();
}
// The board follows the file: an editor's change shows at once where nothing is unsaved, and is announced otherwise.
async function follow() {
  if (!at.view || document.hidden || drag || at.pend.length || $("dialog[open]")) return;
  try {
    const shot = at.shot,
      view = await ask("GET", `/api/board/${shot}?base=${at.view.base}`);
    heard();
    if (!view || shot !== at.shot || at.stale) return;
    if (bare(view.composition) === bare(at.view.composition)) {
      at.view = view; // another shot of the file changed
      return;
    }
    if (dirty()) return conflict("the file changed in an editor, and your work is not saved");
    at.undo.push(at.comp);
    await reread();
    say("The file changed: the board shows it as it is now.");
  } catch (error) {
    if (error instanceof Silent) unheard(error);
    else if (error.status === 409) notice(`The file cannot be read now: ${error.message}`);
  }
}
setInterval(follow, 2000);
addEventListener("beforeunload", () => keepWork(drag?.op));
