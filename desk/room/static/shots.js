"use strict";
// The list of shots on the left: each with its small picture, its status as icon and word, and what is new of it.
const rows = new Map(); // by shot: what its row shows, and the row
const reveal = () => $("#strip [aria-current]")?.scrollIntoView({block: "nearest", inline: "nearest"});
function drawStrip() {
  const list = filtered(),
    made = list.map((each) => row(each));
  const ol = $("#strip ol");
  if (made.length !== ol.children.length || made.some((each, place) => ol.children[place] !== each)) put(ol, made);
  drawFilter(list.length);
  drawFilm();
}
// A row is made again only where it shows something else, so that a long scene stays quick and its pictures stay.
function row(each) {
  const open = openNotes(each).length,
    fresh = news(each),
    picked = ticked.has(each.id),
    shows = JSON.stringify([each.poster, each.status, each.waits, each.why, each.in_flight, gateWord(each), open, fresh, picked]);
  let kept = rows.get(each.id);
  if (!kept || kept.shows !== shows) {
    kept = {shows, li: made(each, open, fresh, picked)};
    rows.set(each.id, kept);
  }
  const button = kept.li.firstElementChild;
  if (each.id === at.shot) button.setAttribute("aria-current", "true");
  else button.removeAttribute("aria-current");
  return kept.li;
}
function made(each, open, fresh, picked) {
  const word = gateWord(each);
  return h(
    "li",
    {class: picked ? "ticked" : null},
    h(
      "button",
      {onclick: (event) => pick(event, each.id), title: each.why},
      h("span", {class: "pic"}, thumb(each.poster), picked ? h("i", {class: "tick", "aria-hidden": "true"}, "✓") : null),
      h(
        "span",
        {},
        h("b", {}, code(each.id), picked ? h("span", {class: "sr"}, " ticked") : null),
        h(
          "span",
          {class: `status${each.waits ? " waits" : ""}`},
          h("i", {"aria-hidden": "true"}, icon(each.status)),
          each.status,
        ),
        word ? h("span", {class: `status ${word.startsWith("?") ? "waits" : "bad"}`}, word) : null,
        open ? h("span", {class: "status muted"}, `✎ ${open} open note${open === 1 ? "" : "s"}`) : null,
        fresh.length ? h("span", {class: "status fresh", title: fresh.join("; ")}, "● changed") : null,
        each.in_flight ? h("span", {class: "status muted"}, "⇣ in flight") : null,
      ),
    ),
  );
}
// A click looks at a shot; with Ctrl or Shift it ticks shots, as in any list of files.
function pick(event, id) {
  if (event.ctrlKey || event.metaKey) tickOne(id);
  else if (event.shiftKey) tickTo(id);
  else choose(id);
}
function gateWord(each) {
  const shown = each.waits ? each.takes.find((take) => take.key === each.shown) : null;
  if (!shown || shown.passed !== false) return "";
  if (shown.asks.length) return "? asks you";
  return shown.checks.some((check) => check.says === "fail") ? "✗ failed its gate" : "";
}
