// A RoI to drag and resize on a feature map: where each operator samples, and what it pools.
const { values, stride, bins, canonical, operators } = DATA; // values [h][w], 0..1
const rows = values.length, columns = values[0].length;
const svg = byId("picture"), size = [rows * stride, columns * stride];
const unit = size[1] / 380; // of the screen's pixels, whatever the map's scale
let box = DATA.box, held = null;

const value = (r, c) => values[clamp(r, 0, rows - 1)][clamp(c, 0, columns - 1)];

/** Bilinear value at map indices (y, x): cell i is at i; null more than `rim` cells outside. */
function bilinear(y, x, rim) {
  if (y < -rim || x < -rim || y > rows - 1 + rim || x > columns - 1 + rim) return null;
  y = clamp(y, 0, rows - 1);
  x = clamp(x, 0, columns - 1);
  const r = Math.floor(y), c = Math.floor(x), dy = y - r, dx = x - c;
  const above = value(r, c) * (1 - dx) + value(r, c + 1) * dx;
  const below = value(r + 1, c) * (1 - dx) + value(r + 1, c + 1) * dx;
  return above * (1 - dy) + below * dy;
}

/** Samples of each bin: {points: [[y, x] in pixels], value}. */
const POOL = {
  RoIAlign(i, j) {
    const [h, w] = [(box[2] - box[0]) / bins, (box[3] - box[1]) / bins], points = [];
    for (const a of [0.25, 0.75]) for (const b of [0.25, 0.75]) points.push([box[0] + (i + a) * h, box[1] + (j + b) * w]);
    const read = points.map(([y, x]) => bilinear(y / stride - 0.5, x / stride - 0.5, 1) ?? 0);
    return { points, value: read.reduce((a, b) => a + b) / 4 };
  },
  crop_and_resize(i, j) {
    const map = (edge, n, last) => ((edge - last) / (n * stride - 1)) * (n - 1);
    const [y1, y2] = [map(box[0], rows, 0), map(box[2], rows, 1)];
    const [x1, x2] = [map(box[1], columns, 0), map(box[3], columns, 1)];
    const y = y1 + (i * (y2 - y1)) / (bins - 1), x = x1 + (j * (x2 - x1)) / (bins - 1);
    return { points: [[(y + 0.5) * stride, (x + 0.5) * stride]], value: bilinear(y, x, 0) ?? 0 };
  },
  RoIPool(i, j) {
    const cells = (low, high, k) => {
      const start = Math.floor(low / stride + 0.5);
      const count = Math.max(Math.floor(high / stride + 0.5) - start, 1);
      return [start + Math.floor((k * count) / bins), start + Math.ceil(((k + 1) * count) / bins)];
    };
    const [r1, r2] = cells(box[0], box[2], i), [c1, c2] = cells(box[1], box[3], j), points = [];
    let best = -Infinity;
    for (let r = r1; r < r2; r++)
      for (let c = c1; c < c2; c++)
        if (r >= 0 && c >= 0 && r < rows && c < columns) {
          points.push([(r + 0.5) * stride, (c + 0.5) * stride]);
          best = Math.max(best, values[r][c]);
        }
    return { points, value: points.length ? best : 0 };
  },
};

const grey = (v) => `rgb(${[0, 1, 2].map(() => Math.round(255 * clamp(v, 0, 1))).join(",")})`;

function show() {
  const name = document.querySelector("input[name=operator]:checked").value;
  svg.replaceChildren();
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < columns; c++)
      drawBox(svg, [r * stride, c * stride, (r + 1) * stride, (c + 1) * stride], { fill: grey(values[r][c]), stroke: "#888", "stroke-width": 0.3 });
  drawBox(svg, box, { stroke: "#33bbee", "stroke-width": 2.5, id: "roi" });
  const [y1, x1, y2, x2] = box;
  const pooled = byId("pooled");
  pooled.replaceChildren();
  for (let i = 0; i < bins; i++)
    for (let j = 0; j < bins; j++) {
      const bin = [y1 + ((y2 - y1) * i) / bins, x1 + ((x2 - x1) * j) / bins, y1 + ((y2 - y1) * (i + 1)) / bins, x1 + ((x2 - x1) * (j + 1)) / bins];
      drawBox(svg, bin, { stroke: "#33bbee", "stroke-width": 1 });
      const { points, value } = POOL[name](i, j);
      for (const [y, x] of points) draw(svg, "circle", { cx: x, cy: y, r: 2.5 * unit, fill: "#ee6677" });
      drawBox(pooled, [30 * i, 30 * j, 30 * i + 30, 30 * j + 30], { fill: grey(value), stroke: "#888", "data-value": value });
      draw(pooled, "text", { x: 30 * j + 15, y: 30 * i + 19, "text-anchor": "middle", style: `fill:${value > 0.5 ? "#111" : "#eee"}` }, value.toFixed(2));
    }
  draw(svg, "rect", { x: x2 - 5 * unit, y: y2 - 5 * unit, width: 10 * unit, height: 10 * unit, fill: "#33bbee", id: "handle" });
  const side = Math.sqrt((y2 - y1) * (x2 - x1));
  const level = clamp(Math.floor(4 + Math.log2(side / canonical)), 2, 5);
  byId("level").textContent = `${side.toFixed(0)} pixels large: it would be pooled from P${level}`;
  byId("about").textContent = operators[name];
}

function move(dy, dx, resize) {
  let [y1, x1, y2, x2] = box;
  if (resize) {
    y2 = clamp(y2 + dy, y1 + 8, size[0]);
    x2 = clamp(x2 + dx, x1 + 8, size[1]);
  } else {
    dy = clamp(dy, -y1, size[0] - y2);
    dx = clamp(dx, -x1, size[1] - x2);
    [y1, x1, y2, x2] = [y1 + dy, x1 + dx, y2 + dy, x2 + dx];
  }
  box = [y1, x1, y2, x2];
  show();
}

svg.addEventListener("pointerdown", (event) => {
  const [y, x] = place(svg, event);
  const corner = Math.hypot(y - box[2], x - box[3]) < 14 * unit;
  const inside = y > box[0] && y < box[2] && x > box[1] && x < box[3];
  if (corner || inside) { held = { at: [y, x], resize: corner }; svg.setPointerCapture(event.pointerId); }
});
svg.addEventListener("pointermove", (event) => {
  if (!held) return;
  const [y, x] = place(svg, event);
  move(y - held.at[0], x - held.at[1], held.resize);
  held.at = [y, x];
});
svg.addEventListener("pointerup", () => { held = null; });
svg.addEventListener("keydown", (event) => {
  const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
  if (!step) return;
  event.preventDefault();
  move(step[0], step[1], event.shiftKey);
});
for (const input of document.querySelectorAll("input[name=operator]")) input.addEventListener("change", show);
show();
