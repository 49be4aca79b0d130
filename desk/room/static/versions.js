"use strict";
// The versions of a stage, the references that they were made from, and which of them is on the screen.
function drawVersions() {
  put(
    "#versions",
    seen().map((each) =>
      h(
        "button",
        {
          "aria-pressed": !at.cut && each.key === (at.mode === "a" ? at.a : at.b) ? "true" : "false",
          title: `changed: ${each.changed}`,
          onclick: () => {
            Object.assign(at, {b: each.key, a: before(each.key), mode: "b", cut: null});
            fit();
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
      ? Object.entries(COMPARES).map(([mode, [key, words]]) =>
          button(words, () => compare(mode), {"aria-pressed": String(!at.cut && at.mode === mode)}, key),
        )
      : null,
    seen().some((each) => each.stage === "clip" && each.tier !== "draft") ? button("beside its final", besideFinal, {}, "5") : null,
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
                  ref.media ? h("img", {src: small(ref.media), alt: `${ref.role} ${ref.name}`, loading: "lazy"}) : null,
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
