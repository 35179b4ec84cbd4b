// Cells of a map: which one holds a point, what a cell covers, and the numbers around it.

import {clamp} from "./arrays.js";

// [row, column] of the cell that holds a point (y, x), pixels. mapSides: rows, columns of the map.
export function cellAt(point, stride, mapSides) {
  return Array.from(point, (value, axis) =>
    clamp(Math.floor(value / stride), 0, mapSides[axis] - 1));
}

// The box of a cell, pixels; or of `number` x `number` cells, of which it is the upper left one.
export function cellBox([row, column], stride, number = 1) {
  return [row, column, row + number, column + number].map((edge) => edge * stride);
}

// The nine cells that a 3x3 convolution reads for one: itself and its neighbours, row by row. Some
// may lie outside the map.
export function around([row, column]) {
  const steps = [-1, 0, 1];
  return steps.flatMap((down) => steps.map((right) => [row + down, column + right]));
}

// The numbers of a cell of a map {data, shape: [h, w, depth]}; null outside.
export function cellNumbers({data, shape: [height, width, depth]}, [row, column]) {
  if (row < 0 || column < 0 || row >= height || column >= width) return null;
  const start = (row * width + column) * depth;
  return data.subarray(start, start + depth);
}

// One channel of a map at these nine cells; 0 outside, as the convolution pads.
export function nineNumbers(map, cell, channel) {
  return around(cell).map((at) => cellNumbers(map, at)?.[channel] ?? 0);
}

// The same of the next coarser map, enlarged: each of its cells lies over 2 x 2 of the fine map.
export function nineFromAbove(map, cell, channel) {
  const places = around(cell).map((at) => at.map((place) => place >> 1));
  return places.map((at) => cellNumbers(map, at)?.[channel] ?? 0);
}
