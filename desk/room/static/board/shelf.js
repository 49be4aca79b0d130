"use strict";
// The shelf: everybody, everything and every place of the bible. A card is dragged onto the stage, or put there by Enter.
const TABS = [
  ["cast", "People"],
  ["props", "Props"],
  ["locations", "Places"],
];
let tab = "cast",
  shelfDrawn = "",
  carried = null;

function drawShelf() {
  const there = items(at.comp);
  const drawn = JSON.stringify([tab, at.shot, at.view.base, at.comp.location, there.map((one) => [one.name, one.wardrobe])]);
  if (drawn === shelfDrawn) return; // a card that has the focus keeps it
  shelfDrawn = drawn;
  const focused = document.activeElement?.dataset?.card;
  put(
    "#shelf",
    h(
      "div",
      {class: "tabs", role: "group", "aria-label": "What the shelf shows"},
      TABS.map(([id, words]) =>
        h("button", {type: "button", "aria-pressed": String(tab === id), onclick: () => { tab = id; drawShelf(); }}, words),
      ),
    ),
    h("ul", {class: "cards-small"}, cards(there).map((card) => h("li", {}, card))),
    isAgent ? null : h("label", {class: "bring"}, "Bring a picture in…", h("input", {type: "file", accept: "image/png,image/jpeg,image/webp", onchange: (event) => bring(event.target.files[0])})),
  );
  if (focused) $(`[data-card="${CSS.escape(focused)}"]`)?.focus();
}
function cards(there) {
  if (tab === "locations") {
    return at.view.shelf.locations.map((place) =>
      card(`locations/${place.id}`, place.name, "", place.picture, at.comp.location === place.id, () => act({do: "plate", location: place.id})),
    );
  }
  if (tab === "props") {
    return at.view.shelf.props.map((prop) => {
      const name = `props/${prop.id}`,
        isThere = there.some((one) => one.name === name);
      return card(name, prop.name, "", prop.picture, isThere, (spot) => place(name, null, spot));
    });
  }
  return at.view.shelf.cast.flatMap((who) =>
    Object.entries(who.wardrobes).map(([dress, views]) => {
      const name = `cast/${who.id}`,
        isThere = there.some((one) => one.name === name && one.wardrobe === dress),
        picture = views.front || Object.values(views).find(Boolean) || null;
      return card(`${name}/${dress}`, who.name, `${dress.replaceAll("_", " ")} · ${who.height_m}\u00a0m`, picture, isThere, (spot) => place(name, dress, spot));
    }),
  );
}
function card(key, name, more, picture, isThere, does) {
  const image = picture
    ? h("img", {src: `${base}/board/thumb/${picture.sha256}.png`, alt: "", draggable: "false", loading: "lazy"})
    : h("span", {class: "noimg"}, "no picture");
  const made = h(
    "button",
    {type: "button", class: "asset", "data-card": key, "aria-pressed": String(isThere)},
    h("span", {class: "pic"}, image),
    h("span", {class: "words"}, h("b", {}, name), more ? h("small", {}, more) : null, isThere ? h("small", {class: "there"}, "✓ in the shot") : null),
  );
  made.addEventListener("click", (event) => {
    if (!carried?.moved || event.detail === 0) does(null);
    carried = null;
  });
  made.addEventListener("pointerdown", (event) => {
    if (event.button > 0) return;
    carried = {id: event.pointerId, x: event.clientX, y: event.clientY, does, image, moved: false, fly: null};
  });
  return made;
}
// Whoever is there already changes clothes or place; a new one stands on the floor, as large as the floor makes it.
function place(name, wardrobe, spot) {
  const found = item(name);
  if (found && wardrobe && found.wardrobe !== wardrobe) act({do: "dress", what: name, wardrobe});
  if (!found || spot) {
    const taken = [...items(at.comp).map((one) => one.start.x), ...at.pend.filter(({op}) => op.do === "place").map(({op}) => op.x)];
    const free = [0.5, 0.3, 0.7, 0.15, 0.85].find((x) => taken.every((other) => Math.abs(other - x) > 0.08));
    const where = spot || {x: free ?? 0.5};
    act({do: "place", what: name, ...(wardrobe ? {wardrobe} : {}), ...where});
  }
  at.sel = [name];
  draw();
}
addEventListener("pointermove", (event) => {
  if (!carried || event.pointerId !== carried.id) return;
  if (!carried.moved && Math.hypot(event.clientX - carried.x, event.clientY - carried.y) < 6) return;
  if (event.pointerType === "touch" && !carried.moved && Math.abs(event.clientY - carried.y) > Math.abs(event.clientX - carried.x) && innerWidth > 760) {
    carried = null; // the list is scrolled
    return;
  }
  carried.moved = true;
  if (!carried.fly) {
    carried.fly = carried.image.cloneNode();
    carried.fly.className = "fly";
    document.body.append(carried.fly);
  }
  carried.fly.style.left = `${event.clientX}px`;
  carried.fly.style.top = `${event.clientY}px`;
});
for (const ends of ["pointerup", "pointercancel"]) {
  addEventListener(ends, (event) => {
    if (!carried || event.pointerId !== carried.id) return;
    const {does, moved, fly} = carried;
    fly?.remove();
    const stage = $("#board-stage").getBoundingClientRect(),
      x = (event.clientX - stage.left) / stage.width,
      y = (event.clientY - stage.top) / stage.height;
    if (moved && ends === "pointerup" && x >= 0 && x <= 1 && y >= 0 && y <= 1) {
      if (at.mode === "camera") toggleCamera();
      const state = moment();
      does({x: round((x - 0.5) / state.zoom + 0.5 + state.right), y: round((y - 0.5) / state.zoom + 0.5 + state.down)});
    }
    if (moved) setTimeout(() => { carried = null; });
  });
}
