"use strict";
// The composition board. Whatever a file or a person wrote reaches the page as text, never as markup.
const root = document.body.dataset,
  base = root.base || "",
  isAgent = "agent" in root;
const $ = (selector) => document.querySelector(selector);
const page = JSON.parse($("#data").textContent);
const SVG = new Set(["svg", "rect", "line", "circle", "path", "text", "g"]);

function h(tag, props, ...children) {
  const made = SVG.has(tag)
    ? document.createElementNS("http://www.w3.org/2000/svg", tag)
    : document.createElement(tag);
  for (const [name, value] of Object.entries(props || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.flat(2).filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}
const put = (selector, ...children) => {
  const there = typeof selector === "string" ? $(selector) : selector;
  there.replaceChildren(...children.flat(2).filter(Boolean));
  return there;
};
const code = (id) => id.split("_")[1];
const usd = (micro) => `$${(micro / 1e6).toFixed(2)}`;
const round = (value) => Math.round(value * 1000) / 1000;
const copy = (value) => JSON.parse(JSON.stringify(value));

let fading = 0;
function say(words, bad) {
  clearTimeout(fading);
  const toast = $("#toast");
  toast.setAttribute("role", bad ? "alert" : "status");
  toast.setAttribute("aria-live", bad ? "assertive" : "polite");
  toast.textContent = words;
  fading = setTimeout(() => put(toast), bad ? 12000 : 4000);
}

// A refusal of the room carries its sentence; anything else means that nobody answers.
class Refused extends Error {
  constructor(status, told) {
    super(told ? `${told.cause}. ${told.cure}` : `status ${status}`);
    this.status = status;
    this.told = told;
  }
}
class Silent extends Error {}
const SIGNED_OUT = "You are not signed in any more (the room was started again). Your work is kept in this browser: open the link that gate board printed, and restore it.";

async function ask(method, path, body) {
  let answer;
  try {
    answer = await fetch(`${base}${path}`, {
      method,
      headers: {
        "x-gate-csrf": root.csrf,
        accept: "application/json",
        ...(body ? {"content-type": "application/json"} : {}),
      },
      body: body ? JSON.stringify(body) : undefined,
    });
  } catch {
    throw new Silent();
  }
  if (answer.status === 304) return null;
  const isJson = (answer.headers.get("content-type") || "").startsWith("application/json");
  if (answer.status === 401 || (answer.status === 403 && !isAgent)) throw new Silent(SIGNED_OUT);
  if (!answer.ok) throw new Refused(answer.status, isJson ? (await answer.json()).refused : null);
  return isJson ? answer.json() : answer.blob();
}

function button(key, words, act, more) {
  return h("button", {type: "button", onclick: act, ...more}, key ? h("kbd", {}, key) : null, words);
}

// A dialog that closes with Escape and gives the focus back to where it was.
function dialog(title, ...content) {
  const back = document.activeElement;
  const box = h("dialog", {"aria-label": title}, h("h2", {}, title), ...content);
  box.addEventListener("close", () => {
    box.remove();
    if (back?.isConnected) back.focus();
  });
  document.body.append(box);
  box.showModal();
  return box;
}
