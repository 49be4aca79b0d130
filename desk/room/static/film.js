"use strict";
// The film strip: the whole scene under the picture. A pointer over it shows the moment; a drag scrubs through the scene.
const STRIP_FRAMES = 12,
  REST_MS = 140,
  SEGMENT_PX = 30;
let film = ""; // what the strip shows
function drawFilm() {
  const wanted = JSON.stringify(scene.shots.map((each) => [each.id, each.poster, each.frames, each.status, each.waits]));
  if (wanted !== film) {
    film = wanted;
    put(
      "#film",
      h("div", {class: "shots"}, scene.shots.map(segment), h("i", {id: "playhead", "aria-hidden": "true"})),
    );
  }
  for (const each of $("#film .shots").children) if (each.dataset.shot) each.classList.toggle("now", each.dataset.shot === at.shot);
  drawPlayhead();
}
function segment(each) {
  const part = h(
    "span",
    {class: `segment${each.status === "omit" ? " out" : ""}${each.waits ? " waits" : ""}`, "data-shot": each.id},
    each.poster ? h("img", {src: small(each.poster), alt: "", loading: "lazy", draggable: "false"}) : null,
    h("b", {}, `${icon(each.status)} ${code(each.id).replace(/^SH0*/, "")}`),
  );
  part.style.flexGrow = String(each.frames);
  part.style.minWidth = `${SEGMENT_PX}px`;
  return part;
}
let headAt = "";
function drawPlayhead() {
  const head = $("#playhead"),
    now = $(`#film [data-shot="${at.shot}"]`);
  if (!head || !now) return;
  const moment = `${at.shot} ${local()} ${film.length}`;
  if (moment === headAt) return;
  headAt = moment;
  const x = now.offsetLeft + (now.offsetWidth * (local() + 0.5)) / Math.max(shot().frames, 1);
  head.style.transform = `translateX(${x}px)`;
  const strip = $("#film");
  strip.setAttribute("aria-valuenow", beginsAt(at.shot) + local());
  strip.setAttribute("aria-valuetext", `${code(at.shot)}, frame ${local()}`);
  if (x < strip.scrollLeft || x > strip.scrollLeft + strip.clientWidth) strip.scrollLeft = x - strip.clientWidth / 3;
}
// The moment under a pointer: the shot, and the frame in it.
function momentAt(event) {
  const parts = [...$("#film .shots").children].filter((part) => part.dataset.shot),
    x = event.clientX - $("#film .shots").getBoundingClientRect().left;
  const part = parts.findLast((each) => each.offsetLeft <= x) || parts[0],
    each = scene.shots.find((one) => one.id === part.dataset.shot),
    done = Math.min(0.999, Math.max(0, (x - part.offsetLeft) / part.offsetWidth));
  return {each, part, n: Math.floor(done * each.frames), done};
}
// The frame of a shot's film strip that is nearest to a moment; its small picture until the strip is there.
const strips = new Map();
function still(each, done, into, shown) {
  const take = shown || inCut(each),
    clip = take && take.media && take.media.frames > 1 ? take.media.name : null;
  if (!each.poster) {
    into.replaceChildren();
    return;
  }
  let img = into.firstElementChild;
  if (!img) {
    img = h("img", {alt: "", draggable: "false"});
    into.replaceChildren(img);
  }
  const source = clip && strip(clip);
  if (source && !strips.has(source)) {
    const coming = h("img", {src: source});
    strips.set(source, coming);
    coming.addEventListener("load", () => into.isConnected && into.dataset.shot === each.id && still(each, Number(into.dataset.done), into, take), {once: true});
  }
  const there = source && strips.get(source).complete && strips.get(source).naturalWidth;
  into.dataset.shot = each.id;
  into.dataset.done = done;
  const src = there ? source : small(each.poster);
  if (img.getAttribute("src") !== src) img.setAttribute("src", src);
  img.className = there ? "strip" : "";
  img.style.transform = there ? `translateX(${(-100 * Math.floor(done * STRIP_FRAMES)) / STRIP_FRAMES}%)` : "";
}
function peek(event) {
  const {each, n, done} = momentAt(event);
  showMoment(each, n, done, event.clientX, $("#film"));
}
// The bar of this clip previews its own frames.
function peekInClip(event) {
  if (at.cut || frames() < 2) return;
  const bar = event.currentTarget.getBoundingClientRect(),
    done = Math.min(0.999, Math.max(0, (event.clientX - bar.left - 8) / (bar.width - 16)));
  showMoment(shot(), Math.round(done * (frames() - 1)), done, event.clientX, event.currentTarget, B());
}
function showMoment(each, n, done, x, over, take) {
  const box = $("#peek"),
    player = $("#player").getBoundingClientRect();
  box.hidden = false;
  still(each, done, box.firstElementChild, take);
  box.lastElementChild.textContent = `${code(each.id)}  f ${n}  ${clock(beginsAt(each.id) + n)}`;
  const left = Math.min(player.width - box.offsetWidth, Math.max(0, x - player.left - box.offsetWidth / 2)),
    top = over.getBoundingClientRect().top - player.top - box.offsetHeight - 6;
  box.style.transform = `translate(${left}px, ${top}px)`;
}
const hidePeek = () => {
  $("#peek").hidden = true;
};
let resting = 0;
function scrubTo(event) {
  const {each, n, done} = momentAt(event);
  clearTimeout(resting);
  if (each.id === at.shot && !at.cut) {
    $("#scrubbed").hidden = true;
    seek(n);
    return;
  }
  if (at.cut) {
    seek(beginsAt(each.id) + n);
    return;
  }
  // Another shot: its strip at once, and its clip where the pointer rests. So a sweep loads no clip on its way.
  const over = $("#scrubbed");
  over.hidden = false;
  still(each, done, over);
  $("#counter").textContent = `${code(each.id)}  f ${n}  scene ${clock(beginsAt(each.id) + n)}`;
  resting = setTimeout(() => arrive(each, n), REST_MS);
}
function arrive(each, n) {
  choose(each.id, inCut(each)?.key);
  reveal();
  const v = video(),
    there = () => {
      $("#scrubbed").hidden = true;
    };
  if (!v) {
    there();
    return;
  }
  v.addEventListener("seeked", there, {once: true});
  jump(n);
}
$("#film").addEventListener("pointermove", peek);
$("#film").addEventListener("pointerleave", hidePeek);
$("#film").addEventListener("pointerdown", (event) => {
  if (event.button) return;
  halt();
  endReel();
  let coming = 0;
  const moving = (e) => {
    cancelAnimationFrame(coming);
    coming = requestAnimationFrame(() => {
      scrubTo(e);
      peek(e);
    });
  };
  scrubTo(event);
  drag(event, moving, false, hidePeek);
});
