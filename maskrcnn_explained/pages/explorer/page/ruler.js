// A ruler of sizes: which level a RoI is read off, and where all RoIs of this photograph lie.
const rulerBox = make("figure", { class: "ruler" });
rois.body.append(rulerBox);
const ruler = draw(rulerBox, "svg", {
  role: "img",
  "aria-label": "The sizes of all RoIs, and the levels that they are read off",
});
rulerBox.append(
  make(
    "figcaption",
    {},
    "Size of a RoI in pixels (the root of its area). Each tick is a proposal; the colours are the levels.",
  ),
);
const [SMALLEST, LARGEST] = [8, 1024];
const rulerWidth = () => rulerBox.clientWidth || 600; // pixels: letters keep their size
const rulerX = (side) =>
  (rulerWidth() * Math.log(clamp(side, SMALLEST, LARGEST) / SMALLEST)) / Math.log(LARGEST / SMALLEST);

const sideOf = ([y1, x1, y2, x2]) => Math.sqrt(Math.max((y2 - y1) * (x2 - x1), 0));

function showRuler() {
  ruler.replaceChildren();
  ruler.setAttribute("viewBox", `0 0 ${rulerWidth()} 76`);
  if (!state.result) return;
  const { roi_canonical_size: size, roi_level_rule: rule } = state.settings;
  // A RoI of the canonical size is read off P4; one of half the size, off P3. The paper rounds
  // down; the reference, to the nearest level.
  const canonical = rule === "paper" ? size : size / Math.SQRT2;
  const edges = [SMALLEST, canonical / 2, canonical, canonical * 2, LARGEST];
  ["P2", "P3", "P4", "P5"].forEach((name, i) => {
    const [from, to] = [rulerX(edges[i]), rulerX(edges[i + 1])];
    draw(ruler, "rect", { x: from, width: to - from, y: 30, height: 22, fill: levelColour(name), class: "zone" });
    draw(ruler, "text", { x: (from + to) / 2, y: 46, "text-anchor": "middle", class: "zone-name" }, name);
  });
  const d = Array.from(
    { length: state.result.number },
    (_, i) => `M${rulerX(sideOf(boxOf(state.result.roi_boxes, i))).toFixed(1)} 14V28`,
  ).join("");
  draw(ruler, "path", { d, class: "ticks" });
  for (let side = SMALLEST; side <= LARGEST; side *= 2)
    draw(
      ruler,
      "text",
      { x: clamp(rulerX(side), 6, rulerWidth() - 16), y: 70, "text-anchor": "middle", class: "tick-name" },
      side,
    );
  const it = chosenOne();
  if (it) draw(ruler, "path", { d: `M${rulerX(sideOf(it.proposal.box))} 6V56`, class: "own-tick own-mark" });
}
