// This page has no network: what the network gave is inside, for one photograph. Of small maps the
// sums P' of the FPN are inside, and each channel of P2 to P6 is computed from them.
const LIVE = false;
const hasSums = (name) => name[0] === "P" && DATA.embedded.recipe !== null;

/** The channels of a map that can be looked at: all, or those that vary most. */
const channelsOf = (name) =>
  hasSums(name)
    ? Array.from({ length: state.result[name].shape[2] }, (_, channel) => channel)
    : DATA.embedded.maps[name].channels;

/** One number of a cell of P2 to P6: the 3x3 convolution over nine cells of the sums. */
function convolved(name, cell, channel) {
  if (name === "P6")
    return convolved(
      "P5",
      cell.map((i) => 2 * i),
      channel,
    );
  const level = Number(name[1]);
  return contributions(level, cell, channel).reduce(
    (sum, part) => sum + part,
    FPN_WEIGHTS[`fpn_p${level}`].bias[channel],
  );
}

/** The numbers of one cell of a map; null: they are not inside. */
const vectorOf = (name, cell) =>
  hasSums(name) ? channelsOf(name).map((channel) => convolved(name, cell, channel)) : null;

/** One channel of a map as a picture. */
function channelPicture(name, channel) {
  if (!hasSums(name)) return DATA.embedded.maps[name].pictures[channelsOf(name).indexOf(channel)];
  const [h, w] = state.result[name].shape;
  const values = Float32Array.from({ length: h * w }, (_, i) =>
    convolved(name, [Math.floor(i / w), i % w], channel),
  );
  return heatUrl(values, h, w);
}

/** What an operator pools for the RoI of an instance: per bin the mean strength over the channels. */
const pooledStrength = (operator, { index }) => DATA.embedded.pooled[operator][index].flat();

/** What was found, as the first words of the page. */
const FOUND = {
  begin: `The Mask R-CNN “${DATA.model}” found `,
  end: () => ". ",
  none: "The stages below show what it saw all the same; a lower --min-score may show more.",
};
