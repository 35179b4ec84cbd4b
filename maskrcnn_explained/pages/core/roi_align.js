// From a box of any size to a small grid of features: level assignment, RoIAlign, and its rivals.
//
// A bin of RoIAlign is a mean of bilinear samples. Rows and columns can be weighted one after the
// other, so each axis has a list of taps per bin: which cells it mixes, and how much of each.

import {clamp, placesWhere, round32} from "./arrays.js";
import {STRIDES} from "./anchors.js";
import {cropTaps, roiPool} from "./older_pooling.js";
import {addSample} from "./taps.js";

// The taps of RoIAlign along one axis: 2 samples in each of `size` bins, nothing rounded.
export function alignTaps(low, high, size, stride, cells) {
  // From pixels to indices of the map: index 0 is half a cell inside the image.
  return meanTaps(low / stride - 0.5, high / stride - 0.5, size, cells);
}

// RoIAlign as it was first written: index 0 counts as the image's edge, not as a centre.
export function unalignedTaps(low, high, size, stride, cells) {
  const first = low / stride;
  return meanTaps(first, first + Math.max(high / stride - first, 1), size, cells);
}

// Two samples per bin, evenly spaced between two indices of the map.
function meanTaps(low, high, size, cells) {
  const step = (high - low) / (2 * size);
  return Array.from({length: size}, (_, bin) => {
    const weights = new Map();
    for (const sample of [2 * bin, 2 * bin + 1]) {
      addSample(weights, low + (sample + 0.5) * step, cells, 1, 0.5);
    }
    return [...weights];
  });
}

const TAPS = {
  roi_align: alignTaps,
  roi_align_unaligned: unalignedTaps,
  crop_and_resize: cropTaps,
};

// Pool one box of a map {data, shape: [h, w, C]} into size * size * C numbers of `pooled`.
export function poolBox(operator, map, box, size, stride, pooled) {
  if (operator === "roi_pool") return roiPool(map, box, size, stride, pooled);
  const [height, width, depth] = map.shape;
  const rows = TAPS[operator](box[0], box[2], size, stride, height);
  const columns = TAPS[operator](box[1], box[3], size, stride, width);
  pooled.fill(0);
  rows.forEach((rowTaps, i) => columns.forEach((columnTaps, j) => {
    const to = (i * size + j) * depth;
    for (const [row, down] of rowTaps) {
      for (const [column, across] of columnTaps) {
        const weight = down * across, from = (row * width + column) * depth;
        for (let c = 0; c < depth; c++) pooled[to + c] += weight * map.data[from + c];
      }
    }
  }));
  return pooled;
}

// The pyramid level (2..5) that each RoI is pooled from: large RoIs from coarse maps.
export function roiLevels(boxes, imageSize, settings) {
  const canonical = round32(settings.roi_canonical_size);
  const log2 = (x) => round32(Math.log(Math.max(x, 1e-12))) / round32(Math.log(2));
  const levels = new Int32Array(boxes.length / 4);
  for (let i = 0; i < levels.length; i++) {
    const height = Math.max(round32(boxes[4 * i + 2] - boxes[4 * i]), 0);
    const width = Math.max(round32(boxes[4 * i + 3] - boxes[4 * i + 1]), 0);
    // A RoI of twice the size goes one level up, where cells are twice as large.
    const size = round32(Math.sqrt(round32(height * width)));
    const level = Math.floor(round32(4 + round32(log2(round32(size / canonical)))));
    // There is no P1, and P6 serves the RPN alone.
    levels[i] = clamp(level, 2, 5);
  }
  return levels;
}

// Pool every RoI from its own level. maps: P2, P3, P4, P5. Gives n * size * size * C numbers.
export function poolPyramid(boxes, levels, maps, size, settings) {
  const depth = maps[0].shape[2], length = size * size * depth;
  const pooled = new Float32Array(levels.length * length);
  for (const level of [2, 3, 4, 5]) {
    for (const i of placesWhere(levels, (value) => value === level)) {
      const box = boxes.subarray(4 * i, 4 * i + 4);
      const into = pooled.subarray(i * length, (i + 1) * length);
      poolBox(settings.roi_pooling, maps[level - 2], box, size, STRIDES[level - 2], into);
    }
  }
  return pooled;
}
