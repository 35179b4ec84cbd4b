// A box over the ground truth: its IoU with each object, and what it is in training.
const { image, size, grid, objects, names, best, tie, colours } = DATA;
const svg = byId("picture"), bar = byId("bar"), unit = size[1] / 460;
const [GOOD, GREY, BAD] = colours, COLOUR = { positive: GOOD, ignored: GREY, negative: BAD };
let [levelIndex, row, column, ratio] = DATA.start;
const chosen = (name) => document.querySelector(`input[name=${name}]:checked`);
const others = [...document.querySelectorAll("input[name=level]")], shapes = [...document.querySelectorAll("input[name=ratio]")];
others[levelIndex].checked = shapes[ratio].checked = true;
const [a1, b1, a2, b2] = objects[0], state = { size, unit, changed: show, fixed: true };
state.box = [a1 + 0.2 * (a2 - a1), b1 + 0.2 * (b2 - b1), a2 + 0.2 * (a2 - a1), b2 + 0.2 * (b2 - b1)]
  .map((edge, i) => clamp(edge, 0, size[i % 2]));

/** What an anchor is for the RPN: the verdict and the reason. */
function judgeAnchor(overlaps) {
  const most = Math.max(...overlaps), [low, high] = DATA.rpn;
  if (most >= high) return ["positive", `its best IoU is at least ${high}`];
  const of = overlaps.findIndex((overlap, i) => overlap > 0 && overlap >= best[i] - tie);
  if (of >= 0) return ["positive", `no other anchor fits object ${of + 1} better, however low that is`];
  if (most < low) return ["negative", `all its IoUs are below ${low}: it should say background`];
  return ["ignored", `its best IoU lies between ${low} and ${high}: it trains nothing`];
}

/** What a RoI is for the heads. */
function judgeRoi(overlaps) {
  const most = Math.max(...overlaps), of = overlaps.indexOf(most);
  if (most < DATA.roi) return ["negative", `its best IoU is below ${DATA.roi}: its class should be background`];
  return ["positive", `its best IoU is at least ${DATA.roi}: its class should be ${names[of]} (object ${of + 1})`];
}

const overlapsOf = (box) => objects.map((object) => iou(object, box));

/** Every anchor of all levels, or of one level and shape, with its verdict. */
function forAnchors(visit, only) {
  grid.forEach((level, l) => level.first.forEach((_, r) => {
    if (only && (l !== levelIndex || r !== ratio)) return;
    for (let y = 0; y < level.rows; y++)
      for (let x = 0; x < level.columns; x++) visit(judgeAnchor(overlapsOf(anchorBox(level, y, x, r)))[0], level, y, x);
  }));
}

function tell(counts) {
  return `${counts.positive ?? 0} positive, ${counts.ignored ?? 0} ignored, ${counts.negative ?? 0} negative`;
}
const all = {};
forAnchors((verdict) => { all[verdict] = (all[verdict] ?? 0) + 1; });

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
  forAnchors((verdict, level, y, x) => {
    if (verdict === "negative") return;
    const [y1, x1, y2, x2] = anchorBox(level, y, x, ratio);
    draw(svg, "circle", { cx: (x1 + x2) / 2, cy: (y1 + y2) / 2, r: 3 * unit, fill: COLOUR[verdict], stroke: "#fff", "stroke-width": unit, class: verdict });
  }, true);
}

function show() {
  const isAnchor = chosen("kind").value === "an anchor", box = isAnchor ? anchorBox(grid[levelIndex], row, column, ratio) : state.box;
  state.fixed = isAnchor;
  const overlaps = overlapsOf(box), [verdict, reason] = (isAnchor ? judgeAnchor : judgeRoi)(overlaps);
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
  byId("verdict").innerHTML = `<span class="swatch" style="background:${COLOUR[verdict]}"></span><b>${verdict}</b>: `;
  byId("verdict").append(`${reason}.`);
  const nearest = objects.map((_, i) => i).sort((i, j) => overlaps[j] - overlaps[i]).slice(0, 4);
  byId("rows").replaceChildren(...nearest.map((i) => {
    const line = document.createElement("tr");
    const told = [`${i + 1} ${names[i]}`, overlaps[i].toFixed(2), ...(isAnchor ? [best[i].toFixed(2)] : [])];
    for (const text of told) { const td = document.createElement("td"); td.textContent = text; line.append(td); }
    if (overlaps[i] === most && most > 0) line.className = "chosen-row";
    return line;
  }));
  byId("counts").textContent = isAnchor ? `All anchors: ${tell(all)}. Dots: the middles of the positive and the ignored anchors of this level and shape.` : "";
}

/** An anchor jumps to the cell under the pointer: there is none between two cells. */
function toCell(point) {
  [row, column] = cellAt(grid[levelIndex], point);
  show();
}

svg.addEventListener("pointerdown", (event) => { if (state.fixed) { svg.setPointerCapture(event.pointerId); toCell(place(svg, event)); } });
svg.addEventListener("pointermove", (event) => { if (state.fixed && event.buttons) toCell(place(svg, event)); });
svg.addEventListener("keydown", (event) => {
  const step = arrow(event), level = grid[levelIndex];
  if (!step || !state.fixed) return;
  event.preventDefault();
  [row, column] = [clamp(row + step[0], 0, level.rows - 1), clamp(column + step[1], 0, level.columns - 1)];
  show();
});
makeDraggable(svg, state);
for (const input of document.querySelectorAll("input")) input.addEventListener("change", () => {
  const level = grid[levelIndex], middle = cellBox(level, row, column);
  levelIndex = others.indexOf(chosen("level"));
  ratio = shapes.indexOf(chosen("ratio"));
  toCell([(middle[0] + middle[2]) / 2, (middle[1] + middle[3]) / 2]);
});
show();
