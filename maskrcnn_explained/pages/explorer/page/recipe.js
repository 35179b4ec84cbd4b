// What a cell of the FPN is made of: P4 is a 1x1 convolution of C4, plus P5' enlarged, then a 3x3
// convolution. P5' is P5 before its 3x3 convolution; the laterals and the sums are tensors, too.
const FPN_WEIGHTS = {}; // "fpn_p4" -> { kernel: numbers [depth out, depth in, 3, 3], bias: [depth] }
const { around, cellNumbers } = core;
const recipe = make("div", { class: "recipe", id: "recipe" });
maps.body.append(recipe);

/** P_level' [h, w, depth]: on P5 the lateral alone. */
const sumOf = (level) => state.result[level < 5 ? `fpn_p${level}add` : "fpn_c5p5"];

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
  return {
    inner,
    depth,
    side: core.nineNumbers(state.result[`fpn_c${level}p${level}`], cell, inner),
    above: level < 5 ? core.nineFromAbove(sumOf(level + 1), cell, inner) : null,
    sums: core.nineNumbers(sumOf(level), cell, inner),
    weights: around(cell).map((_, k) => kernel[(channel * depth + inner) * 9 + k]),
    own: parts[inner],
    rest: parts.reduce((sum, part) => sum + part, 0) - parts[inner],
    bias: bias[channel],
  };
}
