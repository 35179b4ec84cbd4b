// The anchors of the cell under the pointer, on every level, with the RPN's score of each.
const { image, size, strides, scales, ratios, colours, levels } = DATA;
const scores = Uint8Array.from(atob(DATA.scores), (c) => c.charCodeAt(0)); // 0..255 for 0..1
const svg = byId("picture");
let at = DATA.start;

function anchorsAt([y, x]) {
  const found = [];
  let start = 0;
  strides.forEach((stride, level) => {
    const rows = size[0] / stride, columns = size[1] / stride;
    const row = clamp(Math.floor(y / stride), 0, rows - 1);
    const column = clamp(Math.floor(x / stride), 0, columns - 1);
    ratios.forEach((ratio, r) => {
      const index = start + (row * columns + column) * ratios.length + r;
      const height = scales[level] / Math.sqrt(ratio), width = scales[level] * Math.sqrt(ratio);
      const cy = (row + 0.5) * stride, cx = (column + 0.5) * stride;
      const box = [cy - height / 2, cx - width / 2, cy + height / 2, cx + width / 2];
      found.push({ level, row, column, ratio, box, index, score: scores[index] / 255 });
    });
    start += rows * columns * ratios.length;
  });
  return found;
}

function show() {
  svg.replaceChildren();
  draw(svg, "image", { href: image, width: size[1], height: size[0] });
  const found = anchorsAt(at);
  const rows = levels.map((name, level) => {
    const own = found.filter((anchor) => anchor.level === level);
    const stride = strides[level], { row, column } = own[0];
    const cell = [row * stride, column * stride, (row + 1) * stride, (column + 1) * stride];
    drawBox(svg, cell, { fill: colours[level], "fill-opacity": 0.35, stroke: "none" });
    for (const anchor of own) {
      const strong = 0.15 + 0.85 * anchor.score;
      drawBox(svg, anchor.box, { stroke: colours[level], opacity: strong, "stroke-width": 1 + 2 * anchor.score });
    }
    const cells = own.map((anchor) => `<td>${anchor.score.toFixed(2)}</td>`).join("");
    return `<tr><th style="color:${colours[level]}">${name}</th><td>${row}, ${column}</td>${cells}</tr>`;
  });
  byId("rows").innerHTML = rows.join("");
  draw(svg, "circle", { cx: at[1], cy: at[0], r: 2.5, fill: "white", stroke: "black" });
}

svg.addEventListener("pointermove", (event) => { at = place(svg, event); show(); });
svg.addEventListener("keydown", (event) => {
  const step = { ArrowUp: [-4, 0], ArrowDown: [4, 0], ArrowLeft: [0, -4], ArrowRight: [0, 4] }[event.key];
  if (!step) return;
  event.preventDefault();
  at = [clamp(at[0] + step[0], 0, size[0] - 1), clamp(at[1] + step[1], 0, size[1] - 1)];
  show();
});
show();
