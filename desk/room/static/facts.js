"use strict";
// Beside the picture: why you see it, checks, prompt, cost, and the actions that are possible.
function drawFacts() {
  const here = shot(),
    b = at.mode === "a" ? A() : B();
  if (!b) {
    put("#facts", h("h2", {}, here.id), h("p", {}, here.why), blames(here), ...(inHands(here) || []), ...pencilled(here));
    return;
  }
  const row = (name, value) =>
    value === null || value === "" || value === undefined ? [] : [h("dt", {}, name), h("dd", {}, value)];
  put(
    "#facts",
    h("h2", {}, b.file),
    h(
      "p",
      {class: "muted"},
      `${b.resolution} · ${b.media.name.endsWith("mp4") ? `${b.seconds.toFixed(1)} s · ` : ""}${b.provider} ${b.model}`,
    ),
    questions(b),
    h("h3", {}, "Why you see this"),
    h("p", {}, here.why),
    blames(here),
    here.says_who ? h("div", {class: "box"}, h("strong", {}, "Source: "), here.says_who) : null,
    here.in_flight ? h("p", {class: "muted"}, `⇣ ${here.in_flight}`) : null,
    ...(inHands(here) || []),
    ...pencilled(here),
    checks(b),
    h("h3", {}, b.before && b.diff.length ? `Prompt, against ${b.before}` : "Prompt"),
    h(
      "div",
      {class: "prompt", tabindex: "0", role: "region", "aria-label": "Prompt"},
      b.diff.length
        ? b.diff.map((part) => [
            h(part.kind === "in" ? "ins" : part.kind === "out" ? "del" : "span", {}, part.text),
            " ",
          ])
        : b.prompt,
    ),
    b.guide ? h("p", {class: "muted"}, `Guide: ${b.guide}`) : null,
    b.before && !b.diff.length ? h("p", {class: "muted"}, `The same words as ${b.before}.`) : null,
    h("h3", {}, "Cost"),
    h(
      "dl",
      {class: "facts"},
      row("this take", b.cost_microusd === null ? `${usd(b.held_microusd)} ${b.state}` : usd(b.cost_microusd)),
      row(
        "this shot",
        `${usd(here.settled_microusd)}${here.held_microusd ? ` + ${usd(here.held_microusd)} held` : ""}${here.cap_microusd !== null ? ` of ${usd(here.cap_microusd)}` : ""}`,
      ),
      row(
        "another draft",
        `about ${usd(here.retake_microusd)}${here.takes_left ? `, ${here.takes_left} takes left` : ""}`,
      ),
      here.final ? row(`its ${here.final.tier}`, `${usd(here.final.price_microusd)} at ${here.final.resolution}`) : [],
      here.final && here.final.by
        ? row(
            "approved by",
            `${here.final.by}, ${new Date(here.final.at).toLocaleString([], {dateStyle: "medium", timeStyle: "short"})}`,
          )
        : [],
      here.final && here.final.lapsed.length
        ? row("the approval lapsed", h("span", {class: "warn"}, `${here.final.lapsed.join(", ")} changed since`))
        : [],
    ),
    h("h3", {}, "Made by"),
    h(
      "dl",
      {class: "facts"},
      row("changed", b.changed),
      row("seed", b.seed === null ? null : String(b.seed)),
      row("parent", b.parent),
      row("certificate", b.certificate || "none yet"),
    ),
  );
}
function pencilled(here) {
  if (!here.sketch || isStatic) return [];
  const source = `${base}/board/pencil/${here.id}.png?${here.sketch.slice(0, 12)}`;
  return [h("h3", {}, "Sketch"), h("img", {class: "pencilled", src: source, alt: `Pencil sketch of ${here.id}`})];
}
function blames(here) {
  if (!here.diagnosis) return null;
  const command = here.mistaken_manifest ? `gate fix ${here.id}` : "";
  return h(
    "div",
    {class: "box bad"},
    h("strong", {}, here.mistaken_manifest ? "Is the scene's file wrong? " : ""),
    here.diagnosis,
    here.fix ? h("p", {class: "muted"}, here.fix) : null,
    command ? copyable(command) : null,
  );
}
function drawActions() {
  const here = shot(),
    ready = scene.shots.filter(
      (each) => each.final && !["final", "hold", "omit"].includes(each.status) && !each.final.by,
    ),
    edited = here.hands.find((each) => each.edit_microusd !== null),
    asked = B() && B().asks.length > 0,
    sum = ready.reduce((all, each) => all + each.final.price_microusd, 0);
  const button = (key, words, act, more) => h("button", {onclick: act, ...more}, h("kbd", {}, key), words);
  const verdicts = ticked.size && !isAgent
    ? bulkActions()
    : isAgent
    ? [h("span", {class: "muted"}, "An agent reads, and proposes verdicts in notes.")]
    : [
        button(
          "A",
          asked ? "Yes, circle it" : here.final ? `Circle → ${usd(here.final.price_microusd)} final` : "Circle",
          () => verdict("circle"),
        ),
        button("R", `${asked ? "No, retake" : "Retake"}… ~${usd(here.retake_microusd)}`, retake),
        button("E", edited ? `Edit… ~${usd(whole(edited, edited.edit_microusd))}` : "Edit…", editLayer),
        button("C", "Composite", composite),
        button("H", "By hand", hands),
        button("P", "Fix in post", () => verdict("post_fix")),
        button("X", "Hold", hold),
        button("U", "Undo", undo),
      ];
  put(
    "#actions",
    verdicts,
    h("span", {class: "gap"}),
    isStatic
      ? h("button", {onclick: download}, "Download verdicts.json")
      : isAgent
        ? null
        : h(
            "button",
            {class: "money", onclick: tray},
            h("kbd", {}, "T"),
            ready.length ? `Finals tray: ${ready.length} · ${usd(sum)}` : "Finals tray",
          ),
  );
}
