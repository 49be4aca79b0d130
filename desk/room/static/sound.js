"use strict";
// Sound: volume and mute, as this browser last had them. Of two versions, B is heard.
const sound = {volume: Math.min(1, Math.max(0, Number(remembered("gate-volume") ?? 1) || 0)), muted: remembered("gate-muted") === "yes"};
function applySound() {
  for (const clip of $("#stage").querySelectorAll("video")) {
    clip.volume = sound.volume;
    clip.muted = sound.muted || clip !== video();
  }
}
function setSound(change) {
  Object.assign(sound, change);
  remember("gate-volume", String(sound.volume));
  remember("gate-muted", sound.muted ? "yes" : "no");
  applySound();
  drawDeck();
}
function mute() {
  setSound({muted: !sound.muted});
  say(sound.muted ? "Muted." : `Sound: ${Math.round(sound.volume * 100)} %.`);
}
function louder(by) {
  setSound({volume: Math.min(1, Math.max(0, Math.round((sound.volume + by) * 10) / 10)), muted: false});
  say(`Sound: ${Math.round(sound.volume * 100)} %.`);
}
const soundControls = () => [
  h("button", {onclick: mute, "aria-pressed": String(sound.muted)}, h("kbd", {}, "M"), sound.muted ? "Muted" : "Sound"),
  h("input", {
    id: "volume",
    type: "range",
    min: 0,
    max: 100,
    value: Math.round(sound.volume * 100),
    "aria-label": "Volume",
    oninput: (event) => {
      Object.assign(sound, {volume: Number(event.target.value) / 100, muted: false});
      remember("gate-volume", String(sound.volume));
      remember("gate-muted", "no");
      applySound();
    },
    onchange: drawDeck,
  }),
];
