// A box over the ground truth: its IoU with each object, and what it is in training.
const { image, size, settings, objects, names, colours } = DATA;
const [low, high, enough, tie] = [...DATA.rpn, DATA.roi, DATA.tie].map(core.round32); // as TensorFlow compares
const svg = byId("picture"), bar = byId("bar"), unit = size[1] / 460;
const truth = Float32Array.from(objects.flat()), anchors = core.generateAnchors(size, settings);
const overlap = core.iou(anchors, truth); // of each anchor with each object
const best = objects.map((_, g) => overlap.reduce((most, value, k) => (k % objects.length === g && value > most ? value : most), 0));
const [GOOD, GREY, BAD] = colours, COLOUR = { positive: GOOD, ignored: GREY, negative: BAD };
const start = Math.floor(core.argmax(overlap) / objects.length); // the anchor that fits some object best
let { level, cell } = core.anchorPlace(start, size, settings), ratio = start % settings.anchor_ratios.length;
const chosen = (name) => document.querySelector(`input[name=${name}]:checked`);
const others = [...document.querySelectorAll("input[name=level]")], shapes = [...document.querySelectorAll("input[name=ratio]")];
others[level].checked = shapes[ratio].checked = true;
const [a1, b1, a2, b2] = objects[0], state = { size, unit, changed: show, fixed: true };
state.box = [a1 + 0.2 * (a2 - a1), b1 + 0.2 * (b2 - b1), a2 + 0.2 * (a2 - a1), b2 + 0.2 * (b2 - b1)]
  .map((edge, i) => clamp(edge, 0, size[i % 2]));

/** What an anchor is for the RPN: the verdict and the reason. */
function judgeAnchor(overlaps) {
  const most = Math.max(...overlaps);
  if (most >= high) return ["positive", `its best IoU is at least ${DATA.rpn[1]}`];
  const of = overlaps.findIndex((value, i) => value > 0 && value >= core.round32(best[i] - tie));
  if (of >= 0) return ["positive", `no other anchor fits object ${of + 1} better, however low that is`];
  if (most < low) return ["negative", `all its IoUs are below ${DATA.rpn[0]}: it should say background`];
  return ["ignored", `its best IoU lies between ${DATA.rpn[0]} and ${DATA.rpn[1]}: it trains nothing`];
}

/** What a RoI is for the heads. */
function judgeRoi(overlaps) {
  const most = Math.max(...overlaps), of = overlaps.indexOf(most);
  if (most < enough) return ["negative", `its best IoU is below ${DATA.roi}: its class should be background`];
  return ["positive", `its best IoU is at least ${DATA.roi}: its class should be ${names[of]} (object ${of + 1})`];
}

const verdicts = Array.from({ length: anchors.length / 4 }, (_, i) =>
  judgeAnchor(overlap.subarray(i * objects.length, (i + 1) * objects.length))[0]);
const ofKind = (kind) => verdicts.filter((verdict) => verdict === kind).length;
const all = `${ofKind("positive")} positive, ${ofKind("ignored")} ignored, ${ofKind("negative")} negative`;
const boxNow = () => core.boxAt(anchors, core.anchorsOfCell(level, cell, size, settings)[ratio]);

/** The line of all IoUs, in the colours of the verdicts, and the best IoU of the box. */
function drawBar(most, isAnchor) {
  const x = (value) => 10 + 320 * value, cuts = isAnchor ? [0, ...DATA.rpn, 1] : [0, DATA.roi, 1];
  const tones = isAnchor ? [BAD, GREY, GOOD] : [BAD, GOOD];
  bar.replaceChildren();
  tones.forEach((fill, i) => draw(bar, "rect", { x: x(cuts[i]), y: 14, width: x(cuts[i + 1]) - x(cuts[i]), height: 12, fill }));
  for (const cut of cuts) draw(bar, "text", { x: x(cut), y: 41, "text-anchor": "middle" }, cut);
  draw(bar, "path", { d: `M${x(most)},14l-6,-11h12z`, fill: "var(--ink)" });
  draw(bar, "path", { d: `M${x(most)},12V27`, stroke: "var(--ink)", "stroke-width": 2 });
}

