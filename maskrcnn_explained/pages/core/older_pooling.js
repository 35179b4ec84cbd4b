// The two poolings beside RoIAlign: the reference's, and the older one that rounds.

import {clamp, round32} from "./arrays.js";
import {addSample} from "./taps.js";

// crop_and_resize along one axis: one bilinear sample per bin, on a grid from corner to corner.
export function cropTaps(low, high, size, stride, cells) {
  // The first pixel of the image goes to the first cell, the last pixel to the last one.
  const scale = (cells - 1) / (cells * stride - 1);
  const first = low * scale, last = (high - 1) * scale;
  return Array.from({length: size}, (_, bin) => {
    const weights = new Map();
    const middle = (first + last) / 2;
    const position = size > 1 ? first + (bin * (last - first)) / (size - 1) : middle;
    addSample(weights, position, cells, 0, 1);
    return [...weights];
  });
}

// RoIPool: round the box to whole cells, cut it into bins of whole cells, take each maximum.
export function roiPool(map, box, size, stride, pooled) {
  const [height, width, depth] = map.shape;
  const rows = binCells(box[0], box[2], size, stride, height);
  const columns = binCells(box[1], box[3], size, stride, width);
  pooled.fill(0); // bins off the map
  rows.forEach(([top, bottom], i) => columns.forEach(([left, right], j) => {
    const to = (i * size + j) * depth;
    for (let row = top; row <= bottom; row++) {
      for (let column = left; column <= right; column++) {
        const from = (row * width + column) * depth, begins = row === top && column === left;
        for (let c = 0; c < depth; c++) {
          const value = map.data[from + c];
          if (begins || value > pooled[to + c]) pooled[to + c] = value;
        }
      }
    }
  }));
  return pooled;
}

// The first and the last cell of each bin along one axis; [0, -1] for a bin off the map.
export function binCells(low, high, size, stride, cells) {
  // The first rounding: the box's edges go to whole cells.
  const start = Math.floor(round32(low / stride) + 0.5);
  const count = Math.max(Math.floor(round32(high / stride) + 0.5) - start, 1);
  return Array.from({length: size}, (_, bin) => {
    // The second rounding: the bins' edges do, too. Neighbouring bins may share a cell.
    const first = start + Math.floor((bin * count) / size);
    const last = start + Math.ceil(((bin + 1) * count) / size) - 1;
    if (first >= cells || last < 0) return [0, -1];
    return [clamp(first, 0, cells - 1), clamp(last, 0, cells - 1)];
  });
}
