"use strict";
// Looks through the lines that stand in the page itself: a page on a disk can fetch nothing.
const lines = JSON.parse(document.getElementById("lines").textContent);
const field = document.getElementById("words"), hits = document.getElementById("hits");
const count = document.getElementById("count"), most = 50;

function show() {
  const wanted = field.value.toLowerCase().split(/\s+/).filter(Boolean);
  const found = wanted.length ? lines.filter((line) => fits(line, wanted)) : [];
  hits.replaceChildren(...found.slice(0, most).map((line) => hit(line, wanted[0])));
  const more = found.length > most ? `, the first ${most} are shown` : "";
  count.textContent = wanted.length ? `${found.length} ${found.length === 1 ? "call" : "calls"}${more}` : "";
}

function fits(line, wanted) {
  const text = `${line.head} ${line.words}`.toLowerCase();
  return wanted.every((word) => text.includes(word));
}

function hit(line, word) {
  const item = document.createElement("li"), link = document.createElement("a"), near = document.createElement("small");
  link.href = line.to;
  link.textContent = line.head;
  near.textContent = excerpt(line.words, word);
  if (line.picture) {
    const picture = document.createElement("img");
    Object.assign(picture, { src: line.picture, alt: "", width: 96, height: 54 });
    item.append(picture);
  }
  const words = document.createElement("span");
  words.append(link, near);
  item.append(words);
  return item;
}

function excerpt(words, word) {
  const at = Math.max(0, words.toLowerCase().indexOf(word) - 60);
  return `${at ? "…" : ""}${words.slice(at, at + 180)}${words.length > at + 180 ? "…" : ""}`;
}

field.addEventListener("input", show);
show();
