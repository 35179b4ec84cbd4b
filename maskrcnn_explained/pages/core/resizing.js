// Resizing: how large the network sees an image, and how pixels of another size are made.
//
// The same numbers as scikit-image's `resize` with anti-aliasing (the rule "smooth").

import {clamp, roundHalfEven} from "./arrays.js";

// The factor by which an image is resized.
export function resizeScale(height, width, settings) {
  const longest = Math.max(height, width);
  const {image_min_side: least, image_max_side: most, scale_rule: rule} = settings;
  let scale = 1;
  if (least !== null) {
    scale = least / Math.min(height, width);
    if (rule === "enlarge") scale = Math.max(1, scale);
  }
  if (rule === "fit") return Math.min(scale, most / longest);
  return roundHalfEven(longest * scale) > most ? most / longest : scale;
}

// The size [h, w] to which an image is resized, pixels.
export function resizedSize(height, width, settings) {
  const scale = resizeScale(height, width, settings);
  return [height, width].map((side) => Math.max(1, roundHalfEven(side * scale)));
}

// The padded length of one resized side: all of it, or the next multiple of 64.
export function moldedSide(side, settings) {
  if (settings.resize_mode === "square") return settings.image_max_side;
  return Math.ceil(side / 64) * 64;
}

// Bilinear resize. pixels: rows, columns, RGBA, 8 bits; gives rows, columns, RGB as Float32Array.
export function resizeImage(image, size) {
  const {data, height, width} = image;
  const [h, w] = size;
  const rows = resizeWeights(h, height), columns = resizeWeights(w, width);
  // Rows first.  [h, width, 3]
  const between = new Float64Array(h * width * 3);
  rows.forEach(({first, weights}, y) => {
    weights.forEach((weight, k) => {
      const from = (first + k) * width * 4, to = y * width * 3;
      for (let x = 0; x < width; x++) {
        for (let c = 0; c < 3; c++) between[to + 3 * x + c] += weight * data[from + 4 * x + c];
      }
    });
  });
  // Then columns. The first rounding removes errors in the last bits, so that they cannot decide
  // the second.  [h, w, 3]
  const resized = new Float32Array(h * w * 3);
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      const {first, weights} = columns[x];
      for (let c = 0; c < 3; c++) {
        let sum = 0;
        const from = (y * width + first) * 3 + c;
        for (let k = 0; k < weights.length; k++) sum += weights[k] * between[from + 3 * k];
        resized[(y * w + x) * 3 + c] = roundHalfEven(roundHalfEven(sum * 1e6) / 1e6);
      }
    }
  }
  return resized;
}

// For each of `size` new pixels along an axis of `old` ones: which of them it mixes.
export function resizeWeights(size, old) {
  const blur = size < old ? bellWeights(old / size) : [1];
  const radius = (blur.length - 1) / 2;
  return Array.from({length: size}, (_, place) => {
    // Where the new pixel's centre lies among the old ones; it mixes the two beside it.
    const position = clamp((place + 0.5) * (old / size) - 0.5, 0, old - 1);
    const before = Math.floor(position), share = position - before;
    const first = Math.max(before - radius, 0);
    const last = Math.min(before + 1 + radius, old - 1);
    const weights = new Float64Array(last - first + 1);
    // Each of the two is blurred before; beyond the edge the outermost pixel is repeated.
    for (const [centre, part] of [[before, 1 - share], [Math.min(before + 1, old - 1), share]]) {
      blur.forEach((value, k) => {
        weights[clamp(centre + k - radius, 0, old - 1) - first] += part * value;
      });
    }
    return {first, weights};
  });
}

// The Gaussian of scikit-image for shrinking by `factor` > 1: an odd number of weights.
export function bellWeights(factor) {
  const sigma = (factor - 1) / 2;
  const radius = Math.floor(4 * sigma + 0.5);
  const bell = [];
  for (let d = -radius; d <= radius; d++) bell.push(Math.exp(-0.5 * (d / sigma) ** 2));
  const sum = bell.reduce((one, other) => one + other);
  return bell.map((value) => value / sum);
}
