// A score threshold over detections; beside it the point on the precision-recall curve.
const { image, size, boxes, scores, hits, names, colours, outlines, objects, curve } = DATA;
const svg = byId("picture"), plot = byId("plot"), slider = byId("threshold");
const RIGHT = "#00e5a0", WRONG = "#ff8c42";
const [H, W] = [270, 360], x = (recall) => 46 + recall * (W - 60), y = (p) => H - 40 - p * (H - 54);
const unit = size[1] / 440; // of the screen's pixels

/** Precision and recall of the detections of all images with at least this score. */
function point(threshold) {
  const number = curve.scores.filter((score) => score >= threshold).length;
  const right = curve.hits.slice(0, number).reduce((a, b) => a + b, 0);
  return [number ? right / number : 1, right / curve.objects, number];
}

/** The image with all that has such a score: masks in the colour of the class, boxes by verdict. */
function drawFound(threshold) {
  svg.replaceChildren();
  draw(svg, "image", { href: image, width: size[1], height: size[0] });
  for (const box of objects) outlined(svg, box, "#fff", { "stroke-dasharray": "2 3", "stroke-width": 1, class: "truth" });
  const on = boxes.map((_, i) => i).filter((i) => scores[i] >= threshold).reverse(); // best on top
  for (const i of on) {
    const d = outlines[i].map((path) => `M${path.join("L")}Z`).join("");
    draw(svg, "path", { d, fill: colours[i], "fill-opacity": 0.3, "fill-rule": "evenodd", stroke: colours[i] });
    const rect = outlined(svg, boxes[i], hits[i] ? RIGHT : WRONG, { "stroke-width": 2, class: "found", "data-hit": hits[i] });
    draw(rect, "title", {}, `${names[i]}, score ${scores[i].toFixed(3)}, ${hits[i] ? "right" : "wrong"}`);
  }
  for (const i of on) {
    const [y1, x1, , x2] = boxes[i], late = x1 > 0.7 * size[1], text = `${names[i]} ${scores[i].toFixed(2)}${hits[i] ? "" : " wrong"}`;
    draw(svg, "text", { x: late ? x2 : x1 + 2 * unit, "text-anchor": late ? "end" : "start", y: Math.max(y1 - 3 * unit, 11 * unit), class: "label", style: `font-size:${11.5 * unit}px` }, text);
  }
}

/** The curve, its envelope with the area under it, and the point of the threshold. */
function drawCurve(precision, recall) {
  plot.replaceChildren();
  let right = 0;
  const places = curve.hits.map((hit, i) => { right += hit; return [right / curve.objects, right / (i + 1)]; });
  const line = (points) => points.map(([r, p]) => `${x(r).toFixed(1)},${y(p).toFixed(1)}`).join("L");
  const best = places.map(([r], i) => [r, curve.envelope[i]]);
  if (best.length) {
    const area = `M${x(0)},${y(best[0][1])}L${line(best)}L${x(best.at(-1)[0])},${y(0)}L${x(0)},${y(0)}Z`;
    draw(plot, "path", { d: area, fill: "var(--mark)", "fill-opacity": 0.15 });
    draw(plot, "path", { d: `M${line(places)}`, fill: "none", stroke: "var(--mark)", "stroke-width": 1.5 });
  }
  draw(plot, "path", { d: `M${x(0)},${y(1)}V${y(0)}H${x(1)}`, fill: "none", stroke: "var(--soft)" });
  for (const tick of [0, 0.25, 0.5, 0.75, 1]) {
    draw(plot, "text", { x: x(tick), y: H - 24, "text-anchor": "middle" }, tick);
    draw(plot, "text", { x: 40, y: y(tick) + 4, "text-anchor": "end" }, tick);
  }
  draw(plot, "text", { x: x(0.5), y: H - 6, "text-anchor": "middle" }, "recall");
  draw(plot, "text", { x: 0, y: 0, "text-anchor": "middle", transform: `translate(12 ${y(0.5)}) rotate(-90)` }, "precision");
  draw(plot, "circle", { cx: x(recall), cy: y(precision), r: 6, fill: "var(--bad)", stroke: "var(--paper)", id: "point" });
}

function show() {
  const threshold = Number(slider.value), [precision, recall, number] = point(threshold);
  drawFound(threshold);
  drawCurve(precision, recall);
  byId("value").textContent = threshold.toFixed(2);
  say("numbers", `${number} detections in all images: precision ${precision.toFixed(2)}, recall ${recall.toFixed(2)}`);
}

/** One entry of the legend; a name from outside stays text. */
const addKey = (colour, text) => byId("legend").append(make("span", { class: "key" }, swatch(colour), text), " ");

addKey(RIGHT, "box: right");
addKey(WRONG, "box: wrong");
addKey("#fff", "dotted box: true object");
for (const [name, colour] of new Map(names.map((name, i) => [name, colours[i]]))) addKey(colour, `mask: ${name}`);
byId("area").textContent = curve.area.toFixed(3);
slider.addEventListener("input", show);
show();
