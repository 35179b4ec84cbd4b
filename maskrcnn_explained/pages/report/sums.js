// What a cell of the FPN is made of: the sums P', unpacked, and the laterals, which are the rest of
// them when the level above is taken away. recipe.js reads both.

/** Add the sums and laterals of P2 to P5 to a result, and read the weights of the last convolutions. */
async function readSums(packed, result) {
  const given = await core.unpackArrays(packed);
  for (const level of [5, 4, 3, 2]) {
    const { shape } = result[`P${level}`],
      data = given[`sum${level}`];
    result[level < 5 ? `fpn_p${level}add` : "fpn_c5p5"] = { data, shape };
    if (level < 5) result[`fpn_c${level}p${level}`] = lateralOf(data, given[`sum${level + 1}`], shape);
    FPN_WEIGHTS[`fpn_p${level}`] = { kernel: given[`kernel${level}`], bias: given[`bias${level}`] };
  }
}

/** The sums of a level without those above, each cell of which covers 2 x 2 here. */
function lateralOf(sums, above, [h, w, depth]) {
  const data = sums.map((value, i) => {
    const cell = Math.floor(i / depth),
      [row, column] = [Math.floor(cell / w), cell % w];
    return value - above[((row >> 1) * (w >> 1) + (column >> 1)) * depth + (i % depth)];
  });
  return { data, shape: [h, w, depth] };
}
