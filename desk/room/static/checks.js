"use strict";
// What the gates ask about a take, and what they measured of it: each check with its value, its threshold, and where on the picture.
function questions(b) {
  if (!b.asks.length || isAgent) return null;
  return h(
    "div",
    {class: "box asked"},
    b.asks.flatMap((each) => [
      h("p", {}, h("strong", {}, each.words.slice(0, each.words.indexOf("?") + 1)), each.words.slice(each.words.indexOf("?") + 1)),
      each.masters.length
        ? h(
            "div",
            {class: "refs", tabindex: "0", role: "group", "aria-label": "The take beside its references"},
            h("figure", {}, part(b, each.boxes[0]), h("figcaption", {}, `this ${b.name}`)),
            each.masters.map((ref) =>
              h(
                "figure",
                {},
                h("span", {class: "pic"}, ref.media ? h("img", {src: small(ref.media), alt: ref.name, loading: "lazy"}) : null),
                h("figcaption", {title: ref.name}, ref.name.split("/").slice(-1)[0]),
              ),
            ),
          )
        : null,
    ]),
    h("p", {class: "muted"}, h("kbd", {}, "A"), " yes, circle it · ", h("kbd", {}, "R"), " no, retake"),
  );
}
// The part of a take that a question is about, or all of it.
function part(take, box) {
  const img = thumb(take.media.name, `${take.name}, as asked about`);
  const all = box || {x: 0, y: 0, w: 1, h: 1},
    ratio = (all.w * take.media.width) / (all.h * take.media.height);
  img.style.width = `${100 / all.w}%`;
  img.style.height = `${100 / all.h}%`;
  img.style.left = `${(-100 * all.x) / all.w}%`;
  img.style.top = `${(-100 * all.y) / all.h}%`;
  const crop = h("span", {class: "part"}, img);
  crop.style.aspectRatio = String(ratio);
  return h("span", {class: "pic"}, crop);
}
function checks(b) {
  const failed = b.checks.filter((each) => each.says === "fail" || each.says === "ask"),
    asked = failed.filter((each) => each.says === "ask"),
    applied = b.checks.filter((each) => each.applies && each.passed),
    none = b.checks.filter((each) => !each.applies);
  const list = at.allChecks
    ? [...failed, ...applied, ...none]
    : [...failed, ...applied.filter((each) => each.rule.startsWith("V")).slice(0, 12)];
  const line = (each) => {
    const rule = scene.rules[each.rule] || {name: each.rule, what: "", direction: "must hold", source: "", unit: ""};
    const sign = rule.direction === "lower is better" ? "≤" : rule.direction === "higher is better" ? "≥" : "=";
    const trouble = b.troubles.find((t) => t.rule === each.rule && t.subject === each.subject);
    const value = each.value === null ? "–" : Number(each.value.toFixed(3));
    const more = h(
      "p",
      {class: "more", hidden: !trouble},
      trouble ? h("span", {class: "bad"}, `${trouble.message}. `) : null,
      trouble && each.says !== "ask" ? `${trouble.cure} ` : null,
      each.why ? `Not checked: ${each.why}. ` : null,
      `${each.rule}: ${rule.what} ${rule.direction}, in ${rule.unit}. Threshold: ${rule.source}`,
      trouble && Object.keys(trouble.evidence).length
        ? ` Evidence: ${Object.entries(trouble.evidence)
            .map(([k, v]) => `${k} ${v}`)
            .join(", ")}.`
        : "",
    );
    const show = () => {
      at.boxes = each.boxes;
      drawOverlay();
    };
    return h(
      "li",
      {},
      h(
        "button",
        {
          onclick: () => {
            more.hidden = !more.hidden;
            show();
          },
          onfocus: show,
          onmouseenter: show,
          title: rule.what,
        },
        h(
          "span",
          {
            class: {pass: "good", ask: "warn", fail: "bad"}[each.says] || "muted",
            "aria-label": {pass: "passed", ask: "asks you", fail: "failed"}[each.says] || "not checked",
          },
          {pass: "✓", ask: "?", fail: "✗"}[each.says] || "–",
        ),
        h("span", {}, rule.name, " ", h("span", {class: "sub"}, each.subject)),
        h("span", {class: "num"}, `${value} `, h("span", {class: "muted"}, `(${sign} ${each.threshold})`)),
      ),
      more,
    );
  };
  const counts = [
    `${applied.length} passed`,
    `${failed.length - asked.length} failed`,
    asked.length ? `${asked.length} ask you` : "",
    none.length ? `${none.length} not checked` : "",
  ]
    .filter(Boolean)
    .join(", ");
  return [
    h("h3", {}, `Checks: ${b.passed === null ? "not judged" : counts}`),
    h("ul", {class: "checks"}, list.map(line)),
    b.checks.length > list.length || at.allChecks
      ? h(
          "button",
          {
            onclick: () => {
              at.allChecks = !at.allChecks;
              drawFacts();
            },
          },
          at.allChecks ? "Show fewer" : `Show all ${b.checks.length}`,
        )
      : null,
  ];
}
