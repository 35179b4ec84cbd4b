// One entry per stage: a function of the chosen instance that draws the stage.
const overlayOf = (view) => { view.overlay.replaceChildren(); return view.overlay; };
const kinds = ["mold", "anchors", "proposals", "head", "detection"];
for (const kind of kinds) views[kind] = onPhoto(`${kind}-picture`);
views.result = picture("result-picture", original.image, original.size, { class: "photo" });
views.mask = picture("mask-picture", original.image, original.size, { class: "photo" });
views.raw = picture("mask-raw", null, [DATA.mask, DATA.mask]);
views.pooled = picture("roi-pooled", null, [DATA.pool, DATA.pool]);
views.roi = picture("roi-picture", null, size);

const rows = [
  ...stages.map((map) => tiles(byId("backbone-rows"), map,
    `${map.name}: ${map.cells.join(" x ")} cells of ${map.stride} pixels, channels ${map.channels.join(", ")} of ${map.depth}`)),
  ...levels.map((map) => tiles(byId("fpn-rows"), map,
    `${map.name}: ${map.cells.join(" x ")} cells of ${map.stride} pixels, channels ${map.channels.join(", ")} of ${map.depth}`)),
];

const heats = levels.map((level) => {
  const figure = document.createElement("figure"), text = document.createElement("figcaption");
  const svg = draw(figure, "svg", { role: "img", "aria-label": `Objectness on ${level.name}` });
  text.textContent = `${level.name}: best ${level.best.toFixed(2)}; ${level.proposals} proposals began here`;
  figure.append(text);
  byId("rpn-maps").append(figure);
  return picture(svg, level.objectness, size);
});

say("anchors-count", levels.map((level) => `${level.anchors} of scale ${level.scale} on ${level.name}`).join(", "));
say("proposals-count", proposals.length);
for (const box of proposals) drawBox(views.proposals.still, box, { stroke: "#fff", opacity: 0.45, "stroke-width": 1 });

instances.forEach((instance, i) => {
  const d = instance.outline.map((path) => `M${path.map((point) => point.join(",")).join("L")}Z`).join("");
  const label = titleOf(instance, i);
  const shape = draw(views.result.svg, "path", {
    d, fill: instance.colour, stroke: instance.colour, class: "instance", "data-index": i,
    "fill-rule": "evenodd", role: "button", tabindex: 0, "aria-label": label,
  });
  draw(shape, "title", {}, label);
  shape.addEventListener("click", () => choose(i));
  shape.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") { event.preventDefault(); choose(i); }
  });
  const button = document.createElement("button");
  thumbnail(draw(button, "svg", { "aria-hidden": true }), instance);
  button.append(i + 1);
  button.title = label;
  button.setAttribute("aria-label", label);
  button.style.setProperty("--own", instance.colour);
  button.dataset.index = i;
  button.addEventListener("click", () => choose(i));
  byId("choices").append(button);
});

