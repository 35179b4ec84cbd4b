// Four sliders move an anchor to a box; beside them the numbers that a network has to predict.
const { anchor, std, side } = DATA;
const svg = byId("picture"), names = ["dy", "dx", "dh", "dw"];

function decode([y1, x1, y2, x2], deltas) {
  let height = y2 - y1, width = x2 - x1;
  const y = y1 + height / 2 + deltas[0] * height, x = x1 + width / 2 + deltas[1] * width;
  height *= Math.exp(deltas[2]);
  width *= Math.exp(deltas[3]);
  return [y - height / 2, x - width / 2, y + height / 2, x + width / 2];
}

function show() {
  const deltas = names.map((name) => Number(byId(name).value));
  const box = decode(anchor, deltas);
  svg.replaceChildren();
  for (let at = 0; at <= side; at += 16) {
    const line = { stroke: "var(--line)", "stroke-width": 0.5 };
    draw(svg, "line", { x1: at, x2: at, y1: 0, y2: side, ...line });
    draw(svg, "line", { y1: at, y2: at, x1: 0, x2: side, ...line });
  }
  drawBox(svg, anchor, { stroke: "var(--soft)", "stroke-dasharray": "3 3" });
  drawBox(svg, box, { stroke: "var(--mark)", "stroke-width": 2.5, id: "moved" });
  const [ay, ax] = [(anchor[0] + anchor[2]) / 2, (anchor[1] + anchor[3]) / 2];
  const [by, bx] = [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2];
  draw(svg, "line", { x1: ax, y1: ay, x2: bx, y2: by, stroke: "var(--bad)", "stroke-width": 2 });
  names.forEach((name, i) => {
    byId(`${name}-value`).textContent = deltas[i].toFixed(2);
    byId(`${name}-coded`).textContent = (deltas[i] / std[i]).toFixed(2);
  });
  byId("box").textContent = box.map((edge) => edge.toFixed(1)).join(", ");
  byId("iou").textContent = iou(anchor, box).toFixed(2);
}

for (const name of names) byId(name).addEventListener("input", show);
show();
