// Anchors: the fixed boxes that the RPN scores and moves.

import {concatenate, round32, roundHalfEven} from "./arrays.js";

export const STRIDES = [4, 8, 16, 32, 64]; // of P2..P6, pixels
export const LEVELS = ["P2", "P3", "P4", "P5", "P6"];

// Heights and widths of the anchors of one cell: a list of [height, width], pixels.
export function anchorShapes(scale, ratios) {
  return ratios.map((ratio) => {
    // Divide the height by the root and multiply the width by it: the area stays.
    const root = round32(Math.sqrt(round32(ratio)));
    return [round32(round32(scale) / root), round32(round32(scale) * root)];
  });
}

// The anchors of one pyramid level, in the order row, column, ratio. stride: pixels per cell, or
// [down, right]; rounded: half sides become whole pixels, as torchvision has them.
export function levelAnchors(height, width, stride, scale, ratios, centres = "half",
  rounded = false) {
  const offset = centres === "half" ? 0.5 : 0;
  const [down, right] = Array.isArray(stride) ? stride : [stride, stride];
  const halves = anchorShapes(scale, ratios).map((shape) =>
    shape.map((side) => (rounded ? roundHalfEven(side / 2) : side / 2)));
  const boxes = new Float32Array(height * width * ratios.length * 4);
  let place = 0;
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const y = (row + offset) * down, x = (column + offset) * right;
      // Corners lie half a side before and after the centre.
      for (const [h, w] of halves) {
        boxes.set([y - h, x - w, y + h, x + w], place);
        place += 4;
      }
    }
  }
  return boxes;
}

// All anchors of a molded image of [height, width]: levels P2..P6 one after the other.
export function generateAnchors(imageSize, settings) {
  const levels = STRIDES.map((stride, level) => {
    const [height, width] = mapSize(imageSize, stride);
    const {anchor_scales: scales, anchor_ratios: ratios, anchor_centres: centres} = settings;
    // torchvision's rule: as if the cells of the map shared the side evenly, also on P6.
    const shared = [Math.floor(imageSize[0] / height), Math.floor(imageSize[1] / width)];
    const step = settings.anchor_stride_rule === "side" ? shared : stride;
    return levelAnchors(height, width, step, scales[level], ratios, centres,
      settings.rounded_anchors);
  });
  return concatenate(levels, Float32Array);
}

// [height, width] in cells of the level with this stride.
export function mapSize(imageSize, stride) {
  return imageSize.map((side) => Math.ceil(side / stride));
}

// How many anchors each of P2..P6 has.
export function levelSizes(imageSize, settings) {
  return STRIDES.map((stride) => {
    const [height, width] = mapSize(imageSize, stride);
    return height * width * settings.anchor_ratios.length;
  });
}

// The level (0 for P2 .. 4 for P6), cell [row, column] and ratio of the anchor of this index.
export function anchorPlace(index, imageSize, settings) {
  const sizes = levelSizes(imageSize, settings);
  let level = 0, place = index;
  while (place >= sizes[level]) place -= sizes[level++];
  const ratios = settings.anchor_ratios;
  const columns = mapSize(imageSize, STRIDES[level])[1];
  const cell = Math.floor(place / ratios.length);
  return {
    level,
    cell: [Math.floor(cell / columns), cell % columns],
    ratio: ratios[place % ratios.length],
  };
}
