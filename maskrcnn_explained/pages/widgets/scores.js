// A score threshold over detections; beside it the point on the precision-recall curve.
const { image, size, boxes, scores, hits, objects, curve } = DATA; // of one image; curve of many
const svg = byId("picture"), plot = byId("plot"), slider = byId("threshold");
const W = 240, H = 180, x = (recall) => 34 + recall * (W - 44), y = (p) => H - 24 - p * (H - 34);

/** Precision and recall of the detections of all images with at least this score. */
function point(threshold) {
  const number = curve.scores.filter((score) => score >= threshold).length;
  const right = curve.hits.slice(0, number).reduce((a, b) => a + b, 0);
  return [number ? right / number : 1, right / curve.objects, number];
}

function show() {
  const threshold = Number(slider.value);
  svg.replaceChildren();
  draw(svg, "image", { href: image, width: size[1], height: size[0] });
  boxes.forEach((box, i) => {
    const on = scores[i] >= threshold;
    if (!on) return;
    const rect = drawBox(svg, box, { stroke: hits[i] ? "#00e5a0" : "#ff8c42", "stroke-width": 2 });
    draw(rect, "title", {}, `score ${scores[i].toFixed(2)}, ${hits[i] ? "right" : "wrong"}`);
  });
  for (const box of objects) drawBox(svg, box, { stroke: "#fff", "stroke-dasharray": "2 3", "stroke-width": 0.8 });
  plot.replaceChildren();
  draw(plot, "path", { d: `M${x(0)},${y(1)}V${y(0)}H${x(1)}`, fill: "none", stroke: "var(--soft)" });
  for (const tick of [0, 0.5, 1]) {
    draw(plot, "text", { x: x(tick), y: H - 8, "text-anchor": "middle" }, tick);
    draw(plot, "text", { x: 28, y: y(tick) + 4, "text-anchor": "end" }, tick);
  }
  draw(plot, "text", { x: x(0.75), y: H - 8, "text-anchor": "middle" }, "recall");
  draw(plot, "text", { x: x(0) + 5, y: y(0.06) }, "precision");
  let right = 0;
  const path = curve.hits.map((hit, i) => { right += hit; return `${x(right / curve.objects)},${y(right / (i + 1))}`; });
  draw(plot, "path", { d: `M${path.join("L")}`, fill: "none", stroke: "var(--mark)", "stroke-width": 1.5 });
  const [precision, recall, number] = point(threshold);
  draw(plot, "circle", { cx: x(recall), cy: y(precision), r: 5, fill: "var(--bad)", id: "point" });
  byId("value").textContent = threshold.toFixed(2);
  byId("numbers").textContent = `${number} detections in all images: precision ${precision.toFixed(2)}, recall ${recall.toFixed(2)}`;
}

slider.addEventListener("input", show);
show();
