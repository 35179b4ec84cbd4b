// A RoI to drag and resize on a feature map: where each operator samples, and what it pools.
const { values, stride, bins, canonical } = DATA; // values [h][w], 0..1
const mapSides = [values.length, values[0].length], size = mapSides.map((side) => side * stride);
const map = { data: Float32Array.from(values.flat()), shape: [...mapSides, 1] };
const svg = byId("picture"), pooled = byId("pooled");
const unit = size[1] / 380; // of the screen's pixels, whatever the map's scale
const state = { box: DATA.box, size, unit, changed: show };
const ROI = "#33bbee";

const grey = (v) => `rgb(${[0, 1, 2].map(() => Math.round(255 * clamp(v, 0, 1))).join(",")})`;

/** The pooled values as squares with numbers. */
function drawPooled(operator, box) {
  pooled.replaceChildren();
  core.poolBox(operator, map, box, bins, stride, new Float32Array(bins * bins)).forEach((value, k) => {
    const [y, x] = [30 * Math.floor(k / bins), 30 * (k % bins)];
    drawBox(pooled, [y, x, y + 30, x + 30], { fill: grey(value), stroke: "#888", "data-value": value });
    draw(pooled, "text", { x: x + 15, y: y + 19, "text-anchor": "middle", style: `fill:${value > 0.47 ? "#000" : "#fff"}` }, value.toFixed(2));
  });
}

function show() {
  const title = document.querySelector("input[name=operator]:checked").value;
  const [operator, , about] = OPERATORS.find((one) => one[1] === title), box = Float32Array.from(state.box);
  svg.replaceChildren();
  map.data.forEach((value, k) => {
    const cell = [Math.floor(k / mapSides[1]), k % mapSides[1]];
    drawBox(svg, core.cellBox(cell, stride), { fill: grey(value), stroke: "#888", "stroke-width": 0.3 });
  });
  drawReading(svg, operator, box, bins, stride, mapSides, { colour: ROI, r: 2.5 * unit, own: { id: "roi" } });
  drawHandle(svg, state, ROI);
  drawPooled(operator, box);
  const side = Math.sqrt((box[2] - box[0]) * (box[3] - box[1]));
  const [level] = core.roiLevels(box, size, { roi_canonical_size: canonical });
  say("level", `${side.toFixed(0)} pixels large: it would be pooled from P${level}`);
  say("about", about);
}

makeDraggable(svg, state);
for (const input of document.querySelectorAll("input[name=operator]")) input.addEventListener("change", show);
show();
