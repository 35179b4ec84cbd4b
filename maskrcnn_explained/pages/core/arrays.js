// Arrays: what every stage needs of lists of numbers.
//
// A tensor is {data, shape}: a flat typed array, rows one after the other, and a list of sides.
// Boxes are flat Float32Arrays, four numbers per box: (y1, x1, y2, x2), pixels.

// Rounded to 32 bits, in which TensorFlow computes.
export const round32 = Math.fround;

// A tensor of one image.
export function tensor(data, shape) {
  return {data, shape};
}

// The places of the best `limit` scores, best first; of equal scores the earlier one.
export function bestFirst(scores, limit = scores.length) {
  const places = Array.from(scores, (_, place) => place);
  places.sort((one, other) => scores[other] - scores[one] || one - other);
  return places.slice(0, limit);
}

// The rows at these places, `width` numbers each.
export function gatherRows(values, places, width = 1) {
  const rows = new values.constructor(places.length * width);
  places.forEach((place, row) => {
    for (let k = 0; k < width; k++) rows[row * width + k] = values[place * width + k];
  });
  return rows;
}

// The place of the largest value; of equal ones the first. -1 for an empty list.
export function argmax(values) {
  let best = values.length ? 0 : -1;
  for (let place = 1; place < values.length; place++) {
    if (values[place] > values[best]) best = place;
  }
  return best;
}

// The places where a test holds.
export function placesWhere(values, test) {
  const places = [];
  values.forEach((value, place) => {
    if (test(value, place)) places.push(place);
  });
  return places;
}

// Typed arrays one after the other; of nothing, an array of type `Kind`.
export function concatenate(parts, Kind) {
  const joined = new Kind(parts.reduce((sum, part) => sum + part.length, 0));
  let start = 0;
  for (const part of parts) {
    joined.set(part, start);
    start += part.length;
  }
  return joined;
}

// A number between two limits.
export function clamp(value, low, high) {
  return Math.min(Math.max(value, low), high);
}

// The nearest whole number; halves go to the even one, as NumPy and Python round.
export function roundHalfEven(value) {
  const below = Math.floor(value);
  const rest = value - below;
  if (rest === 0.5) return below % 2 === 0 ? below : below + 1;
  return rest < 0.5 ? below : below + 1;
}
