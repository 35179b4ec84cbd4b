// 8 Masks: 28 x 28 probabilities per box, stretched over it and cut at one half.
const masks = addSection(
  "masks",
  "Masks: which pixels belong to it?",
  "For each final box the mask head draws 28 x 28 probabilities, a grid per class. That of its " +
    "class, stretched over the box and cut at one half, is the mask. Point at a number to see where " +
    "it is pasted.",
);
const maskPair = make("div", { class: "sides" });
masks.body.append(maskPair);
const smallView = makePicture(maskPair, "The 28 x 28 probabilities; arrow keys move the one that is read", {
  keys: true,
});
const pastedView = makePicture(maskPair, "The mask pasted into the photograph");
let maskCell = [14, 14];

on("photo", ({ photo }) => setGround(pastedView, photo.url, [photo.height, photo.width]));

/** Where a number of the grid lies in the photograph. */
function pastedCell({ own_box: [y1, x1, y2, x2] }, [row, column], side) {
  const [h, w] = [(y2 - y1) / side, (x2 - x1) / side];
  return [y1 + row * h, x1 + column * w, y1 + (row + 1) * h, x1 + (column + 1) * w];
}

function showMask() {
  const it = chosenOne();
  maskPair.hidden = !it;
  if (!it) return say("masks-own", unchosen());
  const side = state.result.masks.shape[1],
    small = it.small,
    layer = fresh(pastedView),
    [row, column] = maskCell;
  setGround(smallView, heatUrl(small, side, side, 1), [side, side], "map");
  const half = small.map((value) => Number(value >= 0.5));
  const d = edgesOf(half, side);
  draw(fresh(smallView), "path", { d, fill: "none", stroke: "#111", "stroke-width": 3.6 });
  draw(smallView.overlay, "path", { d, fill: "none", stroke: it.colour, "stroke-width": 2.2, class: "own-mark" });
  outlined(smallView.overlay, [row, column, row + 1, column + 1], "#fff", { "stroke-width": 1.5 });
  smallView.words.textContent =
    `${side} x ${side}: row ${row}, column ${column} is ${fixed(small[row * side + column], 3)}; ` +
    `line: one half`;
  draw(layer, "path", {
    d: it.path,
    fill: it.colour,
    "fill-opacity": 0.45,
    "fill-rule": "evenodd",
    stroke: it.colour,
    "stroke-width": 2,
    class: "own-mark",
  });
  outlined(layer, it.own_box, DETECTION, { "stroke-width": 2.5 });
  outlined(layer, pastedCell(it, maskCell, side), "#fff", { "stroke-width": 1.5, class: "pasted-cell" });
  lookAround(pastedView, [it.own_box], 0.3);
  pastedView.words.textContent = "pasted into the photograph";
  const sure = half.reduce((sum, one) => sum + one, 0) / half.length;
  say(
    "masks-own",
    `Instance ${it.index + 1}: ${Math.round(100 * sure)} % of the ${side} x ${side} values are at ` +
      `least one half. Pasted, they cover ${several(it.pixels, "pixel")} of the photograph.`,
  );
}

/** The edges of a small grid of 0 and 1, along the sides of its cells, as a path. */
function edgesOf(values, side) {
  const inside = (r, c) => r >= 0 && c >= 0 && r < side && c < side && values[r * side + c] > 0;
  const lines = [];
  for (let r = 0; r <= side; r++)
    for (let c = 0; c <= side; c++) {
      if (inside(r, c) !== inside(r - 1, c)) lines.push(`M${c} ${r}h1`);
      if (inside(r, c) !== inside(r, c - 1)) lines.push(`M${c} ${r}v1`);
    }
  return lines.join("");
}

const maskAt = (cell) => {
  if (!chosenOne()) return;
  const side = state.result.masks.shape[1];
  maskCell = cell.map((value) => clamp(Math.floor(value), 0, side - 1));
  showMask();
};
watchPoint(smallView, maskAt, (by) => maskAt([maskCell[0] + by[0], maskCell[1] + by[1]]));
on("chosen", showMask);
