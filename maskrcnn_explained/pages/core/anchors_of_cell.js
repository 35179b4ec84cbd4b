// The anchors of one cell, among all of an image.

import {STRIDES, levelSizes, mapSize} from "./anchors.js";

// The indices of the anchors of a cell [row, column] of a level (0 for P2 .. 4 for P6), one per
// ratio. imageSize: [height, width] of the molded image.
export function anchorsOfCell(level, [row, column], imageSize, settings) {
  const before = levelSizes(imageSize, settings).slice(0, level);
  const columns = mapSize(imageSize, STRIDES[level])[1], number = settings.anchor_ratios.length;
  const first = before.reduce((sum, size) => sum + size, (row * columns + column) * number);
  return settings.anchor_ratios.map((_, ratio) => first + ratio);
}
