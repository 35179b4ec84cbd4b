// Numbers as pictures: one pixel per cell, in the colours of heat.

/** A picture of values [height * width] as a data URL. `low` and less is darkest, `high` is brightest. */
function heatUrl(values, height, width, high = largest(values), low = 0) {
  const canvas = make("canvas", { height, width }),
    context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  for (let i = 0; i < height * width; i++) {
    const [r, g, b] = heat(high > low ? (values[i] - low) / (high - low) : 0);
    image.data.set([r, g, b, 255], 4 * i);
  }
  context.putImageData(image, 0, 0);
  return canvas.toDataURL();
}

/** A picture of RGB values as a data URL. `colour(i)` gives [r, g, b] of pixel i. */
function rgbUrl(height, width, colour) {
  const canvas = make("canvas", { height, width }),
    context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  for (let i = 0; i < height * width; i++) image.data.set([...colour(i), 255], 4 * i);
  context.putImageData(image, 0, 0);
  return canvas.toDataURL();
}

function largest(values) {
  let most = 0;
  for (const value of values) if (value > most) most = value;
  return most;
}

/** The mean strength of each cell of a map [h, w, depth]: the mean of |x| over its channels. */
function activity({ data, shape }) {
  const depth = shape.at(-1),
    cells = data.length / depth,
    out = new Float32Array(cells);
  for (let i = 0; i < cells; i++) {
    let sum = 0;
    for (let k = 0; k < depth; k++) sum += Math.abs(data[i * depth + k]);
    out[i] = sum / depth;
  }
  return out;
}

/** One channel of a map [h, w, depth]. */
function channelOf({ data, shape }, channel) {
  const depth = shape.at(-1);
  return Float32Array.from({ length: data.length / depth }, (_, i) => data[i * depth + channel]);
}

/** Row i of a tensor as numbers. */
function rowOf({ data, shape }, i) {
  const size = data.length / shape[0];
  return Array.from(data.subarray(i * size, (i + 1) * size));
}
