// A RoI to drag and resize on a feature map: where each operator samples, and what it pools.
const { values, stride, bins, canonical, operators } = DATA; // values [h][w], 0..1
const rows = values.length, columns = values[0].length;
const svg = byId("picture"), size = [rows * stride, columns * stride];
const unit = size[1] / 380; // of the screen's pixels, whatever the map's scale
const state = { box: DATA.box, size, unit, changed: show };

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

/** The cells [from, to) of bin k along one axis, as RoIPool rounds them. */
function cells(low, high, k) {
  const start = Math.floor(low / stride + 0.5);
  const count = Math.max(Math.floor(high / stride + 0.5) - start, 1);
  return [start + Math.floor((k * count) / bins), start + Math.ceil(((k + 1) * count) / bins)];
}

/** What each operator does for a bin: the points [y, x] in pixels that it reads, its value, its box. */
const POOL = {
  RoIAlign(box, i, j) {
    const [h, w] = [(box[2] - box[0]) / bins, (box[3] - box[1]) / bins], points = [];
    const bin = [box[0] + i * h, box[1] + j * w, box[0] + (i + 1) * h, box[1] + (j + 1) * w];
    for (const a of [0.25, 0.75]) for (const b of [0.25, 0.75]) points.push([bin[0] + a * h, bin[1] + b * w]);
    const read = points.map(([y, x]) => bilinear(y / stride - 0.5, x / stride - 0.5, 1) ?? 0);
    return { points, value: read.reduce((a, b) => a + b) / 4, bin };
  },
  crop_and_resize(box, i, j) {
    const map = (edge, n, last) => ((edge - last) / (n * stride - 1)) * (n - 1);
    const [y1, y2] = [map(box[0], rows, 0), map(box[2], rows, 1)];
    const [x1, x2] = [map(box[1], columns, 0), map(box[3], columns, 1)];
    const part = (k) => (bins > 1 ? k / (bins - 1) : 0.5);
    const y = y1 + part(i) * (y2 - y1), x = x1 + part(j) * (x2 - x1);
    return { points: [[(y + 0.5) * stride, (x + 0.5) * stride]], value: bilinear(y, x, 0) ?? 0 };
  },
  RoIPool(box, i, j) {
    const [r1, r2] = cells(box[0], box[2], i), [c1, c2] = cells(box[1], box[3], j), points = [];
    let best = -Infinity;
    for (let r = r1; r < r2; r++)
      for (let c = c1; c < c2; c++)
        if (r >= 0 && c >= 0 && r < rows && c < columns) {
          points.push([(r + 0.5) * stride, (c + 0.5) * stride]);
          best = Math.max(best, values[r][c]);
        }
    const bin = [r1, c1, r2, c2].map((edge) => edge * stride);
    return { points, value: points.length ? best : 0, bin };
  },
};

const grey = (v) => `rgb(${[0, 1, 2].map(() => Math.round(255 * clamp(v, 0, 1))).join(",")})`;

function show() {
  const name = document.querySelector("input[name=operator]:checked").value;
  svg.replaceChildren();
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < columns; c++)
      drawBox(svg, [r * stride, c * stride, (r + 1) * stride, (c + 1) * stride], { fill: grey(values[r][c]), stroke: "#888", "stroke-width": 0.3 });
  const box = state.box, [y1, x1, y2, x2] = box, rounds = name === "RoIPool";
  const colour = rounds ? "#ff9500" : "#33bbee", pooled = byId("pooled");
  pooled.replaceChildren();
  outlined(svg, box, "#33bbee", { "stroke-width": 2.5, id: "roi", ...(rounds ? { "stroke-dasharray": "3 3" } : {}) });
  if (rounds) {
    const [top, left] = [cells(y1, y2, 0)[0], cells(x1, x2, 0)[0]];
    const [bottom, right] = [cells(y1, y2, bins - 1)[1], cells(x1, x2, bins - 1)[1]];
    outlined(svg, [top, left, bottom, right].map((edge) => edge * stride), colour, { "stroke-width": 3, id: "rounded" });
  }
  for (let i = 0; i < bins; i++)
    for (let j = 0; j < bins; j++) {
      const { points, value, bin } = POOL[name](box, i, j);
      if (bin) drawBox(svg, bin, { stroke: colour, "stroke-width": 1.2, class: "bin" });
      for (const [y, x] of points) draw(svg, "circle", { cx: x, cy: y, r: 2.5 * unit, fill: "#ee6677", stroke: "#111", "stroke-width": 0.5 * unit });
      drawBox(pooled, [30 * i, 30 * j, 30 * i + 30, 30 * j + 30], { fill: grey(value), stroke: "#888", "data-value": value });
      draw(pooled, "text", { x: 30 * j + 15, y: 30 * i + 19, "text-anchor": "middle", style: `fill:${value > 0.47 ? "#000" : "#fff"}` }, value.toFixed(2));
    }
  drawHandle(svg, state, "#33bbee");
  const side = Math.sqrt((y2 - y1) * (x2 - x1));
  const level = clamp(Math.floor(4 + Math.log2(side / canonical)), 2, 5);
  byId("level").textContent = `${side.toFixed(0)} pixels large: it would be pooled from P${level}`;
  byId("about").textContent = operators[name];
}

makeDraggable(svg, state);
for (const input of document.querySelectorAll("input[name=operator]")) input.addEventListener("change", show);
show();
