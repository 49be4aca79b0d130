"use strict";
// What is said beside and below the picture: versions, references, notes, checks, prompt, cost, and what one may say.
function drawVersions() {
  put(
    "#versions",
    seen().map((each) =>
      h(
        "button",
        {
          "aria-pressed": each.key === (at.mode === "a" ? at.a : at.b) ? "true" : "false",
          title: `changed: ${each.changed}`,
          onclick: () => {
            at.b = each.key;
            at.a = before(each.key);
            at.mode = "b";
            draw();
          },
        },
        each.key === at.b
          ? h("span", {class: "ab"}, "B")
          : each.key === at.a
            ? h("span", {class: "ab muted"}, "A")
            : null,
        each.name,
        " ",
        h(
          "span",
          {class: each.passed ? "good" : each.asks.length ? "warn" : each.passed === false ? "bad" : "muted"},
          each.passed
            ? "✓ passed"
            : each.asks.length
              ? "? asks you"
              : each.passed === false
                ? each.checks.some((c) => c.says === "fail")
                  ? "✗ failed"
                  : "answered"
                : "not judged",
        ),
      ),
    ),
    at.a
      ? ["wipe", "diff"].map((mode) =>
          h(
            "button",
            {"aria-pressed": String(at.mode === mode), onclick: () => compare(mode)},
            h("kbd", {}, mode === "wipe" ? "W" : "D"),
            mode === "wipe" ? "wipe" : "difference",
          ),
        )
      : null,
    scene.shots[0].id !== at.shot
      ? h("button", {"aria-pressed": String(at.ghost), onclick: ghost}, h("kbd", {}, "G"), "ghost")
      : null,
    B()
      ? h(
          "button",
          {
            class: "plus",
            "aria-label": "What this picture was made from",
            title: "+ everything about this picture",
            onclick: () => about(B()),
          },
          "+",
        )
      : null,
  );
}
function drawBelow() {
  const b = B();
  put(
    "#below",
    b && b.references.length
      ? [
          h("h3", {}, "Made from"),
          h(
            "div",
            {class: "refs", tabindex: "0", role: "group", "aria-label": "References"},
            b.references.map((ref) =>
              h(
                "figure",
                {},
                h(
                  "span",
                  {class: "pic"},
                  ref.media ? h("img", {src: media(ref.media), alt: `${ref.role} ${ref.name}`, loading: "lazy"}) : null,
                  h(
                    "button",
                    {class: "plus", "aria-label": `About ${ref.name}`, onclick: () => aboutReference(ref)},
                    "+",
                  ),
                ),
                h("figcaption", {title: ref.name}, ref.name.split("/").slice(-3).join(" ")),
              ),
            ),
          ),
        ]
      : null,
  );
}
const kind = (word) =>
  ({
    circle: "circled it",
    retake: "asked for a retake",
    edit_layer: "wants one layer edited",
    composite: "wants a hand composite",
    post_fix: "keeps it, to fix in post",
    hold: "put it on hold",
    omit: "cut it from the film",
    approve: "said yes to the final",
    reject: "took the yes back",
    verdict: "judged it",
    hands: "took it in hand",
  })[word.kind] || word.kind.replace("_", " ");
