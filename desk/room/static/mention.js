"use strict";
// Naming a person in a note: @ offers the people of this room, and a note that names somebody is counted for them.
const people = () =>
  [...new Set([...JSON.parse(root.people || "[]"), ...scene.shots.flatMap((each) => each.said.filter((word) => word.door !== "program").map((word) => word.who))])].sort();
const handle = (name) => name.replace(/\s+/g, "");
const NAMED = /(@[\p{L}\p{N}_.-]+)/u;
const mentions = (text, name) =>
  (text || "").split(NAMED).some((part) => part.startsWith("@") && trimmed(part).toLowerCase() === `@${handle(name)}`.toLowerCase());
const trimmed = (part) => part.replace(/[.-]+$/, "");
const withNames = (text) =>
  (text || "")
    .split(NAMED)
    .map((part) =>
      part.startsWith("@") && people().some((name) => mentions(part, name))
        ? h("mark", {class: mentions(part, root.me) ? "me" : null}, part)
        : part,
    );
const begun = () => {
  const field = $("#note");
  return /(?:^|\s)@([\p{L}\p{N}_.-]*)$/u.exec(field.value.slice(0, field.selectionStart ?? field.value.length));
};
function offerNames() {
  const list = $("#names"),
    typed = begun(),
    fitting = typed ? people().filter((name) => handle(name).toLowerCase().startsWith(typed[1].toLowerCase())).slice(0, 6) : [];
  list.hidden = !fitting.length || (fitting.length === 1 && handle(fitting[0]).toLowerCase() === typed[1].toLowerCase());
  put(
    list,
    fitting.map((name, n) =>
      h("li", {role: "option", "aria-selected": String(n === 0), onpointerdown: (event) => (event.preventDefault(), takeName(name))}, `@${handle(name)}`),
    ),
  );
}
function takeName(name) {
  const field = $("#note"),
    typed = begun();
  if (!typed) return;
  const end = field.selectionStart,
    start = end - typed[1].length;
  field.value = `${field.value.slice(0, start)}${handle(name)} ${field.value.slice(end)}`;
  field.setSelectionRange(start + handle(name).length + 1, start + handle(name).length + 1);
  hideNames();
  field.focus();
}
const hideNames = () => {
  const list = $("#names");
  if (list) list.hidden = true;
};
// Tab and Enter take the marked name, the arrows mark another. Gives whether the key was meant for the list.
function nameKey(event) {
  const list = $("#names");
  if (!list || list.hidden || document.activeElement !== $("#note")) return false;
  const options = [...list.children],
    now = options.findIndex((each) => each.getAttribute("aria-selected") === "true"),
    by = {ArrowDown: 1, ArrowUp: -1}[event.key];
  if (event.key === "Tab" || event.key === "Enter") takeName(options[now].textContent.slice(1));
  else if (event.key === "Escape") hideNames();
  else if (by) {
    options[now].setAttribute("aria-selected", "false");
    options[(now + by + options.length) % options.length].setAttribute("aria-selected", "true");
  } else return false;
  event.preventDefault();
  return true;
}
