// Where a pooling operator reads a map for one RoI.

/** Name in the code, title, and what it does, in words. */
const OPERATORS = [
  ["roi_align", "RoIAlign", "2 x 2 samples per bin, at its quarters; nothing is rounded; their mean."],
  ["crop_and_resize", "crop_and_resize", "one sample per bin, on a grid from corner to corner."],
  [
    "roi_pool",
    "RoIPool",
    "the box (dotted) and its bins are rounded to whole cells (orange); the largest value of each bin.",
  ],
];
const ROUNDED = "#EE7733";

/** Rows y and columns x of the sampling points of a RoI; `around`: the box of what is read, pixels. */
function readingOf(operator, box, size, stride, mapSides) {
  const { y, x } = core.samplingPoints(operator, box, size, stride, mapSides);
  const half = stride / 2; // RoIPool reads whole cells
  return { y, x, around: [y[0] - half, x[0] - half, y.at(-1) + half, x.at(-1) + half] };
}

/** The bins as boxes, row by row; crop_and_resize knows none, and RoIPool's off the map are left out. */
function binsOf(operator, [y1, x1, y2, x2], size, stride, mapSides) {
  const axis = (low, high, cells) =>
    operator === "roi_pool"
      ? core.binCells(low, high, size, stride, cells).map(([first, last]) => [first * stride, (last + 1) * stride])
      : Array.from({ length: size }, (_, i) => [i, i + 1].map((edge) => low + (edge * (high - low)) / size));
  if (operator === "crop_and_resize") return [];
  const rows = axis(y1, y2, mapSides[0]).filter(([low, high]) => low < high),
    columns = axis(x1, x2, mapSides[1]).filter(([low, high]) => low < high);
  return rows.flatMap(([top, bottom]) => columns.map(([left, right]) => [top, left, bottom, right]));
}

/** The RoI, its bins, and a dot per sampling point; `r`: how large dots are; `own`: attributes of the RoI. */
function drawReading(layer, operator, box, size, stride, mapSides, { colour, r, own = {} }) {
  const rounds = operator === "roi_pool",
    { y, x, around } = readingOf(operator, box, size, stride, mapSides);
  const thin = { stroke: rounds ? ROUNDED : colour, "stroke-width": 1, class: "bin" };
  for (const bin of binsOf(operator, box, size, stride, mapSides)) drawBox(layer, bin, thin);
  outlined(layer, box, colour, { "stroke-width": 2.5, ...(rounds ? { "stroke-dasharray": "4 3" } : {}), ...own });
  if (rounds) outlined(layer, around, ROUNDED, { "stroke-width": 2.5, class: "rounded" });
  for (const cy of y) for (const cx of x) draw(layer, "circle", { cx, cy, r, class: "sample" });
}
