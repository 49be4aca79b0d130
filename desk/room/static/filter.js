"use strict";
// Which shots the list shows: by a word, by what is the matter with them, and by person, place or cast.
const filter = {words: "", show: "", of: ""};
const FLAGS = {
  waits: ["waits for you", (each) => each.waits],
  failed: ["failed a gate", (each) => gateWord(each).startsWith("✗")],
  asks: ["the gate asks you", (each) => gateWord(each).startsWith("?")],
  notes: ["open notes", (each) => openNotes(each).length > 0],
  me: ["notes for you (@)", (each) => forMe(each).length > 0],
  changed: ["changed since you looked", (each) => news(each).length > 0],
  differ: ["reviewers disagree", (each) => Boolean(each.disagree)],
  lapsed: ["approval lapsed", (each) => Boolean(each.final && each.final.lapsed.length)],
  flight: ["in flight", (each) => Boolean(each.in_flight)],
  unmade: ["no picture yet", (each) => !each.poster],
  ticked: ["ticked", (each) => ticked.has(each.id)],
};
const GROUPS = {
  status: ["Status", (each) => [each.status]],
  person: ["Person", (each) => each.said.map((word) => word.who)],
  place: ["Place", (each) => [each.place]],
  cast: ["Cast", (each) => each.cast.map((member) => member.split(" · ")[0])],
};
const filters = () => Boolean(filter.words || filter.show || filter.of);
function filtered() {
  const words = filter.words.trim().toLowerCase(),
    [group, value] = filter.of.split("=");
  return scene.shots.filter(
    (each) =>
      (!filter.show || FLAGS[filter.show][1](each)) &&
      (!filter.of || GROUPS[group][1](each).includes(value)) &&
      (!words || textOf(each).includes(words)),
  );
}
const textOf = (each) =>
  [each.id, each.status, each.place, ...each.cast, each.motion, each.why, ...each.said.flatMap((word) => [word.why, word.who])]
    .join("\n")
    .toLowerCase();
function show(flag) {
  filter.show = filter.show === flag ? "" : flag;
  drawStrip();
  say(filter.show ? `Shown: ${FLAGS[flag][0]} (${filtered().length}).` : "Every shot.");
}
function everything() {
  Object.assign(filter, {words: "", show: "", of: ""});
  $("#words").value = "";
  drawStrip();
}
function find() {
  $("#words").focus();
  $("#words").select();
}
function makeFilter() {
  put(
    "#filter",
    h("input", {
      id: "words",
      type: "search",
      "aria-label": "Filter the shots by a word",
      placeholder: "/ shot, place, name, note",
      autocomplete: "off",
      oninput: (event) => {
        filter.words = event.target.value;
        drawStrip();
      },
      onkeydown: (event) => {
        const first = filtered()[0];
        if (event.key !== "Enter" || !first) return;
        event.preventDefault();
        everything();
        choose(first.id);
        $("#stage").focus();
      },
    }),
    h("select", {id: "show", "aria-label": "Show only", onchange: (event) => chosen("show", event.target.value)}),
    h("select", {id: "of", "aria-label": "By status, person, place or cast", onchange: (event) => chosen("of", event.target.value)}),
    h("p", {id: "listed", role: "status"}),
  );
}
function chosen(which, value) {
  filter[which] = value;
  drawStrip();
}
let offered = "";
function drawFilter(count) {
  const groups = Object.entries(GROUPS).map(([name, [title, of]]) => [name, title, [...new Set(scene.shots.flatMap(of))].sort()]);
  const offer = JSON.stringify(groups);
  if (offer !== offered) {
    offered = offer;
    put("#show", h("option", {value: ""}, "Every shot"), Object.entries(FLAGS).map(([name, [words]]) => h("option", {value: name}, words)));
    put(
      "#of",
      h("option", {value: ""}, "by status, person, place…"),
      groups
        .filter(([, , values]) => values.length)
        .map(([name, title, values]) => h("optgroup", {label: title}, values.map((value) => h("option", {value: `${name}=${value}`}, value)))),
    );
  }
  $("#show").value = filter.show;
  $("#of").value = filter.of;
  put("#listed", filters() ? [`${count} of ${scene.shots.length} `, h("button", {onclick: everything}, "Show all")] : null);
}
makeFilter();
