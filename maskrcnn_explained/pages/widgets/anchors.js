// The anchors of the cell under the pointer, on every level, with the RPN's score of each.
const { image, size, grid } = DATA;
const scores = Uint8Array.from(atob(DATA.scores), (c) => c.charCodeAt(0)); // 0..255 for 0..1
const svg = byId("picture");
let at = DATA.start;

function show() {
  svg.replaceChildren();
  draw(svg, "image", { href: image, width: size[1], height: size[0] });
  let start = 0;
  const rows = grid.map((level) => {
    const [row, column] = cellAt(level, at), number = level.first.length;
    drawBox(svg, cellBox(level, row, column), { fill: level.colour, "fill-opacity": 0.35, stroke: "none" });
    const cells = level.first.map((_, r) => {
      const score = scores[start + (row * level.columns + column) * number + r] / 255;
      outlined(svg, anchorBox(level, row, column, r), level.colour, { "stroke-width": 1.2 + 2.8 * score, class: "anchor" });
      return `<td class="${score >= 0.5 ? "good" : ""}">${score.toFixed(2)}</td>`;
    });
    start += level.rows * level.columns * number;
    const swatch = `<span class="swatch" style="background:${level.colour}"></span>`;
    return `<tr><th>${swatch}${level.name}</th><td>${row}, ${column}</td>${cells.join("")}</tr>`;
  });
  byId("rows").innerHTML = rows.join("");
  draw(svg, "circle", { cx: at[1], cy: at[0], r: 2.5, fill: "white", stroke: "black" });
}

function look(event) { at = place(svg, event); show(); }
svg.addEventListener("pointermove", look);
svg.addEventListener("pointerdown", look);
svg.addEventListener("keydown", (event) => {
  const step = arrow(event);
  if (!step) return;
  event.preventDefault();
  at = [clamp(at[0] + 4 * step[0], 0, size[0] - 1), clamp(at[1] + 4 * step[1], 0, size[1] - 1)];
  show();
});
show();
