"use strict";
// Light or dark: as the system says, or as this browser was told.
const THEMES = {system: "Light or dark: as the system", light: "Light", dark: "Dark"};
const remembered = (name) => {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
};
const remember = (name, value) => {
  try {
    localStorage.setItem(name, value);
  } catch {
    // A browser that keeps nothing for files forgets it with the page.
  }
};
const theme = () => document.documentElement.dataset.theme;
function setTheme(name) {
  document.documentElement.dataset.theme = name in THEMES ? name : "system";
  remember("gate-theme", theme());
}
function nextTheme() {
  const names = Object.keys(THEMES);
  setTheme(names[(names.indexOf(theme()) + 1) % names.length]);
  return THEMES[theme()];
}
setTheme(remembered("gate-theme"));
addEventListener("DOMContentLoaded", () => {
  for (const button of document.querySelectorAll("[data-theme-switch]")) {
    const show = () => {
      button.title = `${THEMES[theme()]}. Press to change.`;
    };
    button.addEventListener("click", () => {
      nextTheme();
      show();
    });
    show();
  }
});
