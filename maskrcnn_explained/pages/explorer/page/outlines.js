// The outline of a mask, as a path for SVG: through the middles between pixels in and out.

/** The edges of a mask [height * width] as closed polygons [[x, y], ..], searched inside a box. */
function maskOutline(mask, height, width, [y1, x1, y2, x2] = [0, 0, height, width]) {
  const inside = (y, x) => y >= 0 && x >= 0 && y < height && x < width && mask[y * width + x] > 0;
  const next = new Map();
  for (let y = Math.max(Math.floor(y1), 0); y <= Math.min(Math.ceil(y2), height); y++)
    for (let x = Math.max(Math.floor(x1), 0); x <= Math.min(Math.ceil(x2), width); x++) {
      // The four pixels around a corner, clockwise, and the middles of the sides between them.
      const pixels = [inside(y - 1, x - 1), inside(y - 1, x), inside(y, x), inside(y, x - 1)];
      if (pixels.every((pixel) => pixel === pixels[0])) continue;
      const sides = [
        [x, y - 0.5],
        [x + 0.5, y],
        [x, y + 0.5],
        [x - 0.5, y],
      ];
      for (let i = 0; i < 4; i++)
        if (pixels[i] && !pixels[(i + 1) % 4]) next.set(sides[i].join(), sides[cutFrom(pixels, i)]);
    }
  return rings(next);
}

/** A line cuts off the pixels that are in: it ends at the side where, clockwise, they begin. */
function cutFrom(pixels, side) {
  do side = (side + 3) % 4;
  while (pixels[side]);
  return side;
}

/** Short lines, each from a point to the next one, joined to closed polygons. */
function rings(next) {
  const found = [];
  while (next.size) {
    const ring = [],
      [first] = next.keys();
    for (let at = first; next.has(at); at = ring.at(-1).join()) {
      ring.push(next.get(at));
      next.delete(at);
    }
    found.push(ring);
  }
  return found;
}

/** Polygons as the attribute d of a path; points on a straight line are left out. */
const pathOf = (polygons) =>
  polygons
    .map(
      (points) =>
        `M${bent(points)
          .map((point) => point.join(" "))
          .join("L")}Z`,
    )
    .join("");

const bent = (points) =>
  points.filter(([x, y], i) => {
    const [x0, y0] = points.at(i - 1),
      [x2, y2] = points[(i + 1) % points.length];
    return (x - x0) * (y2 - y) !== (y - y0) * (x2 - x);
  });