/** All anchors of this level and shape: a dot in the middle of the positive and the ignored ones. */
function drawOthers() {
  verdicts.forEach((verdict, i) => {
    if (verdict === "negative" || i % shapes.length !== ratio || core.anchorPlace(i, size, settings).level !== level) return;
    const [y1, x1, y2, x2] = core.boxAt(anchors, i);
    draw(svg, "circle", { cx: (x1 + x2) / 2, cy: (y1 + y2) / 2, r: 3 * unit, fill: COLOUR[verdict], stroke: "#fff", "stroke-width": unit, class: verdict });
  });
}

function show() {
  const isAnchor = chosen("kind").value === "an anchor", box = isAnchor ? boxNow() : Float32Array.from(state.box);
  state.fixed = isAnchor;
  const overlaps = core.iou(truth, box), [verdict, reason] = (isAnchor ? judgeAnchor : judgeRoi)(overlaps);
  const most = Math.max(...overlaps);
  svg.replaceChildren();
  draw(svg, "image", { href: image, width: size[1], height: size[0] });
  objects.forEach((object, i) => {
    outlined(svg, object, "#fff", { "stroke-width": 1.5, "stroke-dasharray": "4 3", class: "truth" });
  });
  if (isAnchor) drawOthers();
  objects.forEach(([y1, x1], i) =>
    draw(svg, "text", { x: x1 + unit, y: Math.max(y1 - 2 * unit, 12 * unit), class: "label", style: `font-size:${12 * unit}px` }, i + 1));
  outlined(svg, box, COLOUR[verdict], { "stroke-width": 3.5, id: "box" });
  if (!isAnchor) drawHandle(svg, state, COLOUR[verdict]);
  drawBar(most, isAnchor);
  byId("anchor-choices").hidden = byId("best-head").hidden = !isAnchor;
  byId("verdict").replaceChildren(swatch(COLOUR[verdict]), make("b", {}, verdict), `: ${reason}.`);
  const nearest = objects.map((_, i) => i).sort((i, j) => overlaps[j] - overlaps[i]).slice(0, 4);
  byId("rows").replaceChildren(...nearest.map((i) => {
    const told = [`${i + 1} ${names[i]}`, overlaps[i].toFixed(2), ...(isAnchor ? [best[i].toFixed(2)] : [])];
    const first = overlaps[i] === most && most > 0;
    return make("tr", { class: first ? "chosen-row" : "" }, ...told.map((text) => make("td", {}, text)));
  }));
  byId("counts").textContent = isAnchor ? `All anchors: ${all}. Dots: the middles of the positive and the ignored anchors of this level and shape.` : "";
}

/** An anchor jumps to the cell under the pointer: there is none between two cells. */
function toCell(point) {
  const stride = core.STRIDES[level];
  cell = core.cellAt(point, stride, core.mapSize(size, stride));
  show();
}

svg.addEventListener("pointerdown", (event) => { if (state.fixed) { svg.setPointerCapture(event.pointerId); toCell(place(svg, event)); } });
svg.addEventListener("pointermove", (event) => { if (state.fixed && event.buttons) toCell(place(svg, event)); });
svg.addEventListener("keydown", (event) => {
  const step = arrow(event), stride = core.STRIDES[level];
  if (!step || !state.fixed) return;
  event.preventDefault();
  toCell(cell.map((value, axis) => (value + step[axis] + 0.5) * stride));
});
makeDraggable(svg, state);
for (const input of document.querySelectorAll("input")) input.addEventListener("change", () => {
  const middle = cell.map((value) => (value + 0.5) * core.STRIDES[level]);
  level = others.indexOf(chosen("level"));
  ratio = shapes.indexOf(chosen("ratio"));
  toCell(middle);
});
show();
