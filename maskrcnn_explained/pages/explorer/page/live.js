// This page has the network: it can look at any channel, pool any box, and run stages again.
const LIVE = true;

/** The channels of a map that can be looked at. */
const channelsOf = (name) => Array.from({ length: state.result[name].shape.at(-1) }, (_, channel) => channel);

/** The numbers of one cell of a map. */
const vectorOf = (name, cell) => Array.from(cellNumbers(state.result[name], cell));

/** One channel of a map as a picture. */
function channelPicture(name, channel) {
  const [h, w] = state.result[name].shape;
  return heatUrl(channelOf(state.result[name], channel), h, w);
}

/** What an operator pools for the RoI of an instance: per bin the mean strength over the channels. */
function pooledStrength(operator, { proposal: { level, box } }) {
  const map = state.result[level],
    size = state.settings.box_pool_size,
    depth = map.shape[2];
  const bins = new Float32Array(size * size * depth);
  return activity({
    data: core.poolBox(operator, map, box, size, STRIDE[level], bins),
    shape: [size, size, depth],
  });
}

/** What was found, as the first words of the page. */
const FOUND = {
  begin: "A Mask R-CNN, running here in this page, found ",
  end: () => `, in ${fixed(secondsOf(state.result), 1)} seconds. `,
  none: "The stages below show what it saw all the same; a lower minimum score (stage 7) may show more.",
};

/** How long all stages took, seconds. */
const secondsOf = ({ ms }) => Object.values(ms).reduce((sum, one) => sum + one, 0) / 1000;
