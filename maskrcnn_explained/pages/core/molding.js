// Molding: an image of any size becomes the network's input, and boxes come back from it.

import {round32, tensor} from "./arrays.js";
import {moldedSide, resizedSize, resizeImage} from "./resizing.js";

// Resize an image, put it in the middle of its padding, subtract the mean.
//
// image: {data, height, width}, RGBA of 8 bits (alpha is not looked at).
// Gives molded_image [Hm, Wm, 3], and the window: where the image lies in it, and its scale.
export function mold(image, settings) {
  const [h, w] = resizedSize(image.height, image.width, settings);
  const height = moldedSide(h, settings), width = moldedSide(w, settings);
  const top = Math.floor((height - h) / 2), left = Math.floor((width - w) / 2);
  const mean = settings.mean_pixel.map(round32);
  const resized = resizeImage(image, [h, w]);
  // Padding has the colour of the mean: after it is subtracted, zero.
  const molded = new Float32Array(height * width * 3);
  for (let y = 0; y < h; y++) {
    for (let k = 0; k < w * 3; k++) {
      molded[((y + top) * width + left) * 3 + k] = resized[y * w * 3 + k] - mean[k % 3];
    }
  }
  const window = {
    top, left, height: h, width: w,
    scale_y: h / image.height, scale_x: w / image.width,
    box: Float32Array.of(top, left, top + h, left + w),
  };
  return {molded_image: tensor(molded, [height, width, 3]), window};
}

// Boxes of the original image as boxes of the molded image, pixels.
export function toMolded(boxes, window) {
  return Float32Array.from(boxes, (value, k) =>
    k % 2 === 0
      ? round32(value * round32(window.scale_y)) + window.top
      : round32(value * round32(window.scale_x)) + window.left,
  );
}

// Boxes of the molded image as boxes of the original image, pixels.
export function boxesToImage(boxes, window, image) {
  const scaleY = round32(window.height / image.height);
  const scaleX = round32(window.width / image.width);
  return Float32Array.from(boxes, (value, k) =>
    k % 2 === 0
      ? round32(value - window.top) / scaleY
      : round32(value - window.left) / scaleX,
  );
}
