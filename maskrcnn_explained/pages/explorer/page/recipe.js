// What a cell of the FPN is made of: P4 is a 1x1 convolution of C4, plus P5' enlarged, then a 3x3
// convolution. P5' is P5 before its 3x3 convolution; the laterals and the sums are tensors, too.
const FPN_WEIGHTS = {}; // "fpn_p4" -> { kernel: numbers [depth out, depth in, 3, 3], bias: [depth] }
const recipe = make("div", { class: "recipe", id: "recipe" });
maps.body.append(recipe);

/** P_level' [h, w, depth]: on P5 the lateral alone. */
const sumOf = (level) => state.result[level < 5 ? `fpn_p${level}add` : "fpn_c5p5"];

/** The numbers of a cell of a map [h, w, depth]; null outside. */
function cellNumbers({ data, shape: [h, w, depth] }, [row, column]) {
  if (row < 0 || column < 0 || row >= h || column >= w) return null;
  return data.subarray((row * w + column) * depth, (row * w + column + 1) * depth);
}

const NINE = [-1, 0, 1].flatMap((down) => [-1, 0, 1].map((right) => [down, right]));
const around = ([row, column]) => NINE.map(([down, right]) => [row + down, column + right]);

/** How much each inner channel adds to one channel of a cell of P_level: depth numbers. */
function contributions(level, cell, channel) {
  const { kernel, bias } = FPN_WEIGHTS[`fpn_p${level}`],
    depth = bias.length,
    parts = new Float64Array(depth);
  around(cell).forEach((at, k) => {
    const numbers = cellNumbers(sumOf(level), at); // outside are zeros: they add nothing
    numbers?.forEach((value, inner) => {
      parts[inner] += value * kernel[(channel * depth + inner) * 9 + k];
    });
  });
  return parts;
}

const strongest = (values) =>
  values.reduce((best, value, i) => (Math.abs(value) > Math.abs(values[best]) ? i : best), 0);

/** The recipe of one channel of a cell, nine numbers per step, for the inner channel that adds most. */
function recipeOf(level, cell, channel) {
  const { kernel, bias } = FPN_WEIGHTS[`fpn_p${level}`],
    depth = bias.length;
  const parts = contributions(level, cell, channel),
    inner = strongest(parts);
  const inside = around(cell).map((at) => (cellNumbers(sumOf(level), at) ? at : null));
  const nine = (map, places) => places.map((at) => (at ? cellNumbers(map, at)[inner] : 0));
  return {
    inner,
    depth,
    side: nine(state.result[`fpn_c${level}p${level}`], inside),
    above:
      level < 5
        ? nine(
            sumOf(level + 1),
            inside.map((at) => at?.map((i) => i >> 1)),
          )
        : null,
    sums: nine(sumOf(level), inside),
    weights: NINE.map((_, k) => kernel[(channel * depth + inner) * 9 + k]),
    own: parts[inner],
    rest: parts.reduce((sum, part) => sum + part, 0) - parts[inner],
    bias: bias[channel],
  };
}