function drawNotes() {
  const open = $("#note"),
    typed = open ? open.value : "",
    focused = open && document.activeElement === open;
  const when = (word) => new Date(word.made_at).toLocaleTimeString([], {hour: "2-digit", minute: "2-digit"});
  put(
    "#notes",
    h("h3", {}, `Notes and verdicts (${shot().said.length})`),
    h(
      "ol",
      {tabindex: shot().said.length ? "0" : null},
      shot().said.map((word) =>
        h(
          "li",
          {},
          word.frame !== null
            ? h(
                "button",
                {
                  class: "num",
                  onclick: () => {
                    seek(word.frame);
                    at.boxes = word.box ? [word.box] : [];
                    drawOverlay();
                  },
                },
                `f ${word.frame}${word.to_frame !== null ? `–${word.to_frame}` : ""}${word.box ? " ▢" : ""}`,
              )
            : h("span", {class: "num muted"}, word.take || "shot"),
          h(
            "span",
            {},
            word.kind === "note"
              ? word.why || ""
              : h(
                  "em",
                  {},
                  kind(word),
                  word.subject ? `: ${word.subject}` : "",
                  word.kind !== "note" && word.why ? ` “${word.why}”` : "",
                ),
            word.proposes ? h("em", {class: "warn"}, ` proposes: ${word.proposes.replace("_", " ")}`) : "",
            h("span", {class: "muted"}, ` – ${word.who}${word.door === "program" ? " (agent)" : ""}, ${when(word)}`),
          ),
        ),
      ),
    ),
    h(
      "form",
      {
        onsubmit: (event) => {
          event.preventDefault();
          saveNote().catch(() => {});
        },
      },
      h("span", {class: "num", id: "pin"}, pinned()),
      h("input", {
        id: "note",
        type: "text",
        maxlength: 2000,
        placeholder: "N: a note on this frame",
        "aria-label": "A note on this frame",
        autocomplete: "off",
        oninput: () => {
          const v = video();
          if (v) v.pause();
        },
        onfocus: () => {
          const v = video();
          if (v) v.pause();
        },
      }),
      h("button", {}, "Note"),
    ),
  );
  const fresh = $("#note");
  fresh.value = typed;
  if (focused) fresh.focus();
}
const pinned = () =>
  frames() < 2
    ? "picture"
    : at.from !== null
      ? `f ${at.from}–${at.to === null ? frame() : at.to}${at.box ? " ▢" : ""}`
      : `f ${frame()}${at.box ? " ▢" : ""}`;
function drawFacts() {
  const here = shot(),
    b = at.mode === "a" ? A() : B();
  if (!b) {
    put("#facts", h("h2", {}, here.id), h("p", {}, here.why), blames(here), ...(inHands(here) || []));
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
    h("h3", {}, "Why you see this"),
    h("p", {}, here.why),
    blames(here),
    here.says_who ? h("div", {class: "box"}, h("strong", {}, "Says who? "), here.says_who) : null,
    here.in_flight ? h("p", {class: "muted"}, `⇣ ${here.in_flight}`) : null,
    ...(inHands(here) || []),
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
            "yes by",
            `${here.final.by}, ${new Date(here.final.at).toLocaleString([], {dateStyle: "medium", timeStyle: "short"})}`,
          )
        : [],
      here.final && here.final.lapsed.length
        ? row("the yes lapsed", h("span", {class: "warn"}, `${here.final.lapsed.join(", ")} changed since`))
        : [],
    ),
    h("h3", {}, "Made by"),
    h(
      "dl",
      {class: "facts"},
      row("changed", b.changed),
      row("seed", b.seed === null ? null : String(b.seed)),
      row("parent", b.parent),
      row("certificate", b.certificate || "none: no gate has passed it"),
    ),
  );
}
function blames(here) {
  if (!here.diagnosis) return null;
  const command = here.mistaken_manifest ? `gate fix ${here.id}` : "";
  return h(
    "div",
    {class: "box bad"},
    h("strong", {}, here.mistaken_manifest ? "Is the manifest wrong? " : ""),
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
  const verdicts = isAgent
    ? [h("span", {class: "muted"}, "An agent reads, and proposes in notes.")]
    : [
        button(
          "A",
          asked ? "Yes, circle it" : here.final ? `Circle → ${usd(here.final.price_microusd)} final` : "Circle",
          () => verdict("circle"),
        ),
        button("R", `${asked ? "No, retake" : "Retake"}… ~${usd(here.retake_microusd)}`, retake),
        button("E", edited ? `Edit… ~${usd(whole(edited, edited.edit_microusd))}` : "Edit…", editLayer),
        button("C", "Composite", composite),
        button("H", "Hands", hands),
        button("P", "Post fix", () => verdict("post_fix")),
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
