// Taps: which cells of a map a pooled bin mixes along one axis, and how much of each.

import {clamp} from "./arrays.js";

// Add a bilinear sample to the taps of a bin. A sample up to `reach` cells outside the outermost
// centres takes the value of the rim; one farther outside counts as zero.
export function addSample(weights, position, cells, reach, share) {
  if (position < -reach || position > cells - 1 + reach) return;
  const inside = clamp(position, 0, cells - 1);
  const before = Math.floor(inside), rest = inside - before;
  for (const [cell, part] of [[before, 1 - rest], [before + 1, rest]]) {
    if (part > 0) weights.set(cell, (weights.get(cell) ?? 0) + share * part);
  }
}
