// Boxes: overlap (IoU), deltas, clipping and non-maximum suppression.
//
// A box is (y1, x1, y2, x2) in pixels, continuous; y2 and x2 are exclusive. TensorFlow computes in
// 32 bits: `round32` rounds as it does, so that thresholds decide alike.

import {bestFirst, clamp, round32} from "./arrays.js";

// Box i of a list.
export function boxAt(boxes, i) {
  return boxes.subarray(4 * i, 4 * i + 4);
}

const lastPixel = (k) => (k % 4 < 2 ? 0 : 1);

// Boxes as the model's dialect computes with them. The reference's name the last pixel inside:
// y2 and x2 are smaller by one.
export function inclusive(boxes, settings) {
  return settings.inclusive_corners ? boxes.map((value, k) => value - lastPixel(k)) : boxes;
}

// The way back: boxes with y2, x2 exclusive, as everywhere else.
export function exclusive(boxes, settings) {
  return settings.inclusive_corners ? boxes.map((value, k) => value + lastPixel(k)) : boxes;
}

// Area of box i of a list; 0 if it is inverted.
export function area(boxes, i) {
  const height = Math.max(round32(boxes[4 * i + 2] - boxes[4 * i]), 0);
  const width = Math.max(round32(boxes[4 * i + 3] - boxes[4 * i + 1]), 0);
  return round32(height * width);
}

// Intersection over union of box i of one list and box j of another: 0..1.
export function iouOfPair(boxes1, i, boxes2, j) {
  // The common part begins at the later edge and ends at the earlier one; it may be empty.
  const a = 4 * i, b = 4 * j;
  const top = Math.max(boxes1[a], boxes2[b]), left = Math.max(boxes1[a + 1], boxes2[b + 1]);
  const bottom = Math.min(boxes1[a + 2], boxes2[b + 2]);
  const right = Math.min(boxes1[a + 3], boxes2[b + 3]);
  if (bottom <= top || right <= left) return 0;
  const common = round32(round32(bottom - top) * round32(right - left));
  // The union counts the common part once.
  const union = round32(round32(area(boxes1, i) + area(boxes2, j)) - common);
  return union > 0 ? round32(common / union) : 0;
}

// IoU of every pair: n boxes and m boxes -> n * m numbers.
export function iou(boxes1, boxes2) {
  const n = boxes1.length / 4, m = boxes2.length / 4;
  const overlap = new Float32Array(n * m);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < m; j++) overlap[i * m + j] = iouOfPair(boxes1, i, boxes2, j);
  }
  return overlap;
}

// Move and stretch boxes by deltas (dy, dx, dh, dw), as a network predicts them.
export function decodeDeltas(boxes, deltas, std, maxLogSize) {
  const moved = new Float32Array(boxes.length);
  const most = maxLogSize ?? Infinity;
  for (let start = 0; start < boxes.length; start += 4) {
    for (const axis of [0, 1]) {
      const low = start + axis, high = low + 2;
      const size = round32(boxes[high] - boxes[low]);
      // Move the centre, in units of the box.
      const shift = round32(round32(deltas[low] * round32(std[axis])) * size);
      const centre = round32(round32(boxes[low] + size / 2) + shift);
      // Stretch the side; one wild prediction must not become an infinite box.
      const log = Math.min(round32(deltas[high] * round32(std[axis + 2])), round32(most));
      const half = round32(size * round32(Math.exp(log))) / 2;
      moved[low] = centre - half;
      moved[high] = centre + half;
    }
  }
  return moved;
}

// Cut boxes off at the edges of a window.
export function clipBoxes(boxes, window) {
  const [top, left, bottom, right] = window;
  return boxes.map((value, k) =>
    k % 2 === 0 ? clamp(value, top, bottom) : clamp(value, left, right),
  );
}

// Non-maximum suppression, greedy: the places of the boxes that stay, best score first.
export function nms(boxes, scores, iouThreshold, limit) {
  const threshold = round32(iouThreshold);
  const kept = [];
  for (const place of bestFirst(scores)) {
    if (kept.length >= limit) break;
    // A box that overlaps a kept one too much shows the same object.
    if (kept.every((winner) => iouOfPair(boxes, winner, boxes, place) <= threshold)) {
      kept.push(place);
    }
  }
  return kept;
}
