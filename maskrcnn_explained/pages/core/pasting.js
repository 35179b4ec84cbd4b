// Pasting: a small mask of 28 x 28 probabilities is stretched over its box and cut at a threshold.
//
// Three rules differ in what surrounds the small mask: its rim again ("repeat"); zeros ("zero"); or
// a rim of zeros that belongs to the mask, and the box grows by as much ("padded").

import {clamp, round32} from "./arrays.js";

// One small mask (size * size numbers) stretched over its box. Gives the pixels of the box,
// [y1, x1, y2, x2], and the mask in them: a Uint8Array of (y2 - y1) * (x2 - x1) zeros and ones.
export function pasteInBox(small, box, image, rim = "repeat", threshold = 0.5) {
  let size = Math.sqrt(small.length), around = rim;
  if (rim === "padded") {
    box = grownBox(box, size);
    small = withRimOfZeros(small, size);
    [size, around] = [size + 2, "repeat"];
  }
  const rows = bilinearRows(box[0], box[2], image.height, size, around);
  const columns = bilinearRows(box[1], box[3], image.width, size, around);
  const width = columns.taps.length;
  const mask = new Uint8Array(rows.taps.length * width);
  rows.taps.forEach((down, y) => columns.taps.forEach((across, x) => {
    let value = 0;
    for (const [row, weight] of down) {
      for (const [column, part] of across) value += weight * part * small[row * size + column];
    }
    mask[y * width + x] = round32(value) >= threshold ? 1 : 0;
  }));
  const bottom = rows.first + rows.taps.length, right = columns.first + width;
  return {box: [rows.first, columns.first, bottom, right], mask};
}

// A pasted mask {box, mask} as a mask of the whole image, a zero or one per pixel.
export function fullMask({box: [y1, x1, y2, x2], mask}, height, width) {
  const full = new Uint8Array(height * width);
  for (let y = y1; y < y2; y++) {
    full.set(mask.subarray((y - y1) * (x2 - x1), (y - y1 + 1) * (x2 - x1)), y * width + x1);
  }
  return full;
}

// Along one axis: the pixels whose centres lie in [low, high), and which of `size` values each of
// them mixes: a list of [place, weight] per pixel.
export function bilinearRows(low, high, limit, size, rim) {
  const first = clamp(Math.ceil(low - 0.5), 0, limit);
  const last = clamp(Math.ceil(high - 0.5), first, limit);
  const length = Math.max(round32(high - low), round32(1e-6));
  const taps = [];
  for (let pixel = first; pixel < last; pixel++) {
    // Where the centre lies among the values, whose own centres are at 0, 1, .. size - 1.
    let position = ((pixel + 0.5 - low) / length) * size - 0.5;
    if (rim === "repeat") position = clamp(position, 0, size - 1);
    // A value counts the more the nearer it is, and nothing from a distance of one on.
    const before = Math.floor(position), share = position - before;
    const pair = [[before, round32(1 - share)], [before + 1, round32(share)]];
    taps.push(pair.filter(([place, weight]) => weight > 0 && place >= 0 && place < size));
  }
  return {first, taps};
}

// The box of a small mask that got a rim of zeros: as much larger, then whole pixels.
export function grownBox(box, size) {
  const growth = round32((size + 2) / size);
  const grown = new Array(4);
  for (const axis of [0, 1]) {
    const half = round32(round32(round32(box[axis + 2] - box[axis]) * 0.5) * growth);
    const centre = round32(box[axis + 2] + box[axis]) * 0.5;
    grown[axis] = Math.trunc(round32(centre - half));
    grown[axis + 2] = Math.max(Math.trunc(round32(centre + half)) + 1, grown[axis] + 1);
  }
  return grown;
}

// A small mask with one row and column of zeros around it.
function withRimOfZeros(small, size) {
  const padded = new Float32Array((size + 2) ** 2);
  for (let row = 0; row < size; row++) {
    padded.set(small.subarray(row * size, (row + 1) * size), (row + 1) * (size + 2) + 1);
  }
  return padded;
}