const show = {
  result(it, i) {
    say("result-own", `Instance ${i + 1}: ${it.name}, score ${it.score.toFixed(3)}, ${it.pixels} pixels, `
      + `box ${list(it.own_box)} as (y1, x1, y2, x2).`);
    thumbnail(byId("chosen-picture"), it);
    say("chosen-name", `${i + 1} of ${instances.length}: ${it.name} ${it.score.toFixed(3)}`);
  },
  mold(it) { frame(overlayOf(views.mold), it.box, DETECTION); },
  maps(it) { for (const row of rows) row(it.box, DETECTION); },
  anchors({ anchor }) {
    const layer = overlayOf(views.anchors), level = levels.find((one) => one.name === anchor.level);
    const [row, column] = anchor.cell.map((n) => n * level.stride);
    drawBox(layer, [row, column, row + level.stride, column + level.stride], { fill: anchor.colour, stroke: "#fff", opacity: 0.8 });
    for (const box of anchor.siblings) drawBox(layer, box, { stroke: "#fff", "stroke-width": 1.5, ...DOTTED });
    frame(layer, anchor.box, ANCHOR).id = "chosen-anchor";
    look(views.anchors, anchor.siblings);
    say("anchors-own", `Anchor ${anchor.index}: level ${anchor.level}, cell ${list(anchor.cell, 0)} (row, column), `
      + `width / height ${anchor.ratio}, box ${list(anchor.box)}. Dotted: the other anchors of its cell.`);
  },
  rpn({ anchor }) {
    heats.forEach((view, i) => {
      overlayOf(view);
      const own = levels[i].name === anchor.level, [row, column] = anchor.cell.map((n) => n * levels[i].stride);
      if (own) frame(view.overlay, [row, column, row + levels[i].stride, column + levels[i].stride], "#fff", { "stroke-width": 2 });
    });
    say("rpn-own", `The anchor lies on ${anchor.level} (white frame). Objectness ${anchor.objectness.toFixed(3)}, `
      + `place ${anchor.rank + 1} of its round. Deltas ${list(anchor.deltas, 2)} move it to ${list(anchor.moved)}.`);
  },
  proposals({ anchor, proposal }) {
    const layer = overlayOf(views.proposals);
    for (const box of proposal.losers) drawBox(layer, box, { stroke: "#fff", "stroke-width": 1.2, ...DOTTED });
    frame(layer, anchor.box, ANCHOR, DOTTED);
    frame(layer, proposal.box, PROPOSAL).id = "chosen-proposal";
    say("proposals-own", `Proposal ${proposal.index + 1} by score, ${list(proposal.box)}: `
      + `${proposal.lost} moved anchors were dropped for it.`);
  },
  roi({ proposal }) {
    const level = levels.find((one) => one.name === proposal.level), layer = overlayOf(views.roi);
    views.roi.still.replaceChildren();
    draw(views.roi.still, "image", { href: level.activity, width: size[1], height: size[0], preserveAspectRatio: "none" });
    for (const [y, x] of proposal.points) draw(layer, "circle", { cx: x, cy: y, r: Math.max(level.stride / 12, 0.4), fill: "#fff" });
    frame(layer, proposal.box, PROPOSAL).id = "chosen-roi";
    look(views.roi, [proposal.box], 0.3);
    fill(views.pooled, proposal.pooled);
    say("roi-own", `Read off ${proposal.level}, a cell of which is ${level.stride} pixels wide, by ${DATA.pooling}.`);
  },
  head(it) {
    const layer = overlayOf(views.head);
    frame(layer, it.proposal.box, PROPOSAL, DOTTED);
    frame(layer, it.box, DETECTION);
    look(views.head, [it.proposal.box, it.box]);
    byId("head-probs").replaceChildren(...it.proposal.probs.map(([name, value]) => {
      const line = document.createElement("div"), meter = document.createElement("meter");
      meter.value = value;
      line.append(meter, ` ${name} ${value.toFixed(3)}`);
      return line;
    }));
    say("head-own", `Deltas ${list(it.deltas, 2)} of its class move the proposal to ${list(it.box)}.`);
  },
  detection(it) {
    const layer = overlayOf(views.detection);
    for (const box of it.dropped) drawBox(layer, box, { stroke: "#fff", "stroke-width": 1.2, class: "dropped", ...DOTTED });
    frame(layer, it.box, DETECTION).id = "chosen-detection";
    look(views.detection, [it.box, ...it.dropped]);
    const overlaps = it.dropped.map((box) => iou(box, it.box)).sort((a, b) => a - b);
    const worth = overlaps.length ? ` Their IoU with it: ${overlaps[0].toFixed(2)} to ${overlaps.at(-1).toFixed(2)}; `
      + `above ${DATA.nms} a box is dropped.` : "";
    say("detection-own", `${it.drops} refined boxes of the same class were dropped for this one.${worth}`);
  },
  mask(it) {
    const layer = overlayOf(views.mask);
    const path = it.outline.map((points) => `M${points.map((point) => point.join(",")).join("L")}Z`).join("");
    draw(layer, "path", { d: path, fill: it.colour, "fill-opacity": 0.5, "fill-rule": "evenodd", stroke: it.colour });
    frame(layer, it.own_box, DETECTION);
    look(views.mask, [it.own_box]);
    fill(views.raw, it.mask);
    say("mask-own", `${Math.round(it.sure * 100)} % of the 28 x 28 values are at least one half: ${it.pixels} pixels of the photograph.`);
  },
};

/** Put a small picture into an SVG for good measure of one instance. */
function fill(view, href) {
  const [height, width] = view.size;
  overlayOf(view);
  draw(view.overlay, "image", { href, width, height, preserveAspectRatio: "none" });
}

let chosen = 0;

function choose(i) {
  chosen = i;
  for (const step of Object.values(show)) step(instances[i], i);
  for (const one of document.querySelectorAll("[data-index]"))
    one.setAttribute("aria-pressed", Number(one.dataset.index) === i);
  const row = byId("choices"), own = row.children[i];
  row.scrollLeft = clamp(row.scrollLeft, own.offsetLeft + own.offsetWidth - row.clientWidth, own.offsetLeft);
}

const turn = (step) => choose((chosen + step + instances.length) % instances.length);
byId("previous").addEventListener("click", () => turn(-1));
byId("next").addEventListener("click", () => turn(1));

if (instances.length) choose(0);
else {
  document.querySelector(".bar").hidden = true;
  say("result-own", "Nothing was found with a score as high as that. The stages show what the model saw all the same; a lower --min-score shows more.");
}
