// Four sliders move an anchor to a box; beside them the numbers that a network has to predict.
const { anchor, std, side } = DATA;
const svg = byId("picture"), names = ["dy", "dx", "dh", "dw"];

function show() {
  const deltas = names.map((name) => Number(byId(name).value)), unit = [1, 1, 1, 1];
  const [from, by] = [anchor, deltas].map((numbers) => Float32Array.from(numbers));
  const box = Array.from(core.decodeDeltas(from, by, unit, null));
  svg.replaceChildren();
  for (let at = 0; at <= side; at += 16) {
    const line = { stroke: "var(--line)", "stroke-width": 0.5 };
    draw(svg, "line", { x1: at, x2: at, y1: 0, y2: side, ...line });
    draw(svg, "line", { y1: at, y2: at, x1: 0, x2: side, ...line });
  }
  drawBox(svg, anchor, { stroke: "var(--soft)", "stroke-dasharray": "3 3" });
  drawBox(svg, box, { stroke: "var(--mark)", "stroke-width": 2.5, id: "moved" });
  const [ay, ax] = [(anchor[0] + anchor[2]) / 2, (anchor[1] + anchor[3]) / 2];
  const [cy, cx] = [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2];
  draw(svg, "line", { x1: ax, y1: ay, x2: cx, y2: cy, stroke: "var(--bad)", "stroke-width": 2 });
  names.forEach((name, i) => {
    byId(`${name}-value`).textContent = deltas[i].toFixed(2);
    byId(`${name}-coded`).textContent = (deltas[i] / std[i]).toFixed(2);
  });
  byId("box").textContent = box.map((edge) => edge.toFixed(1)).join(", ");
  byId("iou").textContent = iou(anchor, box).toFixed(2);
}

for (const name of names) byId(name).addEventListener("input", show);
show();
